"""A clean copy of a workbook: what is certain corrected, and all of it noted on its cell.

The original is never written. Formulas stay as they are and none is ever made of data.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from rosters import identity, masks, results
from rosters.dates import PartialDate
from rosters.fields import DATES
from rosters.finding import Level
from rosters.mailbox import split, straight
from rosters.surnames import several
from rosters.text import clean, forbidden, person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from rosters.finding import Finding
    from rosters.roster import Roster, Sheet

_COLOURS = {Level.ERROR: "FFC7CE", Level.WARNING: "FFEB9C", Level.INFO: "DDEBF7"}
_RANK = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
_ROW = re.compile(r"第([1-9]\d*)行")
_MENDED = frozenset({"cell-normalised"})  # what the corrections see to
_THEN = (1980, 1, 1, 0, 0, 0)
_USUAL = re.compile(r"\d{4}(?:([./-])\d{1,2}(?:\1\d{1,2})?|年(?:\d{1,2}月(?:\d{1,2}日)?)?)")
_STAMP = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_CREATED = re.compile(rb"<dcterms:created[^>]*>([^<]*)<")
_OURS = "〔fawen 检查〕"  # what a note says below this line is taken away by the next copy
_WIDTH, _HEIGHT, _LINE = 320, 40, 22  # of a note, in pixels


class Correction(NamedTuple):
    """A cell that was corrected, and its text before and after: numbers in them are masked."""

    sheet: str
    cell: str
    before: str
    after: str


class Cleaned(NamedTuple):
    """The copy, the cells corrected in it, and how many findings are noted."""

    content: bytes
    corrections: tuple[Correction, ...]
    noted: int

    @property
    def corrected(self) -> tuple[str, ...]:
        """Name the cells that were corrected: `Sheet!A1`."""
        return tuple(f"{one.sheet}!{one.cell}" for one in self.corrections)


def clean_copy(content: bytes, roster: Roster, file: str) -> Cleaned:
    """Make a corrected, annotated copy of a workbook that has been read.

    Args:
        content: of the .xlsx file; it has passed `gate`.
        roster: what was read of it, with the findings.
        file: what findings call it.

    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that openpyxl drops
        book = load_workbook(io.BytesIO(content), rich_text=True)
    _unnoted(book)
    corrections = [
        one
        for sheet in roster.sheets
        if sheet.file == file and sheet.name in book.sheetnames
        for one in _correct(book[sheet.name], sheet, roster)
    ]
    found = [one for one in roster.findings if one.place.file == file]
    noted = _annotate(book, found, corrections)
    out = io.BytesIO()
    book.save(out)
    made = results.kept(out.getvalue(), content)
    return Cleaned(_settled(made, content), tuple(corrections), noted)


def correction(field: str | None, text: str) -> str:
    """Write a cell's text as it was surely meant; the text itself where nothing is sure.

    Only fields of a fixed form are touched: names, numbers, addresses and dates.
    """
    mend = _MENDS.get(field or "")
    if mend is None or forbidden(text):
        return text
    return mend(text) or text


def _identity(text: str) -> str:
    number = identity.normal_id(clean(text))
    return text if identity.id_fault(number) else number


def _date(text: str) -> str:
    """Spell out a date in Chinese numerals or run-on digits; a usual form is only cleaned."""
    plain = clean(text)
    if _USUAL.fullmatch(plain):
        return plain
    try:
        found = PartialDate.parse(plain)
    except ValueError:
        return text
    return text if found is None else found.chinese()


def _addresses(text: str) -> str:
    better = straight(clean(text))
    return text if split(better).faulty else better


def _name(text: str) -> str:
    plain = clean(text)
    return plain if several(plain) else person(plain)


_PHONES = ("mobile", "tel", "liaison_mobile", "liaison_tel")
_MENDS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("name", "secretary", "deputy", "liaison"), _name),
    **dict.fromkeys(("org_name", "short", "parent", "branch", "org"), clean),
    **dict.fromkeys(("org_code", "staff_no", "cert_no"), clean),
    **dict.fromkeys(_PHONES, clean),
    **dict.fromkeys(("gender", "ethnicity", "party_type", "grid"), clean),
    **dict.fromkeys(("email", "cc_email"), _addresses),
    **dict.fromkeys(DATES, _date),
    "id_card": _identity,
}


