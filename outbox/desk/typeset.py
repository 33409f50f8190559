"""One official document without a roster: from a Word or Markdown file to a Word file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge import job as jobs
from merge.plan import alone
from outbox import workspace as workspaces
from outbox.desk import preparation
from outbox.desk.draft import fresh
from outbox.desk.folder import write_whole
from outbox.desk.outcome import Outcome, finding_lines, finding_object
from rosters.finding import UsageError
from templates.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from outbox.workspace import Workspace


def typeset(folder: Path, source: Path, output: Path) -> Outcome:
    """Set one document; in a workspace with its templates, typefaces and defaults.

    It names nobody of a roster, and so bears no token and is recorded nowhere.

    Raises:
        UsageError: there is no such file, or none can be written there.
        InputError: the document has faults; nothing was written.

    """
    fresh(output, ".docx")
    if source.suffix.lower() not in workspaces.JOBS or not source.is_file():
        raise UsageError(f"没有「{source}」，或者不是 .docx、.md", "请核对文件名")
    workspace = _workspace(folder)
    defaults = workspace.defaults if workspace else {}
    shown = workspace.shown(source) if workspace else source.name
    job = jobs.load(source, shown=shown, defaults=defaults, alone=True)
    made, findings = alone(job, preparation.library(workspace) if workspace else Library())
    write_whole(output, made)
    said = [finding_object(one) for one in findings]
    return Outcome(
        (*finding_lines(findings), f"已排好 {output}"), {"file": str(output), "findings": said}
    )


def _workspace(folder: Path) -> Workspace | None:
    try:
        return workspaces.find(folder)
    except UsageError:
        return None
