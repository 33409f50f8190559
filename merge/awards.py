"""评选: the rules of a commendation as data, from a job's front matter or its 发文单."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
import re
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from merge import workdays
from rosters.dates import PartialDate

_ROUNDED = {"进一法": ROUND_CEILING, "四舍五入": ROUND_HALF_UP, "舍尾": ROUND_DOWN}
# What a rule is called where it is broken and where 依据 names its clause.
RULES = (
    *("推荐", "名额", "正式党员", "党龄", "重复推荐", "不兼得", "间隔"),
    *("处分", "公示", "异议", "核对"),
)
_PERCENT = re.compile(r"(?:比例)?(\d+(?:\.\d+)?)[%％]|百分之(\d+(?:\.\d+)?)")
_LEAST = re.compile(r"(?:至少|最少|不少于)(\d+)[名个人]?")
_MOST = re.compile(r"(?:至多|最多|不超过)(\d+)[名个人]?")
_EACH = re.compile(r"(?:每单位|各单位|每个单位)?(\d+)[名个人]?")
_PARTS = re.compile(
    r"[，,；;\s\u3000]+|(?<=[%％])(?=[^，,；;\s])|(?<=[法入尾名])(?=至|最|不|进|四|舍)"
)
_SEVERAL = re.compile(r"[、，,；;\n]+")
_LINE = re.compile(r"^(.+?)\s*[：:]\s*(.+)$")
_NUMBER = re.compile(r"(?:满|至少)?(\d+)(?:年|个?工作日|天)?")


def _digits(words: object, example: str) -> object:
    """Take a number with its unit, such as 3年 or 5个工作日."""
    if not isinstance(words, str):
        return words
    found = _NUMBER.fullmatch("".join(words.split()))
    if found is None:
        raise ValueError(f"「{words}」读不懂|请写成 {example}")
    return int(found[1])


def _date(words: object) -> object:
    if not isinstance(words, str):
        return words
    try:
        read = PartialDate.parse(words)
    except ValueError as error:
        raise ValueError(f"{error}|请核对日期") from None
    if read is None or not read.day:
        raise ValueError(f"「{words}」不是到日的日期|请写成 2026-06-30 或 2026年6月30日")
    return read.latest()


def _days(words: object) -> object:
    return workdays.days(words) if isinstance(words, str | list) else words


def _lines(words: object) -> object:
    """Take lines 甲：乙, as a cell of a 发文单 has them, for keys and values."""
    if not isinstance(words, str):
        return words
    found: dict[str, str] = {}
    for line in filter(None, (one.strip() for one in words.split("\n"))):
        told = _LINE.match(line)
        if told is None:
            raise ValueError(f"「{line}」里没有冒号|请写成「优秀共产党员：3%，进一法」，一行一项")
        found[told[1]] = told[2]
    return found


def _groups(words: object) -> object:
    """Take groups of honours, each a text with 、 between them."""
    ones = words.split("\n") if isinstance(words, str) else words
    if not isinstance(ones, list):
        return words
    ones = ["、".join(map(str, one)) if isinstance(one, list) else str(one) for one in ones]
    groups = [tuple(p.strip() for p in _SEVERAL.split(one) if p.strip()) for one in ones]
    groups = [one for one in groups if one]
    if any(len(one) < 2 for one in groups):  # noqa: PLR2004 - one honour excludes nothing
        raise ValueError("一组里至少要有两个称号|请写成 优秀共产党员、优秀党务工作者")
    return groups


def _clauses(words: object) -> object:
    read = _lines(words)
    strange = [key for key in read if key not in RULES] if isinstance(read, dict) else []
    if strange:
        raise ValueError(f"没有「{strange[0]}」这条规则|依据可写：{'、'.join(RULES)}")
    return read


def _yes_no(words: object) -> object:
    return {"是": True, "否": False}.get(words, words) if isinstance(words, str) else words


Text = Annotated[str, StringConstraints(min_length=1)]
Years = Annotated[int, Field(ge=0, le=100), BeforeValidator(lambda words: _digits(words, "3年"))]
Yes = Annotated[bool, BeforeValidator(_yes_no)]


def _quota(words: object) -> object:
    """Take a quota as a clerk writes it: 3%，进一法，至少1名."""
    if isinstance(words, dict) and isinstance(words.get("比例"), str):
        told = _PERCENT.fullmatch(words["比例"].strip())
        if told is None:
            raise ValueError(f"比例「{words['比例']}」读不懂|请写成 3%")
        return {**words, "比例": told[1] or told[2]}
    if not isinstance(words, str):
        return words
    read: dict[str, Any] = {}
    for part in filter(None, _PARTS.split(words.strip().rstrip("。"))):
        if found := _PERCENT.fullmatch(part):
            read["比例"] = found[1] or found[2]
        elif part in _ROUNDED:
            read["取整"] = part
        elif found := _LEAST.fullmatch(part):
            read["至少"] = found[1]
        elif found := _MOST.fullmatch(part):
            read["至多"] = found[1]
        elif found := _EACH.fullmatch(part):
            read["每单位"] = found[1]
        else:
            raise ValueError(
                f"名额里的「{part}」读不懂|请写成 3%，进一法，至少1名；或 每单位2名"
                "（取整写进一法、四舍五入或舍尾）"
            )
    return read


class Quota(BaseModel):
    """How many one organisation may nominate, as a share of its members or as a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    percent: Annotated[Decimal, Field(ge=0, le=100)] | None = Field(None, alias="比例")
    rounding: Literal["进一法", "四舍五入", "舍尾"] = Field("舍尾", alias="取整")
    least: Annotated[int, Field(ge=0)] = Field(0, alias="至少")
    most: Annotated[int, Field(ge=0)] | None = Field(None, alias="至多")
    each: Annotated[int, Field(ge=0)] | None = Field(None, alias="每单位")
    units: dict[str, Annotated[int, Field(ge=0)]] = Field(default={}, alias="单位")

    def count(self, members: int) -> int | None:
        """Count the places of an organisation of so many members; None: nothing limits it."""
        if self.percent is None:
            return self.most if self.each is None else self.each
        share = self.percent * members / 100
        made = max(int(share.to_integral_value(rounding=_ROUNDED[self.rounding])), self.least)
        return made if self.most is None else min(made, self.most)

    @property
    def words(self) -> str:
        """Say how it is counted."""
        if self.percent is None:
            return ""
        share = f"{self.percent.normalize():f}%，{self.rounding}"
        return f"{share}，至少{self.least}名" if self.least else share


