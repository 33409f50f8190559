"""What a server said, as the reason of a link: so that the chain covers the answer as well."""

from __future__ import annotations


def answered(reason: str, code: int, text: str) -> str:
    """Write a reason with the answer behind it: `稍后再试 [451 4.7.1 later]`."""
    said = f"{code or ''} {text}".strip()
    return f"{reason} [{said}]".strip() if said else reason
