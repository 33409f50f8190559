"""What a clerk reads at the desk: of what a reason is, which name was meant, sizes, in Chinese."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from bureau import bureau, default_sheets, fawen, write_book
from faultserver import Fault, FaultServer
from openpyxl import load_workbook

from outbox.desk.folder import who
from outbox.ledger import answer, refusal
from outbox.post.account import size_word
from rosters import nearness

if TYPE_CHECKING:
    from pathlib import Path

SIGNING = ("--by", "周明远", "--basis", "当面", "--no-review")
REFUSAL = "550 5.1.1 no such user"


def merged(root: Path) -> str:
    made = fawen("--json", "merge", "通知", cwd=root)
    assert made.status == 0, made.out
    return str(made.object["batch"])


def signed(root: Path) -> str:
    batch = merged(root)
    assert fawen("approve", batch, *SIGNING, cwd=root).status == 0
    return batch


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Lay a batch that is signed, of which nothing has left; nothing listens where it would go."""
    root = bureau(tmp_path_factory.mktemp("clerk") / "w")
    return root, signed(root)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Lay a batch that is done, of which the first letter was refused."""
    with FaultServer([Fault("rcpt", f"{REFUSAL}\r\n".encode())]) as server:
        root = bureau(tmp_path_factory.mktemp("refused") / "w", port=server.port)
        batch = signed(root)
        counts = fawen("--json", "send", batch, "--go", cwd=root).object
    assert (counts["rejected"], counts["accepted"], counts["state"]) == (1, 2, "done")
    return root, batch


def copied(case: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    root, batch = case
    copy = shutil.copytree(root, tmp_path / "copy")
    assert fawen("takeover", "--yes", cwd=copy).status == 0, "a copy is read-only until then"
    return copy, batch


@pytest.fixture(autouse=True)
def another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each copy lie on a machine that has heard of no other."""
    monkeypatch.setenv("FAWEN_STATE", str(tmp_path / "state"))


def reason(root: Path, batch: str) -> str:
    """Return what stands behind the signer's name, the same in both commands."""
    status = fawen("status", batch, cwd=root).out.splitlines()[0]
    [line] = [one for one in fawen("batches", cwd=root).out.splitlines() if one.startswith(batch)]
    assert line == status
    return status.partition("　签发 周明远")[2]


def test_a_reason_says_what_it_is_of(waiting: tuple[Path, str], tmp_path: Path) -> None:
    root, batch = copied(waiting, tmp_path)
    assert reason(root, batch) == "，依据：当面"
    assert fawen("cancel", batch, "--why", "名册有误", cwd=root).status == 0
    assert reason(root, batch) == "　撤销：名册有误"


def test_a_batch_that_was_called_back_without_a_reason_says_so_once(
    waiting: tuple[Path, str], tmp_path: Path
) -> None:
    root, batch = copied(waiting, tmp_path)
    assert fawen("cancel", batch, cwd=root).status == 0
    assert reason(root, batch) == ""
    assert f"{batch}　已撤销" in fawen("batches", cwd=root).out
    letters = fawen("status", batch, cwd=root).out.splitlines()[2:]
    assert len(letters) == 3
    assert all(one.endswith(".example") for one in letters), letters


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("readdress", "001", "new@cs.example"), "改地址：电话核实"),
        (("resend", "001"), "重发：电话核实"),  # nobody had got it
        (("resend", "002"), "补发：电话核实"),
    ],
)
def test_a_batch_that_was_opened_again_says_for_what(
    refused: tuple[Path, str], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    root, batch = copied(refused, tmp_path)
    assert reason(root, batch) == "", "nothing was done to it yet"
    command, *rest = words
    assert fawen(command, batch, *rest, "--why", "电话核实", cwd=root).status == 0
    assert reason(root, batch) == f"　{said}"
    assert fawen("--json", "audit", cwd=root).object["findings"] == []
    assert fawen("cancel", batch, "--why", "不发了", cwd=root).status == 0
    assert reason(root, batch) == "　撤销：不发了"


def test_a_batch_that_was_stopped_says_why(tmp_path: Path) -> None:
    with FaultServer([Fault("mail", b"553 Mail from must equal authorized user\r\n")]) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root)
        assert fawen("send", batch, "--go", cwd=root).status == 3
    assert reason(root, batch).startswith("　停发：服务器不许以此地址发信")


