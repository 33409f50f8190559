"""What a document cannot show just as the roster writes it: said at its cell, before filling."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.installed import nowhere
from rosters.finding import Finding, Level
from rosters.order import beyond
from rosters.spot import spot
from templates.embolden import bare
from templates.typefaces import common, instead, lacking, private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from merge.reach import Reach
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.roster import Row
    from templates.reads import Use

_CURE = (
    "请安装有这个字的字体，例如思源宋体、全宋体；"
    "或在作业里写「文件格式: Word」，到有这种字体的电脑上打印"
)
_Fonts = dict[str, str]  # a typeface -> the characters of a value that it lacks


@dataclass
class Glyphs:
    """Rare characters that tags print, by cell and typeface, and names beyond the stroke table."""

    shop: Workshop
    cells: dict[Cell, tuple[Row, str, _Fonts]] = field(default_factory=dict)
    elements: dict[str, _Fonts] = field(default_factory=dict)
    starred: dict[Cell, tuple[Row, str]] = field(default_factory=dict)
    unplaced: dict[Cell, tuple[Row, str, str]] = field(default_factory=dict)

    def look(self, uses: Iterable[Use], reach: Reach) -> None:
        """Look at the values that a template's tags print; rows are gone through once a path."""
        asked: dict[tuple[str, ...], dict[tuple[str, str], None]] = {}
        for use in uses:
            if use.kind == "strokes":
                self._ordered(use, reach)
            elif use.font and not use.path and use.name in self.shop.elements:
                self._element(use.name, use.font)
                for one in self.shop.uses_of(use.name):
                    asked.setdefault(one.path, {})[one.name, use.font] = None
            elif use.font:
                asked.setdefault(use.path, {})[use.name, use.font] = None
        for path, wanted in asked.items():
            for row in reach.rows(path):
                for name, font in wanted:
                    value = row.get(name)
                    if isinstance(value, str) and not (common(value) and "**" not in value):
                        self._text(row, name, font, value)

    def _element(self, name: str, font: str) -> None:
        text = str(self.shop.supplies.job.elements[name])
        missing = "" if common(text) else lacking(font, text) + private(font, text)
        if missing:
            self.elements.setdefault(name, {})[font] = missing

    def _text(self, row: Row, name: str, font: str, text: str) -> None:
        if "**" in text and "**" in bare(text):
            self.starred[row.cell(name)] = row, name
        missing = "" if common(text) else lacking(font, text) + private(font, text)
        if missing:
            found = self.cells.setdefault(row.cell(name), (row, name, {}))
            found[2][font] = missing

    def _ordered(self, use: Use, reach: Reach) -> None:
        for row, text in _texts(use, reach):
            chars = "" if common(text) else beyond(text)
            if chars:
                self.unplaced[row.cell(use.name)] = (row, use.name, chars)

    def _nowhere(self) -> str:
        """List the characters that PDFs made here would show as boxes."""
        if not any(entry.format == "PDF" for entry in self.shop.supplies.job.entries):
            return ""
        known = [*self.elements.values(), *(fonts for _, _, fonts in self.cells.values())]
        chars = {char for fonts in known for one in fonts.values() for char in one}
        return nowhere(chars) if chars else ""

    def findings(self) -> Iterator[Finding]:
        """Yield what is to be said of each cell or 要素 that holds such characters."""
        absent = self._nowhere()
        for row, key, fonts in self.cells.values():
            for level, rule, said, cure in _said(fonts, absent):
                yield spot(level, rule, (row, key), said, cure)
        for name, fonts in self.elements.items():
            place = self.shop.supplies.job.place(f"要素.{name}")
            for level, rule, said, cure in _said(fonts, absent):
                yield Finding(level, rule, place, said, cure)
        for row, name in self.starred.values():
            said = "有「**」没有配成一对，会照样印在文件里"
            advice = "要加粗的文字前后各写两个星号，如 **冲锋在前**；不加粗的请删去星号"
            yield spot(Level.WARNING, "text.stars", (row, name), said, advice)
        for row, name, chars in self.unplaced.values():
            said = f"笔顺表里没有「{'」「'.join(chars)}」，姓氏笔画只按笔画数排列"
            yield spot(Level.WARNING, "order.strokes", (row, name), said, "请核对名单里的先后")


def _texts(use: Use, reach: Reach) -> Iterator[tuple[Row, str]]:
    for row in reach.rows(use.path):
        value = row.get(use.name)
        if isinstance(value, str):
            yield row, value


def _said(fonts: _Fonts, absent: str) -> Iterator[tuple[Level, str, str, str]]:
    """Say which characters are nowhere here, and which take another typeface."""
    lost = [char for char in dict.fromkeys("".join(fonts.values())) if char in absent]
    if lost:
        message = f"这台电脑上没有一种字体有「{'」「'.join(lost)}」，转成 PDF 会缺字"
        yield Level.ERROR, "font.nowhere", message, _CURE
    taken: dict[str, dict[str, None]] = {}
    for font, chars in fonts.items():
        for char in chars:
            if (other := instead(font, char)) != font:  # else drawn by somebody for himself alone
                taken.setdefault(char, {})[other] = None
    if taken:
        turns = (f"「{char}」改用{'或'.join(names)}" for char, names in taken.items())
        message = f"模板的字体（{'、'.join(fonts)}）里没有「{'」「'.join(taken)}」"
        cure = f"文件里{'，'.join(turns)}，别的字不变；请打印样张看一看"
        yield Level.WARNING, "font.rare", message, cure
