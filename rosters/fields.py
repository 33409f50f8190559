"""The fields a roster may have, found by what offices call them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rosters.dictionary import DATES, FIELDS, Field
from rosters.roster import Kind
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DATES", "FIELDS", "Field", "by_name", "label", "lexicon", "normalised"]

_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")  # 邮箱（必填）, 出生年月（岁）
_MARKS = re.compile(r"[\s*:#]")


@lru_cache(maxsize=16384)
def normalised(heading: str) -> str:
    """Normalise a heading: 姓 名, 姓名*, 姓名：, 姓名（必填） and 姓名 are one."""
    text = folded(heading)
    bare = _MARKS.sub("", _NOTE.sub("", text)).rstrip(".")
    return bare or _MARKS.sub("", text) or text


def label(key: str) -> str:
    """Return what staff call a field; the key itself where it is a heading of their own."""
    found = FIELDS.get(key)
    return found.label if found else key


@lru_cache(maxsize=8)
def lexicon(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    """List, for each normalised name on a sheet of this kind, the fields it may mean.

    A field's own label comes first; the others in the order of the dictionary.
    """
    found: dict[str, list[str]] = {}
    for one in FIELDS.values():
        if kind in one.kinds:
            for name in one.names(kind):
                keys = found.setdefault(normalised(name), [])
                if one.key not in keys:
                    keys.insert(0 if name == one.label else len(keys), one.key)
    return {name: tuple(keys) for name, keys in found.items()}


def by_name(name: str, kind: Kind | None = None) -> str | None:
    """Find the field that a key, label or alias means first; None if there is none."""
    if name in FIELDS:
        return name
    for one in [kind] if kind else Kind:
        keys = lexicon(one).get(normalised(name))
        if keys:
            return keys[0]
    return None
