"""The keeper gives untrusted files to the child, takes what it read, and outlives it."""

from __future__ import annotations

import atexit
import io
import os
import pickle
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from rosters.assembly import Assembly
from rosters.child import DIED, HEAD, patience, seconds, serve
from rosters.finding import Finding, InputError, Level, Place
from rosters.forked import Forked, can, held

if TYPE_CHECKING:
    from collections.abc import Callable

    from rosters.grid import Grid

_GRACE = 4  # seconds that the child has to end by its own clock, before the keeper's
_START = "import sys; sys.path[:] = sys.argv[1:]; from rosters.child import main; main()"
_TIMES = {DIED + number for number in (14, 24)} | {-14, -24}  # SIGALRM, SIGXCPU
_MOST_PIECE = 2**30
Child: TypeAlias = "subprocess.Popen[bytes] | Forked"


class _Plain(pickle.Unpickler):
    """Reads nothing but plain values: what the child says is as untrusted as the file."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"{module_name}.{global_name}")


class DeathError(Exception):
    """The child died over a file, or said what it must not."""


class _Clock(threading.Timer):
    """Kills a child when its time is over, and remembers that it did."""

    def __init__(self, limit: float, child: Child) -> None:
        super().__init__(limit, self._strike)
        self.daemon = True
        self.struck = False
        self._child = child

    def _strike(self) -> None:
        self.struck = True
        self._child.kill()


class Keeper:
    """Holds a child; starts it when it is needed, and again when it has died."""

    def __init__(self, start: str = _START) -> None:
        self._start = start
        self.seconds = seconds
        self._child: Child | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Fork the child now, where that can be: before anything is read.

        One that must be started later, or once more, is started anew.
        """
        with self._lock:
            if self._child is None and can():
                own = held()
                self._child = Forked(lambda asks, answers: serve(asks, answers, held=own))
                self._kept()

    def read(self, content: bytes, kind: str, shown: str) -> tuple[list[Grid], list[Finding]]:
        """Read a file in the child: its grids, and remarks on the file.

        Args:
            content: of the file.
            kind: its ending, one of files.READABLE.
            shown: what findings call the file.

        Raises:
            InputError: it is no such file, it bears a mark of secrecy, or it killed the child.

        """
        assembly = Assembly(shown)
        self.ask(content, kind, shown, assembly.take)
        return assembly.whole(), assembly.remarks

    def ask(
        self, content: bytes, kind: str, shown: str, take: Callable[[tuple[Any, ...]], None]
    ) -> None:
        """Have the child read a file, and hand on each piece as it comes.

        Raises:
            InputError: the child could not read it, or it killed the child.

        """
        with self._lock:
            child = self._living()
            late = _Clock(self.seconds(len(content)) * patience() + _GRACE, child)
            late.start()
            try:
                refused = self._asked(child, pickle.dumps((kind, shown, content), 5), take)
            except (DeathError, OSError, EOFError, pickle.UnpicklingError, IndexError):
                self._end()
                raise _killed(shown, slow=late.struck or child.returncode in _TIMES) from None
            except BaseException:
                child.kill()  # in the middle of an answer
                self._end()
                raise
            finally:
                late.cancel()
        if refused is not None:
            raise _refusal(shown, refused)  # a whole answer: the child lives on

    def _asked(
        self,
        child: Child,
        request: bytes,
        take: Callable[[tuple[Any, ...]], None],
    ) -> tuple[Any, ...] | None:
        """Hand on what the child reads; return its word for why it refused the file, if it did."""
        if child.stdin is None or child.stdout is None:
            raise DeathError
        child.stdin.write(HEAD.pack(len(request)) + request)
        child.stdin.flush()
        while (piece := _piece(child.stdout))[0] != "done":
            if piece[0] == "failed":
                return piece[1:]
            take(piece)
        return None

    def _living(self) -> Child:
        if self._child is None or self._owner != os.getpid() or self._child.poll() is not None:
            if self._owner == os.getpid():
                self._end()
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-c", self._start, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={
                    **os.environ,
                    "MALLOC_ARENA_MAX": "1",
                },  # threads reserve no memory of their own
            )
            self._kept()
        return self._child

    def _kept(self) -> None:
        self._owner = os.getpid()
        atexit.register(self._end)

    def close(self) -> None:
        """Let the child go; the next file starts another."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        for pipe in (child.stdin, child.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                continue  # it has died before it read all
        try:
            child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        atexit.unregister(self._end)


def _piece(pipe: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a pipe's reading end
    head = pipe.read(HEAD.size)
    if len(head) < HEAD.size:
        raise DeathError
    (size,) = HEAD.unpack(head)
    content = pipe.read(size) if size <= _MOST_PIECE else b""
    if len(content) < size:
        raise DeathError
    piece = _Plain(io.BytesIO(content)).load()
    if not (isinstance(piece, tuple) and piece):
        raise DeathError
    return piece


def _refusal(shown: str, told: tuple[Any, ...]) -> InputError:
    try:
        message, found = told
        findings = [
            Finding(Level.ERROR, str(rule), Place(shown, where=str(where)), str(words), str(advice))
            for rule, where, words, advice in found
        ]
    except (TypeError, ValueError):  # no refusal as we write it
        return _killed(shown, slow=False)
    return InputError(str(message), findings=findings)


def _killed(shown: str, *, slow: bool) -> InputError:
    words = "读取这个文件用时太长，已停止" if slow else "读取这个文件用尽了内存，或使读取程序崩溃"
    finding = Finding(
        Level.ERROR,
        "workbook-time" if slow else "workbook-crash",
        Place(shown),
        words,
        "请删去数据区以外的行和列后另存；文件来历不明时请向发来的人核实",
    )
    return InputError(f"{shown} 打不开", findings=[finding])


KEEPER = Keeper()
