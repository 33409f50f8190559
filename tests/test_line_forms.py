"""A form in Excel as the 文种 of a job: through the real command line, to its 送签 and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bureau import JOB, bureau, fawen
from clerk_forms import read, returned, unit_form
from openpyxl import load_workbook
from test_forms import first

from templates import form

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

FORM = (
    JOB.replace("文种: 通知", "文种: 日报")
    .replace('"通知-{{ 简称 }}"', '"日报-{{ 简称 }}"')
    .partition("要素:")[0]
    + """\
要素:
  标题: 日报表
  填报起止: 2026-11-26 至 2026-11-30
信件:
  主题: 【日报表】{{ 标题 }}（{{ 简称 }}）
  正文: 请查收。
---
"""
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = bureau(tmp_path_factory.mktemp("forms"))
    (root / "jobs" / "日报.md").write_text(FORM, encoding="utf-8")
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates" / "日报.xlsx").write_bytes(unit_form())
    return root


@pytest.fixture(scope="module")
def batch(office: Path) -> Path:
    ran = fawen("--json", "merge", "日报", cwd=office)
    assert ran.status == 0, ran.out + ran.err
    assert ran.object["documents"] == 3
    return office / "outbox" / str(ran.object["batch"])


def files(batch: Path) -> list[Path]:
    return sorted(batch.glob("00*/*.xlsx"))


def test_check_and_fields_know_a_form(office: Path) -> None:
    ran = fawen("--json", "check", "日报", cwd=office)
    assert (ran.status, ran.object["errors"], ran.object["warnings"]) == (0, 0, 0), ran.out
    told = fawen("--json", "fields", "日报", cwd=office).object
    assert [one["name"] for one in told["fields"]] == ["党组织名称", "党员数"]
    assert {"name": "新增人数", "takes": "数"} in told["asked"]
    assert "要各单位填：填表人、男、女" in fawen("fields", "日报", cwd=office).out


def test_each_organisation_gets_its_own_form(batch: Path) -> None:
    assert [one.name for one in files(batch)] == [
        "日报-文学院党委.xlsx", "日报-数学院党委.xlsx", "日报-后勤党总支.xlsx",
    ]  # fmt: skip
    tokens = set()
    for path in files(batch):
        book = load_workbook(path)
        tokens.add(book["_fawen"]["B1"].value)
        assert book.worksheets[0]["A5"].value is not None
    assert len(tokens) == 3


def test_a_form_that_comes_back_is_known_again(office: Path, batch: Path, tmp_path: Path) -> None:
    path = files(batch)[0]
    filled = tmp_path / "我们填的.xlsx"
    filled.write_bytes(returned(path.read_bytes(), first))
    layout = form.layout_of((office / "templates" / "日报.xlsx").read_bytes(), "日报.xlsx")
    answer = read(layout, filled.read_bytes())
    assert answer.faults == ()
    assert answer.token == load_workbook(path)["_fawen"]["B1"].value
    assert "一字不差" in fawen("trace", path, cwd=office).out
    assert "表里填过或另存过" in fawen("trace", filled, cwd=office).out


def test_the_review_shows_what_stands_in_a_form(batch: Path, office: Path, tmp_path: Path) -> None:
    page = tmp_path / "送签.html"
    ran = fawen("review", batch.name, "-o", page, cwd=office)
    assert ran.status == 0, ran.out + ran.err
    text = page.read_text(encoding="utf-8")
    assert "新增人数" in text
    assert "_fawen" not in text


def test_merging_again_makes_the_same(office: Path, batch: Path) -> None:
    ran = fawen("--json", "merge", "日报", cwd=office)
    assert ran.object["batch"] == batch.name


@pytest.mark.parametrize(
    ("cell", "text", "words"),
    [
        ("F2", "{{ 党员树 }}", "党员树"),
        ("F2", "数学院党委请注意", "数学院党委"),
    ],
)
def test_what_is_wrong_in_a_form_stops_the_merge(
    cell: str, text: str, words: str, office: Path
) -> None:
    def change(book: Workbook) -> None:
        book.worksheets[0][cell] = text

    (office / "templates" / "坏.xlsx").write_bytes(unit_form(change))
    (office / "jobs" / "坏.md").write_text(FORM.replace("文种: 日报", "文种: 坏"), encoding="utf-8")
    ran = fawen("--json", "merge", "坏", cwd=office)
    (office / "jobs" / "坏.md").unlink()
    assert ran.status == 1
    said = [one for one in ran.object["findings"] if words in one["message"]]
    assert said, ran.out
    if "{{" in text:
        assert [one["where"] for one in said] == [f"日报 › {cell}"]


def test_days_that_are_none_are_told_at_their_line(office: Path) -> None:
    path = office / "jobs" / "错.md"
    path.write_text(FORM.replace("2026-11-30", "2026-11-20"), encoding="utf-8")
    ran = fawen("--json", "check", "错", cwd=office)
    path.unlink()
    assert ran.status == 1
    [one] = [one for one in ran.object["findings"] if one["level"] == "error"]
    assert one["rule"] == "job.days"
    assert "最后一天在第一天之前" in one["message"]
