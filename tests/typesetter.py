"""One official document set from a case's words: what tests hand to the builder, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import wordjobs
import yaml

from merge import job as jobs
from outbox.desk.typeset import typeset as typeset_file
from rosters.dates import PartialDate
from templates.gongwen.build import build
from templates.gongwen.kinds import KINDS
from templates.gongwen.outline import parse
from templates.gongwen.settings import Settings
from templates.gongwen.sheet import Sheet
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from templates.gongwen.body import Outline

_DATES = ("成文日期", "印发日期")


@dataclass(frozen=True)
class Case:
    """What a case's front matter says, and its body."""

    kind: str
    elements: Mapping[str, str]
    body: str
    profile: str = "nominal"
    line: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path) -> Case:
    """Read a case in Markdown; every value is text."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    said = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - text alone, nothing is made
    elements = dict(said.get("要素", {}))
    if "发文机关" in elements:
        elements.setdefault("发文机关标志", elements["发文机关"] + "文件")
    return Case(
        said["文种"],
        elements,
        body,
        said.get("版面", "nominal"),
        front.count("\n") + 3,
        said.get("行", {}),
    )


def typeset(case: Case, shown: str = "") -> bytes:
    """Build the template of a case and fill it."""
    sheet = Sheet(KINDS[case.kind], case.elements, Settings(profile=case.profile))
    built = build(sheet, parse(case.body, file=shown, line=case.line))
    values: dict[str, Any] = {**case.elements, **case.values}
    values |= {name: PartialDate.parse(values[name]) for name in _DATES if name in values}
    template = Template.open(built.content, Names(values), shown=shown, origins=built.origins)
    return template.fill(values)


def made(source: Path, folder: Path) -> bytes:
    """Set a case as `fawen typeset` does; one with 行 or 版面 by the builder alone."""
    if source.suffix == ".md":
        case = read(source)
        if case.values or case.profile != "nominal":
            return typeset(case, source.name)
    output = folder / "made.docx"
    typeset_file(folder, _written(source, folder), output)
    return output.read_bytes()


def _written(source: Path, folder: Path) -> Path:
    """Make the Word file that a description describes; any other case is a file already."""
    if source.suffix != ".yaml":
        return source
    return wordjobs.made(wordjobs.described(source), folder / f"{source.stem}.docx")


def outline(source: Path, folder: Path) -> Outline:
    """Read the body of a case into blocks."""
    if source.suffix == ".md":
        case = read(source)
        if case.values or case.profile != "nominal":
            return parse(case.body, file=source.name, line=case.line)
    return jobs.load(_written(source, folder), shown=source.name, alone=True).body
