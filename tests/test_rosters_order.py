"""姓氏笔画 and 拼音: published lists come out exactly; the order is total and stable."""

from __future__ import annotations

import io
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest
from bureau import fawen
from hypothesis import given, settings
from hypothesis import strategies as st

from rosters import order
from rosters.characters.table import UNKNOWN, reading, strokes
from rosters.finding import Place
from rosters.surnames import COMPOUND, parted
from templates.sandbox import Text
from templates.tags import Names

if TYPE_CHECKING:
    from pathlib import Path

# Public lists of public persons that state 按姓氏笔画为序: the members of the 19th and the 20th
# Politburo as elected (Xinhua, 2017-10-25 and 2022-10-23).
_NINETEENTH = """
丁薛祥 习近平 王晨 王沪宁 刘鹤 许其亮 孙春兰 李希 李强 李克强 李鸿忠 杨洁篪 杨晓渡 汪洋 张又侠
陈希 陈全国 陈敏尔 赵乐际 胡春华 栗战书 郭声琨 黄坤明 韩正 蔡奇
"""
_TWENTIETH = """
丁薛祥 习近平 马兴瑞 王毅 王沪宁 尹力 石泰峰 刘国中 李希 李强 李干杰 李书磊 李鸿忠 何卫东 何立峰
张又侠 张国清 陈文清 陈吉宁 陈敏尔 赵乐际 袁家军 黄坤明 蔡奇
"""
NINETEENTH = _NINETEENTH.split()
LISTS = {"19": NINETEENTH, "20": _TWENTIETH.split()}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单仇曾解区任查盖习丁尹万于䶮㛃𬭊欧尉司"
GIVEN = "一丁毅力强晨希沪宁薛祥喆堃昇翀頔䶮㛃明国华伟·"
NAMES = st.builds(
    str.__add__,
    st.sampled_from(sorted({*SURNAMES, *COMPOUND})),
    st.text(st.sampled_from(GIVEN), min_size=0, max_size=3),
)


@pytest.mark.parametrize("which", LISTS)
def test_published_lists_come_out_exactly(which: str) -> None:
    for seed in range(20):
        shuffled = list(LISTS[which])
        Random(seed).shuffle(shuffled)  # noqa: S311 - a test's own order
        assert order.by_strokes(shuffled) == LISTS[which]


@settings(deadline=None)  # the first asks for the tables
@given(st.lists(NAMES, max_size=12), st.randoms(use_true_random=False))
def test_the_order_is_independent_of_the_input_s(names: list[str], random: Random) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)
    for sort in (order.by_strokes, order.by_pinyin):
        assert sort(shuffled) == sort(names)


@settings(deadline=None)
@given(NAMES, NAMES, NAMES)
def test_the_order_is_total(one: str, two: str, three: str) -> None:
    for key in (order.stroke_key, order.pinyin_key):
        assert (key(one) == key(two)) == (one == two)
        assert (key(one) < key(two)) + (key(two) < key(one)) + (one == two) == 1
        if key(one) <= key(two) <= key(three):
            assert key(one) <= key(three)


def test_equal_names_stay_as_they_came() -> None:
    rows = [("李强", 2), ("王毅", 9), ("李强", 1), ("李　强", 3)]
    assert order.by_strokes(rows, lambda row: row[0])[1:] == [rows[0], rows[2], rows[3]]


def test_single_given_characters_come_first_and_compound_surnames_by_character() -> None:
    assert order.by_strokes(["王沪宁", "王毅"]) == ["王毅", "王沪宁"]
    assert order.by_strokes(["司马光", "司马相如", "司徒雷登", "司一"]) == [
        "司一",
        "司马光",
        "司马相如",
        "司徒雷登",
    ]
    assert parted("欧阳修") == ("欧阳", "修")
    assert parted("欧阳") == ("欧", "阳")
    assert parted("东方明") == ("东", "方明")


def test_surnames_are_read_as_surnames() -> None:
    mixed = "赵云 曾国藩 尉迟恭 解缙 单雄信 任正 仇英 欧阳修 万俟卨 罗成 吕布 卢俊义 区大相"
    sorted_ = "卢俊义 罗成 吕布 万俟卨 区大相 欧阳修 仇英 任正 单雄信 解缙 尉迟恭 曾国藩 赵云"
    assert " ".join(order.by_pinyin(mixed.split())) == sorted_


