"""What tells people apart: numbers that are well formed and belong to nobody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rosters.samples.draws import Draws

# GB 11643-1999: weights and check characters of ISO 7064 MOD 11-2.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_AREA = "9901"  # GB/T 2260 gives no area a code that begins so
_MOBILES = ("154", "160", "161", "163", "164", "168", "169")  # given to no carrier so far


def day(draws: Draws, first: date, last: date) -> date:
    """Draw a day; never 29 February, which has no anniversary."""
    found = date.fromordinal(draws.between(first.toordinal(), last.toordinal()))
    return found.replace(day=28) if (found.month, found.day) == (2, 29) else found


def years_later(one: date, years: int) -> date:
    """Return the same day so many years on."""
    return one.replace(year=one.year + years)


class Numbers:
    """Hands out ID numbers, mobile numbers and staff numbers, none of them twice."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._given: set[str] = set()

    def _new(self, number: str) -> bool:
        if number in self._given:
            return False
        self._given.add(number)
        return True

    def citizen(self, birth: date, *, male: bool) -> str:
        """Give an ID number: odd before the check character for men, even for women."""
        while True:
            order = self._draws.below(499) * 2 + (1 if male else 2)
            body = f"{_AREA}{self._draws.between(1, 24):02}{birth:%Y%m%d}{order:03}"
            total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
            number = body + _CHECKS[total % 11]
            if self._new(number):
                return number

    def mobile(self) -> str:
        """Give a mobile number."""
        while True:
            number = f"{self._draws.one(_MOBILES)}{self._draws.below(10**8):08}"
            if self._new(number):
                return number

    def staff(self) -> str:
        """Give a staff number of six digits, the first always 0."""
        while True:
            number = f"0{self._draws.below(10**5):05}"
            if self._new(number):
                return number

    def student(self, year: int) -> str:
        """Give a student number: the year of entry and six digits."""
        while True:
            number = f"{year}{self._draws.below(10**6):06}"
            if self._new(number):
                return number
