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
_PLAIN = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*", re.ASCII)
_LONGEST_LOCAL = 64
# A domain that the full rules take as it is written, without their library, which is slow to load:
# letters, digits and single hyphens, below a top that stands for nothing else.
_USUAL = re.compile(
    r"(?:[a-z0-9]{1,15}(?:-[a-z0-9]{1,15}){0,2}\.)+(?:cn|com|edu|example|gov|net|org)", re.ASCII
)


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
    for part in _SEVERAL.split(straight(str(value))):
        if part:
            address = normal(part)
            (usable if address else faulty).append(address or part)
    return Addresses(tuple(dict.fromkeys(usable)), tuple(dict.fromkeys(faulty)))


def straight(text: str) -> str:
    """Write the full-width signs of addresses in ASCII: ＠ is @."""
    return text.translate(_WIDE)


def normal(text: str) -> str:
    """Return an address in plain ASCII, an international domain as its A-label; empty if invalid.

    Nothing is asked of the network.
    """
    local, _, domain = text.partition("@")
    plain = len(local) <= _LONGEST_LOCAL and len(text) <= _LONGEST and _PLAIN.fullmatch(local)
    if plain and _PLAIN.fullmatch(domain) and _domain(domain) == domain:
        return text  # nothing that the full rules would judge otherwise
    return _normal(text)


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    if _USUAL.fullmatch(domain):
        return domain
    return _normal(f"a@{domain}").removeprefix("a@")


@lru_cache(maxsize=4096)
def _normal(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    if len(text) > _LONGEST:
        return ""
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return ""
    return found.ascii_email or ""
