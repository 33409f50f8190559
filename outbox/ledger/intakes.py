"""What comes in and what was made of it: frozen values of the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from outbox.ledger.states import HeldState, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping

MAIL, FOLDER, TABLE, HAND = "mail", "folder", "table", "hand"  # how it came
_WORDS = {MAIL: "邮件", FOLDER: "文件", TABLE: "收集表", HAND: "人工登记"}


@dataclass(frozen=True, slots=True)
class Staged:
    """One report as it was read: of which organisation, on which day, what it says.

    `subject` is the key of whom it is about, where an organisation owes several (mandate.Subject).
    `values` is canonical JSON of field and text; `accepted` tells that the job's rule takes it over
    though something stands against it. `part` and `sha256` are the attachment's, "" where
    the mail's own words said it. `at` is when it came, where that is not when all of its
    intake did: rows of a table were submitted one by one.
    """

    batch: str
    job: str
    organisation: str
    period: str
    values: str
    verdict: Verdict
    findings: tuple[str, ...] = ()
    late: bool = False
    part: str = ""
    sha256: str = ""
    accepted: str = ""
    subject: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What could not be taken, and why; `job` and `organisation` are what it is probably about."""

    reason: Reason
    words: str
    part: str = ""
    sha256: str = ""
    job: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """A mail or file, kept under its hash, and what was made of it."""

    sha256: str
    how: str
    name: str
    sender: str
    subject: str
    letter: int | None
    at: datetime
    staged: tuple[Staged, ...] = ()
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A report as it stands in the ledger; `source` is the sha256 of the mail or file."""

    id: int
    batch: str
    job: str
    organisation: str
    period: str
    subject: str
    version: int
    part: str
    sha256: str
    values: Mapping[str, Any]
    verdict: Verdict
    findings: tuple[str, ...]
    late: bool
    at: datetime
    accepted_by: str
    accepted_at: datetime | None
    source: str
    how: str
    name: str
    sender: str

    @property
    def counts(self) -> bool:
        """Tell whether it counts: nothing stands against it, or a person took it over."""
        return self.verdict is not Verdict.FAULTY or bool(self.accepted_by)

    @property
    def nil(self) -> bool:
        """Tell whether it says that there is nothing."""
        return self.verdict is Verdict.NIL

    @property
    def way(self) -> str:
        """Say how it came, as staff see it."""
        return _WORDS.get(self.how, self.how)


@dataclass(frozen=True, slots=True)
class Held:
    """A thing in quarantine."""

    id: int
    part: str
    sha256: str
    reason: Reason
    words: str
    job: str
    organisation: str
    state: HeldState
    decided_by: str
    decided_at: datetime | None
    source: str
    how: str
    name: str
    sender: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Come:
    """A mail or file that was looked through, as 收文登记簿 lists it."""

    id: int
    sha256: str
    how: str
    name: str
    sender: str
    subject: str
    at: datetime
    who: str

    @property
    def way(self) -> str:
        """Say how it came, as staff see it."""
        return _WORDS.get(self.how, self.how)


def version_of(row: RowMapping) -> Version:
    """Read a row of `returned` joined with its intake."""
    return Version(
        **{
            **dict(row),
            "values": json.loads(row["values"]),
            "verdict": Verdict(row["verdict"]),
            "findings": tuple(json.loads(row["findings"])),
            "late": bool(row["late"]),
        }
    )


def held_of(row: RowMapping) -> Held:
    """Read a row of `held` joined with its intake."""
    return Held(**{**dict(row), "reason": Reason(row["reason"]), "state": HeldState(row["state"])})
