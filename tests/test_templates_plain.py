"""A plain template is read without docxtpl, and gives what docxtpl would have given.

docxtpl opens each package and mends each part here by itself; ours is asked for the same.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docxtpl import DocxTemplate
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from test_templates_equality import CASES, generated
from word import footnoted, members, package_of, picture, written

from rosters.finding import InputError
from templates.mending import mended, settled
from templates.package import DECLARATION, DamagedError, opened, split
from templates.relations import Types, UnclearError
from templates.source import has_tags
from templates.tags import Names as Known
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
REPOSITORY = sorted(
    one
    for folder in ("templates", "merge", "tests")
    for one in (ROOT / folder).rglob("*.docx")
    if ".venv" not in one.parts
)
GENERATED = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NUMBERED = re.compile("0x[0-9a-f]+")  # where in memory a file lies
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT, RELS, PACKAGE, TYPES = (
    "word/document.xml",
    "word/_rels/document.xml.rels",
    "_rels/.rels",
    "[Content_Types].xml",
)


def docxtpls(content: bytes) -> list[tuple[str, str, str, str, str]]:
    """What docxtpl finds in a package; whatever it raises is raised."""
    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    body = template.get_xml()
    edges = []
    for uri, where in ((template.HEADER_URI, "页眉"), (template.FOOTER_URI, "页脚")):
        for _, part in template.get_headers_footers(uri):
            xml = template.get_part_xml(part)
            edges.append((part.partname.lstrip("/"), where, DECLARATION, xml, ""))
    body = body[: body.rfind(">") + 1]  # what stands behind, its parser drops
    template.map_tree(etree.Element("BODY"))  # as it puts the filled one back
    head, tail = template.xml_to_string(template.docx._element).split("<BODY/>")
    return [(template.docx.part.partname[1:], "正文", DECLARATION + head, body, tail), *edges]


def ours(content: bytes) -> list[tuple[str, str, str, str, str]]:
    found = members(content)
    raws = opened(found, Types(found))
    return [(raw.name, raw.where, raw.head, raw.xml, raw.tail) for raw in raws]


def assert_alike(content: bytes) -> None:
    """What docxtpl opens is opened alike; what it refuses is left to it, and so are its words."""
    refused: Exception | None = None
    try:
        expected = docxtpls(content)
    except Exception as fault:  # noqa: BLE001 - whatever docxtpl says
        refused = fault
    if refused is None:
        assert ours(content) == expected
        return
    with pytest.raises(UnclearError):
        ours(content)
    with pytest.raises(DamagedError) as said:
        split(content, has_tags)
    cause = said.value.__cause__
    assert type(cause) is type(refused)
    assert NUMBERED.sub("", str(cause)) == NUMBERED.sub("", str(refused))


def changed(content: bytes, **parts: bytes | str | None) -> bytes:
    """A package with some of its parts replaced, added, or, where None, taken out."""
    found: dict[str, Any] = {**members(content), **parts}
    named = {name: one for name, one in found.items() if one is not None}
    return package_of(
        {n: one.encode() if isinstance(one, str) else one for n, one in named.items()}
    )


def with_(content: bytes, name: str, old: str, new: str) -> bytes:
    text = members(content)[name].decode()
    assert old in text
    return changed(content, **{name: text.replace(old, new)})


PLAIN = written(["甲 {{ 姓名 }} 乙", picture()], header="{{ 简称 }}", footer="第{{ 人数 }}号")


@pytest.mark.parametrize("path", REPOSITORY, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_word_file_of_the_repository_is_opened_as_docxtpl_does(path: Path) -> None:
    content = path.read_bytes()
    assert ours(content) == docxtpls(content)


@settings(max_examples=30, **GENERATED)
@given(generated())
def test_generated_templates_are_opened_as_docxtpl_does(made: dict[str, Any]) -> None:
    lines = [*made["lines"], *(piece for name in made["blocks"] for piece in CASES[name])]
    template = written([*lines, *[picture()] * made["picture"]], **made["edges"])
    if made["note"] is not None:
        template = footnoted(template, made["note"])
    assert ours(template) == docxtpls(template)


def xml(inside: str, before: str = "", root: str = "document", space: str = "") -> str:
    return f'{before}<w:{root} xmlns:w="{W}"{space}>{inside}</w:{root}>'


BODY = "<w:body><w:p><w:r><w:t>甲{{ 姓名 }}</w:t></w:r></w:p></w:body>"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ENTITY = '<!DOCTYPE w:document [<!ENTITY e "张三"><!ATTLIST w:p w:x CDATA "1">]>'
CHOICE = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps">\n  <w:r><w:t>新{{ 姓名 }}</w:t></w:r>\n</mc:Choice>'
    "<mc:Fallback> <w:r><w:t> </w:t></w:r> </mc:Fallback></mc:AlternateContent>"
)
FOREIGN = {  # docxtpl opens these, and cannot fill them
    "another prefix": re.sub("w(?=:|=)", "x", xml(BODY)),
    "no prefix": re.sub(r"(?<=[</])w:", "", xml(BODY).replace("xmlns:w", "xmlns")),
}
BODIES = {
    "blanks between": f"\n<w:body>\n <w:p>\n{CHOICE}\n </w:p> 字 <w:p> <!--a--> </w:p></w:body>\n",
    "comments and orders": f"<?a b?><!--c-->{BODY.replace('甲', '<!-- > --><?x y?>')}<!--d-->",
    "text behind the body": f"{BODY}  后  <w:x/>",
    "two bodies": BODY + BODY.replace("甲", "乙"),
    "nothing": "",
    "bits of characters": BODY.replace("甲", "&#x5F20;&amp;&lt;<![CDATA[<乙>&]]>&#13;&#10;&#9;"),
    "long texts": BODY.replace("甲", "甲" * 100_000),
    "unclosed": "<w:body>",
}
ODD: dict[str, Callable[[], bytes]] = {
    f"body: {name}": lambda inside=inside: changed(PLAIN, **{DOCUMENT: xml(inside)})
    for name, inside in BODIES.items()
} | {
    "no headers": lambda: written(["{{ 姓名 }}"]),
    "around the root": lambda: changed(
        PLAIN, **{DOCUMENT: xml(BODY, f"{DECLARED}<!-- a --><?b c?>\n") + "\n<!-- d --><?e f?>\n"}
    ),
    "an entity": lambda: changed(PLAIN, **{DOCUMENT: xml(BODY.replace("甲", "&e;"), ENTITY)}),
    "an entity in a header": lambda: changed(
        PLAIN, **{"word/header1.xml": xml("<w:p>&e;</w:p>", ENTITY, "hdr")}
    ),
    "another root": lambda: changed(PLAIN, **{DOCUMENT: xml(BODY, root="hdr")}),
    "strict": lambda: with_(PLAIN, DOCUMENT, W, "http://purl.oclc.org/ooxml/wordprocessingml/main"),
    "UTF-16": lambda: changed(
        PLAIN,
        **{
            DOCUMENT: xml(BODY, '<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16"),
            "word/header1.xml": xml("<w:p/>", root="hdr").encode("utf-16"),
        },
    ),
    "a mark of byte order": lambda: changed(
        PLAIN,
        **{
            DOCUMENT: xml(BODY, DECLARED).encode("utf-8-sig"),
            RELS: members(PLAIN)[RELS].decode().encode("utf-8-sig"),
            TYPES: members(PLAIN)[TYPES].decode().encode("utf-8-sig"),
        },
    ),
    "GB18030": lambda: changed(
        PLAIN, **{DOCUMENT: xml(BODY, '<?xml version="1.0" encoding="GB18030"?>').encode("gb18030")}
    ),
    "an encoding nobody knows": lambda: changed(
        PLAIN, **{DOCUMENT: xml(BODY, '<?xml version="1.0" encoding="x-office"?>')}
    ),
    "cut off": lambda: changed(PLAIN, **{DOCUMENT: members(PLAIN)[DOCUMENT][:-20]}),
    "empty": lambda: changed(PLAIN, **{DOCUMENT: b""}),
    "a header cut off": lambda: changed(PLAIN, **{"word/header1.xml": b"<w:hdr"}),
    "an empty header": lambda: changed(PLAIN, **{"word/header1.xml": b""}),
    "styles cut off": lambda: changed(PLAIN, **{"word/styles.xml": b"<w:styles"}),
    "styles missing": lambda: changed(PLAIN, **{"word/styles.xml": None}),
    "a header missing": lambda: changed(PLAIN, **{"word/header1.xml": None}),
    "blanks in a header": lambda: changed(
        PLAIN,
        **{
            "word/header1.xml": xml(
                "\n<w:p>\n<!-- a -->\n<w:r> <w:t> </w:t> </w:r>x <?y z?> </w:p>\n",
                "<?a b?>",
                "hdr",
            )
        },
    ),
    "no relations at all": lambda: changed(PLAIN, **{PACKAGE: None}),
    "no relations of the document": lambda: changed(PLAIN, **{RELS: None}),
    "relations cut off": lambda: changed(PLAIN, **{RELS: b"<Relationships"}),
    "relations of another kind": lambda: with_(PLAIN, RELS, RELATIONS, "urn:x"),
    "relations without a space": lambda: changed(PLAIN, **{RELS: "<Relationships/>"}),
    "no content types": lambda: changed(PLAIN, **{TYPES: None}),
    "content types cut off": lambda: changed(PLAIN, **{TYPES: b"<Types"}),
    "content types of another kind": lambda: changed(PLAIN, **{TYPES: "<Types/>"}),
    "content types in capitals": lambda: with_(PLAIN, TYPES, "/word/document", "/WORD/Document"),
    "no type for headers": lambda: with_(PLAIN, TYPES, "header+xml", "x"),
    "no type for a picture": lambda: with_(PLAIN, TYPES, 'Extension="png"', 'Extension="gif"'),
    "a template of Word's": lambda: with_(PLAIN, TYPES, "document.main+xml", "template.main+xml"),
    "absolute targets": lambda: with_(
        with_(PLAIN, RELS, 'Target="header1', 'Target="/word/header1'),
        PACKAGE,
        'Target="word/',
        'Target="/word/',
    ),
    "roundabout targets": lambda: with_(
        PLAIN, RELS, 'Target="header1', 'Target=".././word//../word/header1'
    ),
    "a target above all": lambda: with_(
        PLAIN, RELS, 'Target="header1', 'Target="../../word/header1'
    ),
    "a target in capitals": lambda: with_(PLAIN, RELS, 'Target="header1', 'Target="Header1'),
    "no target": lambda: with_(PLAIN, RELS, "Target=", "Aim="),
    "a NULL target": lambda: added(PLAIN, "image", "../NULL"),
    "a header outside": lambda: added(
        PLAIN, "header", "file:///c:/a.xml", ' TargetMode="External"'
    ),
    "a link outside": lambda: added(
        PLAIN, "hyperlink", "http://a.example/", ' TargetMode="External"'
    ),
    "a mode of its own": lambda: added(PLAIN, "header", "header1.xml", ' TargetMode="external"'),
    "a header shared": lambda: added(PLAIN, "header", "header1.xml"),
    "a header as a footer": lambda: added(PLAIN, "footer", "header1.xml"),
    "a header as a picture first": lambda: with_(
        PLAIN,
        RELS,
        "<Relationship ",
        f'<Relationship Id="a" Type="{OFFICE}/image" Target="header1.xml"/><Relationship ',
    ),
    "the document as a picture first": lambda: with_(
        PLAIN,
        PACKAGE,
        "<Relationship ",
        f'<Relationship Id="a" Type="{OFFICE}/image" Target="word/document.xml"/><Relationship ',
    ),
    "two documents": lambda: added(PLAIN, "officeDocument", "word/document.xml", where=PACKAGE),
    "no document": lambda: with_(PLAIN, PACKAGE, "officeDocument", "x"),
    "a document outside": lambda: with_(
        PLAIN, PACKAGE, 'officeDocument"', 'officeDocument" TargetMode="External"'
    ),
    "one key twice": lambda: re_keyed(PLAIN),
    "another name": lambda: moved(PLAIN, "word/document2.xml"),
    "another folder": lambda: moved(PLAIN, "文档/正文.xml"),
    "no folder": lambda: moved(PLAIN, "document.xml"),
    "a round of relations": lambda: changed(
        PLAIN, **{"word/_rels/header1.xml.rels": related("officeDocument", "document.xml")}
    ),
    "a picture in a header": lambda: changed(
        PLAIN, **{"word/_rels/header1.xml.rels": related("image", "media/image1.png")}
    ),
    "a part beyond a picture": lambda: changed(
        PLAIN, **{"word/media/_rels/image1.png.rels": related("styles", "none.xml")}
    ),
    "reached as a picture first, from a header": lambda: changed(
        PLAIN,
        **{
            "word/_rels/header1.xml.rels": related("image", "footer1.xml"),
            "word/footer1.xml": b"",
        },
    ),
    "comments": lambda: changed(
        with_(
            added(PLAIN, "comments", "comments.xml"),
            TYPES,
            "</Types>",
            f'<Override PartName="/word/comments.xml" ContentType="{WORD}.comments+xml"/></Types>',
        ),
        **{"word/comments.xml": xml("<w:x>", root="comments")},
    ),
}


def related(kind: str, target: str, more: str = "") -> str:
    one = f'<Relationship Id="rId98" Type="{OFFICE}/{kind}" Target="{target}"{more}/>'
    return f'<Relationships xmlns="{RELATIONS}">{one}</Relationships>'


def added(content: bytes, kind: str, target: str, more: str = "", where: str = RELS) -> bytes:
    one = f'<Relationship Id="rId98" Type="{OFFICE}/{kind}" Target="{target}"{more}/>'
    return with_(content, where, "</Relationships>", f"{one}</Relationships>")


def re_keyed(content: bytes) -> bytes:
    """The header's relation is named once more, last: what it leads to then is another part."""
    key = re.search(r'Id="(\w+)"[^>]*header1', members(content)[RELS].decode())
    assert key
    return with_(added(content, "footer", "footer1.xml"), RELS, "rId98", key[1])


