"""Replies received: looked through for returns, whatever road they came by."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge import calendar
from merge.letter import BESIDE, REMINDER
from merge.returnables import EMPTY, HOME
from outbox.desk import opening
from outbox.ledger.fate import sent_before
from outbox.ledger.intakes import MAIL, Intake, Kept
from outbox.ledger.returned import counting
from outbox.ledger.states import Channel, LetterState, Reason
from outbox.office import answers, attribution, nilwords, readings
from outbox.office.attribution import Signs, Whose
from outbox.office.loops import Loops, gathered
from outbox.office.staging import NOTHING, Staging
from outbox.office.tray import Tray
from outbox.office.unpacking import Unpacking
from outbox.post.parcel import MOST_FILES
from rosters.finding import InputError
from templates import form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from outbox.ledger.intakes import Version
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo
    from outbox.office.loops import Loop
    from outbox.office.readings import Part
    from outbox.office.staging import Earlier
    from outbox.post.parcel import Parcel
    from outbox.workspace import Workspace
    from templates.forms.taken import Taken
    from templates.forms.values import Layout

_MEANT = re.compile(r"日报|周报|报表|回执|填报|报送|报告")  # in a subject or a file's name
_GRACE = dt.timedelta(days=60)  # after the last day, a late reply is still taken for one


def loops(workspace: Workspace, ledger: Ledger) -> Loops:
    """Put together what is to come back, as the signed batches say.

    Raises:
        InputError: 假期.toml has errors.

    """
    holidays = calendar.read(workspace.root / calendar.FILE)
    return gathered(ledger.loops(), holidays, workspace.zone, ledger.privates())


def versions(ledger: Ledger, loop: Loop) -> tuple[Version, ...]:
    """List what was returned for a loop; where words are the answer, to the letters that stand.

    Whose letter an older batch has sent need not answer again; whose letter has changed must.
    """
    found = ledger.versions(loop.job)
    if not loop.returns.worded or not loop.periods:
        return found
    letters = (o for o in ledger.letters(loop.batch, Channel.LIVE) if o.kind not in BESIDE)
    homes = {one.organisation: sent_before(one) or loop.batch for one in letters}
    own = [one for one in found if one.values.get(answers.BATCH) == homes.get(one.organisation)]
    own.sort(key=lambda one: (one.organisation, one.at, one.id))
    return tuple(replace(one, period=loop.periods[0].key) for one in own)


@dataclass(frozen=True)
class _Past:
    """Tells what counted of an organisation the time before a period, and when that was."""

    ledger: Ledger
    known: dict[tuple[str, str], dict[str, Version]]  # asked once for each mail

    def __call__(self, job: str, organisation: str, period: str) -> Earlier:
        key = job, organisation
        if key not in self.known:
            counts = counting(self.ledger.versions(job, organisation))
            self.known[key] = {day: one for (_, day, _), one in counts.items()}
        earlier = [day for day in self.known[key] if day < period]
        return (max(earlier), self.known[key][max(earlier)].values) if earlier else NOTHING


@dataclass
class Receiver:
    """Looks through what came; nothing is written but the files themselves."""

    workspace: Workspace
    ledger: Ledger
    _layouts: dict[str, Layout] = field(default_factory=dict)

    @cached_property
    def loops(self) -> Loops:
        """What is to come back."""
        return loops(self.workspace, self.ledger)

    def mail(self, raw: bytes, at: dt.datetime, letter: int | None) -> Intake | None:
        """Look through a mail of a person; None where nothing of it has to do with a return."""
        if not self.loops.by_job:
            return None
        parcel = opening.unpacked(raw)
        if parcel is None:
            return self._unopened(raw, at, letter)
        parts = readings.read(parcel.files)
        known = self._letters(parcel)
        signs = self._signs(parcel, parts, known)
        whose = attribution.whose(signs, self.loops, self._open(at))
        if not whose.ours:
            return None
        answered = _newest(
            one
            for one in known
            if one.organisation == whose.organisation
            and self.loops.by_batch.get(one.batch) == whose.job
        )
        return self._made(raw, parcel, parts, (whose, answered), at, letter)

    def _made(
        self,
        raw: bytes,
        parcel: Parcel,
        parts: tuple[Part, ...],
        about: tuple[Whose, str],
        at: dt.datetime,
        letter: int | None,
    ) -> Intake | None:
        whose, answered = about
        found = self.unpacking(whose.organisation, at)
        staging, tray = found.staging, found.tray
        staging.answered = answered or self.left(whose.job, whose.organisation, at)
        staging.written = self._day(parcel.written)
        staging.asked = self._asked(parcel, whose)
        if whose.reason is not None:
            kept = Kept(whose.reason, whose.words, "", "", whose.job, whose.organisation)
            tray.kept.append(kept)
        else:
            found.unpack(whose.job, parts, spoken(parcel, self.loops))
            if parcel.more:
                words = f"附件多于 {MOST_FILES} 个，没有全看，请对方只发表"
                tray.kept.append(Kept(Reason.BIG, words, "", "", whose.job, whose.organisation))
            if parcel.winmail and not tray.staged and not tray.kept:
                words = "请改用纯文本或 HTML 格式发信，附件才带得上"
                tray.kept.append(Kept(Reason.WINMAIL, words, "winmail.dat", "", whose.job))
        if not tray.staged and not tray.kept:
            return None
        for part in parts:
            opening.keep_file(self.workspace, part.name, part.content)
        return Intake(
            hashlib.sha256(raw).hexdigest(),
            MAIL,
            "",
            parcel.sender,
            parcel.subject,
            letter,
            at,
            tuple(tray.staged),
            tuple(tray.kept),
        )

    def _unopened(self, raw: bytes, at: dt.datetime, letter: int | None) -> Intake | None:
        """Keep a mail that cannot be opened, where it answers a letter that asked for something."""
        if letter is None:
            return None
        words = "这封信打不开，请对方重新发送"
        kept = Kept(Reason.UNREADABLE, words)
        digest = hashlib.sha256(raw).hexdigest()
        return Intake(digest, MAIL, "", "", "", letter, at, kept=(kept,))

    def _day(self, written: str) -> dt.date | None:
        if not written:
            return None
        return dt.datetime.fromisoformat(written).astimezone(self.workspace.zone).date()

    def _asked(self, parcel: Parcel, whose: Whose) -> tuple[dt.date, ...]:
        """Name the reports that are still owed and that the reminders which it answers ask for."""
        answered = {one.id for one in self._letters(parcel) if one.kind == REMINDER}
        if not answered or not whose.organisation:
            return ()
        owed = {
            one.period
            for job in self.loops.by_job
            for one in self.ledger.reminded(job)
            if one.letter in answered
            and not any(
                version.period == one.period
                for version in self.ledger.versions(job, whose.organisation)
            )
        }
        return tuple(sorted(map(dt.date.fromisoformat, owed)))

    def unpacking(self, organisation: str, at: dt.datetime) -> Unpacking:
        """Begin to unpack what came from an organisation."""
        return Unpacking(self.loops, self.staging(organisation, at), self.layout)

    def staging(self, organisation: str, at: dt.datetime) -> Staging:
        """Begin to stage what came from an organisation."""
        came = at.astimezone(self.workspace.zone)
        return Staging(Tray(organisation), came, _Past(self.ledger, {}))

    def left(self, job: str, organisation: str, at: dt.datetime) -> str:
        """Name the newest batch of a job whose letter an organisation had by then; "" for none."""
        own = [name for name, one in self.loops.by_batch.items() if one == job]
        letters = (one for name in own for one in self.ledger.letters(name, Channel.LIVE))
        return _newest(
            one
            for one in letters
            if one.organisation == organisation
            and one.state is LetterState.ACCEPTED
            and one.settled_at is not None
            and one.settled_at <= at
        )

    def layout(self, loop: Loop) -> Layout | None:
        """Return what a loop's form asks for, as it was signed; None where it has no form.

        Raises:
            InputError: the empty form in the batch's folder is gone, or is another.

        """
        if not loop.standing.form:
            return None
        if loop.batch not in self._layouts:
            self._layouts[loop.batch] = self._read_layout(loop)
        return self._layouts[loop.batch]

    def _read_layout(self, loop: Loop) -> Layout:
        name = f"{EMPTY}{PurePosixPath(loop.standing.name).suffix.lower()}"
        path = self.workspace.outbox / loop.batch / HOME / name
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != loop.standing.form:
            where, advice = self.workspace.shown(path), "请从备份找回；没有它，收回的表读不准"
            raise InputError(f"签发时的空表 {where} 不见了，或被改过", advice)
        return form.layout_of(content, loop.standing.name)

    def renamed(self, job: str, organisation: str, taken: Taken) -> bool:
        """Tell whether a form's own name is gone from it, where it bore it when it went out."""
        loop = self.loops.by_job.get(job)
        party = loop.party(organisation) if loop else None
        if loop is None or party is None or loop.bears(organisation, taken.texts):
            return False
        path = self.workspace.outbox / loop.batch / party.form
        try:
            sent = form.taken(path.read_bytes(), path.name)
        except (OSError, InputError):
            return False
        return loop.bears(organisation, sent.texts)

    def _letters(self, parcel: Parcel) -> tuple[LetterInfo, ...]:
        return self.ledger.by_tokens(parcel.tokens) if parcel.tokens else ()

    def _signs(
        self, parcel: Parcel, parts: tuple[Part, ...], known: tuple[LetterInfo, ...]
    ) -> Signs:
        read = [one for one in parts if one.taken is not None]
        live = [one for one in known if one.channel is Channel.LIVE]
        claims = [
            (self.loops.by_batch[one.batch], one.organisation)
            for one in live
            if one.batch in self.loops.by_batch
        ]
        said = nilwords.said(spoken(parcel, self.loops), dt.date(2000, 1, 1))
        return Signs(
            sender=parcel.sender,
            letters=tuple(dict.fromkeys(claims)),
            strange=len({one.token for one in known}) < len(parcel.tokens),
            numbers=parcel.numbers,
            forms=self.numbers(parts),
            bare_forms=any(not one.token for one in read),
            reports=bool(read) or said.nil or bool(said.unclear),
            brings=any(_brings(one, parcel.subject) for one in parts),
            subject=parcel.subject,
            elsewhere=any(one.batch not in self.loops.by_batch for one in live),
            plain=answers.receipt(parcel.own),
            disproved=parcel.disproved,
        )

    def numbers(self, parts: Iterable[Part]) -> tuple[str, ...]:
        """List the 回执编号 of forms; the mark of a document that asks for nothing is none."""
        found = dict.fromkeys(one.token for one in parts if one.token)
        known = self.loops.by_token
        return tuple(one for one in found if one in known or one not in self._marks)

    @cached_property
    def _marks(self) -> frozenset[str]:
        made = (self.ledger.manifest(one.name) for one in self.ledger.batches())
        return frozenset(one.mark for manifest in made for one in manifest.documents if one.mark)

    def _open(self, at: dt.datetime) -> frozenset[str]:
        day = at.astimezone(self.workspace.zone).date()
        return frozenset(
            job
            for job, loop in self.loops.by_job.items()
            if not loop.closed and day <= loop.returns.last + _GRACE
        )


def _newest(letters: Iterable[LetterInfo]) -> str:
    """Name the batch of the letter that was laid last; "" for none."""
    last = max(letters, key=lambda one: one.id, default=None)
    return last.batch if last else ""


def _brings(part: Part, subject: str) -> bool:
    """Tell whether a file that is no report as it is was probably meant for one."""
    if part.reason is Reason.PICTURE:
        return bool(_MEANT.search(subject) or _MEANT.search(part.name))
    return part.reason is not None or part.packed


def spoken(parcel: Parcel, loops: Loops) -> str:
    """Return a mail's own words; where it has none, its subject, unless ours holds such words."""
    if parcel.own or parcel.files or not nilwords.says(parcel.subject):
        return parcel.own
    titles = [one.title for one in loops.by_job.values()]
    quoted = any(nilwords.says(one) or one in parcel.subject for one in titles)
    return "" if quoted else parcel.subject
