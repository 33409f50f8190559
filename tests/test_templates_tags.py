"""Any heading is a tag: each file of cases/tags is `names`, a tag and what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from word import text_of, written

from rosters.finding import InputError, Place
from templates.sandbox import Text
from templates.tags import AmbiguousError, Names, original
from templates.template import Template

CASES = sorted((Path(__file__).parent / "cases" / "tags").glob("*.txt"))


def _case(path: Path) -> tuple[list[str], str, str]:
    names, source, expected = path.read_text("utf-8").split("\n---\n")
    return names.splitlines(), source, expected.rstrip("\n")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_heading_is_a_tag(path: Path) -> None:
    """A record leads each name to itself in brackets; a case that begins with ! is refused."""
    headings, source, expected = _case(path)
    names = Names(headings)
    record: dict[str, Any] = {name: f"[{name}]" for name in headings}
    if expected.startswith("!"):
        with pytest.raises(InputError) as refused:
            Text(source, names, Place("例"))
        assert expected[1:] in str(refused.value.findings[0])
        return
    assert Text(source, names, Place("例")).render(record) == expected
    made = Template.open(written([source]), names, shown="例.docx").fill(record)
    assert text_of(made) == [expected]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_heading_split_over_runs_is_a_tag(path: Path) -> None:
    headings, source, expected = _case(path)
    if expected.startswith("!"):
        return
    record: dict[str, Any] = {name: f"[{name}]" for name in headings}
    made = Template.open(written([list(source)]), Names(headings), shown="例.docx").fill(record)
    assert text_of(made) == [expected]


def test_identifiers_lead_back() -> None:
    names = Names(["单位（全称）", "简称"])
    assert original(names.rewrite("单位（全称）")) == "单位（全称）"
    assert names.original(names.rewrite("简称")) == "简称"
    assert original("x_h_zz") == "x_h_zz"
    with pytest.raises(AmbiguousError):
        Names(["甲-乙", "乙-丙"]).rewrite("甲-乙-丙")


def test_statements_alone_leave_no_blank_line() -> None:
    names = Names(["类别", "下级", "简称"])
    lines = [
        "首", "{% if 类别 == “分党委” %}", "甲", "{% else %}", "乙", "{% endif %}",
        "{% for 支 in 下级 %}", "{{ 支.简称 }}", "{% endfor %}", "尾",
    ]  # fmt: skip
    template = Template.open(written(lines), names, shown="例.docx")
    rows = [{"简称": "一"}, {"简称": "二"}]
    assert text_of(template.fill({"类别": "分党委", "下级": rows})) == [
        "首",
        "甲",
        "一",
        "二",
        "尾",
    ]
    assert text_of(template.fill({"类别": "", "下级": []})) == ["首", "乙", "尾"]


@pytest.mark.parametrize(
    "rows",
    [
        [["{% for 支 in 下级 %}", ""], ["{{ 支.简称 }}", "{{ 支.类别 }}"], ["{% endfor %}", ""]],
        [
            ["{%tr for 支 in 下级 %}", ""],
            ["{{ 支.简称 }}", "{{ 支.类别 }}"],
            ["{%tr endfor %}", ""],
        ],
        [["{% for 支 in 下级 %}{{ 支.简称 }}", "{{ 支.类别 }}{% endfor %}"]],
    ],
)
def test_a_row_is_repeated_however_people_write_it(rows: list[list[str]]) -> None:
    template = Template.open(
        written([{"head": ["简称", "类别"], "rows": rows}]), Names(["下级"]), shown="例.docx"
    )
    made = template.fill({"下级": [{"简称": "一", "类别": "甲"}, {"简称": "二", "类别": "乙"}]})
    assert _cells(made) == [["简称", "类别"], ["一", "甲"], ["二", "乙"]]
    assert _cells(template.fill({"下级": []})) == [["简称", "类别"]]


def test_a_cell_never_loses_its_last_paragraph() -> None:
    document = docx.Document()
    cell = document.add_table(1, 2).cell(0, 0)
    cell.text = "{% if 甲 %}"
    cell.add_paragraph("有")
    cell.add_paragraph("{% endif %}")
    path = Path("cell.docx")
    made = Template.open(_saved(document), Names(["甲"]), shown=str(path)).fill({"甲": ""})
    assert _cells(made) == [["", ""]]


def test_several_statements_alone_in_one_paragraph() -> None:
    lines = [
        "{% for 支 in 下级 %}{% if 支.类别 == '甲' %}", "{{ 支.简称 }}", "{% endif %}{% endfor %}",
        "{% if 下级 %}{% else %}{% endif %}", "尾",
    ]  # fmt: skip
    template = Template.open(written(lines), Names(["下级"]), shown="例.docx")
    rows = [
        {"简称": "一", "类别": "甲"},
        {"简称": "二", "类别": "乙"},
        {"简称": "三", "类别": "甲"},
    ]
    assert text_of(template.fill({"下级": rows})) == ["一", "三", "", "尾"]


def test_a_paragraph_that_shows_something_is_never_cut_out() -> None:
    document = docx.Document()
    document.add_paragraph("{% if 甲 %}").add_run().add_break()
    document.add_paragraph("有{% endif %}尾")
    template = Template.open(_saved(document), Names(["甲"]), shown="例.docx")
    assert text_of(template.fill({"甲": ""})) == ["尾"]
    assert text_of(template.fill({"甲": "1"})) == ["\n", "有尾"]


def test_a_condition_in_one_cell_stays_in_it() -> None:
    rows = [["{% if 甲 %}有{% endif %}", "乙"], ["{% if 甲 %}行", "整{% endif %}"]]
    template = Template.open(
        written([{"head": ["头", "头"], "rows": rows}]), Names(["甲"]), shown="例.docx"
    )
    assert _cells(template.fill({"甲": "1"})) == [["头", "头"], ["有", "乙"], ["行", "整"]]
    assert _cells(template.fill({"甲": ""})) == [["头", "头"], ["", "乙"]]


def test_a_block_that_cannot_be_cut_is_refused() -> None:
    lines = ["{% if 甲 %}", {"head": ["一", "二"], "rows": [["三", "{% endif %}"]]}]
    with pytest.raises(InputError) as refused:
        Template.open(written(lines), Names(["甲"]), shown="例.docx")
    assert "不在同一处" in str(refused.value.findings[0])


def _cells(package: bytes) -> list[list[str]]:
    import io

    (table,) = docx.Document(io.BytesIO(package)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def _saved(document: Any) -> bytes:
    import io

    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
