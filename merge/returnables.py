"""Forms on their way out: one for each organisation that owes a return, beside its documents."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge import calendar, owed, request
from merge.calendar import Calendar, periods
from merge.filename import Folder
from merge.files import make, sync, written
from rosters.finding import Finding, InputError, Level, refuse
from templates import form
from templates.said import Said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from merge.job import Job
    from merge.letter import Attachment, Letter
    from merge.mandate import Party, Standing
    from merge.plan import Plan
    from merge.workshop import Workshop

HOME = "回执"  # the folder of forms in a batch
EMPTY = "空表"  # the form as it was before anything was filled in: what comes back is read by it


@dataclass(frozen=True, slots=True)
class Made:
    """The forms of a batch, filled: what is signed, and each party's file by its key."""

    standing: Standing
    files: Mapping[str, bytes]
    empty: bytes = b""


def made(plan: Plan, key: bytes) -> Made | None:
    """Fill every party's form; None where nothing is to come back.

    Raises:
        InputError: the form is gone, or cannot be filled; with every finding.

    """
    if plan.standing is None or plan.job.returns is None or plan.shop is None:
        return None
    if plan.job.enclosed is not None:
        return _enclosed(plan, plan.standing, key)
    empty = form_of(plan.job)
    name = hashlib.sha256(empty).hexdigest() if empty else ""
    standing = owed.tokened(plan.standing, key, name, _paper(plan))
    files = _filled(plan.shop, plan.job, standing, empty) if empty else {}
    return Made(standing, files, empty)


def _enclosed(plan: Plan, standing: Standing, key: bytes) -> Made:
    """Name the form where the letter's own documents come back: the press fills those."""
    stock = plan.supplies.templates[plan.job.enclosed or 0]
    name = f"{PurePosixPath(stock.shown).stem}{stock.suffix}"
    sha256 = hashlib.sha256(stock.content).hexdigest()
    standing = owed.tokened(replace(standing, name=name), key, sha256, _paper(plan))
    return Made(standing, {}, stock.content)


def _paper(plan: Plan) -> str:
    """Say which paper it is that asks: by its 发文字号 and its 标题, as they were written."""
    title = plan.job.elements.get("标题", "")
    return f"{plan.number}\n{title if isinstance(title, str) else ''}"


@dataclass(frozen=True, slots=True)
class _Seal:
    """Gives a form its party's token, whatever it is made of."""

    token: str

    def __call__(self, _: bytes) -> str:
        return self.token


def _filled(shop: Workshop, job: Job, standing: Standing, empty: bytes) -> dict[str, bytes]:
    template = form.opened(empty, shop.names, standing.name, days(job))
    roster, found = shop.supplies.roster, dict[Finding, None]()
    files: dict[str, bytes] = {}
    for one in standing.parties:
        record = shop.record(roster.by_key.get(one.organisation))
        try:
            halves = template.issued(record, Said(), _Seal(one.token))[0]
            files[one.organisation] = b"".join(halves)
        except InputError as error:
            found.update(dict.fromkeys(error.findings))
    refuse(found)
    return files


def days(job: Job) -> tuple[dt.date, ...]:
    """List the days that a form has a row for; none where it is filled in once."""
    if job.returns is None or job.returns.cadence == "一次":
        return ()
    own = job.find(calendar.FILE)
    holidays = calendar.read(own) if own else Calendar()
    return tuple(one.day for one in periods(job.returns, holidays, dt.UTC))


def laid(forms: Made | None, folder: Path) -> tuple[Standing | None, dict[str, Attachment]]:
    """Write the forms into a batch's folder; return what is signed, and who gets which."""
    if forms is None:
        return None, {}
    standing = forms.standing
    if not forms.empty:
        return standing, {}
    home, given = folder / HOME, Folder()
    make(folder)
    make(home)
    written(home / f"{EMPTY}{_suffix(standing)}", forms.empty, "")
    given.take(EMPTY, _suffix(standing))
    carried: dict[str, Attachment] = {}
    parties: list[Party] = []
    for one in standing.parties:
        if one.organisation not in forms.files:  # its letter's own documents come back
            parties.append(one)
            continue
        file = given.take(f"{PurePosixPath(standing.name).stem}（{one.short}）", _suffix(standing))
        carried[one.organisation] = written(
            home / file, forms.files[one.organisation], f"{HOME}/{file}"
        )
        parties.append(replace(one, form=carried[one.organisation].path))
    sync(home)
    return replace(standing, parties=tuple(parties)), carried


def asking(letter: Letter, standing: Standing, job: Job) -> Letter:
    """Return a letter that says at its foot what is to come back."""
    party = standing.party(letter.organisation)
    if party is None or job.returns is None:
        return letter
    return request.footed(letter, job.returns, party)


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
