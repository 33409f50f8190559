"""One day of a job's returns: who reported, nil, late, faulty, missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.ledger.states import Verdict
from outbox.office import answers
from outbox.office.phrases import CHECKED, FORM, SENT, Words

if TYPE_CHECKING:
    import datetime as dt

    from merge.mandate import Party, Subject
    from outbox.ledger.intakes import Version


@dataclass(frozen=True, slots=True)
class Piece:
    """One form of several that an organisation owes: what counts of it, what waits for a person."""

    subject: Subject
    counts: Version | None
    faulty: Version | None

    @property
    def lacking(self) -> bool:
        """Tell whether nothing of it has come."""
        return self.counts is None and self.faulty is None


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation: what counts of it, what waits for a person, whether its paper is there.

    Where it owes several forms (`pieces`), it counts once all of them do, as the newest of them.
    """

    party: Party
    counts: Version | None
    faulty: Version | None
    paper: bool = False
    words: Words = FORM
    said: str = ""  # what its answers say, where there is no form
    pieces: tuple[Piece, ...] = ()

    @property
    def lacking(self) -> tuple[Subject, ...]:
        """Name those whose forms have not come, where it owes several."""
        return tuple(one.subject for one in self.pieces if one.lacking)

    @property
    def missing(self) -> bool:
        """Tell whether anything has not come at all."""
        return bool(self.lacking) or (self.counts is None and self.faulty is None)

    @property
    def share(self) -> str:
        """Say how many of its forms have come: 已交 3 / 5."""
        came = len(self.pieces) - len(self.lacking)
        return f"已交 {came} / {len(self.pieces)}" if self.pieces else ""

    @property
    def told(self) -> str:
        """Name it, and how many of its forms have come, where it owes several."""
        return f"{self.party.short}（{self.share}）" if self.lacking else self.party.short

    @property
    def word(self) -> str:
        """Name where it stands as staff see it."""
        if self.lacking:
            names = "、".join(one.name for one in self.lacking)
            return f"{self.share}，未交：{names}"
        if self.counts is None:
            return "有误待核" if self.faulty else self.words.missing
        verdict = self.counts.values.get(answers.ANSWER) if self.words is CHECKED else ""
        verdict = verdict or (self.share or "已交" if self.words is SENT else "")
        word = "已采用" if self.counts.accepted_by else verdict or self.counts.verdict.word
        late = f"（{self.words.late}）" if self.counts.late else ""
        return f"{word}{late}" + ("，另有更正待核" if self.faulty else "")


@dataclass(frozen=True, slots=True)
class Day:
    """All organisations that owe a report about one day, in the order of the letters."""

    job: str
    title: str
    period: str
    due: dt.datetime
    at: dt.datetime
    rows: tuple[Row, ...]
    paper: bool
    held: int  # things in quarantine that are probably about this job
    words: Words = FORM

    @property
    def reported(self) -> tuple[Row, ...]:
        """Those of whom something counts."""
        return tuple(one for one in self.rows if one.counts is not None)

    @property
    def nil(self) -> tuple[Row, ...]:
        """Those who said that there is nothing."""
        return tuple(
            one for one in self.reported if one.counts and one.counts.verdict is Verdict.NIL
        )

    @property
    def late(self) -> tuple[Row, ...]:
        """Those who reported, after the cut-off."""
        return tuple(one for one in self.reported if one.counts and one.counts.late)

    @property
    def faulty(self) -> tuple[Row, ...]:
        """Those of whom something waits for a person."""
        return tuple(one for one in self.rows if one.faulty is not None)

    @property
    def amended(self) -> tuple[Row, ...]:
        """Those who said what is wrong in what they were sent."""
        told = (one for one in self.reported if self.words is CHECKED)
        return tuple(
            one
            for one in told
            if one.counts and one.counts.values.get(answers.ANSWER) == answers.AMENDED
        )

    @property
    def checked(self) -> bool:
        """Tell whether an answer is 无误, or what is wrong."""
        return self.words is CHECKED

    @property
    def worded(self) -> bool:
        """Tell whether answers are words: there is no form, and no nil."""
        return self.words is not FORM

    @property
    def missing(self) -> tuple[Row, ...]:
        """Those of whom nothing has come."""
        return tuple(one for one in self.rows if one.missing)

    @property
    def unpapered(self) -> tuple[Row, ...]:
        """Those whose paper copy is not there, where one is asked for."""
        return tuple(one for one in self.rows if self.paper and not one.paper)

    @property
    def complete(self) -> bool:
        """Tell whether nothing is open."""
        return not (self.missing or self.faulty or self.unpapered or self.held)
