"""How a program writes the rows of a table: all in one form, which is learnt from the first."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from rosters.blocks import UnlikeError
from rosters.grid import letter, number
from rosters.strings import PRESERVED

_FORMULA = r"<f(?:[^<>]*/>|[^<>]*>[^<]*</f>)"
_OPEN = r'<row r="([0-9]{1,7})"([^<>/]*)'
_ROW = re.compile(rf"{_OPEN}(/?)>")
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"((?: (?:s|t|cm|vm|ph)="\w+")*)(?:(/>)|>'
    rf"({_FORMULA})?(?:<v>([^<]*)</v>|<is>(<t{PRESERVED}>)([^<]*)</t></is>)?</c>)"
)
_END = "</row>"
_TIMES = 2  # rows with a cell of one form, before the pattern has a place for it
_FIRST = 4  # rows that are taken apart before a pattern is made; then twice as many, and so on
_MOST = 400  # forms of a pattern: each takes a fifth of a millisecond to compile


class Form(NamedTuple):
    """How a cell is written: its column and attributes, and what stands around its value."""

    column: int
    attributes: str
    closed: bool = False  # <c …/>
    formula: bool = False  # one that has been worked out
    inline: str = ""  # the tag before a text that stands in the cell itself
    valued: bool = False

    @property
    def style(self) -> str:
        """Return the number of its style; empty where there is none."""
        return self._attribute("s")

    @property
    def kind(self) -> str:
        """Return the kind of its value as XML names it; empty for a number."""
        return self._attribute("t")

    def _attribute(self, name: str) -> str:
        found = re.search(rf'\b{name}="(\w+)"', self.attributes)
        return found[1] if found else ""

    @property
    def preserved(self) -> str:
        """Tell whether space around the text counts; empty if not."""
        return self.inline.partition(" ")[2] if self.inline else self.kind

    @property
    def pattern(self) -> str:
        """Return a pattern for it, in a row whose number is the first group."""
        begin = rf'<c r="{letter(self.column)}\1"{self.attributes}'
        if self.closed:
            return f"{begin}/>"
        inner = "<v>([^<]*)</v>" if self.kind == "str" else "<v>([^<]+)</v>"
        if self.inline:
            inner = f"<is>{self.inline}([^<]*)</t></is>"
        return f"{begin}>{_FORMULA if self.formula else ''}{inner if self.valued else ''}</c>"


class Row(NamedTuple):
    """A row that was taken apart: its values as they are written, each with its cell's form."""

    number: str
    attributes: str
    values: list[tuple[Form, str]]
    unreckoned: list[int]  # columns of formulas that nobody has worked out
    end: int  # where it ends in the text


class Forms:
    """Learns in which forms the cells of a sheet are written.

    `row` is the pattern of a whole row: its number, its attributes, then a value for each of
    `groups`.
    """

    def __init__(self) -> None:
        self.row: re.Pattern[str] | None = None
        self.groups: tuple[Form, ...] = ()
        self.width = self.reach = 0  # the last column with a value, and with any cell
        self._known: dict[tuple[object, ...], Form] = {}
        self._seen: dict[int, Counter[Form]] = {}
        self._rows = 0
        self._due = _FIRST

    def taken_apart(self, text: str, at: int) -> Row:
        """Take the row apart that begins there, cell by cell.

        Raises:
            UnlikeError: it is written in a way that is not certainly understood here.

        """
        head = _ROW.match(text, at)
        if head is None:
            raise UnlikeError
        row = Row(head[1], head[2], [], [], head.end())
        self._rows += 1
        if head[3]:
            return row
        end, last = row.end, 0
        while cell := _CELL.match(text, end):
            form = self._form(cell)
            if cell[2] != row.number or form.column <= last:
                raise UnlikeError
            end, last = cell.end(), form.column
            self.reach = max(self.reach, last)
            self._cell(row, form, cell)
        if not text.startswith(_END, end):
            raise UnlikeError
        return row._replace(end=end + len(_END))

    def _cell(self, row: Row, form: Form, cell: re.Match[str]) -> None:
        value = cell[8] if form.inline else cell[6]
        if form.formula and not value and not (form.valued and form.kind == "str"):
            row.unreckoned.append(form.column)
            return
        if form.valued and not value and form.kind != "str" and not form.inline:
            raise UnlikeError
        self._seen.setdefault(form.column, Counter())[form] += 1
        if form.valued:
            row.values.append((form, value))
            self.width = max(self.width, form.column)

    def _form(self, cell: re.Match[str]) -> Form:
        letters, _, attributes, closed, formula, value, inline, _ = cell.groups()
        valued = bool(inline) or value is not None
        key = letters, attributes, closed, bool(formula), inline, valued
        if key not in self._known:
            self._known[key] = Form(
                number(letters),
                attributes,
                closed=bool(closed),
                formula=bool(formula),
                inline=inline or "",
                valued=valued,
            )
        return self._known[key]

    def due(self) -> bool:
        """Tell whether enough rows were taken apart since the pattern was made last."""
        return self._rows >= self._due

    def learn(self) -> None:
        """Make the pattern anew, of every form that was met more than once."""
        self._due = 2 * self._rows
        forms: list[Form] = []
        said = []
        for _, seen in sorted(self._seen.items()):
            here = [form for form, times in seen.most_common() if times >= _TIMES]
            absent = self._rows - seen.total() >= _TIMES
            ways = [form.pattern for form in here] + [""] * absent
            said.append(ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})")
            forms.extend(here)
        if len(forms) <= _MOST:
            self.row = re.compile(rf"{_OPEN}>{''.join(said)}{_END}")
            self.groups = tuple(form for form in forms if form.valued)
