"""Killed at any moment of `merge`: each document whole or not there, and the next run is right."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bureau import begin_ledger, bureau, default_sheets
from word import written

from outbox.ledger.ledger import Ledger
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outbox.ledger.values import BatchInfo

KEY = "5a" * 32  # of a ledger, in hexadecimal
CHILD = Path(__file__).parent / "merge_child.py"
JOB = """---
名册: rosters/名册.xlsx
文种: 证书
文件格式: Word
每份: 党员
信件:
  收件: 二级党组织
  主题: 证书（{{ 简称 }}）
  正文: 请查收。
---
"""
BRANCHES = ["文学院教工党支部", "文学院学生党支部", "数学院教工党支部", "后勤党总支"]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")


@dataclass
class Bench:
    """A workspace, the process that merges in it, and what comes of it undisturbed."""

    root: Path
    process: subprocess.Popen[str]
    words: str
    whole: dict[str, bytes]
    digest: str
    seconds: float = 0.0

    def start(self) -> int:
        """Begin a merge; return its process."""
        assert self.process.stdout
        self.say(f"-C {shlex.quote(str(self.root))} --quiet {self.words}")
        return int(self.process.stdout.readline())

    def say(self, words: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()

    def end(self) -> int:
        """Wait for its end; return its status."""
        assert self.process.stdout
        return int(self.process.stdout.readline())

    def batch(self) -> BatchInfo:
        workspace = find(self.root)
        with Ledger.open(workspace.ledger, at=datetime.now(UTC)) as ledger:
            [one] = ledger.batches()
            assert ledger.manifest(one.name).digest == one.digest
            return one

    def documents(self) -> dict[str, bytes]:
        """Read every document there is, staged or in its place, by its path in the batch."""
        found = {}
        for path in (self.root / "outbox").glob("*/**/*.docx"):
            inside = path.relative_to(self.root / "outbox")
            found["/".join(inside.parts[1:])] = path.read_bytes()
        return found

    def begin_anew(self) -> None:
        """Take away all that was made; the key stays, as marks are made with it."""
        shutil.rmtree(self.root / "outbox")
        begin_ledger(self.root, KEY)

    def kill(self, share: float, documents: int = 0) -> int:
        """Kill a merge after this share of its time; return how many documents it left.

        With `documents` it is killed as soon as there are so many, however slow the machine is.
        """
        self.begin_anew()
        self.start()
        time.sleep(self.seconds * share)
        for _ in range(10_000):
            with suppress(FileNotFoundError):  # the folder gets its name meanwhile
                if sum(1 for _ in (self.root / "outbox").rglob("*.docx")) >= documents:
                    break
            time.sleep(0.001)
        self.say("kill")
        assert self.end() in {-signal.SIGKILL, 0}  # 0: it was faster this time
        left = self.documents()
        for path, data in left.items():
            assert data == self.whole[path], path
        self.start()
        assert self.end() == 0
        assert self.documents() == self.whole
        assert self.batch().digest == self.digest
        assert not list((self.root / "outbox").glob(".staging*"))
        assert not list((self.root / "outbox").rglob("*.part"))
        return len(left)


def begun(root: Path, members: int, words: str, shard: int) -> Iterator[Bench]:
    rows = [["姓名", "工号", "所在党支部", "人员类别"]]
    rows += [[f"王{n}", f"{n:05d}", BRANCHES[n % 4], "正式党员"] for n in range(members)]
    bureau(root, sheets={**default_sheets(), "党员": rows}, jobs={"证书": JOB})
    (root / "templates").mkdir()
    (root / "templates" / "证书.docx").write_bytes(written(["{{ 姓名 }}同志：", "{{ 工号 }}"]))
    with subprocess.Popen(
        [sys.executable, str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1", "FAWEN_SHARD": str(shard)},
    ) as process:
        try:
            bench = Bench(root, process, words, {}, "")
            bench.start()
            assert bench.end() == 0  # the first one creates what later ones find
            bench.begin_anew()
            begin = time.monotonic()
            bench.start()
            assert bench.end() == 0
            bench.seconds = time.monotonic() - begin
            bench.whole, bench.digest = bench.documents(), bench.batch().digest
            assert len(bench.whole) == members
            yield bench
        finally:
            assert process.stdin
            process.stdin.close()  # it ends


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    yield from begun(tmp_path / "w", 60, "merge 证书", 5)


@pytest.mark.parametrize("words", ["merge 证书", "merge 证书 --workers 2"])
def test_killed_once_there_are_documents(tmp_path: Path, words: str) -> None:
    """However slow the machine is: it is killed by what is there, not by the clock."""
    for bench in begun(tmp_path / "w", 400, words, 20):
        left = [bench.kill(0, documents=count) for count in (1, 60, 200)]
        assert any(0 < count < 400 for count in left), left


@pytest.mark.long
def test_killed_anywhere_the_next_run_is_whole_and_the_same(bench: Bench) -> None:
    left = [bench.kill(at / 17) for at in range(17)]
    left += [bench.kill(0, documents=count) for count in (1, 10, 30)]
    assert any(0 < count < 60 for count in left), left  # some fell in the middle


@pytest.mark.long
def test_killed_with_processes_of_its_own_they_end_too(tmp_path: Path) -> None:
    for bench in begun(tmp_path / "w", 400, "merge 证书 --workers 2", 10):
        bench.begin_anew()
        child = bench.start()
        helpers = set[int]()
        for _ in range(1000):
            helpers |= _children(child)
            if any((bench.root / "outbox").rglob("*.docx")):
                break
            time.sleep(0.005)
        bench.say("kill")
        bench.end()
        assert len(helpers) >= 2
        for _ in range(1000):
            if not any(_alive(one) for one in helpers):
                break
            time.sleep(0.01)
        assert not any(_alive(one) for one in helpers)
        assert bench.documents().items() <= bench.whole.items()
        bench.start()
        assert bench.end() == 0
        assert bench.documents() == bench.whole
        assert bench.batch().digest == bench.digest


@pytest.mark.long
@pytest.mark.parametrize("words", ["merge 证书", "merge 证书 --workers 2"])
def test_killed_sixty_times(tmp_path: Path, words: str) -> None:
    for bench in begun(tmp_path / "w", 1_000, words, 50):
        left = [bench.kill(at / 60) for at in range(60)]
        assert sum(0 < count < 1_000 for count in left) > 5, left


def _children(process: int) -> set[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    if not path.exists():
        pytest.skip("this system does not say which processes a process began")
    return {int(one) for one in path.read_text().split()}


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except OSError:
        return False
    return state.split()[0] != "Z"
