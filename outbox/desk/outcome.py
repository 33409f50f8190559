"""What came of a command: lines for people, an object for programs, an exit status."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rosters.finding import FawenError, Finding

DONE = 0
MOST = 20  # findings of one rule on one sheet that are printed; JSON holds all of them
# Of these the sheet of thumbnails shows all: of a wrong scan nearly every page would be a line.
FEW = dict.fromkeys(("scan.missing", "scan.doubled", "scan.foreign"), 3)
WAITING = 3  # finished, but letters are refused, in doubt or waiting


class Progress(NamedTuple):
    """How far a long piece of work has come; `cli.py` draws it."""

    what: str
    done: int
    total: int
    note: str = ""  # what it waits for


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one command."""

    lines: tuple[str, ...]
    object: dict[str, object] = field(default_factory=dict)
    status: int = DONE


def error_object(error: FawenError) -> dict[str, str]:
    """Return what stopped a command as COMMANDS promises it in JSON."""
    return {"kind": error.kind, "message": error.message, "advice": error.advice}


def finding_object(finding: Finding) -> dict[str, object]:
    """Return a finding as COMMANDS promises it in JSON."""
    place = finding.place
    return {
        "level": finding.level.value,
        "rule": finding.rule,
        "file": masked(place.file),
        "sheet": masked(place.sheet),
        "cell": place.cell,
        "where": masked(place.where),
        "message": finding.message,
        "advice": finding.advice,
        "blocks": list(finding.blocks),
    }


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """Return a line a finding, the level first; what a finding stops stands behind it."""
    lines: list[str] = []
    alike: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        kind = (finding.rule, finding.place.file, finding.place.sheet)
        alike[kind] = alike.get(kind, 0) + 1
        if alike[kind] > FEW.get(finding.rule, MOST):
            continue
        stops = f"（影响作业：{'、'.join(finding.blocks)}）" if finding.blocks else ""
        lines.append(f"{finding.level.word}  {finding}{stops}")
    lines += [
        f"……  {masked(' › '.join(filter(None, (file, sheet))))}：同样的问题还有 "
        f"{count - FEW.get(rule, MOST)} 处"
        for (rule, file, sheet), count in alike.items()
        if count > FEW.get(rule, MOST)
    ]
    return lines
