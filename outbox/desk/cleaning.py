"""Write the corrected, annotated copy of a workbook that `check --fix` makes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from outbox.desk.folder import write_whole
from rosters.cleaning import clean_copy
from rosters.finding import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from rosters.cleaning import Cleaned
    from rosters.roster import Roster


def write_copy(source: Path, roster: Roster, output: Path) -> Cleaned:
    """Write the clean copy of a workbook, and leave the workbook alone.

    Raises:
        UsageError: it is no .xlsx, or the copy would take the place of the original.

    """
    for path in (source, output):
        if path.suffix.lower() != ".xlsx":
            raise UsageError(f"--fix 只能把 .xlsx 写成 .xlsx，而不是「{path.name}」", "请先另存")
    if output.resolve() == source.resolve():
        raise UsageError("改正的副本不能盖住原来的名册", "请换一个文件名")
    if output.exists():
        raise UsageError(f"「{output.name}」已经有了，没有覆盖", "请换一个文件名，或先把它移走")
    if not output.parent.is_dir():
        raise UsageError(f"没有文件夹 {output.parent}", "请先建好，或换一个地方")
    content = source.read_bytes()
    shown, digest = roster.sources[0]
    if hashlib.sha256(content).hexdigest() != digest:  # not what passed the gate and was read
        raise UsageError(f"「{shown}」刚刚被改动过", "请再运行一次")
    made = clean_copy(content, roster, shown)
    write_whole(output, made.content)
    return made