def test_every_character_of_gb2312_has_a_place_and_a_reading() -> None:
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    chars = [char for char in (row.decode("gb2312", "ignore") for row in rows) if char]
    assert len(chars) == 6763
    assert [char for char in chars if strokes(char).place is None] == []
    assert [char for char in chars if not reading(char)] == []
    assert sum(not strokes(char).kinds for char in chars) < 40
    for char in chars:
        found = strokes(char)
        assert len(found.kinds) in (0, found.number)


def test_what_is_explained_can_only_defend_the_order() -> None:
    found = [strokes(chr(code)) for code in range(0x4E00, 0x9FA6)]
    placed = sorted(one for one in found if one.place is not None)
    by_place = sorted(placed, key=lambda one: one.place or 0)
    assert [one.number for one in by_place] == sorted(one.number for one in placed)
    told = [(one.number, one.kinds) for one in by_place if one.kinds]
    assert told == sorted(told)


def test_characters_beyond_the_table_go_by_their_number_of_strokes() -> None:
    assert order.beyond("䶮㛃喆") == "䶮㛃"
    assert [strokes(one).number for one in "䶮㛃"] == [9, 9]
    assert order.by_strokes(["赵敏", "䶮甲", "胡适", "郭明"]) == ["赵敏", "胡适", "䶮甲", "郭明"]
    assert strokes("A").number == UNKNOWN


def test_what_chooses_the_form_of_a_character_is_none_itself() -> None:
    drawn = "葛\U000e0100"
    assert order.beyond(f"郑{drawn}") == ""
    assert [char for char, _, _ in order.explained(f"{drawn}郑")] == ["葛", "郑"]
    names = [f"郑{drawn}", "郑葛一", "郑一", f"{drawn}一", "葛二", f"欧{drawn[1]}阳一", "欧阳"]
    plain = [one.replace(drawn[1], "") for one in names]
    for ordered in (order.by_strokes, order.by_pinyin):
        assert [one.replace(drawn[1], "") for one in ordered(names)] == ordered(plain)


def test_filters_order_rows_and_texts() -> None:
    people = [{"姓名": name, "号": n} for n, name in enumerate(reversed(NINETEENTH))]
    names = Names(["党员", "姓名", "曾用名"])

    def filled(source: str) -> str:
        return Text(source, names, Place("例")).render({"党员": people})

    assert filled('{{ 党员 | 姓氏笔画 | 连接("、", "姓名") }}') == "、".join(NINETEENTH)
    assert filled('{{ 党员 | 列("姓名") | 姓氏笔画 | 连接 }}') == "、".join(NINETEENTH)
    assert filled('{% for 人 in 党员 | 拼音("姓名") %}{{ 人.姓名 }}{% endfor %}').startswith(
        "蔡奇陈"
    )
    text = Text("{% for 人 in 党员 | 姓氏笔画 %}{{ 人.姓名 }}{% endfor %}", names, Place("例"))
    assert {(use.path, use.name, use.kind) for use in text.uses} == {
        ((), "党员", "list"),
        (("党员",), "姓名", "strokes"),
        (("党员",), "姓名", "value"),
    }


def test_the_command_prints_the_order_and_its_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = fawen("--json", "order", "王沪宁、李强", "王　毅", "--explain", cwd=tmp_path)
    assert ran.status == 0
    assert ran.object["names"] == ["王毅", "王沪宁", "李强"]
    assert ran.object["reasons"]["李强"][0] == {"char": "李", "strokes": 7, "kinds": "1234521"}
    shown = fawen("order", "王毅", "䶮甲", "--explain", cwd=tmp_path).out
    assert "王 4画 横横竖横（1121）" in shown
    assert "䶮 9画" in shown
    assert "提醒" in shown
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("蔡奇\n丁薛祥\n".encode())))
    assert fawen("--json", "order", "--from", "-", cwd=tmp_path).object["names"] == [
        "丁薛祥",
        "蔡奇",
    ]
    assert fawen("order", cwd=tmp_path).status == 2
