"""公示期: its days held against the calendar, the rules of 评选, the date and the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bureau import bureau, fawen
from commendation import nominations, roster
from openpyxl import load_workbook

if TYPE_CHECKING:
    from pathlib import Path

JOB = """\
---
名册: rosters/名册.xlsx
文件:
  - 文种: 公示
    每份: 批次
要素:
  标题: 关于拟表彰人选的公示
  公示期: {period}
  署名: 中共测试大学委员会组织部
  成文日期: 2026-12-01
信件:
  收件: 二级党组织
  全发: 是
  主题: 【公示】{{{{ 简称 }}}}
  正文: 请张贴，公示期{{{{ 公示期 }}}}。
---
现予公示。

{text}
"""


def said(root: Path, period: str, text: str = "请监督。") -> list[tuple[str, str, str]]:
    job = JOB.format(period=period, text=text)
    bureau(root, jobs={"公示": job})
    found: list[dict[str, Any]] = fawen("--json", "check", "公示", cwd=root).object["findings"]
    days = [one for one in found if one["rule"] == "award.days"]
    return sorted((one["level"], one["where"], one["message"]) for one in days)


@pytest.mark.parametrize(
    ("period", "text"),
    [
        ("2026年12月1日至12月7日（5个工作日）", "公示时间为5个工作日。"),
        ("2026年12月1日（星期二）至7日（星期一），五个工作日", "公示5个工作日。"),
        ("2026-12-01至2026-12-07", "公示期满后3个工作日内答复，不在公示的5个工作日之内。"),
        ("2026.12.1—2026.12.7", "办公3个工作日。"),
        ("2026年12月31日至2027年1月5日（2个工作日）", "还没有公布2027年的节假日。"),
        ("自发布之日起5个工作日", "公示3个工作日。"),
        ("2026年2月30日至3月5日", "没有这一天。"),
    ],
)
def test_what_agrees_or_cannot_be_told_is_not_said(tmp_path: Path, period: str, text: str) -> None:
    assert said(tmp_path / "w", period, text) == []


def test_a_number_of_days_that_is_not_theirs_is_said_where_it_stands(tmp_path: Path) -> None:
    period = "2026年12月1日至12月4日（5个工作日）"
    body, head = said(tmp_path / "w", period, "公示时间为三个工作日。")
    assert head[:2] == ("warning", "第8行")
    assert "2026年12月1日至2026年12月4日 是4个工作日" in head[2]
    assert body[:2] == ("warning", "第19行")
    assert "「三个工作日」与公示期不符" in body[2]


def test_published_holidays_are_no_working_days(tmp_path: Path) -> None:
    period = "2026年9月30日至10月8日（7个工作日）"
    assert "是2个工作日" in said(tmp_path / "w", period)[0][2]


def test_days_turned_round_or_before_the_date_are_said(tmp_path: Path) -> None:
    [(level, _, message)] = said(tmp_path / "a", "2026年12月7日至12月1日")
    assert (level, "止日比起日早" in message) == ("error", True)
    [(level, _, message)] = said(tmp_path / "b", "2026年11月20日至11月26日（5个工作日）")
    assert (level, "从成文日期（2026年12月1日）以前就开始" in message) == ("warning", True)


def test_a_period_shorter_than_the_rules_ask_for_stops_the_job(tmp_path: Path) -> None:
    root = tmp_path / "w"
    nominations(planted=False, size=3).save(root / "推荐表.xlsx")
    period = "2026年12月1日至12月7日（4个工作日）"
    rules = """评选:
  推荐表: 推荐表.xlsx
  基准日: 2026-06-30
  阶段: 公示
  公示: 5个工作日
  节假日: 2026-12-04
  依据:
    公示: 评选办法第九条
文件:"""
    job = JOB.replace("文件:", rules, 1)
    bureau(root, jobs={"公示": job.format(period=period, text="请监督。")})
    roster(root / "rosters" / "名册.xlsx", 3)
    found = fawen("--json", "check", "公示", cwd=root).object["findings"]
    [short] = [one for one in found if one["rule"] == "award.days"]
    assert (short["level"], short["blocks"]) == ("error", ["公示"])
    assert "只有4个工作日，不满5个（评选规则「公示」，依据评选办法第九条）" in short["message"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["2026-12-01", "2026-12-07"]], ""),
        ([["2026-11-02", "2026-11-06"], ["2026-12-01", "2026-12-07"]], ""),
        ([], ""),
        ([["2026-12-01", "2026-12-08"]], "2026年12月1日至2026年12月8日"),
    ],
)
def test_the_sheet_of_what_was_posted_has_the_same_days(
    tmp_path: Path, rows: list[list[str]], told: str
) -> None:
    root = tmp_path / "w"
    nominations(planted=False, size=3).save(root / "推荐表.xlsx")
    book = load_workbook(root / "推荐表.xlsx")
    del book["公示"]
    sheet = book.create_sheet("公示")
    for row in [["公示开始日期", "公示截止日期"], *rows]:
        sheet.append(row)
    book.save(root / "推荐表.xlsx")
    rules = "评选:\n  推荐表: 推荐表.xlsx\n  基准日: 2026-06-30\n  阶段: 公示\n文件:"
    job = JOB.replace("文件:", rules, 1).format(period="2026年12月1日至12月7日", text="请监督。")
    bureau(root, jobs={"公示": job})
    roster(root / "rosters" / "名册.xlsx", 3)
    found = fawen("--json", "check", "公示", cwd=root).object["findings"]
    days = [(o["level"], o["file"], o["message"]) for o in found if o["rule"] == "award.posted"]
    said = f"公示表写的是 {told}，作业里的公示期是 2026年12月1日至2026年12月7日"
    assert days == ([("warning", "推荐表.xlsx", said)] if told else [])
