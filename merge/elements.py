"""要素: what stands on every document. Its own rules for date, number and 密级."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from merge.frontmatter import Mapping as Keys
from merge.frontmatter import Scalar
from merge.source import fault
from rosters.dates import PartialDate
from rosters.finding import Finding, Level, Place
from rosters.masks import WAYS
from rosters.pattern import later
from rosters.secrecy import ADVICE, MESSAGE, is_secret

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from merge.frontmatter import Node

Line: TypeAlias = "Mapping[str, str]"  # a row of a table in 要素, such as 网格职责
Element: TypeAlias = "str | PartialDate | Line | tuple[Line, ...]"

# GB/T 9704-2012, 7.2.5: six-cornered brackets, no 第, no leading zero, a year of four digits.
NUMBER = later(r"^[\u4e00-\u9fffA-Za-z]{1,20}〔(?P<year>(?:19|20)\d{2})〕[1-9]\d*号$")
# 自动, or 自动 with a 代字: the number is the next of its series.
AUTOMATIC = re.compile(
    r"^(?:自动|auto)[\s\u3000：:，,（(]*(?P<code>[\u4e00-\u9fffA-Za-z]{1,20})?[\s）)]*$"
)
# 10.2 and 10.3: 令号 and the number of 纪要 count on over the years: 第12号, 第5期.
_YEARS = range(1900, 2100)  # 7.3.5.4: a year in full; others are slips
_COUNTED = later(r"^第[1-9]\d*[号期次]$")
_NEARLY = later(
    r"^(.+?)\s*[〔\[【（(［〖《<{]\s*(\d{4})年?\s*[〕\]】）)］〗》>}]\s*第?\s*0*(\d+)\s*号?$"
)
_DATE = re.compile(r"^(\d{4})\s*[-./年－．／]\s*(\d{1,2})\s*[-./月－．／]\s*(\d{1,2})\s*日?$")
_UNMASKED = "「脱敏」不知道是什么意思", f"请写其中一种：{'、'.join(WAYS)}；不写就是遮盖"
_SECRET_WORD = later(r"绝\s*密|机\s*密|秘\s*密")


def elements(
    node: Keys, shown: str, defaults: Container[str] = ()
) -> tuple[dict[str, Element], list[Finding]]:
    """Read 要素 in its order, with every fault in it; `defaults` may be the workspace's."""
    found: list[Finding] = []
    read: dict[str, Element] = {}
    for key, value in node.items:
        wrong: list[Finding] = []
        read[key.text] = _element(key, value, shown, wrong)
        if isinstance(value, Scalar) and not value.line and key.text in defaults:
            place = Place("fawen.toml", where=f"[defaults] {key.text}")
            wrong = [replace(one, place=place) for one in wrong]
        found += wrong
    if "发文机关" in read and "发文机关标志" not in read:
        read["发文机关标志"] = f"{read['发文机关']}文件"
    return read, found


def secrets(front: tuple[str, ...], first: int, body: str, below: int, shown: str) -> list[Finding]:
    """Find every line that carries a 密级 mark; the words themselves are not repeated."""
    found = []
    for start, lines in ((first, front), (below, body.split("\n"))):
        for offset, line in enumerate(lines):
            if is_secret(line):
                found.append(secret(shown, start + offset))
    return found


def secret(shown: str, line: int) -> Finding:
    """Make the finding of a 密级 mark at a line."""
    return marked(Place(shown, where=f"第{line}行" if line else ""))


def marked(place: Place) -> Finding:
    """Make the finding of a 密级 mark."""
    return Finding(Level.ERROR, "job.secret", place, MESSAGE, ADVICE)


def _element(key: Scalar, value: Node, shown: str, found: list[Finding]) -> Element:
    if isinstance(value, Scalar):
        return _text(key, value, shown, found)
    if isinstance(value, Keys):
        return _row(key, value, shown, found)
    rows = [one for one in value.items if isinstance(one, Keys)]
    for one in value.items:
        if not isinstance(one, Keys):
            message = f"要素「{key.text}」的列表里要写「键: 值」"
            advice = "只是文字的，请去掉「- 」和方括号，或给整个值加英文引号"
            found.append(fault(shown, one.line, "job.value", message, advice))
    return tuple(_row(key, one, shown, found) for one in rows)


def _row(key: Scalar, node: Keys, shown: str, found: list[Finding]) -> dict[str, str]:
    row: dict[str, str] = {}
    for name, value in node.items:
        if isinstance(value, Scalar):
            row[name.text] = value.text
        else:
            message = f"要素「{key.text}」的「{name.text}」只能是文字"
            advice = "请减少一层缩进；以 [ 或 { 开头的文字请加英文引号"
            found.append(fault(shown, value.line, "job.value", message, advice))
    return row


def _text(key: Scalar, value: Scalar, shown: str, found: list[Finding]) -> str | PartialDate:
    text = value.text
    faults: Iterator[Finding] = iter(())
    if key.text == "密级" and _SECRET_WORD.search(text):
        faults = iter((secret(shown, value.line),))
    elif key.text == "发文字号":
        faults = _number(text, shown, value.line)
    elif key.text == "脱敏":
        meant = next((way for way, word in WAYS.items() if text in (way, word)), "")
        if meant:
            return meant
        faults = iter((fault(shown, value.line, "job.value", *_UNMASKED),))
    elif key.text == "成文日期":
        date = day(text)
        if date is not None:
            return date
        faults = iter((fault(shown, value.line, "job.date", *_undated(text)),))
    found.extend(faults)
    return text


def _undated(text: str) -> tuple[str, str]:
    """Say what is wrong with a 成文日期, and what to write: Arabic figures, in full (7.3.5.4)."""
    usual = "请写年月日，例如 2026年3月1日 或 2026-03-01"
    if not text:
        return "成文日期没有填写", usual
    try:
        meant = PartialDate.parse(text)
    except ValueError:
        meant = None
    if meant is None or meant.year not in _YEARS:
        return f"成文日期「{text}」不是真实存在的日期", usual
    if not meant.day:
        return f"成文日期「{text}」没有写到日", usual
    return f"成文日期「{text}」的写法不对，要用阿拉伯数字写明年月日", f"请改为 {meant.chinese()}"


def day(text: str) -> PartialDate | None:
    """Read a full date, None where there is no such day."""
    match = _DATE.match(text.strip())
    if match is None:
        return None
    year, month, number = (int(part) for part in match.groups())
    if year not in _YEARS:
        return None
    try:
        dt.date(year, month, number)
    except ValueError:
        return None
    return PartialDate(year, month, number)


def _number(text: str, shown: str, line: int) -> Iterator[Finding]:
    if NUMBER.match(text) or _COUNTED.match(text) or AUTOMATIC.match(text):
        return
    nearly = _NEARLY.match(text.strip())
    right = f"{nearly[1]}〔{nearly[2]}〕{nearly[3]}号" if nearly else ""
    advice = (
        f"请改为 {right}"
        if NUMBER.match(right)
        else "请按 代字〔年份〕序号 的样式写，例如 示大组〔2026〕12号"
    )
    message = f"发文字号「{text}」不合规范" if text else "发文字号没有填写"
    if nearly:
        message += "，年份用六角括号〔〕，序号不加第、不编虚位"
    yield fault(shown, line, "job.number", message, advice)
