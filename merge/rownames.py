"""Names of the rows of a 发文单: which there are, and what else they are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from merge import keys
from rosters.secrecy import is_secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from templates.gongwen.wordbody import FormRow

ROWS = ("文种", "发给", "标题", "发文字号", "成文日期", "回执", "附件说明")
ENTRY = ("每份", "范围", "名单", "文件名", "文件格式")
LETTER = {"收件": "收件", "主题": "主题", "信件主题": "主题", "信件正文": "正文", "信件": "正文",
           "随信附件": "附件", "全发": "全发"}  # fmt: skip
_ALIAS = {"截止": "回执", "报送要求": "回执", "成文时间": "成文日期", "日期": "成文日期",
          "文号": "发文字号", "字号": "发文字号", "主送机关": "主送", "发往": "发给",
          "抄送机关": "抄送", "附件": "附件说明", "联系方式": "附注"}  # fmt: skip
OWN = ("名册", "版式", "可提及")
# Rows of 回执: what organisations are to send back. 回执／截止 alone is a sentence of the letter.
RETURNS = {"回执内容": "内容", "报送内容": "内容", "回执表": "内容", "频次": "频次",
            "报送频次": "频次", "起止": "起止", "报送起止": "起止",
            "截止时间": "截止时间", "零报告": "零报告",
            "节点": "节点", "纸质": "纸质", "纸质件": "纸质", "催报": "顺序", "最多催报": "最多",
            "催报时段": "时段", "核验": "核验", "采用": "采用", "汇总模板": "汇总模板",
            "汇总表": "汇总模板", "上报表": "上报表"}  # fmt: skip
OF_REMINDING = frozenset({"顺序", "最多", "时段"})
BY_LINES = frozenset({"节点", "核验"})
USUAL = ("发文机关", "发文机关标志", "主送", "署名", "抄送", "印发机关", "印发日期", "附注",
          "签发人", "份号", "紧急程度", "密级", "格式", "用印", "印章", "套打", "出席", "请假",
          "列席")  # fmt: skip
KNOWN = (*ROWS, *ENTRY, *LETTER, *OWN, *RETURNS, *USUAL)
_CLEAN = re.compile(r"[\s\u3000*＊:：]|[（(].*?[）)]")


def name_of(cell: str) -> str:
    """Return the key that a first cell names: without blanks, colons, stars and brackets."""
    word = re.split(r"[/／]", _CLEAN.sub("", cell))[0]
    for level in (keys.ENTRY, keys.LETTER, keys.TOP):
        word = keys.canonical(word, level) or word if word.isascii() else word
    return _ALIAS.get(word, word)


def is_slip(rows: Iterable[FormRow]) -> bool:
    """Tell whether a table is a 发文单: two of its usual rows stand in it."""
    return len({name_of(row.cells[0]) for row in rows if row.cells} & set(ROWS)) > 1


def secret_rows(rows: Iterable[FormRow]) -> list[int]:
    """Find the rows that carry a 密级 mark."""
    return [
        row.number
        for row in rows
        if any(map(is_secret, (*row.cells[:2], "：".join(row.cells[:2]))))
    ]
