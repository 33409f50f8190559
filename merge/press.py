"""The press: documents filled into a staging folder, each whole or not there, in any order.

One function fills a shard, in this process or in another; the bytes are the same. A run that was
interrupted goes on: what is there already and equal is kept. Nothing here reads a clock.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from merge import misplaced
from merge.correction import corrected
from merge.crew import size
from merge.documents import Documents, made
from merge.drafts import FOLDER, every
from merge.enclosures import Enclosed, Enclosures
from merge.files import make, settled, sweep, sync, written
from merge.finished import BEGUN
from merge.homes import ATTACHED
from merge.letter import CORRECTS, Attachment
from merge.mailing import attached
from merge.manifest import Manifest
from merge.rounds import rounds, singly
from rosters.finding import Finding, InputError, Level
from templates.archive import DEFLATER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from merge.documents import Plain
    from merge.drafts import Draft
    from merge.job import Job
    from merge.letter import Document
    from merge.looking import Sighting
    from merge.mandate import Standing
    from merge.number import Run
    from merge.plan import Plan

_SHARD = 400  # documents; enough to be worth a message between processes


class Progress(NamedTuple):
    """How far the press is, and the document just made."""

    done: int
    total: int
    plain: Plain

    @property
    def document(self) -> Document:
        """The document as a value."""
        return made(self.plain)


def staging(plan: Plan, parent: Path, key: bytes = b"") -> Path:
    """Name the folder to press into: the same for the same inputs, so that a run can go on."""
    job = plan.job
    drawn = hashlib.sha256()
    for one in every(plan.drafts):
        own, _, _, _, _, folder, filename, row, position, _, number, certificate, _ = one
        text = f"{own}\0{folder}\0{filename}\0{row}\0{position}\0{number}\0{certificate}\n"
        drawn.update(text.encode())
    inputs = [
        job.name,
        *_said(plan),
        dict(job.letter),
        job.mentions,
        hmac.digest(key, b"staging", "sha256").hex(),  # marks are made with it
        [list(source) for source in plan.roster.sources],
        plan.standing.demand if plan.standing else "",
        _pictures(plan),
        drawn.hexdigest(),
        [one.scope for one in job.entries],
        DEFLATER,
        _SHARD,
    ]
    return parent / f"{BEGUN}{_hash(inputs)[:16]}"


def paper(plan: Plan) -> str:
    """Hash what a job's papers say whoever receives them: one number stands on one of these."""
    return _hash(_said(plan))


def _said(plan: Plan) -> list[object]:
    job = plan.job
    return [
        [[name, repr(value)] for name, value in job.elements.items()],
        job.body.sha256,
        hashlib.sha256(job.own or b"").hexdigest(),
        [one.sha256 for one in plan.supplies.templates],
        [[one.kind, one.per] for one in job.entries],
    ]


def _pictures(plan: Plan) -> list[str]:
    """List the pictures that documents hold, by their hashes."""
    if plan.shop is None:
        return []
    return [one.sha256 for one in (*plan.shop.photos.values(), *plan.shop.pictures.values())]


