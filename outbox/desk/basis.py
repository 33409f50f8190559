"""What a signature rests on: a scan, a mail, an OA number, 当面; looked at, and kept."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import files
from rosters.archive import UNREADABLE
from rosters.finding import Finding, InputError, Level, Place, UsageError
from rosters.secrecy import ADVICE, names_secret, where_secret

if TYPE_CHECKING:
    from pathlib import Path

HOME = "签发依据"
MOST_BYTES = 50 * 2**20
FACE = "当面"
SCAN, MAIL, WORD, OFFICE = "scan", "mail", "word", "oa"
_MOST_NAME = 180  # bytes in UTF-8; the file system allows 255
_TAKEN = "可以用照片、扫描件（JPG、PNG、TIFF、HEIC、PDF、OFD）、邮件（.eml）或 Word（.docx）"
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".heif")
_HEADS = (
    (b"\xff\xd8\xff", _PICTURES), (b"\x89PNG\r\n\x1a\n", _PICTURES), (b"GIF8", _PICTURES),
    (b"BM", _PICTURES), (b"II*\x00", _PICTURES), (b"MM\x00*", _PICTURES), (b"%PDF-", (".pdf",)),
)  # fmt: skip
_HEIC = re.compile(rb"....ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?(?:From [^\n]+\n)?[!-9;-~]+:[ \t\r]")
_MAIL_NAMES = (b"from:", b"date:", b"message-id:", b"received:", b"subject:")
_PACKAGES = (("word/document.xml", ".docx", WORD), ("OFD.xml", ".ofd", SCAN))


@dataclass(frozen=True, slots=True)
class Basis:
    """On what somebody signed: in words, and the file where there is one.

    `file` is its place in the batch's folder, "" where there is none, as `sha256` and `sort` then
    tell; `note` says what is known of it, for people.
    """

    words: str
    sort: str = ""
    content: bytes = b""
    name: str = ""
    note: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the file; "" where there is none."""
        return hashlib.sha256(self.content).hexdigest() if self.content else ""

    @property
    def file(self) -> str:
        """Where the file is kept in the batch's folder."""
        return f"{HOME}/{self.sha256[:8]}-{_shortened(self.name)}" if self.content else ""

    def keep(self, folder: Path) -> None:
        """Write the file into the batch's folder, whole, for its owner alone."""
        if self.content:
            files.make(folder / HOME)
            files.write(str(folder / self.file), self.content)
            files.sync(folder / HOME)


def spoken(words: str) -> Basis | None:
    """Read 当面 and OA:编号; None where it is something else."""
    said = words.strip()
    if said == FACE:
        return Basis(FACE)
    number = re.fullmatch(r"OA\s*[:：]\s*(.{1,100})", said, re.IGNORECASE)
    return Basis(f"OA:{number[1].strip()}", OFFICE) if number and number[1].strip() else None


def from_file(path: Path) -> Basis:
    """Look at a file that is to be evidence: by its bytes, its name, its size.

    Raises:
        UsageError: it is not there, or cannot be read.
        InputError: it is empty, too large, no such file, or bears a 密级 mark.

    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if 0 < size <= MOST_BYTES else b""
    except OSError as error:
        from rosters import disk

        raise UsageError(
            f"依据「{path.name}」读不出来（{disk.worded(error)}）", "请核对文件"
        ) from error
    if not content:
        fault = f"有 {-(-size // 2**20)} MB，太大" if size else "是空的"
        raise InputError(f"依据「{path.name}」{fault}，没有签发", "请重新扫描或拍照，不超过 50 MB")
    sort = sort_of(content, path.suffix.lower())
    if not sort:
        raise InputError(f"依据「{path.name}」不是照片、扫描件、邮件或文档，没有签发", _TAKEN)
    if names_secret(path.name) or (sort == WORD and where_secret(content)):
        raise InputError(f"依据「{path.name}」有密级标志，没有签发", ADVICE)
    return Basis(path.name, sort, content, path.name)


def sort_of(content: bytes, ending: str) -> str:
    """Tell what a file is by its first bytes, where its ending fits; "" for anything else."""
    for head, endings in _HEADS:
        if content.startswith(head):
            return SCAN if ending in endings else ""
    if _HEIC.match(content) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        return SCAN if ending in _PICTURES else ""
    if content.startswith(b"PK\x03\x04"):
        return _package(content, ending)
    head = content[:65536].split(b"\n\n")[0].split(b"\r\n\r\n")[0].lower()
    known = sum(head.startswith(one) or b"\n" + one in head for one in _MAIL_NAMES)
    mail = ending == ".eml" and _HEADER.match(content) and known > 1 and b"\0" not in head
    return MAIL if mail else ""


def _package(content: bytes, ending: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
    except UNREADABLE:
        return ""
    return next((sort for part, end, sort in _PACKAGES if part in names and ending == end), "")


def _shortened(name: str) -> str:
    """Shorten a file's name to what every file system holds, its ending kept."""
    stem, dot, ending = name.rpartition(".")
    room = _MOST_NAME - len(ending.encode()) - 1
    return f"{stem.encode()[:room].decode(errors='ignore')}{dot}{ending}"


def fault(folder: Path, file: str, sha256: str) -> Finding | None:
    """Compare the kept evidence with what was written down of it when it was signed upon.

    `file` is "" where an older ledger did not keep the name: it is found by the hash in it then.
    """
    if not sha256:
        return None
    named = folder / file if file else next((folder / HOME).glob(f"{sha256[:8]}-*"), folder / HOME)
    shown = Place(f"{folder.name}/{named.relative_to(folder).as_posix()}", where="签发依据")
    try:
        digest = hashlib.sha256(named.read_bytes()).hexdigest()
    except FileNotFoundError:
        said = "签发所凭的文件不见了"
    except OSError:
        said = "签发所凭的文件读不出来"
    else:
        said = "" if digest == sha256 else "签发所凭的文件已不是当时的那一份"
    advice = "请把原件放回原处；找不回来的，请撤销后重新送签"
    return Finding(Level.ERROR, "basis.altered", shown, said, advice) if said else None
