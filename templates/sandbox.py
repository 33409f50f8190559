"""Text and Condition: tags outside Word files, in the same sandbox as those in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rosters.finding import Finding, InputError, Place, refuse
from templates.grammar import error
from templates.program import Program
from templates.tags import TAG, AmbiguousError, Names, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from templates.said import Said

# Braces in which somebody switched to another width between two keys, or put a space.
_WIDE = re.compile(
    "[{｛][ \u3000]?｛|｛[ \u3000]?[{]|[}｝][ \u3000]?｝|｝[ \u3000]?[}]|[{｛]％|％[}｝]|｛%|%｝"
)
_APART = re.compile("[{][ \u3000][{]|[}][ \u3000][}]")
# What else people take for a tag; it is one only to them, and only around a name that there is.
_TAKEN = re.compile("[{｛]([^{}｛｝]{1,40})[}｝]|(?:<<|＜＜)([^<>＜＞]{1,40})(?:>>|＞＞)")


class Text:
    """Plain text with tags: a subject, a letter's body, a file name, an 要素.

    Raises:
        InputError: the text has faults; each is a finding at `place`.

    """

    def __init__(self, source: str, names: Names, place: Place) -> None:
        self.source = source
        self._program: Program | None = None
        findings = unclosed(source, place, names)
        try:
            self._program = _program(source, names, place) if TAG.search(source) else None
        except InputError as fault:
            findings += fault.findings
        refuse(findings)
        self.uses = self._program.uses if self._program else ()
        self.needs = frozenset(use.name for use in self.uses if not use.path)

    def render(self, record: Mapping[str, object], said: Said | None = None) -> str:
        """Fill the text for one record; `said` hears its values.

        Raises:
            InputError: the record lacks a name, or a value does not fit.

        """
        if self._program is None:
            return self.source
        pieces, scope = self._program.render(record)
        if said is not None:
            said.hear(pieces, scope.said)
        return "".join(pieces)

    @property
    def fixed(self) -> str:
        """The text without its tags, each of which parts what stands around it."""
        return TAG.sub("\0", self.source)


class Condition:
    """范围: an expression that is true or false of a row; an empty one is true of every row.

    Raises:
        InputError: it has faults; each is a finding at `place`.

    """

    def __init__(self, source: str, names: Names, place: Place) -> None:
        self.source = source
        inside = " ".join(source.split()) or "true"
        if any(brace in inside for brace in ("{{", "}}", "{%", "%}", "{#", "#}")):
            refuse([error(place, f"「{inside}」里不用写花括号", '例如：类别 == "分党委"')])
        self._program = _program("{% if " + inside + " %}1{% endif %}", names, place, shown=inside)
        self.uses = self._program.uses
        self.needs = frozenset(use.name for use in self.uses if not use.path)

    def test(self, record: Mapping[str, object]) -> bool:
        """Tell whether a row is in.

        Raises:
            InputError: the record lacks a name, or values cannot be compared.

        """
        return bool(self._program.render(record)[0])


def unclosed(text: str, place: Place, names: Names) -> list[Finding]:
    """Find tags that are not closed, and what looks like a tag and is none, in one paragraph."""
    rest = TAG.sub("", text)
    found = []
    for brace in ("{{", "{%", "{#", "}}", "%}"):
        if brace in rest:
            around = rest[max(0, rest.index(brace) - 8) : rest.index(brace) + 12]
            found.append(error(place, f"「{around}」里的 {brace} 没有配对", "标签写成 {{ 列名 }}"))
    wide = _WIDE.search(text)
    if wide:
        found.append(error(place, f"「{wide[0]}」是全角的，不会被填写", "请改成半角 {{ }}"))
    apart = _APART.search(rest)
    if apart:
        cure = "两个花括号要连着写：{{ }}"
        found.append(error(place, f"「{apart[0]}」中间有空格，不会被填写", cure))
    return found or [*_taken(rest, place, names)]


def _taken(text: str, place: Place, names: Names) -> Iterator[Finding]:
    for one in _TAKEN.finditer(text):
        name = (one[1] or one[2]).strip()
        if name in names:
            yield error(place, f"「{one[0]}」不是标签，不会被填写", f"请改写 {{{{ {name} }}}}")


def _program(source: str, names: Names, place: Place, shown: str = "") -> Program:
    tags: dict[int, Tag] = {}
    findings: list[Finding] = []

    def inside(found: Any) -> str:  # noqa: ANN401 - re.Match
        written = shown or " ".join(found.group().split())
        tags[len(tags)] = Tag(written, place)
        try:
            return rewritten(found.group(), names)
        except AmbiguousError as fault:
            findings.append(ambiguous(fault, tags[len(tags) - 1]))
            return ""

    text = TAG.sub(inside, source)
    refuse(findings)
    return Program(text, tags, escape=False)


def rewritten(tag: str, names: Names) -> str:
    """Rewrite a tag's inside for Jinja; comments stay as they are.

    Raises:
        AmbiguousError: a heading in it can be read in two ways.

    """
    if tag.startswith("{#"):
        return tag
    return tag[:2] + names.rewrite(tag[2:-2].replace("\n", " ")) + tag[-2:]


def ambiguous(fault: AmbiguousError, tag: Tag) -> Finding:
    """Make a finding of a tag that can be read in two ways."""
    return error(tag.place, f"「{tag.written}」：{fault}", '请写成 行["列名"]', "标签有歧义")
