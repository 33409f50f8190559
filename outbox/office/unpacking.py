"""A reply unpacked: which of its forms and words are reports, and what no machine may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.ledger.states import Reason, Verdict
from outbox.office import answers, nilwords, subjects
from outbox.office.readings import understood, why
from outbox.office.subjects import Doubt
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from outbox.ledger.intakes import Staged
    from outbox.office.loops import Loop, Loops
    from outbox.office.nilwords import Said
    from outbox.office.readings import Part, Reading
    from outbox.office.staging import Staging
    from outbox.office.tray import Tray
    from templates.forms.values import Layout

_PACKED = (
    "不是表，没有打开：请对方只发填好的表；压缩包也可以自己解开，再用 fawen collect --folder 收"
)
_SHUT = frozenset({Reason.MACRO, Reason.BOMB, Reason.LOCKED, Reason.UNREADABLE})


@dataclass
class Unpacking:
    """A reply on its way to reports. `layouts` looks up what a loop's form asks for."""

    loops: Loops
    staging: Staging
    layouts: Callable[[Loop], Layout | None]
    about: str = ""  # the key of the subject that a person named for what names none
    taking: bool = False  # a person has looked, and takes its words for an answer
    meant: str = ""  # the job that a person named, whatever number a form bears

    @property
    def tray(self) -> Tray:
        """What it came to so far."""
        return self.staging.tray

    def unpack(self, job: str, parts: Iterable[Part], own: str) -> None:
        """Make reports of a reply's files and words; `job` is "" where only forms can tell."""
        said = nilwords.said(own, self.staging.came.date())
        parts, loop = tuple(parts), self.loops.by_job.get(job)
        worded = loop is not None and loop.returns.worded
        own_forms = [one for one in parts if one.token in self.loops.by_token]
        forms = own_forms if worded else [one for one in parts if one.taken is not None]
        for one in forms:
            self._form(one, job, said)
        self.tray.settle()
        if loop is not None and worded:
            self._answer(loop, [one for one in parts if one not in forms], own)
            return
        if not self.tray.staged and not self.tray.kept:
            self._without(job, parts, said, nilwords.amends(own))
        self._beside_forms(job, parts)

    def _form(self, part: Part, job: str, said: Said) -> None:
        found = self._understood(part, job)
        if found is None:
            return
        loop, reading = found
        filled = [one for one in reading.reports if any(v.strip() for v in one.values.values())]
        filled.sort(key=lambda one: one.day)
        self.staging.afresh()
        if not filled:
            if not said.nil:
                self.tray.keep(said_reason(said), said.unclear or "请填好再发回来", part, loop.job)
            return
        subject = subjects.of(self.loops, loop, self.tray.organisation, part, self.about)
        if isinstance(subject, Doubt):
            self.tray.keep(subject.reason, subject.words, part, loop.job)
            return
        self.staging.days = frozenset(one.day for one in filled)
        reports = [self.staging.report(loop, one, reading.numeric, part, subject) for one in filled]
        made = [one for one in reports if one is not None]
        if said.unclear:
            self.tray.keep(Reason.UNCLEAR, said.unclear, part, loop.job)
        elif said.nil:
            self._beside(loop, made, said, part)
        else:
            self.tray.staged += made

    def _understood(self, part: Part, job: str) -> tuple[Loop, Reading] | None:
        """Understand a form by the job that its token, else its mail, names."""
        if part.taken is None:
            return None
        own = self.loops.meant(part.token, [(job, self.tray.organisation)])
        loop = self.loops.by_job.get(self.meant or (own[0] if own else job))
        layout = self.layouts(loop) if loop else None
        if loop is None or layout is None:
            self.tray.keep(Reason.WRONG_FORM, "这件事不用填表，或看不出是哪一件", part, job)
            return None
        stranger = loop.stranger(self.tray.organisation, part.taken.texts)
        if stranger:
            self.tray.keep(Reason.ANOTHER, f"表里写的填报单位是{stranger}", part, loop.job)
            return None
        try:
            once = loop.returns.cadence == "一次"
            return loop, understood(layout, part.taken, once=once)
        except InputError as error:
            self.tray.keep(*why(error, part.content), part, loop.job)
            return None

    def _beside(self, loop: Loop, made: list[Staged], said: Said, part: Part) -> None:
        """Take words beside a form: a form says the same of that day, or nothing of it yet."""
        once = loop.returns.cadence == "一次"
        day = (said.day or self.staging.came.date()).isoformat()
        of_day = [one for one in made if once or one.period == day]
        if any(one.verdict is not Verdict.NIL for one in of_day):
            self.tray.keep(Reason.UNCLEAR, "正文写零报告，表里却填了数", part, loop.job)
            return
        self.tray.staged += made
        if not of_day:
            self.tray.staged += self.staging.words(loop, said.day)

    def _beside_forms(self, job: str, parts: tuple[Part, ...]) -> None:
        """Keep the files that were not opened: where several are owed, each may be one of them.

        A picture beside the one report that is owed takes nothing away from it.
        """
        loop = self.loops.by_job.get(job)
        several = loop is not None and loop.standing.individual
        whole = bool(self.tray.staged) and not several
        for part in parts:
            if part.reason is not None and not (whole and part.reason is Reason.PICTURE):
                self.tray.keep(part.reason, part.words, part, job)
            elif part.packed:
                self.tray.keep(Reason.WRONG_FORM, _PACKED, part, job)

    def _without(self, job: str, parts: tuple[Part, ...], said: Said, amends: str) -> None:
        """Judge a reply that brought no form: words alone, pictures, files of other kinds.

        Words that correct a report are no report, and what was reported is not right any more.
        """
        loop = self.loops.by_job.get(job)
        if loop is None:
            if not job and (said.nil or said.unclear):
                words = "回的是几件事的信，看不出零报告说的是哪一件"
                self.tray.keep(Reason.TWO_TOKENS, words, None, job)
            return
        if said.unclear:
            self.tray.keep(Reason.UNCLEAR, said.unclear, None, job)
        elif said.nil and any(_closed(one) for one in parts):
            return  # what was not opened may hold numbers
        elif said.nil and not loop.returns.nil.allowed:
            self.tray.keep(Reason.NIL_REFUSED, "请填好表再发回来", None, job)
        elif said.nil:
            self.tray.staged += self.staging.words(loop, said.day)
        elif amends and not any(one.packed or one.reason for one in parts):
            words = f"没有附表，信里写了「{amends}」：请对方在表里改好再发来"
            self.tray.keep(Reason.UNCLEAR, words, None, loop.job)

    def _answer(self, loop: Loop, beside: list[Part], own: str) -> None:
        """Take a reply's own words for the answer; files beside them are kept, and told."""
        told, names = answers.read(loop.returns, own), "、".join(map(_named, beside))
        if told.unclear and not self.taking:
            hint = f"（请看附件 {names}）" if names else ""
            self.tray.keep(Reason.UNCLEAR, f"{told.unclear}{hint}", None, loop.job)
            return
        values = answers.insisted(loop.returns, own) if told.unclear else told.values
        if loop.returns.checked and not values:
            self.tray.keep(Reason.UNCLEAR, f"信里没有答复，附件是 {names}", None, loop.job)
            return
        self.staging.say(loop, {**values, **({answers.FILES: names} if names else {})})


def _named(part: Part) -> str:
    """Name a file beside an answer, and why it was not opened."""
    return f"{part.name}（{part.reason.word}）" if part.reason in _SHUT else part.name


def _closed(part: Part) -> bool:
    """Tell whether a file that may hold numbers was not opened."""
    return part.packed or part.reason not in {None, Reason.PICTURE}


def said_reason(said: Said) -> Reason:
    """Say why an empty form is not taken."""
    return Reason.UNCLEAR if said.unclear else Reason.EMPTY
