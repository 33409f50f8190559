"""Forms: what a unit's .xlsx or .docx asks for; filled, sent, and read back."""

from __future__ import annotations

import atexit
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rosters.keeper import Keeper
from templates.forms.finding import none
from templates.forms.taken import Taken, put_together

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Any

    from templates.forms.template import SheetTemplate
    from templates.forms.values import Answer, Field, Layout
    from templates.tags import Names
    from templates.template import Template

_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from rosters.child import main; "
    "main('templates.forms.pieces')"
)
KEEPER = Keeper(_START)
atexit.register(KEEPER.close)


def layout_of(content: bytes, shown: str) -> Layout:
    """Read what a form asks for, by its ending.

    Raises:
        InputError: it is no usable form; each fault at its place.

    """
    if PurePosixPath(shown).suffix.lower() == ".docx":
        from templates.forms import document

        return document.layout_of(content, shown)
    from templates.forms import book

    return book.opened(content, shown).layout


def opened(
    content: bytes, names: Names, shown: str, days: Sequence[date] = ()
) -> SheetTemplate | Template:
    """Open a form to be filled for each organisation: its `issued` gives it its token.

    Raises:
        InputError: it is no usable form, or tags in it are faulty; each at its place.

    """
    if PurePosixPath(shown).suffix.lower() == ".docx":
        from templates.template import Template

        return Template.open(content, names, shown=shown)
    from templates.forms.template import SheetTemplate

    return SheetTemplate(content, names, shown, days)


def taken(content: bytes, shown: str) -> Taken:
    """Take a form that came back apart, in the child.

    Raises:
        InputError: the gate refuses the file, it cannot be read, it killed the child, or it is a
            photograph (form.picture), a PDF (form.pdf) or no form at all (form.none).

    """
    found: list[tuple[Any, ...]] = []
    KEEPER.ask(content, PurePosixPath(shown).suffix.lower(), shown, found.append)
    try:
        return put_together(found, shown)
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise none(shown, "form.damaged", "这个文件读不明白", "请对方重新填发去的表") from error


def understood(layout: Layout, taken: Taken) -> Answer:
    """Understand what came back; what cannot be placed or read for certain is a fault.

    Raises:
        InputError: it is another file: none of the form's words stand in it (form.other).

    """
    if (layout.suffix == ".docx") != (taken.kind == "docx"):
        message = (
            f"发来的是 {'Word' if taken.kind == 'docx' else 'Excel'} 文件，不是发去填报的那张表"
        )
        raise none(taken.shown, "form.other", message, "请对方填发去的那张表，不要另做一张")
    if taken.kind == "docx":
        from templates.forms import wordreading

        return wordreading.understood(layout, taken)
    from templates.forms import sheetreading

    return sheetreading.understood(layout, taken)


def told(layout: Layout, sent: bytes, shown: str) -> tuple[Field, ...]:
    """List the single fields of a form as it was sent: those within a loop by their own names.

    Raises:
        InputError: the file cannot be read.

    """
    if layout.suffix != ".docx":
        return tuple(one.field for one in layout.spots if not one.given)
    from templates.forms import wordreading

    return wordreading.told(layout, taken(sent, shown))
