"""Replies by mail: looked through for returns, each for its organisation and its job."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from merge.letter import REMINDER
from outbox.desk import opening
from outbox.desk.receiving import Receiver, newest
from outbox.ledger.intakes import MAIL, Intake, Kept
from outbox.ledger.states import Channel, Reason
from outbox.office import answers, attribution, nilwords, readings, stead
from outbox.office.attribution import REPLY, Signs, Whose
from outbox.post.parcel import MOST_FILES

if TYPE_CHECKING:
    from outbox.ledger.values import LetterInfo
    from outbox.office.loops import Loop, Loops
    from outbox.office.readings import Part
    from outbox.office.staging import Staging
    from outbox.post.parcel import Parcel

_GRACE = dt.timedelta(days=60)  # after the last day, a late reply is still taken for one


class MailReceiver(Receiver):
    """Looks through mails; nothing is written but the files that they bring."""

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
        answered = newest(
            one
            for one in known
            if one.organisation == whose.organisation
            and self.loops.job_of(one.batch, one.organisation) == whose.job
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
            own = spoken(parcel, self.loops)
            loop = self.loops.by_job.get(whose.job)
            formed = loop is None or not loop.returns.worded
            hidden = formed and bool(parcel.linked) and nilwords.says(own)  # numbers lie elsewhere
            found.unpack(whose.job, parts, "" if hidden else own)
            if parcel.more:
                words = f"附件多于 {MOST_FILES} 个，没有全看，请对方只发表"
                tray.kept.append(Kept(Reason.BIG, words, "", "", whose.job, whose.organisation))
            if parcel.winmail and not tray.staged and not tray.kept:
                words = "请改用纯文本或 HTML 格式发信，附件才带得上"
                tray.kept.append(Kept(Reason.WINMAIL, words, "winmail.dat", "", whose.job))
            if not tray.staged and not tray.kept:
                self._instead(parcel, whose, staging, always=hidden)
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

    def _instead(self, parcel: Parcel, whose: Whose, staging: Staging, *, always: bool) -> None:
        """Keep what stands in the stead of a report, where one is owed; or `always`."""
        loop = self.loops.by_job.get(whose.job)
        if loop is None or loop.returns.worded:
            return
        told = stead.instead(parcel, loop)
        if told and (always or self._owes(loop, whose.organisation, staging)):
            staging.tray.keep(*told, None, loop.job)

    def _owes(self, loop: Loop, organisation: str, staging: Staging) -> bool:
        """Tell whether the last report that has begun is owed, or one of which it was reminded."""
        party = loop.party(organisation)
        if party is None or loop.job not in self._open(staging.came):
            return False
        once, today = loop.returns.cadence == "一次", staging.came.date()
        begun = [one.key for one in loop.periods if once or one.day <= today][-1:]
        versions = self.ledger.versions(loop.job, organisation)
        known = {(one.period, one.subject) for one in versions}
        owed = ((day, key) for day in begun for key in party.keys)
        return bool(staging.asked) or any(one not in known for one in owed)

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

    def _letters(self, parcel: Parcel) -> tuple[LetterInfo, ...]:
        return self.ledger.by_tokens(parcel.tokens) if parcel.tokens else ()

    def _signs(
        self, parcel: Parcel, parts: tuple[Part, ...], known: tuple[LetterInfo, ...]
    ) -> Signs:
        live = [one for one in known if one.channel is Channel.LIVE]
        claims = [
            (job, one.organisation)
            for one in live
            if (job := self.loops.job_of(one.batch, one.organisation))
        ]
        formed = any(one.taken is not None for one in parts)
        said = nilwords.said(spoken(parcel, self.loops), dt.date(2000, 1, 1))
        return Signs(
            sender=parcel.sender,
            letters=tuple(dict.fromkeys(claims)),
            strange=len({one.token for one in known}) < len(parcel.tokens),
            numbers=parcel.numbers,
            forms=self.numbers(parts),
            reports=formed or said.nil or bool(said.unclear),
            brings=stead.probable(parcel) or any(_brings(one, parcel.subject) for one in parts),
            subject=parcel.subject,
            elsewhere=any(one.batch not in self.loops.by_batch for one in live),
            plain=answers.receipt(parcel.own),
            disproved=parcel.disproved,
        )

    def _open(self, at: dt.datetime) -> frozenset[str]:
        day = at.astimezone(self.workspace.zone).date()
        return frozenset(
            job
            for job, loop in self.loops.by_job.items()
            if not loop.closed and day <= loop.returns.last + _GRACE
        )


def _brings(part: Part, subject: str) -> bool:
    """Tell whether a file that is no report as it is was probably meant for one."""
    if part.reason is Reason.PICTURE:
        return bool(stead.MEANT.search(subject) or stead.MEANT.search(part.name))
    return part.reason is not None or part.packed


def spoken(parcel: Parcel, loops: Loops) -> str:
    """Return a mail's own words; where it has none, its subject, unless ours holds such words.

    The subject of a mail that answers nothing is its writer's, too: it may name the day.
    """
    if parcel.own and nilwords.says(parcel.own):
        answers_one = parcel.tokens or parcel.forwarded or REPLY.match(parcel.subject)
        return parcel.own if answers_one else f"{parcel.own}\n{parcel.subject}"
    if parcel.own or parcel.files or not nilwords.says(parcel.subject):
        return parcel.own
    titles = [one.title for one in loops.by_job.values()]
    quoted = any(nilwords.says(one) or one in parcel.subject for one in titles)
    return "" if quoted else parcel.subject
