"""A finding: what is wrong, where, and what to do about it; and the errors that carry them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable


class Level(StrEnum):
    """How bad it is: the rule's own level, which never changes."""

    ERROR = "error"  # stops the jobs that read it
    WARNING = "warning"  # a person should look
    INFO = "info"  # said, so that nobody wonders

    @property
    def word(self) -> str:
        """Name the level as staff see it."""
        return {"error": "错误", "warning": "提醒", "info": "说明"}[self.value]


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a file, and a cell of a sheet or a paragraph or line in it."""

    file: str = ""
    sheet: str = ""
    cell: str = ""
    where: str = ""

    def __str__(self) -> str:
        parts = (self.file, self.sheet, self.cell, self.where)
        return masked(" › ".join(part for part in parts if part))


class Cell(NamedTuple):
    """A cell by its table, row and column, to tell which jobs and documents read it.

    `sheet` is `Sheet.key`, `row` the row's number in the workbook (0: the whole column, also one
    that is missing), `column` is `Column.key`: the canonical field, else the heading.
    """

    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `blocks` names the jobs that it stops."""

    level: Level
    rule: str
    place: Place
    message: str
    advice: str = ""
    cells: tuple[Cell, ...] = ()
    blocks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Mask what is said: a heading, a name or a title may be somebody's number."""
        object.__setattr__(self, "message", masked(self.message))
        object.__setattr__(self, "advice", masked(self.advice))

    def __str__(self) -> str:
        where = str(self.place)
        said = f"{self.message}，{self.advice}" if self.advice else self.message
        return f"{where}：{said}" if where else said

    def blocking(self, *jobs: str) -> Finding:
        """Return the finding with these jobs added to those it stops."""
        return replace(self, blocks=tuple(dict.fromkeys((*self.blocks, *jobs))))


class FawenError(Exception):
    """Anything that stops a command and is not a fault of the program.

    FawenError
    ├── InputError        the input has errors, each a finding            exit status 1
    ├── UsageError        the words of a command are wrong or ambiguous   exit status 2
    └── UnavailableError  something outside is missing or refuses         exit status 4
    """

    kind = "error"

    def __init__(
        self, message: str, advice: str = "", findings: Iterable[Finding] = (), *, kind: str = ""
    ) -> None:
        super().__init__(masked(message))
        self.message = masked(message)
        self.advice = masked(advice)
        self.findings = tuple(findings)
        if kind:
            self.kind = kind

    def __str__(self) -> str:
        return f"{self.message}，{self.advice}" if self.advice else self.message


class InputError(FawenError):
    """What was handed in has errors; nothing was written."""

    kind = "input"


class UsageError(FawenError):
    """The command line cannot be understood, or a name in it fits several things."""

    kind = "usage"


class UnavailableError(FawenError):
    """Something outside the program is missing, or refuses."""

    kind = "unavailable"


def refuse(findings: Iterable[Finding], message: str = "") -> None:
    """Raise InputError if there is an error among the findings, with all of them.

    Raises:
        InputError: at least one finding is an error.

    """
    found = tuple(findings)
    errors = [finding for finding in found if finding.level is Level.ERROR]
    if errors:
        raise InputError(message or f"发现 {len(errors)} 处错误", findings=found)
