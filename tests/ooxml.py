"""A check of a .docx without the standard's schemas, which cannot be fetched where tests run.

The orders are those of ECMA-376 part 1 (17.2 to 17.4), for the elements that we or docxtpl write;
the package's rules are those of part 2 (content types, relations) and of the zip format. Of rPr the
standard's transitional schema leaves the order open. docxtpl puts gridSpan, shd and vMerge where it
likes in a tcPr, and Word takes them: their place alone is not asked.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
DOC_PR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
ORDERS = {
    name: words.split()
    for name, words in {
        "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
        "suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct "
        "topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind "
        "contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
        "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
        "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize "
        "tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
        "tblDescription tblPrChange",
        "tcPr": "cnfStyle tcW tcBorders noWrap tcMar textDirection tcFitText vAlign hideMark "
        "headers cellIns cellDel cellMerge tcPrChange",
        "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc "
        "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi "
        "rtlGutter docGrid printerSettings sectPrChange",
        "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
        "tr": "tblPrEx trPr tc",
    }.items()
}
FREE = {"tcPr": {"gridSpan", "shd", "vMerge", "hMerge"}}
FIRST = {"p": "pPr", "r": "rPr", "tc": "tcPr", "tr": "trPr"}
NEVER = {  # what may not stand directly within
    "p": {"p", "tbl", "tr", "tc", "t", "tab", "br", "drawing"},
    "r": {"r", "p", "tbl", "tr", "tc", "hyperlink"},
    "tc": {"tc", "tr", "r", "t"},
    "tr": {"p", "r", "tr", "tbl", "t"},
    "tbl": {"p", "r", "tc", "tbl", "t"},
    "body": {"r", "t", "tc", "tr"},
}
TEXTS = {"t", "delText", "instrText", "delInstrText"}
HOLDERS = {"tc", "hdr", "ftr", "footnote", "endnote", "txbxContent"}
LOCAL = struct.Struct("<4s5H3L2H")


def faults(package: bytes) -> list[str]:
    """What Word could call damaged."""
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        broken = found.testzip()
        if broken:
            return [f"zip: {broken}"]
        parts = {info.filename: found.read(info) for info in found.infolist()}
        headers = [*_headers(package, found.infolist())]
    said = [*headers]
    roots = {}
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                roots[name] = etree.fromstring(part)
            except etree.XMLSyntaxError as fault:
                said.append(f"{name}: {fault}")
    if said and len(said) != len(headers):
        return said
    said += [*_kinds(parts), *_relations(roots, parts)]
    return said + [f"{name}: {one}" for name, root in roots.items() for one in _part(root)]


def _headers(package: bytes, listed: list[zipfile.ZipInfo]) -> Iterator[str]:
    """Local headers say what the directory says; members follow one another, each once."""
    at = 0
    for info in sorted(listed, key=lambda one: one.header_offset):
        sign, _, flags, method, _, _, crc, packed, size, name, more = LOCAL.unpack_from(
            package, info.header_offset
        )
        start = info.header_offset + LOCAL.size
        said = package[start : start + name].decode("utf-8" if flags & 0x800 else "cp437")
        if (sign, said, crc, packed, size, method, flags) != (
            b"PK\3\4", info.filename, info.CRC, info.compress_size, info.file_size,
            info.compress_type, info.flag_bits,
        ):  # fmt: skip
            yield f"zip: {info.filename}: the headers differ"
        if info.header_offset != at:
            yield f"zip: {info.filename}: does not follow the one before"
        at = start + name + more + packed
    for name, times in Counter(info.filename for info in listed).items():
        if times > 1:
            yield f"zip: {name}: {times} times"
    if listed[0].filename != "[Content_Types].xml":
        yield "zip: [Content_Types].xml is not first"


def _kinds(parts: dict[str, bytes]) -> Iterator[str]:
    root = etree.fromstring(parts["[Content_Types].xml"])
    extensions = {one.get("Extension").lower() for one in root.iter(CT + "Default")}
    overrides = [one.get("PartName").lstrip("/") for one in root.iter(CT + "Override")]
    for name in parts:
        if name not in overrides and name.rpartition(".")[2].lower() not in extensions:
            yield f"{name}: has no content type"
    for name in {*overrides} - parts.keys():
        yield f"{name}: has a content type and is not there"
    if len(set(overrides)) != len(overrides):
        yield "[Content_Types].xml: a part twice"


def _relations(roots: dict[str, Any], parts: dict[str, bytes]) -> Iterator[str]:
    for name, root in roots.items():
        if not name.endswith(".rels"):
            continue
        folder, _, file = name.rpartition("_rels/")
        source = folder + file.removesuffix(".rels")
        ids = [one.get("Id") for one in root]
        for one in root:
            target = posixpath.normpath(posixpath.join("/", folder, one.get("Target"))).lstrip("/")
            if one.get("TargetMode") != "External" and target not in parts:
                yield f"{name}: {one.get('Id')} leads to {target}, which is not there"
        if len(set(ids)) != len(ids):
            yield f"{name}: an Id twice"
        if source and source not in parts:
            yield f"{name}: of nothing"
        for lost in _used(roots[source]) - set(ids) if source in roots else ():
            yield f"{source}: {lost} is no relation"


def _used(root: Any) -> set[str]:
    return {
        str(value)
        for node in root.iter(etree.Element)
        for key, value in node.attrib.items()
        if str(key).startswith(R)
    }


def _part(root: Any) -> Iterator[str]:
    for kind, key in ((DOC_PR, "id"), (W + "bookmarkStart", W + "id")):
        ids = [one.get(key) for one in root.iter(kind)]
        if len(set(ids)) != len(ids):
            yield f"ids of {etree.QName(kind).localname} are not unique: {ids}"
    if root.tag == W + "document":
        body = root.find(W + "body")
        sections = body.findall(W + "sectPr")
        if len(root) != 1 or len(sections) > 1 or (sections and body[-1] is not sections[0]):
            yield "body: the section's properties are not its end"
    for node in root.iter(f"{W}*"):
        yield from _element(node, node.tag.removeprefix(W))


def _element(node: Any, name: str) -> Iterator[str]:
    children = [one.tag.removeprefix(W) for one in node if isinstance(one.tag, str)]
    first = FIRST.get(name)
    if first and (children.count(first) > 1 or first in children[2 if name == "tr" else 1 :]):
        yield f"{name}: {first} is not first: {children}"
    wrong = {*children} if name in TEXTS else NEVER.get(name, set()) & {*children}
    if wrong:
        yield f"{name}: holds {sorted(wrong)}"
    yield from _ordered(name, children)
    listed = node.getparent() is not None and node.getparent().tag == W + "footnotePr"
    if name in HOLDERS and not listed and (not children or children[-1] != "p"):
        yield f"{name}: does not end in a paragraph: {children}"
    if name == "tbl" and not {"tblPr", "tblGrid"} <= {*children}:
        yield f"tbl: lacks its properties or grid: {children}"
    loose = "".join([node.text or "", *(one.tail or "" for one in node)]).strip()
    if loose and name not in TEXTS:
        yield f"{name}: text outside a run: {loose[:20]!r}"


def _ordered(name: str, children: list[str]) -> Iterator[str]:
    if name in ORDERS:
        ranks = [ORDERS[name].index(one) for one in children if one in ORDERS[name]]
        if ranks != sorted(ranks):
            yield f"{name}: out of order: {children}"
        strange = {*children} - {*ORDERS[name]} - FREE.get(name, set())
        if name.endswith("Pr") and strange:
            yield f"{name}: unknown: {sorted(strange)}"
    repeats = name in {"sectPr", "trPr", "footnotePr"}
    if name.endswith("Pr") and not repeats and len({*children}) != len(children):
        yield f"{name}: one of {children} twice"
