"""Offices that number their papers, and processes that number them at once or are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bureau import JOB, bureau, fawen

from outbox.desk.database import open_ledger
from outbox.ledger.ledger import Ledger
from outbox.workspace import find

if TYPE_CHECKING:
    from outbox.ledger.server import Server

CHILD = Path(__file__).parent / "number_child.py"
AUTO = JOB.replace("测大组〔2026〕7号", "自动 测大组")
AWARDS = """---
名册: rosters/名册.xlsx
文件:
  - 文种: 通报
    每份: 批次
  - 文种: 荣誉证书
    每份: 党员
    文件名: "{{ 证书编号 }}-{{ 姓名 }}"
    文件格式: Word
要素:
  发文机关标志: 中共测试大学委员会文件
  发文字号: 自动 测大党
  标题: 关于表彰的通报
  署名: 中共测试大学委员会
  成文日期: 2026-11-23
  颁奖词: 表现突出，
  证书编号: 自动 测大党证
信件:
  收件: 二级党组织
  主题: 【{{ 发文字号 }}】证书（{{ 简称 }}）
  正文: "{{ 发文字号 }}：{{ 证书编号 }}"
---
表彰。
"""


def about(matter: str) -> str:
    """Write a job about some matter, numbered by itself."""
    return AUTO.replace("核对党员名册", matter)


def office(root: Path, jobs: dict[str, str], place: Path | Server | None = None) -> Path:
    """Lay a workspace, its ledger in a given place."""
    bureau(root, jobs=jobs)
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
        said = f'path = "{os.path.relpath(place, root)}"'
    elif place is not None:
        said = f'url = "{place.url}"'
    else:
        return root
    with (root / "fawen.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"[ledger]\n{said}\n")
    return root


def ledger(root: Path) -> Ledger:
    """Open an office's ledger."""
    return open_ledger(find(root), datetime.now(UTC), Ledger)


def run(root: Path, *words: str) -> dict[str, Any]:
    """Run a command that must succeed; return its object."""
    ran = fawen("--json", *words, cwd=root)
    assert ran.status == 0, ran.out + ran.err
    return ran.object


def refused(root: Path, *words: str) -> str:
    """Run a command that must be refused; return all that it said."""
    ran = fawen("--json", *words, cwd=root)
    assert ran.status in {1, 2}, ran.out + ran.err
    found = ran.object
    return json.dumps(found, ensure_ascii=False)


def merge(root: Path, job: str, *words: str) -> tuple[str, list[str]]:
    """Merge a job; return its batch and the numbers that it bears."""
    made = run(root, "merge", job, *words)
    return made["batch"], made["numbers"]


def approve(root: Path, batch: str) -> None:
    run(root, "approve", batch, "--by", "周明远", "--basis", "当面", "--no-review")


def states(root: Path) -> dict[str, str]:
    """Tell how each number stands."""
    return {one["number"]: one["state"] for one in run(root, "number")["numbers"]}


def printed(root: Path, batch: str) -> list[str]:
    """Read the text of every document of a batch."""
    texts = []
    for path in sorted((root / "outbox" / batch).rglob("*.docx")):
        with zipfile.ZipFile(path) as package:
            texts.append(package.read("word/document.xml").decode())
    return texts


@dataclass
class Clerk:
    """Somebody at a command line of his own, who may be killed at any step."""

    process: subprocess.Popen[str] = field(init=False)

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()  # it ends
        self.process.wait()
        self.process.stdout.close()

    def begin(self, root: Path, *words: str, die: int = 0) -> None:
        """Have a command begun."""
        assert self.process.stdin
        said = json.dumps([die, "-C", str(root), "--quiet", *words], ensure_ascii=False)
        self.process.stdin.write(f"{said}\n")
        self.process.stdin.flush()

    def end(self) -> tuple[int, int]:
        """Wait for its end: its status, and how many steps it took."""
        assert self.process.stdout
        status, count = json.loads(self.process.stdout.readline())
        return status, count

    def do(self, root: Path, *words: str, die: int = 0) -> tuple[int, int]:
        """Run a command to its end."""
        self.begin(root, *words, die=die)
        return self.end()
