"""A year in plain folders, readable without this program, with a list and hashes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from merge import files
from outbox.desk import archived, basis, custody, opening
from outbox.desk import folder as folders
from outbox.desk.archived import SUMS
from outbox.desk.forget import ENDED
from outbox.desk.outcome import Outcome
from outbox.desk.report import drawn
from outbox.ledger.moves import Act
from outbox.ledger.states import BatchState, EntryKind
from outbox.office.book import Page, bytes_of
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from outbox.ledger.intakes import Version
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

_SHORT, _CENTURY = 100, 2000  # a year of two figures, and what it is short of
_FIRST = "说明.txt"  # written before all else
_LIST = "移交清单.xlsx"
_NUMBER = 2  # the column of 发文字号 in a register
_README = """本文件夹是 {year} 年发文的归档，不需要专门的软件就能查看。

定稿　　　每个批次一个文件夹，里面是实际发出的文件
审批单　　签发记录，以及签发时留存的依据（扫描件、照片、邮件）
送达　　　每个批次一个工作簿：登记簿、送达明细、对账单
回执　　　退信和来信的原件（.eml）
登记簿　　全年发文登记簿
移交清单.xlsx　每个文件的名称、大小和摘要

核对有没有改动：在本文件夹里运行 sha256sum -c SHA256SUMS
（Windows：certutil -hashfile 文件名 SHA256，与 SHA256SUMS 里的对照）
"""


def archive(workspace: Workspace, year: int, output: Path | None, *, at: datetime) -> Outcome:
    """Write a year's batches that have ended into plain folders; the same again changes nothing.

    Raises:
        UsageError: there is none, or the folder holds something else.
        InputError: a file is not what was signed, or was not written as it should be.

    """
    if year < _SHORT:
        full = f"{year + _CENTURY}" if year >= 0 else f"{at.year}"
        raise UsageError(f"没有 {year} 年的发文", f"年份要写全，是不是 --year {full}？")
    target = output or workspace.root / "归档" / str(year)
    _spare(workspace, target, year)
    with folders.opened(workspace, at) as ledger:
        custody.require(ledger, workspace)
        gone = {one.batch for one in ledger.entries(EntryKind.FORGET)}
        year_s = [one for one in ledger.batches() if _year(workspace, one) == year]
        known = [one for one in year_s if one.state in ENDED and one.name not in gone]
        waiting = [one.name for one in year_s if one.state not in ENDED and not one.sample]
        if not known:
            raise UsageError(f"{year} 年没有可以归档的批次", "批次办结或撤销之后才归档")
        past = [one for one in year_s if one.name in gone]
        whole = [one for one in year_s if one in known or one in past]
        made = dict(_contents(workspace, ledger, whole, gone, year))
        kept = archived.kept(target, [one.name for one in past])
        sums = _laid(target, made, kept, _fixed(ledger, whole))
        count = len(made) + len(kept)
        digests = {one.name: one.digest for one in known}
        links = {one.name: ledger.last_link(one.name) for one in known}  # forget asks how far
        data: dict[str, object] = {
            "year": year, "batches": digests, "links": links, "list": sums, "files": count,
        }  # fmt: skip
        came = {one.name: len(_versions(ledger, one)) for one in known}
        data |= {"returned": {name: count for name, count in came.items() if count}} if any(
            came.values()) else {}  # fmt: skip
        if all(one.data != data for one in ledger.entries(EntryKind.ARCHIVE)):
            ledger.enter(EntryKind.ARCHIVE, data, Act(at, folders.who()))
    lines = [f"已归档到 {target}：{len(known)} 个批次，{count} 个文件，逐个核对无误"]
    lines += [_said_of(one.name, kept) for one in past]
    lines += [f"没有归入：{name} 还没有办结" for name in waiting]
    return Outcome(
        tuple(lines),
        {
            "folder": str(target),
            "year": year,
            "batches": list(digests),
            "files": count,
            "sums": sums,
            "waiting": waiting,
        },
    )


def _said_of(name: str, kept: Collection[str]) -> str:
    if any(f"/{name}" in path for path in kept):
        return f"已清除的 {name}：上次归档的文件照旧在内"
    return f"已清除的 {name}：文件不在这里，在清除以前归档的文件夹里"


def _spare(workspace: Workspace, target: Path, year: int) -> None:
    where = target.resolve()
    own = ("rosters", "jobs", "templates", "outbox")
    if any(where.is_relative_to((workspace.root / name).resolve()) for name in own):
        raise UsageError(f"归档不能写进 {where.parent.name}/", "请写到工作区的其他地方")
    if where.is_file() or (where.is_dir() and any(where.iterdir()) and not _ours(where, year)):
        raise UsageError(f"{target} 里已有别的内容，没有覆盖", "请换一个文件夹")


def _ours(folder: Path, year: int) -> bool:
    """Tell whether an archive of that year lies there, or one that was broken off."""
    first = folder / _FIRST
    begun = first.is_file() and first.read_bytes() == _README.format(year=year).encode()
    return begun or (folder / SUMS).is_file() or any(folder.glob(".*.part"))


def _year(workspace: Workspace, batch: BatchInfo) -> int:
    return (batch.approved_at or batch.recorded_at).astimezone(workspace.zone).year


def _fixed(ledger: Ledger, batches: Sequence[BatchInfo]) -> datetime:
    """Return a time that does not depend on when it is archived: the last move of any of them."""
    return max(ledger.last_moved(one.name) or one.recorded_at for one in batches)


def _contents(
    workspace: Workspace,
    ledger: Ledger,
    batches: Sequence[BatchInfo],
    gone: Collection[str],
    year: int,
) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the archive, its path and its bytes; of what is gone a row alone."""
    yield _FIRST, _README.format(year=year).encode()
    rows: list[tuple[str | int, ...]] = []
    idle: dict[str | int, tuple[str | int, ...]] = {}  # void and missing numbers, each once
    head: tuple[tuple[str, float], ...] = ()
    for number, batch in enumerate(batches, start=1):
        at = ledger.last_moved(batch.name) or batch.recorded_at
        report = drawn(workspace, ledger, batch, at).timeless()
        page = report.register()
        head = page.head
        own, *others = page.rows
        rows.append((number, *own[1:]))
        idle |= {row[_NUMBER]: row for row in others}
        if batch.name in gone:
            continue
        yield f"送达/{batch.name}.xlsx", report.workbook()
        if batch.approved_by:
            yield from _signed(workspace, ledger, batch)
        yield from _mails(workspace, ledger, batch)
        yield from _returned(workspace, ledger, batch)
    told = {row[_NUMBER] for row in rows}  # a batch's own row says that its number is void
    unused = (row for text, row in idle.items() if text not in told)
    rows += [(number, *row[1:]) for number, row in enumerate(unused, start=len(rows) + 1)]
    title = f"{year} 年发文登记簿"
    book = bytes_of((Page("发文登记簿", title, head, tuple(rows)),), _fixed(ledger, batches))
    yield f"登记簿/{title}.xlsx", book


