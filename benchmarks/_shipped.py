"""The shipped templates with the sample university's rows: what our users really fill.

docxtpl is given what it can read: the body already in its place, statements that stand alone as
its own {%p and {%tr, and our filters; so that both sides make the same document.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import ChainMap
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from lxml import etree

from merge.job import load
from merge.record import OFFERED, RESERVED, Book, View
from rosters.finding import Place
from rosters.reader import read_roster
from templates.blocks import promote
from templates.body import holds, place
from templates.filters import FILTERS, TESTS
from templates.library import Library
from templates.sandbox import Condition
from templates.tags import Names

if TYPE_CHECKING:
    from templates.template import Template

_NO_MARK = re.compile("\ue0f0[0-9]+\ue0f1")


@dataclass(frozen=True)
class Shipped:
    """A template, the same as docxtpl reads it, and the records of its job."""

    name: str
    template: Template
    docxtpl: bytes
    records: list[dict[str, Any]]


def environment() -> Environment:
    """Make the environment that docxtpl needs for these templates: autoescape and our filters."""
    made = Environment(autoescape=True)
    made.filters.update(FILTERS)
    made.tests.update(TESTS)
    return made


def shipped() -> list[Shipped]:
    """Make the Word templates of the sample jobs with all the records that their jobs give them."""
    home = Path(str(files("rosters"))) / "samples" / "示例大学名册.xlsx"
    roster = read_roster([home])
    book, blank = Book(roster), Book(roster, blank=True)
    headings = [name for sheet in roster.sheets for name in sheet.names]
    made = []
    for path in sorted((Path(str(files("merge"))) / "samples").glob("*.md")):
        job = load(path, shown=path.name)
        names = Names([*RESERVED, *OFFERED, *job.elements, *headings])
        for entry in job.entries:
            stock = Library().source(entry.kind)
            if stock.kind is None and not is_word(stock.content):
                continue  # a form in Excel: docxtpl fills none
            if entry.kind in {one.name for one in made}:
                continue  # of a kind one is enough
            built = stock.kind is not None
            outline = job.body if built or holds(stock.content) else None
            template = stock.open(names, elements=job.elements, body=outline)
            scope = Condition(entry.scope or "", names, Place())
            subjects = {"党组织": roster.organisations, "党员": roster.members}.get(
                entry.per, (None,)
            )
            chosen = [one for one in subjects if one is None or scope.test(View(blank, one))]
            views = [View(book, one, at) for at, one in enumerate(chosen, 1)]
            records = [_record(template, job.elements, view) for view in views]
            if not records:
                continue
            source = template._content if built else stock.content  # noqa: SLF001 - what docxtpl is given
            placed = source if built or outline is None else place(source, outline)
            made.append(Shipped(entry.kind, template, promoted(placed), records))
    return made


def is_word(content: bytes) -> bool:
    """Tell whether a file is a Word document."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "word/document.xml" in package.namelist()


def _record(template: Template, elements: Any, view: View) -> dict[str, Any]:
    """Look up what the template reads, so that neither side pays for the roster."""
    whole = ChainMap({}, dict(elements), view)  # type: ignore[arg-type] # a view is only read
    return {name: whole[name] for name in template.needs}


def promoted(content: bytes) -> bytes:
    """Write statements that stand alone as docxtpl's own {%p and {%tr."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(data)
                promote(root, _NO_MARK)
                data = etree.tostring(root, encoding="UTF-8", standalone=True)
            target.writestr(name, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
