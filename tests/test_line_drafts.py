"""Drafts of one job: the newest stands; what was merged before comes back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bureau import JOB, bureau, fawen

if TYPE_CHECKING:
    from pathlib import Path


def _states(root: Path) -> dict[str, str]:
    return {
        one["batch"]: one["state"] for one in fawen("--json", "batches", cwd=root).object["batches"]
    }


def test_a_newer_draft_overtakes_the_older_and_the_older_can_come_back(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    job = root / "jobs" / "通知.md"
    first = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    job.write_text(JOB.replace("请核对。", "请仔细核对。"), encoding="utf-8")
    second = fawen("--json", "merge", "通知", cwd=root).object
    assert second["overtook"] == [first]
    assert _states(root) == {first: "superseded", second["batch"]: "draft"}
    refused = fawen("approve", first, "--by", "周明远", "--basis", "当面", "--no-review", cwd=root)
    assert refused.status == 1
    job.write_text(JOB, encoding="utf-8")
    again = fawen("--json", "merge", "通知", cwd=root).object
    assert (again["batch"], again["state"]) == (first, "draft")
    assert _states(root) == {first: "draft", second["batch"]: "superseded"}
    assert (
        fawen("approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=root).status == 0
    )


def test_a_signed_batch_is_never_overtaken(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    first = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    assert (
        fawen("approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=root).status == 0
    )
    job = root / "jobs" / "通知.md"
    job.write_text(JOB.replace("请核对。", "请仔细核对。"), encoding="utf-8")
    second = fawen("--json", "merge", "通知", cwd=root).object
    assert second["overtook"] == []
    assert _states(root) == {first: "approved", second["batch"]: "draft"}


def test_a_sample_is_looked_at_and_never_signed(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    whole = fawen("--json", "merge", "通知", cwd=root).object
    sample = fawen("--json", "merge", "通知", "--limit", "1", cwd=root).object
    assert (sample["documents"], sample["sample"], sample["overtook"]) == (1, True, [])
    assert sample["rows"] == sample["documents"] + len(sample["skipped"])
    refused = fawen(
        "--json",
        "approve",
        sample["batch"],
        "--by",
        "周明远",
        "--basis",
        "当面",
        "--no-review",
        cwd=root,
    )
    assert refused.status == 1
    assert "样张" in refused.object["error"]["message"]
    assert _states(root)[whole["batch"]] == "draft"


def test_only_leaves_the_rest_out_and_says_so(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    made = fawen("--json", "merge", "通知", "--only", "数学院党委", cwd=root).object
    assert (made["rows"], made["documents"], made["letters"]) == (3, 1, 1)
    assert {one["reason"] for one in made["skipped"]} == {"未选"}


def test_a_look_at_a_few_does_not_displace_the_whole(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    whole = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    few = fawen("--json", "merge", "通知", "--only", "数学院党委", cwd=root).object["batch"]
    assert _states(root) == {whole: "draft", few: "draft"}
    unnamed = fawen(
        "--json", "approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=root
    )
    assert unnamed.status == 2
    signed = fawen("approve", few, "--by", "周明远", "--basis", "当面", "--no-review", cwd=root)
    assert "未选的单位没有做" in signed.out


@pytest.mark.usefixtures("no_office")
def test_today_names_the_next_command_of_everything_open(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    todo = fawen("--json", cwd=root).object["todo"]
    assert [one["next"] for one in todo] == [
        "fawen check",
        "fawen rehearse 通知",
        "fawen merge 通知",
    ]
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    todo = fawen("--json", cwd=root).object["todo"]
    assert todo[0]["next"] == f"fawen rehearse {batch}"
    assert fawen("rehearse", batch, cwd=root).status == 0
    todo = fawen("--json", cwd=root).object["todo"]
    assert todo[0]["next"] == f"fawen review {batch}"
    shown = fawen("review", batch, "-o", "送签.html", cwd=root)
    assert shown.status == 0, shown.err
    todo = fawen("--json", cwd=root).object["todo"]
    assert todo[0]["next"].startswith(f"fawen approve {batch}")
    fawen("approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=root)
    todo = fawen("--json", cwd=root).object["todo"]
    assert todo[0]["next"] == f"fawen send {batch} --go"
    by_number = fawen("--json", "show", "7号", cwd=root).object
    assert by_number["batch"] == batch
    letter = fawen("--json", "show", batch, "数学院党委", cwd=root).object
    assert (letter["to"], letter["cc"]) == (["sx@cs.example"], ["bak@cs.example"])


def test_the_secret_goes_nowhere_but_the_keyring(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    settings = root / "fawen.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[account]", '[account]\npassword = "x"'), encoding="utf-8")
    refused = fawen("--json", "check", cwd=root)
    assert refused.status == 1
    assert "密码" in str(refused.object)


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    (root / "fawen.toml").write_text('time_zone = "Mars"\n[unti]\n', encoding="utf-8")
    refused = fawen("--json", "status", cwd=root)
    assert refused.status == 1
    assert [one["where"] for one in refused.object["findings"]] == ["time_zone", "unti"]


def test_fields_and_doctor_speak(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    told = fawen("--json", "fields", "支部责任清单", "--roster", "rosters/名册.xlsx", cwd=root)
    assert told.status == 0, told.out
    rows = {one["name"]: one for one in told.object["fields"]}
    assert rows["全部党员.姓名"]["in_roster"] is True
    assert rows["网格职责"]["in_roster"] is False
    assert told.object["road"]
    assert fawen("--json", "doctor", cwd=root).status == 0
    assert fawen("doctor", cwd=tmp_path).status == 0


def test_a_sample_points_to_the_whole_and_a_missing_word_is_named(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    assert fawen("merge", "通知", "--limit", "1", cwd=root).status == 0
    todo = fawen("--json", cwd=root).object["todo"]
    assert [one["next"] for one in todo] == ["fawen merge 通知"]
    listed = fawen("merge", cwd=root)
    assert (listed.status, "缺少 作业的名字" in listed.err) == (2, True)
    wrong = fawen("quarantine", "discard", "x", cwd=root).err
    assert "号 的值不对（「x」不是整数，请写阿拉伯数字）" in wrong
    assert "没有命令「merg」，是不是 fawen merge" in fawen("merg", cwd=root).err
    missing = fawen("order", "--from", "没有.txt", cwd=root).err
    assert "没有文件「没有.txt」" in missing
    assert "No such" not in missing
