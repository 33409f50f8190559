"""Numbers of people that somebody typed into a commendation, held against its list."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from merge.wording import strings
from rosters.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.honoured import Honoured
    from merge.workshop import Workshop
    from rosters.finding import Place

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_SENTENCE = re.compile(r"[。；;！!？?\n]")
_SPEAKS = re.compile("表彰|授予|受表彰|获奖|荣誉称号|受到表扬|拟表彰|推荐对象|先进个人|拟推荐")
_COUNT = re.compile(
    r"(?<![\d.〔第])(?P<number>\d+|[一二三四五六七八九十百两〇零]+)\s*(?:余)?"
    r"(?:[名位]|个(?:人|先进|同志|党员)|人(?![次均工大民员事们才选力物类生]))"
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def wrong(shop: Workshop, honoured: Honoured) -> Iterator[Finding]:
    """Find typed numbers that are neither that of all honoured nor that of one honour."""
    job = shop.supplies.job
    counts = Counter(one.honour for one in honoured.people)
    right = {len(honoured.people), *counts.values()}
    told = "，".join(f"{honour}{count}名" for honour, count in counts.items())
    level = Level.ERROR if job.awards is not None else Level.WARNING
    for text, place in _texts(shop):
        for sentence in _SENTENCE.split(_TAG.sub("\x00", text)):
            for found in _COUNT.finditer(sentence) if _SPEAKS.search(sentence) else ():
                number = _number(found["number"])
                if number not in right:
                    said = f"「{found[0]}」与名单不符：名单上共{len(honoured.people)}名（{told}）"
                    advice = '请改正，或写成标签，如 {{ 全部党员 | 选("荣誉称号") | 数 }}'
                    yield Finding(level, "award.count", place, said, advice)


def _texts(shop: Workshop) -> Iterator[tuple[str, Place]]:
    """Walk through what the job itself says: its body, its 要素, its letters."""
    job = shop.supplies.job
    yield from job.body.texts()
    for name, value in job.elements.items():
        for text in strings(value):
            yield text, job.place(f"要素.{name}")
    yield job.letter.subject, job.place("信件.主题")
    yield job.letter.body, job.place("信件.正文")


def _number(text: str) -> int:
    """Read a number below a thousand, in digits or in Chinese."""
    if text.isdecimal() and text.isascii():
        return int(text)
    total = digit = 0
    for sign in text:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[sign] if digit else _DIGITS[sign]
    return total + digit
