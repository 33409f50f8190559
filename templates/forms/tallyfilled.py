"""A unit's workbook for returns, filled: rows grow, its looks and formulas stay."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.utils.cell import get_column_letter

from rosters.finding import Finding, Level, Place
from templates.forms import tallyreading
from templates.forms.inserted import Insertion
from templates.forms.said import day_of
from templates.forms.tallycells import fill, heightened
from templates.forms.tallymatter import Entry
from templates.forms.tallyplaces import tags
from templates.forms.tallyrows import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.forms.register import Words
    from templates.forms.tally import Roll, Tally
    from templates.forms.tallymatter import Matter, Meant


@dataclass
class Filling:
    """Fills a workbook once."""

    made: Tally
    words: Words
    matter: Matter
    findings: list[Finding] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)  # names that have a place somewhere

    def fill(self) -> None:
        """Fill it."""
        self.findings += self.made.findings
        for roll in list(self.made.rolls):
            self._grow(roll)
        heads = len(self.made.findings)
        tallyreading.look(self.made, self.words, lone=self.matter.lone)
        del self.made.findings[heads:]  # said before rows were put in
        for roll in self.made.rolls:
            self._roll(roll)
        for place in self.made.places:
            self.placed |= {self.words.meant(one) for one in tags(place.text)}
            cell = self.made.book[place.sheet].cell(place.row, place.column)
            fill(cell, place.text, self.matter.ones, self.words)
            heightened(self.made.book[place.sheet], place.row)

    def written(self) -> bytes:
        """Write it."""
        out = io.BytesIO()
        self.made.book.save(out)
        return out.getvalue()

    # -- rows --

    def _grow(self, roll: Roll) -> None:
        """Put in the rows that are lacking: among the free ones, else below the last."""
        if self.matter.lone or not roll.rows or self._grouped(roll):
            return
        named = {self.matter.meant(words).key for _, words in roll.typed}
        lacking = [one for one in self.matter.entries if one.key not in named]
        after = [row for row in roll.free if not roll.typed or row > roll.typed[-1][0]]
        count = len(lacking) - len(after)
        if count > 0:
            own = not roll.typed and len(roll.free) > 1
            row = roll.free[-2] if own else roll.rows[-1]
            Insertion(self.made.book, self.made.book[roll.sheet], row, count).done()

    def _grouped(self, roll: Roll) -> bool:
        """Tell whether a table names groups and no organisation."""
        meant = [self.matter.meant(words) for _, words in roll.typed]
        return any(one.group for one in meant) and not any(one.key for one in meant)

    def _roll(self, roll: Roll) -> None:
        table = Table(
            self.made.book[roll.sheet],
            roll,
            self.words,
            lambda cell, message, advice: self._say(roll, cell, "sum", message, advice),
        )
        self.placed |= {name for one in roll.columns for name in table.asked(one)}
        models = table.models()
        given = {one.key: one for one in self.matter.entries}
        filled: dict[str, int] = {}
        for row, words in roll.typed:
            meant = self.matter.meant(words)
            if meant.group is not None:
                table.row(row, meant.group, {})
            elif meant.key in given and meant.key not in filled:
                filled[meant.key] = row
            elif not self.matter.lone:
                self._told(roll, row, words, meant, twice=meant.key in filled)
                table.row(row, Entry("", {}, reported=False), models)
        if not self._grouped(roll):
            filled |= self._more(roll, filled)
        for number, (key, row) in enumerate(sorted(filled.items(), key=lambda one: one[1]), 1):
            entry = given[key]
            values = {**entry.values, "序号": Decimal(number)}
            table.row(row, Entry(key, values, entry.reported, entry.link), models)
        table.sums([*given], filled, self.matter.sums)

    def _more(self, roll: Roll, filled: Mapping[str, int]) -> dict[str, int]:
        """Give the entries that nobody typed the free rows, in their order."""
        lacking = [one.key for one in self.matter.entries if one.key not in filled]
        last = max((row for row, _ in roll.typed), default=0)
        free = [row for row in roll.free if row > last]
        if self.matter.lone and roll.typed and lacking:
            message, cure = "表里写好的单位没有本单位", "请核对 fawen.toml 里 [unit] 的 name"
            self._say(roll, f"第{roll.typed[0][0]}行", "lacking", message, cure)
            return {}
        free = self._dated(roll, free) if self.matter.lone else free
        found = dict(zip(lacking, free, strict=False))
        for key, row in found.items() if roll.typed else ():
            said = {one.key: one for one in self.matter.entries}[key].values.get("单位")
            message = f"应报的「{said}」表里没有写，补在第{row}行"
            self._say(roll, f"第{row}行", "lacking", message, "请在汇总模板里补上")
        return found

    def _dated(self, roll: Roll, free: list[int]) -> list[int]:
        """Return the rows of the day, where a table names days; else those that name none."""
        column = next((one.column for one in roll.columns if one.name == "日期"), 0)
        if not column:
            return free
        sheet, day = self.made.book[roll.sheet], self.matter.ones.get("日期")
        days = {row: day_of(sheet.cell(row, column).value) for row in free}
        own = [
            row for row, one in days.items() if isinstance(day, dt.datetime) and one == day.date()
        ]
        return own or [row for row, one in days.items() if one is None]

    def _told(self, roll: Roll, row: int, words: str, meant: Meant, *, twice: bool) -> None:
        message = f"「{words}」写了两行，只填第一行" if twice else meant.message
        cell = f"{get_column_letter(roll.who)}{row}"
        self._say(roll, cell, "name", message, meant.advice or "请核对汇总模板")

    def _say(self, roll: Roll, cell: str, rule: str, message: str, advice: str) -> None:
        place = Place(self.made.shown, roll.sheet, cell)
        found = Finding(Level.WARNING, f"tally.{rule}", place, message, advice)
        if found not in self.findings:
            self.findings.append(found)
