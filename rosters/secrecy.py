"""密级: marks of secrecy, in a text, in a file's name, in a Word or Excel file.

GB/T 9704-2012, 7.2.2. What bears one is refused at first reading, and the words are not repeated.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rosters.archive import UNREADABLE
from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

MESSAGE = "这里有密级标志，涉密文件不能用本系统制发"
ADVICE = "请走机要渠道；文件不涉密的，请删去密级"
_CHAR = "密"  # stands in every mark, and in few other texts
_LEVEL = r"(?:绝\s*密|机\s*密|秘\s*密)"
# In its form or standing alone, whatever space or emphasis is around it.
_MARK = later(
    rf"{_LEVEL}\s*[★☆]"
    rf"|^[\s*#>|「【\[（(]*{_LEVEL}[\s*|」】\]）)]*$"
    rf"|密\s*级(?:和保密期限)?\s*[:：]\s*[\"'“*]*\s*{_LEVEL}",
    re.MULTILINE,
)
# 【机密】名单, 机密-名单, 名单_秘密: what people write into the name of a file.
_NAMED = later(
    rf"[【\[（(〔「]\s*{_LEVEL}\s*(?:[★☆][^】\])）〕」]*)?[】\])）〕」]"
    rf"|^{_LEVEL}[\s_\-—]"
    rf"|[\s_\-—]{_LEVEL}$"
)
# Characters that nobody sees, and that would hide a mark from the rules above.
_UNSEEN = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
                         *range(0x2060, 0x206A), 0xFEFF))  # fmt: skip
_WORD, _REFERENCE = _CHAR.encode(), re.compile(rb"&#(?:[xX]0*5[Bb][Cc]6|0*23494);")
_FOREIGN = re.compile(  # what the word cannot be looked for in as it is
    rb"\xff\xfe|\xfe\xff|<\?xml[^>]{0,60}encoding=[\"'](?!utf-?8|us-ascii)", re.IGNORECASE
)
_CODES = later(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&\d+|&[A-Za-z]')  # of a printed header in Excel
_PRINTED = frozenset(f"{one}{edge}" for one in ("odd", "even", "first")
                     for edge in ("Header", "Footer"))  # fmt: skip
# Where the texts of a package's parts are, as people call it; what is not listed holds none.
_PARTS = (
    ("word/document", "正文"),
    ("word/header", "页眉页脚"),
    ("word/footer", "页眉页脚"),
    ("word/comments", "批注"),
    ("word/footnotes", "脚注"),
    ("word/endnotes", "尾注"),
    ("word/", "文件里"),
    ("xl/workbook.xml", "工作表名"),
    ("xl/sharedStrings", "单元格"),
    ("xl/worksheets/", "单元格或打印的页眉页脚"),
    ("xl/comments", "批注"),
    ("xl/threadedComments", "批注"),
    ("xl/drawings/", "文本框"),
    ("xl/charts/", "图表"),
    ("docProps/", "文件属性"),
)
_TELLING = tuple(f"{{*}}{one}" for one in ("p", "sheet", "si", "is", "text", *sorted(_PRINTED)))
_GAPS = {"br": "\n", "cr": "\n", "tab": " "}
_LARGEST = 64 * 2**20  # bytes of a part; larger ones hold rows, not a mark on a page
_BESIDE = 8 * 2**20  # bytes of a worksheet whose printed header is looked at beside its cells


def is_secret(text: str) -> bool:
    """Tell whether a text carries a 密级 mark."""
    return _CHAR in text and _MARK.search(text.translate(_UNSEEN)) is not None


def names_secret(name: str) -> bool:
    """Tell whether a file's name carries a 密级 mark; that it speaks of secrets is none."""
    stem = PurePosixPath(name.replace("\\", "/")).stem.translate(_UNSEEN)
    return is_secret(stem) or (_CHAR in stem and _NAMED.search(stem) is not None)


def where_secret(content: bytes, *, cells: bool = True) -> list[str]:
    """List where in a Word or Excel file 密级 marks stand, as people call it; each place once.

    Args:
        content: of the file; what is no such file, or is damaged, bears no mark that can be read.
        cells: look into the cells of worksheets too; without, these are somebody else's.

    """
    found: dict[str, None] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for one in package.infolist():
                where = next((said for part, said in _PARTS if one.filename.startswith(part)), "")
                large = one.file_size > (_LARGEST if cells else _BESIDE)
                rows = where == "单元格" and not cells
                if not where or large or rows or not one.filename.endswith(".xml"):
                    continue
                for at, text in _texts(one.filename, package.read(one), where, cells=cells):
                    if is_secret(text):
                        found[at] = None
    except UNREADABLE:
        return list(found)  # locked or damaged: whoever opens it will say so
    return list(found)


def _texts(name: str, xml: bytes, where: str, *, cells: bool) -> Iterator[tuple[str, str]]:
    """Walk through the texts of a part, a paragraph or a cell at a time, with where they stand."""
    from lxml import etree

    if not (_WORD in xml or _FOREIGN.match(xml) or (b"&#" in xml and _REFERENCE.search(xml))):
        return  # nearly always, and much faster than to parse it
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return
    paragraphs = 0
    own = ("*",) if name.startswith("docProps/") else _TELLING
    for one in root.iter(*own):
        tag = etree.QName(one).localname
        if name.startswith("docProps/"):
            yield where, one.text or ""
        elif tag == "p":
            paragraphs += 1
            boxed = next(one.iterancestors("{*}txbxContent"), None) is not None
            main = f"{where}第{paragraphs}段" if where == "正文" else where
            yield "文本框" if boxed else main, _joined(one)
        elif tag == "sheet":
            yield where, one.get("name", "")
        elif tag in _PRINTED:
            yield "打印的页眉页脚", _CODES.sub("\n", one.text or "").replace("&&", "&")
        elif tag == "is" and not cells:
            continue
        elif tag in {"si", "is", "text"}:
            yield "单元格" if tag == "is" else where, _joined(one)


def _joined(one: _Element) -> str:
    """Join what a paragraph or a cell says itself, without the boxes that hang on it."""
    said = []
    for piece in one.iter(*(f"{{*}}{tag}" for tag in ("t", "delText", *_GAPS))):
        if next(piece.iterancestors("{*}p"), one) is one or not one.tag.endswith("}p"):
            gap = next((gap for tag, gap in _GAPS.items() if piece.tag.endswith("}" + tag)), "")
            said.append(gap or piece.text or "")
    return "".join(said) or one.text or ""
