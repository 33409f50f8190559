"""Admission of a template: its file read, let through the gate, free of 密级, taken apart."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from rosters import gate
from rosters.finding import Finding, InputError, Place, refuse
from rosters.secrecy import ADVICE, MESSAGE, names_secret, where_secret
from templates.grammar import error
from templates.package import DamagedError, split
from templates.source import has_tags

if TYPE_CHECKING:
    from pathlib import Path

    from templates.package import Raw


def admitted(source: Path | bytes, shown: str) -> bytes:
    """Return a template's file, where it may come in.

    Raises:
        InputError: it cannot be read, is no usable .docx, or bears a mark of secrecy.

    """
    content = _content(source, shown)
    _gate(content, shown)
    refuse(_secret(content, shown))
    return content


def parted(content: bytes, shown: str) -> tuple[list[Raw], list[tuple[str, bytes]]]:
    """Return the body and the parts that hold tags, and every other member of the package.

    Raises:
        InputError: it is damaged, or of the kind that Word alone opens.

    """
    try:
        return split(content, has_tags)
    except DamagedError as fault:
        if fault.strict:
            found = "是“严格 Open XML”格式的 Word 文件"
            cure = "请用 Word 打开，另存为普通的“Word 文档 (*.docx)”"
        elif fault.foreign:
            found = "是别的程序写出来的，写法和 Word 的不同"
            cure = "请用 Word 或 WPS 打开，另存为 .docx"
        else:
            found, cure = "文件已损坏，读不出来", "请用 Word 打开并修复，另存为 .docx，或换回备份"
        raise InputError(
            f"打不开模板「{shown}」", findings=[_unusable(shown, found, cure)]
        ) from fault


def _content(source: Path | bytes, shown: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as fault:
        from rosters import disk

        said, cure = f"打不开（{disk.worded(fault)}）", "请核对文件是否还在、是否正被打开"
        raise InputError(
            f"打不开模板「{shown}」", findings=[_unusable(shown, said, cure)]
        ) from fault


def _gate(content: bytes, shown: str) -> None:
    gate.check(content, "docx", shown=shown, based=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            whole = "word/document.xml" in package.namelist() or "_rels/.rels" in package.namelist()
    except (zipfile.BadZipFile, OSError):
        whole = False
    if not whole:
        refuse([_unusable(shown, "不是 Word 文件（.docx）", "请用 Word 另存为 .docx")])


def _secret(content: bytes, shown: str) -> list[Finding]:
    """Find the marks of secrecy in whatever of a template would be printed or kept."""
    where = [*where_secret(content), *(["文件名"] if names_secret(shown) else [])]
    return [error(Place(shown, where=one), MESSAGE, ADVICE, "密级") for one in where]


def _unusable(shown: str, message: str, cure: str) -> Finding:
    return error(Place(shown), f"模板{message}", cure, "模板文件")
