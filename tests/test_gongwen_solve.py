"""What must fit: titles, marks, signatures and 附件说明, by the rules of 7.2 and 7.3."""

from __future__ import annotations

import datetime as dt
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates.gongwen.mark import TEXT_WIDTH
from templates.gongwen.solve import (
    Line,
    addressee_lines,
    belongs_in_imprint,
    joint_mark,
    joint_sealed,
    lawful,
    mark,
    notes,
    sealed,
    stamped,
    title_lines,
    unsealed,
    width,
)

_FILE = Path(__file__).parent / "data" / "titles.txt"
_LINES = _FILE.read_text(encoding="utf-8").splitlines()
TITLES = [tuple(line.split("|")) for line in _LINES if line and not line.startswith("#")]
_NAMED = """
示例大学 中共示例大学委员会 中共示例大学委员会组织部 中共示例大学委员会宣传部 示例省 示例市
中共示例大学纪律检查委员会 东江理工大学 中共东江理工大学委员会 北原师范学院 示例省教育厅
示例省财政厅 示例市人民政府办公室 示例市人民政府 示例市教育局 示例县人民政府 土木工程学院
示例区应急管理局 示例市第一人民医院 王小明 李某某 张晓红 陈志远 刘国栋
"""
NAMES = frozenset(_NAMED.split())
ORGANS = st.text("中共示例东江理工大学委员会党政办公室组织部学院", min_size=4, max_size=30)
DATES = st.dates(dt.date(1949, 10, 1), dt.date(2099, 12, 31)).map(
    lambda day: f"{day.year}年{day.month}月{day.day}日"
)


def joined(words: tuple[str, ...]) -> str:
    return "".join(words)


def ends(pieces: tuple[str, ...]) -> set[int]:
    return set(accumulate(len(piece) for piece in pieces))


def shaped(lengths: list[float]) -> bool:
    """The shape, decided another way: no line is narrower than lines both above and below it."""
    inner = range(1, len(lengths) - 1)
    waist = any(max(lengths[:at]) > lengths[at] < max(lengths[at + 1 :]) for at in inner)
    return not waist and not (len(lengths) > 2 and len(set(lengths)) == 1)


def test_there_are_200_titles_of_8_to_80_characters() -> None:
    assert len({joined(words) for words in TITLES}) == len(TITLES) == 200
    lengths = [width(joined(words)) for words in TITLES]
    assert min(lengths) <= 10
    assert max(lengths) >= 70
    assert all(8 <= length <= 80 for length in lengths)


