"""A row as a template sees it: its headings, its relations, its counts; and who read which cell.

Names resolve in this order: the reserved ones, the row's own headings (with their field's label
and aliases), then what is offered where no heading has the name: 二级党组织 and the counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from merge import relations
from merge.book import OFFERED, RESERVED, Book, Nobody, means_category
from rosters.roster import Member, Organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rosters.roster import Roster, Row

Subject: TypeAlias = "Organisation | Member | None"  # None: the batch as a whole

_Relation: TypeAlias = "Callable[[View], object]"

SECOND_LEVEL = "二级党组织"
_FORMAL, _PROBATIONARY = "正式党员", "预备党员"


def subjects(roster: Roster, per: str) -> Sequence[Subject]:
    """Return the rows that an entry of 文件 ranges over (每份)."""
    if per == "批次":
        return (None,)
    return roster.organisations if per == "党组织" else roster.members


class View(Mapping[str, object]):
    """An organisation, a member or the whole batch, by the names that a tag may use."""

    __slots__ = ("book", "position", "subject")

    def __init__(self, book: Book, subject: Subject, position: int = 1) -> None:
        self.book = book
        self.subject = subject
        self.position = position

    def __getitem__(self, name: str) -> object:
        relation = _RELATIONS.get(name)
        if relation:
            return self._related(relation(self))
        if name == SECOND_LEVEL and not self._headed(name):
            return self._related(second_level(self))
        if self.subject is not None:
            row = self.subject.row
            if name in row.sheet.names:
                return self._cell(row, name)
            if isinstance(self.subject, Organisation) and means_category(row, name):
                return self.subject.category
        offered = _OFFERS.get(name)
        if offered and not isinstance(self.subject, Member):
            return offered(self)
        if self.book.blank and self.subject is not None:
            return ""
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        own = () if self.subject is None else self.subject.row.sheet.names
        return iter(dict.fromkeys((*RESERVED, *own, *OFFERED)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(self.subject)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self.subject == other.subject

    @property
    def organisation(self) -> Organisation | None:
        """The organisation that relations start from: its own, or the one a member is in."""
        if isinstance(self.subject, Member):
            return relations.home(self.book, self.subject)
        return self.subject

    @property
    def called(self) -> str:
        """Its name, not read as a cell: to find somebody among many whom nothing is told of."""
        return "" if self.subject is None else self.subject.name

    def _headed(self, name: str) -> bool:
        """Tell whether a heading reads so, letter by letter: an alias does not hide a relation."""
        columns = () if self.subject is None else self.subject.row.sheet.columns
        return any(column.heading == name for column in columns)

    def _related(self, found: object) -> object:
        return Nobody() if found is None and self.book.blank else found

    def _cell(self, row: Row, name: str) -> object:
        book = self.book
        if book.cells is not None:
            book.read(row, name)
        if book.photos and (photo := book.photos.get(row.cell(name))) is not None:
            return photo
        value = row.values[row.sheet.names[name]]
        if value is not None:
            return value
        if isinstance(self.subject, Organisation) and means_category(row, name):
            return self.subject.category
        return ""


class Columns(Mapping[str, object]):
    """行: the row by its headings alone, also those that a reserved name hides."""

    __slots__ = ("view",)

    def __init__(self, view: View) -> None:
        self.view = view

    def __getitem__(self, name: str) -> object:
        subject = self.view.subject
        if subject is None or name not in subject.row.sheet.names:
            raise KeyError(name)
        return self.view._cell(subject.row, name)  # noqa: SLF001  the same row, without relations

    def __iter__(self) -> Iterator[str]:
        subject = self.view.subject
        return iter(() if subject is None else subject.row.sheet.names)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _own(view: View) -> View | None:
    one = view.organisation
    return None if one is None else View(view.book, one)


def _superior(view: View) -> View | None:
    one = view.organisation
    above = None if one is None else relations.superior(view.book, one)
    return None if above is None else View(view.book, above)


def second_level(view: View) -> View | None:
    """Lead to 二级党组织, whatever headings there are."""
    one = view.organisation
    return None if one is None else View(view.book, relations.second_level(view.book, one))


def _listed(follow: Callable[[Book, Organisation | None], Iterable[Subject]]) -> _Relation:
    """Make a list of views of a relation; a member that belongs nowhere has none."""

    def views(view: View) -> list[View]:
        one = view.organisation
        if one is None and view.subject is not None:
            return []
        return [View(view.book, each, at) for at, each in enumerate(follow(view.book, one), 1)]

    return views


def _of_type(word: str) -> _Relation:
    return lambda view: relations.of_type(view.book, view.organisation, word)


_RELATIONS: dict[str, _Relation] = {
    "党组织": _own,
    "上级": _superior,
    "下级": _listed(relations.inferiors),
    "党员": _listed(relations.members),
    "全部党员": _listed(relations.everyone),
    "序号": lambda view: view.position,
    "行": Columns,
}
_OFFERS: dict[str, _Relation] = {
    "党员数": lambda view: len(relations.everyone(view.book, view.organisation)),
    "正式党员数": _of_type(_FORMAL),
    "预备党员数": _of_type(_PROBATIONARY),
    "支部数": lambda view: relations.branches(view.book, view.organisation),
}
