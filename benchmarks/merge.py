"""What `fawen merge` of many certificates costs: CPU over all its processes, and memory.

A roster of N members in 25 Party organisations with branches of 400, a certificate of 15 KB, one
document a member, sent to its 二级党组织. The command runs as a process of its own; CPU is that of
the process and of all its children, the start of Python included; memory is the peak RSS of the
largest process. Reading the roster is measured again alone, so that both can be told apart.
docxtpl fills a sample the way its manual shows (a new DocxTemplate a record, autoescape on), saved
to memory: no file, no check, no plan, no hash, no ledger.

    python benchmarks/merge.py [documents ...]      10000 100000 unless told
    python benchmarks/merge.py --workers 1 10000
    python benchmarks/merge.py --place /dev/shm 10000
    python benchmarks/merge.py --delete 1000000      what is made is deleted some seconds later
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from html import unescape
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

# As installed: what Python compiles of a module stays, and is not compiled at each start.
KEPT = {name: word for name, word in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
SAMPLE = 200  # documents that docxtpl fills
OFFICES = 25
BRANCH = 400  # members in a branch, so that each finds as many of its name in any roster
SHEET = 10_000  # members in a workbook
HEADINGS = ["姓名", "工号", "性别", "民族", "所在党支部", "人员类别", "职务", "荣誉称号"]
JOB = """\
---
名册: rosters
文种: 证书
文件格式: Word
每份: 党员
要素:
  届次: 二〇二六年度
  署名: 中共测试大学委员会
  成文日期: 2026-11-23
信件:
  收件: 二级党组织
  主题: 【证书】{{ 简称 }}
  正文: 请查收。
---
"""
LINES = [
    "荣誉证书",
    "{{ 姓名 }}同志（{{ 工号 }}）：",
    "在{{ 届次 }}评选中，{{ 荣誉称号 }}授予你，特发此证，以资鼓励。",
    "{{ 署名 }}",
    "{{ 成文日期 }}",
]


def template() -> bytes:
    """Make a certificate of 15 KB: a seal, and the text of a real one."""
    from word import Picture, picture, written

    noise = random.Random(1).randbytes(2_600)  # noqa: S311 - what does not shrink
    chunk = len(noise).to_bytes(4, "big") + b"tEXt" + noise + b"\0\0\0\0"
    seal = picture()
    return written([Picture(seal[:-12] + chunk + seal[-12:]), *LINES])


def branches(count: int) -> int:
    """Return how many branches each organisation has."""
    return max(1, count // OFFICES // BRANCH)


def members(count: int) -> Iterator[list[Any]]:
    made = random.Random(count)  # noqa: S311 - a roster of a known size
    family, given = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "明华建国志强秀英丽芳伟敏静磊洋勇艳"
    each = branches(count)
    for number in range(count):
        name = made.choice(family) + made.choice(given) + made.choice(given)
        office, branch = divmod(number * OFFICES * each // count, each)
        home = f"第{office + 1:02d}学院第{branch + 1:03d}党支部"
        person = [name, f"{number:07d}", made.choice("男女"), "汉族", home]
        yield [*person, "正式党员", "教师", "优秀共产党员"]


def workbooks(folder: Path, count: int) -> None:
    """Write the roster: organisations in one workbook, members in as many as need be."""
    from openpyxl import Workbook

    folder.mkdir(parents=True)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("二级党组织")
    sheet.append(["党组织编码", "党组织名称", "简称", "类别", "电子邮箱"])
    for n in range(1, OFFICES + 1):
        name = f"第{n:02d}学院"
        sheet.append(
            [f"{n:03d}", f"中共测试大学{name}委员会", f"{name}党委", "分党委", f"a{n}@cs.example"]
        )
    sheet = book.create_sheet("党支部")
    sheet.append(["党组织编码", "党支部名称", "简称", "上级党组织"])
    for n in range(1, OFFICES + 1):
        for m in range(1, branches(count) + 1):
            name = f"第{n:02d}学院第{m:03d}党支部"
            sheet.append([f"{n:03d}{m:03d}", name, f"{n}院{m}支部", f"第{n:02d}学院党委"])
    book.save(folder / "组织.xlsx")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("党员")
    sheet.append(HEADINGS)
    for row in islice(members(count), SHEET):
        sheet.append(row)
    first = folder / "党员001.xlsx"
    book.save(first)
    for number in range(1, -(-count // SHEET)):
        copied(first, folder / f"党员{number + 1:03d}.xlsx", number, branches(count))


def copied(first: Path, path: Path, number: int, each: int) -> None:
    """Make the next workbook of the first: other people of those names, in other branches.

    openpyxl would take a minute and more for a million rows.
    """

    def staff(found: re.Match[str]) -> str:
        return f"<t>{int(found[1]) + number * SHEET:07d}</t>"

    def home(found: re.Match[str]) -> str:
        place = (int(found[1]) - 1) * each + int(found[2]) - 1 + number * SHEET // BRANCH
        office, branch = divmod(place, each)
        return f"第{office + 1:02d}学院第{branch + 1:03d}党支部"

    with ZipFile(first) as old, ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = re.sub(r"<t>(\d{7})</t>", staff, unescape(content.decode()))
                content = re.sub(r"第(\d\d)学院第(\d{3})党支部", home, text).encode()
            new.writestr(name, content)


def office(root: Path, count: int) -> Path:
    """Lay a workspace with a roster of so many members."""
    workbooks(root / "rosters", count)
    for name in ("jobs", "templates"):
        (root / name).mkdir()
    (root / "jobs" / "证书.md").write_text(JOB, encoding="utf-8")
    (root / "templates" / "证书.docx").write_bytes(template())
    (root / "fawen.toml").write_text('[unit]\nname = "中共测试大学委员会"\n', encoding="utf-8")
    return root


def theirs() -> float:
    """Return docxtpl's CPU seconds for a document."""
    from docxtpl import DocxTemplate

    content = template()
    people = list(members(SAMPLE))
    start = time.process_time()
    for row in people:
        made = DocxTemplate(io.BytesIO(content))
        record = dict(zip(HEADINGS, row, strict=True))
        record |= {
            "届次": "二〇二六年度",
            "署名": "中共测试大学委员会",
            "成文日期": "2026年11月23日",
        }
        made.render(record, autoescape=True)
        made.save(io.BytesIO())
    return (time.process_time() - start) / SAMPLE


