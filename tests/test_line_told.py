"""What a command tells is so, and the next step that it tells works, whatever else is open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bureau import JOB, bureau, fawen
from faultserver import Fault, FaultServer

if TYPE_CHECKING:
    from pathlib import Path

SIGNING = ("--by", "周明远", "--basis", "当面", "--no-review")
OTHER = JOB.replace("7号", "8号").replace("核对党员名册", "报送党费")


def told(out: str) -> list[list[str]]:
    """List the commands that an answer tells, each up to the next Chinese mark."""
    return [words.split() for words in re.findall(r"fawen ([^　；，。）\n]+)", out)]


def signed(root: Path, job: str) -> str:
    batch = str(fawen("--json", "merge", job, cwd=root).object["batch"])
    assert fawen("approve", batch, *SIGNING, cwd=root).status == 0
    return batch


def test_a_held_letter_leaves_by_the_step_that_is_told(tmp_path: Path) -> None:
    """Another batch is open, too, so that `fawen send --go` alone would not do."""
    with FaultServer([Fault("dot", b"554 DT:SPM\r\n")]) as server:
        root = bureau(tmp_path / "w", port=server.port, jobs={"通知": JOB, "别的": OTHER})
        batch = signed(root, "通知")
        signed(root, "别的")
        sent = fawen("send", batch, "--go", cwd=root)
        assert f"fawen send {batch} --go --held 再发" in sent.out
        assert f"fawen cancel {batch} 单位" in sent.out
        status = fawen("status", batch, cwd=root).out
        assert f"fawen send {batch} --go --held 再发" in status
        assert f"fawen cancel {batch} 001" in status
        moved = fawen("readdress", batch, "001", "new@cs.example", "--why", "电话核实", cwd=root)
        (step,) = told(moved.out)
        assert step == ["send", batch, "--go", "--held"]
        assert fawen(*step, cwd=root).status == 0
        assert any(mail.to == ["new@cs.example"] for mail in server.journal)


def test_what_is_put_off_is_named_with_the_batch_to_go_on_with(tmp_path: Path) -> None:
    with FaultServer([Fault("rcpt", b"450 4.2.0 later\r\n")]) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root, "通知")
        sent = fawen("send", batch, "--go", cwd=root)
    assert sent.status == 3
    assert f"到时再运行 fawen send {batch} --go；加 --wait 则自己等" in sent.out
    assert (
        "稍后再试：中共测试大学文学院委员会　wx@cs.example" in fawen("status", batch, cwd=root).out
    )


def test_a_copy_that_was_called_back_is_not_taken_for_the_letter(tmp_path: Path) -> None:
    with FaultServer() as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root, "通知")
        assert fawen("send", batch, "--go", cwd=root).status == 0
        assert fawen("resend", batch, "001", "--why", "没收到", cwd=root).status == 0
        assert fawen("cancel", batch, "001", cwd=root).status == 0
    assert "已撤销：中共测试大学文学院委员会（补发1）" in fawen("status", batch, cwd=root).out
    text = fawen("report", batch, "--text", cwd=root).out
    assert "已发出 3 个单位" in text
    assert "已撤回" not in text


def test_a_size_is_told_in_kb(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = str(fawen("--json", "merge", "通知", cwd=root).object["batch"])
    shown = fawen("show", batch, "001", cwd=root).out
    assert re.search(r"附件　\S+\.docx（(\d+|不到 1) KB，", shown)
    assert "字节" not in shown
