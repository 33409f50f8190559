"""docs/benchmarks.md and its plot: what a script measures goes between its own two marks.

Imported first by scripts: those beside it called merge and rosters must not hide the packages.
"""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fill import Measured

sys.path.insert(0, str(Path(__file__).parent.parent))
DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "benchmarks.md"
PLOT = DOCS / "pictures" / "fill.svg"
_COLOURS = {"fawen": "#b3261e", "floor": "#9aa0a6"}
_OTHER = "#5f6f8c"
_LEFT, _WIDE, _BAR, _GAP = 130, 470, 15, 30


def write(mark: str, text: str) -> None:
    """Put text between <!-- mark --> and <!-- /mark --> of the page."""
    page = PAGE.read_text(encoding="utf-8")
    start, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    assert start in page, f"{PAGE} has no {start}"
    whole = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    made = whole.sub(lambda _: f"{start}\n\n{text}\n\n{end}", page)
    PAGE.write_text(made, encoding="utf-8", newline="\n")


def table(results: Sequence[Measured]) -> str:
    """Write the peers' table: CPU ms a document, the ratio, and the same on disk."""
    head = ["CPU ms a document", *(f"{one.name} ({one.size}) | × | on disk" for one in results)]
    lines = [f"| {' | '.join(head)} |", "|---" + "|---:|---:|---:" * len(results) + "|"]
    for tool in results[0].memory:
        name = {"fawen": "**fawen**", "floor": "*writing alone*"}.get(tool, tool)
        cells = [
            f"{_ms(one.ms(tool))} | {_times(one.ratio(tool))} | {_ms(one.ms(tool, disk=True))}"
            for one in results
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def shipped(results: Sequence[Measured]) -> str:
    """Write the table of the shipped templates."""
    lines = ["| shipped template | | docxtpl ms | fawen ms | × |", "|---|---|---:|---:|---:|"]
    for one in results:
        slow, fast = _ms(one.ms("docxtpl")), _ms(one.ms("fawen"))
        lines.append(
            f"| {one.name} | {one.size} | {slow} | {fast} | {_times(one.ratio('fawen'))} |"
        )
    return "\n".join(lines)


def plot(results: Sequence[Measured]) -> None:
    """Draw documents for each second of CPU, on a logarithmic scale."""
    tools = list(results[0].memory)
    block = len(tools) * (_BAR + 3) + _GAP
    height = block * len(results) + 46
    rates = {(one.name, tool): 1000 / max(one.ms(tool), 1e-6) for one in results for tool in tools}
    low = 10 ** math.floor(math.log10(min(rates.values())))
    high = 10 ** math.ceil(math.log10(max(rates.values())))

    def across(rate: float) -> float:
        return _WIDE * math.log(rate / low) / math.log(high / low)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="720" height="{height}" fill="#ffffff"/>',
    ]
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        x = _LEFT + across(10**power)
        drawn.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="20" y2="{height - 30}" stroke="#e0e0e0"/>'
        )
        drawn.append(
            f'<text x="{x:.1f}" y="{height - 14}" text-anchor="middle">{10**power:,}</text>'
        )
    y = 20
    for one in results:
        drawn.append(f'<text x="8" y="{y + 2}" font-weight="bold">{escape(one.name)}</text>')
        y += 8
        for tool in tools:
            rate = rates[one.name, tool]
            colour = _COLOURS.get(tool, _OTHER)
            said = f"{rate:,.0f}" + ("" if tool == "docxtpl" else f" · {_times(one.ratio(tool))} ×")
            drawn += [
                f'<text x="{_LEFT - 6}" y="{y + 12}" text-anchor="end">{escape(tool)}</text>',
                f'<rect x="{_LEFT}" y="{y}" width="{across(rate):.1f}" height="{_BAR}" '
                f'fill="{colour}"/>',
                f'<text x="{_LEFT + across(rate) + 4:.1f}" y="{y + 12}">{said}</text>',
            ]
            y += _BAR + 3
        y += _GAP - 8
    words = "documents for each second of CPU (logarithmic), written into memory"
    drawn += [f'<text x="{_LEFT}" y="{height - 1}" fill="#5f6368">{words}</text>', "</svg>"]
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text("\n".join(drawn) + "\n", encoding="utf-8", newline="\n")


def _ms(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.1f}"


def _times(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"