def moved(content: bytes, name: str) -> bytes:
    """The document lies under another name; its relations are beside it, with whole targets."""
    folder, _, last = name.rpartition("/")
    parts: dict[str, Any] = members(content)
    rels = parts.pop(RELS).decode().replace('Target="', 'Target="/word/')
    parts[f"{folder}/_rels/{last}.rels".lstrip("/")] = rels.encode()
    parts[name] = parts.pop(DOCUMENT)
    parts[TYPES] = parts[TYPES].decode().replace(DOCUMENT, name).encode()
    parts[PACKAGE] = parts[PACKAGE].decode().replace(DOCUMENT, name).encode()
    return package_of(parts)


@pytest.mark.parametrize("name", ODD)
def test_odd_packages_are_opened_or_refused_as_docxtpl_does(name: str) -> None:
    assert_alike(ODD[name]())


@pytest.mark.parametrize("name", FOREIGN)
def test_a_document_under_another_prefix_is_refused(name: str) -> None:
    content = changed(PLAIN, **{DOCUMENT: FOREIGN[name]})
    with pytest.raises(InputError) as said:
        Template.open(content, Known(["姓名"]), shown="例.docx")
    assert "是别的程序写出来的" in str(said.value.findings)


KINDS = st.sampled_from([*["header", "footer"] * 4, "officeDocument", "image", "styles", "x"])
NAMES = ["document.xml", "a.xml", "b.xml", "styles.xml", "word/a.xml", "word/b.png"]
GIVEN = [*NAMES, *[f"/{one}" for one in NAMES] * 5, "../a.xml", "../word/a.xml"]
TARGETS = st.sampled_from([*GIVEN * 2, "NULL"])
CONTENT = st.sampled_from(
    [
        *[xml(" <w:p> <w:r/> </w:p> ", root="hdr"), xml("<w:p/>", root="ftr")] * 4,
        *[xml(BODY), "<a> <b/> </a>"] * 4,
        "",
        "<a",
    ]
)
PARTS = [f"{WORD}.{one}+xml" for one in ("document.main", "header", "footer", "styles")]
MEANT = st.sampled_from([*PARTS, "image/png", "application/xml"])
MODES = st.sampled_from([*[""] * 9, ' TargetMode="Internal"', ' TargetMode="External"'])
LEAD = st.tuples(st.sampled_from("abcde"), KINDS, TARGETS, MODES)


