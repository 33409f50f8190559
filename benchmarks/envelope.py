"""What the right envelope and the mark cost a document: `python benchmarks/envelope.py`.

Names of 24, 3,000 and 100,000 organisations, each document of one of them as the sample notice is:
some 80 values, 700 characters. CPU time, the best of seven rounds: a neighbour does not count.
"""

from __future__ import annotations

import gc
import pickle
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, NamedTuple

import _page  # noqa: F401 - first: merge is not the script beside this one

from merge.job import Job, Letters
from merge.looking import joined
from merge.mark import sealing
from merge.persons import numbers
from merge.watch import Watch, watch
from rosters.roster import Kind, Organisation, Roster, Row, Sheet
from templates.gongwen.body import Outline

if TYPE_CHECKING:
    from collections.abc import Callable

SHEET = Sheet("名册.xlsx", "党支部", Kind.BRANCHES, 1, (), {})
DOCUMENTS, ROUNDS = 400, 7
JOB = Job(
    "通知",
    "通知.md",
    (),
    (),
    {"署名": "中共示例大学委员会组织部"},
    Letters.model_validate({"主题": "通知", "正文": "请查收"}),
    {},
    Outline(),
)


class Cost(NamedTuple):
    """Milliseconds to make ready and to hand over, microseconds a document, bytes handed over."""

    organisations: int
    built: float
    handed: float
    size: int
    scanned: float
    marked: float


def roster(count: int) -> Roster:
    made = []
    for at in range(count):
        college = at // 10
        key = f"{college:05d}" if at % 10 == 0 else f"{college:05d}{at % 10:02d}"
        above = None if at % 10 == 0 else f"{college:05d}"
        branch = "" if above is None else f"教工第{at % 10}支部"
        name = f"中共示例大学第{college}学院{branch}委员会"
        short = f"第{college}学院党委" if above is None else f"第{college}学院教工第{at % 10}党支部"
        row = Row(SHEET, at + 2, ())
        made.append(Organisation(key, key, name, short, "党支部", above, (), row))
    return Roster(tuple(made), (), (SHEET,))


def values(one: Organisation, below: list[Organisation]) -> list[str]:
    """List what a document says: its names, those of others below, people and figures."""
    said = [one.name, one.short, "示大组〔2026〕12号", "关于做好网格排查和日报告工作的通知", "37"]
    for other in below:
        said += [other.short, "王小明", "第3网格", "13900001234", "12"]
    return [*said, *islice(cycle(["值守校门和快递点，查验来访登记", "李娜", "2026年11月20日"]), 30)]


def timed(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def scan(names: Watch, documents: list[tuple[int, list[str]]]) -> None:
    for own, said in documents:
        text = joined(said)
        assert not names.strangers(text, own)
        assert not names.alone(said, own)
        assert not numbers(text)


def seal(documents: list[tuple[int, list[str]]]) -> None:
    for _, said in documents:
        assert len(sealing(b"k" * 32, "00101")("\0".join(said).encode())) == 12


def cost(count: int) -> Cost:
    people = roster(count)
    began = time.process_time()
    names = watch(JOB, people)
    built = time.process_time() - began
    began = time.process_time()
    packed = pickle.dumps(names)
    names = pickle.loads(packed)  # noqa: S301 - just packed
    handed = time.process_time() - began
    gc.freeze()  # as a filling process does
    ones = list(islice(cycle(people.organisations), DOCUMENTS))
    documents = [(names.place(o.key), values(o, list(people.inferiors(o)))) for o in ones]
    scanned = timed(lambda: scan(names, documents)) / DOCUMENTS
    marked = timed(lambda: seal(documents)) / DOCUMENTS
    return Cost(count, built * 1e3, handed * 1e3, len(packed), scanned * 1e6, marked * 1e6)


def main() -> None:
    print("| 党组织 | 备好 ms | 交给进程 ms | 大小 KB | 每份核对 µs | 每份印记 µs |")
    print("|---:|---:|---:|---:|---:|---:|")
    for count in (24, 3_000, 100_000):
        one = cost(count)
        print(
            f"| {one.organisations:,} | {one.built:.1f} | {one.handed:.1f} | {one.size // 1000:,} "
            f"| {one.scanned:.1f} | {one.marked:.1f} |"
        )


if __name__ == "__main__":
    main()
