"""Tags: what a person writes between {{ }} and {% %}, and any heading as a name in it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from rosters.finding import Place
from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Iterable

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)

PREFIX = "x_h_"  # a private identifier is this and the heading's UTF-8 in hexadecimal
DOUBLE, SINGLE = "“”", "‘’"
# Written as escapes inside a literal, so that neither XML nor docxtpl's cleaning sees them.
_DELICATE = later("[&<>{}%#\"'“”‘’\n\r\t]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


class AmbiguousError(ValueError):
    """A tag that can be read in two ways; the words say which."""


NOWHERE = Place()


class Tag(NamedTuple):
    """A tag as it was written, where, and in which font (empty where that is not known)."""

    written: str
    place: Place = NOWHERE
    font: str = ""


class Names:
    """The names that tags may use: headings, fields, aliases, relations, 要素."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = frozenset(names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def rewrite(self, source: str) -> str:
        """Make a tag's inside what Jinja can read: headings as identifiers, quotes straightened.

        Raises:
            AmbiguousError: a stretch can be read as two different names.

        """
        folded = source.translate(_WIDE)
        out: list[str] = []
        at = 0
        while at < len(source):
            name, end = self._heading(source, folded, at)
            if name:
                out.append(_private(name))
            elif source[at] in "\"'“”‘’":
                literal, end = _literal(source, at)
                out.append(literal)
            else:
                out.append(source[at])
                end = at + 1
            at = end
        return "".join(out)

    def original(self, identifier: str) -> str:
        """Return the name that an identifier in rewritten source stands for."""
        return original(identifier)

    def _heading(self, source: str, folded: str, at: int) -> tuple[str, int]:
        found = self._match(folded, at)
        if found is None:
            return "", at
        end = found.end()
        self._alone(source, folded, at, end)
        written = source[at:end]
        candidates = self._special[_key(found.group())]
        name = written if written in candidates else candidates[0]
        if written not in candidates and len(candidates) > 1:
            raise AmbiguousError(f"「{written}」可以指" + "、".join(f"「{c}」" for c in candidates))
        if _reads_otherwise(name, self.names):
            raise AmbiguousError(f"「{written}」既是一个列名，又可以读作几个名字")
        return name, end

    def _match(self, folded: str, at: int) -> re.Match[str] | None:
        if self._pattern is None or (at and _word(folded[at - 1])):
            return None
        return self._pattern.match(folded, at)

    def _alone(self, source: str, folded: str, at: int, end: int) -> None:
        for inner in range(at + 1, end):
            other = self._match(folded, inner)
            if other and other.end() > end:
                first, second = source[at:end], source[inner : other.end()]
                raise AmbiguousError(f"「{first}」和「{second}」都是列名，在这里连在一起")

    @cached_property
    def _special(self) -> dict[str, tuple[str, ...]]:
        """Names that are not plain identifiers, by how they match."""
        special: dict[str, list[str]] = {}
        for name in sorted(self.names):
            key = _key(name.translate(_WIDE))
            if key and not name.isidentifier() and not key.replace(".", "").isdecimal():
                special.setdefault(key, []).append(name)
        return {key: tuple(found) for key, found in special.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        if not self._special:
            return None
        longest = sorted(self._special, key=lambda key: (-len(key), key))
        forms = (r"\s+".join(re.escape(word) for word in key.split()) for key in longest)
        return re.compile(rf"(?:{'|'.join(forms)})(?!\w)")


def original(identifier: str) -> str:
    """Return the name that an identifier in rewritten source stands for."""
    if not identifier.startswith(PREFIX):
        return identifier
    try:
        return bytes.fromhex(identifier.removeprefix(PREFIX)).decode()
    except ValueError:  # somebody's own name that begins so
        return identifier


def restore(text: str) -> str:
    """Put headings back where private identifiers stand in a message."""
    return re.sub(rf"{PREFIX}[0-9a-f]+", lambda found: original(found.group()), text)


def _private(name: str) -> str:
    return PREFIX + name.encode().hex()


def _key(folded: str) -> str:
    return " ".join(folded.split())


def _word(char: str) -> bool:
    return char == "_" or char.isalnum()


def _literal(source: str, at: int) -> tuple[str, int]:
    """Read a literal in straight or curly quotes; return it in straight ones, and its end."""
    opening = source[at]
    straight, curly = ('"', DOUBLE) if opening in '"“”' else ("'", SINGLE)
    closing = straight if opening == straight else curly
    end = _next(source, closing, at + 1)
    if end < 0:
        end = _next(source, straight + curly, at + 1)
    if end < 0:
        return straight + source[at + 1 :], len(source)
    inside = source[at + 1 : end]
    return straight + _DELICATE.sub(_escaped, inside) + straight, end + 1


def _next(source: str, chars: str, at: int) -> int:
    """Find the first of some characters that no backslash stands before."""
    found = re.compile(rf"(?:\\.|[^\\{chars}])*([{chars}])", re.DOTALL).match(source, at)
    return found.start(1) if found else -1


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    before = found.string[: found.start()]
    if (len(before) - len(before.rstrip("\\"))) % 2:
        return found.group() if found.group() in "\"'" else f"\\\\u{code:04x}"
    return f"\\u{code:04x}"


def _reads_otherwise(name: str, names: frozenset[str]) -> bool:
    """Tell whether a heading is also an allowed expression over other known names."""
    import jinja2
    from jinja2 import nodes

    try:
        tree = jinja2.Environment(autoescape=True).parse("{{" + name + "}}")
    except jinja2.TemplateSyntaxError:
        return False
    output = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
        return False
    allowed = nodes.Name | nodes.Getattr | nodes.Compare | nodes.Operand | nodes.BinExpr | nodes.Not
    found = [output.nodes[0], *output.nodes[0].find_all(nodes.Node)]
    if any(isinstance(node, nodes.Add | nodes.Sub | nodes.Mul | nodes.Div) for node in found):
        return False
    roots = [node.name for node in found if isinstance(node, nodes.Name)]
    return all(isinstance(node, allowed) for node in found) and all(n in names for n in roots)
