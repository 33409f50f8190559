"""How the paragraphs of a .docx look once styles are resolved: read from its XML, without Word."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LENGTHS = {"left", "right", "first", "hanging", "before"}
_ON = {None, "1", "true", "on"}


@dataclass(frozen=True)
class Look:
    """A paragraph: its text, and what each property comes to; lengths in twips, sizes in points."""

    text: str
    properties: dict[str, Any]

    def get(self, name: str) -> Any:
        """Return what a property comes to; a length that nobody gave is 0."""
        return self.properties.get(name, 0 if name in _LENGTHS else None)


def looks(docx: bytes) -> list[Look]:
    """Read every paragraph of the document that has text, in its order."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        body = etree.fromstring(package.read("word/document.xml"))
        styles = etree.fromstring(package.read("word/styles.xml"))
    reader = _Reader(styles)
    return [look for p in body.iter(f"{W}p") if (look := reader.look(p)).text]


class _Reader:
    def __init__(self, styles: Any) -> None:
        self._styles = {one.get(f"{W}styleId"): one for one in styles.iter(f"{W}style")}
        self._defaults = [one for one in styles.iter(f"{W}rPr", f"{W}pPr") if _default(one)]
        self._normal = next(
            (
                name
                for name, one in self._styles.items()
                if one.get(f"{W}default") in {"1", "true"} and one.get(f"{W}type") == "paragraph"
            ),
            "",
        )

    def look(self, paragraph: Any) -> Look:
        own = paragraph.find(f"{W}pPr")
        named = own.find(f"{W}pStyle") if own is not None else None
        style = named.get(f"{W}val") if named is not None else self._normal
        found: dict[str, Any] = {}
        for one in self._defaults:
            _take(one, found)
        for one in self._chain(style):
            for part in (one.find(f"{W}pPr"), one.find(f"{W}rPr")):
                _take(part, found)
        _take(own, found)
        runs = [run for run in paragraph.iter(f"{W}r") if "".join(_text(run)).strip()]
        if runs:
            _take(runs[0].find(f"{W}rPr"), found)
        found["style"] = self._name(style)
        found["cell"] = any(True for _ in paragraph.iterancestors(f"{W}tc"))
        return Look("".join(_text(paragraph)).strip(), found)

    def _chain(self, style: str) -> Iterator[Any]:
        one = self._styles.get(style)
        if one is None:
            return
        based = one.find(f"{W}basedOn")
        if based is not None:
            yield from self._chain(based.get(f"{W}val"))
        yield one

    def _name(self, style: str) -> str:
        one = self._styles.get(style)
        return "" if one is None else one.find(f"{W}name").get(f"{W}val")


def _default(element: Any) -> bool:
    return element.getparent().tag in {f"{W}rPrDefault", f"{W}pPrDefault"}


def _text(element: Any) -> Iterator[str]:
    for one in element.iter(f"{W}t", f"{W}br", f"{W}tab"):
        if one.tag == f"{W}t":
            yield one.text or ""
        elif one.getparent().tag == f"{W}r":
            yield "/" if one.tag == f"{W}br" else "\t"


_ONE = {  # a property's element: what it is called here, and how its w:val is read
    "sz": ("size", lambda value: int(value) / 2),
    "b": ("bold", lambda value: value in _ON),
    "color": ("colour", str),
    "w": ("scale", int),
    "jc": ("align", str),
    "outlineLvl": ("level", int),
    "keepNext": ("keep", lambda value: value in _ON),
    "pageBreakBefore": ("page_break", lambda value: value in _ON),
}
_MANY = {  # elements with several lengths
    "ind": {"left": "left", "right": "right", "firstLine": "first", "hanging": "hanging"},
    "spacing": {"line": "line", "before": "before"},
}


def _take(properties: Any, found: dict[str, Any]) -> None:
    """Let properties override what was found before."""
    for one in [] if properties is None else properties:
        name = etree.QName(one).localname
        if name in _ONE:
            called, read = _ONE[name]
            found[called] = read(one.get(f"{W}val"))
        elif name == "rFonts" and one.get(f"{W}eastAsia"):
            found["font"] = one.get(f"{W}eastAsia")
        elif name in _MANY:
            if one.get(f"{W}firstLine") or one.get(f"{W}hanging"):
                found.pop("first", None)
                found.pop("hanging", None)
            lengths = {called: one.get(W + its) for its, called in _MANY[name].items()}
            found |= {called: int(float(one)) for called, one in lengths.items() if one}
