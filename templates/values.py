"""Values on their way into a text: what fits, what is missing, how each is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn, Protocol

from jinja2 import StrictUndefined, Undefined
from markupsafe import escape

from templates.dressing import CLOSE, OPEN
from templates.typefaces import common, rare

# Not allowed in XML 1.0, or meant by docxtpl as a command (\a, \f): never part of a value.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BREAKS = re.compile("[\t\n\r]")


class MissingError(LookupError):
    """A name that the record, or a row in it, does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class UnfitError(ValueError):
    """A value that cannot stand in a document; the words say why, in Chinese."""


class Absent(StrictUndefined):
    """A missing name: anything done with it but `is defined` and |默认 raises MissingError."""

    is_missing = True

    def fail(self, *_: object, **__: object) -> NoReturn:
        """Say which name is missing."""
        known = tuple(map(str, self._undefined_obj.keys())) if mapping(self._undefined_obj) else ()
        raise MissingError(str(self._undefined_name), known)


for _kind in (Undefined, StrictUndefined):
    for _name, _done in list(vars(_kind).items()):
        if getattr(_done, "__name__", "") == "_fail_with_undefined_error":
            setattr(Absent, _name, Absent.fail)
Absent.__html__ = Absent.__str__  # type: ignore[attr-defined] # what escape() would call


class Fill(Protocol):
    """A fill that wants to know when a value breaks a line, or holds rare characters."""

    breaks: bool
    rare: bool


KINDS: dict[type, bool] = {}  # which types `mapping` has said yes or no to


def mapping(obj: object) -> bool:
    """Tell whether names lead somewhere in an object: a mapping, or a view that is like one."""
    kind = type(obj)
    known = KINDS.get(kind)
    if known is None:
        alike = hasattr(kind, "__getitem__") and hasattr(kind, "keys")
        known = KINDS[kind] = alike or issubclass(kind, Mapping)
    return known


def marked_up(fill: Fill, value: Any) -> str:  # noqa: ANN401
    """Let a value into XML, escaped; almost every value takes the first way out."""
    kind = type(value)
    if kind is str:
        if value.isalnum():
            return str(value) if common(value) else _marked(fill, value)
        return _marked(fill, str(escape(_fit(fill, value))))
    if kind is int:
        return str(value)
    if hasattr(kind, "__html__") and not isinstance(value, Absent):
        return str(value.__html__())
    return _marked(fill, str(escape(_fit(fill, _words(value)))))


def _marked(fill: Fill, text: str) -> str:
    """Mark the characters that a typeface may lack, for `dressing` to see to them."""
    if common(text):
        return text
    marked, count = rare().subn(f"{OPEN}\\g<0>{CLOSE}", text)
    fill.rare = fill.rare or count > 0
    return marked


def plain(fill: Fill, value: Any) -> str:  # noqa: ANN401
    """Let a value into plain text."""
    return _fit(fill, value if type(value) is str else _words(value))


def _words(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    listed = isinstance(value, list | tuple | dict)
    if listed or (mapping(value) and "__str__" not in type(value).__dict__):
        raise UnfitError("这里是一份名单或一行，不是一个值，请写出要哪一列，或用 |连接")
    return str(value)


def _fit(fill: Fill, value: str) -> str:
    r"""Refuse what cannot stand in a document; a line is broken by \n alone."""
    if value.isprintable():
        return value
    unfit = _UNFIT.search(value)
    if unfit:
        code = f"U+{ord(unfit.group()):04X}"
        raise UnfitError(f"值里有不能写进文件的字符（{code}），请在名册里重新录入")
    if _BREAKS.search(value):
        fill.breaks = True
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return value