def _correct(page: Worksheet, sheet: Sheet, roster: Roster) -> Iterable[Correction]:
    """Correct the rows of one table; yield the cells that changed."""
    rows = [one.row for one in roster.members] + [one.row for one in roster.organisations]
    for number in sorted({row.number for row in rows if row.sheet is sheet}):
        for column in sheet.columns:
            cell = page[f"{column.letter}{number}"]
            if cell.data_type != "s" or not isinstance(cell.value, str | CellRichText):
                continue  # numbers, dates and formulas are nobody's slip of the pen
            before = str(cell.value)
            better = correction(column.field, before)
            if better != before:
                _write(cell, better)
                told = (_shown(column.field, one) for one in (before, better))
                yield Correction(sheet.name, str(cell.coordinate), *told)


def _shown(field: str | None, text: str) -> str:
    """Mask a number however it is written: its column tells what it is, else its cleaned text."""
    if field == "id_card":
        return masks.masked_id(text)
    if field in _PHONES:
        return masks.masked_phone(text)
    plain = clean(text)
    hidden = masks.masked(plain)
    return text if hidden == plain else hidden


def _write(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"  # never a formula from data: "=…" stays text


def _annotate(
    book: Workbook, findings: Iterable[Finding], corrections: Iterable[Correction]
) -> int:
    """Put on its cell as a note what was corrected there and each finding; colour the latter."""
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        coordinate = _coordinate(one)
        if one.rule not in _MENDED and one.place.sheet in book.sheetnames and coordinate:
            anchor = _anchor(book[one.place.sheet], coordinate)
            by_cell.setdefault((one.place.sheet, anchor), []).append(one)
    mended = {(one.sheet, one.cell): one for one in corrections}
    for name, coordinate in {**mended, **by_cell}:
        at = (name, coordinate)
        _note(book[name][coordinate], by_cell.get(at, []), mended.get(at))
    return sum(map(len, by_cell.values()))


def _coordinate(finding: Finding) -> str:
    """Return the cell of a finding; of one about a row, the row's first cell."""
    if _CELL.fullmatch(finding.place.cell):
        return finding.place.cell
    row = _ROW.fullmatch(finding.place.cell)
    return f"A{row[1]}" if row else ""


def _anchor(page: Worksheet, coordinate: str) -> str:
    """Lead from a cell in a merged range to the one that can bear a note."""
    for merged in page.merged_cells.ranges:
        if coordinate in merged:
            return str(merged.start_cell.coordinate)
    return coordinate


def _unnoted(book: Workbook) -> None:
    """Take away what an earlier copy noted; what others wrote above it stays."""
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.comment is None or _OURS not in cell.comment.text:
                    continue
                theirs = cell.comment.text.partition(_OURS)[0].rstrip()
                cell.comment = Comment(theirs, cell.comment.author) if theirs else None
                if cell.fill.fgColor.rgb in {f"00{one}" for one in _COLOURS.values()}:
                    cell.fill = PatternFill()


def _note(cell: Cell, found: list[Finding], mended: Correction | None) -> None:
    found = sorted(found, key=lambda one: _RANK[one.level])
    lines = [cell.comment.text] if cell.comment else []
    lines.append(_OURS)
    if mended is not None:
        lines.append(f"已改正：原来是「{mended.before}」")
    for one in found:
        said = f"{one.message}，{one.advice}" if one.advice else one.message
        lines.append(masks.masked(f"{one.level.word}：{said}"))
    author = cell.comment.author if cell.comment else "fawen"
    note = Comment("\n".join(lines), author, width=_WIDTH, height=_HEIGHT + _LINE * len(lines))
    cell.comment = note
    if found:
        cell.fill = PatternFill("solid", fgColor=_COLOURS[found[0].level])


def _settled(made: bytes, original: bytes) -> bytes:
    """Write the parts again with one fixed time, and no time of saving: same input, same bytes."""
    stamp = b"1980-01-01T00:00:00Z"
    with zipfile.ZipFile(io.BytesIO(original)) as source:
        if "docProps/core.xml" in source.namelist():
            created = _CREATED.search(source.read("docProps/core.xml"))
            stamp = created[1] if created else stamp
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as parts, zipfile.ZipFile(out, "w") as target:
        for name in parts.namelist():
            info = zipfile.ZipInfo(name, _THEN)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            target.writestr(info, content)
    return out.getvalue()
