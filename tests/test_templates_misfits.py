"""Tags that would cut out what stands beside them: said at their cell, once, and never in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bureau import fawen
from test_templates_fill import RECORD, opened
from test_templates_found import texts
from word import written

from rosters.finding import InputError
from templates.library import Library
from templates.tags import Names
from templates.template import Template

SHIPPED = sorted((Path(__file__).parent.parent / "templates" / "samples").glob("*.docx"))
ROWS = "{{ 支.简称 }}"


def table(*rows: list[str]) -> dict[str, Any]:
    return {"head": ["甲", "乙"], "rows": list(rows)}


@pytest.mark.parametrize(
    ("lines", "where", "words"),
    [
        (["{%p if 类别 %}后面的字{{ 简称 }}", "内容", "{%p endif %}"],
         "正文第1段", "「{%p if 类别 %}」会把这一段整个去掉，连同旁边的「后面的字{{ 简称 }}」"),
        (["甲", "{{p 简称 }}别丢"], "正文第2段", "连同旁边的「别丢」"),
        (["{%p if 类别 %}", "内容", "{% endif %}尾巴"],
         "正文第3段", "「{% endif %}」和「{%p if 类别 %}」不是一种写法"),
        (["{%p if 类别 %}内容{%p endif %}"], "正文第1段", "在同一段里"),
        ([table(["{%tr for 支 in 下级 %}" + ROWS, "乙{%tr endfor %}"])],
         "表格1第2行第2列", "在表格的同一行里"),
        ([table(["{%tr for 支 in 下级 %}", "别丢我"], [ROWS, ""], ["{%tr endfor %}", ""])],
         "表格1第2行第1列", "会把表格的这一行整个去掉，连同旁边的「别丢我」"),
        ([table(["{%tr for 支 in 下级 %}", ""]), "中间", table(["{%tr endfor %}", ""])],
         "表格2第2行第1列", "不在同一个表格里"),
        ([table(["甲", "{%tc if 类别 %}"], ["乙", "{%tc endif %}"])],
         "表格1第3行第2列", "不在表格的同一行里"),
        (["{%tr if 类别 %}"], "正文第1段", "「{%tr if 类别 %}」只能写在表格里"),
    ],
)  # fmt: skip
def test_what_would_be_lost_is_said_once_at_its_cell(
    lines: list[Any], where: str, words: str
) -> None:
    with pytest.raises(InputError) as fault:
        opened(*lines)
    [found] = fault.value.findings
    assert found.place.where == where
    assert words in found.message
    assert found.advice


def test_headings_that_are_no_names_are_quoted_as_they_were_written() -> None:
    with pytest.raises(InputError) as fault:
        opened("{%p if 网格（片） %}{{ 网格（片） }}的人", "内容", "{%p endif %}")
    [found] = fault.value.findings
    assert "「{%p if 网格（片） %}」" in found.message
    assert "旁边的「{{ 网格（片） }}的人」" in found.message


def test_other_faults_are_said_beside_it() -> None:
    with pytest.raises(InputError) as fault:
        opened("{%p if 类别 %}别丢", "{{ 简称 + 1 }}", "{%p endif %}")
    assert [one.place.where for one in fault.value.findings] == ["正文第1段", "正文第2段"]


def test_what_is_right_is_left_alone() -> None:
    template = opened(
        "{% if 类别 %}", "{%p for 支 in 下级 %}", ROWS, "{%p endfor %}", "{% endif %}",
        "甲{% if 类别 %}乙{% endif %}丙",
        table(["{%tr for 支 in 下级 %}", ""], [ROWS, "{{ 支.人数 }}"], ["{%tr endfor %}", ""]),
        table(["{% for 支 in 下级 %}" + ROWS, "{{ 支.人数 }}{% endfor %}"]),
    )  # fmt: skip
    assert "甲乙丙" in texts(template.fill(RECORD))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_templates_have_none(path: Path) -> None:
    library = Library([])
    Template.open(library.find(path.stem), Names([]), shown=path.name)


def test_a_clerk_is_told(tmp_path: Path) -> None:
    file = tmp_path / "自己的.docx"
    file.write_bytes(written(["{%p if 类别 %}别丢", "内容", "{%p endif %}"]))
    said = fawen("fields", file, cwd=tmp_path)
    assert said.status == 1
    assert "正文第1段" in said.err
    assert "连同旁边的「别丢」" in said.err
