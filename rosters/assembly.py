"""The pieces of a file, as they come out of the child, put together into grids."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from rosters.blocks import unpacked
from rosters.finding import Finding, InputError, Level, Place
from rosters.grid import Grid, Merge, Oddity, letter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rosters.blocks import Block, Sent
    from rosters.roster import Value

_ENOUGH = 4096  # different values: a column of more is one of numbers and names, each its own


class Assembly:
    """Takes pieces in their order; `grids` and `remarks` are what came of them."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.grids: list[Grid] = []
        self.remarks: list[Finding] = []
        self._seen: list[dict[Sent, Value] | None] = []
        self._texts: list[Value] = [None]  # the shared strings, and at last that there is none

    def take(self, piece: tuple[Any, ...]) -> None:
        """Take the next piece."""
        kind, *rest = piece
        if kind == "grid":
            name, hidden = rest
            self.grids.append(Grid(self.shown, name, hidden))
            self._seen = []
        elif kind == "rows":
            self._rows(rest[0])
        elif kind == "texts":
            self._texts[-1:] = [*rest[0], None]
        elif kind == "again":
            self.grids[-1].columns.clear()
            self._seen = []
        elif kind == "end":
            self._end(*rest)
        else:
            rule, message = rest
            self.remarks.append(Finding(Level.INFO, rule, Place(self.shown), message))

    def _rows(self, block: Block) -> None:
        columns = self.grids[-1].columns
        height = len(columns[0]) if columns else 0
        for _ in range(len(columns), len(block)):
            columns.append([None] * height)
            self._seen.append({})
        for at, column in enumerate(block):
            if isinstance(column, bytes):
                columns[at].extend(map(self._texts.__getitem__, array("I", column)))
            else:
                coded, values = column
                columns[at].extend(self._values(at, values, coded=coded))
        full = max(map(len, columns), default=0)
        for behind in columns[len(block) :]:
            behind.extend([None] * (full - len(behind)))

    def _values(self, at: int, values: tuple[Sent, ...], *, coded: bool) -> Iterable[Value]:
        """Let equal values of a column be one object, as long as that is worth it."""
        seen = self._seen[at]
        if coded:
            if seen is None:
                self._seen[at] = seen = {}
            for one in set(values).difference(seen):
                seen[one] = unpacked(one)
            return map(seen.__getitem__, values)
        if seen is None:
            return values  # type: ignore[return-value]  # nothing in it is coded
        if len(seen) > _ENOUGH:
            self._seen[at] = None
        return map(seen.setdefault, values, values)  # type: ignore[arg-type]  # nothing is coded

    def _end(
        self,
        oddities: list[tuple[int, int, str, str]],
        merges: list[tuple[int, int, int, int]],
        hidden_rows: Iterable[int],
        hidden_columns: Iterable[int],
    ) -> None:
        grid = self.grids[-1]
        grid.oddities = {(row, column): Oddity(*odd) for row, column, *odd in oddities}
        grid.merges = [Merge(*one) for one in merges]
        grid.hidden_rows = frozenset(hidden_rows)
        grid.hidden_columns = frozenset(hidden_columns)
        grid.blank_merged()
        self._seen = []

    def whole(self) -> list[Grid]:
        """Return the grids once every piece has come.

        Raises:
            InputError: one of them bears a mark of secrecy; nothing of it may be kept or sent.

        """
        findings = [
            Finding(
                Level.ERROR,
                "classified",
                Place(grid.file, grid.name, f"{letter(column)}{row}"),
                f"有密级标志「{odd.detail}」",
                "涉密文件不得在这里处理，请走机要渠道",
            )
            for grid in self.grids
            for (row, column), odd in sorted(grid.oddities.items())
            if odd.rule == "classified"
        ]
        if findings:
            raise InputError("名册有密级标志，未作任何处理", findings=findings)
        return self.grids
