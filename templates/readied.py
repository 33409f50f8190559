"""A part made ready for pictures: its relations kept at hand, their kinds known to the package."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rosters.finding import Place, refuse
from templates.grammar import error
from templates.relations import PACKAGE, parser, relations_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from templates.part import Part

_TYPES = "[Content_Types].xml"
_SPACE = f"{PACKAGE}relationships"
_KINDS = {"png": "image/png", "jpeg": "image/jpeg"}
_OURS = re.compile("rIdFawen([0-9]{1,9})")  # a letter that was filled here may be a template, too


def readied(part: Part, rest: list[tuple[str, bytes]], shown: str) -> Part:
    """Take a part's relations out of the package where its tags bring pictures.

    Raises:
        InputError: no picture can stand there.

    """
    if not part.program.pictured:
        return part
    if part.name.startswith(b"docProps/"):
        refuse([error(Place(shown, where="文档属性"), "文档属性里放不下图片", "请删去这个标签")])
    wanted = relations_of(part.name.decode())
    found = next((at for at, one in enumerate(rest) if one[0] == wanted), None)
    leads = [] if found is None else list(_parsed(rest.pop(found)[1]).iter("{*}Relationship"))
    types = next(at for at, one in enumerate(rest) if one[0] == _TYPES)
    rest[types] = (_TYPES, _with_kinds(rest[types][1]))
    numbers = (_OURS.fullmatch(one.get("Id", "")) for one in leads)
    part.program.pictures = max((int(one[1]) for one in numbers if one), default=0)
    return replace(part, relations=_listed(leads))


def _listed(leads: list[_Element]) -> str:
    """Write relations anew, under no prefix and in an end tag, before which others can be put."""
    from lxml import etree

    root = etree.Element(f"{{{_SPACE}}}Relationships", nsmap={None: _SPACE})
    root.text = ""
    for one in leads:
        etree.SubElement(root, f"{{{_SPACE}}}Relationship", dict(one.attrib))
    return _written(root).decode()


def _with_kinds(types: bytes) -> bytes:
    """Tell the package of the kinds of pictures; names' ends are the same in capitals."""
    from lxml import etree

    root = _parsed(types)
    space = f"{{{PACKAGE}content-types}}"
    known = {one.get("Extension", "").lower() for one in root.iter(f"{space}Default")}
    lacking = [suffix for suffix in _KINDS if suffix not in known]
    for at, suffix in enumerate(lacking):
        root.insert(
            at, etree.Element(f"{space}Default", Extension=suffix, ContentType=_KINDS[suffix])
        )
    if not lacking:
        return types
    return _written(root)


def _written(root: _Element) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _parsed(content: bytes) -> _Element:
    from lxml import etree

    return etree.fromstring(content, parser())
