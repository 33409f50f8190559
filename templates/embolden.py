"""**Bold** in a cell of the roster is bold in the document, in the look of the place it stands in.

`marked` puts a pair of noncharacters in the place of the stars, and after the fill the run that
holds such a pair is parted there. In a letter or a file name the stars just go.
"""

from __future__ import annotations

import re

from rosters.pattern import later
from templates.runs import KEEP, LOOK, RUN, WRITTEN

OPEN, CLOSE = "\ufdd2", "\ufdd3"
# Two stars and no more: a masked number, 9901**********4039, is full of them.
_PAIR = re.compile(r"(?<!\*)\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*(?!\*)", re.DOTALL)
_BREAK = later("[\t\n\r]+")
_MARKED = later(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_MARKS = later(f"[{OPEN}{CLOSE}]")
_HEAD = later(r"^(?:<w:rStyle\b[^>]*/>)?(?:<w:rFonts\b[^>]*/>)?")
_HEAVY = later(r"<w:b(?:Cs)?(?: [^>]*)?/>")


def marked(text: str) -> str:
    """Put marks in the place of each pair of stars; none reaches over the end of a line."""

    def one(found: re.Match[str]) -> str:
        inside = _BREAK.sub(lambda gap: f"{CLOSE}{gap.group()}{OPEN}", found.group(1))
        return f"{OPEN}{inside}{CLOSE}"

    return _PAIR.sub(one, text)


def bare(text: str) -> str:
    """Take pairs of stars away."""
    return _PAIR.sub(r"\1", text)


def emboldened(text: str) -> str:
    """Return a filled part with what is marked in bold runs of its own, and without the marks."""
    return _MARKS.sub("", RUN.sub(_parted, text))


def _parted(found: re.Match[str]) -> str:
    run = found.group()
    if OPEN not in run:
        return run
    look = LOOK.match(run)
    start, properties = (look.group(1), look.group(2) or "") if look else ("<w:r>", "")
    again = f"{start}{properties}{KEEP}"

    def heavy(one: re.Match[str]) -> str:
        return f"</w:t></w:r>{start}{_heavy(properties)}{KEEP}{one.group(1)}</w:t></w:r>{again}"

    def written(one: re.Match[str]) -> str:
        return KEEP + _MARKED.sub(heavy, one.group(2)) + one.group(3)

    return WRITTEN.sub(written, run).replace(f"{again}</w:t></w:r>", "")


def _heavy(properties: str) -> str:
    inside = properties.removeprefix("<w:rPr>").removesuffix("</w:rPr>")
    inside = "" if properties in {"", "<w:rPr/>"} else _HEAVY.sub("", inside)
    head = _HEAD.match(inside)
    at = head.end() if head else 0
    return f"<w:rPr>{inside[:at]}<w:b/><w:bCs/>{inside[at:]}</w:rPr>"
