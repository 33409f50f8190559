"""Canonical JSON of plain values, written piece by piece: to be hashed, or to be kept."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, get_type_hints, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PORTION = 1 << 16  # bytes
_SHORT = 8 << 20  # bytes that stay in memory
_SOME = 1 << 14  # characters that are deflated at once
_PLAIN = frozenset({str, tuple, int, bool, type(None)})  # to ask these for more takes long


@runtime_checkable
class Listed(Protocol):
    """A list that is never in memory whole, and writes its items itself."""

    def lines(self, pad: str) -> Iterator[str]:
        """Write the items as `pieces` does, some of them at once with commas between them."""


def dumps(value: object) -> str:
    """Write a value on one line, for a hash."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def joined(parts: Iterable[str], comma: str = ",") -> Iterator[str]:
    """Put commas before all parts but the first."""
    for number, part in enumerate(parts):
        yield comma + part if number else part


def pieces(value: Any, pad: str = "") -> Iterator[str]:  # noqa: ANN401 - any dataclass
    """Write a dataclass over many lines, and each of its long lists one by one.

    It has two fields or more. Together the pieces are
    `json.dumps(asdict(value), ensure_ascii=False, sort_keys=True, indent=1)`.
    """
    mark, inner = "{\n", pad + " "
    shape = _shape(type(value))
    for head, one in zip(shape[0], shape[1](value), strict=True) if shape else ():
        if isinstance(one, Sequence) and not isinstance(one, str) and one:
            yield f"{mark}{inner}{head}[\n{inner} "
            yield from _listed(one, f"{inner} ")
            yield f"\n{inner}]"
        else:
            yield f"{mark}{inner}{head}{_text(one, inner)}"
        mark = ",\n"
    yield f"\n{pad}}}"


def _listed(value: Sequence[Any], pad: str) -> Iterator[str]:
    """Write the items of a list; those that hold a list on disk piece by piece."""
    comma = ",\n" + pad
    if isinstance(value, Listed):
        yield from joined(value.lines(pad), comma)
        return
    if not any(map(_bulky, value if isinstance(value, tuple) else ())):
        yield from joined(_items(value, pad), comma)
        return
    for number, one in enumerate(value):
        yield comma if number else ""
        yield from pieces(one, pad)


def _bulky(value: object) -> bool:
    """Tell whether a dataclass holds a list that is no tuple: one that lies on disk."""
    shape = _shape(type(value))
    values = shape[1](value) if shape else ()
    return any(
        type(one) not in _PLAIN and isinstance(one, Sequence) and not isinstance(one, str | tuple)
        for one in values
    )


class Deflated:
    """Text deflated (zlib) as it is written, and its hash; a long one lies in a file of its own."""

    def __init__(self, texts: Iterable[str]) -> None:
        from tempfile import SpooledTemporaryFile

        self._file = SpooledTemporaryFile(_SHORT)  # noqa: SIM115 - it lives as long as this
        made, packer = hashlib.sha256(), zlib.compressobj(1)
        for some in encoded(texts):
            made.update(some)
            self._file.write(packer.compress(some))
        self._file.write(packer.flush())
        self.sha256, self.size = made.hexdigest(), self._file.tell()

    def portions(self) -> Iterator[bytes]:
        """Yield what was deflated, portion by portion."""
        self._file.seek(0)
        return iter(lambda: self._file.read(_PORTION), b"")

    def texts(self) -> Iterator[bytes]:
        """Yield the text again, as UTF-8, portion by portion."""
        unpacker = zlib.decompressobj()
        for some in self.portions():
            yield unpacker.decompress(some)
        yield unpacker.flush()

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()


def encoded(texts: Iterable[str]) -> Iterator[bytes]:
    """Put pieces of text together into portions that are worth handing on."""
    some: list[str] = []
    size = 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= _SOME:
            yield "".join(some).encode()
            some, size = [], 0
    yield "".join(some).encode()


_Shape: TypeAlias = "tuple[tuple[str, ...], Callable[[Any], Any]] | None"

_SHAPES: dict[type, _Shape] = {}  # of each type that was met; None for one that is no dataclass


def _shape(kind: type) -> _Shape:
    """Return how a dataclass's values are introduced, and what gets them."""
    if kind not in _SHAPES:
        names = sorted(one.name for one in fields(kind)) if is_dataclass(kind) else ()
        heads = tuple(f'"{name}": ' for name in names)
        # attrgetter gives a tuple from two names on.
        _SHAPES[kind] = (heads, attrgetter(*names)) if len(names) > 1 else None
    return _SHAPES[kind]


def _items(value: Sequence[Any], pad: str) -> Iterable[str]:
    """Write the items of a list, which are mostly of one kind."""
    kinds = set(map(type, value))
    write = _flat(kinds.pop(), pad) if len(kinds) == 1 else None
    return map(write, value) if write else (_text(one, pad) for one in value)


@cache
def _flat(kind: type, pad: str) -> Callable[[Any], str] | None:
    """Return what writes a dataclass of texts, whole numbers and others like it, all at once.

    None where it holds anything else. It does what `_text` does, in a third of the time: a large
    batch has 100,000 documents.
    """
    form, names = layout(kind, pad)
    if form is None or len(names) < 2:  # noqa: PLR2004 - attrgetter gives a tuple from two on
        return None
    values = attrgetter(*names)

    def write(one: Any) -> str:  # noqa: ANN401 - a dataclass of this kind
        listed = [encode_basestring(v) if type(v) is str else v for v in values(one)]
        return form % tuple(listed)

    return write


def layout(kind: type, pad: str) -> tuple[str | None, list[str]]:
    """Return a format of all texts and whole numbers in a dataclass, and their dotted names.

    None where it holds anything else.
    """
    names: list[str] = []
    return _form(kind, pad, "", names), names


def _form(kind: type, pad: str, path: str, names: list[str]) -> str | None:
    """Write a format with a place for each text and number; their paths are added to `names`."""
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    lines = []
    for name in sorted(hints):
        if hints[name] in (str, int):
            names.append(path + name)
            form: str | None = "%s"
        else:
            form = _form(hints[name], f"{pad} ", f"{path}{name}.", names)
        if form is None:
            return None
        lines.append(f'{pad} "{name}": {form}')
    return "{\n" + ",\n".join(lines) + f"\n{pad}}}" if lines else None


def _text(value: Any, pad: str) -> str:  # noqa: ANN401 - whatever a dataclass holds
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is int:
        return str(value)
    inner = pad + " "
    shape = _shape(kind)
    if shape:
        heads, values = shape
        lines = [
            inner + head + (encode_basestring(one) if type(one) is str else _text(one, inner))
            for head, one in zip(heads, values(value), strict=True)
        ]
    elif value and kind is dict:
        lines = [f"{inner}{_text(key, '')}: {_text(value[key], inner)}" for key in sorted(value)]
    elif value and kind is tuple:
        lines = [inner + line for line in _items(value, inner)]
        return "[\n" + ",\n".join(lines) + f"\n{pad}]"
    else:
        return json.dumps(value)
    return "{\n" + ",\n".join(lines) + f"\n{pad}}}"
