"""What the merge found, kept with its batch, so that the leader sees it too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from merge import files
from outbox.desk.outcome import finding_object
from rosters.finding import Level

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from outbox.office.review import Remark
    from rosters.finding import Finding

FILE = "检查.json"
_TOLD = "letter.nearest"  # of what is only said, the one that the merge tells, too
_MOST = 5_000  # findings; nobody reads more, and a roster of 100,000 rows may have as many


def keep(folder: Path, findings: Sequence[Finding]) -> None:
    """Write what the clerk was told into the folder of a batch that is being made, errors first."""
    ranks = list(Level)
    told = (one for one in findings if one.level is not Level.INFO or one.rule == _TOLD)
    ordered = sorted(told, key=lambda one: ranks.index(one.level))[:_MOST]
    said = [finding_object(one) for one in ordered]
    files.write(str(folder / FILE), json.dumps(said, ensure_ascii=False, indent=0).encode())


def remark(finding: Finding) -> Remark:
    """Put a finding as the leader reads it."""
    from outbox.office.review import Remark

    said = f"{finding.message}，{finding.advice}" if finding.advice else finding.message
    return Remark(finding.level.word, str(finding.place), said)


def kept(folder: Path) -> list[Remark] | None:
    """Read the findings of a batch; None where none were kept, or not by us."""
    from outbox.office.review import Remark

    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return [
            Remark(
                Level(one["level"]).word,
                " › ".join(
                    filter(None, (one[name] for name in ("file", "sheet", "cell", "where")))
                ),
                f"{one['message']}，{one['advice']}" if one["advice"] else one["message"],
            )
            for one in found
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return None
