"""Real Postfix and Dovecot: days of replies that 24 organisations send, each as the truth says."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

import pytest
from mailserver import PASSWORD
from replied import taken_in
from test_returns_replies import CLASSES, FIRST

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.mailserver
EVENING = dt.time(21, 30)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", PASSWORD)


def test_days_of_replies_are_what_the_truth_says(tmp_path: Path) -> None:
    last = FIRST + dt.timedelta(days=9)
    mails, _ = taken_in(tmp_path, FIRST, last, 350, [EVENING])  # 150 more come on one day
    assert {one.sort for one in mails.mails} == CLASSES


@pytest.mark.long
def test_a_month_of_replies_is_what_the_truth_says(tmp_path: Path) -> None:
    last = FIRST + dt.timedelta(days=29)
    hours = [dt.time(11), dt.time(17), EVENING]
    mails, told = taken_in(tmp_path, FIRST, last, 30 * 167, hours)
    assert len(mails.mails) >= 5_000
    assert {one.sort for one in mails.mails} == CLASSES
    sys.stdout.write(f"{told}\n")
