"""What stands in for typefaces that this machine lacks: told from a PDF, against its Word file."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What PDFs call the typefaces of Chinese documents, beside their own names.
_CALLED = {
    "仿宋": ("fangsong", "simfang"),
    "仿宋_gb2312": ("fangsong_gb2312", "simfang"),
    "楷体": ("kaiti", "simkai"),
    "楷体_gb2312": ("kaiti_gb2312", "simkai"),
    "黑体": ("simhei",),
    "宋体": ("simsun", "nsimsun"),
    "方正小标宋简体": ("fzxbs", "fzxiaobiaosong"),
    "方正小标宋_gbk": ("fzxbs", "fzxiaobiaosong"),
}
_ASKED = re.compile(r'w:eastAsia="([^"]+)"')
_RUN = re.compile(r"<w:r(?: [^>]*)?>(?:(?!</w:r>).)*</w:r>", re.DOTALL)
_HANZI = re.compile("[\u4e00-\u9fff]")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_ESCAPED = re.compile(r"#([0-9A-Fa-f]{2})")


def instead(word: bytes, paper: Path) -> tuple[list[str], list[str]]:
    """List the typefaces that a Word file names and its PDF lacks, and what stands in for them.

    Nothing where all are there; runs that name no typeface of their own are not looked at.
    """
    asked = dict.fromkeys(_asked(word))
    used = dict.fromkeys(_used(paper))
    there = {name.casefold() for name in used}
    missing = [font for font in asked if not _among(font, there)]
    if not missing or not used:
        return [], []
    own = {name for name in used if any(_among(font, {name.casefold()}) for font in asked)}
    return missing, [name for name in used if name not in own]


def _among(font: str, there: set[str]) -> bool:
    name = font.casefold()
    return any(one.startswith(form) for one in there for form in (name, *_CALLED.get(name, ())))


def _asked(word: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        text = package.read("word/document.xml").decode("utf-8", "replace")
    for run in _RUN.findall(text):
        found = _ASKED.search(run)
        if found and _HANZI.search(re.sub(r"<[^>]*>", "", run)):
            yield found[1]


def _used(paper: Path) -> Iterator[str]:
    from pypdf import PdfReader

    for page in PdfReader(paper).pages:
        told = page.get("/Resources")
        fonts = told.get_object().get("/Font") if told is not None else None
        for font in fonts.get_object().values() if fonts is not None else ():
            name = str(font.get_object().get("/BaseFont", "")).lstrip("/")
            yield _plain(_SUBSET.sub("", name))


def _plain(name: str) -> str:
    """Read a name as Word writes a Chinese one: its bytes in GBK or UTF-8, escaped."""
    raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)
    try:
        data = raw.encode("latin-1")
    except UnicodeEncodeError:
        return raw
    for code in ("utf-8", "gb18030"):
        try:
            return data.decode(code)
        except UnicodeDecodeError:
            continue
    return raw
