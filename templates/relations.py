"""What the relationships of a Word package lead to, as python-docx finds it.

python-docx takes long to import, and no more is wanted of it here than which part is the document,
and which are its headers and footers. Where it would not open a package, neither does this.
"""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.etree import XMLParser, _Element

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_DOCUMENT = f"{WORD}document.main+xml"
# The parts that python-docx parses as soon as it opens a package: all others stay bytes.
_PARSED = frozenset(
    {_DOCUMENT, "application/vnd.openxmlformats-package.core-properties+xml"}
    | {f"{WORD}{one}+xml" for one in ("comments", "footer", "header")}
    | {f"{WORD}{one}+xml" for one in ("numbering", "settings", "styles")}
)
HEADER, FOOTER = f"{_OFFICE}header", f"{_OFFICE}footer"


class UnclearError(Exception):
    """A package that python-docx would not open, or not as it is opened here."""


class Lead(NamedTuple):
    """A relationship: what it is called, what it is for, and the part it leads to."""

    key: str | None
    kind: str | None
    target: str
    external: bool


class Reached(NamedTuple):
    """A part that some relationship leads to: its content, parsed where python-docx would."""

    content: bytes
    root: _Element | None
    document: bool
    leads: Mapping[str | None, Lead]  # by key; of two that share one, the last


class Package(NamedTuple):
    """The document, its name in the package, and all parts by the names relationships use."""

    name: str
    document: Reached
    parts: Mapping[str, Reached]

    def edges(self, kind: str) -> Iterable[tuple[str, Reached]]:
        """Yield the headers or footers, in the order of the document's relationships.

        Raises:
            UnclearError: one lies outside the package.

        """
        for lead in self.document.leads.values():
            if lead.kind == kind:
                if lead.external:
                    raise UnclearError
                part = self.parts[lead.target]
                if part.root is not None or part.content:
                    yield lead.target.lstrip("/"), part


def follow(members: Mapping[str, bytes], types: Types) -> Package:
    """Follow all relationships of a package from its own on; `members` are its files by name.

    Raises:
        UnclearError: python-docx finds no one document there, or parts that it cannot read.

    """
    from lxml import etree

    try:
        leads, parts = _walk(members, types)
    except (LookupError, ValueError, TypeError, etree.LxmlError) as fault:
        raise UnclearError from fault
    main = [lead for lead in leads.values() if lead.kind == f"{_OFFICE}officeDocument"]
    if len(main) != 1 or main[0].external:
        raise UnclearError
    document = parts[main[0].target]
    if not document.document or document.root is None:
        raise UnclearError
    return Package(main[0].target.lstrip("/"), document, parts)


def parser() -> XMLParser:
    """Make a parser that reads as python-docx's does: no blanks between elements, no entities."""
    from lxml import etree

    return etree.XMLParser(remove_blank_text=True, resolve_entities=False)


def relations_of(name: str) -> str:
    """Return the name of the file that holds a part's relations."""
    folder, last = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{last}.rels")


def _walk(
    members: Mapping[str, bytes], types: Types
) -> tuple[Mapping[str | None, Lead], dict[str, Reached]]:
    """Go through the parts depth first; how a part is reached first tells whether it is parsed."""
    own = _leads(members, "/")
    parts: dict[str, Reached] = {}
    pending = own[::-1]
    while pending:
        lead = pending.pop()
        if lead.external or lead.target in parts:
            continue
        leads = _leads(members, lead.target)
        content = members[lead.target[1:]]
        kind = types.told(lead.target)
        root = _parsed(content) if kind in _PARSED and lead.kind != f"{_OFFICE}image" else None
        parts[lead.target] = Reached(
            content, root, kind == _DOCUMENT, {one.key: one for one in leads}
        )
        pending += leads[::-1]
    return {one.key: one for one in own}, parts


class Types:
    """The content types of a package: of single parts, else by what a name ends in.

    They are parsed once, when the first is asked for: what they lack is a fault of the package.
    """

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self._members = members

    @cached_property
    def _listed(self) -> tuple[Mapping[str, str | None], Mapping[str, str | None]]:
        root = _rooted(self._members["[Content_Types].xml"], "content-types", "Types")
        return _named(root, "Override", "PartName"), _named(root, "Default", "Extension")

    def told(self, name: str) -> str | None:
        """Return the content type of a part, named as relationships do, or raise KeyError."""
        own, common = self._listed
        if name.lower() in own:
            return own[name.lower()]
        return common[posixpath.splitext(name)[1].removeprefix(".").lower()]

    def of(self, member: str) -> str | None:
        """Return the content type of a file in the package; None where none is told."""
        try:
            return self.told(f"/{member}")
        except KeyError:
            return None


def _named(root: _Element, tag: str, key: str) -> dict[str, str | None]:
    found = root.findall(f"{{{PACKAGE}content-types}}{tag}")
    return {str(one.attrib[key]).lower(): one.get("ContentType") for one in found}


def _leads(members: Mapping[str, bytes], source: str) -> list[Lead]:
    """List the relationships of a part, or, of "/", those of the package itself."""
    folder = posixpath.dirname(source)
    content = members.get(relations_of(source)[1:])
    if content is None:
        return []
    root = _rooted(content, "relationships", "Relationships")
    found = root.findall(f"{{{PACKAGE}relationships}}Relationship")
    return [_lead(one, folder) for one in found]


def _lead(one: _Element, folder: str) -> Lead:
    external = one.get("TargetMode") == "External"
    target = "" if external else posixpath.abspath(posixpath.join(folder, one.attrib["Target"]))
    return Lead(one.get("Id"), one.get("Type"), target, external)


def _rooted(content: bytes, space: str, tag: str) -> _Element:
    root = _parsed(content)
    if root.tag != f"{{{PACKAGE}{space}}}{tag}":
        raise LookupError(root.tag)
    return root


def _parsed(content: bytes) -> _Element:
    from lxml import etree

    return etree.fromstring(content, parser())
