"""A job in Word: the gate, the 发文单 that it begins with, the body below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge import elements as rules
from merge.rownames import is_slip, secret_rows
from merge.slip import Slip
from merge.slipnodes import SlipNodes
from merge.source import LARGEST, fault
from merge.told import Told
from rosters import gate
from rosters.finding import Finding, InputError, Level
from rosters.secrecy import is_secret
from templates.gongwen.asis import as_it_stands
from templates.gongwen.blocks import Paragraph, words
from templates.gongwen.body import Outline
from templates.gongwen.compose import ONLY
from templates.gongwen.wordbody import WordBody

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORM = "发文单"
# What counts of a body that goes as it stands.
_KEPT = frozenset({"job.tracked", "job.comment", ONLY})
_LARGEST = 16 * LARGEST  # bytes; some pages of scans among its pictures


def read(path: Path, shown: str, defaults: Mapping[str, str], *, alone: bool) -> Told:
    """Read a Word file: its 发文单 as nodes, its body as blocks.

    Raises:
        InputError: it cannot be read, the gate refuses it, or it has no 发文单.

    """
    content = _content(path, shown)
    gate.check(content, "docx", shown=shown, based=True)
    word = WordBody(content, shown)
    rows = word.form()
    if rows is None or not is_slip(rows):
        raise _no_slip(shown)
    body = word.outline()
    slip = Slip(shown, defaults)
    found = [rules.secret(shown, row) for row in secret_rows(rows)]
    slip.read(rows)
    root = SlipNodes(slip, alone, _opening(body)).root()
    texts = [*body.texts(), *word.beside()]
    secret = [rules.marked(place) for text, place in texts if is_secret(text)]
    plain = slip.layout == "原样"
    told = [one for one in word.findings if not plain or one.rule in _KEPT]
    own = None
    if plain and not any(one.level is Level.ERROR for one in told):
        own = as_it_stands(content, word.manuscript.main)
    return Told(
        root=root,
        body=Outline() if plain else body,
        findings=[*found, *slip.findings],
        of_body=list(dict.fromkeys((*secret, *told))),
        form=FORM,
        own=own,
    )


def _opening(body: Outline) -> str:
    first = body.blocks[0] if body.blocks else None
    return words(first.runs) if isinstance(first, Paragraph) else ""


def _content(path: Path, shown: str) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            advice = "请把图片压缩后再插入（图片格式 → 压缩图片）"
            finding = fault(shown, 0, "job.encoding", "文件太大，不像发文单", advice)
            raise InputError(str(finding), findings=(finding,))
        return path.read_bytes()
    except OSError as error:
        message, advice = "发文单打不开", "请核对文件名和所在文件夹；它可能正在 Word 里开着"
        finding = fault(shown, 0, "job.file", message, advice)
        raise InputError(str(finding), findings=(finding,)) from error


def _no_slip(shown: str) -> InputError:
    message = "开头没有发文单（一张表格，有「文种」「发给」「标题」各行）"
    advice = "请运行 fawen draft 通知 -o 通知.docx 起草一份，把正文放在表格下面"
    finding: Finding = fault(shown, 0, "job.frontmatter", message, advice)
    return InputError(str(finding), findings=(finding,))
