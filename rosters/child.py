"""The child: untrusted files are parsed here, under limits, so that the parent always survives.

It is a small server on its standard input and output, started once (`rosters.keeper`). What reads
a file is a module's `pieces(content, kind, shown)`: `rosters.workbook` for rosters, another one for
mail that has arrived. Where the system can fork, each file is read by a fork of it: the parsers
are loaded once, and what a crafted file does ends with its own process. Where it cannot, the server
reads the files itself; the parent watches the time, and starts another one when this one dies.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import io
import os
import pickle
import signal
import struct
import sys
from typing import IO, TYPE_CHECKING, Any

from rosters.finding import InputError

if TYPE_CHECKING:
    from rosters.workbook import Piece

HEAD = struct.Struct(">I")
MEMORY = 512 * 2**20  # bytes of address space for a small file; a big one gets more
_PER_BYTE = 16
MOST_MEMORY = 2 * 2**30
SECONDS, SECONDS_PER_MIB = 8, 2
_PATIENCE = 3
DIED = 64  # exit status of a server whose fork was killed: this and the signal's number
_MAIL = ("email.parser", "email.feedparser", "email.generator", "html.parser")
# What a parser imports only when it meets a file of some kind.
_PARSERS_NEED = {
    "rosters.workbook": ("lxml.etree", "python_calamine"),
    "templates.forms.pieces": (
        "lxml.etree",
        "openpyxl",
        "python_calamine",
        "templates.forms.wordpieces",
    ),
    "outbox.post.arrival": _MAIL,
    "outbox.post.consent": _MAIL,
    "outbox.post.parcel": _MAIL,
}
_FINISHED, _TOO_MUCH = 7, 33  # exit status of a fork that said all, and of one that could not


def seconds(size: int) -> int:
    """Tell how much of a processor's time reading a file of so many bytes may take."""
    return SECONDS + SECONDS_PER_MIB * size // 2**20


def patience() -> int:
    """Tell how often that time may go by on the clock, where the processor's time is limited, too.

    A machine with other work must not make an honest file one that takes too long.
    """
    return _PATIENCE if importlib.util.find_spec("resource") else 1


def main(parser: str = "rosters.workbook") -> None:
    """Serve until the parent goes away; `parser` names the module that reads what is sent."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a parser prints gets among the answers
    serve(sys.stdin.buffer, out, parser)


def serve(
    requests: IO[bytes], out: IO[bytes], parser: str = "rosters.workbook", *, held: int = 0
) -> None:
    """Answer each request, until there are no more.

    `held` bytes of address space are those of the process that this one was forked from.
    """
    gc.disable()  # a fork reads one file and ends
    _preload(parser)
    gc.freeze()  # nor is it all looked through at the end
    while head := requests.read(HEAD.size):
        kind, shown, content = pickle.loads(requests.read(*HEAD.unpack(head)))  # noqa: S301 - from the parent
        if hasattr(os, "fork"):
            _forked(out, parser, kind, shown, content, held)
        else:
            _limit(len(content))
            _answer(out, parser, kind, shown, content)
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_REAL, 0)


def _preload(parser: str) -> None:
    """Load what a file may need, once."""
    for name in (*_PARSERS_NEED.get(parser, ()), parser):
        importlib.import_module(name)


def _forked(out: IO[bytes], parser: str, kind: str, shown: str, content: bytes, held: int) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            _limit(len(content), held)
            _answer(out, parser, kind, shown, content)
            out.flush()
        except BaseException:  # noqa: BLE001 - whatever it was, this process ends here
            os._exit(_TOO_MUCH)
        os._exit(_FINISHED)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        os._exit(DIED + os.WTERMSIG(status))
    if os.WEXITSTATUS(status) != _FINISHED:
        os._exit(_TOO_MUCH)


def _limit(size: int, held: int = 0) -> None:
    """Limit this process's memory and time, as far as the system can."""
    allowed = seconds(size)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, whatever it is doing
        signal.setitimer(signal.ITIMER_REAL, allowed * patience())
    try:
        import resource
    except ImportError:  # Windows: the parent's clock alone
        return
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    memory = min(MEMORY + _PER_BYTE * size, MOST_MEMORY) + held
    for name, limit in (("AS", memory), ("CPU", used + allowed), ("CORE", 0)):
        _set(resource, getattr(resource, f"RLIMIT_{name}", None), limit)


def _set(resource: Any, name: int | None, limit: int) -> None:  # noqa: ANN401 - the module
    if name is None:
        return
    _, hard = resource.getrlimit(name)
    try:
        resource.setrlimit(name, (min(limit, hard) if hard >= 0 else limit, hard))
    except (ValueError, OSError):
        return  # macOS refuses some; the others hold


def _answer(out: IO[bytes], parser: str, kind: str, shown: str, content: bytes) -> None:
    """Send the pieces of a file, and at last that it was all, or why it was not."""
    try:
        for piece in importlib.import_module(parser).pieces(content, kind, shown):
            _send(out, piece)
    except InputError as error:
        found = [(one.rule, one.place.where, one.message, one.advice) for one in error.findings]
        _send(out, ("failed", error.message, found))
    else:
        _send(out, ("done",))
    out.flush()


def _send(out: IO[bytes], piece: Piece) -> None:
    made = io.BytesIO()
    pickler = pickle.Pickler(made, 5)
    pickler.fast = True  # plain values in plain tuples: nothing in them refers to itself
    pickler.dump(piece)
    content = made.getbuffer()
    out.write(HEAD.pack(len(content)))
    out.write(content)
