"""The parts of a Word package, as docxtpl would hand them to Jinja, and all the rest as bytes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docxtpl import DocxTemplate

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FOOTNOTES = re.compile(r"word/(footnotes|endnotes)[0-9]*\.xml")
_WHERE = {"footnotes": "脚注", "endnotes": "尾注", "docProps": "文档属性"}


@dataclass(frozen=True)
class Raw:
    """A part that may hold tags: `head` and `tail` stand around what is filled."""

    name: str
    xml: str
    where: str
    head: str = DECLARATION
    tail: str = ""
    body: bool = False


def split(
    content: bytes, tagged: Callable[[str], bool]
) -> tuple[list[Raw], list[tuple[str, bytes]]]:
    """Return the body and the parts that are tagged, and every other member of the package."""
    from docxtpl import DocxTemplate

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [info.filename for info in package.infolist() if not info.is_dir()]
        members = {name: package.read(name) for name in names}
    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    raws = [_document(template), *_edges(template)]
    known = {raw.name for raw in raws}
    raws += [raw for name in names if name not in known for raw in _others(name, members[name])]
    raws = [raw for raw in raws if raw.body or tagged(raw.xml)]
    kept = {raw.name for raw in raws}
    return raws, [(name, members[name]) for name in names if name not in kept]


def _document(template: DocxTemplate) -> Raw:
    """Take the body out of the document as docxtpl does; the root stays around it."""
    root = template.docx._element  # noqa: SLF001 - as docxtpl reaches it
    whole = template.xml_to_string(root)
    start = re.search(r"<w:body[ />]", whole)
    end = whole.rfind("</w:body>") + len("</w:body>")
    at = start.start() if start else 0
    name = template.docx.part.partname.lstrip("/")
    return Raw(
        str(name), template.get_xml(), "正文", DECLARATION + whole[:at], whole[end:], body=True
    )


def _edges(template: DocxTemplate) -> Iterator[Raw]:
    for uri, where in ((template.HEADER_URI, "页眉"), (template.FOOTER_URI, "页脚")):
        for _, part in template.get_headers_footers(uri):
            yield Raw(part.partname.lstrip("/"), template.get_part_xml(part), where)


def _others(name: str, content: bytes) -> Iterator[Raw]:
    """Take footnotes, endnotes and document properties where they hold tags."""
    notes = FOOTNOTES.fullmatch(name)
    if not notes and not re.fullmatch(r"docProps/[^/]+\.xml", name):
        return
    text = content.decode("utf-8-sig", "replace")
    text = re.sub(r"^\s*<\?xml.*?\?>\s*", "", text, count=1, flags=re.DOTALL)
    yield Raw(name, text, _WHERE[notes.group(1) if notes else "docProps"])
