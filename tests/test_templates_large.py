"""Large templates: what they cost grows as they do, and places are told right at their end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from templatecases import p, package, r, row, table

from rosters.finding import InputError
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from types import FrameType


def lines(content: bytes) -> int:
    """Count the lines of our own code that opening a template runs through."""
    seen = 0

    def line(frame: FrameType, event: str, _: object) -> object:
        nonlocal seen
        if "/templates/" not in frame.f_code.co_filename:
            return None
        seen += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        Template.open(content, Names(["姓名"]), shown="例.docx")
    finally:
        sys.settrace(before)
    return seen


def rows(number: int) -> bytes:
    return package(table(*[row(p(r("{{ 姓名 }}")), p(r("甲"))) for _ in range(number)]))


def test_what_rows_cost_grows_as_they_do() -> None:
    few, many = lines(rows(40)), lines(rows(160))
    assert many < 5 * few


def test_a_fault_far_down_a_table_is_told_at_its_cell() -> None:
    within = row(p(r("甲")) + table(row(p(r("乙"))), row(p(r("{{ 姓 }"))), row(p())), p())
    last = row(p(), p(r("{{ 名 }")))
    with pytest.raises(InputError) as said:
        Template.open(package(table(*[row(p())] * 9, within, last)), Names(), shown="例.docx")
    found = [one.place.where for one in said.value.findings]
    assert found == ["表格2第2行第1列", "表格1第11行第2列"]
