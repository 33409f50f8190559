"""A sheaf: the documents of a batch that are printed, in the order in which they lie."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from rosters.order import stroke_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from merge.letter import Document, Letter
    from merge.manifest import Manifest
    from rosters.order import Key

ORGANISATION, STROKES = "单位", "笔画"  # what the order goes by
SHARED = "各单位"  # whose a document is that goes with every letter
_PERSON = "党员"
_NAMED = 8  # people named in a row, the others are counted


@dataclass(frozen=True, slots=True)
class Lot:
    """Documents of one 文件 for one receiver, as they lie one upon the other.

    `owner` names the receiver, `label` the 文件; `first` is its first sheet, counted from 1.
    """

    owner: str
    label: str
    documents: tuple[Document, ...]
    pages: int = 0
    first: int = 0
    sheets: int = 0

    @property
    def numbers(self) -> str:
        """Say which sheets of the pile it is."""
        last = self.first + self.sheets - 1
        return f"{self.first}–{last}" if last > self.first else str(self.first)

    @property
    def names(self) -> str:
        """Name the people that the documents are about, the first few of many."""
        known = [one.name for one in self.documents if one.name and one.name != self.owner]
        if len(known) > _NAMED:
            return f"{'、'.join(known[:_NAMED])}等{len(known)}名"
        return "、".join(known)


@dataclass(frozen=True)
class Sheaf:
    """Documents in their order; whoever makes one gives the documents that were chosen."""

    manifest: Manifest
    documents: Sequence[Document]
    by: str = ORGANISATION
    _owners: Mapping[str, Letter] = field(default_factory=dict)
    _ranks: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, manifest: Manifest, chosen: Iterable[Document], by: str = ORGANISATION) -> Sheaf:
        """Lay documents in order: what goes to all first, then as the roster has receivers.

        Of one receiver by 文件; people's by 姓氏笔画. By strokes: by 文件, and then all people.
        """
        owners = {one.organisation: one for one in manifest.letters}
        ranks = {one: at for at, one in enumerate(owners, start=1)} | {"": 0}
        people = {one.entry for one in manifest.accounts if one.per == _PERSON}

        def key(one: Document) -> Key:
            home = ranks.get(one.organisation, len(ranks))
            name = stroke_key(one.name) if one.entry in people else ()
            if by == STROKES:
                return bool(one.organisation), one.entry, name, home
            return home, one.entry, name

        return cls(manifest, sorted(chosen, key=key), by, owners, ranks)

    def owner(self, document: Document) -> str:
        """Name whom a document is for."""
        found = self._owners.get(document.organisation)
        return found.name if found else document.organisation or SHARED

    def label(self, document: Document) -> str:
        """Name a 文件: by the title that all of it shares and no other has, else by its 文种."""
        return self._labels.get(document.entry) or document.kind

    @cached_property
    def _labels(self) -> dict[int, str]:
        titles: dict[int, set[str]] = defaultdict(set)
        for one in self.manifest.documents:
            titles[one.entry].add(one.title)
        borne = Counter(title for found in titles.values() for title in found)
        return {
            entry: title.replace("\n", "")
            for entry, (title, *others) in ((at, tuple(found)) for at, found in titles.items())
            if not others and borne[title] == 1
        }

    def lots(self, pages: Mapping[str, int], *, both: bool) -> list[Lot]:
        """Put documents together that lie upon each other and are alike but for whom they name.

        Args:
            pages: how many each document has, by its key.
            both: whether sheets are printed on both sides.

        """
        made, at = [], 1
        for _, some in groupby(self.documents, key=lambda one: (one.organisation, one.entry)):
            lot = tuple(some)
            count = [pages[one.key] for one in lot]
            sheets = sum(-(-one // 2) if both else one for one in count)
            made.append(Lot(self.owner(lot[0]), self.label(lot[0]), lot, sum(count), at, sheets))
            at += sheets
        return made
