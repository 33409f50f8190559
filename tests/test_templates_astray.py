"""Templates in which something leads elsewhere or nowhere, or that reviewers wrote on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from docxtpls import image
from ooxml import faults
from templatecases import NAME, SOURCE, p, package, r, simple, struck, tracked
from word import members, package_of, picture

from rosters.finding import InputError, Level
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
METADATA = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
DOCUMENT, RELS, ROOT = "word/document.xml", "word/_rels/document.xml.rels", "_rels/.rels"
TYPES, SETTINGS = "[Content_Types].xml", "word/settings.xml"
RECORD: dict[str, Any] = {"姓名": "张<三>"}
SHOWN = (
    f'<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata '
    f'xmlns:r="{OFFICE}" r:id="rId77"/></v:shape></w:pict></w:r>'
)
TAGGED = p(r("{{ 姓名 }}"))


def put(content: bytes, name: str, before: str, more: str) -> bytes:
    parts = members(content)
    text = parts[name].decode()
    assert before in text
    parts[name] = text.replace(before, more + before).encode()
    return package_of(parts)


def led(kind: str, target: str, body: str = TAGGED, *, of: str = RELS) -> bytes:
    lead = f'<Relationship Id="rId77" Type="{kind}" {target}/>'
    return put(package(body), of, "</Relationships>", lead)


def opened(content: bytes) -> Template:
    return Template.open(content, Names(["姓名", "图"]), shown="例.docx")


def filled(content: bytes, record: Mapping[str, object] = RECORD) -> dict[str, bytes]:
    made = opened(content).fill(record)
    assert faults(made) == []
    return members(made)


GONE = 'Target="../NULL"', 'Target="media/image9.png"'


@pytest.mark.parametrize("target", GONE)
def test_the_place_of_a_picture_that_is_gone_is_blank_and_told(target: str) -> None:
    content = led(f"{OFFICE}/image", target, TAGGED + p(SHOWN, r("章")))
    (note,) = opened(content).notes
    assert (note.level, note.place.where) == (Level.WARNING, "正文第2段")
    assert "找不到" in note.message
    made = filled(content)
    assert "张&lt;三&gt;" in made[DOCUMENT].decode()
    assert 'r:id="rId77"' in made[DOCUMENT].decode()


@pytest.mark.parametrize("target", GONE)
def test_docxtpl_opens_it_too_where_it_has_to(target: str) -> None:
    content = led(f"{OFFICE}/image", target, TAGGED + p(r("{{ 图 }}")) + p(SHOWN))
    assert filled(content, {**RECORD, "图": image()})


def test_a_picture_that_is_gone_and_not_shown_is_not_told() -> None:
    content = led(f"{OFFICE}/image", GONE[0])
    assert opened(content).notes == ()
    assert filled(content)


def test_a_link_within_the_document_stays_one() -> None:
    made = filled(led(f"{OFFICE}/hyperlink", 'Target="#_top"'))
    assert 'Target="#_top" TargetMode="External"' in made[RELS].decode()


def test_a_thumbnail_may_be_gone_or_of_a_kind_that_is_not_told() -> None:
    kind = f"{METADATA}/thumbnail"
    gone = filled(led(kind, 'Target="docProps/thumbnail.wmf"', of=ROOT))
    assert "thumbnail.wmf" not in gone[ROOT].decode()
    parts = members(led(kind, 'Target="docProps/thumbnail.wmf"', of=ROOT))
    made = filled(package_of({**parts, "docProps/thumbnail.wmf": bytes(picture())}))
    assert 'Extension="wmf"' in made[TYPES].decode()


def test_a_part_that_word_cannot_do_without_is_still_asked_for() -> None:
    with pytest.raises(InputError, match="例"):
        opened(led(f"{OFFICE}/header", 'Target="header7.xml"'))


def test_nobody_is_told_what_template_a_file_is_based_on() -> None:
    target = 'Target="file:///C:/Users/wang/a.dotm" TargetMode="External"'
    content = led(f"{OFFICE}/attachedTemplate", target)
    led_from = f'<w:attachedTemplate xmlns:r="{OFFICE}" r:id="rId77"/>'
    parts = members(put(content, SETTINGS, "</w:settings>", led_from))
    parts["word/_rels/settings.xml.rels"] = parts[RELS]
    made = filled(package_of({**parts, RELS: members(package(TAGGED))[RELS]}))
    assert not [name for name, data in made.items() if b"a.dotm" in data]
    assert b"attachedTemplate" not in made[SETTINGS]


COMMENTS = (
    '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:comment w:id="0" w:author="老王"><w:p><w:r><w:t>问一下老李</w:t></w:r></w:p></w:comment>'
    "</w:comments>"
)
REMARK = (
    '<w:commentRangeStart w:id="0"/>{}<w:commentRangeEnd w:id="0"/>'
    '<w:r><w:commentReference w:id="0"/></w:r>'
)


def test_what_reviewers_wrote_does_not_go_out() -> None:
    content = led(
        f"{OFFICE}/comments", 'Target="comments.xml"', p(REMARK.format(r("{{ 姓名 }}")), r("同志"))
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
    told = f'<Override PartName="/word/comments.xml" ContentType="{kind}"/>'
    parts = members(put(content, TYPES, "</Types>", told))
    content = package_of({**parts, "word/comments.xml": COMMENTS.encode()})
    assert [note.message for note in opened(content).notes] == [
        "模板里有 1 处批注，做出来的文件里不会有"
    ]
    made = filled(content)
    assert "comment" not in made[DOCUMENT].decode()
    assert not [name for name, data in made.items() if "老王".encode() in data]


def renamed(content: bytes, old: str, new: str, by: str) -> bytes:
    """Give a part another name, here and where a relation and the types tell it."""
    parts = members(content)
    parts[f"word/{new}"] = parts.pop(f"word/{old}")
    if f"word/_rels/{old}.rels" in parts:
        parts[f"word/_rels/{new}.rels"] = parts.pop(f"word/_rels/{old}.rels")
    for name in (by, TYPES):
        parts[name] = parts[name].replace(old.encode(), new.encode())
    return package_of(parts)


def test_merge_fields_and_changes_are_found_under_any_name() -> None:
    field = p(simple(NAME, "«姓名»"))
    body = p(tracked("ins", r("{{ 姓名 }}")), struck("{{ 没有 }}"))
    content = renamed(package(body, header=field), "header1.xml", "kopf.xml", RELS)
    content = renamed(content, "document.xml", "text.xml", ROOT)
    (note,) = opened(content).notes
    assert "修订" in note.message
    made = filled(content)
    assert "张&lt;三&gt;" in made["word/kopf.xml"].decode()
    assert "没有" not in made["word/text.xml"].decode()


def test_drawings_are_found_under_any_name() -> None:
    drawn = '<x xmlns:a="urn:a"><a:t>{{ 姓</a:t><a:t>名 }}</a:t></x>'
    for kind, where in (("diagramData", "SmartArt 图形"), ("chart", "图表")):
        whole = f"application/vnd.openxmlformats-officedocument.drawingml.{kind}+xml"
        told = f'<Override PartName="/word/drawn.xml" ContentType="{whole}"/>'
        parts = members(put(package(TAGGED), TYPES, "</Types>", told))
        with pytest.raises(InputError) as said:
            opened(package_of({**parts, "word/drawn.xml": drawn.encode()}))
        assert [one.place.where for one in said.value.findings] == [where]


@pytest.mark.parametrize("target", ["mailto:{{ 邮箱 }}", "http://x.example/%7B%7B%20x%20%7D%7D"])
def test_a_tag_behind_a_link_is_told(target: str) -> None:
    with pytest.raises(InputError) as said:
        opened(led(f"{OFFICE}/hyperlink", f'Target="{target}" TargetMode="External"'))
    (one,) = said.value.findings
    assert "链接的地址" in one.message
    assert "取消超链接" in one.advice


def test_a_tag_in_an_automatic_number_is_told() -> None:
    level = '<w:lvl w:ilvl="0"><w:lvlText w:val="{{ 姓名 }}第%1号"/></w:lvl>'
    content = put(package(TAGGED), "word/numbering.xml", "</w:numbering>", level)
    with pytest.raises(InputError) as said:
        opened(content)
    (one,) = said.value.findings
    assert "{{ 姓名 }}第%1号" in one.message
    assert one.advice


def test_it_is_said_of_a_word_template_that_it_is_one() -> None:
    parts = members(package(TAGGED))
    parts[TYPES] = parts[TYPES].replace(b"document.main+xml", b"template.main+xml")
    with pytest.raises(InputError) as said:
        opened(package_of(parts))
    (one,) = said.value.findings
    assert ".dotx" in one.message
    assert "另存为" in one.advice


def test_mail_merge_and_pictures_that_are_gone_go_together() -> None:
    made = filled(put(led(f"{OFFICE}/image", GONE[0]), SETTINGS, "</w:settings>", SOURCE))
    assert b"mailMerge" not in made[SETTINGS]
    assert made["word/media/fawenblank.png"].startswith(b"\x89PNG")