@pytest.mark.parametrize("words", TITLES, ids=[str(at) for at in range(len(TITLES))])
def test_a_title_is_broken_between_words_into_a_lawful_shape(words: tuple[str, ...]) -> None:
    title = joined(words)
    lines = title_lines(title, NAMES)
    assert joined(lines) == title
    assert ends(lines) <= ends(words), lines
    lengths = [width(line) for line in lines]
    assert max(lengths) <= 20
    assert shaped(lengths), lines
    assert len(lines) == 1 or min(lengths) >= 4
    assert all(line[0] not in "的和与及、，》”" for line in lines), lines
    assert not any(line.endswith("关于") for line in lines)
    assert len(lines) <= -(-width(title) // 20) + 1


@pytest.mark.parametrize("words", TITLES[::9], ids=joined)
def test_no_supplied_name_is_broken_wherever_it_stands(words: tuple[str, ...]) -> None:
    title = "中共示例大学委员会组织部" + joined(words)
    cuts = ends(title_lines(title, NAMES))
    for name in NAMES:
        at = title.find(name)
        while at >= 0:
            longer = any(name in one and one in title for one in NAMES if len(one) > len(name))
            inside = {cut for cut in cuts if at < cut < at + len(name)}
            assert longer or not inside, (name, title_lines(title, NAMES))
            at = title.find(name, at + 1)


def test_the_writers_own_breaks_are_kept() -> None:
    assert title_lines("关于表彰先进的\n决定") == ("关于表彰先进的", "决定")
    assert title_lines("关于开展\v工作的通知") == ("关于开展", "工作的通知")
    long = "关于做好疫情防控期间党组织信息采集工作的通知"
    assert title_lines(f"示例大学\n{long}", NAMES)[0] == "示例大学"


def test_a_short_title_stays_on_its_line() -> None:
    assert title_lines("关于开展2026年度民主评议党员工作的通知") == (
        "关于开展2026年度民主评议党员工作的通知",
    )
    assert title_lines("") == ()


def test_what_fits_on_no_line_is_broken_where_it_must() -> None:
    one_word = "某" * 45
    lines = title_lines(one_word)
    assert joined(lines) == one_word
    assert max(width(line) for line in lines) <= 20


@given(st.text("关于做好疫情防控工作的通知、《》2026年", min_size=1, max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_title_keeps_its_characters_and_fits(title: str) -> None:
    lines = title_lines(title)
    assert joined(lines) == title
    assert all(0 < width(line) <= 20 for line in lines)


@pytest.mark.parametrize(
    ("lines", "good"),
    [
        (("一二三四", "一二三四五六"), True),
        (("一二三四五六", "一二三四"), True),
        (("一二三四", "一二三四五六", "一二三四"), True),
        (("一二三四五六", "一二三四", "一二三四五六"), False),
        (("一二三四", "一二三四", "一二三四"), False),
        (("一二三四五六", "一二三"), False),
        (("关于某某工作", "的通知"), False),
    ],
)
def test_which_shapes_are_lawful(lines: tuple[str, ...], good: bool) -> None:
    assert lawful(lines) is good


def within(line: Line) -> bool:
    return line.left >= 0 and line.right >= 0


@given(ORGANS, DATES)
def test_with_a_seal_the_organ_is_centred_on_the_date(organ: str, date: str) -> None:
    found = sealed(organ, date)
    assert joined(tuple(line.text for line in found.organ)) == organ
    assert all(within(line) for line in (*found.organ, found.date))
    middle = found.date.left + width(date) / 2
    for line in found.organ:
        assert abs(line.left + width(line.text) / 2 - middle) <= 0.5
    if width(organ) <= width(date) + 8:
        assert found.date.right == 4
        assert len(found.organ) == 1
    else:
        assert found.date.right > 4
        assert min(line.right for line in found.organ) == 0


@given(ORGANS, DATES)
def test_without_a_seal_the_date_begins_two_to_the_right(organ: str, date: str) -> None:
    found = unsealed(organ, date)
    assert found.blank_before == 1
    assert all(within(line) for line in (*found.organ, found.date))
    assert all(found.date.left - line.left == 2 for line in found.organ)
    wide = max(width(line.text) for line in found.organ)
    if width(date) > wide:
        assert found.date.right == 2
    elif wide <= 26:
        assert min(line.right for line in found.organ) == 2


@given(ORGANS, DATES, st.sampled_from([4.0, 5.5, 7.5]))
def test_a_stamp_stands_four_from_the_right_its_post_two_left_of_it(
    post: str, date: str, stamp: float
) -> None:
    found = stamped(post, date, stamp)
    assert (found.blank_before, found.blank_between, found.date.right) == (2, 1, 4)
    assert all(line.right == 4 + stamp + 2 and line.left >= 0 for line in found.organ)


@given(st.lists(ORGANS, min_size=2, max_size=7), DATES)
def test_joint_seals_never_touch_nor_leave_the_page(organs: list[str], date: str) -> None:
    found = joint_sealed(organs, date)
    shown = [joined(tuple(line.text for line in organ)) for row in found.rows for organ in row]
    assert shown == organs
    middle = found.date.left + width(date) / 2
    last = found.rows[-1][-1]
    assert all(abs(line.left + width(line.text) / 2 - middle) <= 0.5 for line in last)
    for row in found.rows:
        centres = [organ[0].left + width(organ[0].text) / 2 for organ in row]
        assert all(b - a > 7.5 for a, b in pairwise(centres))
        assert len(row) == 1 or centres[0] >= 3.75
        assert all(within(line) for organ in row for line in organ)
        flat = [line for organ in row for line in organ[:1]]
        assert all(a.left + width(a.text) <= b.left for a, b in pairwise(flat))


@pytest.mark.parametrize(
    ("organ", "date", "organ_right", "date_right"),
    [
        ("中共示例大学委员会组织部门", "2020年2月1日", 0.5, 4),
        ("中共某某示例大学委员会组织部", "2020年2月1日", 0, 4),  # 14: what just fits
        ("示例大学", "2020年12月31日", 5.5, 4),
        ("中共示例大学委员会党政办公室组织部", "2020年2月1日", 0, 5.5),
    ],
)
def test_with_a_seal_by_hand(organ: str, date: str, organ_right: float, date_right: float) -> None:
    found = sealed(organ, date)
    assert (found.organ[0].right, found.date.right) == (organ_right, date_right)
    assert found.date.twips == round(date_right * 316)


def test_without_a_seal_by_hand() -> None:
    found = unsealed("示例大学", "2020年2月1日")  # the date is the longer: 6 against 4
    assert (found.organ[0].right, found.date.right) == (6, 2)
    found = unsealed("示例大学校长办公室", "2020年2月1日")
    assert (found.organ[0].right, found.date.right) == (2, 3)
    several = unsealed(["中共示例大学委员会", "示例大学"], "2020年2月1日")
    assert [line.left for line in several.organ] == [17, 17]


@given(st.integers(1, 40))
def test_a_mark_stays_on_its_line(count: int) -> None:
    text = "示" * count
    found = mark(text)
    assert found.wide(text) <= TEXT_WIDTH
    assert found.points <= 62
    assert 50 <= found.scale <= 100
    if count <= 30:
        assert found.points > 22, "larger than a title"
        assert found.wide(text) > TEXT_WIDTH * 0.93 or found.points > 41


@given(st.lists(st.integers(2, 20), min_size=2, max_size=6), st.sampled_from(["文件", ""]))
def test_a_joint_mark_fits_beside_its_tail(counts: list[int], tail: str) -> None:
    names = ["示" * count for count in counts]
    found = joint_mark(names, tail)
    assert max(found.names.wide(name) for name in names) <= found.names_width + 0.01
    assert found.tail.wide(tail) <= found.tail_width + 0.01
    assert found.names_width + found.tail_width <= TEXT_WIDTH
    assert found.line >= found.names.points * 1.2
    assert found.line * len(names) <= 150


def test_names_of_attachments_begin_below_each_other() -> None:
    [only] = notes(["报名表"])
    assert (only.label, only.left, only.hanging) == ("附件：", 5, 3)
    first, second = notes(["报名表", "名额分配表"])
    assert (first.label, first.left, first.hanging) == ("附件：1.", 6, 4)
    assert (second.label, second.left, second.hanging) == ("2.", 6, 1)
    many = notes(["表"] * 12)
    assert {one.left for one in many} == {6.5}
    assert [one.tab for one in many] == [True] * 9 + [False] * 3


def test_addressees_that_leave_no_text_on_page_1_go_to_the_imprint() -> None:
    assert addressee_lines("各学院") == addressee_lines("各学院：") == 1
    long = "某" * 28 * 4
    assert addressee_lines(long) == 5
    assert not belongs_in_imprint(long, 6)
    assert belongs_in_imprint(long, 5)
