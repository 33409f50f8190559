"""Word files that stand within a document: what must not travel with one, and what stays behind."""

from __future__ import annotations

import io
import re
import zipfile

from rosters import gate
from rosters.finding import InputError
from rosters.photo import PhotoError
from rosters.secrecy import where_secret
from templates import astray, relations
from templates.package import STRICT
from templates.said import lines
from templates.source import has_tags

_REVISED = re.compile(r"<w:(?:ins|del|moveFrom|moveTo)[ />]")
_NOTED = re.compile(r"<w:commentReference[ />]")
_SECTION = re.compile(r"<w:sectPr[ />]")
_EDGE = re.compile(r"word/(?:header|footer)[0-9]*\.xml$")


def fit(content: bytes, shown: str) -> str:
    """See that a Word file can stand within a document; say what of it will not be printed.

    Raises:
        PhotoError: it is no Word file, or holds what must not go out with the document.

    """
    members, main = _opened(content, shown)
    text = members[main].decode("utf-8", "replace")
    if where_secret(content):
        raise PhotoError("子文档有密级标志，涉密文件不能用本系统制发")
    if has_tags(text):
        raise PhotoError("子文档里写有标签，它们不会被填写")
    if _REVISED.search(text):
        raise PhotoError("子文档里有没有定下来的修订，会随文件发出")
    if _NOTED.search(text):
        raise PhotoError("子文档里有批注，会随文件发出")
    if len(_SECTION.findall(text)) > 1:  # what stands before it would take its paper and edges
        raise PhotoError("子文档里分了节（横排的页等），放进来前面的页也会跟着变")
    edges = (data.decode("utf-8", "replace") for name, data in members.items() if _EDGE.match(name))
    told = any(line.strip() for edge in edges for line in lines(edge))
    return "子文档的页眉页脚不会印出来" if told else ""


def _opened(content: bytes, shown: str) -> tuple[dict[str, bytes], str]:
    """Return the members of a Word file, and which of them is the document."""
    try:
        gate.check(content, "docx", shown=shown)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = {one.filename: package.read(one) for one in package.infolist()}
    except InputError as error:
        raise PhotoError(f"子文档{error.findings[0].message}") from None
    except (OSError, zipfile.BadZipFile):
        raise PhotoError("子文档不是 Word 文件（.docx）") from None
    changed, lost = astray.led(members)
    try:
        mended = {**members, **changed}
        main = relations.follow(mended, relations.Types(mended)).name
    except relations.UnclearError:
        strict = STRICT in members.get("_rels/.rels", b"")
        why = "是“严格 Open XML”格式" if strict else "文件已损坏"
        raise PhotoError(f"子文档打不开，{why}，请用 Word 打开，另存为 .docx") from None
    if any(one.part == main and f'"{one.key}"'.encode() in members[main] for one in lost):
        raise PhotoError("子文档里有一张图片已经找不到了，请删去，或重新插入")
    return members, main