@st.composite
def packages(draw: st.DrawFn) -> bytes:
    """A package in which anything may lead to anything, under any type."""

    def leads(more: str = "", least: int = 0) -> str:
        return f'<Relationships xmlns="{RELATIONS}">{more}' + "".join(
            f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
            for key, kind, target, mode in draw(st.lists(LEAD, min_size=least, max_size=least + 2))
        ) + "</Relationships>"  # fmt: skip

    main = f'<Relationship Id="m" Type="{OFFICE}/officeDocument" Target="document.xml"/>'
    often = draw(st.integers(0, 5)) > 0
    parts = {PACKAGE: leads(main if often else "")}
    types = '<Default Extension="xml" ContentType="application/xml"/>'
    for name in NAMES:
        main_part = often and name == "document.xml"
        if main_part:
            parts[name], kind = xml(BODY), f"{WORD}.document.main+xml"
        else:
            parts[name], kind = draw(CONTENT), draw(MEANT)
        if draw(st.integers(0, 30)):  # else it has its type by its name's end, if there is one
            types += f'<Override PartName="/{name}" ContentType="{kind}"/>'
        folder, _, last = name.rpartition("/")
        if main_part or not draw(st.integers(0, 3)):
            parts[f"{folder}/_rels/{last}.rels".lstrip("/")] = leads(least=2 * main_part)
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    parts[TYPES] = f'<Types xmlns="{space}">{types}</Types>'
    return package_of({name: one.encode() for name, one in parts.items()})


