"""Files handed in another way than by mail: saved from WeChat, brought on a USB stick."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import opening
from outbox.desk.harvest import fresh_only, returned_lines, returned_object
from outbox.desk.outcome import WAITING, Outcome, Progress
from outbox.desk.receiving import Receiver
from outbox.ledger.intakes import FOLDER, Intake, Kept
from outbox.ledger.moves import Act
from outbox.ledger.states import Reason
from outbox.office import attribution, readings
from outbox.office.attribution import Signs
from outbox.post.mailbox import MOST_BYTES
from outbox.post.parcel import File
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime
    from pathlib import Path

    from outbox.workspace import Workspace

_PASSED = (".", "~$")


def collect(
    workspace: Workspace, folder: Path, received: datetime | None, *, now: datetime
) -> Generator[Progress, None, Outcome]:
    """Take every file of a folder; each once, whatever its name; the files stay where they are.

    `received` is when they came, where a person says so; without it they came now.

    Raises:
        UsageError: there is no such folder.
        InputError: no signed job has asked for anything.

    """
    if not folder.is_dir():
        raise UsageError(f"没有文件夹「{folder}」", "请写存放收到的表的文件夹")
    found = sorted(
        one for one in folder.rglob("*") if one.is_file() and not one.name.startswith(_PASSED)
    )
    intakes: list[Intake] = []
    again = 0
    with folders.opened(workspace, now) as ledger:
        receiver = Receiver(workspace, ledger)
        if not receiver.loops.by_job:
            raise InputError(
                "还没有签发过要回执的作业", "发文单里写了「回执」并签发之后，才有表要收"
            )
        for number, path in enumerate(found, start=1):
            one = _taken(receiver, path, received or now)
            fresh = ledger.take(one, Act(now, folders.who()))
            again += not fresh
            intakes += [one] if fresh else []
            yield Progress("收表", number, len(found))
        intakes = fresh_only(ledger, intakes)
    lines = returned_lines(receiver.loops, intakes)
    lines.append(f"看了 {len(found)} 个文件，其中 {again} 个以前收过")
    held = sum(len(one.kept) for one in intakes)
    told = {"files": len(found), "again": again, **returned_object(intakes)}
    return Outcome(tuple(lines), told, status=WAITING if held else 0)


def _taken(receiver: Receiver, path: Path, at: datetime) -> Intake:
    """Read a file, and keep it; whoever handed it in vouches for where it comes from."""
    if path.stat().st_size > MOST_BYTES:
        name = hashlib.sha256(f"{path.name}\0{path.stat().st_size}".encode()).hexdigest()
        kept = Kept(Reason.BIG, "请对方只发表", path.name)
        return Intake(name, FOLDER, path.name, "", "", None, at, kept=(kept,))
    content = path.read_bytes()
    sha256 = opening.keep_file(receiver.workspace, path.name, content)
    parts = readings.read((File(path.name, "", content),))
    signs = Signs(forms=receiver.numbers(parts), reports=True, subject=path.stem, trusted=True)
    whose = attribution.whose(signs, receiver.loops, frozenset(receiver.loops.by_job))
    found = receiver.unpacking(whose.organisation, at)
    [part] = parts
    if part.reason is not None or part.taken is None:
        reason = part.reason or Reason.UNREADABLE
        found.kept.append(Kept(reason, part.words or "不是填报的表", path.name, sha256))
    elif whose.reason is not None:
        words = "表里没有回执编号" if whose.reason is Reason.NO_TOKEN else whose.words
        found.kept.append(
            Kept(whose.reason, words, path.name, sha256, whose.job, whose.organisation)
        )
    else:
        found.unpack(whose.job, parts, "")
    return Intake(
        sha256, FOLDER, path.name, "", "", None, at, tuple(found.staged), tuple(found.kept)
    )
