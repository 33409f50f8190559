"""E-mail addresses as a roster holds them: several in a cell, full-width signs, typing slips."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rosters.roster import Value

_SEVERAL = re.compile(r"[;；,，、\s]+")
_WIDE = str.maketrans("＠．。＿－＋", "@.._-+")
_LONGEST = 254


class Addresses(NamedTuple):
    """The addresses of a cell: those that can be used, and those that cannot, as written."""

    usable: tuple[str, ...] = ()
    faulty: tuple[str, ...] = ()


def split(value: Value) -> Addresses:
    """Take the addresses of a cell apart, in its order, each once."""
    if value is None:
        return Addresses()
    usable: list[str] = []
    faulty: list[str] = []
    for part in _SEVERAL.split(str(value).translate(_WIDE)):
        if part:
            address = normal(part)
            (usable if address else faulty).append(address or part)
    return Addresses(tuple(dict.fromkeys(usable)), tuple(dict.fromkeys(faulty)))


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Return an address in plain ASCII, an international domain as its A-label; empty if invalid.

    Nothing is asked of the network.
    """
    from email_validator import EmailNotValidError, validate_email

    if len(text) > _LONGEST:
        return ""
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return ""
    return found.ascii_email or ""
