"""Files that came back, read: which form each is, what it says of which day, or why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.ledger.states import Reason
from outbox.post.parcel import NAMELESS
from rosters.finding import InputError
from templates import form
from templates.forms.values import Sort, of_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from outbox.post.parcel import File
    from templates.forms.taken import Taken
    from templates.forms.values import Answer, Fault, Layout

_OLE2, _ZIP = b"\xd0\xcf\x11\xe0", b"PK"
_WORD = "WordDocument".encode("utf-16-le")  # the stream that a .doc or .wps keeps its text in
_OLD_SHEET = "请对方另存为 .xlsx 再发"
_OLD_WORD = "请对方另存为 .docx 再发；要的是 Excel 表的，请填在发去的表里"
_TEXT = "表存成了 .csv，认不出是谁的、哪一天的，请对方把填好的 .xlsx 原样发来"
_RULES = {
    "gate-macro": Reason.MACRO,
    "gate-size": Reason.BOMB,
    "gate-far": Reason.BOMB,
    "gate-xml": Reason.BOMB,
    "gate-locked": Reason.LOCKED,
    "workbook-time": Reason.BOMB,
    "workbook-crash": Reason.BOMB,
    "form.picture": Reason.PICTURE,
    "form.pdf": Reason.PICTURE,
    "form.other": Reason.WRONG_FORM,
}
_OFFICE = (".xlsx", ".xlsm", ".docx", ".docm", ".xls", ".doc", ".et", ".wps", ".ods", ".csv")
# What mail programs add of their own: visiting cards, appointments, signatures, footers.
_IDLE = re.compile(r"\.(?:vcf|ics|p7s|p7m|asc|sig|gpg)$|^att\d{3,}\.\w+$")
_ROW = re.compile(r"(\d+)\D*$")
_NUMBERLESS, _DAYLESS = "form.token", "form.day"


@dataclass(frozen=True, slots=True)
class Report:
    """What a form says of one day ("": it names none): the text of each field, "" where blank.

    `odd` are the sentences that its reading has against it.
    """

    day: str
    values: Mapping[str, str]
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A form as it was understood."""

    numeric: tuple[str, ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a reply: taken apart, or why it was not; neither where it is no matter.

    `packed` tells that it is of a kind which may hold a report and is not opened: archives, pages.
    """

    name: str
    content: bytes
    taken: Taken | None = None
    reason: Reason | None = None
    words: str = ""
    packed: bool = False

    @property
    def token(self) -> str:
        """The 回执编号 that it bears, "" for none."""
        return self.taken.token if self.taken else ""


def read(files: Iterable[File]) -> tuple[Part, ...]:
    """Take every file apart, in the child."""
    return tuple(map(_part, files))


def understood(layout: Layout, taken: Taken, *, once: bool = False) -> Reading:
    """Understand a form by what it asks for; of a report that is made once no row needs a day.

    Raises:
        InputError: it is another file.

    """
    answer = form.understood(layout, taken)
    numeric = tuple(one.name for one in layout.told if one.sort is Sort.NUMBER)
    passed = {_NUMBERLESS, *([_DAYLESS] if once else [])}
    faults = [one for one in answer.faults if one.rule not in passed]
    return Reading(numeric, tuple(_reports(layout, answer, faults)))


def why(error: InputError, content: bytes) -> tuple[Reason, str]:
    """Say for which reason a file is not taken, and in which words."""
    rules = [one.rule for one in error.findings]
    reason = next((_RULES[one] for one in rules if one in _RULES), Reason.UNREADABLE)
    said = next((one.message for one in error.findings), str(error))
    if reason is Reason.UNREADABLE and content.startswith(_OLE2):
        return Reason.OLD_FORMAT, _OLD_WORD if _WORD in content else _OLD_SHEET
    return reason, said


def _part(file: File) -> Part:
    suffix = "." + file.name.lower().rpartition(".")[2]
    packed = file.content.startswith((_ZIP, _OLE2))
    name = file.name if suffix in _OFFICE or not packed else f"{file.name}.xlsx"
    try:
        return Part(file.name, file.content, form.taken(file.content, name))
    except InputError as error:
        reason, words = why(error, file.content)
        words = _TEXT if suffix == ".csv" and reason is Reason.UNREADABLE else words
        if reason is Reason.UNREADABLE and suffix not in _OFFICE:
            return Part(file.name, file.content, packed=not _idle(file))
        return Part(file.name, file.content, reason=reason, words=words)


def _idle(file: File) -> bool:
    """Tell whether a file is one that a mail program adds of its own."""
    nameless = file.name == NAMELESS and file.kind.startswith(("text/", "image/", "message/"))
    return nameless or bool(_IDLE.search(file.name.lower()))


def _reports(layout: Layout, answer: Answer, faults: list[Fault]) -> Iterator[Report]:
    single = {name: one.raw for name, one in answer.values.items()}
    asked = {one.name for one in layout.fields}
    table = layout.table
    if table is None or not table.day:
        given = {one.field.name for one in layout.spots if one.given}
        spots = {name: said for name, said in single.items() if name not in given}
        yield Report("", {**spots, **_listed(layout, answer)}, tuple(map(_said, faults)))
        return
    of_rows = {_row(one.where) for one in answer.lines}
    general = [one for one in faults if _row(one.where) not in of_rows]
    for line in answer.lines:
        own = [one for one in faults if _row(one.where) == _row(line.where)]
        said = {name: one.raw for name, one in line.values.items() if name in asked}
        if line.day is None and not line.blank:
            yield Report("?", said, tuple(map(_said, own)))
        elif line.day is not None:
            odd = tuple(_said(one) for one in (*own, *general))
            yield Report(line.day.isoformat(), said, odd)


def _listed(layout: Layout, answer: Answer) -> dict[str, str]:
    """Write the rows of a table of items as fields of their own: 姓名.1, or 一问担当得分."""
    made = {}
    named = layout.table is not None and bool(layout.table.items)
    for number, line in enumerate(answer.lines if named else answer.written, start=1):
        for name, one in line.values.items():
            made[of_item(line.item, name) if named else f"{name}.{number}"] = one.raw
    return made


def _row(where: str) -> int:
    found = _ROW.search(where)
    return int(found[1]) if found else 0


def _said(fault: Fault) -> str:
    return f"{fault.where}：{fault.message}" if fault.where else fault.message
