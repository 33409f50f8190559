"""Fields of Word's mail merge in a part, put as tags: one engine fills both kinds of template."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from templates.mergecode import Told, merges, tag_of
from templates.paragraphs import W, paragraphs, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from templates.tags import Names

_MERGING = re.compile(r"MERGEFIELD|MERGEREC|MERGESEQ|\bIF\b", re.IGNORECASE)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass
class _Field:
    """A field on its way: the runs from its beginning on, its code, and where its result began."""

    runs: list[_Element] = field(default_factory=list)
    code: str = ""
    result: int = 0  # the first run behind `separate`, as an index of `runs`; 0: there is none


def replace(root: _Element, names: Names) -> list[tuple[_Element, Told]]:
    """Replace the merge fields of a part; return those that cannot be, each with its paragraph.

    A tag stands in one run, in the format of the field's result.
    """
    found: list[tuple[_Element, Told]] = []
    for simple in [*root.iter(f"{W}fldSimple")]:
        found += _simple(simple, names)
    for paragraph in [*paragraphs(root)]:
        _apart(paragraph)
        walk = _Walk(paragraph, names)
        found += [*walk.through(), *_typed(paragraph)]
    return found


def _apart(paragraph: _Element) -> None:
    """Give each sign of a field a run of its own: with a field goes all that is in its runs."""
    codes = "".join(node.text or "" for node in paragraph.iter(f"{W}instrText"))
    if not _MERGING.search(codes):
        return
    for run in [one for one in paragraph.iter(f"{W}r") if _own(one, paragraph)]:
        inside = [one for one in run if one.tag != f"{W}rPr"]
        parent = run.getparent()
        if len(inside) < 2 or run.find(f"{W}fldChar") is None or parent is None:  # noqa: PLR2004 - one sign alone
            continue
        at = parent.index(run)
        for one in inside:
            own = _bare(run)
            own.append(one)
            parent.insert(at, own)
            at += 1
        parent.remove(run)


def _simple(simple: _Element, names: Names) -> Iterator[tuple[_Element, Told]]:
    code = simple.get(f"{W}instr", "")
    paragraph = next(simple.iterancestors(f"{W}p"), None)
    parent = simple.getparent()
    if not merges(code) or paragraph is None or parent is None:
        return
    told = tag_of(code, names)
    if told.fault:
        yield paragraph, told
    runs = list(simple.iter(f"{W}r"))
    parent.replace(simple, _run(runs[0] if runs else None, told.tag))


@dataclass
class _Walk:
    """A walk over the runs of a paragraph, past fields that stand in one another."""

    paragraph: _Element
    names: Names
    opened: list[_Field] = field(default_factory=list)
    found: list[tuple[_Element, Told]] = field(default_factory=list)

    def through(self) -> list[tuple[_Element, Told]]:
        """Replace each field where it ends; return those that cannot be."""
        for run in [one for one in self.paragraph.iter(f"{W}r") if _own(one, self.paragraph)]:
            self._over(run)
        if any(merges(one.code) for one in self.opened):
            fault = Told(fault="邮件合并域跨了段落", cure="请删去，改写 {{ 列名 }}")
            self.found.append((self.paragraph, fault))
        return self.found

    def _over(self, run: _Element) -> None:
        marks = [node.get(f"{W}fldCharType", "") for node in run.iter(f"{W}fldChar")]
        self.opened += [_Field() for mark in marks if mark == "begin"]
        for one in self.opened:
            one.runs.append(run)
        if not self.opened:
            return
        inner = self.opened[-1]
        if not inner.result:
            inner.code += "".join(node.text or "" for node in run.iter(f"{W}instrText"))
        for mark in marks:
            if mark == "separate":
                inner.result = len(inner.runs)
            elif mark == "end" and self.opened:
                self._close(self.opened.pop())

    def _close(self, done: _Field) -> None:
        """Put a tag in a field's place; where another holds it in its code, put it there too."""
        if not merges(done.code):
            return
        told = tag_of(done.code, self.names)
        if told.fault:
            self.found.append((self.paragraph, told))
        shown = [run for run in done.runs[done.result :] if run.find(f"{W}t") is not None]
        first = done.runs[0]
        tag = _run(shown[0] if done.result and shown else first, told.tag)
        parent = first.getparent()
        if parent is not None:
            parent.insert(parent.index(first), tag)
        for run in done.runs:
            above = run.getparent()
            if above is not None:
                above.remove(run)
        for one in self.opened:
            one.runs = [*(run for run in one.runs if run not in done.runs), tag]
        if self.opened and not self.opened[-1].result:
            self.opened[-1].code += told.tag


def _typed(paragraph: _Element) -> Iterator[tuple[_Element, Told]]:
    """Find «域» that somebody typed as text: no program fills it."""
    text = text_of(paragraph)
    start, end = text.find("«"), text.find("»")
    if 0 <= start < end:
        written = text[start : end + 1]
        cure = f"请改写 {{{{ {written[1:-1].strip()} }}}}"
        yield paragraph, Told(fault=f"「{written}」是打上去的字，不是合并域，不会被填写", cure=cure)


def _own(run: _Element, paragraph: _Element) -> bool:
    return next(run.iterancestors(f"{W}p"), None) is paragraph


def _bare(like: _Element | None) -> _Element:
    """Make a run that looks like another and holds nothing yet."""
    from lxml import etree

    made = etree.Element(f"{W}r")
    look = like.find(f"{W}rPr") if like is not None else None
    if look is not None:
        made.append(deepcopy(look))
    return made


def _run(like: _Element | None, text: str) -> _Element:
    """Make a run that looks like another and holds this text."""
    from lxml import etree

    made = _bare(like)
    inside = etree.SubElement(made, f"{W}t")
    inside.text = text
    inside.set(_SPACE, "preserve")
    return made
