"""The text of a paragraph in Word: runs, pictures, notes. Nothing is lost without a word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from rosters.text import unseen, without_unseen
from templates.gongwen import lines, marks
from templates.gongwen.blocks import Footnote, Run
from templates.gongwen.compose import merged
from templates.gongwen.drawings import Drawings
from templates.gongwen.manuscript import on, value
from templates.gongwen.symbols import sign
from templates.wml import Element, W

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rosters.finding import Place
    from templates.gongwen.blocks import Inline
    from templates.gongwen.losses import Losses
    from templates.gongwen.manuscript import Manuscript

NEW_PAGE = "\f"  # in the text of a run: the page ends here; no text holds a form feed

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def named(words: str) -> frozenset[str]:
    """Name elements of WordprocessingML."""
    return frozenset(W + word for word in words.split())


TRACKED = named(
    "ins del moveFrom moveTo rPrChange pPrChange sectPrChange tblPrChange tblPrExChange trPrChange "
    "tcPrChange tblGridChange cellIns cellDel cellMerge numberingChange delText delInstrText"
)
_WITHIN = named("hyperlink smartTag sdt sdtContent customXml fldSimple dir bdo ins moveTo")
_QUIET = named(
    "rPr pPr proofErr bookmarkStart bookmarkEnd permStart permEnd lastRenderedPageBreak softHyphen "
    "annotationRef footnoteRef endnoteRef separator continuationSeparator commentRangeStart "
    "commentRangeEnd sdtPr sdtEndPr smartTagPr customXmlPr del moveFrom moveFromRangeStart "
    "moveFromRangeEnd moveToRangeStart moveToRangeEnd rubyPr fldData"
)
_AS_TEXT = {W + "tab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-", W + "ptab": "\t"}
_BREAKS = {"page": NEW_PAGE, "textWrapping": "\n"}
_MERGED = ("MERGEFIELD", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "SKIPIF", "GREETINGLINE",
           "ADDRESSBLOCK")  # fmt: skip
_SILENT: tuple[list[str], ...] = ([], ["XE"], ["TC"])  # fields that print nothing


@dataclass(slots=True)
class _Field:
    """A field that is open: what it asks for; once it tells, what follows is its result."""

    asked: str = ""
    tells: bool = False


@dataclass
class WordText:
    """One paragraph of a manuscript, read."""

    manuscript: Manuscript
    losses: Losses
    place: Place
    inner: bool = False  # within a note
    _found: list[Inline] = field(default_factory=list)
    _fields: list[_Field] = field(default_factory=list)

    def read(self, paragraph: Element) -> tuple[Inline, ...]:
        """Read its content, tags made whole though Word splits them over runs."""
        properties = paragraph.find(W + "pPr")
        if properties is not None and any(one.tag in TRACKED for one in properties.iter()):
            self.losses.refuse("tracked", self.place)
        self._walk(paragraph)
        if any(not one.tells for one in self._fields):  # it goes on in the next paragraph
            self.losses.refuse("field", self.place)
        return tuple(merged(list(_whole(merged(self._found)))))

    @cached_property
    def _drawings(self) -> Drawings:
        return Drawings(self.manuscript, self.losses, self.place)

    def _walk(self, parent: Element) -> None:
        for one in parent:
            if not isinstance(one.tag, str):
                continue
            if one.tag in TRACKED:
                self.losses.refuse("tracked", self.place)
            if one.tag == W + "r":
                self._run(one)
            elif one.tag in _WITHIN:
                self._within(one)
            elif one.tag.startswith(_MATH):
                self.losses.refuse("equation", self.place)
            elif one.tag not in _QUIET:
                self._found.extend(self._drawings.read(one))

    def _within(self, one: Element) -> None:
        if one.tag == W + "hyperlink":
            self.losses.note("link", self.place)
        elif one.tag == W + "fldSimple":
            self._result(one.get(W + "instr", ""))
        self._walk(one)

    def _result(self, asked: str) -> None:
        word = next(iter(asked.upper().split()), "")
        if word in _MERGED:
            self.losses.refuse("merge", self.place)
        else:
            self.losses.note("link" if word == "HYPERLINK" else "result", self.place)

    def _run(self, run: Element) -> None:
        properties = run.find(W + "rPr")
        if properties is not None and any(one.tag in TRACKED for one in properties):
            self.losses.refuse("tracked", self.place)
        look = self._look(properties)
        hidden = self._hidden(properties)
        for one in run:
            if not isinstance(one.tag, str) or one.tag in _QUIET:
                continue
            if one.tag == W + "fldChar":
                self._field(one)
            elif self._fields and not self._fields[-1].tells:
                self._fields[-1].asked += one.text or ""
            elif hidden:
                self.losses.note("hidden", self.place)
            else:
                self._piece(one, look)

    def _hidden(self, properties: Element | None) -> bool:
        if properties is None or properties.find(W + "vanish") is not None:
            return on(properties, "vanish")
        styles = self.manuscript.chain(value(properties, "rStyle"))
        return any(on(style.find(W + "rPr"), "vanish") for style in styles)

    def _look(self, properties: Element | None) -> Run:
        """Read the look of a run: one without text. Bold counts where it, or its style, says so."""
        if properties is None:
            return Run("")
        told = [properties]
        for style in self.manuscript.chain(value(properties, "rStyle")):
            own = style.find(W + "rPr")
            if own is not None and style.get(W + "type") == "character":
                told.append(own)
        bold = next((on(one, "b") for one in told if one.find(W + "b") is not None), False)
        if on(properties, "strike") or on(properties, "dstrike"):
            self.losses.note("struck", self.place)
        if on(properties, "highlight"):
            self.losses.note("marked", self.place)
        if on(properties, "em") or properties.find(W + "bdr") is not None:
            self.losses.note("dotted", self.place)
        look = Run("", bold=bold, underline=on(properties, "u"))
        script = value(properties, "vertAlign")
        if script == "superscript":
            return replace(look, script="superscript")
        return replace(look, script="subscript") if script == "subscript" else look

    def _piece(self, one: Element, look: Run) -> None:
        if one.tag in {W + "t", W + "delText"}:
            said = (one.text or "").replace("\xad", "")  # Word's own place to break a word
            if unseen(said):
                self.losses.note("unseen", self.place)
            self._add(without_unseen(said), look)
        elif one.tag in _AS_TEXT:
            self._add(_AS_TEXT[one.tag], look)
        elif one.tag == W + "br":
            self._break(one, look)
        elif one.tag == W + "sym":
            self._symbol(one, look)
        elif one.tag in {W + "footnoteReference", W + "endnoteReference"}:
            self._note(one, "footnote" if one.tag == W + "footnoteReference" else "endnote")
        elif one.tag == W + "commentReference":
            self.losses.note("comment", self.place)
        elif one.tag == W + "ruby":
            self.losses.note("ruby", self.place)
            for base in one.findall(W + "rubyBase"):
                self._walk(base)
        else:
            self._found.extend(self._drawings.read(one))

    def _add(self, text: str, look: Run) -> None:
        if text:
            self._found.append(replace(look, text=text))

    def _break(self, one: Element, look: Run) -> None:
        kind = one.get(W + "type", "textWrapping")
        if kind == "column":
            self.losses.note("column", self.place)
        self._add(_BREAKS.get(kind, ""), look)

    def _symbol(self, one: Element, look: Run) -> None:
        code = one.get(W + "char", "")
        known = re.fullmatch("[0-9A-Fa-f]{1,8}", code)
        found = sign(one.get(W + "font", ""), int(code, 16)) if known else None
        if found is None:
            self.losses.refuse("symbol", self.place)
        else:
            self._add(found, look)

    def _field(self, one: Element) -> None:
        kind = one.get(W + "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].tells = True
            self._result(self._fields[-1].asked)
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            if not ended.tells and ended.asked.split()[:1] not in _SILENT:
                self.losses.refuse("field", self.place)

    def _note(self, reference: Element, kind: str) -> None:
        if kind == "endnote":
            self.losses.note("endnote", self.place)
        if self.inner:
            self.losses.refuse("unknown", self.place)
            return
        number = reference.get(W + "id")
        parts = self.manuscript.related(f"/{kind}s")
        notes = [
            one for part in parts for one in part.iter(W + kind) if one.get(W + "id") == number
        ]
        if not notes:
            self.losses.refuse("unknown", self.place)
        for note in notes[:1]:
            self._found.append(Footnote(tuple(self._paragraphs(note)), self.place))

    def _paragraphs(self, note: Element) -> Iterator[tuple[Run, ...]]:
        for paragraph in note.iter(W + "p"):
            inner = WordText(self.manuscript, self.losses, self.place, inner=True)
            runs = inner.read(paragraph)
            kept = [one for one in runs if isinstance(one, Run)]
            if len(kept) < len(runs):
                self.losses.refuse("unknown", self.place)
            if kept:  # Word sets a blank between the number and the note
                kept[0] = replace(kept[0], text=kept[0].text.lstrip())
            kept = [one for one in kept if one.text]
            if kept:
                yield tuple(kept)


def _whole(runs: Sequence[Inline]) -> Iterator[Inline]:
    """Give each tag to the run where it begins, with half-width braces; comments go."""
    text = "".join(one.text if isinstance(one, Run) else "\ufdd0" for one in runs)
    text = marks.straight(text)
    spans = lines.tags(text)
    at = 0
    for one in runs:
        if not isinstance(one, Run):
            at += 1
            yield one
            continue
        said, end = "", at + len(one.text)
        while at < end:
            span = next((span for span in spans if span[0] <= at < span[1]), None)
            if span is None:
                said += text[at]
                at += 1
            else:
                said += _tag(text[slice(*span)]) if span[0] == at else ""
                at = min(span[1], end)
        if said:
            yield replace(one, text=said)


def _tag(written: str) -> str:
    """Write a tag as one line, and {%p … %} of docxtpl as {% … %}."""
    if written.startswith("{#"):
        return ""
    line = re.sub(r"[\n\t\f]", " ", written)
    return re.sub(r"^\{%-?\s*(?:p|tr|tc|r)\s+", "{% ", line)