def test_a_draft_that_was_merged_again_says_so(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    first = merged(root)
    job = root / "jobs" / "通知.md"
    text = job.read_text(encoding="utf-8")
    job.write_text(text.replace("请核对。", "请核对！"), encoding="utf-8")
    second = merged(root)
    line = next(one for one in fawen("batches", cwd=root).out.splitlines() if first in one[:40])
    assert line.endswith(f"　已由草稿 {second} 代替")


@pytest.mark.parametrize(
    "words",
    [
        ("readdress", "BATCH", "文学院", "a@cs.example", "--why", "换人"),
        ("resend", "BATCH", "文学院", "--why", "没收到"),
        ("cancel", "BATCH", "文学院"),
        ("show", "BATCH", "文学院"),
        ("show", "BATCH", "文学院", "--text"),
        ("print", "BATCH", "--only", "文学院", "-o", "册.pdf"),
        ("merge", "通知", "--only", "文学院"),
        ("trace", "文学党委"),
    ],
)
def test_of_an_unknown_organisation_the_nearest_is_named(
    waiting: tuple[Path, str], words: tuple[str, ...]
) -> None:
    root, batch = waiting
    ran = fawen(*(batch if one == "BATCH" else one for one in words), cwd=root)
    assert ran.status == 2, ran.out
    assert "是不是「文学院党委」" in ran.err


def test_a_name_that_is_like_none_gets_no_suggestion(waiting: tuple[Path, str]) -> None:
    root, batch = waiting
    ran = fawen("cancel", batch, "XYZ", cwd=root)
    assert ran.status == 2
    assert "是不是" not in ran.err
    assert "请用党组织编码、全称或简称" in ran.err


COLLEGES = (
    ("经管学院", "中共测试大学经济管理学院委员会"),
    ("计算机学院", "中共测试大学计算机学院委员会"),
    ("", "中共测试大学机关第一党支部"),
)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("经济管理", ["经管学院"]),  # its name holds them
        ("经管", ["经管学院"]),
        ("计算几学院", ["计算机学院"]),  # a slip
        ("机关第一党支部", ["中共测试大学机关第一党支部"]),  # it has no short name
        ("机关第二党支部", []),  # another number is another
        ("机", []),  # one character holds nothing
        ("学院", ["经管学院", "计算机学院"]),
    ],
)
def test_what_may_be_meant_is_found_by_its_characters_or_as_a_slip(
    words: str, meant: list[str]
) -> None:
    assert nearness.meant(words, COLLEGES) == meant
    assert nearness.meant("学院", COLLEGES, 1) == ["经管学院"]


def test_of_an_unknown_batch_or_job_the_nearest_is_named(waiting: tuple[Path, str]) -> None:
    root, batch = waiting
    assert f"是不是「{batch}」" in fawen("status", batch.replace("通知", "通之"), cwd=root).err
    for command in ("merge", "check"):
        assert "是不是「通知」" in fawen(command, "通之", cwd=root).err
    assert "是不是「名册.xlsx」" in fawen("check", "名单.xlsx", cwd=root).err


def test_what_a_server_said_stands_once_in_the_evidence(refused: tuple[Path, str]) -> None:
    root, batch = refused
    assert fawen("trace", batch, "-o", "证据.xlsx", cwd=root).status == 0
    sheets = load_workbook(root / "证据.xlsx")
    rows = [[str(cell or "") for cell in row] for row in sheets["经过"].values]
    assert {row[3] for row in rows if row[2][:2] == "20"} == {who()}, "no machine, no process"
    [row] = [row for row in rows if row[4] == "被拒收"]
    assert row[5] == f"收件地址被拒收，请核对名册（{REFUSAL}）"
    assert [row[5] for row in rows if row[4] == "服务器已接收"] == ["服务器已收下 [250 taken]"] * 2
    shown = fawen("show", batch, "001", cwd=root).out
    assert shown.count(REFUSAL) == 1, shown


@pytest.mark.parametrize(
    ("told", "once"),
    [
        ("服务器已收下 [250 taken]", "服务器已收下 [250 taken]"),
        ("地址被拒收（550 no） [550 no]", "地址被拒收（550 no）"),
        ("稍后再试 [451 a [b]]", "稍后再试 [451 a [b]]"),
        ("[451 later]", "451 later"),
        ("[451 later] [451 later]", "451 later"),
        ("[451 a] [452 b]", "[451 a] [452 b]"),
        ("服务器已收下 [250 a]；其中地址 x 被拒收", "服务器已收下 [250 a]；其中地址 x 被拒收"),
        ("", ""),
    ],
)
def test_an_answer_that_a_reason_holds_is_told_once(told: str, once: str) -> None:
    assert answer.once(told) == once


def test_what_has_no_answer_stands_once_in_the_evidence(
    waiting: tuple[Path, str], tmp_path: Path
) -> None:
    root, batch = copied(waiting, tmp_path)
    assert fawen("send", batch, "--go", cwd=root).status == 3
    assert fawen("trace", batch, "-o", "证据.xlsx", cwd=root).status == 0
    said = [str(row[5]) for row in load_workbook(root / "证据.xlsx")["经过"].values]
    assert "连不上服务器（服务器拒绝连接 (ECONNREFUSED)）" in said


