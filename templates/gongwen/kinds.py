"""文种 and what each looks like: which form it takes, and what stands on it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from rosters.pattern import later


class Form(StrEnum):
    """The forms of GB/T 9704-2012, and letters, which are no 法定文种."""

    DOCUMENT = "文件"
    LETTER = "信函"  # 信函格式 (10.1)
    ORDER = "命令"  # 命令格式 (10.2)
    MINUTES = "纪要"  # 纪要格式 (10.3)
    BULLETIN = "简报"  # a name in red, 期号, and what was done; no number, no signature
    PLAIN = "书信"  # 慰问信, 感谢信, 倡议书: no red head, no number


class Seal(StrEnum):
    """What stands by the signature (7.3.5)."""

    SEALED = "盖章"
    PLAIN = "不盖章"
    STAMP = "签名章"


class Kind(NamedTuple):
    """A 文种: its form, whether it goes up to a superior, what it must say, how it is signed."""

    name: str
    form: Form = Form.DOCUMENT
    upward: bool = False
    required: tuple[str, ...] = ("发文机关标志", "发文字号", "标题")
    seal: Seal = Seal.SEALED
    honours: bool = False  # a list of the honoured is its 附件, made from the roster
    deeds: bool = False  # the deeds of the roster's models stand below its text


_BEHIND = later(r"[（(][^（()）]*[）)]$")  # （试行）, （征求意见稿）
_LETTER = ("标题", "署名", "成文日期")
_BULLETIN = ("简报名", "期号", "标题", "成文日期")
_PLAINLY = (
    "决议", "决定", "公报", "公告", "通告", "意见", "通知", "通报", "批复", "议案",
)  # fmt: skip
_KINDS = (
    *(Kind(name) for name in _PLAINLY),
    *(Kind(name, honours=True) for name in ("表彰决定", "表彰通报")),
    *(Kind(name, upward=True) for name in ("请示", "报告")),
    Kind("函", Form.LETTER),
    Kind("命令", Form.ORDER, required=("发文机关标志", "发文字号"), seal=Seal.STAMP),
    Kind("纪要", Form.MINUTES, required=("发文机关标志", "标题"), seal=Seal.PLAIN),
    Kind("简报", Form.BULLETIN, required=_BULLETIN, seal=Seal.PLAIN, deeds=True),
    *(Kind(name, Form.PLAIN, required=_LETTER) for name in ("公示", "名单核对")),
    *(
        Kind(name, Form.PLAIN, required=_LETTER, seal=Seal.PLAIN)
        for name in ("慰问信", "感谢信", "贺信", "倡议书", "公开信")
    ),
)  # fmt: skip
KINDS = {kind.name: kind for kind in _KINDS}
# What offices write most, most often first: of two that are equally near, this one was meant.
USUAL = ("通知", "函", "请示", "报告", "决定", "意见", "通报", "批复", "纪要")


def named_in(title: str) -> str:
    """Return the 文种 that a title ends with, the longest; "" where it names none."""
    bare = _BEHIND.sub("", "".join(title.split()))
    return max((name for name in KINDS if bare.endswith(name)), key=len, default="")
