"""A Word file as somebody wrote it: its parts, its styles, and what its relations lead to."""

from __future__ import annotations

import io
import posixpath
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from rosters.finding import Finding, InputError, Level, Place
from templates.package import STRICT
from templates.wml import Element, W, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_HOLDERS = {W + "sdt", W + "sdtContent", W + "customXml", W + "smartTag"}
# What "Strict Open XML Document" of Word calls the same things, ECMA-376, part 1, annex A.
_STRICT = tuple(
    (STRICT + strict, b"http://schemas.openxmlformats.org/" + usual)
    for strict, usual in (
        (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
        (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
        (b"officeDocument/math", b"officeDocument/2006/math"),
        (b"drawingml/wordprocessingDrawing", b"drawingml/2006/wordprocessingDrawing"),
        (b"drawingml/main", b"drawingml/2006/main"),
        (b"drawingml/picture", b"drawingml/2006/picture"),
        (b"drawingml/chart", b"drawingml/2006/chart"),
        (b"drawingml/diagram", b"drawingml/2006/diagram"),
    )
)


# Where the texts of a package's other parts are, as people call it.
_BESIDE = (
    ("word/header", "页眉页脚"),
    ("word/footer", "页眉页脚"),
    ("word/comments", "批注"),
    ("word/footnotes", "脚注"),
    ("word/endnotes", "尾注"),
    ("word/", "文件里"),
    ("docProps/", "文件属性"),
)


class Manuscript:
    """A Word file that has passed the gate, opened."""

    def __init__(self, content: bytes, shown: str) -> None:
        """Open it.

        Raises:
            InputError: it is damaged.

        """
        self._shown = shown
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                names = [one.filename for one in package.infolist() if not one.is_dir()]
                self._members = {name: package.read(name) for name in names}
            self.main = self._main()
            self.root: Element = parse(self._usual(self.main))
            self.body: Element = self.root.find(W + "body")
        except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
            raise self._damaged() from error
        if self.body is None:
            raise self._damaged()

    def _damaged(self) -> InputError:
        advice = "请用 Word 或 WPS 打开，另存一份 .docx"
        finding = Finding(Level.ERROR, "job.word", Place(self._shown), "Word 文件已损坏", advice)
        return InputError(str(finding), findings=(finding,))

    def _main(self) -> str:
        found = self._targets("", "/officeDocument")
        return found[0] if found else "word/document.xml"

    def _usual(self, name: str) -> bytes:
        content = self._members[name]
        if STRICT in content:
            for strict, usual in _STRICT:
                content = content.replace(strict, usual)
        return content

    def _relations(self, of: str) -> Iterator[Element]:
        folder, name = posixpath.split(of)
        part = posixpath.join(folder, "_rels", f"{name}.rels")
        if part in self._members:
            yield from parse(self._members[part]).iter(_RELATIONS)

    def _targets(self, of: str, kind: str) -> list[str]:
        return [
            _joined(of, one.get("Target", ""))
            for one in self._relations(of)
            if one.get("Type", "").endswith(kind) and one.get("TargetMode") != "External"
        ]

    def related(self, kind: str) -> list[Element]:
        """Return the parts of a kind that the document is related to, such as "/styles"."""
        found = []
        for name in self._targets(self.main, kind):
            if name in self._members:
                try:
                    found.append(parse(self._usual(name)))
                except etree.XMLSyntaxError as error:
                    raise self._damaged() from error
        return found

    def beside(self) -> Iterator[tuple[str, str]]:
        """Walk through the texts outside the body, each with where it stands, for people."""
        for name in self._members:
            where = next((said for part, said in _BESIDE if name.startswith(part)), "")
            if not where or not name.endswith(".xml"):
                continue
            try:
                root = parse(self._usual(name))
            except etree.XMLSyntaxError as error:
                raise self._damaged() from error
            for one in root.iter(*((W + "p",) if name.startswith("word/") else ("*",))):
                if name != self.main:
                    yield where, _said(one)
                elif any(True for _ in one.iterancestors(W + "txbxContent")):
                    yield "文本框", _said(one)

    def bytes_of(self, relation: str) -> bytes | None:
        """Return what a relation of the document leads to, within the file."""
        for one in self._relations(self.main):
            if one.get("Id") == relation and one.get("TargetMode") != "External":
                return self._members.get(_joined(self.main, one.get("Target", "")))
        return None

    @cached_property
    def styles(self) -> dict[str, Element]:
        """The styles by their id."""
        return {
            one.get(W + "styleId", ""): one
            for part in self.related("/styles")
            for one in part.iter(W + "style")
        }

    def chain(self, style: str) -> Iterator[Element]:
        """Walk from a style to those it is based on."""
        seen: set[str] = set()
        while style in self.styles and style not in seen:
            seen.add(style)
            found = self.styles[style]
            yield found
            based = found.find(W + "basedOn")
            style = based.get(W + "val", "") if based is not None else ""

    def of_paragraph(self, paragraph: Element) -> Iterator[Element]:
        """Walk through the pPr that tell about a paragraph: its own, then those of its styles."""
        own = paragraph.find(W + "pPr")
        style = own.find(W + "pStyle") if own is not None else None
        if own is not None:
            yield own
        name = style.get(W + "val", "") if style is not None else self._default
        for one in self.chain(name):
            properties = one.find(W + "pPr")
            if properties is not None:
                yield properties

    @cached_property
    def _default(self) -> str:
        for name, style in self.styles.items():
            if style.get(W + "type") == "paragraph" and on(style, "default", attribute=True):
                return name
        return ""


def _said(one: Element) -> str:
    if one.tag != W + "p":
        return one.text or ""
    return "".join(text.text or "" for text in one.iter(W + "t", W + "delText"))


def flat(parent: Element) -> Iterator[Element]:
    """Walk through paragraphs, tables and the rest, in what only holds them as if it were not."""
    for one in parent:
        if one.tag in _HOLDERS:
            yield from flat(one)
        elif isinstance(one.tag, str):
            yield one


def on(properties: Element | None, name: str, *, attribute: bool = False) -> bool:
    """Tell whether a switch such as w:b is on."""
    if properties is None:
        return False
    if attribute:
        return properties.get(W + name) in {"1", "true", "on"}
    found = properties.find(W + name)
    return found is not None and found.get(W + "val", "1") not in {"0", "false", "off", "none"}


def value(properties: Element | None, name: str) -> str:
    """Return the value of a property such as w:jc, "" where it is not given."""
    found = properties.find(W + name) if properties is not None else None
    return str(found.get(W + "val", "")) if found is not None else ""


def whole(text: str, usual: int, most: int) -> int:
    """Read a number that somebody may have damaged; what is none, or no sane one, is the usual."""
    try:
        number = int(float(text))
    except (ValueError, OverflowError):
        return usual
    return number if 0 <= number <= most else usual


def _joined(of: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(of), target))
