"""What a built document holds: its elements, their styles and places, and no trap."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import ooxml
import pytest
from papers import BULLETIN, DAY, LETTER, NOTICE, ORGAN, outline, paper, text_of
from word import picture

from rosters.finding import Place
from templates.gongwen.blocks import (
    Attachment,
    Cell,
    Footnote,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Table,
    TableRow,
)
from templates.gongwen.body import Outline
from templates.gongwen.kinds import KINDS, Form
from templates.gongwen.settings import Fonts, Settings
from templates.library import Library
from templates.tags import Names
from templates.wml import W

if TYPE_CHECKING:
    from papers import Paper

P = Place()
BODY = """为做好工作，现通知如下。

一、总体要求

（一）划清网格。以楼栋为单位划分网格。

1.明确一名党员负责；

（1）做到格中有人。

**要求：**各单位于11月27日前报送。"""
EVERYTHING: dict[str, object] = {
    **NOTICE,
    "份号": "000012",
    "紧急程度": "特急",
    "附件说明": "工作方案；名单",
    "附注": "联系人：周五",
    "印发日期": DAY,
}


def elements_of(kind: str) -> dict[str, object]:
    if KINDS[kind].form is Form.PLAIN:
        return dict(LETTER)
    if KINDS[kind].form is Form.BULLETIN:
        return dict(BULLETIN)
    return EVERYTHING | ({"签发人": "王一、李二三、赵四"} if KINDS[kind].upward else {})


@pytest.fixture(scope="module")
def notice() -> Paper:
    return paper("通知", EVERYTHING, BODY)


LISTED = {"表彰决定", "表彰通报", "简报"}  # those that list people


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_whole_for_word(kind: str) -> None:
    names = {"下级": (), "全部党员": ()} if kind in LISTED else {}
    made = paper(kind, elements_of(kind), BODY, record=names)
    assert ooxml.faults(made.content) == []
    again = paper(kind, elements_of(kind), BODY, record=names)
    assert again.content == made.content  # same inputs, same bytes


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_compiled_once(kind: str) -> None:
    given = elements_of(kind)
    stock = Library().source(kind)
    template = stock.open(Names([*given, "下级", "全部党员"]), elements=given, body=outline(BODY))
    assert template.road == "一次编译，逐份填写"


def test_the_package_is_lean(notice: Paper) -> None:
    names = {name for name in notice.parts if not name.endswith(".rels")}
    assert names == {
        *("[Content_Types].xml", "docProps/app.xml", "word/document.xml", "word/styles.xml"),
        *("word/settings.xml", "word/footer1.xml", "word/footer2.xml"),
    }


def test_no_theme_and_every_font_in_all_four_slots(notice: Paper) -> None:
    for name, root in notice.parts.items():
        for fonts in root.iter(W + "rFonts"):
            given = {key.removeprefix(W): fonts.get(key) for key in fonts.keys()}  # noqa: SIM118 - attributes
            assert given.pop("hint") == "eastAsia", name
            assert len(set(given.values())) <= 1
            assert set(given) in (set(), {"ascii", "hAnsi", "eastAsia", "cs"})
        for run in root.iter(W + "r"):
            if run.find(W + "t") is not None:
                assert run.find(f"{W}rPr/{W}rFonts") is not None


def test_nothing_of_words_defaults_moves_a_line(notice: Paper) -> None:
    styles = notice.parts["word/styles.xml"]
    normal = next(one for one in styles.iter(W + "style") if one.get(W + "styleId") == "Normal")
    for name in ("widowControl", "snapToGrid", "autoSpaceDE", "autoSpaceDN", "adjustRightInd"):
        assert normal.find(f"{W}pPr/{W}{name}").get(W + "val") == "0"
    spacing = normal.find(f"{W}pPr/{W}spacing")
    assert (spacing.get(W + "line"), spacing.get(W + "lineRule")) == ("579", "exact")
    assert (spacing.get(W + "before"), spacing.get(W + "after")) == ("0", "0")
    grid = next(notice.document.iter(W + "docGrid"))
    assert (grid.get(W + "type"), grid.get(W + "linePitch")) == ("lines", "579")
    for root in notice.parts.values():
        assert not list(root.iter(W + "contextualSpacing", W + "framePr"))


def test_levels_have_styles_that_people_can_use(notice: Paper) -> None:
    styles = {
        one.get(W + "styleId"): one for one in notice.parts["word/styles.xml"].iter(W + "style")
    }
    for level, (start, font) in enumerate(
        (("一、", "黑体"), ("（一）", "楷体_GB2312"), ("1.", None), ("（1）", None)), 1
    ):
        style = notice.style(start)
        assert style == f"GwLevel{level}"
        made = styles[style]
        assert made.find(W + "name").get(W + "val") == f"公文{'一二三四'[level - 1]}级标题"
        assert made.find(f"{W}pPr/{W}outlineLvl").get(W + "val") == str(level - 1)
        look = made.find(f"{W}rPr/{W}rFonts")
        assert (None if look is None else look.get(W + "eastAsia")) == font
    used = {one.get(W + "val") for one in notice.document.iter(W + "pStyle")}
    assert used <= set(styles)


def test_what_follows_a_heading_in_its_line_is_text(notice: Paper) -> None:
    runs = notice.line("（一）").findall(W + "r")
    fonts = [run.find(f"{W}rPr/{W}rFonts").get(W + "eastAsia") for run in runs]
    assert [run.findtext(W + "t") for run in runs] == ["（一）划清网格。", "以楼栋为单位划分网格。"]
    assert fonts == [None, "仿宋_GB2312"]


def test_bold_is_the_writers_and_kept(notice: Paper) -> None:
    bold = [one for one in notice.document.iter(W + "r") if one.find(f"{W}rPr/{W}b") is not None]
    assert [text.findtext(W + "t") for text in bold] == ["要求："]


def test_the_head_from_the_top_down(notice: Paper) -> None:
    assert notice.texts[:4] == ["000012", "特急", f"{ORGAN}文件", "示大组〔2026〕12号"]
    look = notice.line(f"{ORGAN}文件").find(f"{W}r/{W}rPr")
    size, scale = (int(look.find(W + one).get(W + "val")) for one in ("sz", "w"))
    assert len(f"{ORGAN}文件") * size * scale / 200 <= 442.2  # one line of 156 mm, in points
    # 35 mm from the top of 版心 to its ink, less two lines and what its line leaves above the ink.
    before = int(notice.own(f"{ORGAN}文件", "spacing", "before") or "")
    assert abs(before - (1984 - 2 * 579 - size * 10 * 0.15)) <= 1
    rule = notice.lines[4]
    assert rule.find(f"{W}pPr/{W}pBdr/{W}bottom").get(W + "color") == "FF0000"


def test_the_number_stands_two_lines_below(notice: Paper) -> None:
    assert (
        abs(int(notice.own("示大组", "spacing", "before") or "") - 2 * 579) < 150
    )  # its line ends below its ink
    assert notice.style("示大组") == "GwNumber"


def test_a_title_is_broken_for_each_document_and_never_inside_its_values() -> None:
    title = "关于{{ 简称 }}开展疫情防控网格排查和日报告工作有关事项的通知"
    short = "马克思主义学院党委"
    made = paper("通知", {**NOTICE, "标题": title}, record={"简称": short})
    # What is filled here is the tag's own text: 要素 are rendered by the job's record.
    shown = made.line("关于")
    assert shown.find(f"{W}pPr/{W}pStyle").get(W + "val") == "GwTitle"
    whole = title.replace("{{ 简称 }}", short)
    filled = paper("通知", {**NOTICE, "标题": whole})
    lines = text_of(filled.line("关于")).split("\n")
    assert "".join(lines) == whole
    assert len(lines) == 2
    assert any(short in line for line in lines)


def test_too_many_addressees_move_to_the_imprint() -> None:
    many = "、".join(f"示例大学第{n}党总支委员会" for n in range(1, 40))
    made = paper("通知", {**NOTICE, "主送": many}, BODY)
    cells = [text_of(one) for one in made.document.iter(W + "p") if one.getparent().tag == W + "tc"]
    assert cells[0] == f"主送：{many}。"
    assert cells[1].startswith("抄送：")
    assert f"{many}：" not in made.texts
    row = next(made.document.iter(W + "tr"))
    assert len(row.findall(f"{W}tc/{W}p")) == 2  # no rule between the two


def test_the_imprint_floats_at_the_foot_of_the_last_page(notice: Paper) -> None:
    table = list(notice.document.iter(W + "tbl"))[-1]
    place = table.find(f"{W}tblPr/{W}tblpPr")
    assert (place.get(W + "vertAnchor"), place.get(W + "tblpYSpec")) == ("margin", "bottom")
    sizes = {
        one.tag.removeprefix(W): one.get(W + "sz") for one in table.find(f"{W}tblPr/{W}tblBorders")
    }
    assert sizes == {"top": "8", "bottom": "8", "insideH": "6"}
    assert [text_of(one) for one in table.iter(W + "p")] == [
        "抄送：学校党委委员，党委办公室。",
        f"{ORGAN}\t2026年11月20日印发",
    ]
    grid = [int(one.get(W + "w")) for one in table.iter(W + "gridCol")]
    assert grid == [8844] == [int(one.get(W + "w")) for one in table.iter(W + "tcW")][:1]


def test_notes_of_attachments_hang_below_the_name() -> None:
    made = paper("通知", EVERYTHING, BODY)
    first, second = made.line("附件："), made.line("2.")
    assert text_of(first).replace("\t", "") == "附件：1.工作方案"
    assert [one.find(f"{W}pPr/{W}ind").get(W + "left") for one in (first, second)] == [
        "1896",
        "1896",
    ]
    assert made.own("附件：", "spacing", "before") == "579"
    single = paper("通知", {**EVERYTHING, "附件说明": "工作方案。"[:-1]}, BODY)
    assert (
        single.own("附件：工作方案", "ind", "left"),
        single.own("附件：工作方案", "ind", "hanging"),
    ) == (
        "1580",
        "948",
    )


def test_attachments_begin_pages_and_are_named_in_the_note() -> None:
    blocks = outline(BODY).blocks
    body = Outline(
        (
            *blocks,
            Attachment("1", (Run("工作方案"),), P),
            *blocks,
            Attachment("2", (Run("名单"),), P),
            *blocks,
        )
    )
    made = paper("通知", dict(NOTICE), body)
    notes = [
        text.replace("\t", "")
        for text in made.texts
        if text.startswith(("附件：", "2.名单", "2.\t"))
    ]
    assert notes == ["附件：1.工作方案", "2.名单"]
    for number, title in (("附件1", "工作方案"), ("附件2", "名单")):
        line = next(one for one in made.lines if text_of(one) == number)
        assert line.find(f"{W}pPr/{W}pageBreakBefore") is not None
        assert text_of(line.getnext()) == title
        assert line.getnext().find(f"{W}pPr/{W}pStyle").get(W + "val") == "GwAnnexTitle"
    assert made.texts.index("附件1") > made.texts.index("2026年11月20日")
    assert made.texts.index("附件2") < made.texts.index("抄送：学校党委委员，党委办公室。")


def test_a_writers_own_note_is_not_doubled() -> None:
    body = Outline((*outline("附件：工作方案").blocks, Attachment("", (Run("工作方案"),), P)))
    made = paper("通知", dict(NOTICE), body)
    assert sum(text.startswith("附件：") for text in made.texts) == 1


def test_pages_across_have_their_own_section_and_number() -> None:
    rows = tuple(TableRow(tuple(Cell(((Run("数"),),)) for _ in range(12)), P) for _ in range(3))
    table = Table(rows, (1,) * 12, P)
    body = Outline((*outline(BODY).blocks, PageBreak(P, landscape=True), table))
    made = paper("通知", dict(NOTICE), body)
    assert ooxml.faults(made.content) == []
    sizes = [one.find(W + "pgSz") for one in made.document.iter(W + "sectPr")]
    assert [one.get(W + "orient") for one in sizes] == [None, "landscape", None]
    assert [one.get(W + "w") for one in sizes] == ["11906", "16838", "11906"]
    bare = paper("通知", {**NOTICE, "抄送": "", "印发机关": ""}, body)
    assert len(list(bare.document.iter(W + "sectPr"))) == 2  # no empty page for a 版记 of nothing
    wide = next(one for one in made.document.iter(W + "tbl"))
    assert wide.find(f"{W}tblPr/{W}tblW").get(W + "w") == "12756"
    turned = made.parts["word/footerL1.xml"]
    assert next(turned.iter(W + "textDirection")).get(W + "val") == "tbRl"


def test_a_page_number_stands_outside(notice: Paper) -> None:
    odd, even = (notice.parts[f"word/footer{n}.xml"] for n in (1, 2))
    for part, side in ((odd, "right"), (even, "left")):
        line = next(part.iter(W + "p"))
        assert line.find(f"{W}pPr/{W}jc").get(W + "val") == side
        assert line.find(f"{W}pPr/{W}ind").get(W + side) == "280"
        assert text_of(line) == "— 1 —"
    assert next(notice.parts["word/settings.xml"].iter(W + "evenAndOddHeaders")) is not None


def test_a_signature_is_never_alone_on_a_page(notice: Paper) -> None:
    styles = {
        one.get(W + "styleId"): one for one in notice.parts["word/styles.xml"].iter(W + "style")
    }
    assert styles["GwOrgan"].find(f"{W}pPr/{W}keepNext") is not None
    for start in ("附件：", "2."):
        assert notice.line(start).find(f"{W}pPr/{W}keepNext") is not None
    # Not the text as well: LibreOffice keeps nothing where all of it together fills a page.
    assert notice.line("要求：").find(f"{W}pPr/{W}keepNext") is None
    plain = paper("通知", NOTICE, BODY)
    assert plain.line("要求：").find(f"{W}pPr/{W}keepNext") is not None
    assert plain.line("（1）").find(f"{W}pPr/{W}keepNext") is None


def test_a_text_that_ends_in_a_condition_is_kept_with_the_signature_either_way() -> None:
    body = '甲。\n\n{% if 类别 == "分党委" %}\n乙。\n\n丙。\n{% else %}\n丁。\n{% endif %}'
    for kind, last in (("分党委", "丙。"), ("党总支", "丁。")):
        made = paper("通知", dict(NOTICE), body, record={"类别": kind})
        assert made.own(last, "keepNext", "val") is None
        assert made.line(last).find(f"{W}pPr/{W}keepNext") is not None
        assert made.line("甲。").find(f"{W}pPr/{W}keepNext") is None
        assert "" not in made.texts[5 : made.texts.index(ORGAN)]  # no blank line stays


def test_an_element_that_may_be_empty_leaves_no_line() -> None:
    given = {**NOTICE, "抄送": "{{ 抄 }}", "附注": "{{ 注 }}"}
    stock = Library().source("通知")
    template = stock.open(Names([*given, "抄", "注"]), elements=given, body=outline("甲。"))
    full = template.fill({**NOTICE, "抄送": "校办", "附注": "周五"})
    bare = template.fill({**NOTICE, "抄送": "", "附注": ""})
    assert ooxml.faults(full) == ooxml.faults(bare) == []
    tables = [docx.Document(io.BytesIO(one)).tables[0] for one in (full, bare)]
    assert [len(table.rows) for table in tables] == [2, 1]


def test_pictures_shrink_and_are_never_cut() -> None:
    side = 40 * 360_000
    big = Picture(bytes(picture(3)), "png", side, side, "示意图", P)
    body = Outline((Paragraph((big,), 0, P), Paragraph((Run("见"), big), 0, P)))
    made = paper("通知", dict(NOTICE), body)
    assert ooxml.faults(made.content) == []
    extents = [int(one.get("cx")) for one in made.document.iter("{*}extent")]
    assert extents == [8844 * 635] * 2
    with_text = made.line("见").find(f"{W}pPr/{W}spacing")
    assert with_text.get(W + "lineRule") == "auto"
    assert sum(name.startswith("word/media/") for name in _names(made.content)) == 1


def _names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_footnotes_have_their_part() -> None:
    note = Footnote(((Run("按在册人数计算。"),),), P)
    made = paper(
        "通知", dict(NOTICE), Outline((Paragraph((Run("共37人"), note, Run("。")), 0, P),))
    )
    assert ooxml.faults(made.content) == []
    notes = made.parts["word/footnotes.xml"]
    assert [one.get(W + "id") for one in notes.iter(W + "footnote")] == ["-1", "0", "1"]
    assert next(made.document.iter(W + "footnoteReference")).get(W + "id") == "1"
    assert "按在册人数计算。" in "".join(notes.itertext())


def test_a_table_says_its_widths_to_word_and_wps_and_is_not_clipped() -> None:
    made = paper("通知", dict(NOTICE), "| 甲 | 乙 |\n| --- | ------ |\n| 1 | 2 |")
    table = next(made.document.iter(W + "tbl"))
    grid = [int(one.get(W + "w")) for one in table.iter(W + "gridCol")]
    assert sum(grid) == 8844
    assert grid == [2948, 5896]
    for row in table.iter(W + "tr"):
        assert [int(one.get(W + "w")) for one in row.iter(W + "tcW")] == grid
    styles = {
        one.get(W + "styleId"): one for one in made.parts["word/styles.xml"].iter(W + "style")
    }
    assert styles["GwCell"].find(f"{W}pPr/{W}spacing").get(W + "lineRule") == "auto"


def test_fonts_are_the_units_own() -> None:
    fonts = Fonts("方正仿宋_GBK", "方正楷体_GBK", "方正黑体_GBK", "华文中宋", "SimSun")
    made = paper("通知", EVERYTHING, BODY, settings=Settings(fonts))
    named = {
        fonts.get(W + "eastAsia")
        for root in made.parts.values()
        for fonts in root.iter(W + "rFonts")
        if fonts.get(W + "eastAsia")
    }
    assert named == {"方正仿宋_GBK", "方正楷体_GBK", "方正黑体_GBK", "华文中宋", "SimSun"}


def test_the_ink_profile_moves_the_margins_and_not_the_elements() -> None:
    made = paper("通知", NOTICE, BODY, settings=Settings(profile="ink"))
    margins: Any = next(made.document.iter(W + "pgMar"))
    assert (margins.get(W + "top"), margins.get(W + "bottom")) == ("1860", "1905")
    plain = paper("通知", NOTICE, BODY)
    moved = int(made.own(f"{ORGAN}文件", "spacing", "before") or "")
    assert moved - int(plain.own(f"{ORGAN}文件", "spacing", "before") or "") == 2098 - 1860
    lifted = [one.get(W + "hRule") for one in made.document.iter(W + "trHeight")]
    assert lifted == ["exact"]  # 版记 ends where 版心 does, though the text runs on below
