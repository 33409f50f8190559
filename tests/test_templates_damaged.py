"""A Word file that cannot be read is refused with what to do, whatever is wrong with it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from rosters.finding import InputError
from templates.tags import Names
from templates.template import Template

WHOLE = Path(__file__).parent / "cases" / "templates" / "merge-simple.docx"
STRICT = (  # what Word writes as 严格 Open XML 文档: ISO/IEC 29500-1, other namespaces
    (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"officeDocument/"),
    (b"http://schemas.openxmlformats.org/wordprocessingml/2006/", b"wordprocessingml/"),
)


def package(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as whole:
        for name, content in parts.items():
            whole.writestr(name, content)
    return made.getvalue()


def strict(parts: dict[str, bytes]) -> dict[str, bytes]:
    made = dict(parts)
    for name, content in parts.items():
        for old, new in STRICT:
            content = content.replace(old, b"http://purl.oclc.org/ooxml/" + new)  # noqa: PLW2901 - all
        made[name] = content
    return made


def cut(parts: dict[str, bytes]) -> dict[str, bytes]:
    body = parts["word/document.xml"]
    return {**parts, "word/document.xml": body[: len(body) // 2]}


def untyped(parts: dict[str, bytes]) -> dict[str, bytes]:
    return {name: one for name, one in parts.items() if name != "[Content_Types].xml"}


def types_cut(parts: dict[str, bytes]) -> dict[str, bytes]:
    return {**parts, "[Content_Types].xml": parts["[Content_Types].xml"][:-9]}


def unrelated(parts: dict[str, bytes]) -> dict[str, bytes]:
    return {**parts, "_rels/.rels": b"<Relationships/>"}


def emptied(parts: dict[str, bytes]) -> dict[str, bytes]:
    return {**parts, "word/document.xml": b""}


def renamed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Write the document as XML libraries do when nobody tells them the prefix."""
    body = parts["word/document.xml"].replace(b"xmlns:w=", b"xmlns:ns0=")
    for before in (b"<", b"</", b" "):
        body = body.replace(before + b"w:", before + b"ns0:")
    return {**parts, "word/document.xml": body}


@pytest.mark.parametrize(
    ("broken", "found", "cure"),
    [
        (renamed, "别的程序写出来的", "另存为 .docx"),
        (strict, "严格 Open XML", "另存为普通的“Word 文档 (*.docx)”"),
        (cut, "已损坏", "修复"),
        (untyped, "不是 Word 文档", "请核对文件"),
        (types_cut, "已损坏", "修复"),
        (unrelated, "已损坏", "修复"),
        (emptied, "已损坏", "修复"),
    ],
)
def test_it_is_said_what_is_wrong_and_what_to_do(broken: object, found: str, cure: str) -> None:
    assert callable(broken)
    with zipfile.ZipFile(WHOLE) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with pytest.raises(InputError) as refused:
        Template.open(package(broken(parts)), Names(), shown="通知.docx")
    (finding,) = refused.value.findings
    assert finding.place.file == "通知.docx"
    assert found in finding.message
    assert cure in finding.advice


def test_what_stands_around_an_empty_body_stays() -> None:
    with zipfile.ZipFile(WHOLE) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    body = parts["word/document.xml"]
    start, end = body.index(b"<w:body>"), body.index(b"</w:body>") + len(b"</w:body>")
    parts["word/document.xml"] = body[:start] + b"<w:body/>" + body[end:]
    filled = Template.open(package(parts), Names(), shown="通知.docx").fill({})
    with zipfile.ZipFile(io.BytesIO(filled)) as whole:
        root = etree.fromstring(whole.read("word/document.xml"))
    assert [len(one) for one in root] == [0]
