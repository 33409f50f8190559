"""A part of a Word package that holds tags: compiled once, filled for each document."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rosters.finding import InputError, Place, refuse
from templates import archive, steps
from templates.dressing import dressed
from templates.embolden import emboldened
from templates.grammar import error
from templates.lint import besides
from templates.mending import mended
from templates.placed import relation
from templates.program import Program
from templates.relations import relations_of
from templates.source import Look, Source, has_tags, read
from templates.splice import Pieces
from templates.straight import Light

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rosters.finding import Finding
    from templates.archive import Member
    from templates.environment import Scope
    from templates.package import Raw
    from templates.said import Said
    from templates.splice import Layout
    from templates.steps import Steps
    from templates.tags import Names, Tag

_DERIVED = frozenset({"_pieces", "_layout"})
_TAGLIKE = re.compile(r"\{[{%#]")  # what Jinja would read, also where no tag may stand


@dataclass(frozen=True)
class Part:
    """A part of the package that holds tags, compiled.

    `head` and `tail` stand around what is filled where it has to be parsed for each document, or
    where Jinja would read something in them; otherwise they are part of the program.
    """

    name: bytes
    program: Program
    steps: Steps
    place: Place
    head: str = ""
    tail: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)  # style -> typeface, see `dressing`
    relations: str = ""  # where its tags bring pictures: what it leads to without them

    def __getstate__(self) -> dict[str, object]:
        """Travel to another process without the pieces, which are found by where they lie."""
        return {name: one for name, one in vars(self).items() if name not in _DERIVED}

    def fill(self, record: Mapping[str, object], said: Said | None = None) -> archive.Member:
        """Return the part as a member of the package, for one record; `said` hears of it."""
        return self._filled(record, said)[0]

    def members(self, record: Mapping[str, object], said: Said | None = None) -> list[Member]:
        """Return the part, and where its tags bring pictures, what leads to them and they."""
        own, scope = self._filled(record, said)
        return [own, *self._pictured(scope)] if self.relations else [own]

    def _filled(
        self, record: Mapping[str, object], said: Said | None
    ) -> tuple[Member, Scope | Light]:
        pieces, scope = self.program.render(record)
        if said is not None:
            said.hear(pieces, scope.said)
        if type(scope) is Light and not (scope.breaks or scope.rare or scope.bold) and self._layout:
            return self._layout.member(pieces), scope
        if scope.pictures and not steps.whole("".join((self.head, *pieces, self.tail))):
            words = "图片和它周围的格式合不到一起"
            refuse([error(self.place, words, "请把标签写在普通的一段文字里", "填写")])
        if scope.breaks or scope.rare or scope.bold or scope.rich or not self._plain:
            own = archive.changed(self.name, self._finished(pieces, scope).encode())
        else:
            own = self._pieces.member(self.name, pieces)
        return own, scope

    def _pictured(self, scope: Scope | Light) -> Iterator[Member]:
        name = self.name.decode()
        added = "".join(relation(one, known) for known, one in scope.pictures.items())
        head, end, tail = self.relations.rpartition("</Relationships>")
        yield archive.changed(relations_of(name).encode(), f"{head}{added}{end}{tail}".encode())
        for one in scope.pictures.values():
            place = posixpath.join(posixpath.dirname(name), one.name)
            yield archive.stored(place.encode(), one.shape.content)

    def text(
        self,
        record: Mapping[str, object],
        clerk: Any = None,  # noqa: ANN401
        said: Said | None = None,
    ) -> str:
        """Return the part as text, filled for docxtpl (`clerk`), which makes the parts it needs."""
        pieces, scope = self.program.render(record, clerk)
        if said is not None:
            said.hear(pieces, scope.said)
        return self._finished(pieces, scope)

    def still(self) -> bytes:
        """Return a part without tags."""
        text = "".join(self.program.render({})[0])
        if not self.steps.none:
            text = steps.finish(text, self.steps, breaks=False)
        return f"{self.head}{text}{self.tail}".encode()

    def _finished(self, pieces: list[str], scope: Scope | Light) -> str:
        if scope.rich and self.name.startswith(b"docProps/"):
            refuse([error(self.place, "文档属性里只能写文字，放不下图片和富文本", "", "填写")])
        text = "".join(pieces)
        if scope.breaks or scope.rich or not self.steps.none:
            text = steps.finish(text, self.steps, breaks=scope.breaks, rich=bool(scope.rich))
        if scope.bold:
            text = emboldened(text)
        if scope.rare:
            text = dressed(text, self.asked)
        text = f"{self.head}{text}{self.tail}"
        if scope.rich and not steps.whole(text):
            words = "填入的富文本、图片或子文档和它周围的格式合不到一起"
            refuse([error(self.place, words, "请把标签单独成段，不要放在链接里", "填写")])
        return text

    @cached_property
    def _plain(self) -> bool:
        """Tell whether filling is all there is to do."""
        return self.steps.none and not self.head

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self.program.code, self.program.looped)

    @cached_property
    def _layout(self) -> Layout | None:
        straight = self.program.straight if self._plain else None
        return None if straight is None else self._pieces.layout(self.name, straight.pieces)


def compiled(
    raw: Raw,
    names: Names,
    shown: str,
    origins: Mapping[int, Place],
    look: Look,
) -> Part:
    """Compile one part; `origins` are the places of the paragraphs that the body put there.

    Raises:
        InputError: its tags are faulty.

    """
    clean = mended if raw.xml.find("<w:") >= 0 else str
    if not has_tags(raw.xml):
        source = Source(clean(raw.xml) if raw.body else raw.xml)
    else:
        source = read(raw.xml, names, Place(shown, where=raw.where), clean, origins, look)
    findings = source.findings
    if source.torn and not raw.body:  # what is torn in the body, docxtpl puts right
        findings += (_apart(one) for one in source.torn)
    try:
        text, left = steps.decide(source.text, source.tags, body=raw.body)
        head, tail = raw.head, raw.tail
        if not left.parse and raw.body:
            text = _begun(text, raw.start)
        if not left.parse and not _TAGLIKE.search(head + tail):
            text, head, tail = head + text + tail, "", ""
        program = Program(text, source.tags, escape=True)
    except InputError as fault:
        findings += fault.findings
    refuse(besides(findings, source.misfits))
    place = Place(shown, where=raw.where)
    return Part(raw.name.encode(), program, left, place, head, tail, look.fonts)


def _apart(tag: Tag) -> Finding:
    words = f"「{tag.written}」一半在链接或别的格式里，一半在外面"
    return error(tag.place, words, "请把这个标签整个删去，再在一处打一遍")


def _begun(body: str, start: str) -> str:
    """Have a body begin as it does in the document, without what is declared around it."""
    found = re.match(r"<w:body[^>]*?(/?)>", body)
    if found is None:
        return body
    return f"{start}{body[found.end() :]}{'</w:body>' if found[1] else ''}"
