"""Processes that fill shards. Each ends by itself when the process that began it is gone."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Self, cast

from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.context import SpawnProcess
    from pathlib import Path

    from merge.shard import Filled, Parcels

MANY = 3_000  # documents from which on a process more is worth its start
_MOST = 32  # processes, however many processors there are
_PATIENCE = 5  # seconds for a process to end by itself


def size(documents: int, asked: int | None) -> int:
    """Say how many processes are to fill: as asked; else all processors for many documents."""
    if asked is not None:
        return min(asked, _MOST)
    if documents < MANY:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST)
    return min(os.cpu_count() or 1, _MOST)


class Crew:
    """Some processes at work; spawned everywhere, so that what Windows does is what is tested."""

    def __init__(self, count: int, parcels: Parcels, folder: Path, *, fresh: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self._ends: dict[Any, SpawnProcess] = {}  # by our end: its type is another on Windows
        for _ in range(count):
            ours, theirs = context.Pipe()
            words = (theirs, parcels, folder, fresh)
            process = context.Process(target=_serve, args=words, daemon=True)
            process.start()
            theirs.close()  # so that each side sees the end of the other
            self._ends[ours] = process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            end.close()
        for process in self._ends.values():
            process.join(_PATIENCE)
            if process.is_alive():
                process.terminate()

    def run(self, parcels: Iterable[bytes]) -> Iterator[Filled]:
        """Have each parcel filled by whoever is free; yield what came of them in their order.

        Raises:
            UnavailableError: a process is gone.

        """
        waiting = enumerate(parcels)
        busy: dict[Any, int] = dict.fromkeys(self._ends, -1)  # -1: not yet ready
        done: dict[int, Filled] = {}
        following = 0
        while busy:
            for end in cast("list[Any]", wait(list(busy))):
                number, answer = busy.pop(end), _heard(end)
                if number >= 0:
                    done[number] = answer
                task = next(waiting, None)
                if task is not None:
                    busy[end] = task[0]
                    with contextlib.suppress(OSError):  # it is gone, which is heard at once
                        end.send_bytes(task[1])
            while following in done:
                yield done.pop(following)
                following += 1


def _heard(end: Any) -> Filled:  # noqa: ANN401 - as above
    try:
        answer = pickle.loads(end.recv_bytes())  # noqa: S301 - our own, through our own pipe
    except (EOFError, OSError) as error:
        message = "一个填写进程意外结束"
        advice = "已做好的都完整，请再运行一次；仍不行时加上 --workers 1"
        raise UnavailableError(message, advice) from error
    if isinstance(answer, BaseException):
        raise answer
    filled: Filled = answer
    return filled


def _serve(end: Any, parcels: Parcels, folder: Path, fresh: bool) -> None:  # noqa: ANN401 - as above
    """Fill parcel after parcel, until the other side closes or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other side hears it, and closes
    bench = parcels.bench()
    answer: object = None  # ready
    with contextlib.suppress(EOFError, OSError):
        while True:
            end.send_bytes(pickle.dumps(answer))
            parcel = end.recv_bytes()
            try:
                answer = bench.fill(parcel, folder, fresh=fresh)
            except Exception as error:  # noqa: BLE001 - raised again on the other side
                answer = error
