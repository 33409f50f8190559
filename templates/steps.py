"""What docxtpl does after a fill, and when it can only be the identity: decided at compile time.

docxtpl parses each filled body to fit the grids of tables and to number pictures anew. A body whose
blocks nest as its elements do stays well formed whatever the values; a table each of whose rows is
certain keeps its grid; a picture outside all blocks keeps the number it gets once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rosters.finding import refuse
from rosters.pattern import later
from templates import holders
from templates.grammar import error
from templates.paragraphs import W
from templates.tags import TAG, Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docxtpl import DocxTemplate
    from lxml.etree import _Element

_STATEMENT = re.compile(r"\{%[-+]?\s*(\w+)")
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_ID = re.compile(r"(<wp:docPr\b[^>]*?\sid=\")[^\"]*")
# Where a value is a length or a size: it changes neither what nests nor the number of columns.
_MEASURED = later(r"<w:(?:ind|spacing|sz|szCs|w|tab)\s")
_FIRST_ID = 1000  # docxtpl numbers pictures from the next one on
_LISTED = re.compile("[\t\n\a\f]")
_UNREAD = (AttributeError, TypeError, ValueError)  # what docxtpl raises at a table's grid
_ESCAPED = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))


class Steps(NamedTuple):
    """Which of docxtpl's steps a part needs for each document, and why."""

    parse: str = ""  # why the filled body must be parsed, "" if it need not
    number: bool = False
    listing: bool = False
    escaped: bool = False
    empty: bool = False  # a cell, header or footnote may lose its last paragraph

    @property
    def none(self) -> bool:
        """Tell whether filling is all there is to do."""
        return not (self.parse or self.number or self.listing or self.escaped or self.empty)


class _Irregular(Exception):  # noqa: N818 - a road, not an error
    """Why a body has to be parsed again for each document."""


def decide(text: str, tags: Mapping[int, Tag], *, body: bool) -> tuple[str, Steps]:
    """Return Jinja source, its pictures numbered if that can be done once, and the steps left.

    Raises:
        InputError: a block begins and ends at places between which no document can be cut.

    """
    bare = TAG.sub("", text)
    listing = bool(_LISTED.search(bare))
    escaped = any(written in bare for written, _ in _ESCAPED)
    why, loose, empty = "", False, False
    try:
        root = _tree(text)
        depth = _depths(root, tags)
        empty = holders.may_empty(root, depth)
        loose = body and _checked(root, depth)
    except _Irregular as found:
        why = str(found) if body else ""
        empty = True
    if body and not loose and not why:
        text = renumber(text)
    return text, Steps(why, loose and not why, listing, escaped, empty)


