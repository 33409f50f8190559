"""A Word template: opened and compiled once, filled many times."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from rosters import gate
from rosters.finding import Finding, InputError, Place, refuse
from templates import archive, steps
from templates.dressing import dressed
from templates.grammar import error
from templates.package import split
from templates.program import Program
from templates.source import Source, has_tags, read
from templates.splice import Pieces
from templates.typefaces import styles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from templates.gongwen.blocks import Outline
    from templates.package import Raw
    from templates.reads import Use
    from templates.steps import Steps
    from templates.tags import Names


@dataclass(frozen=True)
class Part:
    """A part of the package that holds tags, compiled.

    `head` and `tail` stand around what is filled where it has to be parsed for each document;
    otherwise they are part of the program.
    """

    name: bytes
    program: Program
    steps: Steps
    head: str = ""
    tail: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)  # style -> typeface, see `dressing`

    def fill(self, record: Mapping[str, object]) -> archive.Member:
        """Return the part as a member of the package, for one record."""
        pieces, filled = self.program.render(record)
        if filled.rare or filled.breaks or not self.steps.none:
            text = "".join(pieces)
            if filled.breaks or not self.steps.none:
                text = steps.finish(text, self.steps, breaks=filled.breaks)
            if filled.rare:
                text = dressed(text, self.asked)
            return archive.changed(self.name, f"{self.head}{text}{self.tail}".encode())
        if self.program.loops:
            return archive.changed(self.name, self._pieces.encoded(pieces))
        return self._pieces.member(self.name, pieces)

    def still(self) -> bytes:
        """Return a part without tags."""
        text = "".join(self.program.render({})[0])
        if not self.steps.none:
            text = steps.finish(text, self.steps, breaks=False)
        return f"{self.head}{text}{self.tail}".encode()

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self.program.code)


class Template:
    """A Word template, compiled: `uses` is what it reads, `fill` makes one document."""

    def __init__(
        self, shown: str, sha256: str, parts: tuple[Part, ...], rest: list[tuple[str, bytes]]
    ) -> None:
        self.shown = shown
        self.sha256 = sha256
        self.parts = parts
        self.uses: tuple[Use, ...] = tuple(use for part in parts for use in part.program.uses)
        self.needs = frozenset(use.name for use in self.uses if not use.path)
        self._archive = archive.Archive(rest)

    @classmethod
    def open(
        cls, source: Path | bytes, names: Names, *, shown: str, body: Outline | None = None
    ) -> Template:
        """Check and compile a template; `names` are those that its tags may use.

        Raises:
            InputError: it is no usable .docx, or tags in it are faulty; each is a finding.

        """
        content = _content(source, shown)
        digest = hashlib.sha256(content)
        _gate(content, shown)
        if body is not None:
            from templates.body import place

            content = place(content, body)
            digest.update(hashlib.sha256(content).digest())
        raws, rest = split(content, has_tags)
        asked = styles(dict(rest).get("word/styles.xml", b""))
        compiled: list[Part] = []
        findings: list[Finding] = []
        for raw in raws:
            try:
                part = _compiled(raw, names, shown, asked)
            except InputError as fault:
                findings += fault.findings
                continue
            if part.program.tagged:
                compiled.append(part)
            else:
                rest.append((raw.name, part.still()))
        refuse(findings)
        rest.sort(key=lambda member: member[0] != "[Content_Types].xml")
        moving = tuple(compiled)
        return cls(shown, digest.hexdigest(), moving, rest)

    def fill(self, record: Mapping[str, object]) -> bytes:
        """Make one document: the same bytes for the same template and values, at any time.

        Raises:
            InputError: the record lacks a name, or a value cannot stand where a tag wants it.

        """
        return self.made(record)[0]

    def made(self, record: Mapping[str, object]) -> tuple[bytes, str]:
        """Make one document and its sha256, which costs less here than over all its bytes.

        Raises:
            InputError: as `fill`.

        """
        members = [part.fill(record) for part in self.parts]
        try:
            return self._archive.write(members)
        except archive.TooLargeError as fault:
            finding = error(Place(self.shown), "填写后的文件太大，超过 4 GB", "请检查循环", "填写")
            raise InputError(str(finding), findings=[finding]) from fault

    @cached_property
    def road(self) -> str:
        """Say how documents are made from this template, and why."""
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


def _content(source: Path | bytes, shown: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as fault:
        raise InputError(
            f"打不开模板「{shown}」", findings=[_unusable(shown, "打不开", fault.strerror or "")]
        ) from fault


def _gate(content: bytes, shown: str) -> None:
    gate.check(content, "docx", shown=shown)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            whole = "word/document.xml" in package.namelist() or "_rels/.rels" in package.namelist()
    except (zipfile.BadZipFile, OSError):
        whole = False
    if not whole:
        refuse([_unusable(shown, "不是 Word 文件（.docx）", "请用 Word 另存为 .docx")])


def _unusable(shown: str, message: str, cure: str) -> Finding:
    return error(Place(shown), f"模板{message}", cure, "模板文件")


def _compiled(raw: Raw, names: Names, shown: str, asked: Mapping[str, str]) -> Part:
    """Compile one part.

    Raises:
        InputError: its tags are faulty.

    """
    from docxtpl import DocxTemplate

    clean = DocxTemplate(None).patch_xml if raw.xml.find("<w:") >= 0 else str
    if not has_tags(raw.xml):
        source = Source(clean(raw.xml) if raw.body else raw.xml)
    else:
        source = read(raw.xml, names, Place(shown, where=raw.where), clean, asked)
    findings = source.findings
    try:
        text, left = steps.decide(source.text, source.tags, body=raw.body)
        head, tail = raw.head, raw.tail
        if not left.parse:
            if raw.body:
                text = re.sub(r"^<w:body[^>]*>", "<w:body>", text)
            text, head, tail = head + text + tail, "", ""
        program = Program(text, source.tags, escape=True)
    except InputError as fault:
        findings += fault.findings
    refuse(findings)
    return Part(raw.name.encode(), program, left, head, tail, asked)


def _shown(name: bytes) -> str:
    return "正文" if name.endswith(b"document.xml") else name.decode()
