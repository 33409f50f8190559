"""Dates that keep their precision: a year, a month or a day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precise as it was written: `month` and `day` are 0 where nobody gave them."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        return self.chinese()

    def chinese(self) -> str:
        """Write it as official documents do: 2020年2月1日 (GB/T 9704-2012, 7.3.5.4)."""
        text = f"{self.year}年"
        if self.month:
            text += f"{self.month}月"
        if self.day:
            text += f"{self.day}日"
        return text
