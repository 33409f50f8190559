"""After sending, through the command line: trial, another address, 补发, correction, trace."""

from __future__ import annotations

import email
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import policy
from typing import TYPE_CHECKING, Any

import pytest
from bureau import JOB, Ran, bureau, default_sheets, fawen
from faultserver import Fault, FaultServer
from mailserver import PASSWORD, SENDERS, MailServer
from mailtown import office as mail_office
from openpyxl import load_workbook
from stores import tamper

from outbox.ledger.ledger import Ledger
from outbox.ledger.states import LetterState
from outbox.ledger.values import Outcome
from outbox.post.postoffice import PostOffice
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNING = ("--by", "周明远", "--basis", "当面", "--no-review")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        yield office


def merged(root: Path, job: str = "通知") -> str:
    made = fawen("--json", "merge", job, cwd=root)
    assert made.status == 0, made.out
    return str(made.object["batch"])


def sent(root: Path, job: str = "通知") -> str:
    batch = merged(root, job)
    assert fawen("approve", batch, *SIGNING, cwd=root).status == 0
    ran = fawen("--json", "send", batch, "--go", cwd=root)
    assert ran.object["balanced"], ran.out
    return batch


def mails(tmp_path: Path) -> list[email.message.EmailMessage]:
    found = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((tmp_path / "mails").glob("*.eml"))
    ]
    return [one for one in found if isinstance(one, email.message.EmailMessage)]


