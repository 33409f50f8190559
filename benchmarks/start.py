"""CPU time of a command from its start to its end, on the sample workspace with one batch.

`merge` merges two certificates in a small workspace of its own, which has no ledger yet.

python benchmarks/start.py [another checkout] [--page]   # the other is measured in turn: before
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import _page
from docx import Document

try:
    import resource
except ImportError:
    sys.exit("a child's CPU time is not told on this system")

HERE = Path(__file__).parent.parent
# As installed: what Python compiles of a module stays, and is not compiled at each start.
KEPT = {name: word for name, word in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ROUNDS = 9
COMMANDS = (
    ["--help"],
    ["status"],
    ["fields", "通知"],
    ["check", "rosters/示例大学名册.xlsx"],
    ["check"],
    ["merge", "证书"],
)
OFTEN = {"check": ROUNDS // 2}
JOB = """---
名册: rosters
文种: 证书
文件格式: Word
每份: 党员
信件:
  收件: 二级党组织
  主题: 证书（{{ 简称 }}）
  正文: 请查收。
---
"""
CODE = "import sys; sys.path.insert(0, sys.argv.pop(1)); import cli; cli.main()"


def run(tree: Path, folder: Path, words: list[str]) -> float:
    """Run a command of a checkout; return its CPU ms."""
    if words[:1] == ["merge"]:
        shutil.rmtree(folder / "outbox", ignore_errors=True)  # else it is there already
    command = [sys.executable, "-c", CODE, str(tree), "-C", str(folder), *words]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, env=KEPT, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr.decode()
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def certificates(folder: Path) -> Path:
    """Lay out a small workspace of certificates."""
    for name in ("jobs", "rosters", "templates"):
        (folder / name).mkdir(parents=True)
    (folder / "fawen.toml").write_text('[unit]\nname = "中共示例大学委员会"\n', "utf-8")
    shutil.copy(HERE / "tests" / "data" / "小名册.xlsx", folder / "rosters")
    template = Document()
    template.add_paragraph("{{ 姓名 }}同志：")
    template.save(str(folder / "templates" / "证书.docx"))
    (folder / "jobs" / "证书.md").write_text(JOB, "utf-8")
    return folder


def bare(folder: Path) -> float:
    """Start Python alone; return its CPU ms."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "pass"], cwd=folder, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main(trees: list[Path], *, page: bool) -> None:
    """Measure each command in each checkout in turn."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "办公室"
        run(HERE, Path(home), ["new", str(folder)])
        small = certificates(Path(home) / "证书")
        shutil.copy(folder / "rosters" / "示例大学名册.xlsx", home)
        run(HERE, folder, ["merge", "通知"])
        alone = statistics.median(bare(folder) for _ in range(ROUNDS))
        lines = [
            "| CPU ms | before | now |",
            "|---|---:|---:|",
            f"| *Python alone* | | {alone:.0f} |",
        ]
        for words in COMMANDS:
            place = small if words[0] == "merge" else folder
            spent: dict[Path, list[float]] = {tree: [] for tree in trees}
            for tree in trees:
                run(tree, place, words)  # what it imports is compiled, and kept
            for _ in range(OFTEN.get(words[0], ROUNDS)):
                for tree in trees:
                    spent[tree].append(run(tree, place, words))
            told = [f"{statistics.median(spent[tree]):.0f}" for tree in trees]
            told = ["", *told] if len(told) == 1 else told
            lines.append(f"| `fawen {' '.join(words)}` | {' | '.join(told)} |")
            print(lines[-1], flush=True)
    if page:
        _page.write("start", "\n".join(lines))


if __name__ == "__main__":
    others = [Path(word).resolve() for word in sys.argv[1:] if not word.startswith("-")]
    main([*others, HERE], page="--page" in sys.argv)
