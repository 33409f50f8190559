"""Who receives: from a document's row to the addresses of its receiver, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.book import IDENTITY
from merge.record import SECOND_LEVEL, View, second_level
from rosters.columns import cure
from rosters.finding import Cell, Finding, Level, Place
from rosters.mailbox import split
from rosters.roster import Kind, Member, Organisation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.book import Book
    from merge.form import Receiver as How
    from merge.record import Subject

_ADDRESSES = ("email", "cc_email")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A receiver with its addresses. `nearest`: a superior receives, for want of an address."""

    receiver: Organisation | Member
    to: tuple[str, ...]
    cc: tuple[str, ...]
    nearest: bool = False
    key: str = field(init=False)  # of the receiver: all documents that it gets share this text

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", key_of(self.receiver))


def address(book: Book, subject: Subject, how: How) -> Envelope | Finding:
    """Find who receives a document that is made for `subject`, and at which addresses.

    Every cell that decides it is read through `book`. What is missing is a finding at its cell.
    """
    if how == "本级" and isinstance(subject, Member):
        return _member(book, subject)
    receiver: Organisation | Member | None
    if how == "本级并抄送上级" and isinstance(subject, Member):
        own = _member(book, subject)
        if isinstance(own, Finding) or isinstance(own.receiver, Organisation):
            return own
        receiver, found = own.receiver, own.to + own.cc
        above = View(book, subject).organisation
    else:
        receiver = _receiver(book, subject, how)
        if receiver is None:
            return _nobody(subject, how)
        found = addresses(book, receiver)
        above = _other(book, receiver, "上级") if how == "本级并抄送上级" else None
    if not found:
        return _unaddressed(receiver)
    copies = addresses(book, above) if above else ()
    if above and not copies:
        return _unaddressed(above)
    return _envelope(receiver, found, copies)


def addresses(book: Book, one: Organisation) -> tuple[str, ...]:
    """Read an organisation's own addresses, and what tells it apart from others."""
    book.read(one.row, *_ADDRESSES, *IDENTITY)
    return one.addresses


def key_of(receiver: Organisation | Member) -> str:
    """Name a receiver for good: an organisation's key; a member by staff number, else name."""
    if isinstance(receiver, Organisation):
        return receiver.key
    return f"{receiver.organisation or ''}/{member_key(receiver)}"


def member_key(member: Member) -> str:
    """Name a member within an organisation: never by an ID number, nor by where the row stands."""
    staff = str(member.row.get("工号") or "").strip() if member.row.sheet.has("staff_no") else ""
    return staff or member.name


def alike(receiver: Organisation | Member) -> Finding:
    """Say that a receiver cannot be told from another one."""
    member = isinstance(receiver, Member)
    name = "name" if member else "org_name"
    column = next((one for one in receiver.row.sheet.columns if one.field == name), None)
    sheet, number = receiver.row.sheet, receiver.row.number
    place = Place(sheet.file, sheet.name, f"{column.letter}{number}" if column else f"第{number}行")
    message = f"收件的「{receiver.name}」与另一个收件人分不开"
    advice = "请填写工号，使每人不同" if member else "请改正编码或名称，使各单位不同"
    cell = Cell(sheet.key, number, name)
    return Finding(Level.ERROR, "letter.alike", place, message, advice, (cell,))


def _receiver(book: Book, subject: Subject, how: How) -> Organisation | None:
    if how in {"上级", "二级党组织"}:
        return _other(book, subject, how)
    return subject if isinstance(subject, Organisation) else None


def _other(book: Book, subject: Subject, relation: str) -> Organisation | None:
    view = View(book, subject)
    found = second_level(view) if relation == SECOND_LEVEL else view[relation]
    one = found.subject if isinstance(found, View) else None
    return one if isinstance(one, Organisation) else None


def _member(book: Book, member: Member) -> Envelope | Finding:
    """Take a member's own address, else that of the nearest organisation that has one."""
    if member.row.sheet.has("email"):
        book.read(member.row, "email")
        own = split(_own_address(member))
        if own.usable or own.faulty:
            return _envelope(member, own.usable) if own.usable else _unaddressed(member)
    for one in _upwards(book, member):
        if one.addresses:
            return _envelope(one, addresses(book, one), nearest=True)
    return _nobody(member, "本级")


def _own_address(member: Member) -> str:
    index = next(i for i, c in enumerate(member.row.sheet.columns) if c.field == "email")
    return str(member.row.values[index] or "")


def _upwards(book: Book, member: Member) -> Iterator[Organisation]:
    """Walk up; an address that is there but faulty stops the way, an empty one does not."""
    one = View(book, member).organisation
    while one is not None:
        if one.addresses or _written(one):
            addresses(book, one)
        yield one
        book.read(one.row, "parent")
        one = book.roster.superior(one)


def _written(one: Organisation) -> bool:
    sheet = one.row.sheet
    cells = zip(sheet.columns, one.row.values, strict=False)
    return any(column.field == "email" and value for column, value in cells)


def _envelope(
    receiver: Organisation | Member,
    found: tuple[str, ...],
    copies: tuple[str, ...] = (),
    *,
    nearest: bool = False,
) -> Envelope:
    """Put the first address in To and the others in Cc, each once."""
    to, *rest = found
    seen = {to.casefold()}
    cc = []
    for one in (*rest, *copies):
        if one.casefold() not in seen:
            seen.add(one.casefold())
            cc.append(one)
    return Envelope(receiver, (to,), tuple(cc), nearest)


def _unaddressed(receiver: Organisation | Member) -> Finding:
    sheet = receiver.row.sheet
    if not sheet.has("email"):
        place = Place(sheet.file, sheet.name, f"第{sheet.head}行")
        cell = Cell(sheet.key, 0, "email")
        message, advice = "缺少「电子邮箱」一列，信件没有地址可寄", cure(sheet, "email")
        return Finding(Level.ERROR, "column.missing", place, message, advice, (cell,))
    column = next(c for c in sheet.columns if c.field == "email")
    place = Place(sheet.file, sheet.name, f"{column.letter}{receiver.row.number}")
    cell = Cell(sheet.key, receiver.row.number, column.key)
    message = f"「{receiver.name}」没有可用的电子邮箱，信件寄不到"
    return Finding(Level.ERROR, "letter.address", place, message, "请补上邮箱地址", (cell,))


def _nobody(subject: Subject, how: str) -> Finding:
    """Make the finding of a row that has no receiver."""
    if subject is None:
        return Finding(Level.ERROR, "letter.receiver", Place(), "没有收件单位")
    member = subject.row.sheet.kind is Kind.MEMBERS
    name = "branch" if member else "parent"
    fields = {column.field for column in subject.row.sheet.columns}
    name = "org" if member and "branch" not in fields else name
    column = next((c for c in subject.row.sheet.columns if c.field == name), None)
    sheet, number = subject.row.sheet, subject.row.number
    where = f"{column.letter}{number}" if column else f"第{number}行"
    message = f"「{subject.name}」找不到收件的党组织（收件：{how}）"
    advice = "请核对所在党组织和上级党组织，以及它们的电子邮箱"
    place, cell = Place(sheet.file, sheet.name, where), Cell(sheet.key, number, name)
    return Finding(Level.ERROR, "letter.receiver", place, message, advice, (cell,))
