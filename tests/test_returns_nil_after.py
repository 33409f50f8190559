"""零报告 in words after a form of the same day: numbers are not undone by it in silence."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from replies import FIELDS, filled
from test_returns_careless import form
from test_returns_decisions import DAY, FORM, came, days_of, desk, held

from outbox.ledger.ledger import Ledger
from outbox.ledger.returned import counting

if TYPE_CHECKING:
    from test_returns_careless import Bureau

__all__ = ["desk"]


def standing(desk: Bureau) -> dict[str, list[str]]:
    found = desk.run("--json", "returns", "日报", "--day", f"{DAY}").object
    return {name: found[name] for name in ("reported", "nil", "faulty")}


def test_numbers_stand_until_somebody_takes_the_words_over(desk: Bureau) -> None:
    one, town = desk.made[10], desk.town
    reported = town.attach(town.reply(one, "请查收"), form(one, 3, DAY), FORM)
    assert came(desk, reported, DAY, dt.time(9)) == []
    for hour in (12, 13):
        assert came(desk, town.reply(one, "今日零报告"), DAY, dt.time(hour)) == []
    assert days_of(desk, one) == {DAY: "3"}
    found = standing(desk)
    assert [one.key in found[name] for name in ("reported", "nil", "faulty")] == [True, False, True]
    told = desk.run("returns", "日报", "--day", f"{DAY}").out
    assert f"有误待核：{one.short}　此前报的表里填了数（新增人数 3），信里又写零报告" in told
    assert desk.run("returns", "日报", "--day", f"{DAY}", "--accept", one.short).status in {0, 3}
    assert days_of(desk, one) == {DAY: ""}


def test_a_form_after_the_words_counts_and_the_clerks_word_too(desk: Bureau) -> None:
    one, other, town = *desk.made[11:13], desk.town
    for whose in (one, other):
        reported = town.attach(town.reply(whose, "请查收"), form(whose, 3, DAY), FORM)
        assert came(desk, reported, DAY, dt.time(9)) == []
    assert came(desk, town.reply(one, "零报告"), DAY, dt.time(12)) == []
    again = town.attach(town.reply(one, "请查收"), form(one, 5, DAY), FORM)
    assert came(desk, again, DAY, dt.time(13)) == []
    assert days_of(desk, one) == {DAY: "5"}
    assert one.key not in standing(desk)["faulty"]
    [waits] = came(desk, town.reply(other, "是不是零报告？"), DAY, dt.time(12))
    number = str(waits["id"])
    done = desk.run("quarantine", "assign", number, other.short, "--nil", "--day", f"{DAY}")
    assert done.status == 0, done.err
    assert days_of(desk, other) == {DAY: ""}


def test_words_beside_a_form_of_noughts_take_nothing_of_it(desk: Bureau) -> None:
    one, town = desk.made[13], desk.town
    told = dict(zip(FIELDS, ("200", "10", "210", "0", ""), strict=True))
    reported = town.attach(town.reply(one, "请查收"), filled(one.form, {DAY: told}), FORM)
    assert came(desk, reported, DAY, dt.time(9)) == []
    assert came(desk, town.reply(one, "零报告"), DAY, dt.time(12)) == []
    with Ledger.open(desk.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        [version] = counting(ledger.versions("日报", one.key)).values()
    assert (version.values["在校人数"], version.nil) == ("200", True)
    assert one.key not in standing(desk)["faulty"]
    assert not [each for each in held(desk) if each["organisation"] == one.key]
