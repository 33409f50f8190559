"""Findings about a template before anything is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.grammar import error
from templates.nearest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from rosters.finding import Finding
    from templates.reads import Use


def unknown(
    uses: Iterable[Use], scopes: Callable[[tuple[str, ...]], Collection[str]]
) -> tuple[Finding, ...]:
    """Find the uses whose name is not among those of their path, with the nearest name.

    `scopes` leads a path of relations to the names that stand there. A name unknown at several
    places is a finding at each; what stands below an unknown relation is not said twice.
    """
    found: dict[Finding, None] = {}
    lost: set[tuple[str, ...]] = set()
    for use in uses:
        if any(use.path[: len(path)] == path for path in lost):
            continue
        known = scopes(use.path)
        if use.name in known:
            continue
        lost.add((*use.path, use.name))
        at = f"「{'.'.join(use.path)}」里" if use.path else ""
        message = f"标签「{use.name}」在{at or '名册和要素里'}没有"
        found[error(use.place, message, advice(use.name, known), "未知标签")] = None
    return tuple(found)
