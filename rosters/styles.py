"""Style numbers of a workbook: the number format of each, and what it makes of a number."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.grid import Oddity
from rosters.shown import as_shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rosters.roster import Value

GENERAL = "General"
# ECMA-376 part 1, 18.8.30: number formats that a workbook names but does not hold; 27 to 58 as a
# Chinese Excel and WPS show them.
BUILTIN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: r'_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)',
    42: r'_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)',
    43: r'_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)',
    44: r'_("$"* #,##0.00_)_("$"* \(#,##0.00\)_("$"* "-"??_)_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), 'h"时"mm"分"'),
    **dict.fromkeys((35, 56), 'h"时"mm"分"ss"秒"'),
}
_QUOTED = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
_DATE = re.compile(r"(?<![_\\])[dmhysDMHYS]")
_SPAN = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)
_1900, _1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a cell has no zone
_LEAP = 60  # Excel counts a 29 February 1900 that never was
_DAY = 86_400_000  # milliseconds


def codes(styles: bytes) -> list[str]:
    """List the number format of each style number of xl/styles.xml."""
    from lxml import etree

    if not styles:
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(styles, parser)
    own = {
        int(one.get("numFmtId", -1)): one.get("formatCode", "")
        for one in root.iterfind("{*}numFmts/{*}numFmt")
    }
    known: Mapping[int, str] = {**BUILTIN, **own}
    return [
        known.get(int(one.get("numFmtId") or 0), GENERAL)
        for one in root.iterfind("{*}cellXfs/{*}xf")
    ]


@dataclass
class Styles:
    """Turns what stands in a cell's XML into what staff see, by its kind and style number."""

    codes: Sequence[str]
    since_1904: bool = False
    _known: dict[tuple[str, str, str], Value | Oddity] = field(default_factory=dict)
    plain: set[str] = field(default_factory=lambda: {""})

    def __post_init__(self) -> None:
        self.plain |= {str(style) for style, code in enumerate(self.codes) if code == GENERAL}

    def read(self, style: str, kind: str, raw: str) -> Value | Oddity:
        """Read a cell that holds no text: a number, date, truth value or error.

        Raises:
            ValueError: it is none of them.

        """
        key = style, kind, raw
        if key not in self._known:
            self._known[key] = self._read(raw, kind, int(style or 0))
        return self._known[key]

    def _read(self, raw: str, kind: str, style: int) -> Value | Oddity:
        code = self.codes[style] if style < len(self.codes) else GENERAL
        if kind == "e":
            return Oddity("cell-error", raw)
        if kind == "b":
            return as_shown(bool(int(raw)), code)
        if kind == "d":
            return as_shown(_iso(raw), code)
        value = float(raw) if set(raw) & set(".eE") else int(raw)
        if not _is_date(code):
            return as_shown(value, code)
        try:
            return as_shown(self._date(value, span=bool(_SPAN.search(code.split(";")[0]))), code)
        except (OverflowError, ValueError):
            return Oddity("cell-error", "#VALUE!")

    def _date(self, value: float, *, span: bool) -> object:
        if span:
            return _whole(dt.timedelta(days=value))
        day, fraction = divmod(value, 1)
        rest = dt.timedelta(milliseconds=round(fraction * _DAY))
        if 0 <= value < 1 and not rest.days:
            return (_1900 + rest).time()
        if 0 < value < _LEAP and not self.since_1904:
            day += 1
        return (_1904 if self.since_1904 else _1900) + dt.timedelta(days=day) + rest


def _is_date(code: str) -> bool:
    return bool(_DATE.search(_QUOTED.sub("", code.split(";", maxsplit=1)[0])))


def _whole(span: dt.timedelta) -> dt.timedelta:
    """Round to milliseconds, as Excel's own numbers go no further."""
    if not span.microseconds:
        return span
    return dt.timedelta(
        seconds=span.total_seconds() // 1, microseconds=round(span.microseconds, -3)
    )


def _iso(raw: str) -> object:
    for kind in (dt.datetime, dt.time):
        try:
            return kind.fromisoformat(raw)
        except ValueError:
            continue
    return None
