"""The press: documents filled into a staging folder, each whole or not there, in any order.

One function fills a shard, in this process or in another; the bytes are the same. A run that was
interrupted goes on: what is there already and equal is kept. Nothing here reads a clock.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from merge.crew import Crew, size
from merge.drafts import label_of
from merge.files import make, sweep, sync, written
from merge.finished import Finished
from merge.homes import ATTACHED
from merge.letter import Attachment, Document, Manifest
from merge.mailing import attached
from merge.shard import Filled, Parcels, fill, orders, settle
from merge.workshop import Supplies, Workshop
from rosters.finding import Finding, InputError, Level
from templates.archive import DEFLATER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from merge.drafts import Draft
    from merge.plan import Plan

_SHARD = 400  # documents; enough to be worth a message between processes


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the press is, and the document just made."""

    done: int
    total: int
    document: Document


def staging(plan: Plan, parent: Path) -> Path:
    """Name the folder to press into: the same for the same inputs, so that a run can go on."""
    job, supplies = plan.job, plan.supplies
    drawn = hashlib.sha256()
    for draft in plan.drafts:
        drawn.update(repr(draft).encode())
    inputs = [
        job.name,
        [[name, repr(value)] for name, value in job.elements.items()],
        job.letter.model_dump(mode="json"),
        hashlib.sha256(job.body.encode()).hexdigest(),
        [list(source) for source in plan.roster.sources],
        [hashlib.sha256(content).hexdigest() for _, content in supplies.templates],
        drawn.hexdigest(),
        DEFLATER,
        _SHARD,
    ]
    text = json.dumps(inputs, ensure_ascii=False, separators=(",", ":"))
    return parent / f".staging-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def press(plan: Plan, folder: Path, *, workers: int | None = None) -> Iterator[Progress]:
    """Fill every document of a plan into a folder, in the order of the plan.

    Args:
        plan: one that is ready; its errors are refused here too.
        folder: where documents go, each under its receiver's folder; it may hold some already.
        workers: processes to fill with; None: as many as are worth it.

    Raises:
        InputError: the plan is not ready, or documents cannot be filled; with every finding.

    """
    plan.require()
    drafts = plan.drafts
    fresh = not folder.exists()
    make(folder)
    folders = [folder / name for name in dict.fromkeys(draft.folder for draft in drafts)]
    for home in folders:
        make(home)
        if not fresh:
            sweep(home)
    shards = [drafts[at : at + _SHARD] for at in range(0, len(drafts), _SHARD)]
    filled = _shards(plan, shards, folder, size(len(drafts), workers), fresh=fresh)
    del plan  # whoever else lets go of it, too, frees the rows of 100,000 documents
    done, found = 0, dict[Finding, None]()
    waiting = iter(drafts)
    for one in filled:
        found.update(dict.fromkeys(one.findings))
        for made, draft in zip(one.made, waiting, strict=False):  # the shorter first
            if made is not None:
                done += 1
                yield Progress(done, len(drafts), _document(draft, *made))
    if found:
        raise InputError(f"{len(drafts) - done} 份文件填写不成", findings=found)
    for name in {folder, *(one.parent for one in folders)}:
        sync(name)


def _document(draft: Draft, sha256: str, length: int) -> Document:
    path = f"{draft.folder}/{draft.filename}"
    file = Attachment(draft.filename, path, sha256, length)
    return Document(draft.key, draft.entry, draft.kind, draft.receiver, draft.title, file)


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
    plan: Plan, drafts: Sequence[Sequence[Draft]], folder: Path, crew: int, *, fresh: bool
) -> Iterator[Filled]:
    """Fill what an earlier run has not, shard by shard, in their order."""
    shop = plan.shop or _compiled(plan.supplies)
    if sum(map(len, drafts)) <= _SHARD:
        for draft in (one for shard in drafts for one in shard):
            yield fill(shop, orders([draft]), folder, fresh=fresh)  # so that progress is seen
        settle(orders(one for shard in drafts for one in shard), folder)
        return
    with Finished(folder, fresh=fresh) as finished:
        known = [finished.made(at, orders(shard), folder) for at, shard in enumerate(drafts)]
        left = [at for at, made in enumerate(known) if made is None]
        if min(crew, len(left)) > 1:
            parcels = Parcels.of(shop)
            packed = deque(parcels.parcel(plan.roster, orders(drafts[at])) for at in left)
            del plan, shop  # from here on the rows live in the parcels
            filled = _crewed(crew, parcels, packed, folder, fresh=fresh)
        else:
            filled = _alone(shop, [drafts[at] for at in left], folder, fresh=fresh)
        for at, made in enumerate(known):
            one = Filled(made, []) if made is not None else next(filled)
            if made is None:
                finished.add(at, one.made)
            yield one


def _crewed(
    crew: int, parcels: Parcels, packed: deque[bytes], folder: Path, *, fresh: bool
) -> Iterator[Filled]:
    with Crew(min(crew, len(packed)), parcels, folder, fresh=fresh) as hands:
        yield from hands.run(packed.popleft() for _ in range(len(packed)))


def _alone(
    shop: Workshop, drafts: Iterable[Sequence[Draft]], folder: Path, *, fresh: bool
) -> Iterator[Filled]:
    for shard in drafts:
        wanted = orders(shard)
        yield fill(shop, wanted, folder, fresh=fresh)
        settle(wanted, folder)


def _compiled(supplies: Supplies) -> Workshop:
    shop = Workshop(supplies)
    shop.compile()
    return shop
