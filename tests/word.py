"""Word templates for the tests, made with python-docx as a person would make them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import docx

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

_NOTES = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:footnote w:id="2"><w:p><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p></w:footnote>'
    "</w:footnotes>"
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


class Picture(bytes):
    """A PNG to stand in a paragraph of its own."""


def picture(side: int = 2) -> Picture:
    rows = b"".join(b"\0" + b"\xd0\x10\x10" * side for _ in range(side))
    return Picture(
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">2L5B", side, side, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def written(lines: list[Any], *, header: str = "", footer: str = "", title: str = "") -> bytes:
    """A template: text is a paragraph, a list its runs, a dict a table, a Picture a picture."""
    document = docx.Document(io.BytesIO(_lean()))
    for line in lines:
        if isinstance(line, dict):
            _table(document, line)
        elif isinstance(line, Picture):
            document.add_paragraph().add_run().add_picture(io.BytesIO(line))
        else:
            _runs(document.add_paragraph(), line)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    if title:
        document.core_properties.title = title
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def footnoted(package: bytes, text: str) -> bytes:
    """The same template with a footnotes part."""
    parts = members(package)
    parts["word/footnotes.xml"] = _NOTES.format(text).encode()
    kinds = parts["[Content_Types].xml"].decode()
    override = f'<Override PartName="/word/footnotes.xml" ContentType="{_TYPE}"/></Types>'
    parts["[Content_Types].xml"] = kinds.replace("</Types>", override).encode()
    rels = parts["word/_rels/document.xml.rels"].decode()
    relation = (
        f'<Relationship Id="rId99" Type="{_RELATION}" Target="footnotes.xml"/></Relationships>'
    )
    parts["word/_rels/document.xml.rels"] = rels.replace("</Relationships>", relation).encode()
    return package_of(parts)


def members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        return {name: found.read(name) for name in found.namelist()}


def package_of(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return out.getvalue()


def text_of(package: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(package)).paragraphs]


@cache
def _lean() -> bytes:
    """python-docx's default template without the parts and styles that Word does not give."""
    out = io.BytesIO()
    docx.Document().save(out)
    document = docx.Document(out)
    keep = {"Normal", "Header", "Footer", "Table Grid", "Normal Table", "Default Paragraph Font"}
    styles = document.styles.element
    for style in list(document.styles):
        if style.name not in keep:
            styles.remove(style.element)
    for rel in [r for r, one in document.part.rels.items() if "stylesWithEffects" in one.reltype]:
        document.part.drop_rel(rel)
        document.part.rels.pop(rel, None)
    lean = io.BytesIO()
    document.save(lean)
    return lean.getvalue()


def _runs(paragraph: Paragraph, line: str | list[str]) -> None:
    for number, run in enumerate([line] if isinstance(line, str) else line):
        paragraph.add_run(run).bold = True if number % 2 else None


def _table(document: Any, made: dict[str, Any]) -> None:
    rows = [made["head"], *made["rows"]] if made["head"] else made["rows"]
    width = max(map(len, rows))
    table = document.add_table(0, width)
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
