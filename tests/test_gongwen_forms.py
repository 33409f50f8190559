"""The forms: 上行文, 信函格式, 命令, 纪要, letters, 联合行文, 套打; the signature and the seal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ooxml
import pytest
from papers import DAY, LETTER, NOTICE, ORGAN, paper, text_of
from word import picture

from rosters.finding import Place
from templates.gongwen.asked import slips
from templates.gongwen.blocks import Picture
from templates.wml import W

if TYPE_CHECKING:
    from papers import Paper

BODY = "现将有关事项报告如下。\n\n请予审定。"
UP: dict[str, object] = {**NOTICE, "签发人": "王　一、李二三、赵四"}


def red_lines(root: object) -> list[tuple[str, str]]:
    found = []
    for borders in root.iter(W + "pBdr"):  # type: ignore[attr-defined] # lxml ships no types
        found += [(one.tag.removeprefix(W), one.get(W + "val")) for one in borders]
    return found


def test_who_signed_stands_two_to_a_line_and_the_number_beside_the_last() -> None:
    made = paper("请示", UP, BODY)
    assert made.texts[2:4] == ["\t签发人：王　一　李二三", "示大组〔2026〕12号\t　　　　赵四"]
    fonts = [
        run.find(f"{W}rPr/{W}rFonts").get(W + "eastAsia") for run in made.lines[2].findall(W + "r")
    ]
    assert fonts == [None, "楷体_GB2312"]
    assert made.own("示大组", "ind", "firstLine") == "316"
    stops = {
        one.get(W + "pos")
        for line in made.lines[2:4]
        for one in line.iter(W + "tab")
        if one.get(W + "pos")
    }
    assert len(stops) == 1  # the names of both lines begin below each other
    # 签发人： and 王　一　李二三 are eleven wide; one more is left at the right edge.
    assert stops == {str(8844 - (4 + 3 + 1 + 3 + 1) * 316)}


def test_a_document_that_does_not_go_up_names_no_signer() -> None:
    assert not any("签发人" in text for text in paper("通知", NOTICE, BODY).texts)


def test_a_letter_has_its_head_and_lines_on_the_first_page_alone() -> None:
    given = {**NOTICE, "发文机关": "示例大学", "发文机关标志": "示例大学文件", "紧急程度": "加急"}
    made = paper("函", given, BODY)
    assert ooxml.faults(made.content) == []
    head, foot = made.parts["word/header1.xml"], made.parts["word/footer3.xml"]
    assert text_of(next(head.iter(W + "p"))) == "示例大学"  # no 文件 in 信函格式
    assert red_lines(head) == [("bottom", "thickThinSmallGap")]
    assert red_lines(foot) == [("bottom", "thinThickSmallGap")]
    assert "PAGE" not in "".join(foot.itertext())
    for part in (head, foot):
        ind = list(part.iter(W + "ind"))[-1]
        assert 8844 - int(ind.get(W + "left")) - int(ind.get(W + "right")) == 9638  # 170 mm
    assert next(made.document.iter(W + "titlePg")) is not None
    assert made.texts[0] == "加急\t示大组〔2026〕12号"
    table = list(made.document.iter(W + "tbl"))[-1]
    assert table.find(f"{W}tblPr/{W}tblBorders") is None
    assert not any("印发" in text for text in made.texts)


def test_a_notice_may_be_asked_for_as_a_letter_and_back() -> None:
    assert "word/header1.xml" in paper("通知", {**NOTICE, "格式": "信函"}, BODY).parts
    assert "word/header1.xml" not in paper("函", {**NOTICE, "格式": "文件"}, BODY).parts


def test_an_order_has_its_number_two_lines_above_the_text_and_no_rule() -> None:
    given = {"发文机关": "示例省人民政府", "发文字号": "第12号", "署名": "省长", "成文日期": DAY}
    made = paper("命令", given, "现予公布。")
    assert made.texts[:3] == ["示例省人民政府令", "第12号", "现予公布。"]
    assert made.own("第12号", "spacing", "after") == str(2 * 579)
    assert red_lines(made.document) == []
    size = int(made.line("示例省").find(f"{W}r/{W}rPr/{W}sz").get(W + "val"))
    before = int(made.own("示例省", "spacing", "before") or "")
    assert abs(before - (1134 - size * 1.5)) <= 1  # 20 mm from the top of 版心 to its ink


def test_an_order_with_a_title_has_two_lines_between_its_number_and_that() -> None:
    given = {"发文机关": "示例省人民政府", "发文字号": "第12号", "署名": "省长", "成文日期": DAY}
    made = paper("命令", {**given, "标题": "关于公布章程的命令"}, "现予公布。")
    assert made.texts[:3] == ["示例省人民政府令", "第12号", "关于公布章程的命令"]
    room = [made.own("第12号", "spacing", "after"), made.own("关于公布", "spacing", "before")]
    assert room == ["0", str(2 * 579)]


def test_minutes_list_who_was_there_below_the_text() -> None:
    given = {
        "发文机关标志": "示例大学校长办公会议纪要",
        "标题": "会议纪要",
        "出席": "王一、李二",
        "列席": "赵三",
    }
    made = paper("纪要", given, BODY)
    below = made.texts.index("请予审定。") + 1
    assert made.texts[below : below + 2] == ["出席：王一、李二", "列席：赵三"]
    label = made.line("出席").find(W + "r")
    assert label.find(f"{W}rPr/{W}rFonts").get(W + "eastAsia") == "黑体"
    assert made.own("出席", "ind", "left") == str(5 * 316)


@pytest.mark.parametrize("kind", ["慰问信", "感谢信", "倡议书"])
def test_letters_have_no_red_head_and_no_number(kind: str) -> None:
    made = paper(
        kind, {**LETTER, "发文字号": "示大〔2026〕1号", "发文机关标志": "示例大学文件"}, BODY
    )
    assert made.texts[0] == "慰问信"
    assert not any("〔2026〕" in text or "文件" in text for text in made.texts)
    assert red_lines(made.document) == []
    assert not list(made.document.iter(W + "tbl"))


def test_several_organs_share_a_head_and_each_has_room_for_its_seal() -> None:
    organs = "中共示例大学委员会宣传部、中共示例大学委员会组织部、示例大学学生工作处"
    made = paper("通知", {**NOTICE, "发文机关标志": f"{organs}文件", "署名": organs}, BODY)
    assert ooxml.faults(made.content) == []
    table = next(made.document.iter(W + "tbl"))
    assert [text_of(one) for one in table.iter(W + "p")] == [*organs.split("、"), "文件"]
    _, right = table.iter(W + "tc")
    assert right.find(f"{W}tcPr/{W}vAlign").get(W + "val") == "center"
    assert sum(int(one.get(W + "w")) for one in table.iter(W + "gridCol")) == 8844
    signed = "".join(made.texts[made.texts.index("请予审定。") + 1 :])
    assert all(organ in signed for organ in organs.split("、"))


@pytest.mark.parametrize("kind", ["通知", "函"])
def test_on_printed_paper_the_red_is_left_out_and_its_room_kept(kind: str) -> None:
    plain, blank = (paper(kind, {**NOTICE, "套打": asked}, BODY) for asked in ("否", "是"))
    assert ooxml.faults(blank.content) == []
    for name in ("word/document.xml", "word/header1.xml"):
        if name in plain.parts and red_lines(plain.parts[name]):
            assert not red_lines(blank.parts[name])
            assert heights(blank, name) == heights(plain, name)
    whole = "".join("".join(part.itertext()) for part in blank.parts.values())
    assert f"{ORGAN}文件" not in whole
    assert "示大组〔2026〕12号" in whole


def heights(made: Paper, name: str) -> list[tuple[str, str]]:
    spaces = [one.find(f"{W}pPr/{W}spacing") for one in made.parts[name].iter(W + "p")]
    return [(one.get(W + "before"), one.get(W + "line")) for one in spaces if one is not None][:3]


def test_a_seal_is_placed_by_the_rule_and_only_as_supplied() -> None:
    assert not list(paper("通知", NOTICE, BODY).document.iter("{*}drawing"))
    seal = Picture(bytes(picture(8)), "png", 300, 300, "", Place())
    made = paper("通知", NOTICE, BODY, seal=seal)
    assert ooxml.faults(made.content) == []
    (anchor,) = made.document.iter("{*}anchor")
    assert anchor.get("behindDoc") == "1"
    extent = anchor.find("{*}extent")
    assert (extent.get("cx"), extent.get("cy")) == (str(42 * 36_000),) * 2
    across, down = (int(one.text) for one in anchor.iter("{*}posOffset"))
    # Its middle stands over the middle of the date, which is seven wide and four from the edge.
    middle = (8844 - (4 + 3.5) * 316) * 635
    assert abs(across + 21 * 36_000 - middle) < 5 * 635
    # Its top lies within one line of the text, which ends four lines above the date's.
    lines = 4 + down / 635 / 579
    assert 0 < lines < 1


@pytest.mark.parametrize(("asked", "first"), [("盖章", 3), ("不盖章", 1), ("签名章", 2)])
def test_room_is_left_for_what_is_put_by_the_signature(asked: str, first: int) -> None:
    made = paper("通知", {**NOTICE, "用印": asked, "署名": "示例大学"}, BODY)
    assert made.own("示例大学", "spacing", "before") == str(first * 579)


def test_words_the_layout_does_not_know_are_findings() -> None:
    asked = {"用印": "公章", "格式": "请柬", "套打": "好", "紧急程度": "特提", "份号": "12"}
    found = {one.name: one for one in slips(asked)}
    assert set(found) == set(asked)
    assert [name for name, one in found.items() if not one.binds] == ["份号"]
    assert "盖章、不盖章、签名章" in found["用印"].advice
    assert not list(slips({**NOTICE, "份号": "{{ 序号 | 补零(6) }}", "套打": "是"}))
    tagged = {"发文机关标志": "{{ 简称 }}、组织部文件"}
    assert [one.name for one in slips(tagged)] == ["发文机关标志"]
