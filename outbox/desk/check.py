"""Every finding on jobs, rosters, templates and their fit; nothing is changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from outbox import workspace as workspaces
from outbox.desk.outcome import Outcome, finding_lines, finding_object
from rosters.finding import InputError, Level, UsageError
from rosters.reader import read_roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from outbox.workspace import Workspace
    from rosters.finding import Finding
    from rosters.roster import Roster, Sheet


def check(folder: Path, names: Sequence[str], *, explain: bool = False) -> Outcome:
    """Check what is named, or every job of the workspace; a bare workbook needs no workspace."""
    workspace = _workspace(folder, names)
    findings: dict[Finding, tuple[str, ...]] = {}
    sheets: dict[str, Sheet] = {}
    for name in names or [str(path) for path in workspace.all_jobs()] if workspace else names:
        found, roster = _one(folder, workspace, name)
        for finding in found:
            bare = _bare(finding)
            findings[bare] = (*findings.get(bare, ()), *finding.blocks)
        for sheet in roster.sheets if roster else ():
            sheets[sheet.key] = sheet
    return _outcome(
        [finding.blocking(*blocks) for finding, blocks in findings.items()],
        [line for sheet in sheets.values() for line in _explained(sheet)] if explain else [],
    )


def _workspace(folder: Path, names: Sequence[str]) -> Workspace | None:
    try:
        return workspaces.find(folder)
    except UsageError:
        if names and all(_is_workbook(folder / name) for name in names):
            return None
        raise


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() != ".md" and path.exists()


def _names_workbook(workspace: Workspace, name: str) -> bool:
    return any(_is_workbook(path) for path in (Path(name), workspace.root / name))


def _one(
    folder: Path, workspace: Workspace | None, name: str
) -> tuple[Iterable[Finding], Roster | None]:
    try:
        if (
            workspace is not None
            and workspace.is_job(name)
            and not _names_workbook(workspace, name)
        ):
            from outbox.desk import preparation

            prepared = preparation.prepare(workspace, workspace.job(name))
            return prepared.plan.findings, prepared.roster
        roster = _workbook(folder, workspace, name)
    except InputError as error:
        return error.findings, None
    return roster.findings, roster


def _workbook(folder: Path, workspace: Workspace | None, name: str) -> Roster:
    places = [Path(name), folder / name]
    if workspace is not None:
        places += [workspace.root / name, workspace.root / "rosters" / name]
    path = next((place for place in places if place.exists()), None)
    if path is None:
        raise UsageError(f"没有作业或名册「{name}」", "请检查名字和路径")
    if path.is_file() and path.suffix.lower() not in {".xlsx", ".xlsm", ".xls", ".ods", ".csv"}:
        from outbox.desk import preparation

        raise InputError("读不了", findings=[preparation.unreadable(path, path.name)])
    if workspace is None:
        return read_roster([path])
    return read_roster([path], shown=workspace.shown, columns=workspace.config.columns)


def _bare(finding: Finding) -> Finding:
    from dataclasses import replace

    return replace(finding, blocks=())


def _explained(sheet: Sheet) -> list[str]:
    columns = "、".join(
        f"{column.letter} {column.heading}" + (f"＝{column.field}" if column.field else "")
        for column in sheet.columns
    )
    return [f"{sheet.file} › {sheet.name}：{sheet.kind}表，表头到第 {sheet.head} 行；{columns}"]


def _outcome(findings: list[Finding], explained: list[str]) -> Outcome:
    errors = sum(finding.level is Level.ERROR for finding in findings)
    warnings = sum(finding.level is Level.WARNING for finding in findings)
    tail = f"共 {errors} 处错误，{warnings} 处提醒" if findings else "没有发现问题"
    return Outcome(
        (*finding_lines(findings), *explained, tail),
        {
            "findings": [finding_object(finding) for finding in findings],
            "errors": errors,
            "warnings": warnings,
        },
        status=1 if errors else 0,
    )
