"""What organisations are called: by code, full name, short name, and what they were called once."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from rosters.pattern import later
from rosters.spot import words
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rosters.roster import Row

_SEVERAL = re.compile(r"[、，,;；\n]+")
_DATED = re.compile(r"[（(].*?[）)]")  # 机械系党支部（2019年前）
# What many organisations' names have in common; what is left tells one from another.
_COMMON = later(
    "中共|中国共产党|委员会|总支部|党总支|党支部|支部|分党委|党委|党组织|直属|联合|学院|学校|大学"
    "|教工|教师|职工|学生|本科生|研究生|离退休|第|系|班|[0-9一二三四五六七八九十]+"
)
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
        """Return the surest layer that knows the text, and the indices of the rows it can mean.

        A code, a full name and a short name are all names of today: one that is another's too is
        ambiguous. What somebody was called once counts only where nobody is called so now.
        """
        if text not in self._found:
            key = folded(text)
            hits = {layer: known[key] for layer, known in self._layers.items() if key in known}
            layer = next(iter(hits), "")
            today = [one for of, known in hits.items() if of != "former" for one in known]
            self._found[text] = layer, tuple(dict.fromkeys(today or hits.get("former", [])))
        return self._found[text]

    def layer(self, text: str, index: int) -> str:
        """Return the surest layer in which a text means a row; empty if in none."""
        key = folded(text)
        found = (layer for layer, known in self._layers.items() if index in known.get(key, []))
        return next(found, "")

    @cached_property
    def _cores(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(_COMMON.sub("", name)) for name in self._spelt}

    def alike(self) -> list[tuple[int, ...]]:
        """List the groups of rows that bear one full name."""
        return [tuple(ones) for ones in self._layers["name"].values() if len(ones) > 1]

    def near(self, text: str) -> str:
        """Return the known name most like the text, to be asked about; empty if none is.

        电子学院教工党支部 is much like 机械学院教工党支部, and is never that: what tells a name
        from others has to be alike too.
        """
        if text not in self._near:
            from rosters.nearness import nearest

            own = frozenset(_COMMON.sub("", folded(text)))
            kin = (one for one, core in self._cores.items() if not (own and core) or own & core)
            found = nearest(folded(text), kin, _NEAR)
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
