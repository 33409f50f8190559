"""An empty 发文单 of a kind, to be filled in Word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.blank import blank
from merge.kinds import DRAFTS
from outbox import workspace as workspaces
from outbox.desk.folder import write_whole
from outbox.desk.outcome import Outcome
from rosters.finding import UsageError
from templates.gongwen.kinds import USUAL
from templates.gongwen.settings import Settings
from templates.library import SUFFIXES
from templates.nearest import advice

if TYPE_CHECKING:
    from pathlib import Path


def draft(folder: Path, kind: str, output: Path) -> Outcome:
    """Write the file; in a workspace with its typefaces.

    Raises:
        UsageError: there is no such kind, it is a template of the workspace's own, or the file
            cannot be written there.

    """
    if kind not in DRAFTS:
        if _own(folder, kind):
            raise UsageError(
                f"「{kind}」是 templates/ 里本单位自己的模板",
                f"先 fawen draft 通知 -o {output}，再把发文单的「文种」改成 {kind}",
            )
        near = advice(kind, DRAFTS, usual=USUAL)
        stop = "" if near.endswith("？") else "。"
        raise UsageError(f"没有文种「{kind}」", f"{near}{stop}可用：{'、'.join(DRAFTS)}")
    fresh(output, ".docx")
    write_whole(output, blank(kind, settings(folder)))
    lines = (
        f"已起草 {output}",
        "下一步：在 Word 或 WPS 里填好表格，把正文写在表格下面，存进工作区的 jobs/，"
        "再运行 fawen check",
    )
    return Outcome(lines, {"file": str(output)})


def _own(folder: Path, kind: str) -> bool:
    """Tell whether a kind is a template that the workspace has."""
    try:
        templates = workspaces.find(folder).templates
    except UsageError:
        return False
    return any((templates / f"{kind}{suffix}").is_file() for suffix in SUFFIXES)


def settings(folder: Path) -> Settings:
    """Take the typefaces of the workspace that a folder lies in, else the usual ones."""
    try:
        return workspaces.find(folder).settings
    except UsageError:
        return Settings()


def fresh(output: Path, suffix: str) -> None:
    """Refuse to write over a file, or where there is no folder.

    Raises:
        UsageError: it cannot be written there.

    """
    if output.suffix.lower() != suffix:
        raise UsageError(f"「{output.name}」的结尾不是 {suffix}", f"请写成 {output.stem}{suffix}")
    if output.exists():
        raise UsageError(f"「{output.name}」已经有了，没有覆盖", "请换一个文件名，或先把它移走")
    if not output.parent.is_dir():
        raise UsageError(f"没有文件夹 {output.parent}", "请先建好，或换一个地方")
