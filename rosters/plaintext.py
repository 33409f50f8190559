"""Rosters as text: .csv as Excel, WPS and personnel systems write it."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from rosters.blocks import Sorter
from rosters.finding import Finding, InputError, Level, Place
from rosters.shown import Number
from rosters.text import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 128 * 2**20
_LONGEST_CELL = 2**20
_WIDEST = 1000
_MARKS = ",\t;；，|"
_FORMULA = re.compile(r'="([^"]*)"')  # how a system keeps Excel from spoiling a number
_WHOLE = re.compile(r"(?:0|-?[1-9]\d{0,10})", re.ASCII)
_FRACTION = re.compile(r"-?(?:0|[1-9]\d{0,8})\.\d{1,6}", re.ASCII)
_HEAD = 20  # lines that tell what stands between two cells


def pieces(content: bytes, shown: str) -> Iterator[tuple[Any, ...]]:
    """Read a text file as one sheet.

    Args:
        content: of the file: UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030.
        shown: what findings call the file.

    Raises:
        InputError: it is no such text.

    """
    if len(content) > MOST:
        raise _refused(shown, "gate-size", "这个文本文件大得反常", "请核对文件，或分成几个文件")
    text = decoded(content)
    if text is None or "\0" in text:
        words = "这不是文本文件，或者文字编码认不出来"
        raise _refused(shown, "csv-encoding", words, "请用 Excel 或 WPS 另存为 .xlsx")
    try:
        rows = list(_rows(text))
    except csv.Error:
        words = "这个文本文件的引号不成对，或者有的单元格大得反常"
        raise _refused(shown, "csv-shape", words, "请用 Excel 打开核对后另存为 .xlsx") from None
    width = max(map(len, rows), default=0)
    if width > _WIDEST:
        raise _refused(shown, "gate-far", f"有一行分成了{width}格", "请核对文件的分隔符")
    sorter = Sorter(None)
    yield "grid", re.sub(r"\.[^.]*$", "", re.split(r"[/\\]", shown)[-1]), False
    for block in sorter.blocks((_filled(row, width) for row in rows), 0):
        yield "rows", block
    yield "end", [(*at, *odd) for at, odd in sorter.oddities.items()], [], (), ()


def _refused(shown: str, rule: str, words: str, advice: str) -> InputError:
    finding = Finding(Level.ERROR, rule, Place(shown), words, advice)
    return InputError(f"{shown} 打不开", findings=[finding])


def _rows(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    lines = text.splitlines()[:_HEAD]
    told = re.fullmatch(r"sep=(.)", lines[0]) if lines else None  # Excel's own way of telling
    mark = told[1] if told else max(_MARKS, key=lambda one: _even(lines, one))
    begin = len(lines[0]) + 1 if told else 0
    return csv.reader(io.StringIO(text[begin:], newline=""), delimiter=mark, strict=True)


def _even(lines: list[str], mark: str) -> tuple[int, int]:
    """Count the lines that a mark divides into as many cells as the most, and those cells."""
    counts = [line.count(mark) for line in lines]
    most = max(counts, default=0)
    return (counts.count(most) if most else 0, most)


def _filled(row: list[str], width: int) -> list[object]:
    return [*map(_value, row), *([""] * (width - len(row)))]


def _value(text: str) -> object:
    if text.startswith("="):
        inner = _FORMULA.fullmatch(text)
        return inner[1] if inner else text
    if _WHOLE.fullmatch(text):
        return int(text)
    return Number(float(text), text) if _FRACTION.fullmatch(text) else text
