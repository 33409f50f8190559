from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rosters import headers
from rosters.fields import normalised
from rosters.grid import letter, number
from rosters.roster import Kind

if TYPE_CHECKING:
    from rosters.roster import Value


@pytest.mark.parametrize(
    ("headings", "title", "kind"),
    [
        ("姓名 所在党支部", "", Kind.MEMBERS),
        ("姓名 身份证号", "", Kind.MEMBERS),
        ("党员姓名 性别 族别 身份证号 支部", "", Kind.MEMBERS),
        ("党组织代码 党组织名称 简称 电子邮箱", "", Kind.ORGANISATIONS),
        ("编号 党组织全称 简称 组织类别 联络员 手机 E-mail 排序号", "", Kind.ORGANISATIONS),
        ("党组织编码 党组织名称 上级党组织 类别", "", Kind.ORGANISATIONS),
        ("组织代码 党支部 简称 隶属 书记", "", Kind.BRANCHES),
        ("支部名称 支部书记 邮箱", "", Kind.BRANCHES),
        ("名称 上级 书记", "支部一览", Kind.BRANCHES),
        ("党支部名称 上级党组织 联络员姓名 手机", "", Kind.BRANCHES),
        ("姓名 职务 电话", "", None),
        ("日期 体温", "", None),
        ("", "", None),
    ],
)
def test_the_headings_decide_the_kind(headings: str, title: str, kind: Kind | None) -> None:
    assert headers.kind_of(headings.split(), title) == kind


def matched(
    headings: list[str], kind: Kind, values: dict[str, list[Value]], **told: str
) -> dict[str, str | None]:
    listed = [(index, letter(index + 1), heading) for index, heading in enumerate(headings)]
    columns, _ = headers.match(
        listed,
        kind,
        lambda index: values.get(headings[index], []),
        told,
    )
    return {column.heading: column.field for column in columns}


def test_values_decide_what_a_heading_means() -> None:
    stage = matched(["党籍状态"], Kind.MEMBERS, {"党籍状态": ["正式", "预备"]})
    standing = matched(["党籍状态"], Kind.MEMBERS, {"党籍状态": ["正常", "正常"]})
    assert (stage["党籍状态"], standing["党籍状态"]) == ("party_type", "membership")
    counted = matched(["编号", "党组织名称"], Kind.ORGANISATIONS, {"编号": [1, 2, 3]})
    coded = matched(["编号", "党组织名称"], Kind.ORGANISATIONS, {"编号": ["001", "002"]})
    assert (counted["编号"], coded["编号"]) == ("seq", "org_code")


def test_a_label_beats_an_alias_and_what_was_told_beats_both() -> None:
    found = matched(["联系方式", "手机号码"], Kind.MEMBERS, {})
    assert found == {"联系方式": None, "手机号码": "mobile"}
    told = matched(["联系方式", "手机号码"], Kind.MEMBERS, {}, 联系方式="mobile")
    assert told == {"联系方式": "mobile", "手机号码": None}


def test_a_heading_wins_over_another_columns_alias() -> None:
    listed = [(0, "A", "姓名"), (1, "B", "所在党支部"), (2, "C", "支部")]
    columns, _ = headers.match(listed, Kind.MEMBERS, lambda _: [], {})
    names = headers.names(columns, Kind.MEMBERS)
    assert (names["所在党支部"], names["支部"], names["党支部"]) == (1, 2, 1)
    assert names["name"] == names["党员姓名"] == 0


@pytest.mark.parametrize(
    "heading", ["姓 名", "*姓名", "姓名：", "姓名（必填）", "姓\n名", " 姓名 ", "姓名[必填]"]
)
def test_marks_and_spaces_do_not_matter(heading: str) -> None:
    assert normalised(heading) == "姓名"


def test_letters() -> None:
    assert [letter(one) for one in (1, 26, 27, 702, 703, 16384)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert all(number(letter(one)) == one for one in range(1, 16385, 7))
