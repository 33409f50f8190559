"""Merging where the system has nothing that only some systems have: what Windows lacks is taken."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bureau import bureau, default_sheets, keyed
from word import written

from outbox.ledger.ledger import Ledger
from outbox.workspace import find

ROOT = Path(__file__).parent.parent
TAKEN = """
import os, signal, sys
for name in (
    "writev", "pwritev", "sync", "fork", "forkpty", "register_at_fork", "sched_getaffinity",
    "O_NOFOLLOW", "O_DIRECTORY", "O_TMPFILE", "O_CLOEXEC", "fchmod", "chown",
):
    if hasattr(os, name):
        delattr(os, name)
for name in ("setitimer", "SIGALRM", "SIGKILL", "SIGHUP", "pthread_sigmask"):
    if hasattr(signal, name):
        delattr(signal, name)
sys.modules["resource"] = None
whole = os.open
def of_files(path, *words, **more):
    if os.path.isdir(path):
        raise PermissionError(13, "a folder cannot be opened", str(path))
    return whole(path, *words, **more)
os.open = of_files
"""
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


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    """Lay down what Python runs before all else, in every process."""
    folder = tmp_path / "poor"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(TAKEN, encoding="utf-8")
    return folder


def merged(root: Path, poor: str, workers: int, like: Path | None = None) -> dict[str, bytes]:
    branches = ("文学院教工党支部", "文学院学生党支部", "数学院教工党支部", "后勤党总支")
    rows = [["姓名", "工号", "所在党支部", "人员类别"]]
    rows += [[f"王{n}", f"{n:05d}", branches[n % 4], "正式党员"] for n in range(900)]
    bureau(root, sheets={**default_sheets(), "党员": rows}, jobs={"证书": JOB})
    (root / "templates").mkdir()
    (root / "templates" / "证书.docx").write_bytes(written(["{{ 姓名 }}同志：", "{{ 工号 }}"]))
    if like is not None:
        keyed(root, like)
    words = ["-c", "import cli; cli.main()", "--quiet", "merge", "证书", "--workers", str(workers)]
    path = os.pathsep.join(filter(None, (poor, str(ROOT))))
    done = subprocess.run(
        [sys.executable, *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    paths = sorted((root / "outbox").glob("证书-*/**/*.docx"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def test_the_names_are_gone(poor: Path) -> None:
    look = "import os, signal; print(hasattr(os, 'writev'), hasattr(signal, 'setitimer'))"
    done = subprocess.run(
        [sys.executable, "-c", look],
        env={**os.environ, "PYTHONPATH": str(poor)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_documents_are_made(tmp_path: Path, poor: Path, workers: int) -> None:
    made = merged(tmp_path / "poor-one", str(poor), workers)
    assert len(made) == 900
    assert made == merged(tmp_path / "rich", "", 1, like=tmp_path / "poor-one")
    workspace = find(tmp_path / "poor-one")
    with Ledger.open(workspace.ledger, at=datetime.now(UTC)) as ledger:
        [batch] = ledger.batches()
        assert batch.documents == 900
