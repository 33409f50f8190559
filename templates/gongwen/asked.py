"""What 要素 ask of the layout: words that it knows, and no tag where the form itself would vary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rosters.pattern import later
from templates.gongwen.kinds import Seal
from templates.gongwen.organs import apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YES, NO = "是", "否"
PHOTOGRAPHS = "照片"  # of a 简报: the column of the roster that has them
CHOICES: dict[str, tuple[str, ...]] = {
    "用印": tuple(Seal),
    "格式": ("文件", "信函"),
    "套打": (YES, NO),
    "紧急程度": ("特急", "加急"),
}
_NO_COLUMN = later(r'["\\{}%\n]')
_SERIAL = later(r"\d{6}")
_TAG = later(r"\{[{%].*?[}%]\}", re.DOTALL)


class Slip(NamedTuple):
    """An 要素 that the layout cannot follow; `binds` is false where it is only unusual."""

    name: str
    message: str
    advice: str
    binds: bool = True


def slips(elements: Mapping[str, object]) -> Iterator[Slip]:
    """Find what the layout would otherwise take for something else, or for nothing."""
    for name, words in CHOICES.items():
        text = _text(elements, name)
        if text and text not in words:
            advice = f"请写成其中一种：{'、'.join(words)}；不用的请删去"
            yield Slip(name, f"要素「{name}」写的是「{text}」", advice)
    serial = _text(elements, "份号")
    if serial and not _TAG.search(serial) and not _SERIAL.fullmatch(serial):
        message = f"份号「{serial}」不是 6 位数字（GB/T 9704—2012 7.2.1，一般）"
        yield Slip("份号", message, "请写成 000001 这样的样式", binds=False)
    column = _text(elements, PHOTOGRAPHS)
    if _NO_COLUMN.search(column):
        message = f"要素「{PHOTOGRAPHS}」写的不是列名"
        yield Slip(PHOTOGRAPHS, message, "请写名册里放照片的那一列，例如 照片；不印的请删去")
    mark = _text(elements, "发文机关标志")
    if _TAG.search(mark) and len(apart(_TAG.sub("某", mark))) > 1:
        message = "联合行文的发文机关标志里不能用标签"
        yield Slip("发文机关标志", message, "请直接写出各机关的名称，中间用顿号隔开")


def _text(elements: Mapping[str, object], name: str) -> str:
    value = elements.get(name)
    return "" if value is None else str(value).strip()
