"""A template as people have it, made one that can be compiled: changes accepted, fields as tags.

A content control that is bound to data loses its bond where tags stand in it: Word would put the
old data back over what was filled in. Comments go; what leads out of the file, `astray` sees to.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level, Place
from templates import astray, relations, remarks
from templates.grammar import error
from templates.paragraphs import USUAL, WHERE, W, paragraphs, places
from templates.unreached import unreached

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.etree import _Element

    from templates.astray import Lost
    from templates.relations import Types
    from templates.tags import Names

# Of a part that holds none of these, nothing is changed.
_ODD = re.compile(
    rb"<(?:[\w.-]+:)?(?:ins|del|moveFrom|moveTo|instrText|fldSimple|sdt|comment\w+)\b"
    rb"|\xc2\xab|Change\b"
)


@dataclass
class Adopted:
    """A package, changed or as it was, and what was found on the way."""

    content: bytes
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Given:
    """A package as people have it: its members by name, and what it is called."""

    members: Mapping[str, bytes]
    shown: str

    @cached_property
    def types(self) -> Types | None:
        """The package's own word on what its parts are; None where it is damaged."""
        from lxml import etree

        types = relations.Types(self.members)
        try:
            types.of("")  # they are parsed when the first is asked for
        except (LookupError, etree.LxmlError):
            return None
        return types

    def where(self, name: str) -> Place | None:
        """Tell where the text of a part stands; None where it holds none that is filled."""
        kind = self.types.of(name) or "" if self.types is not None else ""
        word = kind.removeprefix(relations.WORD).removesuffix("+xml").removesuffix(".main")
        usual = USUAL.fullmatch(name)
        where = WHERE.get(word) or (WHERE[usual[1]] if usual else "")
        return Place(self.shown, where=where) if where else None


def adopt(content: bytes, names: Names, *, shown: str) -> Adopted:
    """Make a template of what people keep as one; the same bytes where there is nothing to do."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {one.filename: package.read(one) for one in package.infolist()}
    given = _Given(members, shown)
    found: list[Finding] = []
    changed: dict[str, bytes] = {}
    for name, data in members.items():
        place = given.where(name) if _ODD.search(data) else None
        made = None if place is None else _part(data, names, place, found)
        if made is not None:
            changed[name] = made
    changed |= _without_remarks(given, found)
    led, lost = astray.led(members)
    changed |= led
    found += _lost(lost, given)
    found += unreached(members, given.types, shown)
    if not changed:
        return Adopted(content, found)
    return Adopted(_packed({**members, **changed}), found)


def _part(data: bytes, names: Names, place: Place, found: list[Finding]) -> bytes | None:
    from lxml import etree

    from templates.revisions import accept

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None  # who compiles it will say so
    before = etree.tostring(root)
    accepted = accept(root)
    if accepted:
        message = f"模板里有 {accepted} 处修订，按「接受所有修订」处理"
        found.append(
            Finding(Level.WARNING, "模板修订", place, message, "请在 Word 里接受或拒绝修订后再存")
        )
    found += _fields(root, names, place)
    _unbind(root)
    remarks.strike(root)
    after = etree.tostring(root)
    if after == before:
        return None
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _fields(root: _Element, names: Names, place: Place) -> Iterator[Finding]:
    from templates.mergefields import replace
    from templates.standing import standing

    numbers = {one: number for number, one in enumerate(paragraphs(root), 1)}
    where = places(root, place, None)
    kept = list(standing(root))
    said = {paragraph for paragraph, _ in kept}
    kept += [one for one in replace(root, names) if one[0] not in said]
    for paragraph, told in kept:
        yield error(where[numbers[paragraph]], told.fault, told.cure, "邮件合并域")


def _without_remarks(given: _Given, found: list[Finding]) -> dict[str, bytes]:
    """Return the parts that hold comments without them."""
    changed = {}
    number = 0
    for name, data in given.members.items():
        made, held = remarks.emptied(data) if remarks.kept_in(name) else (data, 0)
        number += held
        if made is not data:
            changed[name] = made
    if number:
        message = f"模板里有 {number} 处批注，做出来的文件里不会有"
        found.append(Finding(Level.INFO, "模板批注", Place(given.shown), message))
    return changed


def _lost(lost: Iterable[Lost], given: _Given) -> Iterator[Finding]:
    """Say of each picture that is gone where its place is blank."""
    from lxml import etree

    gone: dict[str, set[str]] = {}
    for one in lost:
        gone.setdefault(one.part, set()).add(one.key)
    for part, keys in gone.items():
        root = etree.fromstring(given.members[part], relations.parser())
        where = places(root, given.where(part) or Place(given.shown), None)
        for number, paragraph in enumerate(paragraphs(root), 1):
            if any(keys.intersection(map(str, one.attrib.values())) for one in paragraph.iter()):
                yield Finding(
                    Level.WARNING,
                    "模板图片",
                    where[number],
                    "这里有一张图片已经找不到了，做出来的文件里这个位置空着",
                    "请在 Word 里删去它，或重新插入后再存",
                )


def _unbind(root: _Element) -> None:
    """Take the bond to data, and the placeholder, off each content control that holds tags."""
    for control in root.iter(f"{W}sdt"):
        text = "".join(node.text or "" for node in control.iter(f"{W}t"))
        settings = control.find(f"{W}sdtPr")
        if settings is None or ("{{" not in text and "{%" not in text):
            continue
        for one in [*settings]:
            if one.tag.rpartition("}")[2] in {"dataBinding", "showingPlcHdr"}:
                settings.remove(one)


def _packed(members: Mapping[str, bytes]) -> bytes:
    """Write the package anew, with fixed times: the same bytes for the same template."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, data)
    return out.getvalue()
