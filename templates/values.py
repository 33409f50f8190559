"""Values on their way into a text: what fits, what is missing, how each is written."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn, Protocol

from jinja2 import StrictUndefined, Undefined
from markupsafe import escape

from rosters.dates import PartialDate
from rosters.pattern import later
from templates.dressing import CLOSE, OPEN
from templates.embolden import bare, marked
from templates.placed import Placed, Within, opened
from templates.placed import xml_of as drawn
from templates.rich import Kind, UnfitError, kind_of, said, xml_of
from templates.said import lines
from templates.typefaces import common, rare, strange

# Not allowed in XML 1.0, or meant by docxtpl as a command (\a, \f): never part of a value.
_UNFIT = later("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_MEANS = re.compile("[&<>\"']|[*]{2}").search  # what XML, or we, read as more than text
_COMMANDS = later("[\t\n\a\f]")  # what docxtpl makes breaks of in a rich value
_BREAKS = later("[\t\n\r]")


class MissingError(LookupError):
    """A name that the record, or a row in it, does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


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
    """A fill that wants to know what is odd about its values."""

    breaks: bool  # one breaks a line
    rare: bool  # one holds a character that a typeface may lack
    bold: bool  # one holds what is to be bold
    rich: list[tuple[int, object]]  # each with the line of compiled code that asked for it
    clerk: Any  # docxtpl itself, where it fills this document
    said: list[str]  # the values, as they came

    def pictured(self, picture: Placed) -> tuple[str, int]:
        """Take a picture up; return its relation's id, and a number no other picture has."""


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
        text: str = value
        fill.said.append(text)
        if text.isalnum() or (text.isprintable() and not _MEANS(text)):
            return text if text.isascii() or common(text) else _marked(fill, text)
        if "**" in text:
            fill.said[-1] = bare(text)
        return _marked(fill, _bold(fill, str(escape(_fit(fill, text)))))
    if kind is int or kind is PartialDate:  # digits, and signs that every typeface holds
        number = str(value)
        fill.said.append(number)
        return number
    if kind is Placed:
        return drawn(fill, value)
    if kind is Within:
        value = opened(fill, value)
        kind = type(value)
    if kind_of(kind) is not Kind.PLAIN:
        fill.rich = [*fill.rich, (sys._getframe(1).f_lineno, value)]  # noqa: SLF001 - its documented name
        xml = xml_of(value, fill.clerk)
        fill.said += lines(xml)
        fill.breaks = fill.breaks or bool(_COMMANDS.search(xml))
        return xml
    words = _words(value)
    fill.said.append(bare(words))
    return _marked(fill, _bold(fill, str(escape(_fit(fill, words)))))


def _bold(fill: Fill, text: str) -> str:
    """Mark what stands between pairs of stars, for `embolden` to see to it."""
    if "**" not in text:
        return text
    made = marked(text)
    fill.bold = fill.bold or made != text
    return made


def _marked(fill: Fill, text: str) -> str:
    """Mark the characters that a typeface may lack, for `dressing` to see to them."""
    if common(text):
        return text
    marked = _parted(text)
    fill.rare = fill.rare or marked != text
    return marked


@lru_cache(maxsize=4096)
def _parted(text: str) -> str:
    """Put marks around rare characters."""
    if not strange(text):
        return text
    return rare().sub(f"{OPEN}\\g<0>{CLOSE}", text)


def alone(value: Any) -> Any:  # noqa: ANN401 - whatever the record holds
    """Let a value by that is to stand in the place of a run, a paragraph, a row or a cell.

    Raises:
        UnfitError: it is text, which Word would not show there.

    """
    kind = type(value)
    brings = kind in {Placed, Within} or kind_of(kind) is not Kind.PLAIN
    if not (brings or isinstance(value, list | tuple) or mapping(value)) and _words(value).strip():
        raise UnfitError("的值是普通文字，在这里不会印出来，标签要写成 {{ 列名 }}")
    return value


def plain(fill: Fill, value: Any) -> str:  # noqa: ANN401
    """Let a value into plain text."""
    if said(value) or type(value) in {Placed, Within}:
        raise UnfitError(f"这里只能写文字，放不下{said(value) or '图片和子文档'}")
    text = bare(value if type(value) is str else _words(value))
    fill.said.append(text)
    return _fit(fill, text)


def _words(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    listed = isinstance(value, list | tuple | dict)
    if listed or (mapping(value) and "__str__" not in type(value).__dict__):
        raise UnfitError("这里是一份名单或一行，不是一个值，请写出要哪一列，或用 |连接")
    return str.__str__(str(value))  # a Markup becomes plain text here, and is escaped


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
