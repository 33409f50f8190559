"""The balance of a batch: its letters, by what they came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.ledger.states import REFUSED, WAITING, LetterState

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Balance:
    """Letters = accepted + refused + waiting + in doubt + cancelled."""

    letters: int
    accepted: int
    refused: int
    waiting: int
    in_doubt: int
    cancelled: int

    @property
    def balanced(self) -> bool:
        """Tell whether every letter is somewhere."""
        parts = (self.accepted, self.refused, self.waiting, self.in_doubt, self.cancelled)
        return self.letters == sum(parts)


def balance(letters: int, counts: Mapping[LetterState, int]) -> Balance:
    """Sum a batch's letters by what they came to."""
    return Balance(
        letters=letters,
        accepted=counts.get(LetterState.ACCEPTED, 0),
        refused=sum(counts.get(state, 0) for state in REFUSED),
        waiting=sum(counts.get(state, 0) for state in WAITING),
        in_doubt=counts.get(LetterState.IN_DOUBT, 0),
        cancelled=counts.get(LetterState.CANCELLED, 0),
    )
