"""A Word template: opened and compiled once, filled many times."""

from __future__ import annotations

import hashlib
from functools import cached_property
from struct import Struct
from typing import TYPE_CHECKING

from rosters.finding import Finding, InputError, Level, Place, refuse
from templates import archive
from templates.admission import admitted, parted
from templates.adopted import adopt
from templates.fitted import sizes
from templates.grammar import error
from templates.imprint import Imprint, pressed, put
from templates.part import Part, compiled
from templates.readied import readied
from templates.rich import NeedsPartsError
from templates.said import Fixed, is_text, lines
from templates.source import Look
from templates.typefaces import styles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from templates.archive import Issued
    from templates.clerk import Clerk
    from templates.gongwen.body import Outline
    from templates.reads import Use
    from templates.said import Said
    from templates.tags import Names


_CONTENT = Struct("<LL")  # of each part that is filled: check sum and size


class Template:
    """A Word template, compiled: `uses` is what it reads, `fill` makes one document."""

    def __init__(
        self,
        content: bytes,
        shown: str,
        sha256: str,
        parts: tuple[Part, ...],
        rest: list[tuple[str, bytes]],
    ) -> None:
        self._content = content
        self.shown = shown
        self.sha256 = sha256
        self.parts = parts
        self.uses: tuple[Use, ...] = tuple(use for part in parts for use in part.program.uses)
        self.needs = frozenset(use.name for use in self.uses if not use.path)
        self._archive = archive.Archive(rest)
        self._imprint = Imprint(dict(rest).get)
        self._pictured = any(part.relations for part in parts)
        # A picture that was printed here once may stand in the template itself.
        self._kept = frozenset(name.encode() for name, _ in rest)
        untouched = (data.decode(errors="replace") for name, data in rest if is_text(name))
        self._still = [Fixed("", tuple(lines(text))) for text in untouched]
        self.notes: tuple[Finding, ...] = ()  # what was seen, and stops nothing

    @classmethod
    def open(
        cls,
        source: Path | bytes,
        names: Names,
        *,
        shown: str,
        body: Outline | None = None,
        origins: Mapping[int, Place] | None = None,
    ) -> Template:
        """Check and compile a template; `names` are those that its tags may use.

        `origins` lead from paragraphs of the document, counted from 1, to where they were written.

        Raises:
            InputError: it is no usable .docx, or tags in it are faulty; each is a finding.

        """
        content = admitted(source, shown)
        digest = hashlib.sha256(content)
        origins = origins or {}
        found: list[Finding] = []
        if not origins:  # one that is built here is as it should be
            own = adopt(content, names, shown=shown)
            found = own.findings
            if own.content is not content:
                content = own.content
                digest.update(hashlib.sha256(content).digest())
        if body is not None:
            from templates.body import placed

            content, origins = placed(content, body, shown=shown)
            digest.update(hashlib.sha256(content).digest())
        raws, rest = parted(content, shown)
        named = dict(rest).get("word/styles.xml", b"")
        look = Look(styles(named), sizes(named))
        moving: list[Part] = []
        findings = [one for one in found if one.level is Level.ERROR]
        for raw in raws:
            try:
                part = compiled(raw, names, shown, origins if raw.body else {}, look)
            except InputError as fault:
                findings += fault.findings
                continue
            if part.program.tagged:
                moving.append(part)
            else:
                rest.append((raw.name, part.still()))
        refuse(findings)
        moving = [readied(one, rest, shown) for one in moving]
        rest.sort(key=lambda member: member[0] != "[Content_Types].xml")
        made = cls(content, shown, digest.hexdigest(), tuple(moving), rest)
        made.notes = tuple(one for one in found if one.level is not Level.ERROR)
        return made

    def fill(self, record: Mapping[str, object], clerk: Clerk | None = None) -> bytes:
        """Make one document: the same bytes for the same template and values, at any time.

        Values may be docxtpl's RichText, Listing, InlineImage (of any template: it is bound to
        this document), Subdoc and links; the last two are made by a `clerk`, which is handed over.

        Raises:
            InputError: the record lacks a name, or a value cannot stand where a tag wants it.

        """
        return self.made(record, clerk)[0]

    def made(self, record: Mapping[str, object], clerk: Clerk | None = None) -> tuple[bytes, str]:
        """Make one document and its sha256, which costs less here than over all its bytes.

        Raises:
            InputError: as `fill`.

        """
        head, rest, digest = self.halves(record, clerk)
        return head + rest, digest

    def halves(
        self, record: Mapping[str, object], clerk: Clerk | None = None
    ) -> tuple[bytes, bytes, str]:
        """Make one document as `made` does, in two halves to be written one after the other.

        The first is the same object for every document: os.writev need not copy it.

        Raises:
            InputError: as `fill`.

        """
        if clerk is not None:
            return clerk.fill(self.parts, record)
        try:
            members = self._members(self.parts, record)
        except NeedsPartsError:
            return self.clerk().fill(self.parts, record)
        return self._written(self._archive, members)

    def issued(
        self, record: Mapping[str, object], said: Said, seal: Callable[[bytes], str]
    ) -> Issued:
        """Make one document that bears its mark: its halves, their sha256 and the mark.

        Its halves are those of `halves`.

        Args:
            record: as for `fill`.
            said: hears what the document says.
            seal: makes the mark of what the document is made of.

        Raises:
            InputError: as `fill`.

        """
        try:
            members = self._members(self._printed, record, said)
        except NeedsPartsError:
            return self._issued_by_clerk(record, said, seal)
        told = "\0".join(said.values).encode("utf-8", "replace")
        content = (_CONTENT.pack(one.crc, one.size) for one in members)
        mark = seal(b"\0".join([self._archive.digest, told, *content]))
        members.append(self._property(record, said, mark))
        head, rest, digest = self._written(self._marked, members)
        return (head, rest), digest, mark

    def _members(
        self, parts: tuple[Part, ...], record: Mapping[str, object], said: Said | None = None
    ) -> list[archive.Member]:
        """Fill the parts; a picture that stands in several of them is there once."""
        if not self._pictured:
            return [part.fill(record, said) for part in parts]
        made = (one for part in parts for one in part.members(record, said))
        return list({one.name: one for one in made if one.name not in self._kept}.values())

    def _issued_by_clerk(
        self, record: Mapping[str, object], said: Said, seal: Callable[[bytes], str]
    ) -> Issued:
        said.values.clear()
        said.fixed.clear()
        made = self.clerk().members(self.parts, record, said)
        mark = seal(b"\0".join(part for name, data in made for part in (name.encode(), data)))
        head, rest, digest = self._written(archive.Archive(pressed(made, mark)), [])
        return (head, rest), digest, mark

    def _written(
        self, package: archive.Archive, members: list[archive.Member]
    ) -> tuple[bytes, bytes, str]:
        try:
            return package.write(members)
        except archive.TooLargeError as fault:
            finding = error(Place(self.shown), "填写后的文件太大，超过 4 GB", "请检查循环", "填写")
            raise InputError(str(finding), findings=[finding]) from fault

    @cached_property
    def _marked(self) -> archive.Archive:
        return self._archive.otherwise(self._imprint.changed, self._imprint.name)

    @cached_property
    def _printed(self) -> tuple[Part, ...]:
        """All parts but that one."""
        return tuple(part for part in self.parts if part is not self._tagged)

    @cached_property
    def _tagged(self) -> Part | None:
        """The part that the mark stands in, where that has tags of its own."""
        named = (part for part in self.parts if part.name.decode() == self._imprint.name)
        return next(named, None)

    def _property(self, record: Mapping[str, object], said: Said, mark: str) -> archive.Member:
        part = self._tagged
        if part is None:
            return self._imprint.member(mark)
        xml = put(part.text(record, said=said).encode(), mark)
        return archive.changed(part.name, xml)

    def fixed(self) -> list[Fixed]:
        """List the fixed text that stands around the tags, piece by piece."""
        found = [
            Fixed(piece if told else "", tuple(lines(piece)))
            for part in self.parts
            if is_text(part.name.decode())
            for piece, told in part.program.fixed.items()
        ]
        return [one for one in (*self._still, *found) if one.lines]

    def clerk(self) -> Clerk:
        """Return docxtpl, ready to make links and documents within one document, and to fill it."""
        from templates.clerk import Clerk

        return Clerk(self._content, self.shown)

    def road_for(self, record: Mapping[str, object]) -> str:
        """Say how a document is made for this record: its values may want another road.

        Raises:
            InputError: as `fill`.

        """
        try:
            for part in self.parts:
                part.fill(record)
        except NeedsPartsError as needs:
            return f"由 docxtpl 填写（最慢）：值里有{needs.said}"
        return self.road

    @cached_property
    def road(self) -> str:
        """Say how documents are made from this template, and why.

        Pictures, documents within the document and links are values: see `road_for`.
        """
        slow = [f"{_shown(p.name)}：{p.steps.parse}" for p in self.parts if p.steps.parse]
        if slow:
            return "逐份整理（较慢）：" + "；".join(slow)
        return "一次编译，逐份填写"

    def fields(self) -> tuple[Use, ...]:
        """Return each name that the template reads, once, at its first place."""
        first: dict[tuple[tuple[str, ...], str], Use] = {}
        for use in self.uses:
            first.setdefault((use.path, use.name), use)
        return tuple(first.values())


def _shown(name: bytes) -> str:
    return "正文" if name.endswith(b"document.xml") else name.decode()
