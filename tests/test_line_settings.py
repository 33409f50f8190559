"""What is wrong in fawen.toml beyond its form: told by the commands that meet it, at its place."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from bureau import CLI, bureau, fawen
from docx import Document

from outbox.desk import sender
from outbox.workspace import find

if TYPE_CHECKING:
    from pathlib import Path


def told(root: Path, *lines: str) -> None:
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[approve]", "\n".join((*lines, "[approve]"))), encoding="utf-8")


@pytest.mark.parametrize("command", [["check", "通知"], ["check", "rosters/名册.xlsx"]])
def test_a_heading_that_the_workspace_tells_about_is_placed_there(
    tmp_path: Path, command: list[str]
) -> None:
    root = bureau(tmp_path)
    told(root, "[columns]", '"所在网格号" = "没有的列"')
    ran = fawen(*command, cwd=root)
    assert ran.status == 1
    [unknown] = [line for line in ran.out.splitlines() if "不是已知的字段" in line]
    assert unknown.startswith("错误  fawen.toml › [columns] 所在网格号：")


def test_a_heading_that_the_job_tells_about_is_placed_in_the_job(tmp_path: Path) -> None:
    root = bureau(tmp_path)
    told(root, "[columns]", '"所在网格号" = "网格"')
    job = root / "jobs" / "通知.md"
    text = job.read_text(encoding="utf-8")
    job.write_text(text.replace("要素:", "列名:\n  所在网格号: 没有的列\n要素:"), encoding="utf-8")
    ran = fawen("check", "通知", cwd=root)
    [unknown] = [line for line in ran.out.splitlines() if "不是已知的字段" in line]
    assert unknown.startswith("错误  列名：")


def test_a_heading_of_the_workspace_need_not_stand_in_every_roster(tmp_path: Path) -> None:
    root = bureau(tmp_path)
    told(root, "[columns]", '"所在网格号" = "网格"')
    ran = fawen("check", "通知", cwd=root)
    assert "共 0 处错误，0 处提醒" in ran.out
    assert "说明  fawen.toml › [columns] 所在网格号：列名里的「所在网格号」不是名册里" in ran.out


def test_files_that_the_account_names_and_that_are_not_there_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAWEN_PASSWORD", raising=False)
    root = bureau(tmp_path)
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    named = 'password_file = "密码.txt"\nca_file = "ca.pem"\n[approve]'
    path.write_text(text.replace("[approve]", named), encoding="utf-8")
    ran = fawen("doctor", cwd=root)
    assert "密码文件 密码.txt 不见了" in ran.out
    assert "证书文件 ca.pem 读不出来" in ran.out
    (root / "密码.txt").write_text("geheim\n", encoding="utf-8")
    (root / "密码.txt").chmod(0o600)
    ran = fawen("doctor", cwd=root)
    assert "密码" not in ran.out.replace("密码请放在", "")


def test_a_default_that_is_wrong_is_placed_in_the_settings(tmp_path: Path) -> None:
    root = bureau(tmp_path)
    told(root, "[defaults]", '"成文日期" = "去年"', '"密级" = "秘密"')
    word = Document()
    table = word.add_table(0, 2)
    for name, value in (("文种", "通知"), ("发给", "各分党委"), ("标题", "关于核对的通知")):
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = name, value
    word.add_paragraph("请核对。")
    word.save(str(root / "jobs" / "核对.docx"))
    ran = fawen("check", "核对", cwd=root)
    assert ran.status == 1
    assert "错误  fawen.toml › [defaults] 成文日期：成文日期「去年」" in ran.out
    assert "错误  fawen.toml › [defaults] 密级：这里有密级标志" in ran.out


def test_a_path_may_begin_with_the_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "授权码.txt").write_text("geheim\n", encoding="utf-8")
    (home / "授权码.txt").chmod(0o600)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.delenv("FAWEN_PASSWORD", raising=False)
    root = bureau(tmp_path / "w")
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    named = 'password_file = "~/授权码.txt"\n[ledger]\npath = "~/台账.db"\n[approve]'
    path.write_text(text.replace("[approve]", named), encoding="utf-8")
    assert sender.mailbox_password(find(root)) == "geheim"
    assert fawen("merge", "通知", cwd=root).status == 0
    assert (home / "台账.db").exists()
    assert not (root / "~").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size to meet")
def test_a_workspace_that_does_not_fit_on_the_disk_is_not_left_half_made(tmp_path: Path) -> None:
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        f"sys.path.insert(0, {str(CLI.parent)!r}); import cli; cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "new", "工作区"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "EFBIG" in done.stderr
    assert list((tmp_path / "工作区").iterdir()) == []
    assert fawen("new", "工作区", cwd=tmp_path).status == 0
