"""类别 where a sheet has none: from the sheet's kind, else from how the name ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.roster import Kind
from rosters.spot import words

if TYPE_CHECKING:
    from rosters.roster import Row

_ENDINGS = (
    ("直属党支部", "直属党支部"),
    ("总支部委员会", "党总支"),
    ("党总支", "党总支"),
    ("支部委员会", "直属党支部"),
    ("党支部", "直属党支部"),
    ("委员会", "分党委"),
    ("党委", "分党委"),
)


def derived(row: Row) -> str:
    """Derive the category of a row's organisation; empty where its name does not tell."""
    if row.sheet.kind is Kind.BRANCHES:
        return "党支部"
    for name in (words(row, "org_name"), words(row, "short")):
        for ending, category in _ENDINGS:
            if name.endswith(ending):
                below = category == "直属党支部" and words(row, "parent")
                return "党支部" if below else category
    return ""
