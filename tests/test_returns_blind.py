"""Nobody is reminded while it is not known who has reported; an answer is about its own day."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from bureau import drained
from replies import ACCOUNT
from test_returns_watch import FIRST, begun, moment

from outbox.desk import arrears, collect, remind
from outbox.desk import watch as watching
from outbox.ledger.ledger import Ledger
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from test_returns_reminders import Month
    from test_returns_replies import Dated


@pytest.fixture
def two_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Month, Dated]]:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    with begun(tmp_path, FIRST + dt.timedelta(days=1)) as made:
        yield made


def answered(box: Dated, at: dt.datetime, mail: EmailMessage, text: str) -> None:
    """Let a mail that came be answered."""
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = mail["To"], ACCOUNT, f"回复：{mail['Subject']}"
    reply["In-Reply-To"] = mail["Message-ID"]
    reply["References"] = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
    reply["Date"] = at
    reply.set_content(text)
    uid = len(box.mails.setdefault("INBOX", [])) + 1
    box.mails["INBOX"].append((uid, reply.as_bytes().replace(b"\n", b"\r\n")))
    box.times[uid] = at


def test_nobody_is_reminded_before_mail_was_collected(two_days: tuple[Month, Dated]) -> None:
    month, _ = two_days
    month.at = moment(26, 16, 50)
    drained(collect.collect(month.workspace, now=month.now))
    month.at = moment(26, 17, 5)
    dry = remind.dry(month.workspace, "日报", at=month.at)
    assert dry.object["collected"] is False
    assert "还没有收过信" in "\n".join(dry.lines)
    with pytest.raises(InputError, match="还没有收过信（上一次是 11月26日 16:50）") as refused:
        drained(remind.go(month.workspace, "日报", now=month.now))
    assert "fawen collect" in refused.value.advice
    assert "--uncollected" in refused.value.advice
    assert month.arrived() == []
    with Ledger.open(month.workspace.ledger, at=month.at) as ledger:
        assert ledger.reminded("日报") == ()
        [told] = arrears.todo(month.workspace, ledger, month.at)
    assert told[1].startswith("fawen collect")
    drained(collect.collect(month.workspace, now=month.now))
    drained(remind.go(month.workspace, "日报", now=month.now))
    assert len(month.arrived()) == 24
    month.at = moment(26, 19, 10)
    with pytest.raises(InputError, match="上次催报以后还没有收过信"):
        drained(remind.go(month.workspace, "日报", now=month.now))
    done = remind.go(month.workspace, "日报", now=month.now, uncollected=True)
    assert drained(done).object["laid"] == 24, "a person has said that he knows"


def test_an_answer_to_a_reminder_is_not_taken_for_todays(two_days: tuple[Month, Dated]) -> None:
    """Next morning somebody answers yesterday's reminder: 零报告, and no day."""
    month, box = two_days
    month.at = moment(26, 17)
    drained(watching.Watch(month.workspace, month.now, lambda *_: None).round())
    first, second, third, *_ = month.arrived()
    answered(box, moment(26, 18), third, "零报告")
    answered(box, moment(27, 8, 10), first, "零报告")
    answered(box, moment(27, 8, 11), second, "11月26日零报告")
    answered(box, moment(27, 8, 12), third, "零报告")
    month.at = moment(27, 8, 30)
    drained(collect.collect(month.workspace, now=month.now))
    with Ledger.open(month.workspace.ledger, at=month.at) as ledger:
        came = [(one.organisation, one.period, one.late) for one in ledger.versions("日报")]
        held = [(one.organisation, one.reason.value, one.words) for one in ledger.quarantine()]
    assert came == [
        ("002", "2026-11-26", True),
        ("003", "2026-11-26", True),
        ("003", "2026-11-27", False),
    ], "who has reported on the day before means today"
    assert held == [("001", "unclear", "回的是催11月26日的信，没有写明是哪一天的")]


def test_a_watch_that_is_stopped_over_midnight_goes_on(two_days: tuple[Month, Dated]) -> None:
    month, box = two_days
    month.at = moment(26, 20, 50)
    drained(watching.Watch(month.workspace, month.now, lambda *_: None).round())
    first, second, *_ = month.arrived()
    answered(box, moment(26, 23, 59), first, "零报告")
    answered(box, moment(27, 0, 1), second, "11月26日零报告")
    month.at = moment(27, 8)  # stopped at night, begun in the morning
    drained(watching.Watch(month.workspace, month.now, lambda *_: None).round())
    assert month.arrived() == [], "before its hours nobody is reminded"
    month.at = moment(27, 9)
    drained(watching.Watch(month.workspace, month.now, lambda *_: None).round())
    assert len(month.arrived()) == 22, "the second and last, to all but those who have answered"
    month.at = moment(27, 16, 59)
    drained(watching.Watch(month.workspace, month.now, lambda *_: None).round())
    assert month.arrived() == []
    month.at = moment(27, 17)
    drained(watching.Watch(month.workspace, month.now, lambda *_: None).round())
    got = month.arrived()
    assert len(got) == 24
    assert all("11月27日" in str(one["Subject"]) for one in got)
