"""What organisations are called: by code, full name, short name, and what they were called once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.spot import words
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rosters.roster import Row

_SEVERAL = re.compile(r"[、，,;；\n]+")
_DATED = re.compile(r"[（(].*?[）)]")  # 机械系党支部（2019年前）
_NEAR = 70  # of 100: what is less alike is no suggestion
LAYERS = ("code", "name", "short", "former")


class Directory:
    """Leads what somebody wrote to the rows it can mean, the surest way first."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._layers: dict[str, dict[str, list[int]]] = {layer: {} for layer in LAYERS}
        self._spelt: dict[str, str] = {}
        for index, row in enumerate(rows):
            for layer, name in called(row):
                known = self._layers[layer].setdefault(folded(name), [])
                if index not in known:
                    known.append(index)
                if layer in ("name", "short"):
                    self._spelt.setdefault(folded(name), name)
        self._found: dict[str, tuple[str, tuple[int, ...]]] = {}
        self._near: dict[str, str] = {}

    def find(self, text: str) -> tuple[str, tuple[int, ...]]:
        """Return the layer that knows the text, and the indices of the rows it can mean there."""
        if text not in self._found:
            key = folded(text)
            hits = ((layer, known[key]) for layer, known in self._layers.items() if key in known)
            layer, indices = next(hits, ("", []))
            self._found[text] = layer, tuple(indices)
        return self._found[text]

    def alike(self) -> list[tuple[int, ...]]:
        """List the groups of rows that bear one full name."""
        return [tuple(ones) for ones in self._layers["name"].values() if len(ones) > 1]

    def near(self, text: str) -> str:
        """Return the known name most like the text, to be asked about; empty if none is."""
        if text not in self._near:
            from rosters.nearness import nearest

            found = nearest(folded(text), self._spelt, _NEAR)
            self._near[text] = self._spelt[found] if found else ""
        return self._near[text]


def called(row: Row) -> list[tuple[str, str]]:
    """List what a row's organisation is called, each with the layer it belongs to."""
    names = [(key, words(row, field)) for key, field in _FIELDS]
    for former in _SEVERAL.split(words(row, "former")):
        names.extend([("former", former), ("former", _DATED.sub("", former))])
    return [(layer, name) for layer, name in names if name.strip()]


_FIELDS = (("code", "org_code"), ("name", "org_name"), ("short", "short"))


def question(near: str) -> str:
    """Ask whether a near name was meant."""
    return f"是否「{near}」？请改成名册里的写法" if near else "请核对名称，或在党组织表中补上"
