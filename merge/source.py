"""A job's text: bytes read as whoever saved them meant, cut into front matter and body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rosters.finding import Finding, InputError, Level, Place
from rosters.text import unseen, without_unseen

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 4 * 1024 * 1024  # bytes; a job is some pages of text
_MARK = re.compile(r"---[ \t\u3000]*$")
_END = re.compile(r"(---|\.\.\.)[ \t\u3000]*$")
_LOOKALIKE = re.compile(r"[-－—–―─]{2,}[ \t\u3000]*$")  # what a word processor makes of ---
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BINARY = {
    b"PK\x03\x04": "这是 Word、Excel 或压缩文件",
    b"\xd0\xcf\x11\xe0": "这是旧版 Word 或 Excel 文件",
    b"%PDF": "这是 PDF 文件",
}


class Source(NamedTuple):
    """A job's lines: `front` starts at `front_line` of the file, `body` at `body_line`."""

    front: tuple[str, ...]
    front_line: int
    body: str
    body_line: int


def fault(shown: str, line: int, rule: str, message: str, advice: str) -> Finding:
    """Make an error at a line of a job (0: the file as a whole)."""
    where = f"第{line}行" if line else ""
    return Finding(Level.ERROR, rule, Place(shown, where=where), message, advice)


def read(path: Path, shown: str) -> Source:
    """Read a job's file: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030.

    Raises:
        InputError: it cannot be read, is no text, or has no front matter.

    """
    try:
        if path.stat().st_size > LARGEST:
            raise _refusal(shown, 0, "job.encoding", "文件太大，不像发文单", "发文单只写要求和正文")
        data = path.read_bytes()
    except OSError as error:
        message, advice = "发文单打不开", "请核对文件名和所在文件夹"
        raise _refusal(shown, 0, "job.file", message, advice) from error
    return cut(decode(data, shown), shown)


def decode(data: bytes, shown: str) -> str:
    """Turn bytes into text with plain line ends.

    Raises:
        InputError: it is no text.

    """
    for head, said in _BINARY.items():
        if data.startswith(head):
            advice = "Word 发文单请另存为 .docx；文本的要以 .md 结尾，开头是 ---"
            raise _refusal(shown, 0, "job.encoding", f"{said}，不是文本", advice)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise _refusal(shown, 0, "job.encoding", "文件不是文本", "请用记事本另存为 UTF-8 编码的文本")


def seen(source: Source, shown: str) -> tuple[Source, list[Finding]]:
    """Take out the characters that nobody sees, and say so at each line that held some."""
    found = []
    for first, lines in (
        (source.front_line, source.front),
        (source.body_line, source.body.split("\n")),
    ):
        for number, line in enumerate(lines, first):
            names = unseen(line)
            if names:
                place = Place(shown, where=f"第{number}行")
                message = f"有看不见的字符 {names}，已去掉"
                found.append(Finding(Level.INFO, "job.unseen", place, message))
    if not found:
        return source, found
    front = tuple(map(without_unseen, source.front))
    return source._replace(front=front, body=without_unseen(source.body)), found


def cut(text: str, shown: str) -> Source:
    """Cut a job into its front matter, between two lines of ---, and its body.

    Raises:
        InputError: there is no front matter, or it does not end.

    """
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise _refusal(shown, 0, "job.frontmatter", "发文单是空的", "请从「---」开始填写")
    if not _MARK.match(lines[start]):
        raise _no_mark(lines[start], shown, start + 1)
    for index in range(start + 1, len(lines)):
        if _END.match(lines[index]):
            front = tuple(lines[start + 1 : index])
            return Source(front, start + 2, "\n".join(lines[index + 1 :]), index + 2)
        if _LOOKALIKE.match(lines[index]):
            raise _no_mark(lines[index], shown, index + 1)
    message = "开头的「---」没有对应的结束「---」"
    advice = "请在各项要求写完之后、正文之前单独写一行「---」"
    raise _refusal(shown, start + 1, "job.frontmatter", message, advice)


def _no_mark(line: str, shown: str, number: int) -> InputError:
    advice = "请单独写一行三个半角减号「---」，各项要求写在两行「---」之间"
    like = _LOOKALIKE.match(line)
    message = f"「{line.strip()}」不是分隔行" if like else "发文单开头没有「---」"
    return _refusal(shown, number, "job.frontmatter", message, advice)


def _refusal(shown: str, line: int, rule: str, message: str, advice: str) -> InputError:
    finding = fault(shown, line, rule, message, advice)
    return InputError(str(finding), findings=(finding,))
