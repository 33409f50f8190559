"""A roster in one workbook, in three, and with a workbook for each branch: the same letters."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bureau import fawen
from openpyxl import Workbook, load_workbook

from merge import job as jobs
from merge import plan as plans
from merge.press import press
from rosters.reader import read_roster
from templates.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from rosters.roster import Roster

BOOK = Path(__file__).parent / "data" / "东江理工大学名册.xlsx"
UPPER, BRANCHES, MEMBERS = "二级党组织", "党支部", "党员信息"


SOME = 4  # second-level organisations in the small form


@pytest.fixture(scope="module", params=["some", pytest.param("all", marks=pytest.mark.long)])
def apart(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Divide the workbook both ways; its 350 workbooks take minutes on a busy machine."""
    folder = tmp_path_factory.mktemp("apart")
    whole = folder / "whole.xlsx"
    shutil.copy(BOOK, whole)
    if request.param == "some":
        cut(whole)
    book = load_workbook(whole)
    for name in (UPPER, BRANCHES, MEMBERS):
        save(book[name], folder / "three" / f"{name}.xlsx")
    for name in (UPPER, BRANCHES):
        save(book[name], folder / "many" / f"0{name}.xlsx")
    roster = read_roster([whole])
    first = min(member.row.number for member in roster.members)
    branches: dict[str, set[int]] = {}
    for member in roster.members:
        branches.setdefault(member.organisation or "", set()).add(member.row.number)
    lines = dict(enumerate(book[MEMBERS].iter_rows(), 1))
    for key, rows in branches.items():
        kept = [line for number, line in lines.items() if number < first or number in rows]
        write(MEMBERS, kept, folder / "many" / "党员" / f"{key}.xlsx")
    return folder


def cut(path: Path) -> None:
    """Keep some second-level organisations of a workbook, and all below them."""
    roster = read_roster([path])
    tops = {one.key for one in roster.inferiors(None)[:SOME]}
    kept = [one for one in roster.organisations if roster.second_level(one).key in tops]
    rows = [one.row for one in kept]
    rows += [member.row for one in kept for member in roster.own_members(one)]
    held = [one.row for one in (*roster.organisations, *roster.members)]
    book = load_workbook(path)
    for name in (UPPER, BRANCHES, MEMBERS):
        stay = {row.number for row in rows if row.sheet.name == name}
        go = {row.number for row in held if row.sheet.name == name} - stay
        lines = [line for at, line in enumerate(book[name].iter_rows(), 1) if at not in go]
        copy_of(book, name, lines)
    book.save(path)


def copy_of(book: Workbook, name: str, lines: list[tuple[Cell, ...]]) -> None:
    """Put a sheet of these lines in the place of the one of this name."""
    old = book[name]
    new = book.create_sheet("新", book.index(old))
    for number, line in enumerate(lines, 1):
        for cell in line:
            if cell.value is not None:
                new.cell(number, cell.column, cell.value).number_format = cell.number_format
    book.remove(old)
    new.title = name


def save(sheet: Worksheet, path: Path) -> None:
    write(sheet.title, list(sheet.iter_rows()), path)


def write(name: str, rows: list[tuple[object, ...]], path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for number, row in enumerate(rows, 1):
        for cell in row:
            if getattr(cell, "value", None) is not None:
                new = sheet.cell(number, cell.column, cell.value)  # type: ignore[attr-defined]  # a cell
                new.number_format = copy.copy(cell.number_format)  # type: ignore[attr-defined]  # a cell
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("office") / "w"
    assert fawen("new", root, cwd=root.parent).status == 0
    return root


WAYS: dict[str, Callable[[Path], list[Path]]] = {
    "three files": lambda folder: [
        folder / "three" / f"{name}.xlsx" for name in (UPPER, BRANCHES, MEMBERS)
    ],
    "a folder": lambda folder: [folder / "many", folder / "many" / "党员"],
}


def made(office: Path, name: str, roster: Roster, folder: Path) -> list[tuple[object, ...]]:
    """Fill a job's documents; return each with its bytes, and every letter."""
    path = office / "jobs" / f"{name}.md"
    plan = plans.plan(jobs.load(path, shown=name), roster, Library([office / "templates"]))
    letters = [
        (one.organisation, one.name, one.to, one.cc, one.subject, one.body) for one in plan.letters
    ]
    for _ in press(plan, folder):
        pass
    documents = sorted(
        (path.relative_to(folder).as_posix(), path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    )
    return [*documents, *letters]


def test_the_same_letters(apart: Path, office: Path, tmp_path: Path) -> None:
    rosters = {way: read_roster(paths(apart)) for way, paths in WAYS.items()}
    whole = read_roster([apart / "whole.xlsx"])
    for name in ("通知", "表彰", "支部"):
        wanted = made(office, name, whole, tmp_path / name / "whole")
        assert len(wanted) >= SOME
        for way, roster in rosters.items():
            found = made(office, name, roster, tmp_path / name / way)
            assert [one[0] for one in found] == [one[0] for one in wanted], (name, way)
            assert found == wanted, (name, way)
