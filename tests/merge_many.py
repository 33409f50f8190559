"""Merge certificates for so many members, from a roster made in memory; print what it took.

    python tests/merge_many.py FOLDER COUNT

It prints one JSON object: the peak RSS in MB of this process and of the largest that it began, the
digest, the number of documents and of files in the fullest folder.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from bureau import bureau, default_sheets, drained
from word import written

from outbox.desk import merge, preparation, sources
from outbox.workspace import find
from rosters.roster import Member, Roster, Row

if TYPE_CHECKING:
    from collections.abc import Callable

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


def many(read: Callable[..., Roster], count: int) -> Callable[..., Roster]:
    """Read a small roster, and give it so many members."""

    def reading(*words: object, **more: object) -> Roster:
        roster = read(*words, **more)
        first = roster.members
        members = []
        for at in range(count):
            like = first[at * len(first) // count]
            name, _, *rest = like.row.values
            row = Row(like.row.sheet, at + 9, (f"{name}{at}", f"{at:07d}", *rest))
            members.append(Member(f"{name}{at}", like.organisation, row))
        return replace(roster, members=tuple(members))

    return reading


def peak(process: int) -> int:
    """Return a process's peak RSS in MB."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(s.split()[1]) // 1024 for s in status.splitlines() if "VmHWM" in s), 0)


def watch(peaks: dict[str, int]) -> None:
    """Note the peaks of the processes that this one began, and they, while they live."""
    while True:
        look(os.getpid(), peaks)
        time.sleep(0.05)


def look(process: int, peaks: dict[str, int]) -> None:
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    except OSError:  # it has ended
        return
    for child in listed.split():
        peaks[child] = max(peaks.get(child, 0), peak(int(child)))
        look(int(child), peaks)


def main(root: Path, count: int) -> None:
    branches = ("文学院教工党支部", "文学院学生党支部", "数学院教工党支部", "后勤党总支")
    rows = [["姓名", "工号", "性别", "民族", "所在党支部", "人员类别", "职务", "荣誉称号"]]
    rows += [["王", "1", "男", "汉族", one, "正式党员", "教师", "优秀共产党员"] for one in branches]
    bureau(root, sheets={**default_sheets(), "党员": rows}, jobs={"证书": JOB})
    (root / "templates").mkdir()
    (root / "templates" / "证书.docx").write_bytes(written(["{{ 姓名 }}同志：", "{{ 荣誉称号 }}"]))
    sources.read_roster = many(sources.read_roster, count)
    peaks: dict[str, int] = {}
    threading.Thread(target=watch, args=(peaks,), daemon=True).start()
    work = merge.merge(find(root), "证书", preparation.Choice(), now=lambda: datetime.now(UTC))
    made = drained(work).object
    fullest = max(len(list(folder.iterdir())) for folder in root.glob("outbox/证书-*/**/"))
    said = {
        "own": peak(os.getpid()),
        "others": max(peaks.values(), default=0),
        "digest": made["digest"],
        "documents": made["documents"],
        "fullest": fullest,
    }
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
