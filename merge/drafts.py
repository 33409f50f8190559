"""From rows in 范围 to documents to be made: what is left out, titles and names."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from merge.homes import Homes
from merge.number import own
from merge.trail import Trail
from rosters.finding import InputError
from rosters.roster import Organisation
from rosters.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from merge.candidates import Candidate, Candidates
    from merge.record import Subject
    from merge.workshop import Workshop
    from rosters.finding import Cell, Finding


FOLDER: Final = 5  # its place in a draft


class Draft(NamedTuple):
    """A document to be made. `row` leads to its row; `receiver` is empty for a 批次 document."""

    key: str
    entry: int
    kind: str
    receiver: str
    title: str
    folder: str
    filename: str
    row: int
    position: int
    copies: int
    number: str = ""  # where it is given one: see merge.number
    certificate: str = ""
    name: str = ""  # whom it is about


def every(drafts: Sequence[Draft]) -> Iterator[tuple[Any, ...]]:
    """Go through drafts; those on a shelf are not made anew, but stay plain tuples."""
    return chain.from_iterable(drafts.plain()) if isinstance(drafts, Shelf) else iter(drafts)


def hold(
    shop: Workshop,
    found: Candidates,
    some: Iterable[Candidate],
    faults: Mapping[Cell, Finding],
) -> None:
    """Leave out each of some documents that reads a faulty cell: filled, to see what it reads."""
    for one in some:
        cells = one.cells if one.subject is not None else Trail(one.cells)
        try:
            read(shop, one, cells)
        except InputError:
            if faults.keys().isdisjoint(cells):
                raise
        if isinstance(cells, Trail):
            found.printed[one.place] = cells
        wrong = next((fault for cell, fault in faults.items() if cell in cells), None)
        if wrong:
            found.leave_out(one.place, str(wrong))


def read(shop: Workshop, one: Candidate, cells: set[Cell]) -> None:
    """Fill a document, and collect the cells that it reads."""
    template = shop.templates[one.entry]
    if template is not None:
        template.fill(shop.record(one.subject, one.position, one.copies, cells))
    entitle(shop, one, cells)


def entitle(shop: Workshop, one: Candidate, cells: set[Cell] | None = None) -> None:
    """Render a document's title, if it prints one, and the stem of its file name."""
    label = shop.supplies.job.entries[one.entry].label
    text = shop.filenames[one.entry]
    template = shop.templates[one.entry]
    titled = template is not None and "标题" in shop.elements and "标题" in template.needs
    if text is None and not titled:
        one.stem = one.title = _stem(one.subject, label)
        return
    numbers = own(one.number, one.certificate)
    record = shop.record(one.subject, one.position, one.copies, cells, numbers)
    one.stem = _stem(one.subject, label) if text is None else text.render(record)
    one.title = str(record["标题"]) if titled else one.stem


def _stem(subject: Subject, label: str) -> str:
    if isinstance(subject, Organisation):
        return f"{subject.short or subject.name}-{label}"
    return f"{subject.name}-{label}" if subject else label


def named(shop: Workshop, found: Candidates, taken: Iterable[str]) -> Sequence[Draft]:
    """Title every document, give it its folder and a file name that no part of its letter has.

    Raises:
        InputError: a title or a file name cannot be rendered.

    """
    counts = Counter(envelope.key for _, envelope, kept in found.addressed() if kept)
    homes = Homes(counts, taken)
    entries = [entry.label for entry in shop.supplies.job.entries]
    ends = [one.suffix for one in shop.supplies.templates]

    def draft(one: Candidate) -> Draft:
        entitle(shop, one)
        folder, filename = homes.place(one.receiver, one.envelope, one.stem, ends[one.entry])
        return Draft(
            one.key, one.entry, entries[one.entry], one.receiver, one.title, folder, filename,
            one.index, one.position, one.copies, one.number, one.certificate,
            one.subject.name if one.subject else "",
        )  # fmt: skip

    try:
        # 批次 documents first: no letter may give their names to another.
        shared = {one.place: draft(one) for one in found.shared() if not one.reason}
        drafts: Shelf[Draft] = Shelf(tuple, Draft._make)
        drafts.extend(shared.get(one.place) or draft(one) for one in found.kept())
        return drafts.settled()
    finally:
        homes.close()
