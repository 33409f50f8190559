"""Make the example jobs in Word, each from its Markdown: `python -m merge.example`.

Both say the same: their readers give equal jobs. The jobs of the demonstration stay in Markdown
alone, so that a new workspace shows that form too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from merge import kinds, source
from merge.addressees import Addressed, understand
from merge.blank import slip
from merge.job import load
from merge.kinds import HINTS, LABELS
from merge.samples import CORE, SAMPLES
from merge.slip import name_of
from rosters.dates import PartialDate
from templates.gongwen import outline
from templates.gongwen.blocks import Run, Statement, Table
from templates.gongwen.lines import is_ruler, statements
from templates.gongwen.prose import paragraph, run
from templates.gongwen.settings import Settings
from templates.wml import Element, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from merge.job import Entry, Job
    from merge.kinds import Row
    from templates.gongwen.blocks import Cell, Inline, TableRow

ROSTERS = ("rosters",)  # what a 发文单 takes where it says nothing
_TO = ("各级党组织", "全体党支部", "各二级党组织", "每名党员", "全体正式党员", "受表彰的同志",
       "只做一份")  # fmt: skip
_WIDTH, _STEP = 8844, 10  # twips: the text's width, and what columns are measured in
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
Said: TypeAlias = "dict[str, str]"  # rows by their keys


def examples() -> tuple[Path, ...]:
    """List the jobs in Markdown that are also there in Word."""
    return tuple(path for path in sorted(SAMPLES.glob("*.md")) if path.stem not in CORE)


def make(path: Path) -> bytes:
    """Make the Word file of a job in Markdown. Same bytes at any time.

    Raises:
        TypeError: the job says what no row of a 发文单 can.

    """
    job = load(path, shown=path.name)
    told = source.read(path, path.name)
    read = outline.parse(told.body, file=path.name, line=told.body_line)
    tables = {block.place.where: block for block in read.blocks if isinstance(block, Table)}
    body = list(_body(told.body.split("\n"), told.body_line, tables))
    return slip(list(_rows(job)), Settings(), [*body, paragraph("GwText")], told=bool(body))


def _rows(job: Job) -> Iterator[Row]:
    """Walk through the rows: those of the kind in their order, then what else the job says."""
    first, *others = job.entries
    said = {**_addressed(first, job), **_elements(job), **_letter(job)}
    if said.get("发给", "") == said.get("主送"):
        del said["主送"]  # it follows
    name = job.name if job.name in kinds.PATTERNS else first.kind
    said["文种"] = first.kind
    for label, _, hint in kinds.rows(name):
        if (key := name_of(label)) != "发给" or "每份" not in said:
            yield label, said.pop(key, ""), hint
    for key, value in said.items():
        yield LABELS.get(key, key), value, HINTS.get(key, "")
    for entry in others:
        yield "文种", entry.kind, "随同的另一种文件"
        for key, value in _addressed(entry, job).items():
            yield key, value, HINTS.get(key, "")


def _addressed(entry: Entry, job: Job) -> Said:
    """Say to whom in a clerk's words, else as a job does."""
    wanted = (entry.per, entry.scope, entry.names)
    greeting = str(job.elements.get("主送", ""))
    for words in (greeting, *_TO):
        meant = understand(words)
        if not isinstance(meant, Addressed) or meant.greeting not in {"", greeting}:
            continue
        if (meant.per, meant.scope, meant.names) == wanted:
            return {"发给": words, **_filled({"文件名": entry.filename})}
    told = {"每份": entry.per, "范围": entry.scope, "名单": "、".join(entry.names)}
    return _filled({**told, "文件名": entry.filename})


def _elements(job: Job) -> Said:
    said: Said = {}
    for key, value in job.elements.items():
        if not isinstance(value, str | PartialDate):
            raise TypeError(f"{job.shown}: 要素「{key}」是一张表，发文单里写不下")
        said[key] = value.chinese() if isinstance(value, PartialDate) else value
    organ = said.get("发文机关")
    follows = {"发文机关标志": f"{organ}文件", "署名": organ}
    if "印发机关" in said:
        follows["印发日期"] = said.get("成文日期")
    return {key: value for key, value in said.items() if follows.get(key) != value}


