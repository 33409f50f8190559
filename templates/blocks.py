"""{% if %} and {% for %} alone in a paragraph or a row, taken as {%p and {%tr: what people write.

docxtpl cuts out the paragraph or row that holds a {%p or {%tr tag, so that no blank line stays.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.paragraphs import W, paragraphs, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_STATEMENT = re.compile(r"\{%[-+]?\s*(if|elif|else|endif|for|endfor)\b.*?%\}", re.DOTALL)
# What a paragraph may show beside text.
_SHOWN = ["drawing", "pict", "object", "br", "fldChar", "fldSimple", "sectPr", "footnoteReference"]
_START, _END = frozenset({"if", "for"}), frozenset({"endif", "endfor"})


@dataclass
class _Word:
    """A statement, the paragraph it stands in, and whether it stands there alone."""

    word: str
    paragraph: _Element
    alone: bool


def promote(root: _Element, mark: re.Pattern[str]) -> None:
    """Mark statements that stand alone, where all of their block do, as {%p or {%tr."""
    words = _words(root, mark)
    for block in _blocks(words):
        if not all(word.alone for word in block):
            _around(block)
            continue
        rows = [_only_row(word.paragraph) for word in block]
        if all(row is not None for row in rows) and len(set(rows)) == len(rows):
            if len({row.getparent() for row in rows if row is not None}) == 1:
                _name(block, "tr")
        elif len({word.paragraph.getparent() for word in block}) == 1:
            _name(block, "p")
            _leave_one(block)


def _words(root: _Element, mark: re.Pattern[str]) -> list[_Word]:
    """List the statements of a part in order; a paragraph of several alone is split first."""
    words: list[_Word] = []
    for paragraph in list(paragraphs(root)):
        text = text_of(paragraph)
        found = list(_STATEMENT.finditer(text))
        if not found:
            continue
        alone = not mark.sub("", _STATEMENT.sub("", text)).strip() and not _holds_more(paragraph)
        kinds = [one.group(1) for one in found]
        if alone and len(found) > 1:
            if _balanced(kinds):
                alone = False
            else:
                words += [
                    _Word(kind, one, alone=True)
                    for kind, one in zip(kinds, _split(paragraph, found), strict=True)
                ]
                continue
        words += [_Word(kind, paragraph, alone) for kind in kinds]
    return words


def _holds_more(paragraph: _Element) -> bool:
    return any(next(paragraph.iter(W + kind), None) is not None for kind in _SHOWN)


def _balanced(kinds: list[str]) -> bool:
    depth = 0
    for kind in kinds:
        depth += (kind in _START) - (kind in _END)
        if depth < 0 or (not depth and kind in {"elif", "else"}):
            return False
    return not depth


def _split(paragraph: _Element, found: list[re.Match[str]]) -> list[_Element]:
    """Give each statement of a paragraph a paragraph of its own."""
    made = []
    for one in found:
        copy = deepcopy(paragraph)
        copy.tail = None
        texts = list(copy.iter(f"{W}t"))
        for text in texts:
            text.text = ""
        texts[0].text = one.group()
        paragraph.addprevious(copy)
        made.append(copy)
    parent = paragraph.getparent()
    if parent is not None:
        parent.remove(paragraph)
    return made


def _blocks(words: list[_Word]) -> list[list[_Word]]:
    opened: list[list[_Word]] = []
    done: list[list[_Word]] = []
    for word in words:
        if word.word in _START:
            opened.append([word])
        elif opened:
            opened[-1].append(word)
            if word.word in _END:
                done.append(opened.pop())
    return done


def _around(block: list[_Word]) -> None:
    """Take a block that opens a row's first cell and closes its last as one around the row."""
    first, last = block[0].paragraph, block[-1].paragraph
    rows = {next(one.iterancestors(f"{W}tr"), None) for one in (first, last)}
    row = rows.pop()
    if len(block) != 2 or rows or row is None or first.getparent() is last.getparent():  # noqa: PLR2004 - start, end
        return
    texts = [node for node in row.iter(f"{W}t") if node.text]
    head = _STATEMENT.match((texts[0].text or "").lstrip())
    tail = list(_STATEMENT.finditer((texts[-1].text or "").rstrip()))
    if head is None or not tail or tail[-1].end() != len((texts[-1].text or "").rstrip()):
        return
    if (head.group(1), tail[-1].group(1)) != (block[0].word, block[-1].word):
        return
    for text, found, add in (
        (texts[0], head.group(), row.addprevious),
        (texts[-1], tail[-1].group(), row.addnext),
    ):
        text.text = (text.text or "").replace(found, "", 1)
        add(_row(row, found))


def _row(like: _Element, statement: str) -> _Element:
    """Make a row that holds nothing but a statement; docxtpl cuts it out."""
    made = deepcopy(like)
    made.tail = None
    texts = list(made.iter(f"{W}t"))
    for text in texts:
        text.text = ""
    texts[0].text = re.sub(r"\{%[-+]?\s*", "{%tr ", statement, count=1)
    return made


def _only_row(paragraph: _Element) -> _Element | None:
    """Return the row in which this paragraph is all that is written."""
    row = next(paragraph.iterancestors(f"{W}tr"), None)
    if row is None:
        return None
    others = (one for one in row.iter(f"{W}p") if one is not paragraph)
    return None if any(text_of(one).strip() or _holds_more(one) for one in others) else row


def _name(block: list[_Word], what: str) -> None:
    for word in block:
        texts = [t for t in word.paragraph.iter(f"{W}t") if t.text]
        whole = "".join(t.text or "" for t in texts)
        for text in texts:
            text.text = ""
        texts[0].text = re.sub(r"\{%[-+]?\s*", "{%" + what + " ", whole.strip(), count=1)


def _leave_one(block: list[_Word]) -> None:
    """Keep a paragraph at the end of a cell: Word refuses a cell without one."""
    last = block[-1].paragraph
    cell = last.getparent()
    if cell is None or cell.tag != f"{W}tc" or last.getnext() is not None:
        return
    empty = deepcopy(last)
    for run in list(empty):
        if run.tag != f"{W}pPr":
            empty.remove(run)
    last.addnext(empty)
