"""One scan of all stamped papers, split: which of its pages are which paper, and what is odd."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from outbox.office.likeness import Expected
from outbox.office.looks import coloured, look, thumbnail
from outbox.office.pile import sort
from outbox.office.scan import SHARE

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from outbox.office.likeness import Bytes
    from outbox.office.pile import Sorted
    from outbox.office.scan import Picture, Scan

Told: TypeAlias = tuple[str, int, int]  # what is being done, how much of how much


@dataclass(frozen=True, slots=True)
class Split:
    """A scan and the papers in it; pages and papers are counted from 0.

    `owners` names for each expected page its paper; `sorted` has where it lies. `turns` are the
    degrees by which a scanned page is turned to stand upright, `fronts` and `thumbs` small JPEGs
    of the papers' first pages as expected, and of every scanned page.
    """

    owners: tuple[int, ...]
    sorted: Sorted
    turns: tuple[int, ...]
    blank: tuple[int, ...]
    likeness: tuple[float, ...]
    fronts: tuple[bytes, ...]
    thumbs: tuple[bytes, ...]

    @property
    def pages(self) -> int:
        """Count the scanned pages."""
        return len(self.thumbs)

    @property
    def whole(self) -> bool:
        """Tell whether every paper is there with all of its pages, and nothing besides."""
        return self.sorted.whole and set(self.owners) == set(range(len(self.fronts)))

    @property
    def odd(self) -> frozenset[int]:
        """List the scanned pages that a person should look at twice."""
        own = self.sorted
        return frozenset((*own.doubled, *own.strangers, *own.moved, *own.doubtful))

    def of(self, paper: int) -> list[int | None]:
        """List the scanned pages of a paper, None for those that are missing."""
        pairs = zip(self.owners, self.sorted.place, strict=True)
        return [place for owner, place in pairs if owner == paper]

    def cuts(self) -> list[list[tuple[int, int]]]:
        """Say how to cut: for each paper its pages and by how much each is turned."""
        papers = [self.of(paper) for paper in range(len(self.fronts))]
        return [[(one, self.turns[one]) for one in pages if one is not None] for pages in papers]


class _Splitting:
    """The work on one scan, as far as it has come."""

    def __init__(self, *, red: bool) -> None:
        self._red = red
        self._expected = Expected()
        self._owners: list[int] = []
        self._quarters: list[int] = []
        self._fronts: list[bytes] = []
        self._fits: list[Bytes] = []
        self._fitted: list[int] = []
        self._turns: list[int] = []
        self._thumbs: list[bytes] = []

    def expect(self, number: int, page: Picture) -> None:
        """Take up a page of a paper as it was printed."""
        if page.number == 0:
            self._fronts.append(thumbnail(page))
        seen = look(page, red=self._red)
        if not seen.blank:
            self._expected.add(seen)
            self._owners.append(number)
            self._quarters.append(seen.quarter)

    def take(self, page: Picture) -> None:
        """Take up a scanned page."""
        seen, degrees = look(page, red=self._red), 0
        if len(self._expected) and not seen.blank:
            model, turn, picture = self._expected.fit(seen)
            degrees = (seen.quarter + turn - self._quarters[model]) % 360
            self._fits.append(picture)
            self._fitted.append(page.number)
        self._turns.append(degrees)
        self._thumbs.append(thumbnail(page, degrees))

    def end(self) -> Split:
        """Sort the pages."""
        alike = np.zeros((len(self._thumbs), len(self._expected)), dtype=np.float32)
        if self._fitted:
            alike[self._fitted] = self._expected.likeness(self._fits)
        blank = tuple(sorted(set(range(len(self._thumbs))) - set(self._fitted)))
        found = sort(alike, self._expected.between(), blank)
        return Split(
            tuple(self._owners),
            found,
            tuple(self._turns),
            blank,
            tuple(
                0.0 if page is None else float(alike[page, column])
                for column, page in enumerate(found.place)
            ),
            tuple(self._fronts),
            tuple(self._thumbs),
        )


def split(papers: Sequence[Scan], scan: Scan) -> Generator[Told, None, Split]:
    """Find the papers in a scan of them all.

    A page of a paper that has nothing on it is not looked for, and a blank one of the scan is
    nobody's. Where there is colour in the first pages, all are looked at in red light.

    Raises:
        InputError: the scan cannot be read.

    """
    pictures = iter(scan.pictures())
    total = scan.count()
    first = list(islice(pictures, SHARE))
    work = _Splitting(red=any(map(coloured, first)))
    for number, paper in enumerate(papers):
        yield ("看签发的文件", number, len(papers))
        for page in paper.pictures():
            work.expect(number, page)
    for page in chain(first, pictures):
        yield ("看扫描件", page.number, total)
        work.take(page)
    return work.end()
