"""Weekdays beside dates, in a job's text, its 要素 and letter, and in a template's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from merge_office import NOTICE, office

from rosters.finding import Level

if TYPE_CHECKING:
    from pathlib import Path

FIRST = NOTICE.partition("一、")[0].count("\n") + 1  # the line that the body begins on
# 成文日期 of the sample notice is 2026-11-23; 7 December 2026 is a Monday.
MONDAY = "2026年12月7日是星期一"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("请于12月7日（星期二）到会。", [MONDAY]),
        ("请于12月7日(周二)14:30到会。", [MONDAY]),
        ("请于2026年12月7日下午（ 礼拜天 ）到会。", [MONDAY]),
        ("请于12月7号【周日】到会。", [MONDAY]),
        ("请于十二月七日星期二到会。", [MONDAY]),
        ("请于2026-12-07（星期三）到会。", [MONDAY]),
        ("请于１２月７日（**星期二**）到会。", [MONDAY]),
        ("12月7日（星期一）至11日（星期六）培训。", ["2026年12月11日是星期五"]),
        ("12月7日星期二至12月8日星期二培训。", [MONDAY]),
        ("1月5日（星期一）到会。", ["2027年1月5日是星期二"]),
        ("1月5日（星期三）到会。", ["2027年1月5日是星期二"]),
        ("明年3月5日（星期四）到会。", ["2027年3月5日是星期五"]),
        ("二〇二七年二月三十日（星期四）到会。", ["2027年2月30日没有这一天"]),
        ("请于12月7日（星期一）、8日（周二）、9日到会，3月5日（星期四）已经开过。", []),
        ("2026年12月28日（星期一）至1月3日（星期日）放假。", []),
        ("12月7日（周一至周五）值班，12月8日（周一、周二）值班，每周三开会。", []),
        ("{{ 简称 }}月7日（星期三）到会；第7日（星期六）休息；12月7日的会，星期三也开。", []),
    ],
)
def test_a_weekday_is_held_against_its_date(tmp_path: Path, text: str, told: list[str]) -> None:
    made = office(tmp_path).plan(NOTICE + f"\n{text}\n")
    found = [one for one in made.findings if one.rule == "job.weekday"]
    assert [one.message.partition("：")[2] for one in found] == told
    line = f"作业.md › 第{FIRST + 2}行"
    assert {(one.level, str(one.place)) for one in found} <= {(Level.WARNING, line)}


def test_a_weekday_in_what_stands_around_the_text_is_held_too(tmp_path: Path) -> None:
    desk = office(tmp_path)
    desk.template("通知", ["{{ 标题 }}", "{{ 正文 }}", "12月7日（周二）前报送", "{{ 时间 }}"])
    text = NOTICE.replace("信件:", "  时间: 12月7日（星期三）\n信件:")
    made = desk.plan(text.replace("请查收。", "请于12月7日（周四）前查收。"))
    found = {str(one.place): one.message for one in made.findings if one.rule == "job.weekday"}
    lines = text.split("\n")
    of_element = lines.index("  时间: 12月7日（星期三）") + 1
    assert found == {
        f"作业.md › 第{of_element}行": f"「12月7日（星期三）」与日历不符：{MONDAY}",
        f"作业.md › 第{FIRST - 1}行": f"「12月7日（星期四）」与日历不符：{MONDAY}",
        "通知.docx › 正文第3段": f"「12月7日（星期二）」与日历不符：{MONDAY}",
    }
