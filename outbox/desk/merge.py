"""Check, fill, and record the batch as a draft."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from merge import finished, press
from merge.crew import work
from merge.documents import Documents
from merge.files import sweep
from merge.letter import CORRECTS
from merge.misplaced import MisplacedError
from merge.nursery import NURSERY
from outbox.desk import agreement, inspection, number
from outbox.desk import folder as folders
from outbox.desk.merged import Merged, outcome, rivals
from outbox.desk.outcome import Outcome, Progress
from outbox.desk.preparation import Choice, Prepared, prepare
from outbox.desk.sources import roster_paths
from rosters.finding import InputError
from rosters.keeper import KEEPER
from rosters.reader import settle, unhurried

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from merge.job import Job
    from merge.letter import Attachment, Document
    from merge.mandate import Standing
    from merge.manifest import Manifest
    from merge.number import Numbers
    from merge.plan import Plan
    from merge.returnables import Made
    from outbox.ledger.recorder import Recorder
    from outbox.workspace import Workspace
    from rosters.finding import Finding
    from rosters.roster import Roster

__all__ = ["Choice", "merge", "merged"]


def merge(
    workspace: Workspace, name: str, choice: Choice, *, now: Callable[[], datetime]
) -> Generator[Progress, None, Outcome]:
    """Merge a job into `outbox/<batch>/`; merging unchanged inputs again gives the same batch.

    Raises:
        InputError: an error stops the job; nothing was written.
        UsageError: there is no such job, or `--only` names nothing.

    """
    KEEPER.begin()  # not only when the work does: a bar that is drawn has a thread
    return _followed(workspace, name, choice, now)


def _followed(
    workspace: Workspace, name: str, choice: Choice, now: Callable[[], datetime]
) -> Generator[Progress, None, Outcome]:
    began = now()
    made = yield from merged(workspace, workspace.job(name), choice, at=began)
    return outcome(made, (now() - began).total_seconds())


def merged(
    workspace: Workspace, path: Path, choice: Choice, *, at: datetime
) -> Generator[Progress, None, Merged]:
    """Plan, press and record one job.

    Raises:
        InputError: an error stops the job; nothing was written.

    """
    few = choice.limit is not None or choice.only or choice.workers in {0, 1}
    # Before the rows come, so that whoever fills is as small as this process still is.
    with nullcontext() if few else NURSERY.begun(work):
        return (yield from _merged(workspace, path, choice, at))


def _merged(
    workspace: Workspace, path: Path, choice: Choice, at: datetime
) -> Generator[Progress, None, Merged]:
    # The ledger first: a workspace that has lost it must not get a new one beside old batches.
    prepared = _prepared(workspace, path, choice, at)
    as_pdf = _leaving_as_pdf(prepared.job, choice)
    with folders.busy(workspace), folders.recorder(workspace, at) as ledger:
        while True:
            with unhurried():
                prepared, numbers = number.reserved(workspace, ledger, prepared, choice, at)
            staging = press.staging(prepared.plan, workspace.outbox, ledger.key)
            forms = _forms(prepared.plan, ledger.key)
            steps = press.press(prepared.plan, staging, key=ledger.key, workers=choice.workers)
            prepared = prepared.without_rows()  # the press lets go of them as early as it can
            try:
                documents = yield from _pressed(steps)
            except InputError as error:
                # What is left out, or put right, changes what is filled: nothing goes on from here.
                finished.discard(staging)
                held = error.held if isinstance(error, MisplacedError) else {}
                if not choice.skip_invalid or not held.keys() - choice.held.keys():
                    raise
                choice = replace(choice, held={**choice.held, **held})
            else:
                break
            prepared = _prepared(workspace, path, choice, at)
        notes: list[Finding] = []
        if as_pdf:
            from outbox.desk import printing

            shelf = workspace.outbox / printing.SHELF
            documents, notes = yield from printing.printed(documents, staging, shelf, as_pdf)
        with unhurried():
            attachments = press.attach(prepared.plan, staging)
            returning = _laid(forms, staging)
            manifest = press.manifest(prepared.plan, documents, attachments, numbers, returning)
            try:
                number.require(ledger, manifest)
            except InputError:  # it is never put in its place
                finished.discard(staging)
                raise
            sweep(staging)  # what one that was killed had half written beside the documents
            folders.keep(staging, manifest, roster_paths(prepared.job), path)
            notes += _given_up(ledger, manifest)
            notes += _passed(workspace, prepared.job, ledger, at)
            agreement.keep(staging, prepared.plan)
            inspection.keep(staging, (*prepared.plan.findings, *notes))
            folders.into_place(staging, workspace.outbox / manifest.batch)
            batch = ledger.record(manifest, manifest.batch, at, folders.who())
        finished.discard(staging)
        finished.tidy(workspace.outbox, at.timestamp())
        others = rivals(ledger, prepared.plan, manifest, batch)
    return Merged(prepared, manifest, batch, others, tuple(notes))


def _given_up(ledger: Recorder, manifest: Manifest) -> list[Finding]:
    if not manifest.meta.get(CORRECTS):
        return []
    from outbox.desk.readdress import forgotten

    return forgotten(ledger, manifest)


def _passed(workspace: Workspace, job: Job, ledger: Recorder, at: datetime) -> Iterable[Finding]:
    if job.returns is None:
        return ()
    from outbox.desk import deadlines

    return deadlines.passed(workspace, job, ledger.batches(), at)


def _forms(plan: Plan, key: bytes) -> Made | None:
    if plan.standing is None:
        return None
    from merge import returnables

    return returnables.made(plan, key)


def _laid(forms: Made | None, staging: Path) -> tuple[Standing | None, dict[str, Attachment]]:
    if forms is None:
        return None, {}
    from merge import returnables

    return returnables.laid(forms, staging)


def _leaving_as_pdf(job: Job, choice: Choice) -> frozenset[int]:
    if not choice.pdf and all(one.format == "Word" for one in job.entries):
        return frozenset()
    from outbox.desk import printing

    return printing.wanted(job, every=choice.pdf)


def _prepared(workspace: Workspace, path: Path, choice: Choice, at: datetime) -> Prepared:
    def offer(job: Job, roster: Roster) -> Numbers:
        return number.offered(workspace, job, roster, choice, at)

    with unhurried():
        prepared = prepare(workspace, path, choice, offer, at=at)
        prepared.plan.require()
        settle()  # what is loaded and read stays: the collector need not go over it
        return prepared


_SEEN = 1_000  # steps of a bar; nobody sees more


def _pressed(steps: Iterable[press.Progress]) -> Generator[Progress, None, Sequence[Document]]:
    documents = Documents()
    for step in steps:
        documents.append(step.plain)
        if step.done % (step.total // _SEEN + 1) == 0 or step.done == step.total:
            yield Progress("填写", step.done, step.total)
    return documents.settled()
