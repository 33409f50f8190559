"""Every finding on jobs, rosters, templates and their fit; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from outbox import workspace as workspaces
from outbox.desk.explanation import explained
from outbox.desk.outcome import MOST, Outcome, finding_lines, finding_object
from outbox.desk.sources import Rosters, roster_paths
from rosters.files import READABLE
from rosters.finding import Finding, InputError, Level, Place, UsageError
from rosters.keeper import KEEPER
from rosters.reader import read_roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from merge.plan import Plan
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace
    from rosters.cleaning import Cleaned
    from rosters.roster import Roster


@dataclass
class _Tally:
    """What was found on all that is checked; a finding that stops several jobs is one."""

    findings: dict[Finding, tuple[str, ...]] = field(default_factory=dict)
    rosters: dict[tuple[tuple[str, str], ...], Roster] = field(default_factory=dict)
    shared: Rosters = field(default_factory=Rosters)
    copy: Cleaned | None = None
    plans: list[Plan] = field(default_factory=list)
    at: datetime | None = None
    same: str = ""  # what is said where nothing changed since a batch

    def add(self, found: Iterable[Finding], roster: Roster | None = None) -> None:
        for one in found:
            bare = replace(one, blocks=())
            self.findings[bare] = (*self.findings.get(bare, ()), *one.blocks)
        if roster is not None:
            self.rosters[roster.sources] = roster


def check(
    folder: Path,
    names: Sequence[str],
    *,
    explain: bool = False,
    since: str = "",
    copy: Path | None = None,
    at: datetime | None = None,
) -> Outcome:
    """Check what is named, or every job of the workspace; a bare workbook needs no workspace.

    Args:
        folder: where the words were said.
        names: jobs or workbooks.
        explain: tell how tables were read.
        since: a batch: tell also what changed in the roster since; without names, of its job.
        copy: where to write the corrected, annotated copy of the one workbook named.
        at: the time, which opening the ledger for `since` needs.

    Raises:
        UsageError: a name or batch is not known, or of these no copy can be made.

    """
    workspace = _workspace(folder, names)
    KEEPER.begin()
    batch = None
    if since and at is not None:
        if workspace is None:
            raise UsageError("--since 要在工作区里用", "请用 -C 指明工作区")
        from outbox.desk import changes

        batch = changes.batch_of(workspace, since, at=at)
        names = names or [batch.job]
    tally = _Tally(at=at)
    asked = names
    jobless = workspace is not None and not names and not workspace.all_jobs()
    if workspace is not None and not names:
        asked = [str(path) for path in workspace.all_jobs()] or _rosters_alone(workspace)
        tally.add(_old(workspace))
    for name in asked:
        tally.add(*_one(folder, workspace, name, tally))
    if any(entry.format == "PDF" for plan in tally.plans for entry in plan.job.entries):
        from outbox.desk import printing

        tally.add(printing.foreseen(plan.job for plan in tally.plans))
    if tally.plans and workspace is not None and at is not None:
        tally.add(_dated(workspace, tally.plans, at, named=bool(names)))
    commending = any(one.honoured or one.job.awards for one in tally.plans)
    if workspace is not None and (commending or (tally.plans and workspace.has_ledger)):
        from outbox.desk import agreement

        tally.add(agreement.agreed(workspace, tally.plans, at))
    if workspace is not None and batch is not None:
        _since(workspace, batch, tally)
    if copy is not None:
        tally.copy = _copied(folder, workspace, names, tally, copy)
    return _outcome(tally, copy, explain=explain, jobless=jobless)


def _dated(
    workspace: Workspace, plans: Sequence[Plan], at: datetime, *, named: bool
) -> Iterator[Finding]:
    """Find what the ledger has against jobs; and the time, against those that somebody named.

    Of jobs that only lie there, as the examples do, it does not matter that their days are over.
    """
    if workspace.has_ledger:
        from outbox.desk import number

        yield from number.checked(workspace, plans, at)
    if named and any(one.job.returns is not None for one in plans):
        from outbox.desk import deadlines

        yield from deadlines.checked(workspace, plans, at)


def _since(workspace: Workspace, batch: BatchInfo, tally: _Tally) -> None:
    from outbox.desk import changes

    changed = changes.since(workspace, batch, tally.rosters.values())
    tally.add(changed)
    if tally.rosters and not changed:
        tally.same = changes.unchanged(workspace, batch)


def _rosters_alone(workspace: Workspace) -> list[str]:
    """Name the folder of rosters where there is a roster, but no job yet that would read it."""
    folder = workspace.root / "rosters"
    found = folder.iterdir() if folder.is_dir() else ()
    return [str(folder)] if any(one.suffix.lower() in READABLE for one in found) else []


def _old(workspace: Workspace) -> list[Finding]:
    """Name what lies among jobs and templates and is not read: another is taken in its stead."""
    from templates.library import OTHER

    templates = workspace.templates.iterdir() if workspace.templates.is_dir() else ()
    other = sorted(one for one in templates if one.suffix.lower() in OTHER and one.name[:2] != "~$")
    told = [(path, "job.old", "是旧格式，没有读") for path in workspace.old_jobs()]
    told += [(path, "template.other", "不是 .docx，没有用作模板") for path in other]
    return [
        Finding(Level.WARNING, rule, Place(workspace.shown(path)), said, workspaces.OLD_ADVICE)
        for path, rule, said in told
    ]


def _copied(
    folder: Path, workspace: Workspace | None, names: Sequence[str], tally: _Tally, copy: Path
) -> Cleaned | None:
    """Write the clean copy; nothing where the workbook could not be read at all."""
    rosters = list(tally.rosters.values())
    if len(names) != 1 or len(rosters) > 1 or any(len(one.sources) != 1 for one in rosters):
        raise UsageError("--fix 一次只改一个工作簿", "请写明是哪一个 .xlsx")
    if not rosters:
        return None
    if workspace is not None and _means_job(workspace, names[0]):
        from outbox.desk import preparation

        [source] = roster_paths(preparation.load(workspace, workspace.job(names[0])))
    else:
        source = _place(folder, workspace, names[0])
    from outbox.desk.cleaning import write_copy

    return write_copy(source, rosters[0], copy)


def _means_job(workspace: Workspace, name: str) -> bool:
    places = (Path(name), workspace.root / name)
    return workspace.is_job(name) and not any(_is_workbook(path) for path in places)


def _workspace(folder: Path, names: Sequence[str]) -> Workspace | None:
    try:
        return workspaces.find(folder)
    except UsageError:
        if names and all(_is_workbook(folder / name) for name in names):
            return None
        raise


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() not in workspaces.JOBS and path.exists()


def _one(
    folder: Path, workspace: Workspace | None, name: str, tally: _Tally
) -> tuple[Iterable[Finding], Roster | None]:
    try:
        if workspace is not None and _means_job(workspace, name):
            from outbox.desk import preparation

            prepared = preparation.prepare(
                workspace, workspace.job(name), rosters=tally.shared, at=tally.at
            )
            tally.plans.append(prepared.plan.without_rows())
            return prepared.plan.findings, prepared.roster
        roster = _workbook(folder, workspace, name)
    except InputError as error:
        return error.findings, None
    return roster.findings, roster


def _workbook(folder: Path, workspace: Workspace | None, name: str) -> Roster:
    path = _place(folder, workspace, name)
    if path.is_file() and path.suffix.lower() not in {*READABLE, ".xlsm"}:
        from outbox.desk import preparation

        raise InputError("读不了", findings=[preparation.unreadable(path, path.name)])
    if workspace is None:
        return read_roster([path])
    columns, places = workspace.config.columns, workspace.column_places
    return read_roster([path], shown=workspace.shown, columns=columns, places=places)


def _place(folder: Path, workspace: Workspace | None, name: str) -> Path:
    places = [Path(name), folder / name]
    if workspace is not None:
        places += [workspace.root / name, workspace.root / "rosters" / name]
    path = next((place for place in places if place.exists()), None)
    if path is None:
        raise _unknown(workspace, name)
    return path


def _unknown(workspace: Workspace | None, name: str) -> UsageError:
    from outbox.desk.folder import workbooks

    if workspace is None:
        return UsageError(f"没有作业或名册「{name}」", _NAMES)
    home = workspace.root / "rosters"
    books = workbooks(home) if home.is_dir() else []
    return workspace.unknown(
        name,
        "作业或名册",
        [one.name for one in books],
        otherwise=_NAMES if Path(name).suffix else "",
    )


_NAMES = "请检查名字和路径"


def _outcome(tally: _Tally, copy: Path | None, *, explain: bool, jobless: bool) -> Outcome:
    findings = [one.blocking(*blocks) for one, blocks in tally.findings.items()]
    lines = explained(tally.rosters.values()) if explain else []
    lines += [tally.same] if tally.same else []
    errors = sum(finding.level is Level.ERROR for finding in findings)
    warnings = sum(finding.level is Level.WARNING for finding in findings)
    lines.append(f"共 {errors} 处错误，{warnings} 处提醒" if findings else "没有发现问题")
    if jobless:
        read = "只查了名册" if tally.rosters else "什么也没有查"
        lines.append(f"jobs/ 里还没有作业，{read}；起草一份：fawen draft 通知 -o jobs/通知.docx")
    said: dict[str, object] = {
        "findings": [finding_object(finding) for finding in findings],
        "errors": errors,
        "warnings": warnings,
    }
    if copy is not None and tally.copy is not None:
        lines += [
            f"改正  {one.sheet}!{one.cell}：「{one.before}」→「{one.after}」"
            for one in tally.copy.corrections[:MOST]
        ]
        corrected, noted = len(tally.copy.corrected), tally.copy.noted
        if corrected > MOST:
            lines.append(f"……  改正的还有 {corrected - MOST} 格，副本里各格的批注写着原来是什么")
        lines.append(f"已写好 {copy}：改正 {corrected} 格，批注 {noted} 处；原来的名册没有动")
        told = [one._asdict() for one in tally.copy.corrections]
        said |= {"file": str(copy), "corrected": corrected, "corrections": told, "noted": noted}
    elif copy is not None:
        lines.append("名册读不了，没有写副本")
    return Outcome((*finding_lines(findings), *lines), said, status=1 if errors else 0)
