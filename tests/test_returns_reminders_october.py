"""The second half of the month of tests/test_returns_reminders.py: our own holiday, and the end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from test_returns_reminders import LAST, held_against_a_recount

if TYPE_CHECKING:
    from pathlib import Path


def test_reminders_to_the_last_day_are_what_a_recount_says(tmp_path: Path) -> None:
    """Over 校运动会 and the day worked for it, and three days longer than anything is asked."""
    after = LAST + dt.timedelta(days=3)
    held_against_a_recount(tmp_path, dt.date(2026, 10, 14), after, dt.date(2026, 10, 14))
