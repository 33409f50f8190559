"""Files that came back, read: which form each is, what it says of which day, or why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.ledger.states import Reason
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from outbox.post.parcel import File

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%PDF")
_RIFF, _WEBP, _FTYP = b"RIFF", b"WEBP", b"ftyp"
_OLE2, _ZIP = b"\xd0\xcf\x11\xe0", b"PK"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_WORD_OLD = "WordDocument".encode("utf-16-le")
_RULES = {
    "gate-macro": Reason.MACRO,
    "gate-size": Reason.BOMB,
    "gate-far": Reason.BOMB,
    "gate-xml": Reason.BOMB,
    "gate-locked": Reason.LOCKED,
    "workbook-time": Reason.BOMB,
    "workbook-crash": Reason.BOMB,
}
_OFFICE = (".xlsx", ".xlsm", ".docx", ".docm", ".xls", ".doc", ".et", ".wps", ".ods", ".csv")


@dataclass(frozen=True, slots=True)
class Report:
    """What a form says of one day ("": it names none): the text of each field, "" where blank."""

    day: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A form as it was read; `token` is "" where it bears none."""

    token: str
    fields: tuple[str, ...]
    numeric: tuple[str, ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a reply: what was read of it, or why it was not; neither where it is no matter."""

    name: str
    content: bytes
    reading: Reading | None = None
    reason: Reason | None = None
    words: str = ""


def read(files: Iterable[File], reader: Callable[[bytes, str, str], Reading]) -> tuple[Part, ...]:
    """Read every file; `reader` opens a Word or Excel file in the child, or raises InputError."""
    return tuple(_part(file, reader) for file in files)


def _part(file: File, reader: Callable[[bytes, str, str], Reading]) -> Part:
    content, suffix = file.content, "." + file.name.lower().rpartition(".")[2]
    if content.startswith(_PICTURES) or _modern_picture(content):
        return Part(file.name, content, reason=Reason.PICTURE, words="数要填在表里，表要发回来")
    if content.startswith(_OLE2):
        return _old(file)
    if not content.startswith(_ZIP):
        if suffix in _OFFICE:
            return Part(file.name, content, reason=Reason.UNREADABLE, words="不是它扩展名说的文件")
        return Part(file.name, content)
    try:
        return Part(file.name, content, reader(content, suffix, file.name))
    except InputError as error:
        return _refused(file, error)


def _refused(file: File, error: InputError) -> Part:
    rules = [one.rule for one in error.findings]
    reason = next((_RULES[one] for one in rules if one in _RULES), None)
    if "form-none" in rules:
        reason = Reason.WRONG_FORM
    said = next((one.message for one in error.findings), str(error))
    return Part(file.name, file.content, reason=reason or Reason.UNREADABLE, words=said)


def _old(file: File) -> Part:
    """Judge a file of the old kind, which is also what a password makes of a new one."""
    head = file.content[: 2**20]
    if _LOCKED in head:
        return Part(file.name, file.content, reason=Reason.LOCKED, words="请去掉打开密码再发")
    what = "Word（.doc）" if _WORD_OLD in head else "Excel（.xls）"
    words = f"旧格式的 {what}，请在发去的那张表里填"
    return Part(file.name, file.content, reason=Reason.OLD_FORMAT, words=words)


def _modern_picture(content: bytes) -> bool:
    webp = content.startswith(_RIFF) and content[8:12] == _WEBP
    return webp or content[4:8] == _FTYP  # HEIC, as phones take pictures, and films
