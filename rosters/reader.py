"""Workbooks in, a roster out: everything read, joined and checked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from rosters import check, joining, sheets, tree, workbook
from rosters.columns import told_by, unused
from rosters.finding import Finding, InputError, Level, Place
from rosters.leftovers import said
from rosters.roster import Kind, Roster
from rosters.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from rosters.grid import Grid
    from rosters.roster import Row, Sheet


class _Source(NamedTuple):
    shown: str
    content: bytes


def _name(path: Path) -> str:
    return path.name


def read_roster(
    paths: Sequence[Path],
    *,
    shown: Callable[[Path], str] = _name,
    columns: Mapping[str, str] | None = None,
    issuer: str = "",
) -> Roster:
    """Read workbooks into one roster, with everything there is to say about them.

    Args:
        paths: .xlsx files; a folder means all .xlsx files in it, by name.
        shown: what findings call a path.
        columns: 列名: a heading -> the field it means, by label, alias or key.
        issuer: the issuing unit, whose own row is no organisation below it.

    Raises:
        InputError: there is nothing to build on: no file, no workbook, no table.

    """
    told, findings = told_by(columns or {})
    sources = _sources(paths, shown)
    titles: dict[Sheet, str] = {}
    reads = _listing(list(_reads(sources, told, titles, findings)), findings)
    if not reads:
        raise InputError("名册里没有找到表格", findings=[*map(_empty, sources), *findings])
    findings.extend(unused(columns or {}, [one.sheet for one in reads]))
    for one in reads:
        findings.extend(one.findings)
    rows = _rows(reads, Kind.ORGANISATIONS) + _rows(reads, Kind.BRANCHES)
    grown = tree.build(rows, titles, issuer)
    members = joining.join(_rows(reads, Kind.MEMBERS), grown)
    findings.extend(grown.findings)
    findings.extend(check.check(grown.organisations, members, [one.sheet for one in reads]))
    return Roster(
        organisations=grown.organisations,
        members=members,
        sheets=tuple(one.sheet for one in reads),
        findings=check.ordered(findings, [one.sheet for one in reads]),
        sources=tuple((one.shown, hashlib.sha256(one.content).hexdigest()) for one in sources),
    )


_DETAILS = ("org_code", "short", "parent", "org_type", "email", "secretary", "liaison")


def _listing(reads: list[sheets.Read], findings: list[Finding]) -> list[sheets.Read]:
    """Leave out tables that only count: names and numbers, where others tell more."""
    telling = [one for one in reads if any(map(one.sheet.has, _DETAILS))]
    kept = []
    for one in reads:
        counts = one.sheet.kind is not Kind.MEMBERS and one not in telling
        if counts and any(other.sheet.kind is one.sheet.kind for other in telling):
            place = Place(one.sheet.file, one.sheet.name)
            words = "只有名称和数字，像是统计表，未作名册读取"
            findings.append(Finding(Level.INFO, "sheet-left", place, words))
        else:
            kept.append(one)
    return kept


def _rows(reads: Sequence[sheets.Read], kind: Kind) -> list[Row]:
    return [row for one in reads if one.sheet.kind is kind for row in one.rows]


def _reads(
    sources: Iterable[_Source],
    told: Mapping[str, str],
    titles: dict[Sheet, str],
    findings: list[Finding],
) -> Iterable[sheets.Read]:
    broken: list[Finding] = []
    for source in sources:
        try:
            grids = workbook.grids(source.content, source.shown)
        except InputError as error:
            broken.extend(error.findings)
            continue
        for grid in grids:
            yield from _tables(grid, told, titles, findings)
    if broken:
        raise InputError("名册打不开", findings=[*broken, *findings])


def _tables(
    grid: Grid, told: Mapping[str, str], titles: dict[Sheet, str], findings: list[Finding]
) -> Iterable[sheets.Read]:
    found = tables(grid)
    findings.extend(said(grid, found))
    for number, table in enumerate(found, 1):
        one = sheets.read(grid, table, number, told)
        titles[one.sheet] = f"{grid.name} {table.title}"
        yield one


def _sources(paths: Sequence[Path], shown: Callable[[Path], str]) -> list[_Source]:
    findings: list[Finding] = []
    sources: list[_Source] = []
    for path in paths:
        files = _files(path)
        if not files:
            place = Place(shown(path))
            words = "文件夹里没有 .xlsx 工作簿" if path.is_dir() else "没有这个文件"
            findings.append(Finding(Level.ERROR, "file-missing", place, words, "请核对名册的路径"))
        for file in files:
            try:
                sources.append(_Source(shown(file), file.read_bytes()))
            except OSError:
                words, advice = "文件读不了", "它可能正被 Excel 或 WPS 打开，请关闭后再试"
                place = Place(shown(file))
                findings.append(Finding(Level.ERROR, "file-unreadable", place, words, advice))
    if findings:
        raise InputError("名册找不到或读不了", findings=findings)
    if not sources:
        words = "没有写明名册"
        finding = Finding(Level.ERROR, "file-missing", Place(), words, "请写明至少一个工作簿")
        raise InputError(words, findings=[finding])
    return sources


def _files(path: Path) -> list[Path]:
    """List the workbooks a path means; ~$ files are what an open Excel leaves behind."""
    if path.is_dir():
        found = [one for one in path.iterdir() if one.suffix.lower() == ".xlsx" and one.is_file()]
        return sorted(one for one in found if not one.name.startswith(("~$", ".")))
    return [path] if path.is_file() else []


def _empty(source: _Source) -> Finding:
    return Finding(
        Level.ERROR,
        "table-missing",
        Place(source.shown),
        "没有找到党组织、党支部或党员的表格",
        "表头里要有「党组织名称」，或「姓名」和「所在党支部」等列",
    )
