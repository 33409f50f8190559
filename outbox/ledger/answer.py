"""What a server said, as the reason of a link: so that the chain covers the answer as well."""

from __future__ import annotations


def answered(reason: str, code: int, text: str) -> str:
    """Write a reason with the answer behind it: `稍后再试 [451 4.7.1 later]`."""
    said = f"{code or ''} {text}".strip()
    return f"{reason} [{said}]".strip() if said else reason


def once(told: str) -> str:
    """Read such a reason for people: an answer that its words hold already stands there once."""
    reason, mark, said = told.partition(" [")
    while mark and told.endswith("]"):
        if said[:-1] in reason:
            return once(reason)
        more, mark, said = said.partition(" [")
        reason = f"{reason} [{more}"
    alone = told.startswith("[") and told.endswith("]") and told.count("[") == 1
    return told[1:-1] if alone else told
