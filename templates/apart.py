"""Texts of cells and of 要素 taken apart: into paragraphs, into names, into the rows of a table."""

from __future__ import annotations

from rosters.pattern import later

_EDGES = " \t\u3000"
_BETWEEN_NAMES = later(r"[、，,；;\n]+")
_BETWEEN_CELLS = later(r"[｜|\t]")


def lines(text: str) -> list[str]:
    """List the lines of a text, without what is blank at their ends; none that is empty."""
    return [line.strip(_EDGES) for line in text.splitlines() if line.strip(_EDGES)]


def names(text: str) -> list[str]:
    """List the names in a text that sets them apart: 张三、李四; blanks within one do not count."""
    return [one for one in ("".join(part.split()) for part in _BETWEEN_NAMES.split(text)) if one]


def rows(text: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Read a text as a table: a line a row, ｜ between its cells; cells that lack are empty.

    Raises:
        ValueError: a line has more cells than there are columns; it is the error's only argument.

    """
    found = []
    for line in lines(text):
        cells = [cell.strip(_EDGES) for cell in _BETWEEN_CELLS.split(line)]
        if len(cells) > len(columns):
            raise ValueError(line)
        cells += [""] * (len(columns) - len(cells))
        found.append(dict(zip(columns, cells, strict=True)))
    return found
