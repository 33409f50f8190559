"""What a table of returns may ask for besides the form's own fields, and the words for each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

IDENTITY = ("序号", "单位", "全称", "编码", "类别", "上级")
TOLD = ("状态", "报送时间", "方式", "备注")
COUNTS = ("应报", "已报", "零报告", "迟报", "有误待核", "未报")
ONES = ("日期", "说明", "未报单位")
_WORDS = {
    "序号": ("序", "次序", "编号"),
    "单位": (
        "单位名称", "报送单位", "填报单位", "上报单位", "汇总单位", "党组织", "二级党组织", "简称",
        "二级单位", "学院", "院系", "学院名称", "部门", "单位简称", "党组织简称", "报告单位",
        "填表单位", "制表单位",
    ),
    "全称": ("单位全称", "党组织名称", "党组织全称"),
    "编码": ("党组织编码", "单位编码", "单位代码"),
    "类别": ("单位类别", "党组织类别", "合计口径"),
    "上级": ("上级党组织", "上级单位", "归口"),
    "状态": ("报送情况", "报送状态", "填报情况", "情况", "是否报送", "上报情况"),
    "报送时间": ("收到时间", "上报时间", "报送时刻", "填报时间"),
    "方式": ("来源", "报送方式"),
    "备注": ("附注",),
    "应报": ("应报单位", "应报单位数", "应报数", "单位数"),
    "已报": ("已报单位", "已报单位数", "已报数", "实报", "实报数"),
    "零报告": ("零报告数", "零报告单位数"),
    "迟报": ("迟报数", "迟报单位数"),
    "有误待核": ("有误", "有误数", "待核"),
    "未报": ("未报数", "未报单位数"),
    "日期": (
        "填报日期", "报送日期", "统计日期", "汇总日期", "报告日期", "上报日期", "填表日期",
        "制表日期", "数据日期",
    ),
    "说明": ("情况说明", "备注说明", "有关说明", "需要说明的情况"),
    "未报单位": ("未报名单", "未计入单位", "缺报单位", "未报单位名单"),
}  # fmt: skip
_MEANT = {word: name for name, words in _WORDS.items() for word in (name, *words)}
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|〔.*?〕")
_SUMMED = re.compile(r"^(?:全校|本单位|合计|总计|累计)|(?:合计|总计|小计)$")


def bare(said: object) -> str:
    """Write a heading or a label as they are compared: no blanks, brackets, stars or colon."""
    text = unicodedata.normalize("NFKC", "".join(str("" if said is None else said).split()))
    return _BRACKETS.sub("", text.replace("*", "")).strip(":")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a table of returns: the form's own fields go before all others."""

    fields: tuple[str, ...]

    @property
    def values(self) -> frozenset[str]:
        """What says something about a report."""
        return frozenset((*self.fields, *COUNTS, *TOLD))

    def meant(self, said: object) -> str:
        """Return the name that a heading, a label or a tag means; "" where it means none."""
        text = bare(said)
        known = {bare(one): one for one in reversed(self.fields)}
        if text in known:
            return known[text]
        if text in _MEANT:
            return _MEANT[text]
        return known.get(_SUMMED.sub("", text), "")
