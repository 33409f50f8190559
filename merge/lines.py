"""Lines of front matter as people type them, made into lines that YAML reads the same way.

YAML has many traps: a `#` after a space ends a value, `{{`, `[`, `@`, `*` open things, `：` and
full-width or tab indents mean nothing. Each line of the form "key: value" is rewritten with its
key and its value in quotes, line by line, so that line numbers stay; what is no such line is a
finding. Block texts (`|`, `>`), values in quotes, and lists and mappings in brackets are left to
YAML. After two or more spaces, `# ` begins a comment, as the eye takes it; a `#` after one space
belongs to the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.source import fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rosters.finding import Finding

_LEAD = re.compile(r"[ \t\u3000\xa0]*")
_DASHES = re.compile(r"(?:-(?:[ \t\u3000\xa0]+|$))*")
_BLOCK = re.compile(r"([|>][-+0-9]*)(?:[ \t\u3000]+#.*)?$")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_COMMENT = re.compile(r"(?:^|[ \t\u3000]{2,}|\t)#(?:[ \t\u3000].*)?$")
_CLOSING = {"[": "]", "{": "}"}
_BLANKS = " \t\u3000\xa0"
_CURE = "每行写「键: 值」；值有几行时在键后写 | ，各行缩进在下面"


@dataclass
class Lines:
    """The rewriting of one job's front matter, and what it found."""

    shown: str
    texts: Collection[str]  # keys whose lists hold plain text, where a colon is no separator
    findings: list[Finding] = field(default_factory=list)
    _block: int = -1  # the column of the key that opened a block text; -1: none is open
    _margin: int = -1  # the block's own indent, once its first line is read
    _depth: int = 0  # brackets still open
    _key: str = ""  # the last key without a value

    def rewrite(self, lines: Iterable[str], first: int) -> list[str]:
        """Rewrite all lines; `first` is the number of the first one in its file."""
        return [self._line(line, first + index) for index, line in enumerate(lines)]

    def _line(self, line: str, number: int) -> str:
        lead = _LEAD.match(line)
        blanks = lead.group() if lead else ""
        rest = line[len(blanks) :].rstrip(_BLANKS)
        if not rest:
            return ""
        if self._depth:
            self._depth = max(0, self._depth + _open(rest))
            return " " * max(1, _width(blanks)) + rest
        if self._block >= 0:
            if _width(blanks) > self._block:
                return self._inside(blanks, rest)
            self._block = -1
        return "" if rest.startswith("#") else self._entry(" " * _width(blanks), rest, number)

    def _inside(self, blanks: str, rest: str) -> str:
        """Keep a line of a block text, with its margin in plain spaces."""
        if self._margin < 0:
            self._margin = _width(blanks)
        kept = blanks
        taken = 0
        while kept and taken < self._margin:
            taken += _width(kept[0])
            kept = kept[1:]
        return " " * taken + kept + rest

    def _entry(self, indent: str, rest: str, number: int) -> str:
        match = _DASHES.match(rest)
        marks = match.group() if match else ""
        dashes = "- " * marks.count("-")
        rest = rest[len(marks) :]
        if not rest:
            return indent + dashes.rstrip()
        head, tail = _split(rest, item=bool(marks), plain=bool(marks) and self._key in self.texts)
        if head is None:
            if not marks:
                said = f"「{rest[:20]}」不是「键: 值」"
                self._say(number, said, _CURE)
                return ""
            return indent + dashes + self._value(rest, number, len(indent))
        self._key = _bare(head) if not tail or _COMMENT.match(tail) else ""
        value = self._value(tail, number, len(indent + dashes))
        return f"{indent}{dashes}{_quote(_bare(head))}: {value}"

    def _value(self, text: str, number: int, column: int) -> str:
        """Quote a value unless it is in quotes, opens a block, or is a list or a mapping."""
        if not _QUOTED.fullmatch(text):
            text = _COMMENT.sub("", text).strip(_BLANKS)
        if _QUOTED.fullmatch(text) or not text:
            return text
        block = _BLOCK.match(text)
        if block:
            self._block, self._margin = column, -1
            return block.group(1)
        if text[0] in _CLOSING and not text.startswith(("{{", "{%", "{#")):
            return self._bracket(text)
        if text[0] in "\"'" and text.count(text[0]) == 1:
            self._say(number, f"引号 {text[0]} 没有对应的后一个", "请在同一行补上，或去掉引号")
            return "''"
        return _quote(text)

    def _bracket(self, text: str) -> str:
        inner = text[1:-1]
        if text.endswith(_CLOSING[text[0]]):
            if not any(sign in inner for sign in "[]{}\"'"):
                return _flat(text[0], inner)
            return text
        if _open(text) <= 0:
            return _quote(text)  # [2026]年…: begins with a bracket, and goes on
        self._depth = _open(text)
        return text

    def _say(self, line: int, message: str, advice: str) -> None:
        self.findings.append(fault(self.shown, line, "job.syntax", message, advice))


def _width(blanks: str) -> int:
    return sum(2 if blank in "\t\u3000" else 1 for blank in blanks)


def _open(text: str) -> int:
    return sum(text.count(sign) for sign in "[{") - sum(text.count(sign) for sign in "]}")


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _bare(head: str) -> str:
    head = head.strip(_BLANKS)
    return head[1:-1] if _QUOTED.fullmatch(head) else head


def _split(rest: str, *, item: bool, plain: bool) -> tuple[str | None, str]:
    """Part key and value; in a list item a half-width colon needs its space, as in a path."""
    if plain or rest[0] in "[{":
        return None, rest
    start = 0
    if rest[0] in "\"'":
        quoted = _QUOTED.match(rest)
        start = quoted.end() if quoted else 0
        if not rest[start:].lstrip(_BLANKS).startswith((":", "：")):
            return None, rest
    pattern = r":(?=[ \t\u3000]|$)|：" if item else r"[:：]"
    colon = re.compile(pattern).search(rest, start)
    if colon is None or not rest[: colon.start()].strip(_BLANKS):
        return None, rest
    return rest[: colon.start()], rest[colon.end() :].strip(_BLANKS)


def _flat(bracket: str, inner: str) -> str:
    """Quote the parts of a list or mapping that holds no other."""
    parts = [part.strip(_BLANKS) for part in inner.split(",") if part.strip(_BLANKS)]
    if bracket == "[":
        return "[" + ", ".join(map(_quote, parts)) + "]"
    pairs = []
    for part in parts:
        key, found, value = part.replace("：", ":").partition(":")
        value = _quote(value.strip(_BLANKS)) if found else ""
        pairs.append(f"{_quote(key.strip(_BLANKS))}: {value}")
    return "{" + ", ".join(pairs) + "}"
