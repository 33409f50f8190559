"""Templates out of the ordinary: filled as docxtpl fills them, or refused in words."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docxtpl import Listing, RichText
from docxtpls import differing, theirs
from ooxml import faults
from word import footnoted, members, package_of, written

from rosters.finding import InputError
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT, NOTES, HEADER = "word/document.xml", "word/footnotes.xml", "word/header1.xml"
RELS, TYPES = "word/_rels/document.xml.rels", "[Content_Types].xml"
RECORD: dict[str, Any] = {"姓名": "张<三>", "简称": "文学院", "空": "", "名单": [], "数": 3}
NAMES = Names([*RECORD, "富"])
PLAIN = written(["甲 {{ 姓名 }} 乙"], header="{{ 简称 }}")
NOTED = footnoted(PLAIN, "注 {{ 姓名 }}")
CODES = written(["{{ 姓名|二维码(2) }}"], header="{{ 简称|二维码(1) }}")
SECTION = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
RUN = "<w:r><w:t>{}</w:t></w:r>"
TAGGED = f"<w:p>{RUN.format('{{ 姓名 }}')}</w:p>"
TORN = f"{RUN.format('{{ 姓')}<w:hyperlink>{RUN.format('名 }}')}</w:hyperlink>"


def changed(content: bytes, **parts: str) -> bytes:
    return package_of({**members(content), **{name: one.encode() for name, one in parts.items()}})


def replaced(content: bytes, name: str, old: str, new: str) -> bytes:
    text = members(content)[name].decode()
    assert old in text
    return changed(content, **{name: text.replace(old, new)})


def root(inside: str, name: str = "document", more: str = "") -> str:
    return f'<w:{name} xmlns:w="{W}" xmlns:wp="{WP}"{more}>{inside}</w:{name}>'


def bodied(inside: str = TAGGED, before: str = "", after: str = "", more: str = "") -> bytes:
    whole = f"{before}<w:body{more}>{inside}{SECTION}</w:body>{after}"
    return changed(PLAIN, **{DOCUMENT: root(whole)})


def renamed(content: bytes, old: str, new: str) -> bytes:
    parts = members(content)
    parts[new] = parts.pop(old)
    for name in (RELS, TYPES):
        led = f'Target="{old.removeprefix("word/")}"'
        text = parts[name].decode().replace(f'"/{old}"', f'"/{new}"')
        parts[name] = text.replace(led, f'Target="{new.removeprefix("word/")}"').encode()
    return package_of(parts)


def prefixed(content: bytes, name: str) -> bytes:
    text = members(content)[name].decode().replace("xmlns=", "xmlns:x=")
    return changed(content, **{name: re.sub(r"<(/?)(\w)", r"<\1x:\2", text)})


def table(row: str, grid: str = "") -> str:
    return f"<w:tbl><w:tblPr/>{grid}<w:tr>{row}</w:tr></w:tbl><w:p/>"


def cell(properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{TAGGED}</w:tc>"


def filled(content: bytes, record: dict[str, Any] = RECORD) -> bytes:
    return Template.open(content, NAMES, shown="例.docx").fill(record)


SAME: dict[str, Callable[[], bytes]] = {
    "a name declared at the body": lambda: bodied(f"{TAGGED}<z:a/>", more=' xmlns:z="urn:z"'),
    "attributes of the body": lambda: bodied(more=' w:x="1&gt;2"'),
    "a tag in front of the body": lambda: bodied(before="<!-- {{ 简称 }} -->"),
    "what begins a tag in front of the body": lambda: bodied(before="<!-- {% x --><!-- {# -->"),
    "a body in a comment": lambda: bodied(before="<!-- <w:body> -->", after="<!-- </w:body> -->"),
    "text behind the body": lambda: bodied(after="后"),
    "an empty body": lambda: changed(PLAIN, **{DOCUMENT: root("<w:body/>")}),
    "a picture without a number": lambda: bodied(
        f'{TAGGED}<w:p><w:r><w:drawing><wp:inline><wp:docPr name="x"/></wp:inline></w:drawing>'
        "</w:r></w:p>"
    ),
    "a tab in a header without tags": lambda: changed(
        PLAIN, **{HEADER: root(f"<w:p>{RUN.format('甲' + chr(9) + '乙')}</w:p>", "hdr")}
    ),
    "footnotes under another name": lambda: renamed(NOTED, NOTES, "word/fn.xml"),
}


@pytest.mark.parametrize("name", SAME)
def test_odd_parts_are_filled_as_docxtpl_does(name: str) -> None:
    template = SAME[name]()
    assert differing(filled(template), theirs(template, RECORD)) == []


def test_a_header_that_two_relations_lead_to_is_there_once() -> None:
    more = f'<Relationship Id="rId98" Type="{OFFICE}/header" Target="header1.xml"/>'
    made = filled(replaced(PLAIN, RELS, "</Relationships>", f"{more}</Relationships>"))
    assert faults(made) == []
    assert "文学院" in members(made)[HEADER].decode()


WIDTHS = '<w:tblGrid><w:gridCol w:w="9"/><w:gridCol w:w="9"/><w:gridCol w:w="9"/></w:tblGrid>'
UNREAD = {  # docxtpl raises an error of Python's; Word and we take them
    "no grid": table(cell()),
    "columns without a width": table(cell(), "<w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>"),
    "a span that is no number": table(cell('<w:gridSpan w:val="x"/>'), WIDTHS),
    "a span without a number": table(cell("<w:gridSpan/>"), WIDTHS),
}


@pytest.mark.parametrize("name", UNREAD)
def test_tables_that_docxtpl_cannot_read_stay_as_they_are(name: str) -> None:
    made = filled(bodied(UNREAD[name] + table(cell(), WIDTHS)))
    found = docx.Document(io.BytesIO(made)).tables
    assert [one._element.xpath("string(.//w:t)") for one in found] == ["张<三>"] * 2
    assert found[0]._element.xpath("count(.//w:gridCol)") == UNREAD[name].count("<w:gridCol")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "footnotes cut off": (lambda: changed(NOTED, **{NOTES: root("{{ 姓名 }}")[:-9]}), "已损坏"),
    "properties cut off": (
        lambda: changed(PLAIN, **{"docProps/app.xml": "<Properties>{{ 姓名 }}"}),
        "已损坏",
    ),
    "a tag torn by a link, in a header": (
        lambda: changed(PLAIN, **{HEADER: root(f"<w:p>{TORN}</w:p>", "hdr")}),
        "「{{ 姓名 }}」一半在链接或别的格式里",
    ),
    "a tag torn by a link, in a footnote": (
        lambda: changed(
            NOTED,
            **{NOTES: root(f'<w:footnote w:id="2"><w:p>{TORN}</w:p></w:footnote>', "footnotes")},
        ),
        "「{{ 姓名 }}」一半在链接或别的格式里",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_only_come_out_broken_is_refused(name: str) -> None:
    made, words = REFUSED[name]
    with pytest.raises(InputError) as said:
        filled(made())
    assert words in str(said.value.findings)


def test_of_many_tags_only_the_torn_one_is_named() -> None:
    split = f"{RUN.format('{{ 简<w:tab/>')}{RUN.format('称 }}')}"
    whole = f"<w:p>{RUN.format('{{ 数 }}')}{split}</w:p>"
    with pytest.raises(InputError) as said:
        filled(changed(PLAIN, **{HEADER: root(f"{whole}<w:p>{TORN}</w:p>{whole}", "hdr")}))
    (finding,) = said.value.findings
    assert finding.message.startswith("「{{ 姓名 }}」")


def test_a_picture_among_the_properties_is_refused() -> None:
    tag = "<Properties>{{ 姓名|二维码(2) }}</Properties>"
    with pytest.raises(InputError) as said:
        filled(changed(PLAIN, **{"docProps/app.xml": tag}))
    assert "文档属性里放不下图片" in str(said.value.findings)


TAGS = ["{{ 数 + }}", "{{ 数 - }}", "{{ 数 +}}", "{{--数}}", "{% if 数 + %}{% endif %}"]
TAGS += ["{{ 名单|排序('a','b','c') }}", "{{ 名单|拼音('、','姓名') }}", "{{ 姓名|默认('a','b') }}"]
VALUES: list[tuple[str, object]] = [
    ("{{ 数 }}", 10**5000),
    ("{{ 名单|合计('人数') }}", [{"人数": "nan"}]),
    ("{{ 名单|合计('人数') }}", [{"人数": "1e400"}]),
    ("{{ 数|汉字数字 }}", "inf"),
    ("{{ 数|日期 }}", "9" * 5000),
    ("{{ 姓名|标题分行(3.5) }}", "张三"),
    ("{{ 姓名|合适字号('a','b') }}", "张三"),
    ("{{ 姓名|合适字号(3, 0) }}", "张三"),
    ("{% if 姓名 is odd %}{% endif %}", "张三"),
    ("{{r 姓名 }}", "张三"),
    ("{{p 姓名 }}", "张三"),
    ("{{r 数 }}", 0),
]


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_that_jinja_or_a_filter_would_not_take_is_refused(tag: str) -> None:
    with pytest.raises(InputError):
        Template.open(written([tag]), NAMES, shown="例.docx")


@pytest.mark.parametrize(("tag", "value"), VALUES, ids=[tag for tag, _ in VALUES])
def test_a_value_that_a_tag_cannot_take_is_refused(tag: str, value: object) -> None:
    found = re.search("姓名|名单|数", tag)
    assert found
    with pytest.raises(InputError):
        filled(written([tag]), {**RECORD, found[0]: value})


@pytest.mark.parametrize("tag", ["{{ 数|合计('x') }}", "{{ 数|日期 }}", "{{ 数 + 姓名 }}"])
def test_of_many_tags_the_one_that_failed_is_named(tag: str) -> None:
    around = ["{{ 姓名|默认('无') }}", "{{ 简称|补零 }}"]
    with pytest.raises(InputError) as said:
        filled(written([*around, tag, *around]), {**RECORD, "数": [{"y": 1}]})
    (finding,) = said.value.findings
    assert finding.message.startswith(f"「{tag}」")
    assert finding.place.where == "正文第3段"


def test_text_in_the_place_of_a_run_is_refused_and_rich_text_is_not() -> None:
    template = written(["前{{r 富 }}后{{ 数 }}"])
    assert faults(filled(template, {**RECORD, "富": RichText("字")})) == []
    assert faults(filled(template, {**RECORD, "富": ""})) == []
    with pytest.raises(InputError, match="标签要写成"):
        filled(template, {**RECORD, "富": "字"})


def test_lines_that_tear_a_link_are_refused_though_the_body_is_parsed() -> None:
    link = f"<w:p><w:hyperlink>{RUN.format('{{ 富 }}')}</w:hyperlink></w:p>"
    narrow = table(cell(), WIDTHS)  # its grid is fitted for each document
    template = bodied(link + narrow)
    assert faults(filled(template, {**RECORD, "富": Listing("一\n二")})) == []
    with pytest.raises(InputError) as said:
        filled(template, {**RECORD, "富": Listing("一\a二")})
    assert "合不到一起" in str(said.value.findings)


PICTURED = {
    "relations under a prefix": lambda: prefixed(CODES, RELS),
    "types under a prefix": lambda: prefixed(CODES, TYPES),
    "blanks in the end tag": lambda: replaced(CODES, RELS, "</Relationships>", "</Relationships >"),
    "a comment at the end": lambda: changed(
        CODES, **{RELS: members(CODES)[RELS].decode() + "<!-- </Relationships> -->"}
    ),
}


@pytest.mark.parametrize("name", PICTURED)
def test_pictures_are_led_to_however_relations_are_written(name: str) -> None:
    assert faults(filled(PICTURED[name]())) == []


def test_a_type_in_capitals_is_not_told_twice() -> None:
    kinds = members(CODES)[TYPES].decode().replace('Extension="png"', 'Extension="PNG"')
    png = '<Default Extension="PNG" ContentType="image/png"/>'
    if 'Extension="PNG"' not in kinds:
        kinds = kinds.replace("</Types>", f"{png}</Types>")
    made = members(filled(changed(CODES, **{TYPES: kinds})))[TYPES].decode()
    assert made.lower().count('extension="png"') == 1


def test_a_filled_letter_is_a_template_again() -> None:
    """Its own pictures keep their relations, and the same picture is in the package once."""
    parts = members(filled(CODES))
    more = f"{RUN.format('{{ 姓名|二维码(2) }}{{ 简称|二维码(3) }}')}</w:p><w:sectPr"
    text = parts[DOCUMENT].decode()
    parts[DOCUMENT] = re.sub("</w:p>\\s*<w:sectPr", lambda _: more, text).encode()
    again = filled(package_of(parts))
    assert faults(again) == []
    assert members(again)[DOCUMENT].decode().count("r:embed=") == 3
