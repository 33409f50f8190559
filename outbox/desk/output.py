"""Where a paper for people is written: a place of its own, where nothing is written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.finding import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from outbox.workspace import Workspace

_OWN = ("rosters", "jobs", "templates")


def spare(workspace: Workspace, output: Path, what: str) -> None:
    """See that a file may be written there; `what` it is, in a clerk's word.

    Raises:
        UsageError: something is there, or it is no place for it.

    """
    where = output.resolve()
    if any(where.is_relative_to((workspace.root / name).resolve()) for name in _OWN):
        raise UsageError(f"{what}不能写进 {where.parent.name}/", "请写到工作区的其他地方")
    if not where.parent.is_dir():
        raise UsageError(f"没有文件夹 {output.parent}", "请先建好，或换一个地方")
    if where.exists():
        raise UsageError(f"「{output.name}」已经有了，没有覆盖", "请换一个文件名，或先把它移走")
