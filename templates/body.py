"""The body put into a Word template: where a paragraph holds only {{ 正文 }}, in its format."""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree

from rosters.finding import Finding, InputError, Level, Place
from templates.bodytable import table, width_at
from templates.gongwen.blocks import Attachment, Paragraph, Picture, Run, Statement, Table
from templates.gongwen.parcel import stored
from templates.gongwen.tables import places
from templates.paragraphs import paragraphs
from templates.wml import Element, W, element, face, parse, put, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from templates.gongwen.blocks import Block, Inline
    from templates.gongwen.body import Outline

_DOCUMENT = "word/document.xml"
_PLACE = re.compile(r"\{\{\s*正文\s*\}\}")
_FACE_OF = {1: "黑体", 2: "楷体_GB2312"}  # GB/T 9704-2012, 7.3.3; levels 3 and 4 are as the body


def holds(docx: bytes) -> bool:
    """Tell whether a template has a place for a body."""
    return bool(_places(_read(docx)))


def place(docx: bytes, outline: Outline, *, shown: str = "") -> bytes:
    """Put the blocks in their place, as `placed` does.

    Raises:
        InputError: as `placed`.

    """
    return placed(docx, outline, shown=shown)[0]


def placed(docx: bytes, outline: Outline, *, shown: str = "") -> tuple[bytes, Mapping[int, Place]]:
    """Put the blocks where a paragraph holds only {{ 正文 }}, in that paragraph's format.

    Statements become {%p … %} paragraphs, within tables {%tr … %} rows. An empty outline takes
    the paragraph away. `shown` names the template in findings. Same inputs, same bytes.

    Return the package, and where each paragraph put there comes from: its number among all of the
    document, counted from 1, leads to its line. Nothing of that stands in the package.

    Raises:
        InputError: no such paragraph though there is a body, or more than one.

    """
    root = _read(docx)
    places = _places(root)
    if len(places) > 1 or (outline.blocks and not places):
        raise InputError("模板放不下正文", findings=[_refused(len(places), shown)])
    lines: dict[Element, Place] = {}
    for paragraph in places:
        lines.update(_Setting(paragraph).replace(outline))
    numbered = enumerate(paragraphs(root), 1)
    origins = {number: lines[one] for number, one in numbered if one in lines}
    return _written(docx, root), origins


def _refused(count: int, shown: str) -> Finding:
    if count:
        message = f"模板里有 {count} 处单独成段的「{{{{ 正文 }}}}」"
        return Finding(Level.ERROR, "正文位置", Place(shown), message, "请只留一处")
    message = "发文单写有正文，模板里却没有单独成段的「{{ 正文 }}」"
    advice = "请在模板里放正文的地方单独一段写上 {{ 正文 }}"
    return Finding(Level.ERROR, "正文位置", Place(shown), message, advice)


def _places(root: Element) -> list[Element]:
    found = root.iter(W + "p")
    return [one for one in found if _PLACE.fullmatch(text_of(one).strip())]


def _read(docx: bytes) -> Element:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return parse(package.read(_DOCUMENT))


def _written(docx: bytes, root: Element) -> bytes:
    """Copy the package with another document. Stored: a deflater's version changes no byte."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        members = {item.filename: package.read(item) for item in package.infolist()}
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return stored({**members, _DOCUMENT: text})


def _lines(made: Element, block: Block) -> Iterator[tuple[Element, Place]]:
    """Lead the paragraphs made from a block to their lines: a table's rows have their own."""
    if not isinstance(block, Table) or made.tag == W + "p":
        yield from ((one, block.place) for one in made.iter(W + "p"))
        return
    yield from places(made, block)


class _Setting:
    """The paragraph that held {{ 正文 }}: what everything in its place looks like."""

    def __init__(self, paragraph: Element) -> None:
        self._paragraph = paragraph
        properties = paragraph.find(W + "pPr")
        self._properties = element("pPr") if properties is None else properties
        look = paragraph.find(f".//{W}r/{W}rPr")
        self._look = element("rPr") if look is None else look

    def replace(self, outline: Outline) -> dict[Element, Place]:
        """Put the blocks in the paragraph's stead; lead each paragraph made to its line."""
        parent = self._paragraph.getparent()
        position = parent.index(self._paragraph)
        made = list(self._blocks(outline))
        lines: dict[Element, Place] = {}
        for offset, (one, block) in enumerate(made):
            parent.insert(position + offset, one)
            lines.update(_lines(one, block))
        parent.remove(self._paragraph)
        section = self._properties.find(W + "sectPr")
        stays = bool(outline.blocks) and isinstance(outline.blocks[-1], Paragraph)
        at_end = parent.tag == W + "tc" and position + len(made) == len(parent)
        if section is not None or (at_end and not stays):
            # A section ends in a paragraph, and a cell must: Word calls the file damaged otherwise.
            closing = element(
                "p", element("pPr", *([] if section is None else [deepcopy(section)]))
            )
            parent.insert(position + len(made), closing)
            if made:
                lines[closing] = made[-1][1].place
        return lines

    def _blocks(self, outline: Outline) -> Iterator[tuple[Element, Block]]:
        table_above = False
        for block in outline.blocks:
            if isinstance(block, Table) and table_above:
                yield self._line([], {}), block  # Word joins two tables with nothing between them
            yield self._block(block), block
            if not isinstance(block, Statement):
                table_above = isinstance(block, Table)

    def _block(self, block: Block) -> Element:
        if isinstance(block, Paragraph):
            properties: dict[str, dict[str, int]] = {}
            if block.level:
                properties["outlineLvl"] = {"val": block.level - 1}
            if block.level and all(isinstance(run, Run) and run.head for run in block.runs):
                properties["keepNext"] = {}
            return self._line([self._run(run, block.level) for run in block.runs], properties)
        if isinstance(block, Statement):
            return self._line([self._plain(f"{{%p {block.inside} %}}")], {})
        if isinstance(block, Table):
            return table(block, width_at(self._paragraph), lambda run: self._run(run, 0))
        line = [self._run(run, 0) for run in block.title] if isinstance(block, Attachment) else []
        return self._line(line, {"pageBreakBefore": {}})

    def _line(self, runs: list[Element], more: dict[str, dict[str, int]]) -> Element:
        properties = deepcopy(self._properties)
        for name in ("sectPr", "rPr"):
            put(properties, name, None)
        for name, attributes in more.items():
            put(properties, name, attributes)
        return element("p", properties, *runs)

    def _plain(self, text: str) -> Element:
        return element("r", deepcopy(self._look), element("t", text))

    def _run(self, run: Inline, level: int) -> Element:
        if not isinstance(run, Run):
            what = "图片" if isinstance(run, Picture) else "脚注"
            message = f"这个模板的正文里放不了{what}"
            finding = Finding(Level.ERROR, "正文", run.place, message, f"请删去{what}")
            raise InputError(message, findings=[finding])
        look = deepcopy(self._look)
        face(look, _FACE_OF.get(level, "") if run.head else "")
        if run.bold:
            for name in ("b", "bCs"):
                put(look, name, {})
        if run.underline:
            put(look, "u", {"val": "single"})
        if run.script:
            put(look, "vertAlign", {"val": run.script})
        return element("r", look, *_text(run.text))


def _text(text: str) -> Iterator[Element]:
    """Write text with its forced line breaks and tabs."""
    for part in re.split(r"([\n\t])", text):
        if part == "\n":
            yield element("br")
        elif part == "\t":
            yield element("tab")
        elif part:
            yield element("t", part)
