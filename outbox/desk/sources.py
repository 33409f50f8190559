"""The rosters that jobs name: found, and read once for all that are looked at together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.finding import Finding, InputError, Level
from rosters.reader import read_roster

if TYPE_CHECKING:
    from pathlib import Path

    from merge.job import Job
    from outbox.workspace import Workspace
    from rosters.roster import Roster


@dataclass(frozen=True, slots=True)
class Rosters:
    """Rosters as the jobs that are looked at together read them: each once."""

    _read: dict[object, Roster] = field(default_factory=dict)

    def of(self, workspace: Workspace, job: Job) -> Roster:
        """Read a job's roster, or return it where another job has read it.

        Raises:
            InputError: it cannot be read.

        """
        paths = roster_paths(job)
        columns = {**workspace.config.columns, **job.columns}
        places = {k: v for k, v in workspace.column_places.items() if k not in job.columns}
        key = (paths, frozenset(columns.items()), frozenset(places))
        if key not in self._read:
            self._read[key] = read_roster(
                paths, shown=workspace.shown, columns=columns, places=places
            )
        return self._read[key]


def roster_paths(job: Job) -> tuple[Path, ...]:
    """Resolve a job's 名册 to files or folders.

    Raises:
        InputError: one of them is not there.

    """
    found = [job.find(words) for words in job.rosters]
    missing = [
        Finding(
            Level.ERROR,
            "roster.file",
            job.place("名册"),
            f"找不到名册「{words}」",
            "请检查文件名，路径从工作区文件夹或作业所在的文件夹算起",
        )
        for words, one in zip(job.rosters, found, strict=True)
        if one is None
    ]
    if missing:
        raise InputError("找不到名册", findings=missing)
    return tuple(one for one in found if one is not None)
