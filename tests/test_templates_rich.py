"""docxtpl's own kinds of value: filled right whatever they need, and no way out of the sandbox."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.shared import Mm
from docxtpl import InlineImage, Listing, RichText
from docxtpl.richtext import RichTextParagraph
from docxtpls import differing, image, theirs
from markupsafe import Markup
from ooxml import faults
from word import footnoted, members, package_of, picture, text_of, written

from rosters.finding import InputError, Place
from templates.sandbox import Text
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

    from docxtpl import DocxTemplate

NAMES = Names(["甲", "乙", "图", "富", "列", "下级"])
BASE: dict[str, Any] = {"甲": "A&B", "乙": "", "下级": [{"甲": "一"}, {"甲": "二"}]}


def opened(*lines: Any, **parts: str) -> Template:
    return Template.open(written(list(lines), **parts), NAMES, shown="例.docx")


def refused(template: Template, record: dict[str, Any]) -> str:
    with pytest.raises(InputError) as caught:
        template.fill({**BASE, **record})
    assert len(caught.value.findings) == 1
    return str(caught.value.findings[0])


def assert_same(lines: list[Any], values: Callable[[DocxTemplate], Any], **parts: str) -> bytes:
    content = written(lines, **parts)
    template = Template.open(content, NAMES, shown="例.docx")
    clerk = template.clerk()
    made = template.fill({**BASE, **values(clerk)}, clerk)
    assert differing(made, theirs(content, lambda tpl: {**BASE, **values(tpl)})) == []
    assert faults(made) == []
    again = template.clerk()
    assert template.fill({**BASE, **values(again)}, again) == made
    return made


def test_rich_text_and_listings_take_the_fast_road() -> None:
    rich = RichText("红<字>", color="#ff0000", bold=True)
    rich.add("二\n行\t后", italic=True)
    content = written(["前{{r 富 }}后", "{{ 列 }}", "{{ 甲 }}"])
    template = Template.open(content, NAMES, shown="例.docx")
    record = {**BASE, "富": rich, "列": Listing("一\n二\a三\f四<&>")}
    made = template.fill(record)
    assert differing(made, theirs(content, record)) == []
    assert faults(made) == []
    assert text_of(made)[0] == "前红<字>二\n行\t后后"
    assert template.road_for(record) == template.road == "一次编译，逐份填写"


def test_paragraphs_of_rich_text() -> None:
    assert_same(
        ["头", "{{p 富 }}", "尾"],
        lambda _: {"富": RichTextParagraph(RichText("一", bold=True), parastyle="Header")},
    )


def test_pictures_in_loops_headers_and_cells() -> None:
    lines = [
        "{%p for 支 in 下级 %}",
        "{{ 支.甲 }}{{ 图 }}",
        "{%p endfor %}",
        picture(),
        {"head": ["甲"], "rows": [["{% if 甲 %}{{ 图 }}{% endif %}"]]},
        "{%p if 乙 %}",
        "{{ 图 }}",
        "{%p endif %}",
    ]
    made = assert_same(
        lines, lambda tpl: {"图": image(tpl)}, header="眉{{ 图 }}", footer="{{ 甲 }}"
    )
    document = docx.Document(io.BytesIO(made))
    assert len(document.inline_shapes) == 4
    assert document.sections[0].footer.paragraphs[0].text == "A&B"
    assert sorted(name for name in members(made) if "media" in name) == ["word/media/image1.png"]


def test_a_document_within_the_document() -> None:
    def within(tpl: Any) -> Any:
        made = tpl.new_subdoc()
        made.add_paragraph("子文件<&>")
        made.add_picture(io.BytesIO(picture(3)), width=Mm(15))
        made.add_table(1, 2).cell(0, 1).text = "格"
        return made

    lines = ["头{{ 甲 }}", "{{p 富 }}", "尾", {"head": ["一"], "rows": [["{{p 富 }}"]]}]
    made = assert_same(lines, lambda tpl: {"富": within(tpl)})
    document = docx.Document(io.BytesIO(made))
    assert [one.text for one in document.paragraphs if one.text] == ["头A&B", "子文件<&>", "尾"]
    assert len(document.inline_shapes) == 2
    template = Template.open(written(lines), NAMES, shown="例.docx")
    clerk = template.clerk()
    road = template.road_for({**BASE, "富": within(clerk)})
    assert road == "由 docxtpl 填写（最慢）：值里有子文档"


def test_a_picture_of_no_template_is_bound_to_the_document(tmp_path: Path) -> None:
    (tmp_path / "章.png").write_bytes(picture(3))
    template = opened("{{ 甲 }}{{ 图 }}", title="{{ 甲 }}")
    record = {**BASE, "图": InlineImage(None, str(tmp_path / "章.png"), width=Mm(20))}
    made, digest = template.made(record)
    assert hashlib.sha256(made).hexdigest() == digest
    assert template.fill(record) == made
    document = docx.Document(io.BytesIO(made))
    assert round(document.inline_shapes[0].width.mm) == 20
    assert document.core_properties.title == "A&B"
    assert template.road_for(record) == "由 docxtpl 填写（最慢）：值里有图片"
    assert template.road_for({**BASE, "图": "字"}) == "一次编译，逐份填写"
    assert template.fill({**BASE, "图": "字"}) != made


def test_a_picture_that_links() -> None:
    assert_same(
        ["{{ 图 }}"],
        lambda tpl: {"图": InlineImage(tpl, io.BytesIO(picture()), anchor="https://a.example/")},
    )


def test_rich_text_with_a_link() -> None:
    def values(tpl: DocxTemplate) -> dict[str, Any]:
        link = tpl.build_url_id("https://zuzhi.example/?a=1&b=2")
        return {"富": RichText("网上报名", url_id=link, underline=True)}

    made = assert_same(["见{{r 富 }}。", "{{ 甲 }}"], values)
    assert b"https://zuzhi.example/?a=1&amp;b=2" in members(made)["word/_rels/document.xml.rels"]
    stray = RichText("网上报名", url_id="rId99")
    assert "链接没有登记" in refused(opened("{{r 富 }}"), {"富": stray})


def test_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from test_templates_rich import *\n"
        "made = opened('{{ 甲 }}{{ 图 }}', header='{{ 图 }}').fill({**BASE, '图': image()})\n"
        "print(hashlib.sha256(made).hexdigest())"
    )
    here = opened("{{ 甲 }}{{ 图 }}", header="{{ 图 }}").fill({**BASE, "图": image()})
    words = [sys.executable, "-c", code, str(Path(__file__).parent), str(Path(__file__).parents[1])]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    assert said == hashlib.sha256(here).hexdigest()


class _Html:
    def __html__(self) -> str:
        return "<w:br/>"

    def __str__(self) -> str:
        return "<w:br/>"


class _Sly(str):
    __slots__ = ()

    def __html__(self) -> str:
        return "<w:br/>"

    def __str__(self) -> str:
        return self


class RichTextLike(RichText):  # type: ignore[misc] # docxtpl ships no types
    """A class of somebody's own: only docxtpl's exact classes bring XML."""


RichTextLike.__name__ = "RichText"


@pytest.mark.parametrize("value", [Markup("<w:br/>"), _Html(), _Sly("<w:br/>")])
def test_only_docxtpls_own_kinds_bring_xml(value: Any) -> None:
    made = opened("{{ 甲 }}|{{ 甲|默认('') }}|{{ 甲|去空 }}").fill({**BASE, "甲": value})
    assert text_of(made) == ["<w:br/>|<w:br/>|<w:br/>"]


def test_a_class_that_calls_itself_rich_text_is_text() -> None:
    made = opened("{{ 甲 }}").fill({**BASE, "甲": RichTextLike("字")})
    assert text_of(made)[0].startswith("<w:r>")


@pytest.mark.parametrize(
    "tag", ["富.xml", "富.add", "图.tpl", "图['tpl']", "图.tpl.docx", "富.__class__", "列.xml"]
)
def test_no_attribute_of_a_rich_value_can_be_reached(tag: str) -> None:
    template_or_fault = "{{ " + tag + " }}"
    with pytest.raises(InputError):
        opened(template_or_fault).fill(
            {**BASE, "富": RichText("x"), "图": image(), "列": Listing("x")}
        )


@pytest.mark.parametrize(
    "tag", ["下级|连接('、', '甲')", "甲|去空", "甲|补零(3)", "甲|日期", "下级|选('甲', 'x')|数"]
)
def test_a_filter_takes_no_rich_value(tag: str) -> None:
    for value in (RichText("字"), image(), Listing("字")):
        said = refused(opened("{{ " + tag + " }}"), {"甲": value, "下级": [{"甲": value}]})
        assert "不是文字，不能用 | 处理" in said
        assert "正文第1段" in said


def test_plain_text_takes_no_rich_value() -> None:
    with pytest.raises(InputError, match="只能写文字，放不下图片"):
        Text("{{ 图 }}", NAMES, Place("任务.md")).render({"图": image()})


@pytest.mark.parametrize(
    ("line", "value", "said"),
    [
        ("{{ 富 }}", RichText("字"), "是富文本，标签要写成 {{r 列名 }}"),
        ("{{p 富 }}", RichText("字"), "是富文本，标签要写成 {{r 列名 }}"),
        ("{{r 富 }}", RichTextParagraph("字"), "是富文本段落，标签要写成 {{p 列名 }}"),
        ("{{r 富 }}", Listing("字"), "是多行文字，标签要写成 {{ 列名 }}"),
        ("{{r 富 }}", image(), "是图片，标签要写成 {{ 列名 }}"),
        ("{{r 富 }}", RichText("字", color='"/><w:x'), "样式里有不能用的字符"),
        ("{{r 富 }}", RichText("a\x00b"), "不能写进文件的字符（U+0000）"),
        ("{{ 富 }}", Listing("a\x1bb"), "不能写进文件的字符（U+001B）"),
        ("{{ 富 }}", InlineImage(None, "没有.png"), "图片「没有.png」打不开"),
        ("{{ 富 }}", InlineImage(None, io.BytesIO(b"not a picture")), "图片打不开"),
    ],
)
def test_what_cannot_stand_is_a_finding_at_its_tag(line: str, value: Any, said: str) -> None:
    found = refused(opened("头", line), {"富": value})
    assert said in found
    assert found.startswith("例.docx › 正文第2段")
    assert line in found


def test_pictures_where_none_can_be() -> None:
    note = Template.open(footnoted(written(["甲"]), "{{ 图 }}"), NAMES, shown="例.docx")
    assert "图片只能放在正文、页眉和页脚里" in refused(note, {"图": image()})
    assert "脚注第1段" in refused(note, {"图": image()})
    title = opened("甲", title="{{ 富 }}")
    assert "文档属性里只能写文字" in refused(title, {"富": Listing("字")})
    assert "只能放在正文" in refused(opened("甲", title="{{ 富 }}"), {"富": image()})


def test_a_break_that_would_cut_a_link_is_refused() -> None:
    content = written(["{{ 列 }}"])
    parts = members(content)
    document = parts["word/document.xml"].decode()
    start, end = document.index("<w:r>"), document.index("</w:r>") + len("</w:r>")
    link = f'<w:hyperlink w:anchor="x">{document[start:end]}</w:hyperlink>'
    parts["word/document.xml"] = (document[:start] + link + document[end:]).encode()
    template = Template.open(package_of(parts), NAMES, shown="例.docx")
    assert text_of(template.fill({**BASE, "列": Listing("一\n二")})) == ["一\n二"]
    assert "合不到一起" in refused(template, {"列": Listing("一\a二")})


def test_a_clerk_fills_one_document() -> None:
    template = opened("{{ 甲 }}")
    clerk = template.clerk()
    template.fill(BASE, clerk)
    with pytest.raises(InputError, match="发现 1 处错误") as caught:
        template.fill(BASE, clerk)
    assert "同一个 clerk 只能填写一份文件" in str(caught.value.findings[0])
