"""Addresses and header values as they may stand in a mail: strict, ASCII, of one line."""

from __future__ import annotations

import re
from functools import lru_cache

from rosters.finding import InputError

# RFC 5321 §4.5.3.1 limits; RFC 5322 dot-atom. Quoted local parts are refused: nobody has one.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_MOST_LOCAL, _MOST_DOMAIN = 64, 253
# C0, DEL, C1, the two separators that Unicode adds, and lone surrogates: each can end a line or a
# header somewhere (CVE-2024-6923), so none is let through, whatever this Python would do.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@lru_cache(maxsize=1024)  # the same few are asked for again with every letter
def plain_address(text: str) -> str:
    """Return an address in ASCII, its domain in A-labels.

    Raises:
        InputError: it is not one plain address.

    """
    local, at, domain = text.rpartition("@")
    ascii_domain = _ascii(domain)
    labels = ascii_domain.split(".")
    good = (
        at
        and len(local) <= _MOST_LOCAL
        and _LOCAL.fullmatch(local)
        and len(ascii_domain) <= _MOST_DOMAIN
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
    )
    if not good:
        raise InputError(f"“{shown(text)}”不是可用的邮箱地址", "请在名册中改正")
    return f"{local}@{ascii_domain}"


def one_line(text: str, what: str) -> str:
    """Return a header's value unchanged.

    Raises:
        InputError: it holds a line break or another control character.

    """
    found = _UNSAFE.search(text)
    if found:
        raise InputError(
            f"{what}中有换行或控制字符（U+{ord(found[0]):04X}）：“{shown(text)}”",
            "请删去后重新合并",
        )
    return text


def shown(text: str) -> str:
    """Show a value safely in a message, at most 60 characters of it."""
    return _UNSAFE.sub("□", text)[:60]


# Python's IDNA of 2003 writes another domain for these four than the one that bears them today.
_ANOTHER_DOMAIN = re.compile("[\u00df\u03c2\u200c\u200d]")


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    if _ANOTHER_DOMAIN.search(domain):
        return ""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
