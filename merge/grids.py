"""网格: nobody without one, nobody in two. Asked only where a job reads that column."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rosters.identity import normal_id
from rosters.pattern import later
from rosters.roster import Kind
from rosters.spot import error, warning, words
from templates import apart
from templates.nearest import advice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from merge.elements import Element
    from rosters.finding import Finding
    from rosters.roster import Member, Row

GRID = "grid"
_ELEMENT = "网格职责"  # the 要素 that lists grids, where a job has it
_OTHERS = "其他网格职责"
_BETWEEN = later(r"[、，,；;／/|＋+\n]+|\s+|[和及与兼]")
_USUAL = later(r"第?[0-9０-９一二三四五六七八九十百]+(?:号?网?格|单元|片区?)?")  # 第3网格, 三格, 3
_RANGE = later(r"第?\d+(?:网?格)?(?:[-—–~]+|[至到])第?\d+(?:号?网?格)")  # 第1至3网格
# What people write into a cell that they leave empty.
_NONE = frozenset(
    (
        "无", "没有", "暂无", "未定", "待定", "待分配", "未分配", "不详", "无网格", "空",
        "-", "--", "—", "——", "/", "\\",
    )
)  # fmt: skip


def findings(
    members: Sequence[Member],
    columns: Collection[tuple[str, str]],
    elements: Mapping[str, Element],
) -> Iterator[Finding]:
    """Find who has no grid or two, if the job reads that column of their sheet.

    Args:
        members: all of the roster.
        columns: what the job reads, as (sheet key, column key).
        elements: 要素 of the job; 网格职责 lists its grids.

    """
    if not any(column == GRID for _, column in columns):
        return
    asked: dict[str, bool] = {}
    rows: list[Row] = []
    for member in members:
        sheet = member.row.sheet
        if sheet.key not in asked:
            read = (sheet.key, GRID) in columns
            asked[sheet.key] = sheet.kind is Kind.MEMBERS and sheet.has(GRID) and read
        if asked[sheet.key]:
            rows.append(member.row)
    if rows:
        yield from _cells(rows, _listed(elements))
        yield from _twice(rows)


def _listed(elements: Mapping[str, Element]) -> tuple[str, ...]:
    """List the grids of the job, letter by letter as templates compare them.

    Empty where the job has a duty for all others too: there any grid will do.
    """
    if elements.get(_OTHERS):
        return ()
    table = elements.get(_ELEMENT)
    if isinstance(table, str):  # lines of 网格｜责任区｜…
        found = [line.replace("|", "｜").partition("｜")[0].strip() for line in apart.lines(table)]
    else:
        found = [line.get("网格", "") for line in table] if isinstance(table, tuple) else []
    return tuple(dict.fromkeys(filter(None, found)))


def _cells(rows: Sequence[Row], listed: Collection[str]) -> Iterator[Finding]:
    known = {plain(words(row, GRID)) for row in rows} | set(map(plain, listed))
    strange: dict[str, list[Row]] = {}
    for row in rows:
        grid = words(row, GRID)
        at = (row, GRID)
        if not grid.strip() or (plain(grid) in _NONE and grid not in listed):
            said = f"{_whose(row)}没有网格" + (
                f"，写的是「{grid.strip()}」" if grid.strip() else ""
            )
            yield error("grid-missing", at, said, "请补上，人人要在一个网格里")
        elif grid not in listed and several(grid, known):
            said = f"{_whose(row)}写了几个网格「{_one_line(grid)}」"
            yield error("grid-several", at, said, "一人只能在一个网格，请只留一个")
        elif listed and grid not in listed:
            strange.setdefault(grid, []).append(row)
    for grid, ones in strange.items():
        said = f"网格「{_one_line(grid)}」不在发文单的「{_ELEMENT}」里，{len(ones)}人没有职责"
        yield warning("grid-unlisted", (ones[0], GRID), said, advice(grid, listed))


def _twice(rows: Iterable[Row]) -> Iterator[Finding]:
    """Find people whom two rows put into different grids: by name and ID number, else 工号.

    Two people with one number are another fault: whose it is, nobody knows yet.
    """
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        number = normal_id(words(row, "id_card")) or words(row, "staff_no")
        who = plain(words(row, "name")), number
        other = first.setdefault(who, row) if number else row
        here, there = words(row, GRID), words(other, GRID)
        if other is row or not here or not there or plain(here) == plain(there):
            continue
        place = other.place(GRID)
        said = f"{_whose(row)}在这里是「{_one_line(here)}」，在 {place.sheet} {place.cell} 是"
        yield error(
            "grid-two",
            (row, GRID),
            f"{said}「{_one_line(there)}」",
            "一人只能在一个网格，请核对后改成一致，或删去重复的一行",
            also=((other, GRID),),
        )


def several(grid: str, known: Collection[str]) -> bool:
    """Tell whether a cell names more than one grid: each part is one elsewhere, or reads like one.

    教学楼A、B座 is one grid; 第1网格、第3网格 are two, and so are 1/3.
    """
    if _RANGE.fullmatch(plain(grid)):
        return True
    parts = [plain(part) for part in _BETWEEN.split(grid) if part and part.strip()]
    return len(parts) > 1 and all(one in known or _USUAL.fullmatch(one) for one in parts)


def plain(grid: str) -> str:
    """Return a grid's name as it is compared: without spaces, in one width."""
    return "".join(unicodedata.normalize("NFKC", grid).split())


def _whose(row: Row) -> str:
    name = words(row, "name")
    return f"「{name}」" if name else "这一行"


def _one_line(grid: str) -> str:
    return "／".join(grid.split())