@settings(max_examples=400, **GENERATED)
@given(packages())
def test_packages_at_random_are_opened_or_refused_as_docxtpl_does(content: bytes) -> None:
    assert_alike(content)


WHOLE = [
    "{{ 姓名 }}",
    "{{a}}",
    "{{- 甲 }}",
    "{{ 甲 -}}",
    "{{ 甲.乙|数 }}",
    "{{甲\n乙}}",
    "{{ p }}",
    "{{ 甲-乙 }}",
]
WHOLE += ["{% if 甲 %}", "{%if 甲 == '乙'%}", "{% else %}", "{% endif %}", "{%  for 人 in 名单 %}"]
OWN = [
    "{{p 甲 }}",
    "{{r 甲 }}",
    "{{tr 甲 }}",
    "{%p if 甲 %}",
    "{%tr for 甲 in 乙 %}",
    "{%tc endfor %}",
]
OWN += ["{%r if 甲 %}", "{% colspan 甲 %}", "{%cellbg 甲 %}", "{% vm %}", "{%hm%}", "{# 注 #}"]
OWN += ["{#p 注 #}", "{%- if 甲 %}", "{% if 甲 -%}", "{{}}", "{% raw %}", "{{r\n甲}}"]
LIKE = [
    "{{ 甲 &lt; 乙 }}",
    "{% if “甲” %}",
    "{{ ‘甲’ }}",
    "{{ '&#8216;' }}",
    "{{ {} }}",
    "{{ 5 % 3 }}",
]
SIGNS = ["{", "}", "{{", "}}", "{%", "%}", "{#", "#}", "%", "#", "-", "-%}", "{%-", ">", "<", "\0"]
TEXTS = ["甲", " ", "\n", "“乙”", "&lt;", "&amp;", "r ", "p ", "if ", "for "]
RUN, PROPERTIES, TEXT = "<w:r>", "<w:rPr><w:b/></w:rPr>", ["<w:t>", '<w:t xml:space="preserve">']
BETWEEN = [
    "</w:t></w:r><w:r><w:t>",
    f'</w:t></w:r><w:proofErr w:type="spellStart"/><w:r>{PROPERTIES}<w:t xml:space="preserve">',
    "</w:t><w:br/><w:t>",
    "</w:t></w:r></w:p><w:p><w:r><w:t>",
    "<!-- { -->",
]
ATTRIBUTES = [*[""] * 5, ' w:a="{28A0-B}"', ' w:a="}"', ' w:a="{{ 姓名 }}"', ' w:a="a>b"']
INSIDE = st.lists(
    st.sampled_from([*WHOLE] * 6 + [*TEXTS] * 2 + OWN + LIKE)
    | st.sampled_from(SIGNS)
    | st.sampled_from(BETWEEN),
    max_size=4,
).map("".join)
MILD = st.lists(st.sampled_from([*WHOLE, *TEXTS]), max_size=4).map("".join)


