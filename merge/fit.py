"""Whether a job, its templates and a roster fit: names, columns, and the findings that block."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from merge.book import OFFERED, RESERVED
from merge.glyphs import Glyphs
from merge.number import CERTIFICATE
from merge.photographs import Photographs
from merge.reach import Reach, lacking
from rosters.finding import Finding, Level
from templates import lint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from merge.certified import Certified
    from merge.record import Subject
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.roster import Row
    from templates.reads import Use

_PERSONAL = "给人的，请改「发给」或「每份」；给单位的证书，文种写「集体荣誉证书」"


@dataclass
class Fit:
    """Collects what a job reads and what does not fit; the job's own faults go to the shop."""

    shop: Workshop
    wrong: frozenset[Cell] = frozenset()
    columns: set[tuple[str, str]] = field(default_factory=set)
    numbers: list[Finding] = field(default_factory=list)  # of certificates, at their cells

    @cached_property
    def _faulty(self) -> frozenset[tuple[str, int]]:
        return frozenset((cell.sheet, cell.row) for cell in self.wrong)

    def sound(self, row: Row) -> bool:
        """Tell whether no cell of a row is faulty."""
        return not self.wrong or (row.sheet.key, row.number) not in self._faulty

    @cached_property
    def glyphs(self) -> Glyphs:
        """What templates print and cannot show as it is written."""
        return Glyphs(self.shop)

    @cached_property
    def photographs(self) -> Photographs:
        """The pictures that templates print, and what is wrong with them."""
        return Photographs(self.shop)

    def add(
        self,
        uses: Iterable[Use],
        subjects: Sequence[Subject],
        everyone: Callable[[], Iterable[Subject]] | None = None,
    ) -> None:
        """Check some uses against the rows they are filled from, and note what they read.

        Where `subjects` are but one of those that are alike, `everyone` goes through all: each has
        a name and a picture of his own.
        """
        supplies = self.shop.supplies
        reach = Reach(supplies.roster, subjects, supplies.job.elements, self.wrong, everyone)
        uses = tuple(uses)
        spread = self._spread(uses)
        found: dict[Finding, None] = {}
        seen: set[tuple[str, str]] = set()
        for use in spread:
            for sheet in reach.absent(use):
                if (sheet.key, use.name) not in seen:
                    seen.add((sheet.key, use.name))
                    found[lacking(sheet, use)] = None
        found.update(dict.fromkeys(_unknown(spread, reach)))
        self._say(found)
        reach.add(spread)
        self.glyphs.look(uses, reach)
        self.photographs.look(spread, reach)
        self.columns |= reach.columns

    def add_unknown(self, uses: Iterable[Use], subjects: Sequence[Subject]) -> None:
        """Check only that each name is known in some row: nothing is read."""
        supplies = self.shop.supplies
        reach = Reach(supplies.roster, subjects, supplies.job.elements, self.wrong)
        self._say(_unknown(self._spread(uses), reach))

    def certify(self, uses: Iterable[Use], everyone: Callable[[], Iterable[Subject]]) -> None:
        """Check the numbers of certificates that nobody gives out here, where one is printed."""
        if any(use.name == CERTIFICATE and not use.path for use in uses):
            self._certified.look(everyone)

    @cached_property
    def _certified(self) -> Certified:
        from merge.certified import Certified

        return Certified(self.shop, self.numbers)

    def _spread(self, uses: Iterable[Use]) -> list[Use]:
        return [use for use in self.shop.spread(uses) if use.name != "正文" or use.path]

    def clashes(self, subjects: Iterable[Subject]) -> None:
        """Find 要素 that are also names of the rows they would stand beside."""
        job = self.shop.supplies.job
        sheets = {one.row.sheet.key: one.row.sheet for one in subjects if one is not None}
        for name in job.elements:
            sheet = next((one for one in sheets.values() if one.column(name)), None)
            column = sheet.column(name) if sheet else None
            if sheet is not None and column is not None:
                where = f"《{sheet.name}》的「{column.heading}」列"
            elif name in RESERVED or name in OFFERED:
                where = "系统的固定名称"
            else:
                continue
            message = f"要素「{name}」与{where}重名，分不清用哪一个"
            place, advice = job.place(f"要素.{name}"), "请给要素换一个名字"
            self._say([Finding(Level.ERROR, "job.element", place, message, advice)])

    def cells(self, cells: Iterable[Cell]) -> None:
        """Note cells that are read outside of templates: by 范围 and for addresses."""
        self.columns.update((cell.sheet, cell.column) for cell in cells)

    def blocking(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Name the job in each error that stops it; the others stay as they are."""
        job = self.shop.supplies.job.name
        return tuple(
            finding.blocking(job) if self._stops(finding) else finding for finding in findings
        )

    def _stops(self, finding: Finding) -> bool:
        """Tell whether an error touches what the job reads; without cells it touches all."""
        if finding.level is not Level.ERROR:
            return False
        if not finding.cells:
            return True
        return any((cell.sheet, cell.column) in self.columns for cell in finding.cells)

    def _say(self, findings: Iterable[Finding]) -> None:
        kept = self.shop.findings
        kept.extend(finding for finding in findings if finding not in kept)


def _unknown(uses: Iterable[Use], reach: Reach) -> tuple[Finding, ...]:
    strange = [use for use in uses if not reach.known(use)]
    found = lint.unknown(strange, reach.names)
    people = {use.place: use.name for use in strange if reach.personal(use)}
    return tuple(_personal(one, people[one.place]) if one.place in people else one for one in found)


def _personal(found: Finding, name: str) -> Finding:
    said = f"标签「{name}」是党员的一列，这份文件却是每个党组织一份"
    return replace(found, message=said, advice=_PERSONAL)


def faulty(findings: Iterable[Finding], job: str) -> dict[Cell, Finding]:
    """Lead from each faulty cell of a row to the error that stops the job."""
    found: dict[Cell, Finding] = {}
    for finding in findings:
        if finding.level is Level.ERROR and job in finding.blocks:
            for cell in finding.cells:
                found.setdefault(cell, finding)
    return found


def skippable(finding: Finding) -> bool:
    """Tell whether leaving out documents helps: the error stands at cells of rows."""
    return bool(finding.cells) and all(cell.row for cell in finding.cells)
