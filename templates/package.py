"""The parts of a Word package, as docxtpl would hand them to Jinja, and all the rest as bytes."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from templates import relations
from templates.paragraphs import W

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docxtpl import DocxTemplate
    from lxml.etree import _Element

    from templates.relations import Reached

_CUT = "\ue0f0\ue0f1"  # where a body begins and ends, while the document is cut there
_NOTES = {
    f"{relations.WORD}{one}+xml": said
    for one, said in (("footnotes", "脚注"), ("endnotes", "尾注"))
}
_LISTED = re.compile(r"<w:t(?: [^>]*)?>[^<]*[\t\n]")  # what docxtpl makes tabs and breaks of
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STRICT = b"http://purl.oclc.org/ooxml/"  # ISO/IEC 29500 Strict: other namespaces throughout
_WHERE = {"word/footnotes": "脚注", "word/endnotes": "尾注", "docProps": "文档属性"}


class Raw(NamedTuple):
    """A part that may hold tags: `head` and `tail` stand around what is filled.

    Of the body, `start` is its start tag as it stands in the document.
    """

    name: str
    xml: str
    where: str
    head: str = DECLARATION
    tail: str = ""
    body: bool = False
    start: str = ""


class DamagedError(Exception):
    """A package cannot be read.

    `strict` where it is of the kind that python-docx does not know, `foreign` where its elements
    have another prefix than w:, by which docxtpl knows them.
    """

    def __init__(self, *, strict: bool = False, foreign: bool = False) -> None:
        super().__init__()
        self.strict = strict
        self.foreign = foreign


def split(
    content: bytes, tagged: Callable[[str], bool]
) -> tuple[list[Raw], list[tuple[str, bytes]]]:
    """Return the body and the parts that are tagged, and every other member of the package.

    Raises:
        DamagedError: it is a package that neither we nor python-docx can read.

    """
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [info.filename for info in package.infolist() if not info.is_dir()]
        members = {name: package.read(name) for name in names}
    kinds = relations.Types(members)
    try:
        raws = opened(members, kinds)
    except relations.UnclearError:
        raws = _by_docxtpl(content, strict=STRICT in members.get("_rels/.rels", b""))
    once: dict[str, Raw] = {}  # several relations may lead to one header
    for raw in raws:
        once.setdefault(raw.name, raw)
    others = [_other(name, members[name], kinds.of(name)) for name in names if name not in once]
    tagged_others = [raw for raw in others if raw is not None and tagged(raw.xml)]
    if not all(map(_whole, tagged_others)):
        raise DamagedError
    filled = [
        raw for raw in once.values() if raw.body or tagged(raw.xml) or _LISTED.search(raw.xml)
    ]
    raws = filled + tagged_others
    kept = {raw.name for raw in raws}
    return raws, [(name, members[name]) for name in names if name not in kept]


def opened(members: Mapping[str, bytes], kinds: relations.Types) -> list[Raw]:
    """Return the document, its headers and its footers, byte for byte as docxtpl has them.

    Raises:
        UnclearError: they are for docxtpl to open, or to refuse.

    """
    package = relations.follow(members, kinds)
    edges = [  # first: one of them may be the document itself, which is then cut
        *(_edge(name, part, "页眉") for name, part in package.edges(relations.HEADER)),
        *(_edge(name, part, "页脚") for name, part in package.edges(relations.FOOTER)),
    ]
    return [_document(package.name, package.document), *edges]


def _document(name: str, part: Reached) -> Raw:
    """Take the body out of the document as docxtpl does; the root stays around it."""
    root = part.root
    body = root.find(f"{W}body") if root is not None and root.tag == f"{W}document" else None
    if root is None or body is None:
        raise relations.UnclearError
    return _around(name, root, body)


def _edge(name: str, part: Reached, where: str) -> Raw:
    """Write a header or footer as docxtpl does: what python-docx would save, parsed once more."""
    from lxml import etree

    content, root = part.content, part.root
    if root is not None:
        content = etree.tostring(root, encoding="UTF-8", standalone=True)
    try:
        return Raw(name, _string(etree.fromstring(content, relations.parser())), where)
    except etree.XMLSyntaxError as fault:
        raise relations.UnclearError from fault


def _string(root: _Element) -> str:
    from lxml import etree

    return str(etree.tostring(root, encoding="unicode"))


def _around(name: str, root: _Element, body: _Element) -> Raw:
    """Cut a document where its body begins and ends; text behind it goes, as with docxtpl."""
    if body.prefix != "w":
        raise DamagedError(foreign=True)
    body.tail = None
    xml = _string(body)
    body.text = _CUT + (body.text or "")
    if len(body):
        body[-1].tail = (body[-1].tail or "") + _CUT
    else:
        body.text += _CUT
    whole = _string(root)
    head, _, rest = whole.partition(_CUT)
    tail = rest.rpartition(_CUT)[2].removeprefix("</w:body>")
    at = head.rindex("<")  # in an attribute it is written &lt;
    return Raw(name, xml, "正文", DECLARATION + head[:at], tail, body=True, start=head[at:])


def _by_docxtpl(content: bytes, *, strict: bool) -> list[Raw]:
    """Have docxtpl open a package that is out of the ordinary."""
    from docxtpl import DocxTemplate

    try:
        return _docxtpl_parts(DocxTemplate(io.BytesIO(content)))
    except DamagedError:
        raise
    except Exception as fault:  # python-docx and lxml have no error of their own for all damage
        raise DamagedError(strict=strict) from fault


def _docxtpl_parts(template: DocxTemplate) -> list[Raw]:
    template.init_docx()
    root = template.docx._element  # noqa: SLF001 - as docxtpl reaches it
    name = template.docx.part.partname.lstrip("/")
    template.get_xml()  # it says so where there is no body
    raws: list[Raw] = []
    for uri, where in ((template.HEADER_URI, "页眉"), (template.FOOTER_URI, "页脚")):
        for _, part in template.get_headers_footers(uri):
            raws.append(Raw(part.partname.lstrip("/"), template.get_part_xml(part), where))
    return [_around(str(name), root, root.body), *raws]


def _other(name: str, content: bytes, kind: str | None) -> Raw | None:
    """Take footnotes and endnotes, by their content type or name, and document properties."""
    folder, _, last = name.rpartition("/")
    stem = last.removesuffix(".xml")
    usual = folder if folder == "docProps" else f"{folder}/{stem.rstrip('0123456789')}"
    where = _NOTES.get(kind or "") or (None if stem in {"", last} else _WHERE.get(usual))
    if where is None:
        return None
    text = content.decode("utf-8-sig", "replace")
    text = re.sub(r"^\s*<\?xml.*?\?>\s*", "", text, count=1, flags=re.DOTALL)
    return Raw(name, text, where)


def _whole(raw: Raw) -> bool:
    """Tell whether a part is well formed."""
    from lxml import etree

    try:
        etree.fromstring(raw.xml.encode(), relations.parser())
    except etree.XMLSyntaxError:
        return False
    return True
