"""A template as people have it, made one that can be compiled: changes accepted, fields as tags.

What mail merge keeps of its data (a path on somebody's machine) goes: Word would ask each receiver
whether to open it. A content control that is bound to data loses its bond where tags stand in it:
Word would put the old data back over what was filled in.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level, Place
from rosters.pattern import later
from templates.grammar import error
from templates.paragraphs import W, paragraphs, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from templates.tags import Names

_TEXTS = re.compile(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml")
_SETTINGS, _LEADS = "word/settings.xml", b"/mailMerge"
# Of a part that holds none of these, nothing is changed.
_ODD = re.compile(
    rb"<(?:[\w.-]+:)?(?:ins|del|moveFrom|moveTo|instrText|fldSimple|sdt)\b|\xc2\xab|Change\b"
)
_UNREACHED = re.compile(r"word/(diagrams/data|charts/chart)\d*\.xml")
_LIKE_TAGS = later("{[{%].*?[}%]}|«.*?»|｛｛.*?｝｝", re.DOTALL)
_WHERE = {
    "document": "正文",
    "header": "页眉",
    "footer": "页脚",
    "footnotes": "脚注",
    "endnotes": "尾注",
}


@dataclass
class Adopted:
    """A package, changed or as it was, and what was found on the way."""

    content: bytes
    findings: list[Finding] = field(default_factory=list)


def adopt(content: bytes, names: Names, *, shown: str) -> Adopted:
    """Make a template of what people keep as one; the same bytes where there is nothing to do."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {one.filename: package.read(one) for one in package.infolist()}
    found: list[Finding] = []
    changed = {
        name: made
        for name, data in members.items()
        if (made := _part(name, data, names, shown, found)) is not None
    }
    changed |= _without_source(members)
    found += _unreached(members, shown)
    if not changed:
        return Adopted(content, found)
    return Adopted(_packed(content, changed), found)


def _part(name: str, data: bytes, names: Names, shown: str, found: list[Finding]) -> bytes | None:
    kind = _TEXTS.fullmatch(name)
    if not kind or not _ODD.search(data):
        return None
    from lxml import etree

    from templates.revisions import accept

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None  # who compiles it will say so
    before = etree.tostring(root)
    place = Place(shown, where=_WHERE[kind[1]])
    accepted = accept(root)
    if accepted:
        message = f"模板里有 {accepted} 处修订，按「接受所有修订」处理"
        found.append(
            Finding(Level.WARNING, "模板修订", place, message, "请在 Word 里接受或拒绝修订后再存")
        )
    found += _fields(root, names, place)
    _unbind(root)
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


def _unreached(members: dict[str, bytes], shown: str) -> Iterator[Finding]:
    """Find tags in drawings that Word keeps in parts of their own, where nothing is filled in."""
    for name, data in members.items():
        part = _UNREACHED.fullmatch(name)
        if part:
            text = re.sub(r"<[^>]*>", "", data.decode("utf-8", "replace"))
            where = "SmartArt 图形" if part[1].startswith("diagrams") else "图表"
            for tag in dict.fromkeys(_LIKE_TAGS.findall(text)):
                fault = f"{where}里的「{tag}」不会被填写"
                yield error(Place(shown, where=where), fault, "请改用文本框或表格，标签写在那里")


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


def _without_source(members: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts that tell of mail merge without it, and without where its data lie.

    Whatever part leads there, and however its program writes XML: the gate lets that relation by.
    """
    made = {}
    for name, data in members.items():
        led = name.lower().endswith(".rels")
        if not (led and _LEADS in data) and not (name == _SETTINGS and b"mailMerge" in data):
            continue
        bare = _bare(data, led=led)
        if bare is not None:
            made[name] = bare
    return made


def _bare(data: bytes, *, led: bool) -> bytes | None:
    """Take mail merge out of relations or settings; None where they are no XML, or hold none."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None  # who reads it will say so
    gone = [
        one
        for one in root.iter("{*}Relationship" if led else "{*}mailMerge")
        if not led or _LEADS.decode() in one.get("Type", "")
    ]
    for one in gone:
        above = one.getparent()
        if above is not None:
            above.remove(one)
    if not gone:
        return None
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _packed(content: bytes, changed: dict[str, bytes]) -> bytes:
    """Write the package anew, with fixed times: the same bytes for the same template."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as made:
        for one in package.infolist():
            info = zipfile.ZipInfo(one.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, changed.get(one.filename, package.read(one)))
    return out.getvalue()
