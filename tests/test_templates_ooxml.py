"""Filled files open without a prompt to repair, as far as can be asked without Word."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from docxtpls import differing, image, mended, theirs
from lxml import etree
from ooxml import faults
from word import footnoted, members, package_of, picture, text_of, written

from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from pathlib import Path

NAMES = Names(["甲", "乙", "下级", "图"])
RECORD: dict[str, Any] = {"甲": "A&B", "乙": "", "下级": []}
LINES = [
    "{{ 甲 }}",
    {"head": ["一", "二"], "rows": [["{%tr for 支 in 下级 %}"], ["{{ 甲 }}"], ["{%tr endfor %}"]]},
]


def filled(*lines: Any, record: dict[str, Any] = RECORD, **parts: str) -> bytes:
    return Template.open(written(list(lines), **parts), NAMES, shown="例.docx").fill(record)


def edited(old: str, new: str, part: str = "word/document.xml") -> bytes:
    parts = members(filled(*LINES, header="{{ 甲 }}"))
    text = parts[part].decode()
    assert re.search(old, text)
    parts[part] = re.sub(old, new, text, count=1).encode()
    return package_of(parts)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<w:t[^>]*>A&amp;B</w:t>", "<w:r><w:t>x</w:t></w:r>", "r: holds ['r']"),
        ("(<w:t[^>]*>A&amp;B</w:t></w:r>)", r"\1x", "p: text outside a run"),
        ("<w:t[^>]*>A&amp;B</w:t>", "<w:t>A<w:b/></w:t>", "t: holds ['b']"),
        ("(?s)<w:p>(?:(?!<w:p>).)*</w:p></w:tc>", "</w:tc>", "tc: does not end in a paragraph"),
        ("(<w:tblGrid>.*?</w:tblGrid>)(<w:tr>)", r"\2", "tbl: lacks its properties or grid"),
        ("(<w:tblW[^>]*>)(<w:tblLook[^>]*>)", r"\2\1", "tblPr: out of order"),
        ("(<w:tcPr>.*?</w:tcPr>)(<w:p>.*?</w:p>)", r"\2\1", "tc: tcPr is not first"),
        ("<w:tcW ", '<w:tcMar/><w:tcW w:w="1" w:type="dxa"/><w:tcW ', "tcPr: one of"),
        ("(<w:pgSz[^>]*>)(<w:pgMar[^>]*>)", r"\2\1", "sectPr: out of order"),
        ("</w:body>", "<w:p/></w:body>", "body: the section's properties are not its end"),
        ('r:id="[^"]*"', 'r:id="rId77"', "rId77 is no relation"),
        ("</w:body>", "</w:bodies>", "word/document.xml: Opening and ending tag mismatch"),
    ],
)
def test_the_check_sees_what_is_wrong(old: str, new: str, said: str) -> None:
    assert faults(filled(*LINES, header="{{ 甲 }}")) == []
    assert said in "\n".join(faults(edited(old, new)))


def test_the_check_sees_a_faulty_package() -> None:
    rels = "word/_rels/document.xml.rels"
    assert "is not there" in "\n".join(faults(edited('Target="header1', 'Target="header9', rels)))
    assert "an Id twice" in "\n".join(faults(edited(r"(<Relationship [^>]*/>)", r"\1\1", rels)))
    kinds = "[Content_Types].xml"
    said = "\n".join(faults(edited('PartName="/word/document.xml"', 'PartName="/x.xml"', kinds)))
    assert "x.xml: has a content type and is not there" in said
    made = filled(*LINES)
    broken = bytearray(made)
    broken[made.index(b"word/document.xml") - 12] ^= 1  # a size in a local header
    assert "the headers differ" in "\n".join(faults(bytes(broken)))


def test_a_cell_keeps_a_paragraph_where_docxtpl_leaves_none() -> None:
    """A deliberate difference: Word calls a cell without a paragraph damaged."""
    cell = "{%p if 乙 %}\n乙\n{%p endif %}"
    rows = [["甲", cell], [cell, "{{ 甲 }}"]]
    content = written([{"head": ["一", "二"], "rows": rows}])
    parts = members(content)
    breaks = parts["word/document.xml"].decode()
    split = '</w:t></w:r></w:p><w:p><w:r><w:t xml:space="preserve">'
    breaks = re.sub(r"</w:t><w:br/><w:t[^>]*>", split, breaks)
    assert split in breaks
    parts["word/document.xml"] = breaks.encode()
    content = package_of(parts)
    template = Template.open(content, NAMES, shown="例.docx")
    made, expected = template.fill(RECORD), theirs(content, RECORD)
    assert faults(made) == []
    assert "tc: does not end in a paragraph: ['tcPr']" in "\n".join(faults(expected))
    assert differing(made, expected) == []
    full = {**RECORD, "乙": "乙"}
    assert members(template.fill(full))["word/document.xml"].count(b"<w:p/>") == 0
    assert template.road == "一次编译，逐份填写"


def test_headers_and_notes_keep_a_paragraph_too() -> None:
    content = footnoted(written(["甲"], header="{%p if 乙 %}"), "{{ 甲 }}")
    parts = members(content)
    header = parts["word/header1.xml"].decode()
    whole = re.search(r"(?s)<w:p[ >].*</w:p>", header)
    assert whole
    end = whole.group().replace("if 乙", "endif")
    parts["word/header1.xml"] = header.replace(whole.group(), whole.group() + end).encode()
    content = package_of(parts)
    made = Template.open(content, NAMES, shown="例.docx").fill(RECORD)
    assert faults(made) == []
    assert differing(made, theirs(content, RECORD)) == []


def test_the_mend_of_the_tests_is_one_of_its_own() -> None:
    root = etree.fromstring(
        '<w:tc xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    )
    assert len(mended(root)) == 1


@pytest.mark.skipif(not shutil.which("unzip"), reason="unzip is missing")
def test_unzip_takes_spliced_files_and_docxtpls(tmp_path: Path) -> None:
    many = {**RECORD, "下级": [{}] * 200, "图": image()}
    cases = {
        "spliced": filled("{{ 甲 }}" * 30, picture()),
        "looped": filled(*LINES, record=many),
        "pictured": filled("{{ 图 }}", *LINES, record=many),
        "chinese": filled("{{ 甲 }}", record={**RECORD, "甲": "字" * 70_000}),
    }
    for name, content in cases.items():
        path = tmp_path / f"{name}.docx"
        path.write_bytes(content)
        done = subprocess.run(["unzip", "-t", path], capture_output=True, check=False)
        assert done.returncode == 0, done.stdout
        assert faults(content) == []
    assert text_of(cases["chinese"]) == ["字" * 70_000]
