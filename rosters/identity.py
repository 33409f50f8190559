"""ID numbers and phones: what is wrong with one, and what it tells."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING

from rosters.dates import PartialDate
from rosters.pattern import later

if TYPE_CHECKING:
    from rosters.roster import Value

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, ISO 7064 MOD 11-2
_CHECKS = "10X98765432"
LENGTH = 18
_DAMAGED = 10**15  # Excel keeps 15 digits: a number of 16 and more has lost its end
_SHAPE = later(r"[0-9]{17}[0-9X]")
_MOBILE = later(r"1[3-9]\d{9}", re.ASCII)
_TEL = later(
    r"(?:\(?0\d{2,3}\)?-?)?[2-9]\d{6,7}(?:(?:-|转)\d{1,6})?|[48]00-?\d{3}-?\d{4}", re.ASCII
)
_EXTENSION = later(r"[1-9]\d{3,4}", re.ASCII)
_BETWEEN = later(r"[\s\-()]")
_SEVERAL = later(r"[;；,，、/\n]| {2,}")


def normal_id(value: Value) -> str:
    """Write an ID number without spaces and with a capital X."""
    if isinstance(value, str) and _SHAPE.fullmatch(value):
        return value
    return re.sub(r"[\s'’‘\-]", "", str(value)).upper().replace("×", "X")


def is_sound(value: Value) -> bool:
    """Tell quickly that a value is an ID number as it should be, as nearly all of them are."""
    return (
        isinstance(value, str)
        and _SHAPE.fullmatch(value) is not None
        and check_digit(value) == value[-1]
        and not _birth(value[6:14])[1]
    )


def id_fault(value: Value) -> tuple[str, str, str] | None:
    """Find what is wrong with an ID number: (rule, message, advice); None if nothing is."""
    if isinstance(value, int | float):
        if abs(value) >= _DAMAGED:
            return (
                "id-damaged",
                "身份号码已被 Excel 破坏（存成了数字，末几位已丢失），无法恢复",
                "请把单元格设为文本后重新录入",
            )
        return "id-length", f"身份号码应为18位，现为{len(str(int(value)))}位", "请核对后补全"
    return _text_fault(normal_id(value))


def _text_fault(text: str) -> tuple[str, str, str] | None:
    if len(text) == LENGTH and _SHAPE.fullmatch(text):
        if check_digit(text) != text[-1]:
            return "id-checksum", "身份号码的校验位不对，至少有一位录错", "请与身份证核对后改正"
        fault = _birth(text[6:14])[1]
        said = f"身份号码里的出生日期不存在（{fault}）"
        return ("id-birth", said, "请与身份证核对后改正") if fault else None
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]+", text):
        return (
            "id-damaged",
            "身份号码已被 Excel 破坏（成了科学记数），无法恢复",
            "请把单元格设为文本后重新录入",
        )
    if len(text) != LENGTH:
        return "id-length", f"身份号码应为18位，现为{len(text)}位", "请核对后补全"
    return "id-shape", "身份号码只能是数字，末位可以是 X", "请核对后改正"


def check_digit(text: str) -> str:
    """Return the 18th character that the first 17 digits demand."""
    return _CHECKS[
        (_weighed(text[:6], 0) + _weighed(text[6:14], 6) + _weighed(text[14:17], 14)) % 11
    ]


@lru_cache(maxsize=65536)
def _weighed(digits: str, begin: int) -> int:
    """Weigh a part of an ID number: districts, days and ordinals come again and again."""
    return sum(map(mul, _WEIGHTS[begin:], map(int, digits)))


@lru_cache(maxsize=65536)
def _birth(text: str) -> tuple[PartialDate | None, str]:
    """Return the birth date in an ID number, or why it is none; a day has many children."""
    try:
        return PartialDate.parse(text), ""
    except ValueError as error:
        return None, str(error)


def id_birth(text: str) -> PartialDate | None:
    """Return the birth date in a valid ID number."""
    return _birth(text[6:14])[0]


def id_gender(text: str) -> str:
    """Return the sex in a valid ID number: 男 or 女."""
    return "男" if int(text[16]) % 2 else "女"


def phones(value: Value) -> tuple[str, ...]:
    """Take the numbers of a cell apart; several stand between ；，、/ or on lines."""
    text = str(value)
    return tuple(part.strip() for part in _SEVERAL.split(text) if part.strip())


def is_mobile(text: str) -> bool:
    """Tell whether it is a mobile number, +86, spaces and hyphens aside."""
    if _MOBILE.fullmatch(text):
        return True
    bare = _BETWEEN.sub("", text)
    return bool(_MOBILE.fullmatch(bare.removeprefix("+").removeprefix("86") or bare))


def is_extension(text: str) -> bool:
    """Tell whether it is a number on the campus exchange: four or five digits, none leading 0."""
    return bool(_EXTENSION.fullmatch(text.strip()))


def is_tel(text: str) -> bool:
    """Tell whether it is an office number, with or without area code and extension."""
    return bool(_TEL.fullmatch(re.sub(r"[\s]", "", text).removeprefix("+86").replace("—", "-")))
