"""What is no text and would go with a tag: in the midst of one, or in what docxtpl cuts out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.pattern import later
from templates.grammar import error
from templates.paragraphs import W
from templates.tags import TAG

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from lxml.etree import _Element

    from rosters.finding import Finding, Place

_KINDS = {
    f"{W}drawing": "图片或文本框",
    f"{W}pict": "图片或文本框",
    f"{W}object": "嵌入的对象",
    f"{W}footnoteReference": "脚注",
    f"{W}endnoteReference": "尾注",
}
_CURE = "请把这个标签整个删去，在它前面或后面重新打一遍"
_CUTS = {"p": ("这一段", "段"), "tr": ("表格的这一行", "行"), "tc": ("这一格", "格")}
_CUTTING = later(r"\{[{%][-+]?\s*(p|tr|tc)\s")


def swallowed(paragraph: _Element, text: str, place: Place) -> Iterator[Finding]:
    """Find the tags of a paragraph, whose text this is, that would take more with them."""
    tags = [*TAG.finditer(text)]
    if not tags:
        return
    held = _within(paragraph, tags)
    for tag in tags:
        written = f"「{' '.join(tag.group().split())}」"
        if tag in held:
            yield error(place, f"{written}的花括号中间夹着{held[tag]}，填写时会丢", _CURE)
        elif cutting := _CUTTING.match(tag.group()):
            unit, one = _CUTS[cutting[1]]
            what = _beside(paragraph, cutting[1])
            if what:
                fault = f"{written}会把{unit}整个去掉，连同里面的{what}"
                yield error(place, fault, f"请让标签单独占一{one}，{what}放到别处")


def _within(paragraph: _Element, tags: list[re.Match[str]]) -> dict[re.Match[str], str]:
    """Lead tags to what stands between their letters."""
    found: dict[re.Match[str], str] = {}
    at = 0
    for node in paragraph.iter(f"{W}t", *_KINDS):
        if next(node.iterancestors(f"{W}p"), None) is not paragraph:
            continue
        if node.tag == f"{W}t":
            at += len(node.text or "")
            continue
        for tag in tags:
            if tag.start() < at < tag.end():
                found.setdefault(tag, _KINDS[str(node.tag)])
    return found


def _beside(paragraph: _Element, kind: str) -> str:
    """Name what stands in the paragraph, row or cell of a tag beside text; "" for nothing."""
    unit = paragraph
    if kind != "p":
        unit = next(paragraph.iterancestors(f"{W}{kind}"), paragraph)
    for node in unit.iter(f"{W}sectPr", f"{W}br", *_KINDS):
        if node.tag == f"{W}sectPr":
            return "分节符"
        if node.tag != f"{W}br":
            return _KINDS[str(node.tag)]
        if node.get(f"{W}type") == "page":
            return "分页符"
    return ""
