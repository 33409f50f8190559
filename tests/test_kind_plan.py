"""工作预案: its cover is one page, however long names are, with the date at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pdfplumber
import pytest
from measuring.rendering import rendered

from rosters.dates import PartialDate
from templates.library import Library
from templates.tags import Names

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.libreoffice

RECORD: dict[str, object] = {
    "简称": "马克思主义学院党委",
    "标题": "学生返校疫情防控工作预案",
    "党组织名称": "中共示例大学马克思主义学院委员会",
    "书记": "王毅",
    "联系人": "许七",
    "联系电话": "010-00000000",
    "党员数": 143,
    "署名": "中共示例大学委员会组织部",
    "成文日期": PartialDate(2026, 12, 1),
    "关键节点": "12月8日｜校园通行和测温演练",
}
LONG = {
    "简称": "网络与信息中心网络空间安全研究院联合党总支",
    "标题": "关于做好二〇二六年寒假前后学生离校返校疫情防控工作的预案",
    "党组织名称": "中共示例大学网络与信息中心网络空间安全研究院联合总支部委员会",
}


@pytest.mark.parametrize("record", [RECORD, {**RECORD, **LONG}], ids=["short", "long"])
def test_the_cover_is_one_page(record: dict[str, object], tmp_path: Path) -> None:
    template = Library().source("工作预案").open(Names(record))
    made = rendered({"预案": template.fill(record)}, tmp_path)
    with pdfplumber.open(made["预案"]) as pdf:
        first, second = ("".join(page.extract_text().split()) for page in pdf.pages[:2])
    assert first.endswith("2026年12月1日—1—")
    assert second.startswith("一、组织领导")
