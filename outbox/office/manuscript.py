"""The text of documents as it is pasted: a line a paragraph, without head and foot of paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from outbox.office.review_text import lines
from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outbox.office.review_text import Line

_BESIDE = ("页眉", "页脚")
# What stands at the foot of a paper between rules: to whom it goes, and who printed it.
_FOOT = re.compile(r"(?:主送|抄送|报|送|发)：|（共印\S*份）$|.*日印发$")
_MARK, _TITLE = "GwMark", "GwTitle"
_HEADS = {"GwLevel1": "■ ", "GwLevel2": "● "}
_APART = ("GwTitle", "GwOrgan", "GwAnnexTitle", *_HEADS)  # a blank line stands above them


def text(data: bytes) -> tuple[str, ...]:
    """Write the lines of a Word file of ours; ID numbers and phones are masked, whatever it says.

    Raises:
        ValueError: it is no Word file.

    """
    found = [line for line in lines(data) if not line.place.startswith(_BESIDE)]
    while found and found[-1].cells and _FOOT.match(found[-1].text):
        found.pop()
    said = [one for line in found for one in _lines(line)]
    return tuple(masked(line) for line in said)


def _lines(line: Line) -> Iterator[str]:
    if line.style in _APART:
        yield ""
    if line.cells:
        yield "　".join(filter(None, line.cells))
    elif line.style in {_MARK, _TITLE}:
        bare = "".join(line.text.split())
        yield f"【{bare}】" if line.style == _MARK else bare
    else:
        yield f"{_HEADS.get(line.style, '')}{line.text}"
