"""Files handed in another way than by mail: saved from WeChat, brought on a USB stick."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import opening
from outbox.desk.harvest import fresh_only, returned_lines, returned_object
from outbox.desk.outcome import WAITING, Outcome, Progress
from outbox.desk.receiving import Receiver
from outbox.ledger.intakes import FOLDER, Intake, Kept
from outbox.ledger.moves import Act
from outbox.ledger.states import Reason
from outbox.office import attribution, handful, readings
from outbox.office.attribution import Signs
from outbox.post.mailbox import MOST_BYTES
from outbox.post.parcel import File
from outbox.post.verdict import decode
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime
    from pathlib import Path

    from outbox.workspace import Workspace

_PASSED = (".", "~$")
_PACKED, _MAILS = frozenset({".zip", ".rar", ".7z"}), frozenset({".eml", ".msg"})
_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})


def collect(
    workspace: Workspace, folder: Path, received: datetime | None, *, now: datetime
) -> Generator[Progress, None, Outcome]:
    """Take every file of a folder; each once, whatever its name; the files stay where they are.

    Of two that say different things of one day nobody knows which is the newer: a name does not
    tell (日报(1).xlsx may be either). Both wait.

    `received` is when they came, where a person says so; without it they came now.

    Raises:
        UsageError: there is no such folder.
        InputError: no signed job has asked for anything.

    """
    if not folder.is_dir():
        raise UsageError(f"没有文件夹「{folder}」", "请写存放收到的表的文件夹")
    found = sorted(one for one in folder.rglob("*") if one.is_file() and not _passed(one.name))
    intakes: list[Intake] = []
    again, lost = 0, []
    with folders.opened(workspace, now) as ledger:
        receiver = Receiver(workspace, ledger)
        if not receiver.loops.by_job:
            raise InputError(
                "还没有签发过要回执的作业", "发文单里写了「回执」并签发之后，才有表要收"
            )
        read: dict[str, tuple[Path, Intake]] = {}  # by what is in it: a copy is no second file
        for number, path in enumerate(found, start=1):
            try:
                one = _taken(receiver, path, received or now)
            except OSError as error:
                from rosters import disk

                lost.append(f"读不了　{shown(path)}　{disk.worded(error)}")
                continue
            again += one.sha256 in read or bool(ledger.taken([one.sha256]))
            read.setdefault(one.sha256, (path, one))
            yield Progress("收表", number, len(found))
        known = ledger.taken(read)
        fresh = [one for sha256, (_, one) in read.items() if sha256 not in known]
        waits, several = handful.contradicting(fresh), handful.several(fresh)
        for sha256, (path, first) in read.items():
            one = waits.get(sha256, first)
            if sha256 in several and sha256 not in waits:  # judged by those before it, too
                with suppress(OSError):  # a stick that was pulled out meanwhile
                    one = _taken(receiver, path, received or now)
            intakes += [one] if ledger.take(one, Act(now, folders.who())) else []
        intakes = fresh_only(ledger, intakes)
    lines = [*returned_lines(receiver.loops, intakes), *lost]
    if lost:
        lines.append(f"{len(lost)} 个文件没有读到：拷到本机再收，收过的不会重复")
    lines.append(f"看了 {len(found)} 个文件，其中 {again} 个以前收过")
    held = sum(len(one.kept) for one in intakes)
    told = {"files": len(found), "again": again, "unread": len(lost), **returned_object(intakes)}
    return Outcome(tuple(lines), told, status=WAITING if held or lost else 0)


def _passed(name: str) -> bool:
    """Tell whether a file is one that a system or a program lays down for itself."""
    return name.startswith(_PASSED) or name.lower() in _SYSTEM


def shown(path: Path) -> str:
    """Return a file's name as it may be shown and kept; old ones are in GBK, some steer screens."""
    return decode(os.fsencode(path.name))


def _none(name: str) -> str:
    """Say why a file is none to be read, and what to do where a form may be in it."""
    suffix = PurePosixPath(name).suffix.lower()
    inside = "是压缩包" if suffix in _PACKED else "是一封邮件" if suffix in _MAILS else ""
    return f"{inside}，请把里面的表取出来，再收一次" if inside else "不是填报的表"


def _taken(receiver: Receiver, path: Path, at: datetime) -> Intake:
    """Read a file, and keep it; whoever handed it in vouches for where it comes from.

    Raises:
        OSError: it cannot be read.

    """
    name = shown(path)
    content = b"" if path.stat().st_size > MOST_BYTES else path.read_bytes()
    if path.stat().st_size > MOST_BYTES:
        digest = hashlib.sha256(f"{name}\0{path.stat().st_size}".encode()).hexdigest()
        kept = Kept(Reason.BIG, "请对方只发表", name)
        return Intake(digest, FOLDER, name, "", "", None, at, kept=(kept,))
    sha256 = opening.keep_file(receiver.workspace, name, content)
    parts = readings.read((File(name, "", content),))
    stem = PurePosixPath(name).stem
    signs = Signs(forms=receiver.numbers(parts), reports=True, subject=stem, trusted=True)
    whose = attribution.whose(signs, receiver.loops, frozenset(receiver.loops.by_job))
    found = receiver.unpacking(whose.organisation, at)
    tray = found.tray
    [part] = parts
    if part.reason is not None or part.taken is None:
        reason = part.reason or Reason.UNREADABLE
        tray.kept.append(Kept(reason, part.words or _none(name), name, sha256))
    elif whose.reason is not None:
        words = "表里没有回执编号" if whose.reason is Reason.NO_TOKEN else whose.words
        tray.kept.append(Kept(whose.reason, words, name, sha256, whose.job, whose.organisation))
    elif receiver.renamed(whose.job, whose.organisation, part.taken):
        words = "表里填报单位的名称改过，不再是发去时的，请核对是哪个单位的"
        tray.kept.append(Kept(Reason.ANOTHER, words, name, sha256, whose.job, whose.organisation))
    else:
        found.unpack(whose.job, parts, "")
    return Intake(sha256, FOLDER, name, "", "", None, at, tuple(tray.staged), tuple(tray.kept))