@st.composite
def paragraphs(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    """A paragraph, or a table of two cells; its runs hold whole tags, broken ones, or neither."""
    made = ""
    for _ in range(draw(st.integers(0, 3))):
        look = draw(st.sampled_from(["", PROPERTIES]))
        text = draw(st.sampled_from(TEXT)) + draw(inside) + "</w:t>"
        made += f"<w:r{draw(st.sampled_from(ATTRIBUTES))}>{look}{text}</w:r>"
    paragraph = f"<w:p>{made}</w:p>"
    if draw(st.integers(0, 3)):
        return paragraph
    span = draw(st.sampled_from(["", '<w:gridSpan w:val="2"/>', '<w:shd w:fill="auto"/>']))
    cell = f"<w:tc><w:tcPr>{span}</w:tcPr>{paragraph}</w:tc>"
    return f"<w:tbl><w:tr>{cell}<w:tc><w:tcPr/><w:p/></w:tc></w:tr></w:tbl>"


def bodies(inside: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(paragraphs(inside), min_size=1, max_size=most).map("".join)


def theirs(text: str) -> str:
    return str(DocxTemplate(None).patch_xml(text))


def assert_mended(text: str) -> None:
    made = settled(text)
    assert made is None or made == theirs(text)
    assert mended(text) == theirs(text)


@settings(max_examples=800, **GENERATED)
@example("<w:t>甲</w:t><w:t xml:space='preserve'>{{ 乙 }}</w:t>")  # the first keeps its blanks, too
@example("<w:t>{</w:t><w:t>{ 甲 }}</w:t>")
@example("{{{ 甲 }}}")
@example("{{% if 甲 %}</w:t></w:r><w:r><w:t>乙</w:t>{{ 丙 }}")  # from {{ on to docxtpl
@example("{{}}“乙”{{ 丙 }}")  # docxtpl straightens the quotes between
@example("{{ 甲 }}</w:t></w:r><w:r><w:t>}")
@given(bodies(INSIDE, 2) | bodies(MILD, 4) | st.lists(INSIDE | MILD).map("".join))
def test_where_nothing_needs_mending_docxtpl_mends_nothing(text: str) -> None:
    assert_mended(text)


@pytest.mark.long
@settings(max_examples=30_000, **GENERATED)
@given(bodies(INSIDE, 2) | bodies(MILD, 4) | st.lists(INSIDE | MILD).map("".join))
def test_thirty_thousand_bodies(text: str) -> None:
    assert_mended(text)


@settings(max_examples=100, **GENERATED)
@given(bodies(MILD, 4))
def test_whole_tags_need_no_mending(text: str) -> None:
    assert settled(text) is not None


@pytest.mark.parametrize("tag", [*OWN, *LIKE])
def test_what_docxtpl_alone_understands_is_left_to_it(tag: str) -> None:
    plain = f"<w:p><w:r><w:t>甲{tag}</w:t></w:r></w:p>"
    assert settled(plain) is None
    cell = f"<w:tc><w:tcPr/>{plain}</w:tc>"
    for made in (plain, cell, plain + cell):
        assert_mended(made)