def words(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read("word/document.xml").decode()


def whole(root: Path, *batches: str) -> None:
    """The account balances, every row has its link, and an audit finds nothing."""
    assert fawen("--json", "audit", cwd=root).object["findings"] == []
    workspace = find(root)
    from datetime import UTC, datetime

    with Ledger.open(workspace.ledger, at=datetime.now(UTC)) as ledger:
        assert ledger.broken() is None
        for name in batches:
            assert ledger.unexplained(name) == []
            known = ledger.batch(name)
            assert sum(ledger.counts(name).values()) == known.letters + ledger.added(name)


def said(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = ran.object["error"]
    return found


def test_a_trial_of_a_draft_reaches_nobody_else(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("[approve]", 'trial = ["sj@cs.example"]\n[approve]'), encoding="utf-8"
    )
    batch = merged(root)
    ran = fawen("--json", "send", batch, "--trial", "zzb@cs.example", cwd=root)
    assert (ran.status, ran.object["sent"]) == (0, 2), "one of each 类别"
    one = fawen("--json", "send", batch, "--trial", "SJ@cs.example", "--only", "002", cwd=root)
    assert (one.status, one.object["organisations"]) == (0, ["002"])
    assert {mail["To"] for mail in mails(tmp_path)} == {"zzb@cs.example", "SJ@cs.example"}
    assert all(mail["Subject"].startswith("【试发】【通知】") for mail in mails(tmp_path))
    assert all(mail["Cc"] is None for mail in mails(tmp_path))
    state = fawen("--json", "status", batch, cwd=root).object
    assert (state["state"], state["letters"]["queued"]) == ("draft", 3)
    refused = fawen("--json", "send", batch, "--trial", "wx@cs.example", cwd=root)
    assert refused.status == 1
    assert "试发地址" in said(refused)["advice"]
    assert len(mails(tmp_path)) == 3
    whole(root, batch)
    next((root / "outbox" / batch).rglob("通知-*.docx")).write_bytes(b"another")
    changed = fawen("--json", "send", batch, "--trial", "zzb@cs.example", cwd=root)
    assert (changed.status, len(mails(tmp_path))) == (1, 3)
    for wrong in (("--only", "001"), ("--go", "--trial", "zzb@cs.example")):
        assert fawen("send", batch, *wrong, cwd=root).status == 2


def test_a_refused_letter_goes_to_the_new_address(tmp_path: Path) -> None:
    with FaultServer([Fault("rcpt", b"550 5.1.1 no such user\r\n")]) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = sent(root)
        counts = fawen("--json", "status", batch, cwd=root).object["letters"]
        assert (counts["rejected"], counts["accepted"]) == (1, 2)
        assert f"fawen readdress {batch}" in fawen(cwd=root).out
        why = ("--why", "电话核实")
        for wrong in (("001", "没有@"), ("001", "wx@cs.example"), ("009", "a@cs.example")):
            assert fawen("readdress", batch, *wrong, *why, cwd=root).status == 2, wrong
        assert fawen("readdress", batch, "001", "new@cs.example", cwd=root).status == 2
        moved = fawen("--json", "readdress", batch, "001", "new@cs.example", *why, cwd=root)
        assert moved.status == 0
        assert moved.object["letters"][0]["state"] == "queued"
        again = fawen("--json", "send", batch, "--go", cwd=root)
        assert (again.status, again.object["accepted"], again.object["balanced"]) == (0, 3, True)
    assert "改地址" in fawen("show", batch, "001", cwd=root).out
    whole(root, batch)


@pytest.mark.parametrize(
    "fault", [None, Fault("rcpt", b"450 4.2.0 greylisted\r\n"), Fault("dot", b"554 DT:SPM\r\n")]
)
def test_a_letter_that_waits_goes_elsewhere_and_the_audit_knows_of_it(
    tmp_path: Path, fault: Fault | None
) -> None:
    with FaultServer([fault] if fault else []) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = merged(root)
        assert fawen("approve", batch, *SIGNING, cwd=root).status == 0
        if fault:
            assert fawen("send", batch, "--go", cwd=root).status == 3
        for address in ("new@cs.example", "newer@cs.example"):
            change = fawen("readdress", batch, "001", address, "--why", "换人", cwd=root)
            assert change.status == 0, change.err
            whole(root, batch)


def test_two_persons_change_an_address(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    path = root / "fawen.toml"
    from outbox.desk.folder import who

    text = path.read_text(encoding="utf-8").replace("approvers = []", 'approvers = ["周明远"]')
    path.write_text(
        f'{text}two_persons = true\nlogins = {{ {who()} = "王芳" }}\n', encoding="utf-8"
    )
    change = ("readdress", batch, "001", "new@cs.example", "--why", "换人")
    assert fawen(*change, cwd=root).status == 2
    assert fawen(*change, "--by", "王芳", cwd=root).status == 1
    done = fawen("--json", *change, "--by", "周明远", cwd=root)
    assert (done.status, done.object["second"]) == (0, "周明远")
    assert "周明远同意" in fawen("trace", "001", cwd=root).out


def test_a_letter_is_sent_again_and_the_wrong_address_asked_to_delete(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = merged(root)
    assert fawen("resend", batch, "001", "--why", "没收到", cwd=root).status == 1
    assert fawen("approve", batch, *SIGNING, cwd=root).status == 0
    waiting = fawen("--json", "resend", batch, "001", "--why", "没收到", cwd=root)
    assert "还没有发出" in said(waiting)["message"]
    assert fawen("send", batch, "--go", cwd=root).status == 0
    assert fawen("resend", batch, "001", cwd=root).status == 2, "why?"
    nobody = fawen("--json", "resend", batch, "001", "--why", "没收到", "--recall", cwd=root)
    assert "地址没有改过" in said(nobody)["message"]
    too_late = fawen("cancel", batch, "001", cwd=root)
    assert (too_late.status, "--recall" in too_late.out) == (3, True)

    why = ("--why", "书记换人")
    assert fawen("readdress", batch, "001", "new@cs.example", *why, cwd=root).status == 0
    ran = fawen("--json", "resend", batch, "001", *why, "--recall", "--go", cwd=root)
    assert (ran.status, ran.object["accepted"], ran.object["balanced"]) == (0, 5, True)
    new = next(one for one in mails(tmp_path) if one["To"] == "new@cs.example")
    first, recall = [one for one in mails(tmp_path) if one["To"] == "wx@cs.example"]
    if first["Subject"].startswith("【误发】"):
        first, recall = recall, first
    assert new["Subject"] == f"【补发】{first['Subject']}"
    assert [part.get_content() for part in new.iter_attachments()] == [
        part.get_content() for part in first.iter_attachments()
    ]
    assert recall["Subject"] == "【误发】请删除此前收到的邮件"
    assert list(recall.iter_attachments()) == []

    assert fawen("--json", "report", batch, "-o", "登记簿.xlsx", cwd=root).object["balanced"]
    book = load_workbook(root / "登记簿.xlsx")
    rows = list(book["送达明细"].iter_rows(min_row=3, values_only=True))
    names = [row[2] for row in rows if row[1] == "001"]
    assert [name.partition("（")[2] for name in names] == ["", "补发1）", "误发请删）"]
    register = dict(zip(*book["发文登记簿"].iter_rows(min_row=2, max_row=3, values_only=True),
                        strict=True))  # fmt: skip
    assert (register["份数"], register["发往"]) == (3, "分党委 2 个、党总支 1 个")
    assert "补发 1 封，误发请删 1 封" in register["备注"]
    whole(root, batch)


def test_a_correction_takes_the_place_of_what_it_corrects(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    first = merged(root)
    assert fawen("correct", first, cwd=root).status == 1, "not signed"
    first = sent(root)
    made = fawen("--json", "correct", "7号", cwd=root).object
    assert (made["job"], made["changes"], made["letters"]) == ("通知-更正", [], 3)
    unsaid = fawen("--json", "merge", "通知-更正", cwd=root)
    assert unsaid.object["findings"][0]["rule"] == "job.correction"
    job = root / "jobs" / "通知-更正.md"
    text = job.read_text(encoding="utf-8").replace("请核对。", "请于11月30日前核对。")
    job.write_text(text, encoding="utf-8")
    again = fawen("--json", "correct", first, cwd=root).object
    assert again["changes"] == ["正文第1段“请核对”改为“请于11月30日前核对”"]
    draft = fawen("merge", "通知-更正", cwd=root).out
    second = merged(root, "通知-更正")
    assert f"下一步：fawen review {second}" in draft
    [todo] = [one for one in fawen("--json", cwd=root).object["todo"] if second in one["what"]]
    assert todo["next"] == f"fawen review {second}"
    assert sent(root, "通知-更正") == second
    assert fawen("report", second, "-o", "登记簿.xlsx", cwd=root).status == 0
    register = load_workbook(root / "登记簿.xlsx")["发文登记簿"]
    assert "通知（更正）" in {cell.value for row in register.iter_rows() for cell in row}
    assert fawen("report", second, "--text", cwd=root).out.startswith("【更正】《")
    assert "已由新的一份代替" in fawen("report", first, "--text", cwd=root).err
    assert fawen("--json", "show", first, cwd=root).object["state"] == "superseded"
    mail = next(one for one in mails(tmp_path) if one["Subject"].startswith("【更正】"))
    assert mail["Subject"].startswith("【更正】【通知】")
    body = mail.get_body(("plain",))
    assert body is not None
    assert "请以此件为准" in body.get_content()
    document = words(next((root / "outbox" / second).rglob("通知-文学院党委.docx")))
    for said_ in ("测大组〔2026〕7号", "请以此件为准", "“请核对”改为“请于11月30日前核对”"):
        assert said_ in document
    refused = fawen("--json", "resend", first, "001", "--why", "没收到", cwd=root)
    assert second in said(refused)["advice"]
    assert second in said(fawen("--json", "correct", first, cwd=root))["advice"]
    assert f"已由更正件 {second} 代替" in fawen("trace", first, cwd=root).out
    told = fawen("--json", "trace", "文学院党委", cwd=root).object["letters"]
    said_ = [event["words"] for letter in told for event in letter["events"]]
    assert [one for one in said_ if "250" in one] == ["服务器已收下 [250 OK]"] * 2, "once"

    (root / "jobs" / "通知-更正.md").write_text(
        job.read_text(encoding="utf-8").replace("11月30日前核对。", "12月1日前核对。"),
        encoding="utf-8",
    )
    third = fawen("--json", "correct", second, cwd=root).object
    assert third["job"] == "通知-更正2"
    assert "12月1日" in third["changes"][0]
    last = sent(root, "通知-更正2")
    assert fawen("--json", "show", second, cwd=root).object["state"] == "superseded"
    assert len(mails(tmp_path)) == 9
    whole(root, first, second, last)


def test_a_word_job_is_corrected_in_word(tmp_path: Path, office: PostOffice) -> None:
    from merge.job import load
    from merge.samples import SAMPLES

    root = bureau(tmp_path / "w", port=office.port)
    shutil.copy(SAMPLES / "培训通知.docx", root / "jobs" / "培训.docx")
    shutil.copytree(SAMPLES / "附件", root / "jobs" / "附件")
    (root / "jobs" / "通知.md").unlink()
    batch = sent(root, "培训")
    assert fawen("--json", "correct", batch, cwd=root).object["file"] == "jobs/培训-更正.docx"
    again = fawen("correct", batch, cwd=root).out
    assert f"下一步：改好以后 fawen correct {batch}，再 fawen merge 培训-更正；" in again
    job = load(root / "jobs" / "培训-更正.docx", shown="x", defaults={"名册": "rosters"})
    assert job.elements["更正"] == batch
    assert "请以此件为准" in str(job.elements["更正说明"])
    texts = [text for text, _ in job.body.texts()]
    assert sum("更正说明" in text for text in texts) == 1


def test_a_name_that_is_the_code_is_written_once(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["二级党组织"] = [row[1:] for row in sheets["二级党组织"]]
    root = bureau(tmp_path / "w", sheets=sheets)
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    for ran in (fawen("show", batch, "文学院党委", cwd=root), fawen("trace", "文学院", cwd=root)):
        assert ran.out.startswith("中共测试大学文学院委员会　")


def test_trace_finds_by_words_and_knows_a_file_again(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)

    def found(words: str) -> list[str]:
        ran = fawen("--json", "trace", words, cwd=root)
        return [one["organisation"] for one in ran.object["letters"]]

    for words_, meant in (
        ("文学院", ["001"]), ("002", ["002"]), ("中共测试大学文学院委员会", ["001"]),
        ("7号", ["001", "002", "003"]), ("测大组〔2026〕7号", ["001", "002", "003"]),
        (batch, ["001", "002", "003"]), ("通知-数学院党委.docx", ["002"]),
        ("bak@cs.example", ["002"]), ("周明远", ["001", "002", "003"]),
    ):  # fmt: skip
        assert found(words_) == meant, words_
    assert fawen("trace", "体育学院", cwd=root).status == 2
    told = fawen("trace", "文学院", cwd=root).out
    assert "服务器已接收" in told
    assert "已收到" not in told
    assert "没有登记到回信" in told

    document = next((root / "outbox" / batch).rglob("通知-文学院党委.docx"))
    shutil.copy(document, root / "另一个名字.docx")
    ran = fawen("--json", "trace", "另一个名字.docx", "-o", "证据.xlsx", cwd=root).object
    assert (ran["file"]["recognised"], ran["file"]["altered"]) == ("hash", False)
    assert [one["organisation"] for one in ran["letters"]] == ["001"]
    sheet = load_workbook(root / "证据.xlsx")["送达证据"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(ran["letters"][0]["attachments"][0]["sha256"] in cell for cell in cells)
    assert not any("已收到" in cell for cell in cells)

    for change, altered in ((b"", False), ("人，请".encode(), True)):
        saved(document, root / "存过.docx", change)
        ran = fawen("--json", "trace", "存过.docx", cwd=root).object
        assert (ran["file"]["recognised"], ran["file"]["altered"]) == ("mark", altered)
        assert [one["organisation"] for one in ran["letters"]] == ["001"]
    (root / "别的.pdf").write_bytes(b"%PDF-1.7 nobody's")
    stranger = fawen("--json", "trace", "别的.pdf", cwd=root)
    assert (stranger.status, stranger.object["letters"]) == (3, [])


def saved(document: Path, target: Path, change: bytes) -> None:
    """Save a Word file as a program would: other bytes, the same properties."""
    with zipfile.ZipFile(document) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if change and name == "word/document.xml":
                assert "名，请".encode() in data
                data = data.replace("名，请".encode(), change)
            new.writestr(name, data)


@pytest.mark.mailserver
def test_a_bounce_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real servers: hq@cs.example has no mailbox; what goes there comes back."""
    monkeypatch.setenv("FAWEN_PASSWORD", PASSWORD)
    with MailServer() as server:
        root = mail_office(tmp_path, server, SENDERS[0], 通知=JOB)
        batch = sent(root)
        server.wait_for(SENDERS[0], 1)
        assert fawen("collect", cwd=root).status == 3
        assert f"fawen readdress {batch}" in fawen(cwd=root).out
        change = ("readdress", batch, "后勤党总支", "bak@cs.example", "--why", "退信，电话核实")
        assert fawen(*change, cwd=root).status == 0
        again = ("--json", "resend", batch, "后勤党总支", "--why", "原地址退信")
        assert "没有人收到" in said(fawen(*again, "--recall", cwd=root))["message"]
        before = len(server.maildir("bak@cs.example"))
        ran = fawen(*again, "--go", cwd=root)
        assert (ran.status, ran.object["accepted"], ran.object["balanced"]) == (0, 4, True)
        server.wait_for("bak@cs.example", before + 1)
    assert "被退信" not in fawen(cwd=root).out
    [first, copy] = fawen("--json", "trace", "后勤", cwd=root).object["letters"]
    assert (first["word"], copy["word"]) == ("服务器已接收，退信", "服务器已接收")
    assert [one["what"] for one in first["events"] if one["what"] in {"退信", "改地址"}] == [
        "退信",
        "改地址",
    ]
    assert copy["to"] == ["bak@cs.example"]
    whole(root, batch)


def test_jobs_are_compared_in_the_words_of_an_office(tmp_path: Path) -> None:
    from merge.correction import changes
    from merge.job import load

    def job(text: str) -> Any:
        path = tmp_path / "x.md"
        path.write_text(text, encoding="utf-8")
        return load(path, shown="x.md")

    text = JOB.replace("请核对。", "请核对。\n\n一、时间\n\n11月25日前报送，逾期不候。\n\n二、其他")
    text = text.replace("11月25日前报送", "11月25日17:00前报送")
    new = text.replace("11月25日17", "11月26日16").replace("\n\n二、其他", "")
    new = new.replace("2026-11-23\n  抄送", "2026-11-24\n  抄送")
    new += "\n三、{{ 简称 }}另行通知。"
    assert changes(job(text), job(new)) == [
        "成文日期“2026年11月23日”改为“2026年11月24日”",
        "正文第3段“11月25日17:00前报送”改为“11月26日16:00前报送”",
        "正文第4段“二、其他”改为“三、{{ 简称 }}另行通知”",
    ]


def test_the_wrong_address_is_asked_to_delete_even_after_a_copy_went_to_the_right_one(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = merged(root)
    dry = fawen("send", batch, cwd=root).out
    assert f"下一步：fawen review {batch}" in dry, "what approve would refuse is not advised"
    assert "fawen review" in said(fawen("--json", "send", "--go", cwd=root))["advice"]
    assert fawen("approve", batch, *SIGNING, cwd=root).status == 0
    assert fawen("send", batch, "--go", cwd=root).status == 0
    why = ("--why", "书记换人")
    assert fawen("readdress", batch, "001", "new@cs.example", *why, cwd=root).status == 0
    assert fawen("resend", batch, "001", *why, "--go", cwd=root).status == 0
    ran = fawen("--json", "resend", batch, "001", *why, "--recall", "--go", cwd=root)
    assert (ran.status, [one["to"] for one in ran.object["letters"]]) == (
        0,
        [["new@cs.example"], ["wx@cs.example"]],
    )
    twice = fawen("--json", "resend", batch, "001", *why, "--recall", cwd=root)
    assert "已经请 wx@cs.example 删除过" in said(twice)["message"]


def test_a_request_to_delete_that_waits_or_is_in_doubt_is_not_said_to_be_made(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    why = ("--why", "书记换人")
    assert fawen("readdress", batch, "001", "new@cs.example", *why, cwd=root).status == 0
    asking = ("--json", "resend", batch, "001", *why, "--recall")
    assert fawen(*asking, cwd=root).status == 0
    told = said(fawen(*asking, cwd=root))["message"]
    assert "的补发和请 wx@cs.example 删除的信都排好了，还没有发出" in told
    at, lease = datetime.now(UTC), timedelta(minutes=5)
    with Ledger.open(find(root).ledger, at=at) as ledger:
        [copy] = ledger.claim(batch, "live", "w", at, lease, domain="cs.example")
        assert (copy.kind, ledger.to_dot(copy, at, lease, "zzb@cs.example")) == ("issue", True)
        assert ledger.settle(copy, Outcome(LetterState.ACCEPTED, "dot", 250), at)
    told = said(fawen(*asking, cwd=root))["message"]
    assert "的信，请 wx@cs.example 删除的信排好了，还没有发出" in told, "the copy has left"
    with Ledger.open(find(root).ledger, at=at) as ledger:
        [recall] = ledger.claim(batch, "live", "w", at, lease, domain="cs.example")
        assert (recall.kind, ledger.to_dot(recall, at, lease, "zzb@cs.example")) == ("recall", True)
        assert ledger.recover(at + lease) == (0, 1)
    told = said(fawen(*asking, cwd=root))
    assert "请 wx@cs.example 删除的信存疑，不知道发出没有" in told["message"]
    assert f"fawen resolve {batch}" in told["advice"]


TAMPERED = {
    "the new address": """UPDATE letter SET "to" = '["x@cs.example"]' WHERE n = 2""",
    "the new subject": "UPDATE letter SET subject = subject || '。' WHERE n = 2",
    "what is sent again": "UPDATE letter SET attachments = '[]' WHERE n = 2",
    "its text": "UPDATE letter SET body = '另一份' WHERE n = 2",
    "words of a recall": "UPDATE letter SET body = '请打开' WHERE kind = 'recall'",
    "the state of what is sent again": "UPDATE letter SET state = 'cancelled' WHERE n = 2",
    "why": "UPDATE entry SET data = replace(data, '书记换人', '别的') WHERE kind = 'resend'",
    "an entry": "DELETE FROM entry WHERE kind = 'resend'",
    "the changed address": "DELETE FROM entry WHERE kind = 'readdress'",
    "one more": """INSERT INTO letter SELECT id + 900, batch, organisation, kind, 3, channel,
        name, short, category, "to", cc, subject, body, attachments, content, 'x', NULL, 'queued',
        0, '', NULL, NULL, 0, NULL, NULL, 0, '', '', '' FROM letter WHERE n = 2""",
}


def test_an_audit_finds_what_was_done_to_what_was_sent_again(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    why = ("--why", "书记换人")
    assert fawen("readdress", batch, "001", "new@cs.example", *why, cwd=root).status == 0
    again = fawen("resend", batch, "001", *why, "--recall", "--go", cwd=root)
    assert again.status == 0, again.out
    whole(root, batch)
    place = find(root).ledger
    kept = place.read_bytes()
    for name, sql in TAMPERED.items():
        assert tamper(place, sql) == 1, name
        assert fawen("--json", "audit", cwd=root).object["findings"], name
        refused = fawen("--json", "send", batch, "--go", cwd=root)
        left = len(mails(tmp_path))
        assert left == 5, (name, refused.out)
        for other in place.parent.glob("ledger.db*"):
            other.unlink()
        place.write_bytes(kept)


def test_an_audit_knows_a_letter_that_waits_at_another_address(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = merged(root)
    assert fawen("approve", batch, *SIGNING, cwd=root).status == 0
    assert fawen("readdress", batch, "001", "a@cs.example", "--why", "换人", cwd=root).status == 0
    audited = fawen("audit", cwd=root)
    assert audited.status == 0, audited.out
    assert tamper(find(root).ledger, "UPDATE letter SET fence = fence + 1 WHERE id = 1") == 1
    ran = fawen("--json", "audit", cwd=root)
    assert (ran.status, ran.object["error"]["message"]) == (1, "台账有 1 处不符")
    assert "信的状态被改动" in ran.object["findings"][0]["message"]
    assert tamper(find(root).ledger, "UPDATE letter SET fence = fence - 1 WHERE id = 1") == 1
    assert fawen("send", batch, "--go", cwd=root).status == 0
    assert fawen("audit", cwd=root).status == 0


def test_a_correction_says_that_a_recall_will_not_leave(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    why = ("--why", "书记换人")
    assert fawen("readdress", batch, "001", "new@cs.example", *why, cwd=root).status == 0
    assert "误发请删" not in fawen("correct", batch, cwd=root).out
    assert fawen("resend", batch, "001", *why, "--recall", cwd=root).status == 0
    assert "还有 1 封「误发请删」没有发出" in fawen("correct", batch, cwd=root).out


WAITING = {
    "a copy gone": ("DELETE FROM letter WHERE n = 2", "不见了"),
    "a recall gone": ("DELETE FROM letter WHERE kind = 'recall'", "不见了"),
    "a copy in no batch": ("UPDATE letter SET batch = 'x' || batch WHERE n = 2", "不见了"),
    "what a copy is of": ("UPDATE letter SET content = 'x' WHERE n = 2", "内容摘要"),
    "what a recall is of": ("UPDATE letter SET content = 'x' WHERE kind = 'recall'", "内容摘要"),
    "what has gone elsewhere": (
        "UPDATE letter SET content = 'x' WHERE organisation = '002' AND channel = 'live'",
        "内容摘要",
    ),
    "a reason": ("UPDATE letter SET reason = 'x' WHERE n = 2", "原因"),
    "when it was over": ("UPDATE letter SET settled_at = first_at WHERE id = 1", ""),
    "the name on the wire": (
        "UPDATE letter SET message_id = NULL WHERE organisation = '003'",
        "邮件编号",
    ),
}


def test_an_audit_finds_what_was_done_to_what_waits_to_be_sent_again(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    why = ("--why", "书记换人")
    for key in ("001", "002"):
        assert fawen("readdress", batch, key, f"n{key}@cs.example", *why, cwd=root).status == 0
    assert fawen("resend", batch, "001", *why, "--recall", cwd=root).status == 0
    whole(root, batch)
    place = find(root).ledger
    kept = place.read_bytes()
    for name, (sql, words_) in WAITING.items():
        with closing(sqlite3.connect(place)) as connection, connection:  # no key is foreign
            assert connection.execute(sql).rowcount == 1, name
        found = fawen("--json", "audit", cwd=root).object["findings"]
        assert any(words_ in one["message"] for one in found), (name, found)
        for other in place.parent.glob("ledger.db*"):
            other.unlink()
        place.write_bytes(kept)


def test_a_copy_that_is_called_back_leaves_its_batch_done(
    tmp_path: Path, office: PostOffice
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    assert fawen("resend", batch, "001", "--why", "没收到", cwd=root).status == 0
    ran = fawen("--json", "cancel", batch, "--why", "已经收到", cwd=root)
    assert (ran.object["letters"], ran.object["state"]) == (1, "done"), ran.out
    assert "没有可以贴的话" not in fawen("report", batch, "--text", cwd=root).out
    assert fawen("audit", cwd=root).status == 0
    assert fawen("readdress", batch, "001", "a@cs.example", "--why", "换人", cwd=root).status == 0
    again = fawen("--json", "resend", batch, "001", "--why", "换人", "--go", cwd=root)
    assert (again.object["accepted"], again.object["balanced"]) == (4, True), again.out
