"""A shelf: values in their order, of which few stand in memory however many there are."""

from __future__ import annotations

import os
import pickle
import tempfile
from array import array
from collections.abc import Sequence
from itertools import chain, islice
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

HELD = 10_000  # values in memory; what comes after them lies in a file
PORTION = 400  # values that are written and read at once
_NEAR = 4  # portions that were read last


def _itself(value: Any) -> Any:  # noqa: ANN401 - whatever is kept
    return value


class Shelf(Sequence[T]):
    """Takes values one after the other; all that do not stand in memory lie in a file of its own.

    The file has no name, is its owner's alone, and goes with the process. `pack` makes of a value
    what is written: plain values, so that it is small; `unpack` makes the value again, so that what
    is taken twice is equal, but another object.
    """

    def __init__(
        self, pack: Callable[[T], Any] = _itself, unpack: Callable[[Any], T] = _itself
    ) -> None:
        self._pack, self._unpack = pack, unpack
        self._held: list[list[T]] = []
        self._ends = array("Q", [0])  # of the portions in the file
        self._open: list[T] = []
        self._file: int | None = None
        self._near: dict[int, list[T]] = {}
        self._lock = Lock()

    def append(self, value: T) -> None:
        """Put a value behind the others."""
        self._open.append(value)
        if len(self._open) == PORTION:
            self._put_away()

    def extend(self, values: Iterable[T]) -> None:
        """Put values behind the others."""
        ahead = iter(values)
        while some := list(islice(ahead, PORTION - len(self._open))):
            self._open += some
            if len(self._open) == PORTION:
                self._put_away()

    def settled(self) -> Sequence[T]:
        """Return what will grow no more: a tuple where all of it stands in memory."""
        return self if self._file is not None else tuple(self)

    def _put_away(self) -> None:
        full, self._open = self._open, []
        if (len(self._held) + 1) * PORTION <= HELD:
            self._held.append(full)
            return
        if self._file is None:
            with tempfile.TemporaryFile(prefix="fawen-") as file:
                self._file = os.dup(file.fileno())
        content = pickle.dumps(list(map(self._pack, full)), 5)
        with self._lock:
            os.lseek(self._file, 0, os.SEEK_END)
            view = memoryview(content)
            while view:
                view = view[os.write(self._file, view) :]
        self._ends.append(self._ends[-1] + len(content))

    def _portion(self, number: int) -> list[T]:
        held = len(self._held)
        if number < held:
            return self._held[number]
        if number >= held + len(self._ends) - 1:
            return self._open
        found = self._near.get(number)
        if found is None:
            found = self._read(number - held)
            with self._lock:
                while len(self._near) >= _NEAR:
                    del self._near[next(iter(self._near))]
                self._near[number] = found
        return found

    def _read(self, number: int) -> list[T]:
        return list(map(self._unpack, pickle.loads(self._content(number))))  # noqa: S301 - our own

    def _content(self, number: int) -> bytes:
        begin, end = self._ends[number : number + 2]
        assert self._file is not None  # noqa: S101 - it has a portion
        with self._lock:  # several threads read
            os.lseek(self._file, begin, os.SEEK_SET)
            content = b""
            while len(content) < end - begin:
                some = os.read(self._file, end - begin - len(content))
                if not some:
                    raise OSError("a file of our own has been cut")
                content += some
        return content

    def plain(self, first: int = 0, last: int | None = None) -> Iterator[list[Any]]:
        """Go through values, or some that stand together, in portions, as they were packed."""
        end = len(self) if last is None else last
        while first < end:
            number, within = divmod(first, PORTION)
            some = self._plain(number)
            if within or within + end - first < len(some):
                some = some[within : within + end - first]
            yield some
            first += len(some)

    def _plain(self, number: int) -> list[Any]:
        at = number - len(self._held)
        if 0 <= at < len(self._ends) - 1:
            made: list[Any] = pickle.loads(self._content(at))  # noqa: S301 - our own
            return made
        some = self._portion(number)
        return some if self._pack is _itself else list(map(self._pack, some))

    def __len__(self) -> int:
        return (len(self._held) + len(self._ends) - 1) * PORTION + len(self._open)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            first, last, step = index.indices(len(self))
            if step != 1:
                raise ValueError("only what stands together is taken at once")
            if first >= last:
                return []
            whole = chain.from_iterable(
                map(self._portion, range(first // PORTION, (last - 1) // PORTION + 1))
            )
            return list(islice(whole, first % PORTION, first % PORTION + last - first))
        place = index if index >= 0 else index + len(self)
        if not 0 <= place < len(self):
            raise IndexError(index)
        return self._portion(place // PORTION)[place % PORTION]

    def __iter__(self) -> Iterator[T]:
        yield from chain.from_iterable(self._held)
        for number in range(len(self._ends) - 1):
            yield from self._read(number)
        yield from self._open

    def __reduce__(self) -> tuple[type, tuple[list[T]]]:
        return tuple, (list(self),)

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            os.close(self._file)  # type: ignore[arg-type]  # it is a number


class Sieve:
    """Tells which of many keys may have come twice: all that have, and few that have not."""

    def __init__(self, count: int) -> None:
        """Make it for so many keys; it takes 16 bytes and more for each."""
        self._mask = (1 << max(16, (count * 128).bit_length())) - 1
        self._bits = bytearray()  # until a key comes: many a roster has no 身份号码
        self._twice: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._twice)

    def add(self, key: object) -> None:
        """Take a key."""
        if not self._bits:
            self._bits = bytearray((self._mask + 1) // 8)
        at = hash(key) & self._mask
        place, bit = at >> 3, 1 << (at & 7)
        if self._bits[place] & bit:
            self._twice.add(at)
        else:
            self._bits[place] |= bit

    def __contains__(self, key: object) -> bool:
        return hash(key) & self._mask in self._twice
