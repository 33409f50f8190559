"""Every check over what was read: findings, each at its cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.check_members import members_findings
from rosters.check_organisations import organisations_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rosters.finding import Finding
    from rosters.roster import Member, Organisation, Sheet

_CELL = re.compile(r"([A-Z]*)(?:第)?(\d+)")


def check(
    organisations: Sequence[Organisation], members: Sequence[Member], sheets: Sequence[Sheet]
) -> list[Finding]:
    """Run every check."""
    return [*organisations_findings(organisations, members, sheets), *members_findings(members)]


def ordered(findings: Iterable[Finding], sheets: Sequence[Sheet]) -> tuple[Finding, ...]:
    """Put findings in the order of the sheets, and from top to bottom in each."""
    order = {(sheet.file, sheet.name): number for number, sheet in enumerate(sheets)}

    def rank(one: Finding) -> tuple[int, int, int, str]:
        found = _CELL.match(one.place.cell)
        row = int(found[2]) if found else 0
        column = found[1] if found else ""
        sheet = order.get((one.place.file, one.place.sheet), len(order))
        return sheet, row, len(column), column

    return tuple(sorted(dict.fromkeys(findings), key=rank))
