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


def test_numbers_stand_until_somebody_decides(desk: Bureau) -> None:
    one, town = desk.made[10], desk.town
    reported = town.attach(town.reply(one, "请查收"), form(one, 3, DAY), FORM)
    assert came(desk, reported, DAY, dt.time(9)) == []
    [waits] = came(desk, town.reply(one, "今日零报告"), DAY, dt.time(12))
    said = f"{DAY.month}月{DAY.day}日的表里填了数（新增人数 3），后来又写零报告"
    how = f"--nil --day {DAY}"
    assert waits["words"] == f"{said}：确是零报告的，认领时写 {how}；不是的，弃置"
    assert days_of(desk, one) == {DAY: "3"}
    number = str(waits["id"])
    assert desk.run("quarantine", "assign", number, one.short).status == 1, "it says no more"
    assert desk.run("quarantine", "discard", number).status == 0
    assert days_of(desk, one) == {DAY: "3"}
    assert desk.run("quarantine", "undo", number).status == 3
    assert desk.run("quarantine", "assign", number, one.short, *how.split()).status == 0
    assert days_of(desk, one) == {DAY: ""}


def test_a_form_after_the_words_counts_and_the_clerks_word_too(desk: Bureau) -> None:
    one, other, town = *desk.made[11:13], desk.town
    for whose in (one, other):
        reported = town.attach(town.reply(whose, "请查收"), form(whose, 3, DAY), FORM)
        assert came(desk, reported, DAY, dt.time(9)) == []
    assert len(came(desk, town.reply(one, "零报告"), DAY, dt.time(12))) == 1
    again = town.attach(town.reply(one, "请查收"), form(one, 5, DAY), FORM)
    assert came(desk, again, DAY, dt.time(13)) == []
    assert days_of(desk, one) == {DAY: "5"}
    [waits] = came(desk, town.reply(other, "是不是零报告？"), DAY, dt.time(12))
    number = str(waits["id"])
    done = desk.run("quarantine", "assign", number, other.short, "--nil", "--day", f"{DAY}")
    assert done.status == 0, done.err
    assert days_of(desk, other) == {DAY: ""}


def test_words_do_not_mend_a_form_of_noughts(desk: Bureau) -> None:
    one, town = desk.made[14], desk.town
    told = dict(zip(FIELDS, ("200", "10", "999", "0", ""), strict=True))
    wrong = town.attach(town.reply(one, "请查收"), filled(one.form, {DAY: told}), FORM)
    for mail, at in ((wrong, 9), (town.reply(one, "零报告"), 12)):
        assert came(desk, mail, DAY, dt.time(at)) == []
    with Ledger.open(desk.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        [version] = ledger.versions("日报", one.key)
    assert (version.values["合计人数"], version.counts) == ("999", False)


def test_words_beside_a_form_of_noughts_take_nothing_of_it(desk: Bureau) -> None:
    one, town = desk.made[13], desk.town
    told = dict(zip(FIELDS, ("200", "10", "210", "0", ""), strict=True))
    reported = town.attach(town.reply(one, "请查收"), filled(one.form, {DAY: told}), FORM)
    assert came(desk, reported, DAY, dt.time(9)) == []
    assert came(desk, town.reply(one, "零报告"), DAY, dt.time(12)) == []
    with Ledger.open(desk.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        [version] = counting(ledger.versions("日报", one.key)).values()
    assert (version.values["在校人数"], version.nil) == ("200", True)
    assert not [each for each in held(desk) if each["organisation"] == one.key]
