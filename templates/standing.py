"""Fields that mail merge or a tag cannot reach: what they show would stand as it was, or be lost.

Word works fields out again only when somebody asks it to. A calculation over a merged number, or a
reference to a filled bookmark, would go out with what it came to when the template was made; and of
what an IF shows, only words can stand in a tag.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.mergecode import Told, kind_of, merges
from templates.paragraphs import W
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

# In a field's code, what no tag can say.
_BESIDE = frozenset(
    f"{W}{name}"
    for name in (
        "t", "br", "cr", "tab", "ptab", "sym", "drawing", "pict", "object",
        "footnoteReference", "endnoteReference",
    )
)  # fmt: skip
# What works itself out anew when the file is opened or printed, whatever stands in it.
_RENEWED = frozenset(
    {
        "DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "PAGE", "NUMPAGES", "SECTION",
        "SECTIONPAGES", "PAGEREF", "FILENAME", "AUTHOR", "LASTSAVEDBY", "USERNAME", "STYLEREF",
        "NUMWORDS", "NUMCHARS", "EDITTIME", "REVNUM",
    }
)  # fmt: skip
_UNSHOWN = frozenset({"HYPERLINK", "XE", "TC", "TA"})  # what is shown does not come of the code
_CURES = {
    "=": "请在名册里算好，直接写 {{ 列名 }}",
    "DISPLAYBARCODE": "请删去这个域，改写 {{ 列名|二维码(2) }}",
}
_CURE = "请删去外面的域，直接写 {{ 列名 }}"


@dataclass
class _Open:
    """A field that has begun: its code as far as it goes, and what stands in that code."""

    paragraph: _Element
    code: str = ""
    coding: bool = True
    varies: bool = False  # a tag or a merge field stands in the code
    beside: bool = False  # something stands in it that no tag can say
    shown: str = ""  # its result as it stands
    locked: bool = False  # nobody works it out anew


def standing(root: _Element) -> Iterator[tuple[_Element, Told]]:
    """Yield the fields of a part that would show what is old, or lose what they hold."""
    marks = _filled_bookmarks(root)
    for one in _fields(root):
        told = _judged(one, marks)
        if told.fault:
            yield one.paragraph, told


def _fields(root: _Element) -> Iterator[_Open]:
    """Yield the fields of a part, each when it ends: those within another before it."""
    opened: list[_Open] = []
    for node in root.iter(f"{W}fldChar", f"{W}fldSimple", f"{W}instrText", *_BESIDE):
        if node.tag == f"{W}fldSimple":
            shown = "".join(one.text or "" for one in node.iter(f"{W}t"))
            yield _Open(
                _paragraph(node), node.get(f"{W}instr", ""), shown=shown, locked=_lock(node)
            )
        elif node.tag != f"{W}fldChar":
            _hear(node, opened)
        elif node.get(f"{W}fldCharType") == "begin":
            opened.append(_Open(_paragraph(node), locked=_lock(node)))
        elif opened and node.get(f"{W}fldCharType") == "separate":
            opened[-1].coding = False
        elif opened:
            done = opened.pop()
            if opened and opened[-1].coding:
                varies = done.varies or merges(done.code)
                opened[-1].varies |= varies
                opened[-1].beside |= not varies
            yield done


def _hear(node: _Element, opened: list[_Open]) -> None:
    """Take down what stands in the code of the field that was opened last, or in its result."""
    if not opened:
        return
    if not opened[-1].coding:
        if node.tag == f"{W}t":
            opened[-1].shown += node.text or ""
    elif node.tag == f"{W}instrText":
        opened[-1].code += node.text or ""
    elif next(node.iterancestors(f"{W}fldSimple"), None) is None:
        opened[-1].beside = True


def _lock(node: _Element) -> bool:
    return node.get(f"{W}fldLock", "0") not in {"0", "false", "off"}


def _paragraph(node: _Element) -> _Element:
    return next(node.iterancestors(f"{W}p"), node)


def _judged(one: _Open, marks: frozenset[str]) -> Told:
    """Say what is wrong with a field; a `Told` without a fault where nothing is."""
    kind = kind_of(one.code)
    if merges(one.code):
        if not one.beside:
            return Told()
        fault = f"邮件合并的 {kind} 域里有换行、图片或别的域，改成标签会丢"
        return Told(fault=fault, cure='请改为 {% if 列名 == "值" %}……{% else %}……{% endif %}')
    if (one.varies or "{{" in one.code) and kind not in _UNSHOWN:
        fault = f"{kind} 域里套着合并域或标签，印出来的还是做模板时的结果"
        return Told(fault=fault, cure=_CURES.get(kind, _CURE))
    if kind in _RENEWED and not one.locked and TAG.search(one.shown):
        fault = f"标签写在 {kind} 域里，文件打开或打印时会变成日期、页码这些"
        return Told(fault=fault, cure="请选中它，按 Ctrl+Shift+F9 变成普通的文字")
    name = _referred(one.code)
    if name not in marks:
        return Told()
    fault = f"引用书签「{name}」的域，印出来的还是做模板时的文字"
    return Told(fault=fault, cure="请删去这个域，在这里再写一遍标签")


def _referred(code: str) -> str:
    """Name the bookmark whose text a field shows: REF 书签, or 书签 alone."""
    words = code.split()
    at = 1 if words and words[0].upper() == "REF" else 0
    return words[at] if at < len(words) else ""


def _filled_bookmarks(root: _Element) -> frozenset[str]:
    """Name the bookmarks around something that is filled in."""
    opened: dict[str, str] = {}
    found: set[str] = set()
    for node in root.iter():
        if node.tag == f"{W}bookmarkStart":
            opened[node.get(f"{W}id", "")] = node.get(f"{W}name", "")
        elif node.tag == f"{W}bookmarkEnd":
            opened.pop(node.get(f"{W}id", ""), None)
        elif opened and (
            (node.tag == f"{W}t" and "{" in (node.text or ""))
            or (node.tag == f"{W}instrText" and "MERGEFIELD" in (node.text or "").upper())
            or (node.tag == f"{W}fldSimple" and merges(node.get(f"{W}instr", "")))
        ):
            found |= set(opened.values())
    return frozenset(found)
