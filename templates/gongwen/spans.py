"""The text of a paragraph or cell: plain and bold runs, pictures, footnotes; tags are untouched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from templates.gongwen import pictures
from templates.gongwen.blocks import Footnote, Run
from templates.gongwen.compose import merged
from templates.gongwen.notes import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from rosters.finding import Place
    from templates.gongwen.blocks import Inline
    from templates.gongwen.lines import Lifted
    from templates.gongwen.marks import Fault
    from templates.gongwen.notes import Notes

_STRANGE = {
    "link_open": ("链接认不得", "请直接写出文字和网址"),
    "html_inline": ("HTML 代码认不得", "请删去尖括号里的代码"),
    "code_inline": ("「`」代码认不得", "请删去「`」"),
}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|毫米|cm|厘米)")
_EMU = {"mm": 36_000, "毫米": 36_000, "cm": 360_000, "厘米": 360_000}


@cache
def _grammar() -> MarkdownIt:
    from markdown_it import MarkdownIt

    rules = ["image", "link", "html_inline", "backticks", "escape"]
    grammar = MarkdownIt("zero", {"html": True}).enable(rules).disable("text_join")
    grammar.normalizeLink = lambda url: url  # type: ignore[method-assign]  # a path, and shown as it is
    grammar.validateLink = bool  # type: ignore[method-assign,assignment]  # nothing is ever fetched
    return grammar


@dataclass(slots=True)
class Spans:
    """Reads the lines of one body. `find` gives a picture's bytes, None where there is no file."""

    lifted: Lifted
    notes: Notes
    place_of: Callable[[int], Place]
    find: Callable[[str], bytes | None]
    faults: list[tuple[Place, Fault]] = field(default_factory=list)

    def read(self, text: str, place: Place) -> tuple[Inline, ...]:
        """Read a line into runs.

        A pair of ** makes bold, whatever stands beside it: CommonMark's rule on its neighbours
        fails before Chinese punctuation, as in **要求：**各.
        """
        tokens = _grammar().parseInline(text)[0].children or []
        found = {token.type: _STRANGE[token.type] for token in tokens if token.type in _STRANGE}
        self.faults += [(place, fault) for fault in found.values()]
        if "***" in text:
            self.faults.append((place, ("「***」认不得", "粗体请写成 **文字**")))
        pieces = list(_pieces(tokens))
        if sum(piece == "**" for piece in pieces) % 2:
            fault = ("「**」没有成对", "粗体请写成 **文字**，前后各两个星号，并在同一段里")
            self.faults.append((place, fault))
        return tuple(merged(list(self._inlines(pieces, place))))

    def _inlines(self, pieces: list[str | Token | Run], place: Place) -> Iterator[Inline]:
        bold = False
        for piece in pieces:
            if piece == "**":
                bold = not bold
            elif isinstance(piece, Run):  # it was escaped, and stands for itself
                yield replace(piece, bold=bold)
            elif not isinstance(piece, str):
                yield from self._picture(piece, place)
            elif note := MARK.fullmatch(piece):
                yield from self._note(note[1], place)
            else:
                yield Run(self.lifted.restore(piece), bold)

    def _note(self, mark: str, place: Place) -> Iterator[Inline]:
        again = mark in self.notes.used
        found = self.notes.take(mark)
        if found is None:
            message = f"脚注 [^{mark}] 用了两次" if again else f"脚注 [^{mark}] 没有内容"
            advice = "请另写一条，换个号" if again else f"请在正文后面单独一行写：[^{mark}]: …"
            self.faults.append((place, (message, advice)))
            return
        where = self.place_of(found[0])
        inner = self.read(found[1], where)
        runs = tuple(one for one in inner if isinstance(one, Run))
        if len(runs) < len(inner):
            self.faults.append((where, ("脚注里只能有文字", "请删去图片和脚注")))
        yield Footnote((runs,), where)

    def _picture(self, token: Token, place: Place) -> Iterator[Inline]:
        path = self.lifted.restore(str(token.attrs.get("src", "")))
        title = str(token.attrs.get("title", "")).strip()
        length = _LENGTH.fullmatch(title)
        if title and not length:
            fault = (f"图片的宽度「{title}」读不懂", '请写成 ![说明](图片.png "80mm")')
            self.faults.append((place, fault))
        size = (round(float(length[1]) * _EMU[length[2]]), 0) if length else None
        content = self.find(path)
        if content is None:
            fault = (f"找不到图片「{path}」", "请写相对于发文单或工作区的路径，并核对文件名")
            self.faults.append((place, fault))
            return
        words = self.lifted.restore(token.content)
        made = pictures.picture(content, place, words=words, size=size)
        if made is None:
            self.faults.append((place, (f"「{path}」{pictures.NONE}", pictures.ADVICE)))
        else:
            yield made


def _pieces(tokens: list[Token]) -> Iterator[str | Token | Run]:
    """Split the text at ** and at marks of notes; what was escaped comes as a run."""
    for token in tokens:
        if token.type == "text_special":
            yield Run(token.content)
        elif token.type == "hardbreak":
            yield "\n"
        elif token.type == "image":
            yield token
        else:
            parts = re.split(r"(\*\*|\[\^[^\]\s]+\])", token.content)
            yield from (part for part in parts if part)
