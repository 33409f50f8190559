"""Network shares: a ledger in a file must not lie on one, for SQLite's locks do not hold there."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

# As the kernel names them. Not 9p: some sandboxes show every disk so, also this machine's own.
REMOTE = frozenset({
    "afpfs", "afs", "beegfs", "ceph", "cifs", "davfs", "fuse.ceph", "fuse.davfs2",
    "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs",
    "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse", "glusterfs", "gpfs", "lustre", "ncpfs",
    "nfs", "nfs3", "nfs4", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "webdav",
})  # fmt: skip
_OCTAL = re.compile(r"\\([0-7]{3})")  # how /proc/mounts writes a blank in a path
_DRIVE_REMOTE = 4  # GetDriveTypeW, winbase.h
_ADVICE = (
    "多台电脑同时写会丢记录：请把整个工作区放到本机磁盘上；"
    "确要几台电脑合用，台账请用 PostgreSQL（fawen.toml 的 [ledger] url）"
)


def refuse_share(path: Path, mounts: Mapping[str, str] | None = None) -> None:
    """Refuse a ledger's file on a network share.

    `mounts` tells the kind of file system at each mount point; without it the system is asked.

    Raises:
        UnavailableError: it lies on one.

    """
    kind = shared(path, table() if mounts is None else mounts)
    if kind:
        raise UnavailableError(f"台账 {path.name} 在网络共享盘上（{kind}），不能使用", _ADVICE)


def shared(path: Path, mounts: Mapping[str, str]) -> str:
    """Name the kind of network share that a path lies on; "" where it is a disk of this machine."""
    words = str(path)
    if words.startswith(("\\\\", "//")) and not words.startswith(("\\\\?\\", "\\\\.\\")):
        return "网络路径"
    if words.startswith("\\\\?\\UNC\\"):
        return "网络路径"
    if sys.platform == "win32":
        return "网络驱动器" if _remote_drive(path) else ""
    return _remote(mounts.get(_under(path, mounts), ""))


def table() -> dict[str, str]:
    """Ask the system which kind of file system is mounted where; {} where it cannot say."""
    try:
        if sys.platform == "darwin":
            return mac_table(os.popen("/sbin/mount").read())  # noqa: S605  (a fixed word)
        return linux_table(Path("/proc/mounts").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return {}


def linux_table(text: str) -> dict[str, str]:
    """Read /proc/mounts; what is mounted later at the same place hides what was there."""
    rows = (line.split(" ") for line in text.splitlines())
    return {_OCTAL.sub(_character, row[1]): row[2] for row in rows if len(row) > 2}  # noqa: PLR2004


def mac_table(text: str) -> dict[str, str]:
    """Read what /sbin/mount prints: `//u@s/x on /Volumes/x (smbfs, nodev)`."""
    found = re.findall(r"^.*? on (.+) \(([^,)]+)", text, re.MULTILINE)
    return {str(place): str(kind) for place, kind in found}


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 8))


def _under(path: Path, mounts: Mapping[str, str]) -> str:
    """Return the mount point that a path lies under; the file itself need not be there yet."""
    whole = PurePosixPath(os.path.realpath(path))
    return next((str(one) for one in (whole, *whole.parents) if str(one) in mounts), "")


def _remote(kind: str) -> str:
    return kind if kind in REMOTE else ""


def _remote_drive(path: Path) -> bool:
    import ctypes

    kernel = getattr(ctypes, "windll", None)
    drive = path.drive or Path.cwd().drive
    if kernel is None or not drive:
        return False  # nobody to ask: a path of a share is known by its backslashes
    return bool(kernel.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE)
