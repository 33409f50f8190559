"""A report that is made once, in a form with a column 日期: nobody need fill that in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bureau import fawen
from openpyxl import load_workbook
from replies import accepted, learnt, signed, this_day, town

from outbox.workspace import find

if TYPE_CHECKING:
    from pathlib import Path

    from replies import Organisation


def filled(one: Organisation, *rows: tuple[object, ...], path: Path) -> None:
    """Fill in the rows of a form, the days among them."""
    path.write_bytes(one.form)
    book = load_workbook(path)
    for at, values in enumerate(rows, start=5):
        for column, value in enumerate(values, start=1):
            book["日报表"].cell(at, column, value)
    book.save(path)


def test_a_row_without_a_day_is_a_report(tmp_path: Path) -> None:
    today = this_day()
    made = town(tmp_path, today, today)
    job = tmp_path / "jobs" / "日报.md"
    text = job.read_text(encoding="utf-8").replace("频次: 每天", "频次: 一次")
    text = text.replace(f"  起止: {today} 至 {today}\n", "")
    due = today + dt.timedelta(days=1)
    job.write_text(text.replace("截止时间: 17:00", f"截止时间: {due} 17:00"), encoding="utf-8")
    found = fawen("--json", "check", "日报", cwd=tmp_path).object["findings"]
    [said] = [one for one in found if one["rule"] == "job.returns"]
    assert (said["level"], "只能填一行" in said["message"]) == ("warning", True)
    batch = signed(tmp_path)
    now = dt.datetime.now(dt.UTC)
    accepted(find(tmp_path), batch, now)
    learnt(tmp_path, batch, made, now)
    folder = tmp_path / "收到"
    folder.mkdir()
    filled(made[0], (None, 200, 10, 210, 1), path=folder / "1.xlsx")
    filled(made[1], (today, 200, 10, 210, 2), path=folder / "2.xlsx")
    filled(made[2], (None, 200, 10, 215, 3), path=folder / "3.xlsx")
    filled(made[3], (None, 200, 10, 210, 1), (None, 200, 10, 210, 2), path=folder / "4.xlsx")
    done = fawen("--json", "collect", "--folder", "收到", cwd=tmp_path)
    verdicts = {one[1]: one[3] for one in done.object["returned"]}
    assert verdicts == {"001": "good", "002": "good", "003": "faulty"}
    assert [one[:3] for one in done.object["quarantined"]] == [["two_forms", "日报", "004"]]
    told = fawen("returns", "日报", cwd=tmp_path).out
    assert "没有日期" not in told
    assert "合计人数" in told
    strange = fawen("returns", "日报", "--day", "2020-01-01", cwd=tmp_path).err
    assert f"写成这样：{due}" in strange
    assert "……" not in strange, "there is no other"
