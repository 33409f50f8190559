"""The text of a paragraph or cell: plain and bold runs, with the tags in them untouched."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from templates.gongwen.blocks import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from templates.gongwen.lines import Fault, Lifted

_STRANGE = {
    "image": ("图片认不得", "请删去；图片请放在 Word 模板里"),
    "link_open": ("链接认不得", "请直接写出文字和网址"),
    "html_inline": ("HTML 代码认不得", "请删去尖括号里的代码"),
    "code_inline": ("「`」代码认不得", "请删去「`」"),
}


@cache
def _grammar() -> MarkdownIt:
    rules = ["image", "link", "html_inline", "backticks", "escape"]
    return MarkdownIt("zero", {"html": True}).enable(rules).disable("text_join")


def read(text: str, lifted: Lifted, *, headed: bool) -> tuple[tuple[Run, ...], list[Fault]]:
    """Read a line into runs; `headed` marks its first sentence as a heading.

    A pair of ** makes bold, whatever stands beside it: CommonMark's rule on its neighbours fails
    before Chinese punctuation, as in **要求：**各.
    """
    tokens = _grammar().parseInline(text)[0].children or []
    found = {token.type: _STRANGE[token.type] for token in tokens if token.type in _STRANGE}
    faults: list[Fault] = list(found.values())
    if "***" in text:
        faults.append(("「***」认不得", "粗体请写成 **文字**"))
    pieces = list(_pieces(tokens))
    if sum(piece == "**" for piece, _ in pieces) % 2:
        faults.append(("「**」没有成对", "粗体请写成 **文字**，前后各两个星号，并在同一段里"))
    runs = tuple(_merged(_bold(pieces)))
    if headed:
        runs = _headed(runs)
    return tuple(replace(run, text=lifted.restore(run.text)) for run in runs), faults


def _pieces(tokens: list[Token]) -> Iterator[tuple[str, bool]]:
    """Split the text at **; a piece says whether it was escaped, and so stands for itself."""
    for token in tokens:
        if token.type == "text_special":
            yield token.content, True
        else:
            yield from ((part, False) for part in re.split(r"(\*\*)", token.content) if part)


def _bold(pieces: list[tuple[str, bool]]) -> Iterator[Run]:
    bold = False
    for piece, escaped in pieces:
        if piece == "**" and not escaped:
            bold = not bold
        else:
            yield Run(piece, bold)


def _merged(runs: Iterator[Run]) -> Iterator[Run]:
    last: Run | None = None
    for run in runs:
        if last and last.bold == run.bold:
            last = replace(last, text=last.text + run.text)
        else:
            if last:
                yield last
            last = run
    if last:
        yield last


def _headed(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Mark the runs up to the first full stop; all of them where no text follows it."""
    found: list[Run] = []
    ended = False
    for run in runs:
        head, stop, rest = run.text.partition("。")
        if ended or not stop:
            found.append(replace(run, head=not ended))
            continue
        ended = True
        found.append(replace(run, text=head + stop, head=True))
        if rest:
            found.append(replace(run, text=rest))
    return tuple(found)
