"""Whom the papers of a batch honour: kept beside it when it is made, read when it matters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from merge import files
from merge.honoured import Honour, Honoured, Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

FILE = "表彰.json"


def keep(folder: Path, honoured: Honoured) -> None:
    """Write it into the folder of a batch that is being made."""
    told = {"people": honoured.people, "papers": [one._asdict() for one in honoured.papers]}
    files.write(str(folder / FILE), json.dumps(told, ensure_ascii=False, indent=0).encode())


def kept(folder: Path) -> Honoured | None:
    """Read whom a batch honours; None where nothing was kept, or not by us."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        papers = [
            Paper(**{**one, "counted": _people(one["counted"]), "named": _people(one["named"])})
            for one in told["papers"]
        ]
        return Honoured(_people(told["people"]), tuple(papers))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _people(told: Iterable[Sequence[str]]) -> tuple[Honour, ...]:
    return tuple(Honour(*one) for one in told)
