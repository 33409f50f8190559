"""Whose a picture is: a file called after another member, or one picture for two people."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rosters.finding import Level
from rosters.roster import Kind
from rosters.spot import spot, words
from rosters.text import folded, person

if TYPE_CHECKING:
    from rosters.finding import Finding
    from rosters.photo import Photo
    from rosters.roster import Roster, Row

_SHORTEST = 2  # characters of a name
_CURE = "请核对照片是不是本人的"


@dataclass
class Likenesses:
    """Remembers whose each picture was."""

    roster: Roster
    _first: dict[tuple[str, str], Row] = field(default_factory=dict)

    def doubtful(self, row: Row, column: str, photo: Photo, file: str) -> Finding | None:
        """Say why a picture may be somebody else's; `file` is what the cell calls it, if it does.

        Nothing is known of a file that bears nobody's name.
        """
        if row.sheet.kind is not Kind.MEMBERS:
            return None
        first = self._first.setdefault((column, photo.sha256), row)
        if first.cell(column) != row.cell(column):
            where = first.place(column).cell
            said = f"和「{words(first, 'name')}」（{where}）是同一张照片"
            return spot(Level.WARNING, "picture.twice", (row, column), said, _CURE)
        other = self._other(_plain(words(row, "name")), _plain(PurePosixPath(file).stem))
        if not other:
            return None
        said = f"「{file}」写着「{other}」，这一行是「{words(row, 'name')}」"
        return spot(Level.WARNING, "picture.whose", (row, column), said, _CURE)

    def _other(self, own: str, file: str) -> str:
        """Return the longest name of somebody else in that of a file, unless his own is there.

        李娜娜 is somebody else to 李娜, though her name is in it.
        """
        for length in range(min(len(file), self._longest), _SHORTEST - 1, -1):
            for start in range(len(file) - length + 1):
                part = file[start : start + length]
                if part != own and part in self._names and (own in part or own not in file):
                    return self._names[part]
        return ""

    @cached_property
    def _names(self) -> dict[str, str]:
        return {_plain(one.name): one.name for one in self.roster.members}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._names), default=0)


def _plain(text: str) -> str:
    """Fold a name or that of a file, without the dots that a file may leave out."""
    return folded(person(text.replace("\\", "/").rpartition("/")[2])).replace("·", "")
