"""网格: nobody without one, nobody in two: at their cells, for the jobs that read the column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bureau import JOB, fawen
from docx import Document
from papersheets import HEAD, job, office, people

from merge.grids import several

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = frozenset({"第1网格", "第2网格", "东区", "西区", "教学楼A、B座", "B座"})
LETTER = chr(ord("A") + HEAD.index("网格"))


@pytest.mark.parametrize(
    ("grid", "is_several"),
    [
        ("第1网格、第3网格", True), ("第1网格 第2网格", True), ("1/3", True),
        ("东区和西区", True), ("和平里网格", False), ("东区、南门", False),
        ("第1网格\n第2网格", True), ("二网格，三网格", True), ("第 1 网格", False),
        ("第1网格", False), ("教学楼A、B座", False), ("1/2号楼网格", False),
        ("第1-3网格", True), ("第1网格至第3网格", True), ("1～3网格", True), ("1-3", False),
    ],
)  # fmt: skip
def test_two_values_in_a_cell_are_told_from_one_grid(grid: str, is_several: bool) -> None:
    assert several(grid, KNOWN) == is_several


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four faults of four kinds, all at the mathematicians; a job that reads grids, one not."""
    rows = people(
        ("白无", "数学院教工党支部", "正式党员", None, None),
        ("白二", "数学院教工党支部", "正式党员", "第1网格、第2网格", None),
        ("白重", "数学院教工党支部", "正式党员", "第1网格", None),
        ("白重", "数学院教工党支部", "正式党员", "第2网格", None),
        ("白外", "数学院教工党支部", "正式党员", "第21网格", None),
    )
    number = HEAD.index("公民身份号码")
    rows[9][number] = rows[8][number]
    rows[9][HEAD.index("工号")] = rows[8][HEAD.index("工号")]
    root = tmp_path_factory.mktemp("grids") / "w"
    return office(root, rows, 网格=job("网格"), 通知=JOB)


def found(root: Path, *names: str) -> dict[str, dict[str, Any]]:
    ran = fawen("--json", "check", *names, cwd=root)
    rules = {"grid-missing", "grid-several", "grid-two", "grid-unlisted"}
    findings = [one for one in ran.object["findings"] if one["rule"] in rules]
    assert len(findings) == len({one["rule"] for one in findings})
    return {one["rule"]: one for one in findings}


def test_each_fault_is_found_at_its_cell_and_stops_who_reads_it(faulty: Path) -> None:
    told = found(faulty)
    rows = {"grid-missing": 8, "grid-several": 9, "grid-two": 11, "grid-unlisted": 12}
    assert {rule: one["cell"] for rule, one in told.items()} == {
        rule: f"{LETTER}{row}" for rule, row in rows.items()
    }
    errors = [one for one in told.values() if one["level"] == "error"]
    assert [one["blocks"] for one in errors] == [["网格"]] * 3
    assert told["grid-unlisted"]["level"] == "warning"
    assert "第1网格" in told["grid-unlisted"]["advice"]  # the nearest
    assert f"{LETTER}10" in told["grid-two"]["message"]
    assert "「白无」没有网格" in told["grid-missing"]["message"]


def test_what_stands_for_nothing_is_no_grid(tmp_path: Path) -> None:
    rows = people(
        ("白无", "数学院教工党支部", "正式党员", "无", None),
        ("白待", "数学院教工党支部", "正式党员", "待定", None),
        ("白横", "数学院教工党支部", "正式党员", "——", None),
    )
    root = office(tmp_path / "w", rows, 网格=job("网格"))
    ran = fawen("--json", "check", "网格", cwd=root)
    told = [one for one in ran.object["findings"] if one["rule"] == "grid-missing"]
    assert [one["cell"] for one in told] == [f"{LETTER}8", f"{LETTER}9", f"{LETTER}10"]
    assert "「白待」没有网格，写的是「待定」" in told[1]["message"]
    assert {one["level"] for one in told} == {"error"}


def test_a_job_that_reads_no_grid_knows_nothing_of_them(faulty: Path) -> None:
    assert found(faulty, "通知") == {}
    ran = fawen("--json", "check", "rosters/名册.xlsx", cwd=faulty)
    assert "grid" not in ran.out


def test_what_is_faulty_is_left_out_on_demand_and_nothing_else(faulty: Path) -> None:
    assert fawen("merge", "网格", cwd=faulty).status == 1
    ran = fawen("--json", "merge", "网格", "--skip-invalid", cwd=faulty)
    assert ran.status == 0, ran.out
    assert [one["reason"].partition("：")[0] for one in ran.object["skipped"]]
    files = {path.stem for path in (faulty / "outbox").rglob("*.docx")}
    assert files == {"网格责任表-文教工支部", "网格责任表-文学生支部"}


def cells(path: Path) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(str(path)).tables[0].rows]


def test_everybody_stands_in_his_grid_and_no_grid_is_empty(tmp_path: Path) -> None:
    sheets = people(("白外", "文学院教工党支部", "正式党员", "第21网格", None))
    root = office(tmp_path / "w", sheets, 网格=job("网格"), 完整=job("网格", 遮盖="完整"),
                  不印=job("网格", 遮盖="不印"), 错=job("网格", 遮盖="随便"))  # fmt: skip
    mobile = {row[0]: row[HEAD.index("手机号码")] for row in sheets}
    hidden = {name: f"{one[:3]}****{one[-4:]}" for name, one in mobile.items()}
    for name, shown in (("网格", hidden), ("完整", mobile), ("不印", dict.fromkeys(mobile, ""))):
        made = fawen("--json", "merge", name, "--only", "文教工支部", cwd=root)
        assert made.status == 0, made.out
        [path] = (root / "outbox" / made.object["batch"]).rglob("*.docx")
        rows = cells(path)
        assert rows[0][2] == ("网格员" if name == "不印" else "网格员及电话")
        assert [row[0] for row in rows[1:]] == ["第1网格", "第2网格", "第21网格"]
        assert [row[1] for row in rows[1:]] == ["东门、快递服务点", "青年教师公寓", "—"]
        assert [row[2] for row in rows[1:]] == [
            f"许七　{shown['许七']}",
            f"丁一　{shown['丁一']}\n王毅　{shown['王毅']}",
            f"白外　{shown['白外']}",
        ]
        text = "\n".join(one.text for one in Document(str(path)).paragraphs)
        assert "本支部党员4名，分在3个网格。支部书记：许七。" in text
    wrong = fawen("check", "错", cwd=root)
    assert wrong.status == 1
    assert "「脱敏」" in wrong.out + wrong.err
