"""One oddity a workbook, with what must be said about it: tests/cases/rosters/."""

from __future__ import annotations

from pathlib import Path

import pytest
import roster_books

CASES = sorted((Path(__file__).parent / "cases" / "rosters").glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, tmp_path: Path) -> None:
    case = roster_books.loaded(path)
    roster = roster_books.read(case, tmp_path)
    assert sorted(map(roster_books.told, roster.findings)) == sorted(case["findings"])
    if "organisations" in case:
        found = {one.key: one.superior for one in roster.organisations}
        assert found == case["organisations"]
    if "categories" in case:
        assert {one.key: one.category for one in roster.organisations} == case["categories"]
    if "members" in case:
        assert [[one.name, one.organisation] for one in roster.members] == case["members"]
    rows = [*(one.row for one in roster.organisations), *(one.row for one in roster.members)]
    by_place = {f"{row.sheet.name}!{row.number}": row for row in rows}
    for place, values in case.get("values", {}).items():
        row = by_place[place]
        assert {name: _shown(row.get(name)) for name in values} == values


def _shown(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)


def test_there_are_enough_cases_and_each_says_what_it_is() -> None:
    assert len(CASES) >= 60
    assert all(roster_books.loaded(path)["what"] for path in CASES)
