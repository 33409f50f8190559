"""What differs among documents: holes in a line, lines that only some have, another's name."""

from __future__ import annotations

from outbox.office.review import chosen
from outbox.office.review_text import Line
from outbox.office.review_varying import Item, Varying, through, varying


def compared(*texts: tuple[str, list[str]]) -> Varying:
    items = [
        Item(name, (name,), tuple(Line(f"第{n}段", text) for n, text in enumerate(lines, 1)))
        for name, lines in texts
    ]
    return varying(items)


def test_only_the_own_name_is_no_difference() -> None:
    found = compared(("甲学院", ["标题", "甲学院请核对。"]), ("乙学院", ["标题", "乙学院请核对。"]))
    assert (found.fixed, found.spots) == (2, ())


def test_another_organisation_s_name_stands_out() -> None:
    found = compared(
        ("甲学院", ["甲学院请核对。"]),
        ("乙学院", ["甲学院请核对。"]),
        ("丙学院", ["丙学院请核对。"]),
    )
    [spot] = found.spots
    assert spot.pattern == "①请核对。"
    assert spot.values == (("〔单位〕",), ("甲学院",), ("〔单位〕",))


def test_holes_are_named_one_by_one() -> None:
    found = compared(
        ("甲", ["截至今日，甲共有党员12名，分布在3个党支部。"]),
        ("乙", ["截至今日，乙共有党员7名，分布在11个党支部。"]),
    )
    [spot] = found.spots
    assert spot.pattern == "截至今日，〔单位〕共有党员①名，分布在②个党支部。"
    assert spot.values == (("12", "3"), ("7", "11"))


def test_a_paragraph_that_some_have_moves_no_other() -> None:
    found = compared(
        ("甲", ["开头。", "四、责任", "各单位要落实。", "五、考察", "结尾。"]),
        ("乙", ["开头。", "四、考察", "结尾。"]),
    )
    assert found.fixed == 2
    assert [spot.pattern for spot in found.spots][-1] == "①、考察"
    [(text, who), (nothing, others)] = found.spots[0].variants
    assert (text, who) == ("四、责任\n各单位要落实。", ("甲",))
    assert (nothing, others) == ("", ("乙",))


def test_rows_of_tables_of_different_length_are_one_spot() -> None:
    def item(name: str, count: int) -> Item:
        rows = tuple(
            Line(f"表格1第{n}行", f"{n}｜{name}{n}", cells=("", "")) for n in range(1, count)
        )
        return Item(name, (), rows)

    found = varying([item("一", 3), item("二", 4), item("三", 5), item("四", 6), item("五", 7)])
    [spot] = found.spots
    assert spot.place == "表格1第1至6行"
    assert spot.values[0] == ("2 行：1｜一1 … 2｜一2",)


def test_what_has_nothing_in_common_is_shown_whole() -> None:
    found = compared(("甲", ["今天开会。"]), ("乙", ["请速填表！"]))
    [spot] = found.spots
    assert spot.pattern == ""
    assert [text for text, _ in spot.variants] == ["今天开会。", "请速填表！"]


def test_every_line_is_accounted_for_whatever_the_texts() -> None:
    texts = [
        ("甲", ["a"] * 3),
        ("乙", ["a"] * 5),
        ("丙", ["a", "b", "a"]),
        ("丁", ["b"]),
        ("戊", []),
    ]
    found = compared(*texts)
    assert found.fixed == 0
    assert len(found.spots) == 1


def test_places_are_said_as_a_range() -> None:
    assert through(["第3段"]) == "第3段"
    assert through(["第3段", "第4段"]) == "第3至4段"
    assert through(["第3段", "表格1第1行"]) == "第3段至表格1第1行"


def test_a_choice_is_even_and_begins_with_the_first() -> None:
    assert chosen(3, 5) == [0, 1, 2]
    assert chosen(100, 4) == [0, 25, 50, 75]
    assert len(set(chosen(100_000, 300))) == 300
