"""Workbooks in, a roster out: everything read, joined and checked."""

from __future__ import annotations

import gc
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rosters import check, joining, sheets, tree
from rosters.columns import told_by, unused
from rosters.files import sources
from rosters.finding import Finding, InputError, Level, Place
from rosters.keeper import KEEPER
from rosters.leftovers import said
from rosters.roster import Kind, Roster, Row, Sheet
from rosters.secrecy import names_secret
from rosters.shelf import Shelf
from rosters.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rosters.files import Source
    from rosters.grid import Grid
    from rosters.roster import Value


_LARGE = 200_000  # new objects: some ten thousand rows


def _name(path: Path) -> str:
    return path.name


def read_roster(
    paths: Sequence[Path],
    *,
    shown: Callable[[Path], str] = _name,
    columns: Mapping[str, str] | None = None,
    places: Mapping[str, Place] | None = None,
    issuer: str = "",
) -> Roster:
    """Read workbooks into one roster, with everything there is to say about them.

    Args:
        paths: .xlsx, .xls, .ods or .csv files; a folder means all of them in it, by name.
        shown: what findings call a path.
        columns: 列名: a heading -> the field it means, by label, alias or key.
        places: where a heading of these is told about, where that is not the job's 列名.
        issuer: the issuing unit, whose own row is no organisation below it.

    Raises:
        InputError: there is nothing to build on: no file, no workbook, no table.

    """
    with unhurried():
        return _read(paths, shown, (columns or {}, places or {}), issuer)


@contextmanager
def unhurried() -> Iterator[None]:
    """Keep the collector from going over a roster again and again while it only grows.

    Nor does it go over a large one soon: what was read stays, and holds no cycles.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _LARGE:
            settle()
        if on:
            gc.enable()


def settle() -> None:
    """Count all that there is as old, without the looks that the collector takes at the young.

    It is not left frozen: in a process that goes on, what is in a cycle by now would be kept
    for good.
    """
    gc.freeze()
    gc.unfreeze()


def _read(
    paths: Sequence[Path],
    shown: Callable[[Path], str],
    said: tuple[Mapping[str, str], Mapping[str, Place]],
    issuer: str,
) -> Roster:
    columns, places = said
    told, findings = told_by(columns, places)
    files, warned = sources(paths, shown)
    findings.extend(warned)
    titles: dict[Sheet, str] = {}
    hashes: dict[str, str] = {}
    read = _reads(files, told, (titles, hashes), findings)
    people, peopled = _people(), list[Sheet]()
    reads = _listing(list(_shelved(read, people, peopled)), findings)
    if not reads:
        raise InputError("名册里没有找到表格", findings=[*map(_empty, files), *findings])
    findings.extend(unused(columns, [one.sheet for one in reads], places))
    for one in reads:
        findings.extend(one.findings)
    rows = _rows(reads, Kind.ORGANISATIONS) + _rows(reads, Kind.BRANCHES)
    grown = tree.build(rows, titles, issuer)
    members = joining.join(people.settled(), peopled, grown)
    findings.extend(grown.findings)
    findings.extend(check.check(grown.organisations, members, [one.sheet for one in reads]))
    return Roster(
        organisations=grown.organisations,
        members=members,
        sheets=tuple(one.sheet for one in reads),
        findings=check.ordered(findings, [one.sheet for one in reads]),
        sources=tuple((one.shown, hashes[one.shown]) for one in files),
    )


_NAMED = "文件名有密级标志", "涉密文件不得在这里处理，请走机要渠道"
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


def _people() -> Shelf[Row]:
    """Make a shelf for the rows of members: there may be a million."""
    places: dict[Sheet, int] = {}
    ordered: list[Sheet] = []

    def pack(row: Row) -> tuple[int, int, tuple[Value, ...]]:
        place = places.get(row.sheet)
        if place is None:
            place = places[row.sheet] = len(ordered)
            ordered.append(row.sheet)
        return place, row.number, row.values

    def unpack(packed: tuple[int, int, tuple[Value, ...]]) -> Row:
        place, number, values = packed
        return Row(ordered[place], number, values)

    return Shelf(pack, unpack)


def _shelved(
    reads: Iterable[sheets.Read], people: Shelf[Row], peopled: list[Sheet]
) -> Iterator[sheets.Read]:
    """Put the rows of members onto their shelf as they come; `peopled` are sheets that have any."""
    for one in reads:
        if one.sheet.kind is Kind.MEMBERS and one.rows:
            people.extend(one.rows)
            peopled.append(one.sheet)
            one.rows = []
        yield one


def _rows(reads: Sequence[sheets.Read], kind: Kind) -> list[Row]:
    return [row for one in reads if one.sheet.kind is kind for row in one.rows]


def _reads(
    files: Iterable[Source],
    told: Mapping[str, str],
    noted: tuple[dict[Sheet, str], dict[str, str]],
    findings: list[Finding],
) -> Iterable[sheets.Read]:
    """Read one file after the other; note what stands above each table, and each file's hash."""
    titles, hashes = noted
    broken: list[Finding] = []
    for source in files:
        if names_secret(source.shown):
            broken.append(Finding(Level.ERROR, "classified", Place(source.shown), *_NAMED))
            continue
        try:
            content = source.content()
            hashes[source.shown] = hashlib.sha256(content).hexdigest()
            grids, remarks = KEEPER.read(content, source.kind, source.shown)
        except InputError as error:
            broken.extend(error.findings)
            continue
        del content  # the next file needs the memory
        findings.extend(remarks)
        for grid in grids:
            yield from _tables(grid, told, titles, findings)
        del grids
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


def _empty(source: Source) -> Finding:
    return Finding(
        Level.ERROR,
        "table-missing",
        Place(source.shown),
        "没有找到党组织、党支部或党员的表格",
        "表头里要有「党组织名称」，或「姓名」和「所在党支部」等列",
    )
