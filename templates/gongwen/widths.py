"""Widths in 字: how much of a line of 28 characters a text takes, whatever the typeface."""

from __future__ import annotations

import unicodedata

LINE = 28  # 字 in a line of 版心 (5.2.3 一般)


def width(text: str) -> float:
    """Return the width in 字: a full character is 1, a digit or Latin letter ½ (实务)."""
    return sum(_char(char) for char in text)


def _char(char: str) -> float:
    # On the character before: accents; variation selectors, which choose its form.
    if char in "\u200b\u200c\u200d" or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    # A: “ ” — … and Roman numerals are as wide as a character in a Chinese typeface.
    return 1 if unicodedata.east_asian_width(char) in "WFA" else 0.5
