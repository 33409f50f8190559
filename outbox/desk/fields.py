"""The tags that a template needs, and whether a roster has each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from merge.book import COUNTS, OFFERED, RESERVED
from outbox import workspace as workspaces
from outbox.desk.outcome import Outcome
from rosters.finding import UsageError
from templates.form import layout_of
from templates.forms.values import Layout
from templates.library import Library
from templates.tags import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from templates.forms.values import Field
    from templates.reads import Use
    from templates.stock import Stock


def fields(folder: Path, template: str, roster: Path | None) -> Outcome:
    """List a template's tags.

    Raises:
        InputError: the template or the roster cannot be read.

    """
    try:
        own = [workspaces.find(folder)]
    except UsageError:
        own = []
    stock = Library([one.templates for one in own]).source(template, beside=folder)
    headings = _headings(folder, roster, [one.root / "rosters" for one in own])
    compiled = stock.open(Names(headings or ()))
    rows = [_row(use, headings) for use in _distinct(compiled.uses)]
    asked = [_asked(one) for one in _layout(stock).fields]
    lines = [*(str(note) for note in compiled.notes), *(_line(row, headings) for row in rows)]
    lines += [f"要各单位填：{'、'.join(one['name'] for one in asked)}"] if asked else []
    lines = lines or ["没有要填的标签"]
    told = {"fields": rows, "asked": asked, "road": compiled.road}
    return Outcome(tuple(lines), told)


def _layout(stock: Stock) -> Layout:
    """Read what a form asks those for who get it; nothing of a template that is none."""
    return layout_of(stock.content, stock.shown) if stock.content else Layout(stock.suffix)


def _asked(field: Field) -> dict[str, str]:
    return {"name": field.name, "takes": str(field.sort)}


def _headings(folder: Path, roster: Path | None, own: Sequence[Path]) -> set[str] | None:
    if roster is None:
        return None
    from rosters.reader import read_roster

    near = (one / roster for one in (Path(), folder, *own))
    path = next((one for one in near if one.exists()), roster)
    return {name for sheet in read_roster([path]).sheets for name in sheet.names}


def _distinct(uses: tuple[Use, ...]) -> list[Use]:
    seen: dict[tuple[tuple[str, ...], str], Use] = {}
    for use in uses:
        seen.setdefault((use.path, use.name), use)
    return list(seen.values())


def _row(use: Use, headings: set[str] | None) -> dict[str, object]:
    given = use.name in RESERVED or use.name in OFFERED
    known = None if headings is None else use.name in headings or given
    return {
        "name": ".".join((*use.path, use.name)),
        "kind": use.kind,
        "in_roster": known,
        "where": str(use.place),
    }


def _line(row: dict[str, object], headings: set[str] | None) -> str:
    said = "　名册里没有（可在发文单里写一行）"
    if row["in_roster"]:
        name = str(row["name"]).rpartition(".")[2]
        said = "　由系统数出来" if name in COUNTS and name not in (headings or ()) else "　名册里有"
    elif row["in_roster"] is None:
        said = ""
    kinds = {"value": "值", "list": "列表", "condition": "条件", "order": "选取或排序"}
    kinds["strokes"] = "姓氏笔画"
    return f"{row['name']}　{kinds.get(str(row['kind']), row['kind'])}{said}　{row['where']}"
