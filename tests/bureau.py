# ruff: noqa: E501 (rows of a table are read better on one line)
"""A small office for tests: a workspace with a roster of its own, and the real command line."""

from __future__ import annotations

import gc
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from openpyxl import Workbook

import cli
from outbox.ledger.ledger import Ledger
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Generator

R = TypeVar("R")
CLI = Path(__file__).parent.parent / "cli.py"
# New objects from which on cycles are looked for between commands, not 50,000 as within one: a
# document that a test opens is a few objects in a cycle, and megabytes of lxml's.
_SOON = 5_000

ORGANISATIONS = [
    ["党组织编码", "党组织名称", "简称", "类别", "书记", "联系人", "联系电话", "电子邮箱"],
    ["001", "中共测试大学文学院委员会", "文学院党委", "分党委", "林一", "何二", "010-62750001", "wx@cs.example"],
    ["002", "中共测试大学数学院委员会", "数学院党委", "分党委", "杜三", "罗四", "010-62750002", "sx@cs.example; bak@cs.example"],
    ["003", "中共测试大学后勤总支部委员会", "后勤党总支", "党总支", "马五", "高六", "010-62750003", "hq@cs.example"],
]  # fmt: skip
BRANCHES = [
    ["党组织编码", "党支部名称", "简称", "上级党组织", "书记", "电子邮箱"],
    ["00101", "文学院教工党支部", "文教工支部", "文学院党委", "许七", "w1@cs.example"],
    [
        "00102",
        "文学院学生党支部",
        "文学生支部",
        "中共测试大学文学院委员会",
        "邓八",
        "w2@cs.example",
    ],
    ["00201", "数学院教工党支部", "数教工支部", "数学院党委", "冯九", "s1@cs.example"],
]
MEMBERS = [
    ["姓名", "性别", "所在党支部", "人员类别", "网格", "荣誉称号"],
    ["许七", "男", "文学院教工党支部", "正式党员", "第1网格", "优秀共产党员"],
    ["王　毅", "男", "文教工支部", "正式党员", "第2网格", None],
    ["邓八", "女", "文学院学生党支部", "预备党员", "第2网格", None],
    ["冯九", "女", "数学院教工党支部", "正式党员", "第1网格", "优秀党务工作者"],
    ["马五", "男", "后勤党总支", "正式党员", None, None],
]

JOB = """\
---
名册: rosters/名册.xlsx
文种: 通知
每份: 党组织
范围: 类别 in ["分党委", "党总支"]
文件名: "通知-{{ 简称 }}"
要素:
  发文机关标志: 中共测试大学委员会组织部文件
  发文字号: 测大组〔2026〕7号
  标题: 关于核对党员名册的通知
  主送: 各分党委、党总支
  署名: 中共测试大学委员会组织部
  成文日期: 2026-11-23
  抄送: 党委办公室
  印发机关: 中共测试大学委员会组织部
  印发日期: 2026-11-23
信件:
  主题: 【通知】{{ 标题 }}（{{ 简称 }}）
  正文: |
    {{ 书记 }}同志：
    请查收 A&B <附件>。
---
{{ 简称 }}现有党员{{ 党员数 }}名，请核对。
"""

SETTINGS = """\
[unit]
name = "中共测试大学委员会组织部"
[account]
address = "zzb@cs.example"
name = "测试大学组织部"
host = "127.0.0.1"
port = {port}
security = "plain"
per_minute = 1000
per_day = 10000
[approve]
approvers = {approvers}
"""


def write_book(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    """Write a workbook as an office keeps it: a title above each head."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append([f"测试大学{name}一览表"])
        for row in rows:
            sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def default_sheets() -> dict[str, list[list[Any]]]:
    """Return a copy of the small roster, to be changed by a test."""
    return {
        "二级党组织": [list(row) for row in ORGANISATIONS],
        "党支部": [list(row) for row in BRANCHES],
        "党员": [list(row) for row in MEMBERS],
    }


def keyed(root: Path, like: Path) -> None:
    """Give a new workspace its ledger, with another's key: marks are made with it."""
    with sqlite3.connect(find(like).ledger) as other:
        [key] = other.execute("select value from meta where key = 'key'").fetchone()
    other.close()
    begin_ledger(root, key)


def begin_ledger(root: Path, key: str) -> None:
    """Give a workspace a new ledger with this key."""
    workspace = find(root)
    Ledger.open(workspace.ledger, at=datetime(2026, 11, 25, tzinfo=UTC)).close()
    with sqlite3.connect(workspace.ledger) as own:
        own.execute("update meta set value = ? where key = 'key'", [key])
    own.close()
    # What this machine remembers of a ledger with that key would make this one an old copy of it.
    shutil.rmtree(os.environ["FAWEN_STATE"], ignore_errors=True)


@dataclass
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def fawen(*words: str | Path, cwd: Path) -> Ran:
    """Run the real command line as its entry point does, in this process: importing costs most."""
    out, err = io.StringIO(), io.StringIO()
    before, mask = sys.argv, os.umask(0o077)
    sys.argv = ["fawen", *map(str, words)]
    status = 0
    try:
        with chdir(cwd), redirect_stdout(out), redirect_stderr(err):
            cli.main()
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.argv = before
        os.umask(mask)
        gc.set_threshold(_SOON)
    return Ran(status, out.getvalue(), err.getvalue())


def drained(work: Generator[object, None, R]) -> R:
    """Run long work to its end without looking at its progress."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: R = end.value
            return result


def process(*words: str | Path, cwd: Path, **env: str) -> Ran:
    """Run the real command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(CLI), *map(str, words)],
        cwd=cwd,
        capture_output=True,
        encoding=env.get("PYTHONIOENCODING", "utf-8"),
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **env},
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def bureau(
    root: Path,
    *,
    sheets: dict[str, list[list[Any]]] | None = None,
    jobs: dict[str, str] | None = None,
    port: int = 1,
    approvers: str = "[]",
) -> Path:
    """Lay a small workspace and return its folder."""
    write_book(root / "rosters" / "名册.xlsx", sheets or default_sheets())
    (root / "jobs").mkdir(parents=True)
    for name, text in (jobs or {"通知": JOB}).items():
        (root / "jobs" / f"{name}.md").write_text(text, encoding="utf-8")
    settings = SETTINGS.format(port=port, approvers=approvers)
    (root / "fawen.toml").write_text(settings, encoding="utf-8")
    return root
