"""Footnotes of a Markdown body: [^1] in the text, and below it a line [^1]: with the note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from templates.gongwen.marks import Fault

MARK = re.compile(r"\[\^([^\]\s]+)\]")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]\s*[:：]\s*(.*)")


class Notes:
    """The notes of a body, by their marks. `used` are those that the text has asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._found: dict[str, tuple[int, str]] = {}
        self._twice: list[tuple[int, Fault]] = []
        self.used: set[str] = set()
        for index, line in enumerate(lines):
            note = _NOTE.fullmatch(line)
            if note and note[1] in self._found:
                self._twice.append((index, (f"脚注 [^{note[1]}] 写了两次", "请给其中一条换个号")))
            elif note:
                self._found[note[1]] = index, note[2]

    @staticmethod
    def is_note(line: str) -> bool:
        """Tell whether a line holds a note."""
        return _NOTE.fullmatch(line) is not None

    def take(self, mark: str) -> tuple[int, str] | None:
        """Return a note's line and text, None where there is none or it has been taken."""
        if mark in self.used:
            return None
        self.used.add(mark)
        return self._found.get(mark)

    def faults(self) -> Iterator[tuple[int, Fault]]:
        """Walk through what is wrong, once the whole text has been read."""
        yield from self._twice
        for mark, (line, text) in self._found.items():
            if mark not in self.used:
                yield line, (f"正文里没有用到脚注 [^{mark}]", f"请在要注的字后面写上 [^{mark}]")
            if not text.strip():
                yield line, (f"脚注 [^{mark}] 是空的", "请在冒号后面写上")
