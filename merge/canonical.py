"""Canonical JSON of plain values, written piece by piece: to be hashed, or to be kept."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from functools import cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def dumps(value: object) -> str:
    """Write a value on one line, for a hash."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def joined(parts: Iterable[str], comma: str = ",") -> Iterator[str]:
    """Put commas before all parts but the first."""
    for number, part in enumerate(parts):
        yield comma + part if number else part


def pieces(value: Any) -> Iterator[str]:  # noqa: ANN401 - any dataclass
    """Write a dataclass over many lines, and each of its long lists one by one.

    Together it is `json.dumps(asdict(value), ensure_ascii=False, sort_keys=True, indent=1)`.
    """
    mark = "{\n"
    for name in _names(type(value)) or ():
        one = getattr(value, name)
        if isinstance(one, tuple) and one:
            yield f'{mark} "{name}": [\n  '
            yield from joined((_text(item, "  ") for item in one), ",\n  ")
            yield "\n ]"
        else:
            yield f'{mark} "{name}": {_text(one, " ")}'
        mark = ",\n"
    yield "\n}"


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    return tuple(sorted(one.name for one in fields(kind))) if is_dataclass(kind) else None


def _text(value: Any, pad: str) -> str:  # noqa: ANN401 - whatever a dataclass holds
    if isinstance(value, str):
        return encode_basestring(value)
    inner = f"{pad} "
    names = _names(type(value))
    if names:
        lines = [f'{inner}"{name}": {_text(getattr(value, name), inner)}' for name in names]
    elif value and isinstance(value, dict):
        lines = [f"{inner}{_text(key, '')}: {_text(value[key], inner)}" for key in sorted(value)]
    elif value and isinstance(value, tuple):
        lines = [inner + _text(one, inner) for one in value]
        return "[\n" + ",\n".join(lines) + f"\n{pad}]"
    else:
        return json.dumps(value)
    return "{\n" + ",\n".join(lines) + f"\n{pad}}}"
