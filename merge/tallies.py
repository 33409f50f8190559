"""Numbers of people that somebody typed into a commendation, held against its list."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from merge.wording import strings
from rosters.finding import Finding, Level
from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from merge.honoured import Honoured
    from merge.job import Job
    from merge.workshop import Workshop
    from rosters.finding import Place

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_SENTENCE = re.compile(r"[。；;！!？?\n]")
_SPEAKS = re.compile("表彰|授予|受表彰|获奖|荣誉称号|受到表扬|拟表彰|推荐对象|先进个人|拟推荐")
_CHINESE = "一二三四五六七八九十百千两〇零壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
NUMBER = rf"(?<![\d.〔第{_CHINESE}])(?P<number>[0-9]+|[{_CHINESE}]+)"
_COUNT = later(
    NUMBER + r"\s*(?:余|多)?\s*"
    r"(?:[名位]|个(?:人|先进|同志|党员)|同志|党员|人(?![次均工大民员事们才选力物类生]))"
)
_PLACED = later(r"(?:人数|名额|总数)(?:为|是|共|共计|合计)?\s*[:：]?\s*" + NUMBER)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_DIGITS |= {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_QUOTES = "“”\"'「」『』"
_BEFORE = later(rf"[{_QUOTES}]?(?:荣誉)?(?:称号)?(?:共|共计|合计)?$")


def wrong(shop: Workshop, honoured: Honoured) -> Iterator[Finding]:
    """Find typed numbers that are neither that of all honoured nor that of one honour."""
    job = shop.supplies.job
    level = Level.ERROR if job.awards is not None else Level.WARNING
    for text, place in texts(job):
        plain = unicodedata.normalize("NFKC", TAG.sub("\x00", text))
        for sentence in _SENTENCE.split(plain):
            if not _SPEAKS.search(sentence):
                continue
            for found in (*_COUNT.finditer(sentence), *_PLACED.finditer(sentence)):
                counts = honoured.counts
                told = "，".join(f"{honour}{count}名" for honour, count in counts.items())
                everybody = sum(counts.values())
                right = {everybody, *counts.values()}
                typed, meant = number(found["number"]), _meant(sentence, found, counts)
                if typed not in ({counts[meant]} if meant else right):
                    whose = f"{meant}{counts[meant]}名" if meant else f"共{everybody}名"
                    said = f"「{found[0]}」与名单不符：名单上{whose}"
                    said += "" if meant else f"（{told}）"
                    advice = '请改正，或写成标签，如 {{ 全部党员 | 选("荣誉称号") | 数 }}'
                    yield Finding(level, "award.count", place, said, advice)


def _meant(sentence: str, found: re.Match[str], honours: Mapping[str, int]) -> str:
    """Name the honour that stands right before or behind a number; "" where none does."""
    before = sentence[: found.start()]
    before = before[: len(before) - len(_BEFORE.search(before)[0])]  # type: ignore[index]
    after = sentence[found.end() :].removeprefix("同志").lstrip(_QUOTES)
    bare = {unicodedata.normalize("NFKC", one): one for one in honours}
    behind = [one for one in bare if after.startswith(one)]
    ahead = [one for one in bare if before.endswith(one)]
    return bare[max(behind or ahead, key=len)] if behind or ahead else ""


def texts(job: Job) -> Iterator[tuple[str, Place]]:
    """Walk through what the job itself says: its body, its 要素, its letters."""
    yield from job.body.texts()
    for name, value in job.elements.items():
        for text in strings(value):
            yield text, job.place(f"要素.{name}")
    yield job.letter.subject, job.place("信件.主题")
    yield job.letter.body, job.place("信件.正文")


def number(text: str) -> int:
    """Read a number below ten thousand, in digits or in Chinese."""
    if text.isascii():
        return int(text[:9])
    total = digit = 0
    for sign in text.replace("廿", "二十").replace("卅", "三十"):
        if sign in _TENS:
            total += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[sign] if digit else _DIGITS[sign]
    return total + digit