def _signed(workspace: Workspace, ledger: Ledger, batch: BatchInfo) -> Iterator[tuple[str, bytes]]:
    folder = workspace.outbox / batch.folder
    manifest = ledger.manifest(batch.name)
    if batch.state is BatchState.DONE or folder.is_dir():
        leaves = ledger.issued(batch.name, manifest)  # a scan that stands for Word files, too
        letters = (*manifest.letters, *leaves.letters)
        parts = [part for letter in letters for part in letter.attachments]
        known = {one.path: one.sha256 for one in (*parts, *(d.file for d in manifest.documents))}
        for path, sha256 in sorted(known.items()):
            try:
                data = (folder / path).read_bytes()
            except OSError as error:
                raise InputError(f"{batch.name}/{path} 读不出来，没有归档", "请恢复") from error
            if _hash(data) != sha256:
                raise InputError(f"{batch.name}/{path} 与签发时不一致，没有归档", "请恢复原文件")
            yield f"定稿/{batch.name}/{path}", data
    said = [
        f"{one.at.astimezone(workspace.zone):%Y-%m-%d %H:%M:%S}　签发人 {one.by}　依据 {one.basis}"
        f"　填写人 {one.typed_by}\n　内容摘要 {one.digest}\n"
        f"　依据摘要 {one.basis_sha256 or '无文件'}\n"
        for one in ledger.approvals(batch.name)
    ]
    yield f"审批单/{batch.name}/签发记录.txt", "".join(said).encode()
    for one in sorted((folder / basis.HOME).glob("*")):
        yield f"审批单/{batch.name}/{one.name}", one.read_bytes()


def _mails(workspace: Workspace, ledger: Ledger, batch: BatchInfo) -> Iterator[tuple[str, bytes]]:
    names = {one.id: one.organisation for one in ledger.letters(batch.name)}
    for mail in ledger.mails():
        path = opening.place(workspace, mail.sha256)
        if mail.letter in names and mail.sha256 and path.is_file():
            name = f"{names[mail.letter]}-{mail.sort}-{mail.sha256[:12]}.eml"
            yield f"回执/{batch.name}/{name}", path.read_bytes()


def _versions(ledger: Ledger, batch: BatchInfo) -> list[Version]:
    return [one for one in ledger.versions(batch.job) if one.batch == batch.name]


def _returned(
    workspace: Workspace, ledger: Ledger, batch: BatchInfo
) -> Iterator[tuple[str, bytes]]:
    """Yield what organisations sent back: each report's original."""
    for one in _versions(ledger, batch):
        path = opening.original(workspace, one)
        if path.is_file():
            name = f"{one.organisation}-{one.period}-{one.version}-{path.name[:12]}{path.suffix}"
            yield f"回执/{batch.name}/{name}", path.read_bytes()


def _laid(
    target: Path, made: dict[str, bytes], kept: dict[str, tuple[int, str]], at: datetime
) -> str:
    """Write the files, then the lists; read all back; return the hash of the list of hashes."""
    listed = kept | {path: (len(data), _hash(data)) for path, data in made.items()}
    rows = tuple(
        (number, path, *one) for number, (path, one) in enumerate(sorted(listed.items()), start=1)
    )
    head = (("序号", 6.0), ("文件", 70.0), ("字节", 12.0), ("SHA-256", 68.0))
    made[_LIST] = bytes_of((Page("移交清单", "归档移交清单", head, rows),), at)
    hashes = {path: sha256 for path, (_, sha256) in listed.items()} | {_LIST: _hash(made[_LIST])}
    sums = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(hashes.items())).encode()
    for path, data in {**made, SUMS: sums}.items():
        place = target / path
        files.make(place.parent)
        files.write(str(place), data)
        if place.read_bytes() != data:
            raise InputError(f"{path} 没有写好", "请检查磁盘后再归档一次")
    return _hash(sums)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
