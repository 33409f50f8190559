"""From a small roster to letters at a real SMTP server: approved, sent once, accounted for."""

from __future__ import annotations

import email
from email import policy
from typing import TYPE_CHECKING

import pytest
from bureau import JOB, bureau, fawen
from openpyxl import load_workbook

from outbox.post.postoffice import PostOffice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        yield office


def _signed(root: Path, job: str = "通知") -> str:
    made = fawen("--json", "merge", job, cwd=root)
    assert made.status == 0, made.err
    batch: str = made.object["batch"]
    signed = fawen(
        "--json", "approve", batch, "--by", "周明远", "--basis", "当面", "--no-review", cwd=root
    )
    assert signed.status == 0, signed.err + signed.out
    assert signed.object["digest"] == made.object["digest"]
    return batch


def _mails(tmp_path: Path) -> list[email.message.EmailMessage]:
    found = []
    for path in sorted((tmp_path / "mails").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, email.message.EmailMessage)
        found.append(mail)
    return found


def test_a_signed_batch_is_delivered_once_and_accounted_for(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = _signed(root)

    dry = fawen("--json", "send", cwd=root).object
    assert (dry["letters"], dry["blocked"]) == (3, [])
    assert dry["bytes"] > 0

    sent = fawen("--json", "send", "--go", cwd=root)
    assert (sent.status, sent.object["accepted"], sent.object["balanced"]) == (0, 3, True)
    assert sent.object["state"] == "done"

    again = fawen("--json", "send", batch, "--go", cwd=root)
    assert (again.status, again.object["accepted"]) == (0, 3)

    mails = _mails(tmp_path)
    assert sorted(mail["To"] for mail in mails) == [
        "hq@cs.example",
        "sx@cs.example",
        "wx@cs.example",
    ]
    maths = next(mail for mail in mails if mail["To"] == "sx@cs.example")
    assert maths["Cc"] == "bak@cs.example"
    assert maths["Subject"] == "【通知】关于核对党员名册的通知（数学院党委）"
    body = maths.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "杜三同志：\n请查收 A&B <附件>。"
    assert [part.get_filename() for part in maths.iter_attachments()] == ["通知-数学院党委.docx"]

    counts = fawen("--json", "status", batch, cwd=root).object["letters"]
    assert counts["accepted"] == 3
    assert sum(counts.values()) == 3
    report = fawen("--json", "report", batch, "-o", "登记簿.xlsx", cwd=root)
    assert (report.status, report.object["balanced"]) == (0, True)


def test_an_unsigned_batch_does_not_leave(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    refused = fawen("--json", "send", batch, "--go", cwd=root)
    assert refused.status == 1
    assert "还没有签发" in refused.object["error"]["message"]
    assert _mails(tmp_path) == []


@pytest.mark.parametrize("what", ["a byte more", "gone"])
def test_what_differs_from_what_was_signed_does_not_leave(
    tmp_path: Path, office: PostOffice, what: str
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = _signed(root)
    document = next((root / "outbox" / batch).rglob("*.docx"))
    if what == "gone":
        document.unlink()
    else:
        document.write_bytes(document.read_bytes() + b"\0")
    refused = fawen("--json", "send", batch, "--go", cwd=root)
    assert refused.status == 1
    assert document.name in refused.object["findings"][0]["file"]
    assert _mails(tmp_path) == []


def test_a_changed_draft_cannot_be_signed(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    document = next((root / "outbox" / batch).rglob("*.docx"))
    document.write_bytes(document.read_bytes()[:-1])
    refused = fawen(
        "--json", "approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=root
    )
    assert refused.status == 1
    assert refused.object["findings"][0]["rule"] == "batch.altered"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("另一个名字", JOB),
        ("通知", JOB.replace("主题: 【通知】", "主题: 【重发】")),
    ],
)
def test_what_one_batch_has_sent_another_does_not(
    tmp_path: Path, office: PostOffice, name: str, text: str
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    first = _signed(root)
    assert fawen("send", "--go", cwd=root).status == 0
    (root / "jobs" / "通知.md").unlink()
    (root / "jobs" / f"{name}.md").write_text(text, encoding="utf-8")
    second = _signed(root, name)
    assert second != first
    dry = fawen("--json", "send", second, cwd=root).object
    assert [one["batch"] for one in dry["blocked"]] == [first] * 3
    refused = fawen("--json", "send", second, "--go", cwd=root)
    assert refused.status == 1
    assert first in refused.object["error"]["message"]
    assert len(_mails(tmp_path)) == 3


def test_a_batch_that_sends_what_was_left_counts_that_alone(
    tmp_path: Path, office: PostOffice
) -> None:
    text = JOB.replace("标题: 关于核对党员名册的通知", "标题: |\n    关于核对\n    党员名册的通知")
    root = bureau(tmp_path / "w", port=office.port, jobs={"通知": text})
    words = ("--json", "merge", "通知")
    signing = ("--by", "周明远", "--basis", "当面", "--no-review")
    first = fawen(*words, "--only", "001", "--only", "003", cwd=root).object["batch"]
    assert fawen("approve", first, *signing, cwd=root).status == 0
    assert fawen("send", "--go", cwd=root).status == 0
    second = fawen(*words, cwd=root).object["batch"]
    assert fawen("approve", second, *signing, cwd=root).status == 0
    assert fawen("send", second, "--go", cwd=root).status == 0
    assert len(_mails(tmp_path)) == 3

    assert fawen("report", second, "-o", "登记簿.xlsx", cwd=root).status == 0
    book = load_workbook(root / "登记簿.xlsx")
    head, row = list(book["发文登记簿"].iter_rows(min_row=2, max_row=3, values_only=True))
    register = dict(zip(head, row, strict=True))
    assert register["标题"] == "关于核对党员名册的通知"
    assert (register["份数"], register["发往"]) == (1, "分党委 1 个")
    assert (
        register["备注"] == f"{second}，服务器已接收 1/1 封，另有 2 封此前已发；未经送签即登记签发"
    )
    table = book["送达明细"].iter_rows(min_row=3, max_row=5, values_only=True)
    states = {line[1]: line[7] for line in table}
    before = f"此前已发（批次 {first}）"
    assert states == {"001": before, "002": "服务器已接收", "003": before}
    sums = {
        str(line[0]).strip("　"): line[1] for line in book["对账单"].iter_rows(values_only=True)
    }
    assert (sums["此前已发"], sums["已撤销"], sums["信件"]) == (2, 0, 3)
    told = fawen("status", second, cwd=root).out
    assert f"　{before}：中共测试大学文学院委员会" in told
    assert "其中此前已发　2" in told


def test_only_listed_persons_sign_and_only_on_evidence(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", approvers='["周明远"]')
    fawen("merge", "通知", cwd=root)
    stranger = fawen(
        "--json", "approve", "--by", "路人", "--basis", "当面", "--no-review", cwd=root
    )
    assert stranger.status == 1
    assert "周明远" in stranger.object["error"]["advice"]
    nothing = fawen(
        "--json", "approve", "--by", "周明远", "--basis", "口头说过", "--no-review", cwd=root
    )
    assert nothing.status == 2
    missing = fawen("approve", "--by", "周明远", cwd=root)
    assert missing.status == 2
    (root / "审批单.jpg").write_bytes(b"\xff\xd8\xffscan")
    signed = fawen(
        "--json", "approve", "--by", "周明远", "--basis", "审批单.jpg", "--no-review", cwd=root
    )
    assert signed.status == 0, signed.out
    kept = next((root / "outbox").rglob("*审批单.jpg"))
    assert kept.read_bytes() == b"\xff\xd8\xffscan"
    twice = fawen("--json", "approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=root)
    assert twice.status == 2  # nothing is left to be signed


def test_a_rehearsal_reaches_only_this_machine_and_runs_once(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    heard = fawen("--json", "rehearse", "通知", cwd=root)
    assert (heard.status, heard.object["received"], heard.object["hash_mismatches"]) == (0, 3, 0)
    batch = heard.object["batch"]
    mails = sorted((root / "outbox" / batch / "演练").glob("*.eml"))
    stamps = [path.stat().st_mtime_ns for path in mails]
    again = fawen("--json", "rehearse", batch, cwd=root)
    assert (again.status, again.object["received"]) == (0, 3)
    after = sorted((root / "outbox" / batch / "演练").glob("*.eml"))
    assert [path.stat().st_mtime_ns for path in after] == stamps
    assert _mails(tmp_path) == []
    counts = fawen("--json", "status", batch, cwd=root).object["letters"]
    assert counts["queued"] == 3


def test_a_missing_server_costs_no_letter(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", port=1)  # nothing listens there
    batch = _signed(root)
    sent = fawen("--json", "send", batch, "--go", cwd=root)
    assert sent.status == 3
    assert sent.object["accepted"] == 0
    assert sent.object["queued"] + sent.object["deferred"] == 3
    assert sent.object["next_attempt_at"]


def test_an_account_that_sends_but_cannot_be_read_is_said_to_send(
    tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "x")
    root = bureau(tmp_path / "w", port=office.port)
    tried = fawen("account", "test", cwd=root)
    assert tried.status == 4
    assert "能发信，别的还没有弄好" in tried.out
    assert "还不能用" not in tried.out
