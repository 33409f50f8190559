"""A document looked through before it is written: for names and ID numbers that are not its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from merge.guard import BATCH
from merge.persons import numbers, printed, strange
from merge.watch import APART, flat
from rosters.dates import PartialDate
from rosters.finding import Cell, Place
from rosters.identity import normal_id
from rosters.roster import Member, Organisation
from templates.sandbox import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from merge.bench import Bench
    from merge.orders import Order
    from merge.record import Subject
    from merge.watch import Named, Watch
    from merge.wording import Compiled
    from rosters.roster import Row
    from templates.said import Said

# Columns whose numbers are like codes of organisations by chance.
_COUNTED = frozenset({"staff_no", "mobile", "tel", "liaison_mobile", "seq", "cert_no", "order"})


class Origin(NamedTuple):
    """Where a word in a document comes from: fixed text, an 要素, a cell; or nobody knows."""

    fixed: bool = False
    said: str = ""  # what says it itself, as 信件正文
    element: str = ""
    place: Place = Place()
    cells: tuple[Cell, ...] = ()
    field: str = ""


class Sighting(NamedTuple):
    """A word that is not a document's own: `whose` names an organisation, "" for an ID number."""

    path: str
    subject: str
    word: str
    whose: str
    origin: Origin


def look(bench: Bench, order: Order, said: Said) -> list[Sighting]:
    """Look through a document that was filled; almost always there is nothing."""
    guard, subject = bench.guard, bench.subject(order.entry, order.row)
    said.values.append(order.path.rpartition("/")[2])
    own = BATCH if subject is None else home(guard.watch, subject)
    fixed = bool(guard.fixtures[order.entry])
    if not fixed and guard.clear(said.values, own):
        return []
    text = joined(said.values)
    found: list[tuple[str, str, bool]] = []
    if subject is not None:
        named = guard.watch.strangers(text, own) + guard.watch.alone(said.values, own)
        found += [(one.word, called(guard.watch, one), False) for one in named]
        if fixed:
            found += [(word, whose, True) for word, whose in _fixed_names(bench, order, said, own)]
    ids = dict.fromkeys(numbers(text), False)
    if fixed:
        ids |= dict.fromkeys(_fixed_ids(bench, order, said), True)
    if ids:
        found += [(o, "", still) for o, still in ids.items() if _foreign(bench, order, o)]
    if not found:
        return []
    seen = [
        Sighting(order.path, naming(subject), word, whose, _origin(bench, order, word, fixed=fixed))
        for word, whose, fixed in found
    ]
    return [one for one in seen if not (one.whose and chance(one.word, one.origin))]


def joined(values: list[str]) -> str:
    """Put values together for one look; a break or blank within a value does not part a name."""
    return flat(APART.join(values))


def home(watch: Watch, subject: Organisation | Member) -> int:
    """Return the place of the organisation that something is made for."""
    return watch.place(subject.organisation if isinstance(subject, Member) else subject.key)


def called(watch: Watch, named: Named) -> str:
    """Name the organisations that a word means."""
    names = [watch.called[one] for one in named.bearers]
    return names[0] if len(names) == 1 else f"{names[0]}等{len(names)}个"


def naming(subject: Subject) -> str:
    """Name whom a document is for."""
    if isinstance(subject, Organisation):
        return subject.short or subject.name
    return subject.name if subject else "所有收件单位"


def chance(word: str, origin: Origin) -> bool:
    """Tell whether a code is somebody's number by chance, as its column says."""
    return origin.field in _COUNTED and word.isascii()


def _fixed_names(bench: Bench, order: Order, said: Said, own: int) -> Iterator[tuple[str, str]]:
    watch, fixtures = bench.guard.watch, bench.guard.fixtures[order.entry]
    for piece in ("", *said.fixed) if fixtures else ():
        for one in fixtures[piece].names if piece in fixtures else ():
            if not watch.allowed(one, own):
                yield one.word, called(watch, one)


def _fixed_ids(bench: Bench, order: Order, said: Said) -> Iterator[str]:
    fixtures = bench.guard.fixtures[order.entry]
    for piece in ("", *said.fixed) if fixtures else ():
        yield from fixtures[piece].numbers if piece in fixtures else ()


def _foreign(bench: Bench, order: Order, number: str) -> bool:
    """Tell whether an ID number is that of nobody whom the document is about."""
    subject = bench.subject(order.entry, order.row)
    if subject is None and normal_id(number) in printed(_read(bench, order), bench.rows):
        return False
    return strange(number, subject, bench.owners, bench.roster)


def _read(bench: Bench, order: Order) -> set[Cell]:
    """Fill a document once more, to see which cells it reads."""
    cells: set[Cell] = set()
    template = bench.templates[order.entry]
    if template is not None:
        template.fill(bench.record(order, [], cells))
    return cells


def _origin(bench: Bench, order: Order, word: str, *, fixed: bool) -> Origin:
    if fixed:
        return Origin(fixed=True)
    subject = bench.subject(order.entry, order.row)

    def row(cell: Cell) -> Row | None:
        own = None if subject is None else subject.row
        if own is not None and (own.sheet.key, own.number) == (cell.sheet, cell.row):
            return own
        return bench.rows.get((cell.sheet, cell.row))

    return origin(word, bench.elements, lambda: _read(bench, order), row)


def origin(
    word: str,
    elements: Mapping[str, Compiled],
    read: Callable[[], set[Cell]],
    row: Callable[[Cell], Row | None],
) -> Origin:
    """Find where a word comes from: an 要素 that says it itself, else a cell that was read."""
    for name, value in elements.items():
        if any(word in joined([text]) for text in _own(value)):
            return Origin(element=name)
    for cell in sorted(read(), key=lambda one: (one.sheet, one.row, one.column)):
        at = row(cell)
        if at is not None and word in joined([str(at.get(cell.column))]):
            column = at.sheet.column(cell.column)
            kind = (column.field if column else None) or ""
            return Origin(place=at.place(cell.column), cells=(cell,), field=kind)
    return Origin()


def _own(value: Compiled) -> Iterator[str]:
    """List what an 要素 says itself."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Text):
        yield value.fixed
    elif isinstance(value, tuple):
        for one in value:
            yield from _own(one)
    elif not isinstance(value, PartialDate):
        for one in value.values():
            yield from _own(one)