def test_no_change_since_a_batch_is_said(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = merged(root)
    same = re.compile(
        rf"与批次 {batch}（\d{{4}}-\d\d-\d\d \d\d:\d\d 合并）留存的名册相比，没有变动"
    )
    ran = fawen("check", "--since", batch, cwd=root)
    assert len(same.findall(ran.out)) == 1, ran.out
    assert ran.status == 0
    assert "没有变动" not in fawen("check", "通知", cwd=root).out
    sheets = default_sheets()
    sheets["党员"].append(["钱十", "男", "数教工支部", "正式党员", None, None])
    write_book(root / "rosters" / "名册.xlsx", sheets)
    ran = fawen("check", "--since", batch, cwd=root)
    assert "没有变动" not in ran.out
    assert "钱十" in ran.out


def test_a_roster_that_cannot_be_read_is_not_said_to_be_unchanged(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = merged(root)
    (root / "rosters" / "名册.xlsx").write_bytes(b"PK no workbook")
    ran = fawen("check", "--since", batch, cwd=root)
    assert ran.status == 1
    assert "没有变动" not in ran.out


def test_small_attachments_are_told_in_kilobytes(waiting: tuple[Path, str]) -> None:
    root, batch = waiting
    ran = fawen("send", batch, cwd=root)
    size = fawen("--json", "send", batch, cwd=root).object["bytes"]
    assert 1_000 < size < 999_000
    assert f"附件共 {round(size / 1000)} KB，" in ran.out


def test_of_what_is_sent_nothing_is_left_to_weigh(refused: tuple[Path, str]) -> None:
    root, batch = refused
    assert "要发 0 封，没有附件，按" in fawen("send", batch, cwd=root).out


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (999, "不到 1 KB"),
        (1_000, "1 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (2_449_999, "2.4 MB"),
    ],
)
def test_a_size_is_told_as_staff_read_it(size: int, said: str) -> None:
    assert size_word(size) == said


def test_a_service_that_takes_little_is_told_in_kilobytes(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("per_day", "max_bytes = 9000\nper_day"), encoding="utf-8")
    batch = merged(root)
    ran = fawen("approve", batch, *SIGNING, cwd=root)
    assert "超过发件邮箱的上限 9 KB" in ran.out + ran.err
    assert "0.0 MB" not in ran.out + ran.err


def test_nobody_reads_the_number_of_a_system_error(
    waiting: tuple[Path, str], tmp_path: Path
) -> None:
    root, batch = copied(waiting, tmp_path)
    sending = fawen("send", batch, "--go", cwd=root)
    assert "服务器拒绝连接 (ECONNREFUSED)" in sending.out
    assert "批次已停下" not in sending.out, "it waits, and goes on by itself"
    for words in (("status", batch), ("show", batch, "001"), ("doctor",)):
        ran = fawen(*words, cwd=root)
        assert "Errno" not in ran.out + ran.err
        assert "Connection refused" not in ran.out + ran.err
    assert "Errno" not in sending.out


def test_what_a_database_server_refuses_is_said_in_chinese(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    root = bureau(tmp_path / "w")
    with (root / "fawen.toml").open("a", encoding="utf-8") as settings:
        settings.write('[ledger]\nurl = "postgresql://u@127.0.0.1:1/x"\n')
    ran = fawen("batches", cwd=root)
    assert ran.status == 4
    assert "无法读写（数据库服务器拒绝连接 (" in ran.err
    unknown = "failed to resolve host 'db.cs.example': [Errno -2] Name or service not known"
    assert refusal.worded(unknown) == (
        "找不到数据库服务器 (failed to resolve host 'db.cs.example': Name or service not known)"
    )
    assert refusal.worded("something odd") == "something odd"


def test_a_spoilt_ledger_is_said_in_chinese(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    merged(root)
    (root / "outbox" / "ledger.db").write_bytes(b"no ledger" * 500)
    ran = fawen("batches", cwd=root)
    assert ran.status == 4
    assert "文件已损坏，或不是台账 (" in ran.err


def test_what_the_disk_refuses_is_said_in_chinese(
    waiting: tuple[Path, str], tmp_path: Path
) -> None:
    root, batch = waiting
    long = fawen("trace", batch, "-o", f"{'证据' * 60}.xlsx", cwd=root)
    assert long.status == 4
    assert "名字太长 (ENAMETOOLONG)" in long.err
    strange = bureau(tmp_path / "w")
    (strange / "outbox").write_text("不是文件夹", encoding="utf-8")
    ran = fawen("merge", "通知", cwd=strange)
    assert ran.status == 4
    assert "outbox：已经有同名的文件 (EEXIST)" in ran.err


def test_what_stops_a_batch_is_said_once_with_the_next_step(tmp_path: Path) -> None:
    with FaultServer([Fault("mail", b"530 5.7.0 Authentication required\r\n")]) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root)
        told = fawen("send", batch, "--go", cwd=root)
    assert told.status == 3
    lines = told.out.splitlines()
    stopped = [line for line in lines if "Authentication required" in line]
    assert len(stopped) == 1, told.out
    assert any("已停下" in line and f"fawen send {batch} --go" in line for line in lines), told.out
