"""Forget people's data of batches that are long done and archived; first only say what would go."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from outbox.desk import basis, custody, opening
from outbox.desk import folder as folders
from outbox.desk.outcome import Outcome
from outbox.ledger.moves import Act
from outbox.ledger.states import BatchState, EntryKind
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

ENDED = (BatchState.DONE, BatchState.CANCELLED, BatchState.SUPERSEDED)
_MONTHS = 12
_SPAN = re.compile(r"(\d{1,3})\s*(年|个月)")
_DATE = re.compile(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class _Old:
    """A batch that is older than asked for, and why it stays, "" where it may go."""

    batch: BatchInfo
    stays: str


def forget(workspace: Workspace, older: str, *, go: bool, at: datetime) -> Outcome:
    """Forget batches in which nothing has happened since; only what is ended and archived.

    Raises:
        UsageError: the age is not understood.
        InputError: the ledger does not verify.

    """
    cutoff = before(older, at.astimezone(workspace.zone))
    with folders.opened(workspace, at) as ledger:
        found = list(_old(ledger, cutoff))
        going = [one.batch for one in found if not one.stays]
        lines = [f"不清除　{one.batch.name}：{one.stays}" for one in found if one.stays]
        if go and going:
            custody.require(ledger, workspace)
            _sound(workspace, ledger)
            for batch in going:
                ledger.forget(batch.name, {"before": cutoff.isoformat()}, Act(at, folders.who()))
        if go:
            _sweep(workspace, ledger, at)
    word = "已清除" if go else "将清除"
    lines += [
        f"{word}　{one.name}：{one.letters} 封信的地址、主题、正文和答复，"
        f"{one.documents} 份文件，名册副本，来信原件，收回的表和表里的数；"
        "留下摘要、字号、签发和状态"
        for one in going
    ]
    if not found:
        lines.append(f"没有 {cutoff:%Y年%m月%d日} 以前办结的批次")
    elif going and not go:
        lines.append("这次什么也没有清除；看过之后加上 --go")
    elif going:
        lines.append("归档的文件夹和备份里的不在其内，请另行处理")
    return Outcome(
        tuple(lines),
        {
            "before": cutoff.isoformat(),
            "forgotten": [one.name for one in going] if go else [],
            "would": [one.name for one in going],
            "kept": [{"batch": one.batch.name, "why": one.stays} for one in found if one.stays],
        },
    )


def before(words: str, now: datetime) -> datetime:
    """Read an age (3年, 18个月) or a date as the time before which things are old.

    Raises:
        UsageError: it is neither.

    """
    span, day = _SPAN.fullmatch(words.strip()), _DATE.fullmatch(words.strip())
    try:
        if day:
            return datetime.combine(date(*map(int, day.groups())), time(), now.tzinfo)
        if span:
            months = int(span[1]) * (_MONTHS if span[2] == "年" else 1)
            years, month = divmod(now.year * _MONTHS + now.month - 1 - months, _MONTHS)
            return now.replace(year=years, month=month + 1, day=min(now.day, 28))
    except (ValueError, OverflowError):
        pass
    raise UsageError(f"看不懂「{words}」", "写成 3年、18个月，或 2023-01-01")


def _old(ledger: Ledger, cutoff: datetime) -> Iterator[_Old]:
    archived: dict[str, tuple[int, int]] = {}  # how far: its last link, and returns, at that time
    for one in ledger.entries(EntryKind.ARCHIVE):
        came = one.data.get("returned", {})
        links = one.data.get("links", {})
        archived |= {name: (link, came.get(name, 0)) for name, link in links.items()}
    gone = {one.batch for one in ledger.entries(EntryKind.FORGET)}
    for batch in ledger.batches():
        last = ledger.last_moved(batch.name)
        if batch.name in gone or last is None or last >= cutoff:
            continue
        yield _Old(batch, _stays(ledger, batch, archived))


def _stays(ledger: Ledger, batch: BatchInfo, archived: Mapping[str, tuple[int, int]]) -> str:
    """Say why a batch cannot be forgotten; "" where it may go."""
    if batch.state not in ENDED:
        return f"还没有办结（{batch.state.word}）"
    if ledger.unsettled(batch.name):
        return "还有信不知道发出没有，先 fawen resolve"
    if ledger.undecided(batch.name):
        return "隔离区里还有它的回执没有处理，先 fawen quarantine"
    if batch.name not in archived:
        return "还没有归档，先 fawen archive"
    came = sum(one.batch == batch.name for one in ledger.versions(batch.job))
    links, returned = archived[batch.name]
    if links < ledger.last_link(batch.name) or returned < came:
        return "归档以后又有变动，先再 fawen archive 一次"
    return ""


def _sound(workspace: Workspace, ledger: Ledger) -> None:
    """Refuse where the ledger does not verify: what is forgotten cannot be looked into again."""
    seen = ledger.inspect(workspace.zone)
    if seen.broken or seen.findings:
        said = seen.broken or seen.findings[0].message
        raise InputError(f"台账有对不上的地方，没有清除（{said}）", "请先 fawen audit 查明")


def _sweep(workspace: Workspace, ledger: Ledger, at: datetime) -> None:
    """Take away what lies on the disk of all that is forgotten: also of a run that was killed."""
    gone = {one.batch for one in ledger.entries(EntryKind.FORGET)}
    if not gone:
        return
    ours = {one.id for name in gone for one in ledger.letters(name)}
    kept = {one.sha256 for one in ledger.mails() if one.letter not in ours}
    returned, alive = ledger.dropped()
    for sha256 in {one.sha256 for one in ledger.mails() if one.sha256 not in kept} | returned:
        if sha256:
            opening.place(workspace, sha256).unlink(missing_ok=True)
    if returned:
        opening.sweep(workspace, returned, alive, at)
    for name in gone:
        folder: Path = workspace.outbox / name
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name == basis.HOME:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    ledger.compact()
