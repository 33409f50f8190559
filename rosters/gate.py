"""An untrusted office file is looked at before any parser opens it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from rosters.archive import UNREADABLE
from rosters.finding import Finding, InputError, Level, Place
from rosters.gate_parts import look_for

if TYPE_CHECKING:
    from pathlib import Path

    from rosters.gate_look import Look

_MAIN = {
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
_PATTERN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_TYPES = ("[Content_Types].xml", "mimetype")
_WORDS = {
    "xlsx": "Excel 工作簿（.xlsx）",
    "xls": "旧格式的 Excel 工作簿（.xls）",
    "ods": "OpenDocument 表格（.ods）",
    "docx": "Word 文档（.docx）",
}
_MACROS = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
_OLE2 = b"\xd0\xcf\x11\xe0"
_LOCKED, _BASIC = (name.encode("utf-16-le") for name in ("EncryptedPackage", "_VBA_PROJECT"))
_BOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_PAGE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|table|meta|style)", re.IGNORECASE
)

# No office file comes near these; each alone keeps a parser under some 300 MB.
MOST_ENTRIES = 5_000
MOST_PART = 256 * 2**20
MOST_TOTAL = 384 * 2**20
SUSPECT_PART, MOST_RATIO = 8 * 2**20, 200
_CHUNK = 2**18

_NAMES = (
    (re.compile(r"vbaproject|vbadata|^/basic/|^/scripts/", re.IGNORECASE), "macro", "含有宏"),
    (re.compile(r"/embeddings/|oleobject", re.IGNORECASE), "embedded", "嵌有其他文件或对象"),
    (re.compile(r"/activex/", re.IGNORECASE), "embedded", "含有 ActiveX 控件"),
    (re.compile(r"/externallinks/", re.IGNORECASE), "external", "链接到别的工作簿"),
)
_ADVICE = {
    "macro": "请另存为不含宏的文件",
    "embedded": "请删去这些对象后另存",
    "external": "请断开链接（数据 → 编辑链接 → 断开）后另存",
    "locked": "请去掉打开密码后另存",
    "kind": "请核对文件，或用 Excel、Word 另存为所需的格式",
    "damaged": "请用 Excel、WPS 打开后另存一份",
    "size": "正常的文件不会这样；请把内容复制到新文件里",
    "xml": "正常的文件不会这样；请向发来文件的人核实",
    "far": "请删去数据区以外的行和列后另存",
    "field": "请删去这个域，改为直接写入内容",
}
_IN_WORD = {
    "external": "请在 Word 里断开（文件 → 信息 → 编辑指向文件的链接）或删去后，再存一份",
    "damaged": "请用 Word、WPS 打开后另存一份",
    "kind": "请核对文件，或用 Word、WPS 打开，另存为“Word 文档 (*.docx)”",
}


class Fault(NamedTuple):
    """What the gate refuses: a rule, what it is, and which part of the file shows it."""

    rule: str
    message: str
    part: str = ""


def check(
    source: Path | bytes, kind: str, *, shown: str = "", far: bool = True, based: bool = False
) -> None:
    """Look at a file without parsing it, and refuse what no roster or template needs.

    Args:
        source: the file, or its content.
        kind: what it has to be: "xlsx", "xls", "ods" or "docx".
        shown: what findings call the file; by default its name.
        far: look how far the cells of worksheets reach; not for one who counts them himself.
        based: let by which template a document is based on; for one who takes that out.

    Raises:
        InputError: with one finding for each reason.

    """
    content = source if isinstance(source, bytes) else source.read_bytes()
    name = shown or ("" if isinstance(source, bytes) else source.name)
    faults = list(dict.fromkeys(_faults(content, kind, far=far, based=based)))
    if faults:
        advice = _ADVICE | (_IN_WORD if kind == "docx" else {})
        findings = [
            Finding(
                Level.ERROR,
                f"gate-{fault.rule}",
                Place(name, where=fault.part),
                fault.message,
                advice[fault.rule],
            )
            for fault in faults
        ]
        raise InputError(f"{name or '文件'}未被打开：{faults[0].message}", findings=findings)


def _faults(content: bytes, kind: str, *, far: bool, based: bool) -> list[Fault]:
    if content.startswith(_OLE2):
        return _compound(content, kind)
    if kind == "xls" or _PAGE.match(content):
        return [_otherwise(content, kind)]
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except UNREADABLE:
        return [Fault("kind", f"不是 {_WORDS[kind]}")]
    with archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            return [Fault("size", f"压缩包里有 {len(entries)} 个部分，太多")]
        return [*_listed(entries), *_inside(archive, entries, kind, far=far, based=based)]


def _otherwise(content: bytes, kind: str) -> Fault:
    """Say what a file is that bears another kind's ending."""
    if content.startswith(b"PK"):
        return Fault("kind", "扩展名是 .xls，其实是新格式的工作簿")
    what = "其实是网页，" if _PAGE.match(content) else ""
    return Fault("kind", f"{what}不是 {_WORDS[kind]}")


