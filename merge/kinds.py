"""What the 发文单 of each kind asks for: its rows, what they hold, how each is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import addressees
from templates.gongwen.kinds import KINDS, Form, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Row = tuple[str, str, str]  # label, what stands there already, how it is filled in
HINTS: Mapping[str, str] = {
    "发文字号": "自动 代字，如 自动 示大组；或写明，如 示大组〔2026〕12号",
    "成文日期": "领导签发的日期，如 2026年11月20日",
    "发给": addressees.SAID,
    "回执": "要对方做什么、什么时候回复，会写进信里；没有就空着",
    "附件": "印在正文后面的附件名称，一行一个；没有就空着",
    "签发人": "上行文才有",
    "出席": "人名之间用顿号",
    "请假": "没有就空着",
    "列席": "没有就空着",
    "发文机关": "写进 fawen.toml 的 [unit] name，就不必在这里写",
    "颁奖词": "印在证书上，如：在……工作中事迹突出，",
    "证书编号": "自动 代字，如 自动 示大党证，每证一号",
    "格式": "信函：按信函格式排；不写就按文件格式",
    "署名": "落款；不写就照发文机关",
    "抄送": "没有就不要这一行",
    "印发机关": "没有就不要这一行",
    "名册": "不写就用 rosters/ 里的",
    "每份": "批次、党组织、党员：一共一份，每个党组织一份，每人一份",
    "范围": '「发给」说不清的，写条件，如 类别 == "党支部"',
    "文件名": "如 通知-{{ 简称 }}",
    "收件": "本级、上级、二级党组织、本级并抄送上级",
    "主题": "邮件的主题；不写就照标题",
    "信件正文": "邮件里的话；不写就按发文单写一封",
    "随信附件": "随信带的文件，如 附件/回执.xlsx；没有就不要这一行",
    "全发": "是：没有文件的单位也发",
    "可提及": "文件里可以写到的别的单位",
}  # fmt: skip
LABELS = {"回执": "回执／截止"}
_TITLES = {
    Form.MINUTES: "如：关于……的专题会议",
    Form.PLAIN: "如：致全校教职工的慰问信",
}
_CERTIFICATE = "荣誉证书"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind that is no 文种 of its own, or needs rows of its own.

    `kind` is its 文种: one that is built, or a template. `rows` are all that follow it. `body`
    tells whether a body is written below the table.
    """

    kind: str
    rows: tuple[Row, ...]
    body: bool = True


PATTERNS: Mapping[str, Pattern] = {
    _CERTIFICATE: Pattern(
        _CERTIFICATE,
        (
            ("发给", "受表彰的同志", "名册里「荣誉称号」一列填了的人，每人一份"),
            ("标题", "", "如：关于……的决定；换行处按 Shift+Enter"),
            ("成文日期", "", HINTS["成文日期"]),
            ("颁奖词", "", HINTS["颁奖词"]),
            ("证书编号", "", HINTS["证书编号"]),
        ),
        body=False,
    ),
}
DRAFTS = tuple(dict.fromkeys((*KINDS, *PATTERNS)))


def rows(name: str) -> Iterator[Row]:
    """Walk through the rows of one of DRAFTS, or of a template of another name."""
    pattern = PATTERNS.get(name)
    yield "文种", pattern.kind if pattern else name, "要什么样的文件；不用改"
    yield from pattern.rows if pattern else _built(KINDS.get(name))


def has_body(name: str) -> bool:
    """Tell whether a body is written below the table."""
    return name not in PATTERNS or PATTERNS[name].body


def _built(kind: Kind | None) -> Iterator[Row]:
    form = kind.form if kind is not None else None
    yield "发给", "", HINTS["发给"]
    if form is not Form.ORDER:
        ending = kind.name[-2:] if kind is not None else "决定"
        hint = _TITLES.get(form) if form is not None else None
        yield "标题", "", hint or f"如：关于……的{ending}；换行处按 Shift+Enter"
    if kind is None or "发文字号" in kind.required:
        yield "发文字号", "", HINTS["发文字号"]
    yield "成文日期", "", HINTS["成文日期"]
    more = ["回执", "附件"]
    if kind is not None and kind.upward:
        more.insert(0, "签发人")
    if form is Form.MINUTES:
        more = ["出席", "请假", "列席", *more]
    for key in more:
        yield LABELS.get(key, key), "", HINTS[key]