def renumber(text: str) -> str:
    """Give the pictures of a body the numbers that docxtpl gives them."""
    number = _FIRST_ID

    def one(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f"{found.group(1)}{number}"

    return _ID.sub(one, text)


def finish(text: str, steps: Steps, *, breaks: bool, rich: bool = False) -> str:
    """Take docxtpl's steps on a filled part.

    A value's own XML (`rich`) that tore what stands around it is left torn: whoever looks sees it.
    """
    from docxtpl import DocxTemplate
    from lxml import etree

    clerk = DocxTemplate(None)
    if steps.escaped:
        for written, meant in _ESCAPED:
            text = text.replace(written, meant)
    if steps.listing or breaks:
        text = clerk.resolve_listing(text)
    if steps.parse and (not rich or whole(text)):
        tree = fitted(clerk, text)
        clerk.docx_ids_index = _FIRST_ID
        clerk.fix_docpr_ids(tree)
        text = str(etree.tostring(tree, encoding="unicode"))
    elif steps.number:
        text = renumber(text)
    return holders.mended(text) if steps.empty else text


def fitted(clerk: DocxTemplate, text: str | bytes) -> _Element:
    """Parse a filled body and fit the grids of its tables, as docxtpl does.

    Where it cannot read one (no grid, a width or span that is no number), it does not read the
    document: here such a table stays as it is, with all that stands in it.
    """
    try:
        return clerk.fix_tables(text)
    except _UNREAD:
        from lxml import etree

    tree = etree.fromstring(text, etree.XMLParser(recover=True))
    for table in list(tree.iter(f"{W}tbl")):
        above = table.getparent()
        if above is None or next(table.iterancestors(f"{W}tbl"), None) is not None:
            continue
        try:
            made = clerk.fix_tables(etree.tostring(table, encoding="unicode", with_tail=False))
        except _UNREAD:
            continue
        made.tail = table.tail
        above.replace(table, made)
    return tree


def whole(text: str) -> bool:
    """Tell whether a filled part is well formed: docxtpl would drop what is not, silently."""
    from lxml import etree

    try:
        etree.fromstring(text.encode())
    except etree.XMLSyntaxError:
        return False
    return True


def _tree(text: str) -> _Element:
    """Parse source with a processing instruction in place of each tag."""
    from lxml import etree

    index = -1

    def one(found: re.Match[str]) -> str:
        nonlocal index
        index += 1
        begun = text.rfind("<", 0, found.start())
        if begun > text.rfind(">", 0, found.start()):
            if found.group().startswith("{{") and _MEASURED.match(text, begun):
                return "0"
            raise _Irregular("标签写在格式里（合并单元格或底色）")
        word = _STATEMENT.match(found.group())
        return f"<?tag {word.group(1)} {index}?>" if word else "<?tag ?>"

    try:
        return etree.fromstring(TAG.sub(one, text).encode())
    except etree.XMLSyntaxError:
        raise _Irregular("标签跨过了格式的边界") from None


def _depths(root: _Element, tags: Mapping[int, Tag]) -> dict[_Element, int]:
    """Count the blocks that each element stands in; refuse blocks that cut elements apart."""
    opened: list[_Element] = []
    depth: dict[_Element, int] = {}
    crossing = ""
    findings = []
    for node in root.iter():
        if isinstance(node.tag, str):
            depth[node] = len(opened)
            continue
        word, _, index = (node.text or "").partition(" ")
        if word in {"if", "for"}:
            opened.append(node)
        elif word in {"elif", "else", "endif", "endfor"} and opened:
            first = opened.pop() if word.startswith("end") else opened[-1]
            if first.getparent() is not node.getparent():
                crossing = "判断或循环跨过了段落或表格的边界"
                if _chain(first, node) != _chain(node, first):
                    start = tags.get(int(first.text.split()[-1]), Tag(""))
                    end = tags.get(int(index), Tag(""))
                    words = f"「{end.written}」和它的开头「{start.written}」（{start.place.where}）"
                    cure = "请把两者都单独成段，或都放在表格的同一行里"
                    findings.append(error(end.place, f"{words}不在同一处", cure))
    refuse(findings)
    if crossing:
        raise _Irregular(crossing)
    return depth


def _chain(node: _Element, other: _Element) -> list[str]:
    """List the elements around a tag, up to the first that stands around the other too."""
    shared = set(other.iterancestors())
    return [str(one.tag) for one in node.iterancestors() if one not in shared]


def _checked(root: _Element, depth: dict[_Element, int]) -> bool:
    """Check that the grids of all tables hold; tell whether pictures may repeat or go."""
    for table in root.iter(f"{W}tbl"):
        _grid(table, depth)
    pictures = list(root.iter(_PICTURE))
    if any(one.prefix != "wp" or one.get("id") is None for one in pictures):
        raise _Irregular("图片用了别的前缀，或没有编号")
    return any(depth[one] for one in pictures)


def _grid(table: _Element, depth: dict[_Element, int]) -> None:
    """Check that docxtpl's fix_tables would leave a table as it is, whatever the values."""
    grid = table.find(f"{W}tblGrid")
    if grid is None:  # nothing to fit; docxtpl reads no such document
        return
    columns = len(grid.findall(f"{W}gridCol"))
    widest = 0
    for row in table.iter(f"{W}tr"):
        cells = row.findall(f"{W}tc")
        if len(cells) > columns or any(depth[cell] != depth[row] for cell in cells):
            raise _Irregular("表格的列数会变")
        if depth[row] == depth[table]:
            widest = max(widest, sum(map(_span, cells)))
    if widest < columns:
        raise _Irregular("表格没有一行总是占满各列")


def _span(cell: _Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    try:
        return 1 if span is None else int(span.get(f"{W}val", "1"))
    except ValueError:
        raise _Irregular("表格里合并的列数不是数") from None
