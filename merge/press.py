"""The press: documents filled into a staging folder, each whole or not there, in any order.

One function fills a shard, in this process or in another; the bytes are the same. A run that was
interrupted goes on: what is there already and equal is kept. Nothing here reads a clock.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from merge.drafts import label_of
from merge.files import make, sync, written
from merge.homes import ATTACHED
from merge.letter import Attachment, Document, Manifest
from merge.mailing import attached
from merge.workshop import Supplies, Workshop
from rosters.finding import Finding, InputError, Level
from templates.archive import DEFLATER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from merge.drafts import Draft
    from merge.plan import Plan

_SHARD = 64  # documents; enough to be worth a message between processes


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the press is, and the document just made."""

    done: int
    total: int
    document: Document


def staging(plan: Plan, parent: Path) -> Path:
    """Name the folder to press into: the same for the same inputs, so that a run can go on."""
    job, supplies = plan.job, plan.supplies
    inputs = [
        job.name,
        [[name, repr(value)] for name, value in job.elements.items()],
        job.letter.model_dump(mode="json"),
        hashlib.sha256(job.body.encode()).hexdigest(),
        [list(source) for source in plan.roster.sources],
        [hashlib.sha256(content).hexdigest() for _, content in supplies.templates],
        [repr(draft) for draft in plan.drafts],
        DEFLATER,
    ]
    text = json.dumps(inputs, ensure_ascii=False, separators=(",", ":"))
    return parent / f".staging-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def press(plan: Plan, folder: Path, *, workers: int = 1) -> Iterator[Progress]:
    """Fill every document of a plan into a folder, in the order of the plan.

    Args:
        plan: one that is ready; its errors are refused here too.
        folder: where documents go, each under its receiver's folder; it may hold some already.
        workers: processes to fill with.

    Raises:
        InputError: the plan is not ready, or documents cannot be filled; with every finding.

    """
    plan.require()
    make(folder)
    for name in dict.fromkeys(draft.folder for draft in plan.drafts):
        make(folder / name)
    done, found = 0, dict[Finding, None]()
    for documents, findings in _shards(plan, folder, workers):
        found.update(dict.fromkeys(findings))
        for document in documents:
            done += 1
            yield Progress(done, len(plan.drafts), document)
    if found:
        raise InputError(f"{len(plan.drafts) - done} 份文件填写不成", findings=found)
    for name in dict.fromkeys(draft.folder for draft in plan.drafts):
        sync(folder / name)
    sync(folder)


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
    plan: Plan, documents: Iterable[Document], attachments: Iterable[Attachment] = ()
) -> Manifest:
    """Put together what a leader signs: every letter with its parts, and what was skipped.

    A letter carries the 批次 documents, its receiver's own, then the job's attachments.
    """
    made = tuple(documents)
    own: dict[str, list[Attachment]] = {}
    for document in made:
        own.setdefault(document.organisation, []).append(document.file)
    fixed = tuple(attachments)
    letters = tuple(
        replace(
            letter,
            attachments=(*own.get("", ()), *own.get(letter.organisation, ()), *fixed),
        )
        for letter in plan.letters
    )
    elements = plan.job.elements
    return Manifest(
        job=plan.job.name,
        letters=letters,
        skipped=plan.skipped,
        documents=made,
        accounts=plan.accounts,
        title=str(elements.get("标题", plan.job.name)),
        number=str(elements.get("发文字号", "")),
        kinds=tuple(dict.fromkeys(label_of(entry.kind) for entry in plan.job.entries)),
        sample=plan.sample,
        made_with=DEFLATER,
        meta=dict(plan.roster.sources),
    )


def _shards(
    plan: Plan, folder: Path, workers: int
) -> Iterator[tuple[list[Document], list[Finding]]]:
    shards = [plan.drafts[at : at + _SHARD] for at in range(0, len(plan.drafts), _SHARD)]
    workers = min(workers, len(shards))
    if workers <= 1:
        shop = plan.shop or _compiled(plan.supplies)
        for shard in shards:
            for draft in shard:  # one at a time, so that progress is seen
                yield _fill(shop, [draft], folder)
        return
    # spawn everywhere: what works on Windows is what is tested.
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _begin, (plan.supplies, folder)
    )
    try:
        yield from pool.map(_work, shards)
    finally:
        pool.shutdown(cancel_futures=True)


_bench: list[tuple[Workshop, Path]] = []  # a worker's own, set once as the process begins


def _begin(supplies: Supplies, folder: Path) -> None:
    _bench[:] = [(_compiled(supplies), folder)]


def _work(shard: Sequence[Draft]) -> tuple[list[Document], list[Finding]]:
    shop, folder = _bench[0]
    return _fill(shop, shard, folder)


def _compiled(supplies: Supplies) -> Workshop:
    shop = Workshop(supplies)
    shop.compile()
    return shop


def _fill(
    shop: Workshop, shard: Sequence[Draft], folder: Path
) -> tuple[list[Document], list[Finding]]:
    """Fill a shard; documents that cannot be filled are findings."""
    made: list[Document] = []
    found: list[Finding] = []
    for draft in shard:
        template = shop.templates[draft.entry]
        subject = shop.supplies.subject(draft.entry, draft.index)
        if template is None:
            continue  # refused by the plan; a worker's compilation is the same
        try:
            data = template.fill(shop.record(subject, draft.position, draft.copies))
        except InputError as error:
            found.extend(error.findings)
            continue
        path = f"{draft.folder}/{draft.filename}"
        file = written(folder / draft.folder / draft.filename, data, path)
        made.append(Document(draft.key, draft.entry, draft.kind, draft.receiver, draft.title, file))
    return made, found
