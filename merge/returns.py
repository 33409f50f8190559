"""回执: what organisations are to send back, how often, by when; as pydantic checks it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from merge import terms
from merge.checks import ALL, Check, Filled
from merge.terms import CUTOFF, Due, Hours, Milestone, Nil, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BARE = "收到即可"  # an acknowledgement: any answer of a person will do
CHECKED = "无误或更正"  # an answer in words: 无误, or what is wrong
Cadence: TypeAlias = Literal["一次", "每天", "工作日", ""]
Step: TypeAlias = Literal["联系人", "书记", "领导名单"]
STEPS: tuple[Step, ...] = ("联系人", "书记", "领导名单")
FORMS = (".xlsx", ".docx")
_A_FORM = "或在「内容」写上表格的路径"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Reminding(_Part):
    """催报: who is reminded first, who then, how often at most for one report, at which hours.

    领导名单 is no letter: those who are silent even then stand on a list for the leader.
    """

    steps: Annotated[tuple[Step, ...], BeforeValidator(terms.rising), Field(min_length=1)] = Field(
        STEPS, alias="顺序"
    )
    most: Annotated[int, Field(ge=0, le=9)] = Field(2, alias="最多")
    every: Annotated[int, Field(ge=1, le=72)] = Field(2, alias="间隔")  # hours
    hours: Annotated[Hours, PlainValidator(terms.hours)] = Field(
        Hours(dt.time(9), dt.time(21)), alias="时段"
    )
    subject: str = Field("", alias="主题")
    body: str = Field("", alias="正文")


class Returns(_Part):
    """What is to come back. `cadence` is "" until the job says what it is by itself."""

    what: Annotated[str, Field(min_length=1)] = Field(alias="内容")
    cadence: Cadence = Field("", alias="频次")
    span: Annotated[Span, PlainValidator(terms.days)] | None = Field(None, alias="起止")
    due: Annotated[Due, PlainValidator(terms.due)] = Field(Due(CUTOFF), alias="截止时间")
    nil: Annotated[Nil, PlainValidator(terms.nil)] = Field(Nil(), alias="零报告")
    milestones: Annotated[
        tuple[Annotated[Milestone, PlainValidator(terms.milestone)], ...],
        BeforeValidator(terms.several),
    ] = Field((), alias="节点")
    paper: Annotated[bool, BeforeValidator(terms.needed)] = Field(default=False, alias="纸质")
    reminding: Reminding = Field(default_factory=lambda: Reminding.model_validate({}), alias="催报")
    rules: Annotated[
        tuple[Annotated[Check, PlainValidator(terms.check)], ...], BeforeValidator(terms.several)
    ] = Field((), alias="核验")
    taking: Literal["自动", "人工", "全部"] = Field("自动", alias="采用")
    # The unit's own workbooks, which never leave with a letter: no part of what is signed.
    summary: str = Field("", alias="汇总模板")
    upward: str = Field("", alias="上报表")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        """`回执: 收到即可` says it all in one line."""
        return {"内容": value} if isinstance(value, str) else value

    @property
    def bare(self) -> bool:
        """Tell whether an acknowledgement will do."""
        return self.what == BARE

    @property
    def checked(self) -> bool:
        """Tell whether what was sent is to be found right, or corrected, in a reply's own words."""
        return self.what == CHECKED

    @property
    def worded(self) -> bool:
        """Tell whether a reply's own words are the answer: there is no form."""
        return self.bare or self.checked

    @property
    def enclosed(self) -> bool:
        """Tell whether the letter's own documents of a 文种 are what comes back, filled in."""
        return not self.worded and not self.what.lower().endswith(FORMS)

    @property
    def form(self) -> str:
        """The path of the form; "" where there is none beside the letter's own documents."""
        return "" if self.worded or self.enclosed else self.what

    @property
    def first(self) -> dt.date:
        """The first day that is reported on."""
        return self.span.first if self.span else self.last

    @property
    def last(self) -> dt.date:
        """The last day that is reported on."""
        if self.span is not None:
            return self.span.last
        if self.due.day is None:
            raise ValueError("a demand without a day: `faults` has said so")
        return self.due.day

    @property
    def blanks(self) -> frozenset[str]:
        """The fields that may be left blank."""
        return frozenset(
            one.name for one in self.rules if isinstance(one, Filled) and not one.needed
        )

    @property
    def whole(self) -> bool:
        """Tell whether every field must be filled in but those that may be left blank."""
        return ALL in self.needed

    @property
    def needed(self) -> frozenset[str]:
        """The fields that must be filled in, though they are no numbers."""
        return frozenset(one.name for one in self.rules if isinstance(one, Filled) and one.needed)

    def said(self) -> dict[str, Any]:
        """Write it for the digest: as plain values, the same however it was written down.

        汇总模板 and 上报表 are left out: nothing of them is sent to those who are asked.
        """
        return {
            "内容": self.what,
            "频次": self.cadence,
            "起止": [self.span.first.isoformat(), self.span.last.isoformat()] if self.span else [],
            "截止时间": f"{self.due.day or ''} {self.due.at:%H:%M}".strip(),
            "零报告": [self.nil.allowed, *self.nil.fields],
            "节点": [[one.day.isoformat(), one.words] for one in self.milestones],
            "纸质": self.paper,
            "催报": {
                "顺序": list(self.reminding.steps),
                "最多": self.reminding.most,
                "间隔": self.reminding.every,
                "时段": f"{self.reminding.hours.first:%H:%M}-{self.reminding.hours.last:%H:%M}",
                "主题": self.reminding.subject,
                "正文": self.reminding.body,
            },
            "核验": [one.said for one in self.rules],
            "采用": self.taking,
        }


