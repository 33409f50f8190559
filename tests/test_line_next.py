"""What a command says of the next step: after a sample, a rehearsal, or a name that means two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau import JOB, bureau, fawen

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
    assert f"fawen approve {batch} --by" in fawen("rehearse", batch, cwd=root).out
    signing = ("--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen("approve", batch, *signing, cwd=root).status == 0
    assert "下一步" not in fawen("rehearse", batch, cwd=root).out


def test_a_name_that_means_two_batches_is_to_be_written_out(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    first = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    path = root / "jobs" / "通知.md"
    path.write_text(JOB.replace("请核对。", "请再核对。"), encoding="utf-8")
    second = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    ran = fawen("show", "通知", cwd=root)
    assert ran.status == 2
    assert "请写全名字再试" in ran.err
    assert f"{first}（已被代替）" in ran.err
    assert f"{second}（待签发）" in ran.err


def test_a_roster_is_found_by_its_name_from_any_folder(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    for folder in (root, root / "jobs"):
        ran = fawen("--json", "check", "名册.xlsx", cwd=folder)
        assert (ran.status, ran.object["errors"]) == (0, 0), ran.err
    assert "请检查名字和路径" in fawen("check", "名车.xlsx", cwd=root).err
