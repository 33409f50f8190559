"""Forms on their way out: one for each organisation that owes a return, beside its documents."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge import owed
from merge.filename import Folder
from merge.files import make, sync, written
from rosters.finding import Finding, InputError, Level

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from merge.job import Job
    from merge.letter import Attachment, Letter
    from merge.plan import Plan
    from merge.standing import Party, Standing

HOME = "回执"  # the folder of forms in a batch


def laid(plan: Plan, folder: Path, key: bytes) -> tuple[Standing | None, dict[str, Attachment]]:
    """Fill every party's form into a batch's folder; return what is signed, and who gets which.

    Raises:
        InputError: the form is gone, or cannot be filled.

    """
    if plan.standing is None:
        return None, {}
    empty = form_of(plan.job)
    name = hashlib.sha256(empty).hexdigest() if empty else ""
    standing = owed.tokened(plan.standing, key, name)
    if not empty:
        return standing, {}
    home, given = folder / HOME, Folder()
    make(folder)
    make(home)
    forms: dict[str, Attachment] = {}
    parties: list[Party] = []
    for one in standing.parties:
        file = given.take(f"{PurePosixPath(standing.name).stem}（{one.short}）", _suffix(standing))
        made = written(home / file, empty, f"{HOME}/{file}")
        forms[one.organisation] = made
        parties.append(replace(one, form=made.path))
    sync(home)
    return replace(standing, parties=tuple(parties)), forms


def carrying(
    letter: Letter, standing: Standing, job: Job, forms: Mapping[str, Attachment]
) -> Letter:
    """Return a letter with its form, and with what is asked for at its foot."""
    party, form = standing.party(letter.organisation), forms.get(letter.organisation)
    if party is None or job.returns is None:
        return letter
    letter = owed.footed(letter, job.returns, party)
    return replace(letter, attachments=(*letter.attachments, form)) if form else letter


def form_of(job: Job) -> bytes:
    """Read a job's empty form; b"" where an acknowledgement will do.

    Raises:
        InputError: it is gone, or cannot be read.

    """
    if job.returns is None or not job.returns.form:
        return b""
    path = job.find(job.returns.form)
    try:
        if path is None:
            raise FileNotFoundError(job.returns.form)
        return path.read_bytes()
    except OSError as error:
        place = job.place("回执.内容")
        message, advice = "回执的表格读不出来", "请核对文件是否还在、是否正被打开"
        found = Finding(Level.ERROR, "job.returns", place, message, advice)
        raise InputError(message, advice, [found]) from error


def _suffix(standing: Standing) -> str:
    return PurePosixPath(standing.name).suffix.lower()
