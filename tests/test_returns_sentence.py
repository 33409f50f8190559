"""How a day of returns is told in one sentence: until when, how many, who late, who not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from merge.mandate import Party
from outbox.ledger.intakes import Version
from outbox.ledger.states import Verdict
from outbox.office.bulletin import summary
from outbox.office.days import Day, Row

DUE = datetime(2026, 11, 26, 17, tzinfo=timezone(timedelta(hours=8)))
GOOD, NIL, FAULTY = Verdict.GOOD, Verdict.NIL, Verdict.FAULTY


def row(name: str, verdict: Verdict | None = None, *, late: bool = False) -> Row:
    party = Party(name, name, name, "", (), (), (), "", "", ())
    if verdict is None:
        return Row(party, None, None)
    rest: dict[str, Any] = dict.fromkeys(("how", "name", "sender", "source", "sha256", "part"), "")
    came = Version(
        id=1, batch="日报-1", job="日报", organisation=name, period="2026-11-26", subject="",
        version=1, values={}, verdict=verdict, findings=(), late=late, at=DUE, accepted_by="",
        accepted_at=None, **rest,
    )  # fmt: skip
    return Row(party, *((None, came) if verdict is FAULTY else (came, None)))


@pytest.mark.parametrize(
    ("rows", "minutes", "said"),
    [
        ([row("甲", GOOD), row("乙")], -30, "截至16:30已报1，未报1：乙。"),
        ([row("甲", GOOD), row("乙")], 90, "截至17:00已报1，未报1：乙。"),
        ([row("甲", GOOD), row("乙", GOOD, late=True)], 340, "截至22:40已报2（迟报1），全部报齐。"),
        (
            [row("甲", NIL), row("乙", NIL, late=True)],
            90,
            "截至18:30已报2（零报告2，迟报1），全部报齐。",
        ),
        ([row("甲", FAULTY), row("乙", GOOD)], -1, "截至16:59已报1，有误待核1，没有未报的。"),
        ([row("甲", FAULTY), row("乙")], -1, "截至16:59已报0，有误待核1，未报1：乙。"),
        ([row("甲", GOOD), row("乙")], 24 * 60, "截至11月27日 17:00已报1，未报1：乙。"),
    ],
)
def test_a_day_is_told_in_a_sentence(rows: list[Row], minutes: int, said: str) -> None:
    at = DUE + timedelta(minutes=minutes)
    day = Day("日报", "日报", "2026-11-26", DUE, at, tuple(rows), paper=False, held=0)
    assert summary(day) == said
