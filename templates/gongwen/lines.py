"""The lines of a Markdown body before Markdown sees them: Jinja lifted out, tables set apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from templates.gongwen.marks import Fault, straight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rosters.finding import Place

# Two noncharacters of Unicode stand around the number of a tag that was lifted out: no text may
# hold them, while the private use area holds rare characters of names.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_STRINGS = r""""[^"]*"|'[^']*'"""
_TAG = re.compile(
    rf"\{{\{{(?:{_STRINGS}|(?!\}}\}}|\{{\{{)[^\"'])*\}}\}}"
    rf"|\{{%(?:{_STRINGS}|(?!%\}}|\{{%)[^\"'])*%\}}"
    r"|\{#.*?#\}"
)
_STRAY = re.compile(r"\{\{|\{%|\{#|\}\}|%\}")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff]")
_RULER = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Lifted:
    """The lines with numbered marks in place of tags; faults by the index of their line."""

    lines: tuple[str, ...]
    tags: tuple[str, ...]
    faults: tuple[tuple[int, str, str], ...]

    def restore(self, text: str) -> str:
        """Put the tags back as they were written."""
        return _MARK.sub(lambda mark: self.tags[int(mark[1])], text)

    def statements(self, text: str) -> list[str] | None:
        """Return the insides of the statements if the text holds nothing else, else None."""
        tags = [self.tags[int(number)] for number in _MARK.findall(text)]
        if not tags or _MARK.sub("", text).strip() or any(tag[1] != "%" for tag in tags):
            return None
        return [inside(tag) for tag in tags]


def inside(tag: str) -> str:
    """Return what stands between {% and %}, without the marks of white-space control."""
    return tag[2:-2].strip().removeprefix("-").removesuffix("-").strip()


def lift(markdown: str) -> Lifted:
    """Replace each tag by a numbered mark; a comment goes. A tag must close on its own line."""
    tags: list[str] = []
    faults: list[tuple[int, str, str]] = []

    def mark(match: re.Match[str]) -> str:
        if match[0].startswith("{#"):
            return ""
        tags.append(match[0])
        return f"{_OPEN}{len(tags) - 1}{_CLOSE}"

    lines: list[str] = []
    for index, line in enumerate(markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if _UNSEEN.search(line):
            faults.append((index, "有看不见的字符", "请重新录入这一行"))
        lifted = _TAG.sub(mark, straight(_UNSEEN.sub("", line))).strip()
        stray = _STRAY.search(lifted)
        if stray:
            advice = "标签要在同一行里写完，如 {{ 简称 }} 或 {% endif %}"
            faults.append((index, f"「{stray[0]}」没有成对", advice))
        lines.append(lifted)
    return Lifted(tuple(lines), tuple(tags), tuple(faults))


def statements(text: str) -> list[str] | None:
    """Return the insides of the statements of a text that holds nothing else, else None."""
    if "{" not in text and "｛" not in text:
        return None
    lifted = lift(text.replace("\n", " "))
    return lifted.statements(lifted.lines[0])


def tags(text: str) -> list[tuple[int, int]]:
    """Return where each tag of a text begins and ends."""
    return [found.span() for found in _TAG.finditer(text)]


def is_ruler(line: str) -> bool:
    """Tell whether a line is what stands below a table's head: | --- | --- |."""
    return "|" in line and bool(_RULER.fullmatch(line))


def cells(line: str) -> list[str]:
    """Split a row of a table at its bars."""
    inner = line.strip()
    inner = inner.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return _BAR.split(inner)


@dataclass(slots=True)
class Spread:
    """Lines with blank ones put where a table ends; `origin` leads back to the body's lines."""

    text: list[str] = field(default_factory=list)
    origin: list[int] = field(default_factory=list)

    def add(self, text: str, origin: int) -> None:
        """Append a line."""
        self.text.append(text)
        self.origin.append(origin)


def spread(lifted: Lifted) -> Spread:
    """Set what follows a table apart from it: Markdown would take it for a row."""
    found = Spread()
    depth: int | None = None  # of the statements open within the table; None outside a table
    for index, line in enumerate(lifted.lines):
        if depth is not None:
            depth = _depth(lifted, index, depth)
            if depth is None and line:
                found.add("", index)
        found.add(line, index)
        if depth is None and index and is_ruler(line) and "|" in lifted.lines[index - 1]:
            depth = 0
    return found


def _depth(lifted: Lifted, index: int, depth: int) -> int | None:
    """Return the depth of statements after a line of a table, None if it stands outside."""
    line = lifted.lines[index]
    statements = lifted.statements(line)
    if statements is None or "|" in line:
        return depth if "|" in line else None
    for statement in statements:
        word = _word(statement)
        if word.startswith("end") and depth > 0:
            depth -= 1
        elif word in _CLOSERS.values() and _row_follows(lifted, index):
            depth += 1
        elif word not in _BETWEEN or depth == 0:
            return None
    return depth


def _row_follows(lifted: Lifted, index: int) -> bool:
    for line in lifted.lines[index + 1 :]:
        if "|" in line:
            return True
        if lifted.statements(line) is None:
            return False
    return False


_CLOSERS = {"endif": "if", "endfor": "for"}
_BETWEEN = {"else", "elif"}


def _word(statement: str) -> str:
    return re.split(r"\W", statement, maxsplit=1)[0]


class Pairs:
    """The statements that are open at a point of the text."""

    def __init__(self) -> None:
        self._open: list[tuple[str, Place]] = []

    def take(self, statement: str, place: Place) -> Fault | None:
        """Follow one statement; return what is wrong with it."""
        word = _word(statement)
        if word in _CLOSERS.values():
            self._open.append((word, place))
        elif word in _CLOSERS:
            if not self._open or self._open[-1][0] != _CLOSERS[word]:
                advice = f"请在前面补上 {{% {_CLOSERS[word]} … %}}，或删去这一句"
                return f"{{% {word} %}} 没有对应的 {{% {_CLOSERS[word]} … %}}", advice
            self._open.pop()
        elif word in _BETWEEN and not self._open:
            return f"{{% {word} %}} 前面没有 {{% if … %}}", "请补上，或删去这一句"
        return None

    def left(self) -> Sequence[tuple[Place, Fault]]:
        """Return what was never closed, and where it was opened."""
        return [
            (
                place,
                (f"{{% {word} … %}} 没有对应的 {{% end{word} %}}", f"请补上 {{% end{word} %}}"),
            )
            for word, place in self._open
        ]


def unpaired(statements: Sequence[tuple[str, Place]]) -> list[tuple[Place, Fault]]:
    """Return the faults in the pairing of the statements of one level."""
    pairs = Pairs()
    found = [(place, pairs.take(statement, place)) for statement, place in statements]
    return [(place, fault) for place, fault in found if fault] + list(pairs.left())