class Rules(BaseModel):
    """评选: what a commendation asks for. `clauses` leads a rule to its 依据.

    `stage` is the step that a job stands for: 核对 comes before answers, 公示 before its end.
    `by` says whose quota a nominee counts in: that of 二级党组织, however deep the nomination came
    from, else every branch could claim the least number for itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    book: Text = Field(alias="推荐表")
    base: Annotated[dt.date, BeforeValidator(_date)] = Field(alias="基准日")
    stage: Literal["核对", "公示", "表彰"] = Field("表彰", alias="阶段")
    quotas: Annotated[
        dict[str, Annotated[Quota, BeforeValidator(_quota)]], BeforeValidator(_lines)
    ] = Field(default={}, alias="名额")
    by: Literal["二级党组织", "推荐单位"] = Field("二级党组织", alias="名额单位")
    counted: Literal["党员", "正式党员"] = Field("党员", alias="基数")
    formal: Yes = Field(default=True, alias="只推正式党员")
    years: Years = Field(0, alias="党龄")
    exclusive: Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_groups)] = Field(
        (), alias="不兼得"
    )
    apart: Years = Field(0, alias="间隔")
    shown: Annotated[
        int, Field(ge=0, le=365), BeforeValidator(lambda words: _digits(words, "5个工作日"))
    ] = Field(0, alias="公示")
    holidays: Annotated[frozenset[dt.date], BeforeValidator(_days)] = Field(
        frozenset(), alias="节假日"
    )
    working: Annotated[frozenset[dt.date], BeforeValidator(_days)] = Field(
        frozenset(), alias="调休上班"
    )
    answered: Yes = Field(default=True, alias="核对")
    clauses: Annotated[dict[str, Text], BeforeValidator(_clauses)] = Field(default={}, alias="依据")

    @property
    def honours(self) -> tuple[str, ...]:
        """List the honours that the quotas name; () where there are none."""
        parts = (part.strip() for key in self.quotas for part in _SEVERAL.split(key))
        return tuple(dict.fromkeys(filter(None, parts)))

    def counting(self, honour: str) -> tuple[tuple[str, Quota], ...]:
        """List the quotas that a nominee for an honour counts in."""
        return tuple(
            (key, quota)
            for key, quota in self.quotas.items()
            if honour in [part.strip() for part in _SEVERAL.split(key)]
        )

    def clause(self, rule: str) -> str:
        """Name a rule with the clause that it stands on."""
        told = self.clauses.get(rule, "")
        return f"评选规则「{rule}」{f'，依据{told}' if told else ''}"

    def same_as(self, other: Rules) -> bool:
        """Tell whether two jobs judge by the same rules, whatever their stages are."""
        return self.model_copy(update={"stage": other.stage}) == other
