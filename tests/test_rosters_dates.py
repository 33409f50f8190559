from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosters.dates import PartialDate

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2119, 1, 1))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2020.2", (2020, 2)),
        ("2020.02.01", (2020, 2, 1)),
        ("2020-2-1", (2020, 2, 1)),
        ("2020/2/1", (2020, 2, 1)),
        ("20200201", (2020, 2, 1)),
        ("202002", (2020, 2)),
        (20200201, (2020, 2, 1)),
        (202002, (2020, 2)),
        (43862, (2020, 2, 1)),
        ("43862", (2020, 2, 1)),
        ("2020年2月1日", (2020, 2, 1)),
        ("2020 年 2 月 1 日", (2020, 2, 1)),
        ("2020年2月1号", (2020, 2, 1)),
        ("2020年2月", (2020, 2)),
        ("2020年", (2020,)),
        ("2020", (2020,)),
        ("1975.03", (1975, 3)),
        ("二〇二〇年二月一日", (2020, 2, 1)),
        ("二○二○年十二月三十一日", (2020, 12, 31)),
        ("二零二零年十月廿一日", (2020, 10, 21)),
        ("二OO八年五月", (2008, 5)),
        ("2020-02-01 08:30:00", (2020, 2, 1)),
        (dt.datetime(2020, 2, 1, 8, 30), (2020, 2, 1)),  # noqa: DTZ001 - Excel has no zones
        (dt.date(2020, 2, 1), (2020, 2, 1)),
        (PartialDate(2020, 2), (2020, 2)),
    ],
)
def test_every_spelling_keeps_its_precision(written: object, meant: tuple[int, ...]) -> None:
    assert PartialDate.parse(written) == PartialDate(*meant)


@pytest.mark.parametrize(
    "written",
    ["2021.02.30", "2020年13月", "20201301", "二〇二一年二月三十日", "9999.1.1", "2020.0.3"],
)
def test_a_day_that_never_was_is_an_error(written: str) -> None:
    with pytest.raises(ValueError, match="没有"):
        PartialDate.parse(written)


@pytest.mark.parametrize(
    "written", ["待定", "", "20.1.1", "2020..1", "13912345678", 7, None, "12345678901"]
)
def test_what_is_no_date_is_none(written: object) -> None:
    assert PartialDate.parse(written) is None


@settings(max_examples=60)
@given(DAYS)
def test_each_style_is_read_back(day: dt.date) -> None:
    one = PartialDate(day.year, day.month, day.day)
    for text in (one.chinese(), one.dotted(), one.hanzi(), day.isoformat(), f"{day:%Y%m%d}"):
        assert PartialDate.parse(text) == one
    month = PartialDate(day.year, day.month)
    for text in (month.chinese(), month.dotted(), month.hanzi()):
        assert PartialDate.parse(text) == month


@settings(max_examples=60)
@given(st.text(max_size=12))
def test_any_text_is_a_date_or_none_or_a_value_error(text: str) -> None:
    try:
        found = PartialDate.parse(text)
    except ValueError:
        return
    assert found is None or found.earliest() <= found.latest()


def test_styles() -> None:
    day = PartialDate(2020, 2, 1)
    assert (day.chinese(), day.dotted(), day.hanzi()) == (
        "2020年2月1日",
        "2020.02.01",
        "二〇二〇年二月一日",
    )
    month = PartialDate(2010, 10)
    assert (str(month), month.dotted(), month.hanzi()) == (
        "2010年10月",
        "2010.10",
        "二〇一〇年十月",
    )
    assert PartialDate(2020, 11, 21).hanzi() == "二〇二〇年十一月二十一日"


def test_of_age_is_judged_only_when_it_is_certain() -> None:
    birth = PartialDate(1980, 2, 29)
    assert PartialDate(1998, 2, 28).surely_within(18, birth)
    assert not PartialDate(1998, 3, 1).surely_within(18, birth)
    assert not PartialDate(1998).surely_within(18, PartialDate(1980))
    assert PartialDate(1997).surely_within(18, PartialDate(1980))


def test_the_last_day_it_can_mean() -> None:
    assert PartialDate(2020, 2).latest() == dt.date(2020, 2, 29)
    assert PartialDate(2020).latest() == dt.date(2020, 12, 31)
    assert PartialDate(2020, 12).latest() == dt.date(2020, 12, 31)


def test_dates_differ_only_in_what_both_say() -> None:
    assert not PartialDate(1980, 2).differs(PartialDate(1980, 2, 1))
    assert PartialDate(1980, 3).differs(PartialDate(1980, 2, 1))
