"""What a command says of the next step: after a sample, a rehearsal, or a name that means two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau import JOB, bureau, fawen

from outbox.desk.outcome import FEW, finding_lines
from outbox.post.postoffice import PostOffice
from rosters.finding import Finding, Level, Place

if TYPE_CHECKING:
    from pathlib import Path


def test_where_there_is_only_a_sample_it_is_said_what_to_do(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    assert "还没有批次" in fawen("status", cwd=root).err
    sample = fawen("--json", "merge", "通知", "--limit", "1", cwd=root).object["batch"]
    for words in (("send",), ("send", "--go"), ("status",), ("report", "-o", "登记簿.xlsx")):
        ran = fawen(*words, cwd=root)
        assert ran.status == 2
        assert f"只有样张 {sample}" in ran.err, words
        assert "fawen merge 通知" in ran.err
        assert "还没有批次" not in ran.err


def test_a_rehearsal_names_the_next_step(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    first = fawen("rehearse", batch, cwd=root).out
    assert f"fawen review {batch}" in first
    assert f"fawen approve {batch} --by" in first
    assert fawen("review", batch, "-o", "送签.html", cwd=root).status == 0
    again = fawen("rehearse", batch, cwd=root).out
    assert "fawen review" not in again, "it was shown already"
    assert f"fawen approve {batch} --by" in again
    signing = ("--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen("approve", batch, *signing, cwd=root).status == 0
    assert "下一步" not in fawen("rehearse", batch, cwd=root).out


def test_a_name_that_means_two_batches_is_to_be_written_out(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    path = root / "jobs" / "通知.md"
    made = []
    for words in ("请核对。", "请再核对。", "请一并核对。"):
        path.write_text(JOB.replace("请核对。", words), encoding="utf-8")
        made.append(fawen("--json", "merge", "通知", cwd=root).object["batch"])
        if words == "请核对。":
            assert fawen("cancel", made[0], "--why", "写错了", cwd=root).status == 0
    ran = fawen("show", "通知", cwd=root)
    assert ran.status == 2
    assert "请写全名字再试" in ran.err
    assert f"{made[0]}（已撤销）" in ran.err
    assert made[1] not in ran.err  # the draft that another took the place of
    assert f"{made[2]}（待签发）" in ran.err


def test_the_name_of_a_job_is_not_the_beginning_of_another_s(tmp_path: Path) -> None:
    other = JOB.replace("7号", "8号").replace("核对", "复核")
    root = bureau(tmp_path / "w", jobs={"通知": JOB, "通知（二）": other})
    own, longer = (
        fawen("--json", "merge", name, cwd=root).object["batch"] for name in ("通知", "通知（二）")
    )
    assert fawen("--json", "show", "通知", cwd=root).object["batch"] == own
    assert fawen("--json", "show", "通知（二）", cwd=root).object["batch"] == longer
    assert fawen("show", "通", cwd=root).status == 2  # a beginning of both


def test_a_roster_is_found_by_its_name_from_any_folder(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    for folder in (root, root / "jobs"):
        ran = fawen("--json", "check", "名册.xlsx", cwd=folder)
        assert (ran.status, ran.object["errors"]) == (0, 0), ran.err
    assert "请检查名字和路径" in fawen("check", "名车.xlsx", cwd=root).err


def test_a_new_workspace_is_led_from_its_first_step(tmp_path: Path) -> None:
    root = tmp_path / "w"
    assert fawen("new", root, cwd=tmp_path).status == 0
    todo = fawen("--json", cwd=root).object["todo"]
    steps = [one["next"] for one in todo]
    assert "fawen.toml" in steps[0]
    assert steps[1:3] == ["fawen account set", "fawen check"]
    assert "示例大学的名册" in todo[2]["what"]
    assert steps[3].startswith("fawen rehearse ")
    assert all(one.startswith("fawen merge ") for one in steps[4:])
    assert len(steps) > 4


def test_a_letter_that_has_left_is_not_called_back(tmp_path: Path) -> None:
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        root = bureau(tmp_path / "w", port=office.port)
        batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
        signing = ("--by", "周明远", "--basis", "当面", "--no-review")
        assert fawen("approve", batch, *signing, cwd=root).status == 0
        assert fawen("cancel", batch, "003", cwd=root).status == 0
        assert fawen("send", batch, "--go", cwd=root).status == 0
    late = fawen("cancel", batch, "001", cwd=root)
    assert late.status == 3
    for step in ("readdress", "resend", "correct"):
        assert f"fawen {step} {batch}" in late.out
    assert fawen("--json", "cancel", batch, "001", cwd=root).object["letters"] == 0
    assert fawen("cancel", batch, "003", cwd=root).status == 0, "it never left"


def test_a_year_of_two_figures_is_written_out(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    ran = fawen("archive", "--year", "26", cwd=root)
    assert ran.status == 2
    assert "是不是 --year 2026" in ran.err


def test_a_count_is_told_by_its_name_as_it_was_written(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", jobs={"通知": JOB.replace("{{ 党员数 }}名", "{{ 党支部数 }}个")})
    ran = fawen("--json", "check", cwd=root)
    [found] = [one for one in ran.object["findings"] if one["level"] == "error"]
    assert "「党支部数」" in found["message"]
    assert "{{ 支部数 }}" in found["advice"]


def test_of_a_wrong_scan_the_first_pages_are_named_and_the_rest_counted() -> None:
    found = [
        Finding(Level.ERROR, "scan.missing", Place("扫描.pdf", where=f"{n}"), f"缺第{n}份")
        for n in range(28)
    ]
    lines = finding_lines(found)
    few = FEW["scan.missing"]
    assert len(lines) == few + 1 < 8
    assert lines[-1] == f"……  扫描.pdf：同样的问题还有 {28 - few} 处"


def test_what_was_called_back_and_is_merged_again_leads_on(tmp_path: Path) -> None:
    root = bureau(tmp_path)
    batch = str(fawen("--json", "merge", "通知", cwd=root).object["batch"])
    signed = ("approve", batch, "--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen(*signed, cwd=root).status == 0
    assert fawen("cancel", batch, cwd=root).status == 0
    again = fawen("merge", "通知", cwd=root)
    assert again.status == 0
    assert "它的状态是「已撤销」。这一批不能再签发；还要发的，请改动作业里的一处" in again.out
    for words in (signed, signed[:-1]):
        ran = fawen(*words, cwd=root)
        assert ran.status == 1
        assert "已经撤销，没有签发，这一批不能再签发；还要发的，请改动" in ran.err
    job = root / "jobs" / "通知.md"
    text = job.read_text(encoding="utf-8")
    job.write_text(text.replace("请查收", "现发去"), encoding="utf-8")
    other = fawen("--json", "merge", "通知", cwd=root).object
    assert (other["state"], other["batch"] != batch) == ("draft", True)
