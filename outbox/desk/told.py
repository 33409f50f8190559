"""How what came back is told: a line for each mark that somebody must act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outbox.ledger.values import LetterInfo, Mark


def bounce_line(mark: Mark, letter: LetterInfo) -> str:
    """Tell of a bounce: whose letter, which address, why."""
    whose = "抄送 " if mark.address in {one.lower() for one in letter.cc} else ""
    said = f"退信：{letter.name}　{whose}{mark.address or '没有写明地址'}　{mark.words}"
    return said.rstrip("　")
