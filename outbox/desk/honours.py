"""Whom the papers of a batch honour: kept beside it when it is made, read when it matters."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from merge import files
from merge.canonical import encoded, joined
from merge.honoured import Honour, Honoured, Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

FILE = "表彰.json"


def keep(folder: Path, honoured: Honoured) -> None:
    """Write it into the folder of a batch that is being made."""
    files.pour(folder / FILE, encoded(_told(honoured)))


def kept(folder: Path) -> Honoured | None:
    """Read whom a batch honours; None where nothing was kept, or not by us."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Honoured(_people(told["people"]), tuple(map(_read, told["papers"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _told(honoured: Honoured) -> Iterator[str]:
    """Write a commendation as JSON; who is named is left out where just these are counted."""
    yield '{"people":[\n'
    yield from joined(map(_honour, honoured.people), ",\n")
    yield '],"papers":[\n'
    yield from joined(map(_paper, honoured.papers), ",\n")
    yield "]}\n"


def _paper(one: Paper) -> str:
    said = encode_basestring
    told = f"[{said(one.key)},{said(one.sort)},{said(one.title)},{said(one.path)}]"
    counted = ",".join(map(_honour, one.counted))
    if one.named is one.counted or one.named == one.counted:
        return f"[{told[1:-1]},[{counted}]]"
    return f"[{told[1:-1]},[{counted}],[{','.join(map(_honour, one.named))}]]"


def _honour(one: Honour) -> str:
    said = encode_basestring
    name, unit, honour = one
    return f"[{said(name)},{said(unit)},{said(honour)}]"


def _read(told: Sequence[Any]) -> Paper:
    key, sort, title, path, counted, *named = told
    return Paper(key, sort, title, path, _people(counted), _people(named[0] if named else counted))


def _people(told: Iterable[Sequence[str]]) -> tuple[Honour, ...]:
    return tuple(Honour(*one) for one in told)