def _compound(content: bytes, kind: str) -> list[Fault]:
    """Judge a file of the old kind, which is also what a password makes of a new one."""
    if _LOCKED in content:
        return [Fault("locked", "设了打开密码")]
    if kind != "xls":
        words = "是旧格式（.xls、.doc）或设了打开密码的文件"
        return [Fault("kind", f"{words}，不是 {_WORDS[kind]}")]
    if _BASIC in content:
        return [Fault("macro", "含有宏")]
    return (
        [] if any(name in content for name in _BOOKS) else [Fault("kind", f"不是 {_WORDS[kind]}")]
    )


def _listed(entries: list[zipfile.ZipInfo]) -> list[Fault]:
    """Judge the parts by their names alone."""
    faults = []
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name.casefold() in seen:
            faults.append(Fault("xml", "有两个同名的部分", name))
        seen.add(name.casefold())
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name:
            faults.append(Fault("xml", "有路径越出文件的部分", name))
        if entry.flag_bits & 1:
            faults.append(Fault("locked", "设了密码", name))
        faults.extend(
            Fault(rule, words) for pattern, rule, words in _NAMES if pattern.search(f"/{name}")
        )
    return faults


def _inside(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], kind: str, *, far: bool, based: bool
) -> list[Fault]:
    """Inflate every part in pieces, counting what really comes out, and look at it."""
    faults: list[Fault] = []
    total = 0
    types = b""
    for entry in entries:
        if entry.flag_bits & 1 or entry.is_dir():
            continue
        look: Look | None = look_for(entry.filename, kind, far=far, based=based)
        size = 0
        try:
            while look is not None:
                seen = look
                size = _fed(archive, entry, seen, total)
                look = seen.again()
        except _SwollenError:
            return [*faults, Fault("size", "解压后大得反常", entry.filename)]
        except UNREADABLE:
            faults.append(Fault("damaged", "文件已损坏", entry.filename))
            continue
        total += size
        if entry.filename in _TYPES:
            types = seen.kept
        faults.extend(Fault(rule, words, entry.filename) for rule, words in seen.faults())
    return [*_typed(types, kind), *faults]


class _SwollenError(Exception):
    """More comes out than any office file holds."""


def _fed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, look: Look, total: int) -> int:
    """Let a look see a part, piece by piece; return how much came out."""
    size = 0
    if _too_big(entry.file_size, total + entry.file_size, entry.compress_size):
        raise _SwollenError  # by its own word; a smaller word is not believed
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if _too_big(size, total + size, entry.compress_size):
                raise _SwollenError
            look.feed(piece)
    return size


def _too_big(size: int, total: int, packed: int) -> bool:
    swollen = size > SUSPECT_PART and size > MOST_RATIO * max(packed, 1)
    return swollen or size > MOST_PART or total > MOST_TOTAL


def _typed(types: bytes, kind: str) -> list[Fault]:
    """Judge the package by the types it tells: of the right kind, and without macros."""
    if _MACROS.search(types):
        return [Fault("macro", "含有宏")]
    if kind == "docx" and _PATTERN in types:
        return [Fault("kind", "是 Word 模板（.dotx），不是 Word 文档（.docx）")]
    if _MAIN[kind] not in types:
        return [Fault("kind", f"不是 {_WORDS[kind]}")]
    return []
