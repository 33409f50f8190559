"""Jobs as people write them: each a file in tests/cases/jobs, with what must come of it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from merge.job import load
from rosters.finding import InputError

CASES = Path(__file__).parent / "cases" / "jobs"
JOBS = sorted(path.stem for path in CASES.glob("*.md"))


def expected(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return data


GOOD = [name for name in JOBS if "is" in expected(name)]
BAD = [name for name in JOBS if "findings" in expected(name)]


def reach(value: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(value, (tuple, list)):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value[part]
        else:
            value = getattr(value, part)
    return value


@pytest.mark.parametrize("name", GOOD)
def test_a_job_is_understood_as_meant(name: str) -> None:
    job = load(CASES / f"{name}.md", shown=f"{name}.md")
    for path, value in expected(name)["is"].items():
        found = reach(job, path)
        assert (found if isinstance(found, (bool, int)) else str(found)) == value, path


@pytest.mark.parametrize("name", BAD)
def test_every_fault_is_found_at_its_line(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load(CASES / f"{name}.md", shown=f"{name}.md")
    found = caught.value.findings
    wanted = expected(name)["findings"]
    said = "\n".join(map(str, found))
    assert [(f.level, f.rule, f.place.where) for f in found] == [
        (one["level"], one["rule"], f"第{one['line']}行" if one["line"] else "") for one in wanted
    ], said
    for finding, one in zip(found, wanted, strict=True):
        assert finding.place.file == f"{name}.md"
        assert finding.advice
        assert all(word in str(finding) for word in one["words"]), str(finding)


def test_there_are_cases_of_both_kinds() -> None:
    assert len(GOOD) >= 15
    assert len(BAD) >= 30


def test_a_key_leads_to_its_line() -> None:
    job = load(CASES / "plain.md", shown="jobs/通知.md")
    assert str(job.place("要素.标题")) == "jobs/通知.md › 第7行"
    assert str(job.place("文件.0.每份")) == "jobs/通知.md › 第5行"
    assert str(job.place("文件.0.范围")) == "jobs/通知.md › 第4行"
    assert str(job.place("列名")) == "jobs/通知.md"


def test_a_job_travels_to_another_process() -> None:
    job = load(CASES / "tables-in-elements.md", shown="表.md")
    assert pickle.loads(pickle.dumps(job)) == job  # noqa: S301  our own bytes, made just here


def test_attachments_stand_beside_the_job_or_in_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "fawen.toml").write_text("", encoding="utf-8")
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / "日报表.xlsx").write_bytes(b"x")
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "说明.txt").write_text("说明", encoding="utf-8")
    job = tmp_path / "jobs" / "通知.md"
    text = (CASES / "plain.md").read_text(encoding="utf-8")
    more = "信件:\n  附件: [attachments\\日报表.xlsx, 说明.txt]\n"
    job.write_text(text.replace("信件:\n", more), encoding="utf-8")
    read = load(job, shown="jobs/通知.md")
    assert read.find(read.letter.attachments[0]) == tmp_path / "attachments" / "日报表.xlsx"
    assert read.find("说明.txt") == tmp_path / "jobs" / "说明.txt"
    assert read.find("没有.txt") is None


def test_a_job_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="打不开"):
        load(tmp_path / "没有.md", shown="没有.md")


def test_a_job_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    job = tmp_path / "大.md"
    job.write_bytes(b"-" * (4 * 1024 * 1024 + 1))
    with pytest.raises(InputError, match="太大"):
        load(job, shown="大.md")


def test_brackets_without_end_are_no_traceback(tmp_path: Path) -> None:
    job = tmp_path / "深.md"
    job.write_text("---\n名册: " + "[" * 3000 + "]" * 3000 + "\n---\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(job, shown="深.md")
    assert caught.value.findings


def test_what_nobody_sees_is_taken_out_and_said_at_its_line(tmp_path: Path) -> None:
    text = (CASES / "columns-and-letter-only.md").read_text(encoding="utf-8")
    head, mark, _ = text.rpartition("---\n")
    body = "甲\u200b乙\u202e丙\u2066丁。\n\n看得见。\n"
    path = tmp_path / "通知.md"
    path.write_text(head + mark + body, encoding="utf-8")
    job = load(path, shown="通知.md")
    assert "".join(text for text, _ in job.body.texts()) == "甲乙丙丁。看得见。"
    line = (head + mark).count("\n") + 1
    assert [(one.level, one.rule, one.place.where, one.message) for one in job.findings] == [
        ("info", "job.unseen", f"第{line}行", "有看不见的字符 U+200B、U+202E、U+2066，已去掉")
    ]
