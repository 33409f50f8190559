"""A batch's folder: put in its place whole, kept with its manifest and roster, and verified."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from outbox.desk import custody, traces
from outbox.desk.database import open_ledger
from outbox.ledger.recorder import Recorder
from rosters.files import READABLE
from rosters.finding import Finding, Level, Place, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from merge.letter import Attachment
    from merge.manifest import Manifest
    from outbox.desk.database import Opened
    from outbox.ledger.ledger import Ledger
    from outbox.workspace import Workspace

MANIFEST = "manifest.json"
ROSTERS = "名册"
JOB = "作业"


@contextmanager
def busy(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace while a batch is made.

    Raises:
        UnavailableError: another fawen is making one there.

    """
    from filelock import FileLock, Timeout

    workspace.outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(workspace.outbox / ".busy", timeout=0):
            yield
    except Timeout as error:
        raise UnavailableError("另一个 fawen 正在这个工作区里合并", "请等它结束后再运行") from error


def keep(staging: Path, manifest: Manifest, rosters: Sequence[Path], job: Path) -> None:
    """Put the manifest and copies of the rosters and the job into a batch that is being made."""
    with (staging / MANIFEST).open("wb") as out:
        out.writelines(manifest.portions())
    target = staging / ROSTERS
    target.mkdir(mode=0o700, exist_ok=True)
    for number, roster in enumerate(rosters, start=1):
        for file in workbooks(roster):
            shutil.copyfile(file, target / _unused(target, file.name, number))
    (staging / JOB).mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(job, staging / JOB / job.name)


def workbooks(roster: Path) -> list[Path]:
    """List the workbooks that a path means: itself, or those in a folder, by name."""
    if not roster.is_dir():
        return [roster]
    found = (one for one in roster.iterdir() if one.suffix.lower() in READABLE and one.is_file())
    return sorted(one for one in found if not one.name.startswith(("~$", ".")))


def _unused(folder: Path, name: str, number: int) -> str:
    return f"{number}-{name}" if (folder / name).exists() else name


def into_place(staging: Path, target: Path) -> None:
    """Rename a finished batch to its name; the same batch made again replaces its like."""
    if target.exists():
        # Same name, same digest: what lies there should be the same; what was done to it since
        # is undone by the fresh copy. Evidence and mails that were added stay.
        for path in sorted(staging.rglob("*")):
            if path.is_file():
                place = target / path.relative_to(staging)
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.replace(place)
        shutil.rmtree(staging)
    else:
        staging.rename(target)


def altered(folder: Path, manifest: Manifest, key: bytes = b"") -> list[Finding]:
    """Compare every attachment in a batch's folder with what was recorded of it.

    With the workspace key it is said where in a Word file the change stands, as far as it is known.
    """
    return differing(
        folder, (one for letter in manifest.letters for one in letter.attachments), key
    )


def differing(folder: Path, parts: Iterable[Attachment], key: bytes = b"") -> list[Finding]:
    """Compare some files of a batch's folder with what was recorded of them."""
    seen: set[str] = set()
    findings = []
    kept = traces.Traces(folder, key)
    for part in parts:
        if part.path in seen:
            continue
        seen.add(part.path)
        where, said = _fault(folder, part, kept)
        if said:
            place = Place(f"{folder.name}/{part.path}", where=where)
            advice = "请重新 merge 并重新送签"
            findings.append(Finding(Level.ERROR, "batch.altered", place, said, advice))
    return findings


def _fault(folder: Path, part: Attachment, kept: traces.Traces) -> tuple[str, str]:
    """Say where a file differs from what was recorded, and how; nothing where it does not."""
    try:
        data = (folder / part.path).read_bytes()
    except FileNotFoundError:
        return "文件", "文件不见了"
    except OSError:
        return "文件", "文件读不出来"
    if hashlib.sha256(data).hexdigest() == part.sha256:
        return "", ""
    where, now = kept.where(part.path, data)
    said = "文件内容与登记的不一致"
    return where or "文件", f"{said}，{now}" if now else said


def opened(workspace: Workspace, at: datetime) -> Ledger:
    """Open the workspace's ledger; a missing one is made only where there are no batches yet.

    Raises:
        UnavailableError: it is gone though batches lie there, is damaged, or cannot be read.

    """
    from outbox.ledger.ledger import Ledger

    return _opened(workspace, at, Ledger)


def recorder(workspace: Workspace, at: datetime) -> Recorder:
    """Open of the workspace's ledger what a merge needs; otherwise as `opened` does.

    Raises:
        UnavailableError: it is gone though batches lie there, is damaged, or cannot be read.

    """
    return _opened(workspace, at, Recorder)


def _opened(workspace: Workspace, at: datetime, kind: type[Opened]) -> Opened:
    refuse_lost(workspace)
    ledger = open_ledger(workspace, at, kind)
    try:
        refuse_lost(workspace, ledger)
    except UnavailableError:
        ledger.close()
        raise
    custody.watch(ledger, workspace, at, who())
    ledger.farewell = lambda: custody.remember(ledger, workspace)
    return ledger


def refuse_lost(workspace: Workspace, ledger: Recorder | None = None) -> None:
    """Refuse to go on where batches lie whose ledger is gone, or is not this one on a server.

    Raises:
        UnavailableError: it is so.

    """
    served = bool(workspace.config.ledger.url)
    gone = not workspace.has_ledger if ledger is None else served and not ledger.batches()
    if not gone or not any(workspace.outbox.glob(f"*/{MANIFEST}")):
        return
    if ledger is None:
        raise UnavailableError(
            f"台账 {workspace.config.ledger.path} 不见了，outbox 里却已有批次",
            "没有它就不知道哪些信已经发过：请找回台账；确实要从头开始，请先把 outbox 文件夹改名",
        )
    raise UnavailableError(
        f"{ledger.name} 里的台账是空的，outbox 里却已有批次",
        "没有原来的台账就不知道哪些信已经发过：请核对 fawen.toml 的 [ledger] url；"
        "确实要从头开始，请先把 outbox 文件夹改名",
    )


def who() -> str:
    """Name the person at the keyboard: the login that the system knows, not what LOGNAME says."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # Windows; or a user without a name
        pass
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return os.environ.get("USERNAME", "") or "?"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(data)
    draft.replace(path)
