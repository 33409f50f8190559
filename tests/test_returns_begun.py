"""A demand whose days are over before its notice leaves: told when it is checked, made, sent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bureau import fawen
from replies import accepted, signed, town

from outbox.workspace import find

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def told(root: Path, *words: str) -> list[str]:
    found = fawen("--json", *words, "日报", cwd=root).object["findings"]
    return [one["message"] for one in found if one["rule"] == "job.passed"]


def test_days_that_are_over_are_told_until_the_notice_has_left(
    tmp_path: Path, today: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    first, last = (today - dt.timedelta(days=away) for away in (3, -3))
    town(tmp_path, first, last)
    gone = today - dt.timedelta(days=1)
    days = f"「起止」里 {first} 至 {gone} 这 3 天已经过了截止时间，通知还没有发出"
    if dt.datetime.now(find(tmp_path).zone).hour >= 17:  # today's report is due, too
        days = days.replace(f"{gone} 这 3", f"{today} 这 4")
    assert told(tmp_path, "check") == [days]
    bare = fawen("--json", "check", cwd=tmp_path).object["findings"]
    assert "job.passed" not in {one["rule"] for one in bare}, "of those that only lie there"
    batch = signed(tmp_path)
    shown = fawen("send", batch, cwd=tmp_path).out
    assert f"提醒  {days}；" in shown
    assert told(tmp_path, "check") == [], "it is signed: somebody has seen it"
    accepted(find(tmp_path), batch, dt.datetime.now(dt.UTC))
    assert days not in fawen("send", batch, cwd=tmp_path).out


def test_merge_tells_of_a_deadline_that_has_passed(tmp_path: Path, today: dt.date) -> None:
    town(tmp_path, today, today)
    job = tmp_path / "jobs" / "日报.md"
    text = job.read_text(encoding="utf-8").replace("频次: 每天", "频次: 一次")
    text = text.replace(f"  起止: {today} 至 {today}\n", "")
    text = text.replace("截止时间: 17:00", f"截止时间: {today - dt.timedelta(days=1)} 17:00")
    job.write_text(text, encoding="utf-8")
    yesterday = today - dt.timedelta(days=1)
    assert told(tmp_path, "merge") == [f"截止时间 {yesterday} 17:00 已经过了，通知还没有发出"]
    text = text.replace(f"{yesterday} 17:00", f"{today + dt.timedelta(days=1)} 17:00")
    job.write_text(text, encoding="utf-8")
    assert told(tmp_path, "merge") == []