def restored(said: dict[str, Any]) -> Returns:
    """Read back what `said` wrote.

    Raises:
        ValueError: it was not written by it.

    """
    span = said["起止"]
    data = {key: value for key, value in said.items() if key not in {"起止", "零报告", "节点"}}
    if span:
        data["起止"] = f"{span[0]} 至 {span[1]}"
    allowed, *fields = said["零报告"]
    data["零报告"] = fields or ("是" if allowed else "否")
    data["节点"] = [f"{day} {words}" for day, words in said["节点"]]
    data["纸质"] = "是" if said["纸质"] else "否"
    return Returns.model_validate(data)


def settled(returns: Returns, *, urgent: bool) -> Returns:
    """Give a demand its cadence where nobody wrote it: each day of a span, or in an emergency.

    A document of the letter comes back once, and filled in: 零报告 does not answer it.
    """
    if returns.enclosed and "nil" not in returns.model_fields_set:
        returns = returns.model_copy(update={"nil": Nil(allowed=False)})
    if returns.cadence:
        return returns
    daily = not (returns.worded or returns.enclosed) and (returns.span is not None or urgent)
    return returns.model_copy(update={"cadence": "每天" if daily else "一次"})


def faults(returns: Returns, kinds: Sequence[str] = ()) -> Iterator[tuple[str, str, str]]:
    """Find what does not fit together: the key, what is wrong with it, and the cure.

    `kinds` are the 文种 of the job's 文件: one of them may be what comes back.
    """
    if returns.cadence == "一次":
        if returns.due.day is None:
            yield "截止时间", "没有写明哪一天截止", "请写日期和时间，例如 2026-11-30 17:00"
        if returns.span is not None:
            yield "起止", "只报一次的没有「起止」", "请删去，或把「频次」改为 每天 或 工作日"
    else:
        if returns.span is None:
            yield (
                "起止",
                "缺少「起止」，没有写明从哪天报到哪天",
                "请写两个日期，例如 2026-11-26 至 2026-12-25",
            )
        if returns.due.day is not None:
            advice = "这里只写时刻，例如 17:00；从哪天到哪天写在「起止」"
            yield "截止时间", f"{returns.cadence}都报的，「截止时间」不写日期", advice
        if returns.worded:
            yield "频次", f"「{returns.what}」只有一次", f"请删去「频次」，{_A_FORM}"
    if returns.worded and returns.rules:
        yield "核验", f"「{returns.what}」没有表格可以核验", f"请删去「核验」，{_A_FORM}"
    yield from _own(returns)
    if returns.enclosed:
        yield from _enclosed(returns, kinds)
    steps = returns.reminding.steps
    if list(steps) != [one for one in STEPS if one in steps]:
        yield "催报.顺序", "「顺序」要从下往上", "请写 联系人 → 书记 → 领导名单，可以少，不能颠倒"


def _enclosed(returns: Returns, kinds: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Find what cannot come back with the letter's own documents."""
    if returns.what not in kinds:
        advice = (
            f"请写 {BARE}、{CHECKED}、本作业的一个文种（{'、'.join(dict.fromkeys(kinds))}），"
            "或一个 .xlsx、.docx 表格的路径；.xls 请另存为 .xlsx"
        )
        yield "内容", f"「内容」不能是「{returns.what}」", advice
    elif returns.cadence != "一次":
        advice = "请删去「频次」；每天要报的，在「内容」写上一张 .xlsx 表格的路径"
        yield "频次", f"「{returns.what}」随信发出，只收回一次", advice


def _own(returns: Returns) -> Iterator[tuple[str, str, str]]:
    """Find workbooks of the unit's own that there are no numbers for."""
    for key, path in (("汇总模板", returns.summary), ("上报表", returns.upward)):
        if path and (returns.worded or returns.enclosed):
            yield key, f"「{returns.what}」没有数可以填进{key}", f"请删去「{key}」"
