"""常设签发: what a signature covers besides the letters: reminders that may leave later, to whom.

A value without anything of ours in it, so that the ledger can hold a reminder against what was
signed: a `Wording` with its tags, a `Party` with what stands in its own tags, and nothing else but
the day, the moment it was due, and a count.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TAG = re.compile(r"\{\{\s*([^{}|\s]+)\s*\}\}")
MOMENT = ("日期", "截止", "次数")  # what differs from one reminder to the next
LACKING = "未交"  # whose forms have not come: where an organisation owes several
OWN = ("简称", "单位", "联系人", "书记", "回执编号")  # what differs from one party to the next

Pairs: TypeAlias = "tuple[tuple[str, str], ...]"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that may be sent, with its tags: at which step of 催报."""

    step: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A document of the letter itself that is to come back, filled in.

    `key` is the document's, "" where it is about the organisation itself; `name` is whom it is
    about; `mark` is its 印记, by which it is known again; `path` is where it lies in the batch.
    """

    key: str
    name: str
    mark: str
    path: str


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that owes something: its addresses, its token, and its own values.

    `second` are the addresses of its 书记 where the roster has any. `form` is the path of its own
    form in the batch's folder, which its signed letter carries; "" where there is none. `subjects`
    are those of its letter's own documents that are to come back instead.
    """

    organisation: str
    name: str
    short: str
    category: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    second: tuple[str, ...]
    token: str
    form: str
    values: Pairs
    subjects: tuple[Subject, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Name what is to come back: whose forms, or "" for the one that is its own."""
        return tuple(one.key for one in self.subjects) or ("",)

    def subject(self, key: str) -> Subject | None:
        """Return the document that a key means, None where it is none of its own."""
        return next((one for one in self.subjects if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it. `demand` is 回执 as JSON, `form` the sha256 of its empty form ("" for none).

    `first` and `last` are days; after `last` a reminder may leave as long as something is owed,
    but for no more than `most` of them for one report.
    """

    demand: str
    form: str
    name: str
    cadence: str
    first: str
    last: str
    most: int
    wordings: tuple[Wording, ...]
    parties: tuple[Party, ...]

    def party(self, organisation: str) -> Party | None:
        """Return who is meant by a key, None where it owes nothing."""
        return next((one for one in self.parties if one.organisation == organisation), None)

    @property
    def individual(self) -> bool:
        """Tell whether an organisation owes a form for each of several people."""
        return any(one.key for party in self.parties for one in party.subjects)

    def by_token(self, token: str) -> Party | None:
        """Return whose token it is, None where it is nobody's."""
        return next((one for one in self.parties if one.token == token), None)

    def said(self, party: Party, step: str, moment: Mapping[str, str]) -> tuple[str, str]:
        """Fill subject and body of a step: own values, and those of the moment.

        Raises:
            KeyError: no such step was signed, or a tag has no value.

        """
        found = {one.step: one for one in self.wordings}[step]
        names = (*MOMENT, LACKING) if self.individual else MOMENT
        values = {**dict(party.values), **{name: moment[name] for name in names}}
        return fill(found.subject, values), fill(found.body, values)


def moment(
    standing: Standing, period: str, count: int, lacking: Iterable[Subject] = ()
) -> dict[str, str]:
    """Write what differs from one reminder to the next: of a period (an ISO day), and a count.

    `lacking` are those whose forms have not come, where there are several.

    Raises:
        ValueError: no report about that day was signed, or there are no so many reminders.

    """
    dt.date.fromisoformat(period)
    if not (standing.first <= period <= standing.last and 0 < count <= standing.most):
        raise ValueError("not of what was signed")
    _, month, day = period.split("-")
    shown = f"{int(month)}月{int(day)}日"
    at = str(json.loads(standing.demand)["截止时间"])[-5:]
    names = "、".join(one.name for one in lacking)
    return {"日期": shown, "截止": f"{shown}{at}", "次数": str(count), LACKING: names}


def addressed(party: Party, step: str, to: tuple[str, ...]) -> tuple[str, ...]:
    """Return whom a reminder at a step goes to: `to`, and with 书记 his own addresses besides."""
    second = party.second if step == "书记" else ()
    known = {one.lower() for one in (*to, *party.cc)}
    return (*to, *(one for one in second if one.lower() not in known))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of tags.

    Raises:
        KeyError: a tag has no value.

    """
    return TAG.sub(lambda found: values[found[1]], text)


def shown(token: str) -> str:
    """Write a token as people copy it: ABCD-EFGH-JKLM."""
    return "-".join(token[at : at + 4] for at in range(0, len(token), 4))
