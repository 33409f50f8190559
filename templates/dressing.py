"""Rare characters in a filled part: just those take a typeface that has them.

`values.marked_up` puts a pair of noncharacters around them; here the run that holds such a pair is
parted there. Nothing is parsed, and a document without them never comes here.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rosters.pattern import later
from templates.runs import KEEP, LOOK, RUN, WRITTEN
from templates.typefaces import THEME, instead

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

OPEN, CLOSE = "\ufdd0", "\ufdd1"
_FONTS = later(r"<w:rFonts\b[^>]*/>")
_STYLE = later(r"<w:rStyle\b[^>]*/>")
_ASKED = later(r'w:eastAsia="([^"]*)"')
_MARKED = later(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_NAMED = later(r'<w:pStyle w:val="([^"]*)"')
_MARKS = later(f"[{OPEN}{CLOSE}]")


def dressed(text: str, asked: Mapping[str, str]) -> str:
    """Return a part with its rare characters in runs of their own, and without the marks.

    `asked` leads from a paragraph's style to the Chinese typeface that it asks for.
    """

    def one(found: re.Match[str]) -> str:
        run = found.group()
        return _parted(run, text[: found.start()], asked) if OPEN in run else run

    return _MARKS.sub("", RUN.sub(one, text))


def _parted(run: str, before: str, asked: Mapping[str, str]) -> str:
    look = LOOK.match(run)
    start, properties = (look.group(1), look.group(2) or "") if look else ("<w:r>", "")
    fonts = _FONTS.search(properties)
    own = _ASKED.search(fonts.group()) if fonts else None
    font = own.group(1) if own else _of_style(before, asked)
    font = THEME if fonts and "w:eastAsiaTheme=" in fonts.group() else font

    def shown(found: re.Match[str]) -> str:
        return "".join(
            "".join(same) if name == font else _turn(start, properties, name, "".join(same))
            for name, same in groupby(found.group(1), lambda char: instead(font, char))
        )

    def written(found: re.Match[str]) -> str:
        if OPEN not in found.group(2):
            return found.group()
        return KEEP + _MARKED.sub(shown, found.group(2)) + found.group(3)

    parted = WRITTEN.sub(written, run)
    return parted.replace(f"{start}{properties}{KEEP}</w:t></w:r>", "")


def _turn(start: str, properties: str, font: str, chars: str) -> str:
    """End a run, write characters in a typeface of theirs, and begin the run again."""
    again = f"{start}{properties}{KEEP}"
    return f"</w:t></w:r>{start}{_with(properties, font)}{KEEP}{chars}</w:t></w:r>{again}"


def _with(properties: str, font: str) -> str:
    """Set a typeface in all four slots of a run's properties."""
    slots = " ".join(f'w:{slot}="{font}"' for slot in ("ascii", "hAnsi", "eastAsia", "cs"))
    fonts = f'<w:rFonts w:hint="eastAsia" {slots}/>'
    inside = _FONTS.sub("", properties.removeprefix("<w:rPr>").removesuffix("</w:rPr>"))
    inside = "" if properties in {"", "<w:rPr/>"} else inside
    style = _STYLE.match(inside)
    head = style.group() if style else ""  # the schema wants it first
    return f"<w:rPr>{head}{fonts}{inside[len(head) :]}</w:rPr>"


def _of_style(before: str, asked: Mapping[str, str]) -> str:
    at = max(before.rfind("<w:p "), before.rfind("<w:p>"))
    named = _NAMED.search(before, at) if at >= 0 else None
    return asked.get(named.group(1) if named else "") or asked.get("", "")
