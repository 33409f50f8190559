"""Numbers in Chinese characters."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_FINANCIAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_GROUPS = ("", "万", "亿")


def digits(number: int) -> str:
    """Write a number digit by digit, as years are: 2026 -> 二〇二六."""
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def numeral(number: int) -> str:
    """Write a whole number below a million million as it is read: 123 -> 一百二十三."""
    said = _said(number)
    return said.removeprefix("一") if said.startswith("一十") else said


def financial(number: int) -> str:
    """Write a whole number in the capital characters of receipts: 123 -> 壹佰贰拾叁."""
    return _said(number).translate(_FINANCIAL)


def _said(number: int) -> str:
    if not number:
        return "零"
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    said = ""
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            continue
        gap = said and (group < 1_000 or not groups[index + 1])  # noqa: PLR2004 - four digits
        said += ("零" if gap else "") + _group(group) + _GROUPS[index]
    return said


def _group(group: int) -> str:
    """Say up to four digits: 1005 -> 一千零五."""
    said, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, group = divmod(group, unit)
        if digit:
            said += ("零" if zero and said else "") + _DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return said
