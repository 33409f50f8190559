"""Filters that take texts apart, pick people by name, and mask numbers."""

from __future__ import annotations

import pytest

from rosters.finding import InputError, Place
from templates.sandbox import Text
from templates.tags import Names

NAMES = Names(["事迹", "号码", "方式", "表", "人名", "党员", "姓名"])
PEOPLE = [{"姓名": name} for name in ("许七", "王毅", "王毅", "买买提·吾拉音")]


def filled(source: str, **record: object) -> str:
    return Text(source, NAMES, Place("模板")).render({"党员": PEOPLE, **record})


@pytest.mark.parametrize(
    ("number", "hidden"),
    [
        ("990118199009034039", "9901**********4039"),
        ("16861763493", "168****3493"),
        ("027-68756789", "027*****6789"),
        ("16861763493、16468362729", "168****3493、164****2729"),
        ("16861763493（微信同号）", "168****3493（微信同号）"),
        ("无", "无"),
        ("", ""),
    ],
)
def test_numbers_are_masked_whole_or_left_out(number: str, hidden: str) -> None:
    assert filled("{{ 号码 | 脱敏 }}", 号码=number) == hidden
    assert filled("{{ 号码 | 脱敏(方式) }}", 号码=number, 方式="遮盖") == hidden
    assert filled("{{ 号码 | 脱敏(方式) }}", 号码=number, 方式="完整") == number
    assert filled("{{ 号码 | 脱敏(方式) }}", 号码=number, 方式="不印") == ""


def test_a_cell_has_paragraphs() -> None:
    source = "{% for 段 in 事迹 | 分段 %}<{{ 段 }}>{% endfor %}"
    assert (
        filled(source, 事迹="　值守四十天。\r\n\n从没有请过假。 ")
        == "<值守四十天。><从没有请过假。>"
    )
    assert filled(source, 事迹="") == filled(source, 事迹=None) == ""


def test_lines_are_rows_and_a_table_stays_one() -> None:
    source = '{% for 行 in 表 | 分列("网格", "责任区") %}{{ 行.网格 }}:{{ 行.责任区 }};{% endfor %}'
    source = source.replace("行", "项")
    assert filled(source, 表="一｜东门\n\n二 | 西门\n三") == "一:东门;二:西门;三:;"
    assert filled(source, 表=[{"网格": "一", "责任区": "东门"}]) == "一:东门;"
    with pytest.raises(InputError, match="多于 2 列"):
        filled(source, 表="一｜东门｜西门")


def test_people_are_picked_by_name_each_just_one() -> None:
    source = '{{ 党员 | 选人("姓名", 人名) | 连接("、", "姓名") }}'
    assert filled(source, 人名="买买提·吾拉音，许　七") == "许七、买买提·吾拉音"
    assert filled(source, 人名="") == "许七、王毅、王毅、买买提·吾拉音"
    with pytest.raises(InputError, match="没有「许八」"):
        filled(source, 人名="许八")
    with pytest.raises(InputError, match="有 2 个「王毅」"):
        filled(source, 人名="王毅")
