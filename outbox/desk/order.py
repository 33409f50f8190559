"""Names put in order by 姓氏笔画 or 拼音, with the reasons a clerk can show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from outbox.desk.outcome import Outcome
from rosters.finding import UsageError
from rosters.order import beyond, by_pinyin, by_strokes, explained, spelt
from rosters.text import clean, decoded, person

if TYPE_CHECKING:
    from collections.abc import Iterable

_BETWEEN = re.compile(r"[\r\n\t、，,；; ]+")  # not U+3000, which stands inside names: 王　毅


def read(content: bytes) -> str:
    """Read the names in a file.

    Raises:
        UsageError: it is no text.

    """
    text = decoded(content)
    if text is None:
        raise UsageError("这个文件不是文本", "请把姓名存成 .txt，一行一个")
    return text


def order(words: Iterable[str], *, explain: bool = False, pinyin: bool = False) -> Outcome:
    """Put names in order.

    Args:
        words: names, or texts that hold several, between 、 or spaces or on lines.
        explain: tell the strokes of each character.
        pinyin: by 拼音 instead.

    Raises:
        UsageError: there is no name.

    """
    names = [person(clean(one)) for text in words for one in _BETWEEN.split(text) if one.strip()]
    if not names:
        raise UsageError("没有写姓名", "例如 fawen order 丁一 于小舟 欧阳海波")
    ordered = by_pinyin(names) if pinyin else by_strokes(names)
    reasons = {name: explained(name) for name in ordered}
    unplaced = "".join(dict.fromkeys("".join(map(beyond, ordered))))
    lines = [_line(name, reasons[name]) if explain else name for name in ordered]
    if unplaced and not pinyin:
        lines.append(f"提醒  笔顺表里没有「{'」「'.join(unplaced)}」，只按笔画数排列，请核对")
    said = {
        name: [{"char": char, "strokes": count, "kinds": kinds} for char, count, kinds in reason]
        for name, reason in reasons.items()
    }
    return Outcome(
        tuple(lines),
        {"names": ordered, "unplaced": list(unplaced), **({"reasons": said} if explain else {})},
    )


def _line(name: str, reason: tuple[tuple[str, int, str], ...]) -> str:
    told = (f"{char} {count or '?'}画{_kinds(kinds)}" for char, count, kinds in reason)
    return f"{name}　{'　'.join(told)}"


def _kinds(kinds: str) -> str:
    return f" {spelt(kinds)}（{kinds}）" if kinds else ""
