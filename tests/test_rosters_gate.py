from __future__ import annotations

import io
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from rosters import gate
from rosters.finding import Finding, InputError, Level, Place
from rosters.reader import read_roster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://x/{kind}" Target="http://a.example/" TargetMode="{mode}"/>'
    "</Relationships>"
)


INSTRUCTION = "<w:r><w:instrText>{}</w:instrText></w:r>"


def workbook() -> bytes:
    book = Workbook()
    book.active.append(["姓名", "所在党支部"])  # type: ignore[union-attr]  # a new book has a sheet
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def document() -> bytes:
    stream = io.BytesIO()
    Document().save(stream)
    return stream.getvalue()


def changed(content: bytes, change: dict[str, Callable[[bytes], bytes]], **extra: bytes) -> bytes:
    """Write the package again with some parts changed, and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name, bytes)(old.read(name)))
        for name, part in extra.items():
            new.writestr(name, part)
    return out.getvalue()


def added(content: bytes, name: str, part: bytes) -> bytes:
    return changed(content, {}, **{name: part})


def findings(content: bytes, kind: str = "xlsx") -> tuple[Finding, ...]:
    try:
        gate.check(content, kind, shown="甲")
    except InputError as error:
        return error.findings or (Finding(Level.ERROR, "none", Place(), ""),)
    return ()


def rules(content: bytes, kind: str = "xlsx") -> set[str]:
    found = findings(content, kind)
    assert all(one.place.file == "甲" and one.message and one.advice for one in found)
    return {one.rule for one in found}


def test_ordinary_files_pass() -> None:
    assert rules(workbook()) == set()
    assert rules(document(), "docx") == set()


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"hello", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 90]
)
def test_what_is_no_package_is_refused(content: bytes) -> None:
    assert rules(content) == {"gate-kind"}


def test_the_other_kind_is_refused() -> None:
    assert rules(document()) == {"gate-kind"}
    assert rules(workbook(), "docx") == {"gate-kind"}


def test_a_bomb_is_refused() -> None:
    assert "gate-size" in rules(
        added(workbook(), "xl/worksheets/sheet9.xml", b"<a>" + b" " * 60_000_000)
    )


def test_too_many_parts_are_refused() -> None:
    many = {f"xl/media/{number}.png": b"" for number in range(gate.MOST_ENTRIES)}
    assert rules(changed(workbook(), {}, **many)) == {"gate-size"}


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>',
        b'<row r="1048576"><c t="n" r=\'XFD1048576\'><v>1</v></c></row>',
    ],
)
def test_a_far_cell_is_refused(cells: bytes) -> None:
    far = changed(
        workbook(), {SHEET: lambda part: part.replace(b"<sheetData>", b"<sheetData>" + cells)}
    )
    assert rules(far) == {"gate-far"}


def test_a_whole_column_with_a_format_is_not_far() -> None:
    cell = b'<row r="1048576"><c r="O1048576" s="0"/></row></sheetData>'
    assert (
        rules(changed(workbook(), {SHEET: lambda part: part.replace(b"</sheetData>", cell)}))
        == set()
    )


@pytest.mark.parametrize("element", [b"mergeCell", b"hyperlink"])
def test_a_huge_merge_or_link_is_refused(element: bytes) -> None:
    merge = b"</sheetData><" + element + b' ref="A1:XFD1048576"/>'
    assert rules(
        changed(workbook(), {SHEET: lambda part: part.replace(b"</sheetData>", merge)})
    ) == {"gate-far"}


def test_a_duplicate_part_is_refused() -> None:
    stream = io.BytesIO(workbook())
    with zipfile.ZipFile(stream, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what this test wants
        archive.writestr(SHEET, b"<worksheet/>")
    assert rules(stream.getvalue()) == {"gate-xml"}


@pytest.mark.parametrize(
    "part",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"\xef\xbb\xbf<?xml version='1.0'?>" + b" " * 262_130 + b"<!DOCTYPE a><a/>",
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a><a/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
    ],
)
def test_declarations_and_odd_encodings_are_refused(part: bytes) -> None:
    assert rules(added(workbook(), "xl/theme/theme9.xml", part)) == {"gate-xml"}
    assert rules(added(document(), "word/odd.xml", part), "docx") == {"gate-xml"}


def test_macros_are_refused_by_part_and_by_content_type() -> None:
    assert rules(added(workbook(), "xl/vbaProject.bin", b"x")) == {"gate-macro"}
    types = {
        "[Content_Types].xml": lambda part: part.replace(
            b"sheet.main+xml", b"sheet.macroEnabled.main+xml"
        )
    }
    assert "gate-macro" in rules(changed(workbook(), types))


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("xl/embeddings/a.bin", "gate-embedded"),
        ("xl/activeX/activeX1.xml", "gate-embedded"),
        ("xl/externalLinks/externalLink1.xml", "gate-external"),
        ("../../etc/cron.d/a", "gate-xml"),
        ("/abs.xml", "gate-xml"),
    ],
)
def test_parts_that_no_roster_needs_are_refused(name: str, rule: str) -> None:
    assert rules(added(workbook(), name, b"<a/>")) == {rule}


@pytest.mark.parametrize(
    ("kind", "mode", "refused"),
    [
        ("hyperlink", "External", False),
        ("image", "Internal", False),
        ("image", "External", True),
        ("image", "Ex&#116;ernal", True),
        ("attachedTemplate", "External", True),
        ("aFChunk", "Internal", True),
    ],
)
def test_relations_lead_nowhere_but_hyperlinks(kind: str, mode: str, *, refused: bool) -> None:
    part = RELATION.format(kind=kind, mode=mode).encode()
    found = rules(added(document(), "word/_rels/header9.xml.rels", part), "docx")
    assert found == ({"gate-external"} if refused else set())


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        (f"{INSTRUCTION.format(' DDE')}{INSTRUCTION.format('AUTO c:')}", True),
        ('<w:fldSimple w:instr=" INCLUDETEXT a.docx "/>', True),
        ("<w:r><w:instrText> PAGE </w:instrText></w:r>", False),
        ("<w:r><w:t>DDEAUTO in plain text</w:t></w:r>", False),
    ],
)
def test_fields_that_fetch_are_refused(field: str, *, refused: bool) -> None:
    start = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    put = f"<w:body><w:p>{start}{field}</w:p>".encode()
    odd = changed(document(), {"word/document.xml": lambda part: part.replace(b"<w:body>", put)})
    assert rules(odd, "docx") == ({"gate-field"} if refused else set())


def test_each_reason_is_one_finding() -> None:
    twice = changed(workbook(), {}, **{"xl/vbaProject.bin": b"x", "xl/embeddings/a.bin": b"y"})
    assert rules(twice) == {"gate-macro", "gate-embedded"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_mutated_workbook_is_refused_or_read_and_never_a_traceback(data: st.DataObject) -> None:
    content = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert all(one.rule.startswith("gate-") for one in findings(bytes(content)))


BOOK = workbook()


def test_the_reader_passes_the_gate_first(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(added(workbook(), "xl/vbaProject.bin", b"x"))
    with pytest.raises(InputError) as raised:
        read_roster([path])
    assert [one.rule for one in raised.value.findings] == ["gate-macro"]