class Watch(threading.Thread):
    """Looks at the memory of a process and of all that it begins, while they live.

    The peak that the system tells of children is of no use: it counts what the process that began
    them held at that moment.
    """

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.done = process, threading.Event()
        self.peaks: dict[int, int] = {}

    def run(self) -> None:
        """Look ten times a second."""
        while not self.done.wait(0.1):
            self.look(self.process)

    def look(self, process: int) -> None:
        """Note the peak of a process, and of those that it began."""
        home = Path(f"/proc/{process}")
        try:
            status = (home / "status").read_text(encoding="utf-8")
            children = (home / "task" / str(process) / "children").read_text(encoding="utf-8")
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peaks[process] = int(line.split()[1]) // 1024
        for child in children.split():
            self.look(int(child))


class Cost(NamedTuple):
    """CPU and wall seconds; peak RSS in MB of the process, and of the largest that it began."""

    cpu: float
    wall: float
    own: int
    others: int


def measured(words: list[str], cwd: Path) -> Cost:
    """Run a program."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with subprocess.Popen(
        [sys.executable, *words],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        env={**KEPT, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
    ) as process:
        watch = Watch(process.pid)
        watch.start()
        status = process.wait()
    watch.done.set()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status:
        sys.exit(f"{words[-1]} ended with {status}")
    own = watch.peaks.pop(process.pid, 0)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.monotonic() - start, own, max(watch.peaks.values(), default=0))


READ = """
import sys
from pathlib import Path
from rosters.reader import read_roster
print(len(read_roster([Path(sys.argv[1])]).members))
"""
FAWEN = "import sys, cli; sys.argv[0] = 'fawen'; cli.main()"


class Broom(threading.Thread):
    """Deletes documents that were made some seconds ago, so that a million need no disk."""

    def __init__(self, outbox: Path) -> None:
        super().__init__(daemon=True)
        self.outbox, self.done = outbox, threading.Event()

    def run(self) -> None:
        """Sweep every second; the process under measure does not pay for it."""
        while not self.done.wait(1):
            old = time.time() - 5
            with suppress(FileNotFoundError):  # the batch has got its name meanwhile
                for path in self.outbox.glob("*/*/*/*.docx"):
                    if path.stat().st_mtime < old:
                        path.unlink()


def run(count: int, words: list[str], place: Path, *, delete: bool = False) -> None:
    root = place / str(count)
    # In a process of its own, so that writing the workbook does not count.
    subprocess.run([sys.executable, __file__, "--only-office", str(root), str(count)], check=True)
    reading = measured(["-c", READ, "rosters"], root)
    before = theirs()
    broom = Broom(root / "outbox")
    if delete:
        broom.start()
    whole = measured(["-c", FAWEN, "--quiet", "merge", "证书", *words], root)
    broom.done.set()
    slow = (before + theirs()) / 2 * 1000  # the machine is not the same at all times
    each, alone = whole.cpu / count * 1000, (whole.cpu - reading.cpu) / count * 1000
    print(
        f"{count:>9,} {slow:8.2f} {each:8.3f} {slow / each:6.1f} {alone:12.3f} {slow / alone:6.1f}"
        f" {whole.wall:7.1f} {whole.own:6} {whole.others:6} {reading.own:6}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--workers", default="", help="as fawen merge --workers")
    parser.add_argument("--delete", action="store_true", help="delete documents once made")
    parser.add_argument("--place", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--only-office", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only_office:
        office(asked.only_office, *asked.counts)
        return
    words = ["--workers", asked.workers] if asked.workers else []
    print(f"template {len(template()) / 1024:.1f} KB; CPU ms a document; peak RSS in MB")
    print("documents  docxtpl    fawen      x  w/o reading      x  wall s   fawen others reading")
    with tempfile.TemporaryDirectory(dir=asked.place) as place:
        for count in asked.counts:
            run(count, words, Path(place), delete=asked.delete)


if __name__ == "__main__":
    main()
