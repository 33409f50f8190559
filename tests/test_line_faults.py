"""Bad input: each fault a Chinese line with file, sheet and cell; status 1; nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bureau import JOB, bureau, default_sheets, fawen, process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Sheets = dict[str, list[list[Any]]]


def _refused(root: Path, job: str = "通知") -> list[dict[str, Any]]:
    """Merge, and see that it is refused with findings and that nothing was written."""
    ran = fawen("--json", "merge", job, cwd=root)
    assert ran.status == 1, ran.out + ran.err
    assert not [path for path in root.glob("outbox/*") if not path.name.startswith(".busy")]
    found: list[dict[str, Any]] = ran.object["findings"]
    plain = fawen("merge", job, cwd=root)
    assert plain.status == 1
    assert plain.out == ""
    assert "Traceback" not in plain.err
    assert found
    return found


def _drop_column(sheets: Sheets) -> None:
    for row in sheets["二级党组织"]:
        del row[7]


def _empty_address(sheets: Sheets) -> None:
    sheets["二级党组织"][2][7] = None


def _one_name(sheets: Sheets) -> None:
    sheets["二级党组织"][3][1] = sheets["二级党组织"][1][1]


def _unknown_branch(sheets: Sheets) -> None:
    sheets["党员"][2][2] = "物理学院教工党支部"


@pytest.mark.parametrize(
    ("spoil", "sheet", "cell", "words"),
    [
        (_drop_column, "二级党组织", "", "电子邮箱"),
        (_empty_address, "二级党组织", "H4", "没有填写"),
        (_one_name, "二级党组织", "B5", "文学院委员会"),
        (_unknown_branch, "党员", "C4", "物理学院教工党支部"),
    ],
)
def test_a_fault_of_the_roster_stands_at_its_cell(
    tmp_path: Path, spoil: Callable[[Sheets], None], sheet: str, cell: str, words: str
) -> None:
    sheets = default_sheets()
    spoil(sheets)
    found = _refused(bureau(tmp_path / "w", sheets=sheets))
    fitting = [one for one in found if one["sheet"] == sheet and words in one["message"]]
    assert fitting, found
    assert any(cell in (one["cell"] or cell) for one in fitting), fitting
    assert all(one["blocks"] == ["通知"] for one in fitting if one["level"] == "error")
    assert all(one["advice"] for one in fitting)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{{ 简称 }}现有", "{{ 支部简称号 }}现有", "支部简称号"),
        ("{{ 书记 }}同志", "{{ }}同志", "要写一个列名"),
        ("主题: ", "主提: ", "主提"),
        ("成文日期: 2026-11-23", "成文日期: 2026-02-31", "2026-02-31"),
        ("文种: 通知", "文种: 通汁", "通汁"),
    ],
)
def test_a_fault_of_the_job_stands_at_its_line(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = JOB.replace(old, new)
    assert text != JOB
    found = _refused(bureau(tmp_path / "w", jobs={"通知": text}))
    said = " ".join(one["message"] + one["advice"] + one["where"] for one in found)
    assert words in said
    assert any("第" in one["where"] for one in found), found


def test_a_workbook_that_is_none_and_a_template_that_is_none(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    (root / "rosters" / "名册.xlsx").write_text("这不是工作簿", encoding="utf-8")
    assert "名册.xlsx" in _refused(root)[0]["file"]
    root = bureau(tmp_path / "v", jobs={"通知": JOB.replace("文种: 通知", "文种: 自制.docx")})
    (root / "自制.docx").write_bytes(b"not a zip")
    assert "自制.docx" in str(_refused(root)[0])


def test_all_faults_are_found_at_once(tmp_path: Path) -> None:
    sheets = default_sheets()
    _empty_address(sheets)
    _unknown_branch(sheets)
    found = _refused(bureau(tmp_path / "w", sheets=sheets))
    cells = {one["cell"] for one in found if one["level"] == "error"}
    assert {"H4", "C4"} <= cells


def test_check_prints_its_own_object_and_names_what_is_blocked(tmp_path: Path) -> None:
    sheets = default_sheets()
    _empty_address(sheets)
    root = bureau(tmp_path / "w", sheets=sheets)
    ran = fawen("--json", "check", cwd=root)
    assert (ran.status, ran.object["errors"]) == (1, 1)
    error = next(one for one in ran.object["findings"] if one["level"] == "error")
    assert (error["cell"], error["blocks"]) == ("H4", ["通知"])
    outside = fawen("--json", "check", root / "rosters" / "名册.xlsx", cwd=tmp_path)
    assert (outside.status, outside.object["errors"]) == (1, 1)


def test_skip_invalid_makes_the_rest_and_signs_the_list(tmp_path: Path) -> None:
    sheets = default_sheets()
    _empty_address(sheets)
    root = bureau(tmp_path / "w", sheets=sheets)
    made = fawen("--json", "merge", "通知", "--skip-invalid", cwd=root).object
    assert (made["rows"], made["documents"], made["letters"]) == (3, 2, 2)
    assert [one["key"] for one in made["skipped"]] == ["1-002"]
    assert "H4" in made["skipped"][0]["reason"]


def test_words_that_mean_nothing_are_status_2(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    for words in (
        ["merge", "没有这个"],
        ["merge", "通知", "--only", "没有这个单位"],
        ["send", "--wait"],
        ["nonsense"],
        ["show", "没有这个批次"],
        ["report", "-o", "a.txt"],
    ):
        ran = fawen("--json", *words, cwd=root)
        assert ran.status == 2, (words, ran.out, ran.err)
        assert ran.object["error"]["kind"] == "usage"
    assert fawen("status", cwd=tmp_path).status == 2


def test_a_fault_of_the_program_keeps_its_traceback_and_says_70(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    broken = "import cli, outbox.desk.today as t\nt.today = None\ncli.main()"
    script = tmp_path / "broken.py"
    script.write_text(broken, encoding="utf-8")
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, script], cwd=root, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 70
    assert "Traceback" in done.stderr
    assert "程序出了错" in done.stderr


def test_a_console_that_cannot_show_a_character_costs_no_traceback(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["二级党组织"][1][4] = "林\U0002b7f7"
    root = bureau(tmp_path / "w", sheets=sheets)
    ran = process("merge", "通知", cwd=root, PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert ran.status == 0


def test_rosters_are_checked_though_there_is_no_job_yet(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["二级党组织"][1][7] = "wx.cs.example"
    root = bureau(tmp_path, sheets=sheets)
    assert "还没有作业" not in fawen("check", cwd=root).out
    (root / "jobs" / "通知.md").unlink()
    assert "还没有作业" not in fawen("check", "名册.xlsx", cwd=root).out
    ran = fawen("check", cwd=root)
    assert ran.status == 1
    assert "rosters/名册.xlsx › 二级党组织 › H3" in ran.out
    assert "jobs/ 里还没有作业，只查了名册；起草一份：fawen draft" in ran.out
    (root / "rosters" / "名册.xlsx").unlink()
    ran = fawen("check", cwd=root)
    assert ran.status == 0
    assert "还没有作业，什么也没有查" in ran.out


@pytest.mark.parametrize("ending", [".doc", ".wps"])
def test_a_job_of_an_old_format_is_named(tmp_path: Path, ending: str) -> None:
    root = bureau(tmp_path)
    (root / "jobs" / f"函{ending}").write_bytes(b"\xd0\xcf\x11\xe0")
    (root / "jobs" / f"~$函{ending}").write_bytes(b"")
    for command in (["check", "函"], ["merge", "函"]):
        ran = fawen(*command, cwd=root)
        assert f"jobs/函{ending}" in ran.out + ran.err, command
        assert "旧格式" in ran.out + ran.err, command
    ran = fawen("check", cwd=root)
    assert (
        f"提醒  jobs/函{ending}：是旧格式，没有读，请用 Word 或 WPS 打开，另存为 .docx" in ran.out
    )
    assert "~$" not in ran.out
    (root / "templates").mkdir(exist_ok=True)
    for name in ("函.dotx", "函.doc", "~$函.dotx"):
        (root / "templates" / name).write_bytes(b"PK")
    ran = fawen("check", cwd=root)
    for name in ("函.dotx", "函.doc"):
        said = (
            f"提醒  templates/{name}：不是 .docx，没有用作模板，请用 Word 或 WPS 打开，另存为 .docx"
        )
        assert said in ran.out
    assert "~$" not in ran.out
    assert "现有作业：通知" in fawen("check", "通支", cwd=root).err