def _hash(inputs: list[object]) -> str:
    text = json.dumps(inputs, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def press(
    plan: Plan, folder: Path, *, key: bytes = b"", workers: int | None = None
) -> Iterator[Progress]:
    """Fill every document of a plan into a folder, in the order of the plan.

    Args:
        plan: one that is ready; its errors are refused here too.
        folder: where documents go, each under its receiver's folder; it may hold some already.
        key: the workspace's, that marks are made with.
        workers: processes to fill with; None: as many as are worth it.

    Raises:
        MisplacedError: documents hold what is not their receivers' to read.
        InputError: the plan is not ready, or documents cannot be filled; with every finding.

    """
    plan.require()
    drafts = plan.drafts
    fresh = not folder.exists()
    make(folder)
    folders = [folder / name for name in dict.fromkeys(map(itemgetter(FOLDER), every(drafts)))]
    for home in folders:
        make(home)
        if not fresh:
            sweep(home)
    crew = size(len(drafts), workers)
    if len(drafts) > _SHARD:
        filled = rounds(plan, _SHARD, folder, crew, key, fresh=fresh)
    else:
        filled = singly(plan, folder, key, fresh=fresh)
    job, shown = plan.job, [one.shown for one in plan.supplies.templates]
    del plan  # whoever else lets go of it, too, frees the rows
    done, found = 0, dict[Finding, None]()
    strange: list[Sighting] = []
    # As the shards were packed, so that a portion of drafts is mostly still at hand.
    shards = (drafts[first : first + _SHARD] for first in range(0, len(drafts), _SHARD))
    waiting = chain.from_iterable(shards)
    for one in filled:
        found.update(dict.fromkeys(one.findings))
        strange += one.strange
        for known, draft in zip(one.made, waiting, strict=False):  # the shorter first
            if known is not None:
                done += 1
                yield Progress(done, len(drafts), _document(draft, *known))
    if strange:
        keys = {f"{one.folder}/{one.filename}": one.key for one in drafts}
        misplaced.refuse(job, strange, tuple(found), shown, keys)
    if found:
        raise InputError(f"{len(drafts) - done} 份文件填写不成", findings=found)
    settled({folder, *(one.parent for one in folders)})


def _document(draft: Draft, sha256: str, size: int, mark: str) -> Plain:
    key, entry, kind, receiver, title, folder, filename, _, _, _, _, _, name = draft
    file = filename, f"{folder}/{filename}", sha256, size
    return key, entry, kind, receiver, title, mark, name, file


def attach(plan: Plan, folder: Path) -> tuple[Attachment, ...]:
    """Copy the job's own attachments into the batch's folder.

    Raises:
        InputError: one of them is gone or cannot be read.

    """
    if not plan.job.letter.attachments:
        return ()
    home = folder / ATTACHED
    make(folder)
    make(home)
    made, found = [], []
    for index, name in enumerate(attached(plan.job)):
        source = plan.job.find(plan.job.letter.attachments[index])
        try:
            if source is None:
                raise FileNotFoundError(name)
            data = source.read_bytes()
        except OSError:
            place = plan.job.place(f"信件.附件.{index}")
            message, advice = f"附件「{name}」读不出来", "请核对文件是否还在、是否正被打开"
            found.append(Finding(Level.ERROR, "job.attachment", place, message, advice))
            continue
        made.append(written(home / name, data, f"{ATTACHED}/{name}"))
    if found:
        raise InputError("附件读不出来", findings=found)
    sync(home)
    return tuple(made)


def manifest(
    plan: Plan,
    documents: Iterable[Document],
    attachments: Iterable[Attachment] = (),
    numbers: Iterable[Run] = (),
    returning: tuple[Standing | None, Mapping[str, Attachment]] = (None, {}),
) -> Manifest:
    """Put together what a leader signs: every letter with its parts, and what was skipped.

    A letter carries the 批次 documents, its receiver's own, the job's attachments, then the form
    that is to come back: `returning` is what returnables.laid made.
    """
    made = documents if isinstance(documents, Documents) else tuple(documents)
    standing, forms = returning
    if standing is not None:
        from merge.owed import enclosed

        standing = enclosed(standing, plan.job, made)
    parts = _enclosed(made, tuple(attachments), forms)
    letters = tuple(replace(one, attachments=parts(one.organisation)) for one in plan.letters)
    if standing is not None:
        from merge.returnables import asking

        letters = tuple(asking(one, standing, plan.job) for one in letters)
    elements = plan.job.elements
    return Manifest(
        job=plan.job.name,
        letters=letters,
        skipped=plan.skipped,
        documents=made,
        accounts=plan.accounts,
        title=str(elements.get("标题", plan.job.name)),
        number=plan.number,
        kinds=tuple(dict.fromkeys(entry.label for entry in plan.job.entries)),
        sample=plan.sample,
        made_with=DEFLATER,
        numbers=tuple(numbers),
        paper=paper(plan),
        meta={**dict(plan.roster.sources), **_told(plan.job)},
        standing=standing,
    )


def _enclosed(
    documents: Sequence[Document],
    fixed: tuple[Attachment, ...],
    forms: Mapping[str, Attachment],
) -> Callable[[str], Sequence[Attachment]]:
    """Return what tells of a receiver what its letter encloses; its form is the last."""

    def rest(receiver: str) -> tuple[Attachment, ...]:
        return (*fixed, forms[receiver]) if receiver in forms else fixed

    if isinstance(documents, Documents):
        kept = Enclosures(documents)
        return lambda receiver: Enclosed(kept, receiver, rest(receiver))
    own: dict[str, list[Attachment]] = {}
    for document in documents:
        own.setdefault(document.organisation, []).append(document.file)
    return lambda receiver: (*own.get("", ()), *own.get(receiver, ()), *rest(receiver))


def _told(job: Job) -> dict[str, str]:
    """Return what the outbox must know of a job beside its letters."""
    urgency, corrects = job.elements.get("紧急程度"), corrected(job)
    told = {"紧急程度": str(urgency) if urgency else "", CORRECTS: corrects}
    return {key: value for key, value in told.items() if value}
