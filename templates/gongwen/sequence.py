"""序号 one after another: a number of a level that comes twice, or skips one."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level
from templates.gongwen.blocks import Attachment, Paragraph, Statement, words
from templates.gongwen.marks import level_of
from templates.numerals import numeral

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from templates.gongwen.blocks import Block

_NUMBER = re.compile(r"[（(]?([一二三四五六七八九十百]+|\d+)[）)、.．]")
_MOST = 99  # a number above it is a year or an amount
_FIRST = 1
_LISTS = 3  # 1. and （1）: a list may begin anew below any line of text that leads to it


def findings(blocks: Iterable[Block]) -> Iterator[Finding]:
    """Find numbers that do not follow the one before within their level.

    What only some receive tells nothing: after a statement any number may come. So may 1 below a
    heading, and the number after the last one.
    """
    last: dict[int, int] = {}
    for block in blocks:
        if isinstance(block, Statement | Attachment):
            last.clear()
        if not isinstance(block, Paragraph):
            continue
        text = words(block.runs)
        level, number = level_of(text), _value(text)
        if not level:
            _let_begin(last, text)
        if not level or not number:
            continue
        before = last.get(level)
        said = _said(text, before, number, level)
        if said:
            yield Finding(Level.WARNING, "正文", block.place, *said)
        last[level] = number
        for deeper in [one for one in last if one > level]:
            del last[deeper]


def _let_begin(last: dict[int, int], text: str) -> None:
    """Let lists begin anew below a line that leads to one."""
    if text.rstrip().endswith(("：", ":")):
        for level in [one for one in last if one >= _LISTS]:
            del last[level]


def _said(text: str, before: int | None, number: int, level: int) -> tuple[str, str] | None:
    if before is None or number == before + 1 or (number == _FIRST < before and level >= _LISTS):
        return None
    found = _NUMBER.match(text)
    shown = found[0] if found else ""
    if number > before + 1:
        return f"序号跳过：「{shown}」前面没有 {before + 1} 号", "请核对是不是漏了一段"
    advice = "请核对：是不是一处手工写，一处自动编号？"
    return f"序号重复：「{shown}」前面已有", advice


def _value(text: str) -> int:
    """Return the number that a text begins with; 0 where it counts nothing."""
    found = _NUMBER.match(text)
    if found is None:
        return 0
    number = int(found[1]) if found[1].isdecimal() else _numerals().get(found[1], 0)
    return number if number <= _MOST else 0


@cache
def _numerals() -> dict[str, int]:
    return {numeral(number): number for number in range(1, _MOST + 1)}
