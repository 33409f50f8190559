"""ID numbers and phones as they are shown: so that they can be told apart, but not read."""

from __future__ import annotations

import re

_LONG = re.compile(r"(?<!\d)\d{15,}[\dXx]*|(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)
_ID_SHOWN = (4, 4)
_PHONE_SHOWN = (3, 4)


def masked_id(value: object) -> str:
    """Show an ID number so that it can be told but not read: 9901**********1234."""
    return _masked(str(value), *_ID_SHOWN)


def masked_phone(value: object) -> str:
    """Show a phone number so that it can be told but not read: 139****1234."""
    if not any(one.isdigit() for one in str(value)):
        return str(value)
    return _masked(str(value), *_PHONE_SHOWN)


def masked(text: str) -> str:
    """Mask every ID and mobile number in a text that is going to be shown."""
    return _LONG.sub(lambda found: _hidden(found[0]), text)


def _hidden(text: str) -> str:
    return masked_phone(text) if len(text) == len("13912345678") else masked_id(text)


def _masked(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        head, tail = min(head, len(text) // 3), min(tail, len(text) // 3)
    stars = "*" * (len(text) - head - tail)
    return text[:head] + stars + (text[-tail:] if tail else "")
