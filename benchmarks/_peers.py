"""Who fills: our engine, docxtpl in two ways, and the peers where they can be had.

The peers are installed into a folder of this run: docx-mailmerge2 by pip, the others by npm.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from _cases import NAMES, Case, record
from docxtpl import DocxTemplate
from jinja2 import Environment

from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

MAILMERGE = "docx-mailmerge2==1.0.3"
NPM = ("docxtemplater@3.71.0", "pizzip@3.3.0", "easy-template-x@7.2.8")


class Peer(Protocol):
    """Somebody who fills `count` documents into a folder and says the CPU ms that each took."""

    def __call__(self, case: Case, folder: Path, count: int) -> float:
        """Fill; every file is new."""


def put(folder: Path, number: int, *content: bytes) -> None:
    """Write a document as a file that was not there, without fsync."""
    file = os.open(folder / f"{number}.docx", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        if len(content) > 1 and hasattr(os, "writev"):
            os.writev(file, content)
        else:
            os.write(file, b"".join(content))
    finally:
        os.close(file)


def clocked(fill: Callable[[int], bytes], folder: Path, count: int) -> float:
    """Fill and write `count` documents in this process; return CPU ms for each."""
    start = time.process_time()
    for number in range(count):
        put(folder, number, fill(number))
    return (time.process_time() - start) / count * 1000


RECORDS = [record(number) for number in range(1000)]


@lru_cache
def compiled(case: Case) -> Template:
    """Open and compile once, before the clock runs."""
    return Template.open(case.docxtpl, Names(NAMES), shown=case.name)


def ours(case: Case, folder: Path, count: int) -> float:
    """Fill with our engine: sandbox, checks on values and sha256 included."""
    template = compiled(case)
    start = time.process_time()
    for number in range(count):
        put(folder, number, *template.halves(RECORDS[number])[:2])
    return (time.process_time() - start) / count * 1000


def manual(case: Case, folder: Path, count: int) -> float:
    """Fill with docxtpl as its manual shows, autoescape on."""

    def fill(number: int) -> bytes:
        made = DocxTemplate(io.BytesIO(case.docxtpl))
        made.render(RECORDS[number], autoescape=True)
        return saved(made.save)

    return clocked(fill, folder, count)


class Caching(Environment):
    """Jinja that compiles the same source once: from_string does not by itself."""

    @lru_cache  # noqa: B019 - one object for the run
    def from_string(self, source: str, *more: Any) -> Any:
        """Compile, or take what is compiled already."""
        return super().from_string(source, *more)


CACHING = Caching(autoescape=True)


def cached(case: Case, folder: Path, count: int) -> float:
    """Fill with docxtpl and an environment that keeps what it compiled."""

    def fill(number: int) -> bytes:
        made = DocxTemplate(io.BytesIO(case.docxtpl))
        made.render(RECORDS[number], CACHING)
        return saved(made.save)

    return clocked(fill, folder, count)


def floor(case: Case, folder: Path, count: int) -> float:
    """Write a file of that size from memory."""
    content = compiled(case).made(RECORDS[0])[0]
    return clocked(lambda _: content, folder, count)


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    """Take what a tool saves."""
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def mailmerge(home: Path) -> Peer | None:
    """Install docx-mailmerge2 into a folder, or say that it cannot be had."""
    words = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(home)]
    done = subprocess.run([*words, MAILMERGE], capture_output=True, check=False)
    if done.returncode:
        return None
    sys.path.append(str(home))
    from mailmerge import MailMerge

    def peer(case: Case, folder: Path, count: int) -> float:
        def fill(number: int) -> bytes:
            one = {key: str(value) for key, value in RECORDS[number].items() if key != "下级"}
            with MailMerge(io.BytesIO(case.fields)) as made:
                if case.loop:
                    rows = RECORDS[number]["下级"]
                    made.merge_rows("名称", [{k: str(v) for k, v in row.items()} for row in rows])
                made.merge(**one)
                return saved(made.write)

        return clocked(fill, folder, count)

    return peer


class Node:
    """The peers written for Node, in one process that lives for the whole run."""

    def __init__(self, home: Path) -> None:
        self.home = home
        npm = shutil.which("npm")
        self.process: subprocess.Popen[str] | None = None
        if npm is None or not shutil.which("node"):
            return
        words = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home)]
        if subprocess.run([*words, *NPM], capture_output=True, check=False).returncode:
            return
        (home / "records.json").write_text(json.dumps(RECORDS), encoding="utf-8")
        driver = Path(__file__).with_name("_peers.js")
        self.process = subprocess.Popen(
            ["node", str(driver), str(home)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def peer(self, tool: str) -> Peer | None:
        """Return one of the tools, None where Node or npm is missing."""
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        asked, said = process.stdin, process.stdout

        def peer(case: Case, folder: Path, count: int) -> float:
            template = self.home / f"{case.name}.docx"
            template.write_bytes(case.braces)
            order = {"tool": tool, "template": str(template), "folder": str(folder), "count": count}
            asked.write(json.dumps({**order, "records": str(self.home / "records.json")}) + "\n")
            asked.flush()
            return float(said.readline())

        return peer

    def end(self) -> None:
        """Let the process go."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait(30)
