"""What a job reads: from tags and their relations to columns of sheets, and to names in scope.

An error in a roster stops a job only when the job reads that column of that sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.book import BATCH, COUNTS, MEMBERSHIP, OFFERED, RESERVED, SETTINGS, Book
from merge.record import View
from rosters.columns import cure
from rosters.fields import FIELDS, by_name, label
from rosters.finding import Cell, Finding, Level, Place
from rosters.roster import Kind, Member, Organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from merge.elements import Element
    from merge.record import Subject
    from rosters.roster import Roster, Row, Sheet
    from templates.reads import Use

_LISTS = {"党员": Kind.MEMBERS, "全部党员": Kind.MEMBERS, "下级": None}


@dataclass
class Reach:
    """Where tags lead from some subjects; `columns` are those read, as (sheet key, column key).

    `everyone` are also those left out of the subjects because they lead where another does.
    """

    roster: Roster
    subjects: Sequence[Subject]
    elements: Mapping[str, Element]
    wrong: frozenset[Cell] = frozenset()  # where a faulty cell leads to, nothing is expected
    everyone: Callable[[], Iterable[Subject]] | None = None
    columns: set[tuple[str, str]] = field(default_factory=set)
    _at: dict[tuple[str, ...], tuple[View, ...]] = field(default_factory=dict)

    def add(self, uses: Iterable[Use]) -> None:
        """Note the columns that some uses read."""
        for use in uses:
            self._add(use.path, use.name)

    def at(self, path: tuple[str, ...]) -> tuple[View, ...]:
        """Return the rows that a chain of relations leads to, each once."""
        if path not in self._at:
            if path:
                found = [view for start in self.at(path[:-1]) for view in self._step(start, path)]
            else:
                book = Book(self.roster)
                found = [View(book, subject) for subject in self._telling(self.subjects)]
            self._at[path] = tuple({id(view.subject): view for view in found}.values())
        return self._at[path]

    def rows(self, path: tuple[str, ...]) -> Iterator[Row]:
        """Yield every row that a chain of relations leads to, also of those that lead alike."""
        if path:
            found: Iterable[Subject] = (view.subject for view in self.at(path))
        else:
            found = self.subjects if self.everyone is None else self.everyone()
        for one in found:
            if one is not None:
                yield one.row

    def _telling(self, subjects: Iterable[Subject]) -> Iterable[Subject]:
        """Leave out members that lead where another does: of the same sheet and organisation."""
        faulty = {(cell.sheet, cell.row) for cell in self.wrong}
        kept: dict[object, Subject] = {}
        for one in subjects:
            key: object = id(one)
            if isinstance(one, Member) and (one.row.sheet.key, one.row.number) not in faulty:
                key = one.row.sheet.key, one.organisation
            kept.setdefault(key, one)
        return kept.values()

    def _step(self, start: View, path: tuple[str, ...]) -> list[View]:
        """Follow one relation from one row, unless a faulty cell says where it leads."""
        cells: set[Cell] = set()
        try:
            found = View(Book(self.roster, cells), start.subject)[path[-1]]
        except KeyError:
            return []
        self.columns.update((cell.sheet, cell.column) for cell in cells)
        if isinstance(found, list):
            views = [one for one in found if isinstance(one, View)]
            return [one for one in views if not self._misplaced(one)]
        return [found] if isinstance(found, View) and self.wrong.isdisjoint(cells) else []

    def _misplaced(self, view: View) -> bool:
        row = view.subject.row if view.subject is not None else None
        return row is not None and row.cell("parent") in self.wrong

    def names(self, path: tuple[str, ...]) -> Collection[str]:
        """List the names that can follow a chain of relations."""
        if path == ("批次",):
            return BATCH
        if path and path[0] in self.elements:
            return _keys(self.elements[path[0]])
        own: Iterable[str] = () if path else (*self.elements, *SETTINGS)
        sheets = self._sheets(path)
        return {*RESERVED, *OFFERED, *own, *(name for sheet in sheets for name in sheet.names)}

    def absent(self, use: Use) -> tuple[Sheet, ...]:
        """List the sheets that lack the column which a use means, where it is one at all.

        It is one if another of the sheets has it, or a field of the dictionary is called so.
        """
        if (
            use.name in RESERVED
            or use.name in OFFERED
            or (not use.path and use.name in self.elements)
        ):
            return ()
        sheets = self._sheets(use.path)
        lacking = tuple(sheet for sheet in sheets if sheet.column(use.name) is None)
        if len(lacking) == len(sheets) and not any(by_name(use.name, s.kind) for s in sheets):
            return ()
        return tuple(sheet for sheet in lacking if not _derived(sheet, use.name))

    def personal(self, use: Use) -> bool:
        """Tell whether a use means a column of members, where documents are organisations'."""
        if use.path or not any(isinstance(one, Organisation) for one in self.subjects):
            return False
        sheets = (sheet for sheet in self.roster.sheets if sheet.kind is Kind.MEMBERS)
        return any(sheet.column(use.name) is not None for sheet in sheets)

    def known(self, use: Use) -> bool:
        """Tell whether a use leads somewhere, or to a column that is known to be absent."""
        related = all(step in RESERVED or step in OFFERED for step in use.path)
        if use.path and related and use.path != ("批次",) and not self.at(use.path):
            return True  # no rows there: nothing can be said
        return use.name in self.names(use.path) or bool(self.absent(use))

    def _sheets(self, path: tuple[str, ...]) -> tuple[Sheet, ...]:
        subjects = [view.subject for view in self.at(path) if view.subject is not None]
        return tuple({one.row.sheet.key: one.row.sheet for one in subjects}.values())

    def _add(self, path: tuple[str, ...], name: str) -> None:
        for length in range(len(path) + 1):
            self.at(path[:length])
        for step in (*path, name):
            self._belonging(step)
        if name in _LISTS or name in {"上级", "党组织", "二级党组织"}:
            self.at((*path, name))
        for sheet in self._sheets(path):
            column = sheet.column(name)
            if column is not None:
                self.columns.add((sheet.key, column.key))
            elif name in COUNTS:
                self._counted(path, name)

    def _belonging(self, step: str) -> None:
        """Read, for a list, the columns that say who belongs where, whoever was found."""
        if step not in _LISTS or self.subjects == (None,):
            return
        for sheet in self.roster.sheets:
            wanted = MEMBERSHIP if sheet.kind is Kind.MEMBERS else ("parent",)
            if (sheet.kind is Kind.MEMBERS) == (_LISTS[step] is Kind.MEMBERS) or step == "全部党员":
                self.columns.update((sheet.key, name) for name in wanted if sheet.has(name))

    def _counted(self, path: tuple[str, ...], name: str) -> None:
        if name == "支部数":
            self._belonging("下级")
            return
        self._belonging("全部党员")
        for sheet in self._sheets((*path, "全部党员")):
            if name != "党员数" and sheet.has("party_type"):
                self.columns.add((sheet.key, "party_type"))


def _derived(sheet: Sheet, name: str) -> bool:
    return sheet.kind is not Kind.MEMBERS and by_name(name, sheet.kind) == "org_type"


def _keys(element: Element) -> Collection[str]:
    if isinstance(element, tuple):
        return {key for row in element for key in row}
    return set(element) if isinstance(element, Mapping) else ()


def lacking(sheet: Sheet, use: Use) -> Finding:
    """Make the finding of a column that a sheet lacks, at the sheet's head."""
    name = by_name(use.name, sheet.kind) or use.name
    place = Place(sheet.file, sheet.name, f"第{sheet.head}行")
    usual = label(name)
    also = f"（{usual}）" if usual != use.name and usual not in OFFERED else ""
    message = f"缺少「{use.name}」{also}一列，{use.place} 要用"
    cell = Cell(sheet.key, 0, name)
    advice = cure(sheet, name) if name in FIELDS else "请在表头补上这一列"
    if usual in OFFERED and usual != use.name:
        advice = f"请改写成 {{{{ {usual} }}}}，由系统数出来；或在表头补上这一列"
    return Finding(Level.ERROR, "column.missing", place, message, advice, (cell,))
