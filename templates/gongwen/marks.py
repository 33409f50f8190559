"""What a paragraph says it is by its text alone: a level, 【仅分党委】, 附件1, 【分页】."""

from __future__ import annotations

import re

Fault = tuple[str, str]  # what is wrong, what to do
_NUMERALS = "一二三四五六七八九十百"
_LEVELS = (
    re.compile(rf"[{_NUMERALS}]+、"),
    re.compile(rf"[（(][{_NUMERALS}]+[）)]"),
    re.compile(r"\d+[.．](?!\d)"),
    re.compile(r"[（(]\d+[）)]"),
)
_ATTACHMENT = re.compile(r"附\s*件\s*([0-9０-９]*)\s*[:：]?")
_TURNS = {"【分页】": False, "【横排】": True, "【竖排】": False}
ONLY = re.compile(r"【\s*仅\s*(?:([:：])|(?=[^】]))([^】]*)】\s*")
_OPEN = re.compile(r"【\s*仅")
_SALUTATION = 30  # characters
_SENTENCE = re.compile("[。；？：]|如下|以下|下列|附后")
_TAG = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_SEVERAL = re.compile(r"\s*[、，,和]\s*")
_KIND = re.compile(r"[\u4e00-\u9fff（）()]+")
# Braces as an input method leaves them: ｛｛ 简称 ｝｝, ｛％ if … ％｝.
_WIDE = (
    (re.compile(r"[{｛][{｛](?=[^{｛])"), "{{"),
    (re.compile(r"(?<=[^}｝])[}｝][}｝]"), "}}"),
    (re.compile(r"[{｛][%％]"), "{%"),
    (re.compile(r"[%％][}｝]"), "%}"),
    (re.compile(r"[{｛][#＃]"), "{#"),
    (re.compile(r"[#＃][}｝]"), "#}"),
)


def straight(text: str) -> str:
    """Make the braces of tags half-width; nothing else changes, and no other brace."""
    if not ("｛" in text or "｝" in text or "％" in text):
        return text
    for rule, half in _WIDE:
        text = rule.sub(half, text)
    return text


def level_of(text: str) -> int:
    """Tell a heading by its number: 1 to 4 for 一、 （一） 1. （1）, 0 for running text."""
    return next((n for n, rule in enumerate(_LEVELS, 1) if rule.match(text)), 0)


def salutes(text: str) -> bool:
    """Tell whether a paragraph is a salutation: short, one colon, and that at its end."""
    said = text.strip()
    short = len(_TAG.sub("某", said)) <= _SALUTATION
    return short and said.endswith(("：", ":")) and not _SENTENCE.search(said[:-1])


def turn(text: str) -> bool | None:
    """Read 【分页】, 【横排】, 【竖排】: whether the new page lies across; else None."""
    return _TURNS.get(text.strip())


def attachment(text: str) -> str | None:
    """Read a paragraph that says only 附件 or 附件1: its number, None for anything else."""
    found = _ATTACHMENT.fullmatch(text.strip())
    return found[1].translate({0xFF10 + n: 48 + n for n in range(10)}) if found else None


def only(text: str) -> tuple[str, int] | Fault | None:
    """Read 【仅…】 at the beginning of a paragraph: a condition, and how long the mark is.

    【仅分党委】, 【仅分党委、党总支】 name values of 类别; 【仅：党员数 > 50】 is any condition.
    Return what is wrong and what to do where it is none.
    """
    if not _OPEN.match(text):
        return None
    found = ONLY.match(text)
    inside = found[2].strip() if found else ""
    if found is None or not inside:
        advice = "请写成【仅分党委】或【仅：党员数 > 50】，放在一段的开头"
        return "「【仅…】」没有写完", advice
    if found[1]:
        return inside, found.end()
    kinds = _SEVERAL.split(inside)
    if not all(_KIND.fullmatch(kind) for kind in kinds):
        advice = "写条件的，请在「仅」后面加冒号：【仅：党员数 > 50】"
        return f"「{found[0].strip()}」读不懂", advice
    listed = ", ".join(f'"{kind}"' for kind in kinds)
    return (f"类别 == {listed}" if len(kinds) == 1 else f"类别 in [{listed}]"), found.end()