def _letter(job: Job) -> Said:
    letter = job.letter
    return _filled(
        {
            "名册": "" if job.rosters == ROSTERS else "、".join(job.rosters),
            "收件": "" if letter.receiver == "本级" else letter.receiver,
            "主题": letter.subject,
            "信件正文": letter.body,
            "随信附件": "、".join(letter.attachments),
            "全发": "是" if letter.everyone else "",
            "可提及": "、".join(job.mentions),
        }
    )


def _filled(said: Said) -> Said:
    return {key: value for key, value in said.items() if value}


def _body(lines: Sequence[str], first: int, tables: dict[str, Table]) -> Iterator[Element]:
    """Walk through the paragraphs and tables; a table is as its reader has it."""
    joined = ""
    below = 0  # the line that the table above goes to
    for number, line in enumerate(lines, first):
        table = tables.get(f"第{number}行")
        if table is not None:
            below = _last(table)
            yield _table(table)
        inside = number <= below or is_ruler(line)
        if inside or (not line.strip() and not joined):
            continue
        joined += line.rstrip("\\")
        if line.endswith("\\"):
            joined += "\n"
            continue
        yield paragraph("GwText", *_bold(joined.strip()))
        joined = ""


def _last(table: Table) -> int:
    return int(table.rows[-1].place.where.strip("第行"))


def _bold(text: str) -> Iterator[Element]:
    """Make the runs of a line; within a tag two stars are none."""
    whole = [text] if statements(text) is not None else text.split("**")
    for index, part in enumerate(whole):
        if part:
            yield run(part, b={}, bCs={}) if index % 2 else run(part)


def _table(table: Table) -> Element:
    unit = _WIDTH // sum(table.widths) // _STEP * _STEP
    widths = [unit * part for part in table.widths]
    borders = (element(one, val="single", sz=4, space=0, color="auto") for one in _SIDES)
    told = element(
        "tblPr",
        element("tblW", w=sum(widths), type="dxa"),
        element("tblBorders", *borders),
        element("tblLayout", type="fixed"),
    )
    made = element("tbl", told, element("tblGrid", *(element("gridCol", w=w) for w in widths)))
    for index, row in enumerate(table.rows):
        if isinstance(row, Statement):
            runs = [paragraph("GwCell", run(f"{{% {row.inside} %}}"))]
            made.append(element("tr", _cell(runs, sum(widths), len(widths))))
        else:
            made.append(_row(row, widths, head=index < table.heads))
    return made


def _row(row: TableRow, widths: Iterable[int], *, head: bool) -> Element:
    made = element("tr", element("trPr", element("tblHeader"))) if head else element("tr")
    for cell, width in zip(row.cells, widths, strict=True):
        made.append(_cell(list(_paragraphs(cell)), width))
    return made


def _paragraphs(cell: Cell) -> Iterator[Element]:
    for runs in cell.paragraphs:
        made = paragraph("GwCell", *_runs(runs))
        if cell.align:
            made = paragraph("GwCell", *_runs(runs), jc={"val": cell.align})
        yield made


def _runs(runs: Iterable[Inline]) -> Iterator[Element]:
    for one in runs:
        if isinstance(one, Run):
            yield run(one.text, b={}, bCs={}) if one.bold else run(one.text)


def _cell(content: Sequence[Element], width: int, across: int = 1) -> Element:
    told = element("tcPr", element("tcW", w=width, type="dxa"))
    if across > 1:
        told.append(element("gridSpan", val=across))
    told.append(element("vAlign", val="center"))
    return element("tc", told, *content)


if __name__ == "__main__":
    for one in examples():
        one.with_suffix(".docx").write_bytes(make(one))
