"""Organisations that 范围 overlooks: their kind is another word for one that it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.book import Book
from merge.record import View
from rosters.check_organisations import KINDS
from rosters.finding import Finding, Level
from rosters.roster import Organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from merge.scope import Scope
    from merge.workshop import Workshop
    from rosters.finding import Place

KIND = "类别"  # the column of kinds
_NAMED = 5  # organisations in one finding


def overlooked(
    shop: Workshop, scope: Scope, asked: Collection[str], place: Place
) -> Iterator[Finding]:
    """Find organisations out of 范围, of 党委 where 分党委 are in it; `asked` are its kinds."""
    if not any(map(_rank, asked)):
        return
    book = Book(shop.supplies.roster, blank=True)
    inside, met = set(scope.rows), set[str]()
    left: dict[str, list[str]] = {}
    for index, one in enumerate(shop.supplies.subjects(scope.entry)):
        if not isinstance(one, Organisation):
            continue
        kind = str(View(book, one)[KIND])
        if index in inside:
            met.add(_rank(kind) if kind in asked else "")
        elif kind not in asked and _rank(kind):
            left.setdefault(kind, []).append(one.short)
    for kind, names in left.items():
        if _rank(kind) not in met:
            continue
        said = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
        message = f"类别是「{kind}」的 {len(names)} 个党组织（{said}）不在范围里，不会收到"
        cure = f"要发给的，请加上「{kind}」，或把名册里的类别写成一样；不发的不用改"
        yield Finding(Level.WARNING, "job.scope", place, message, cure)


def _rank(kind: str) -> str:
    """Say what a kind comes to among second-level organisations; "" for those below and others."""
    if kind not in KINDS:
        return ""
    if "支部" in kind:
        return "支部" if kind.startswith("直属") else ""
    return next((one for one in ("党委", "总支") if one in kind), "")
