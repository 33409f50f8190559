"""What becomes of a reply: reports to be staged, and what must wait in quarantine, with its reason.

Nothing is guessed. Where two things contradict each other, neither is taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from merge.canonical import dumps
from outbox.ledger.intakes import Kept, Staged
from outbox.ledger.states import Reason, Verdict
from outbox.office import answers, nilwords, subjects
from outbox.office.readings import Part, understood, why
from outbox.office.returns import judged
from outbox.office.subjects import Doubt
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from merge.calendar import Period
    from outbox.office.loops import Loop, Loops
    from outbox.office.nilwords import Said
    from outbox.office.readings import Reading, Report
    from templates.forms.values import Layout

Earlier: TypeAlias = "tuple[str, Mapping[str, str]]"  # a period, and what counted of it

Told: TypeAlias = "tuple[str, str, str]"  # what a report is about: job, period, subject

NIL = dumps({})
_SHUT = frozenset({Reason.MACRO, Reason.BOMB, Reason.LOCKED, Reason.UNREADABLE})
NOTHING: Earlier = ("", {})


@dataclass
class Unpacking:
    """A reply on its way to reports. `came` is when it came, in the workspace's zone.

    `before` looks up what counted of an organisation the time before a period, and for when;
    `layouts` what a loop's form asks for.
    """

    loops: Loops
    organisation: str
    came: dt.datetime
    before: Callable[[str, str, str], Earlier]
    layouts: Callable[[Loop], Layout | None]
    instead: str = ""  # the period that a person named for what names a wrong day
    about: str = ""  # the key of the subject that a person named for what names none
    answered: str = ""  # the batch whose letter is answered; "" where that cannot be told
    taking: bool = False  # a person has looked, and takes its words for an answer
    written: dt.date | None = None  # the day on which its writer's clock stood
    asked: tuple[dt.date, ...] = ()  # what the reminder that it answers asks for, still owed
    staged: list[Staged] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    _earlier: dict[str, Earlier] = field(default_factory=dict)

    def unpack(self, job: str, parts: Iterable[Part], own: str) -> None:
        """Make reports of a reply's files and words; `job` is "" where only forms can tell."""
        said = nilwords.said(own, self.came.date())
        parts, loop = tuple(parts), self.loops.by_job.get(job)
        worded = loop is not None and loop.returns.worded
        own_forms = [one for one in parts if one.token in self.loops.by_token]
        forms = own_forms if worded else [one for one in parts if one.taken is not None]
        for one in forms:
            self._form(one, job, said)
        self._contradictions()
        if loop is not None and worded:
            self._answer(loop, [one for one in parts if one not in forms], own)
            return
        if not self.staged and not self.kept:
            self._without(job, parts, said)
        self._beside_forms(job, parts)

    def say_nil(self, loop: Loop, day: str) -> None:
        """Take it for 零报告, on a person's word; without a day for that on which it came."""
        meant = dt.date.fromisoformat(day) if day else None
        self.staged += self._words(loop, meant, Verdict.NIL)

    def _form(self, part: Part, job: str, said: Said) -> None:
        found = self._understood(part, job)
        if found is None:
            return
        loop, reading = found
        filled = [one for one in reading.reports if any(v.strip() for v in one.values.values())]
        filled.sort(key=lambda one: one.day)
        self._earlier.clear()
        if not filled:
            if not said.nil:
                self._keep(said_reason(said), said.unclear or "请填好再发回来", part, loop.job)
            return
        subject = subjects.of(self.loops, loop, self.organisation, part, self.about)
        if isinstance(subject, Doubt):
            self._keep(subject.reason, subject.words, part, loop.job)
            return
        reports = [self._report(loop, one, reading.numeric, part, subject) for one in filled]
        made = [one for one in reports if one is not None]
        if said.unclear:
            self._keep(Reason.UNCLEAR, said.unclear, part, loop.job)
        elif said.nil:
            self._beside(loop, made, said, part)
        else:
            self.staged += made

    def _understood(self, part: Part, job: str) -> tuple[Loop, Reading] | None:
        """Understand a form by the job that its token, else its mail, names."""
        if part.taken is None:
            return None
        own = self.loops.by_token.get(part.token)
        loop = self.loops.by_job.get(own[0] if own else job)
        layout = self.layouts(loop) if loop else None
        if loop is None or layout is None:
            self._keep(Reason.WRONG_FORM, "这件事不用填表，或看不出是哪一件", part, job)
            return None
        stranger = loop.stranger(self.organisation, part.taken.texts)
        if stranger:
            self._keep(Reason.ANOTHER, f"表里写的填报单位是{stranger}", part, loop.job)
            return None
        try:
            return loop, understood(layout, part.taken)
        except InputError as error:
            self._keep(*why(error, part.content), part, loop.job)
            return None

    def _beside(self, loop: Loop, made: list[Staged], said: Said, part: Part) -> None:
        """Take words beside a form: a form says the same of that day, or nothing of it yet."""
        once = loop.returns.cadence == "一次"
        day = (said.day or self.came.date()).isoformat()
        of_day = [one for one in made if once or one.period == day]
        if any(one.verdict is not Verdict.NIL for one in of_day):
            self._keep(Reason.UNCLEAR, "正文写零报告，表里却填了数", part, loop.job)
            return
        self.staged += made
        if not of_day:
            self.staged += self._words(loop, said.day, Verdict.NIL)

    def take(self, loop: Loop, report: Report, numeric: tuple[str, ...], name: str) -> None:
        """Make a report of a row of a table that somebody has put together."""
        made = self._report(loop, report, numeric, Part(name, b""))
        self.staged += [made] if made else []

    def _report(
        self, loop: Loop, report: Report, numeric: tuple[str, ...], part: Part, subject: str = ""
    ) -> Staged | None:
        period = self._period(loop, report.day, part)
        if period is None:
            return None
        known = self.before(loop.job, self.organisation, period.key)
        _, before = max(known, self._earlier.get(loop.job, NOTHING), key=lambda one: one[0])
        found = judged(report.values, numeric, loop.returns, before, report.odd)
        if found.verdict is not Verdict.FAULTY:
            self._earlier[loop.job] = (period.key, report.values)
        made = self._staged(loop, period, found.values, found.verdict, found.findings, part)
        return replace(made, subject=subject)

    def _period(self, loop: Loop, day: str, part: Part | None) -> Period | None:
        """Find the report that a day means; keep what means none."""
        if loop.returns.cadence == "一次":
            return loop.periods[0] if loop.periods else None
        if day == "?":
            self._keep(Reason.WRONG_DAY, "有一行填了数，却没有日期", part, loop.job)
            return None
        if not day and not self.instead and self._doubtful():
            self._keep(Reason.UNCLEAR, self._doubtful(), part, loop.job)
            return None
        meant = dt.date.fromisoformat(day) if day else self.came.date()
        period = loop.on(meant)
        shown = f"{meant.month}月{meant.day}日"
        wrong = meant > self.came.date() or period is None
        if wrong and self.instead:
            period = loop.period(self.instead)
            if period is None:
                self._keep(Reason.WRONG_DAY, f"{self.instead}不用报", part, loop.job)
            return period
        if meant > self.came.date():
            self._keep(Reason.WRONG_DAY, f"填的是还没到的{shown}", part, loop.job)
        elif period is None:
            self._keep(Reason.WRONG_DAY, f"{shown}不用报", part, loop.job)
        else:
            return period
        return None

    def _beside_forms(self, job: str, parts: tuple[Part, ...]) -> None:
        """Keep the files that were not opened: where several are owed, each may be one of them.

        A picture beside the one report that is owed takes nothing away from it.
        """
        loop = self.loops.by_job.get(job)
        several = loop is not None and loop.standing.individual
        whole = bool(self.staged) and not several
        for part in parts:
            if part.reason is not None and not (whole and part.reason is Reason.PICTURE):
                self._keep(part.reason, part.words, part, job)
            elif part.packed:
                words = "不是表，没有打开：请对方解开，只把填好的表发回来"
                self._keep(Reason.WRONG_FORM, words, part, job)

    def _doubtful(self) -> str:
        """Say why a report without a day need not be about the day on which it came."""
        came = self.came.date()
        if self.written is not None and abs(came - self.written) == dt.timedelta(days=1):
            return f"信写于{_said(self.written)}，收到已是{_said(came)}，没有写明是哪一天的"
        other = [one for one in self.asked if one != came]
        if other:
            return f"回的是催{'、'.join(map(_said, other))}的信，没有写明是哪一天的"
        return ""

    def _without(self, job: str, parts: tuple[Part, ...], said: Said) -> None:
        """Judge a reply that brought no form: words alone, pictures, files of other kinds."""
        loop = self.loops.by_job.get(job)
        if loop is None:
            if not job and (said.nil or said.unclear):
                words = "回的是几件事的信，看不出零报告说的是哪一件"
                self._keep(Reason.TWO_TOKENS, words, None, job)
            return
        if said.unclear:
            self._keep(Reason.UNCLEAR, said.unclear, None, job)
        elif said.nil and any(_closed(one) for one in parts):
            return  # what was not opened may hold numbers
        elif said.nil and not loop.returns.nil.allowed:
            self._keep(Reason.NIL_REFUSED, "请填好表再发回来", None, job)
        elif said.nil:
            self.staged += self._words(loop, said.day, Verdict.NIL)

    def _answer(self, loop: Loop, beside: list[Part], own: str) -> None:
        """Take a reply's own words for the answer; files beside them are kept, and told."""
        told, names = answers.read(loop.returns, own), "、".join(map(_named, beside))
        if told.unclear and not self.taking:
            hint = f"（请看附件 {names}）" if names else ""
            self._keep(Reason.UNCLEAR, f"{told.unclear}{hint}", None, loop.job)
            return
        values = answers.insisted(loop.returns, own) if told.unclear else told.values
        if loop.returns.checked and not values:
            self._keep(Reason.UNCLEAR, f"信里没有答复，附件是 {names}", None, loop.job)
            return
        self.say(loop, {**values, **({answers.FILES: names} if names else {})})

    def say(self, loop: Loop, values: Mapping[str, str]) -> None:
        """Take an answer without a form, as it was read or as a person was told it."""
        verdict = Verdict.GOOD if loop.returns.checked else Verdict.NOTED
        values = {**values, answers.BATCH: self.answered or loop.batch}
        period = self._period(loop, "", None)
        if period is not None:
            self.staged.append(self._staged(loop, period, dumps(values), verdict, (), None))

    def _words(self, loop: Loop, day: dt.date | None, verdict: Verdict) -> list[Staged]:
        period = self._period(loop, day.isoformat() if day else "", None)
        if period is None:
            return []
        by_hand = loop.returns.taking == "人工" and verdict is Verdict.NIL
        findings = ("按规定要人工采用",) if by_hand else ()
        verdict = Verdict.FAULTY if by_hand else verdict
        return [self._staged(loop, period, NIL, verdict, findings, None)]

    def _staged(
        self,
        loop: Loop,
        period: Period,
        values: str,
        verdict: Verdict,
        findings: tuple[str, ...],
        part: Part | None,
    ) -> Staged:
        return Staged(
            batch=loop.batch,
            job=loop.job,
            organisation=self.organisation,
            period=period.key,
            values=values,
            verdict=verdict,
            findings=findings,
            late=self.came > period.due,
            part=part.name if part else "",
            sha256=_hash(part),
            accepted="规则" if findings and loop.returns.taking == "全部" else "",
        )

    def _contradictions(self) -> None:
        """Take nothing where two files say different things of one day, and of one person."""
        said: dict[Told, set[str]] = {}
        for one in self.staged:
            said.setdefault(_told(one), set()).add(one.values)
        doubled = {key for key, values in said.items() if len(values) > 1}
        if not doubled:
            seen = {_told(one): one for one in reversed(self.staged)}
            self.staged[:] = [one for one in self.staged if seen[_told(one)] is one]
            return
        # Of several people only those of whom two things are said are in doubt.
        wrong = [one for one in self.staged if not one.subject or _told(one) in doubled]
        names = sorted({(one.part, one.sha256, one.job) for one in wrong})
        self.staged[:] = [one for one in self.staged if one not in wrong]
        days = "、".join(sorted({period for _, period, _ in doubled}))
        for name, sha256, job in names:
            words = f"几份表都填了{days}，数却不同"
            self.kept.append(Kept(Reason.TWO_FORMS, words, name, sha256, job, self.organisation))

    def _keep(self, reason: Reason, words: str, part: Part | None, job: str) -> None:
        name = part.name if part else ""
        sha256 = _hash(part)
        one = Kept(reason, words, name, sha256, job, self.organisation)
        if one not in self.kept:
            self.kept.append(one)


def _told(one: Staged) -> Told:
    return one.job, one.period, one.subject


def _named(part: Part) -> str:
    """Name a file beside an answer, and why it was not opened."""
    return f"{part.name}（{part.reason.word}）" if part.reason in _SHUT else part.name


def _closed(part: Part) -> bool:
    """Tell whether a file that may hold numbers was not opened."""
    return part.packed or part.reason not in {None, Reason.PICTURE}


def _said(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


def _hash(part: Part | None) -> str:
    return hashlib.sha256(part.content).hexdigest() if part and part.content else ""


def said_reason(said: Said) -> Reason:
    """Say why an empty form is not taken."""
    return Reason.UNCLEAR if said.unclear else Reason.EMPTY
