"""Who signs, on what evidence, and a leader's 同意 by mail: what is taken, and what is not."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from bureau import JOB, Ran, bureau, drained, fawen
from netease import NetEase
from openpyxl import load_workbook

from merge.letter import check_code
from outbox.desk import collect as collecting
from outbox.desk import persons
from outbox.desk.basis import sort_of
from outbox.desk.folder import who
from outbox.ledger.ledger import Ledger
from outbox.post.consent import AGREED, UNCLEAR, said
from outbox.workspace import find
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
LISTED = '[{name = "李明", address = "lm@u.example"}, "周明远"]'


def mail(body: str, sender: str = "李明 <lm@u.example>", more: str = "") -> bytes:
    head = f"From: {sender}\nTo: zzb@cs.example\nSubject: =?utf-8?B?5Zue5aSN?=\n{more}"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}".encode()


@pytest.mark.parametrize(
    ("body", "standing"),
    [
        ("同意 3F9A-21C0", AGREED),
        ("同意签发：３ｆ９ａ—２１ｃ０。", AGREED),
        ("小王：\n同意 3F9A-21C0\n\n李明\n发自我的iPhone", AGREED),
        ("同意 3F9A-21C0\n\n------------------ 原始邮件 ------------------\n不同意", AGREED),
        ("不同意 3F9A-21C0", UNCLEAR),
        ("同意", UNCLEAR),
        ("同意 3F9A-21C0，但第三段要改", UNCLEAR),
        ("同意 3F9A-21C0\n第三段再改一下", UNCLEAR),
        ("同意 3F9A-21C0\n同意 1111-2222", UNCLEAR),
        ("> 同意 3F9A-21C0", ""),
        ("收到\n\n在 2026年11月24日，组织部写道：\n同意 3F9A-21C0", ""),
        ("好的\n发件人：组织部\n同意 3F9A-21C0", ""),
        ("", ""),
    ],
)
def test_only_a_plain_yes_in_his_own_words_counts(body: str, standing: str) -> None:
    found = said(mail(body))
    assert found.standing == standing
    assert found.code == ("3F9A-21C0" if standing == AGREED else "")


def test_neither_machines_nor_two_senders_agree() -> None:
    assert said(mail("同意 3F9A-21C0", more="Auto-Submitted: auto-replied\n")).standing == ""
    assert said(mail("同意 3F9A-21C0", more="From: x@evil.example\n")).standing == ""
    page = "<blockquote>同意 3F9A-21C0</blockquote>".encode()
    quoted = b"From: lm@u.example\nContent-Type: text/html\n\n" + page
    assert said(quoted).standing == ""


@pytest.mark.parametrize(
    ("content", "ending", "taken"),
    [
        (b"\xff\xd8\xff\xe0", ".jpg", "scan"),
        (b"%PDF-1.7", ".pdf", "scan"),
        (b"\x00\x00\x00\x18ftypheic", ".heic", "scan"),
        (b"From: a@b\nDate: x\n\nyes", ".eml", "mail"),
        (b"MZ\x90\x00", ".exe", ""),
        (b"MZ\x90\x00", ".jpg", ""),
        (b"\xff\xd8\xff\xe0", ".exe", ""),
        (b"yes", ".eml", ""),
        (b"PK\x03\x04", ".docx", ""),
    ],
)
def test_evidence_is_known_by_its_bytes(content: bytes, ending: str, taken: str) -> None:
    assert sort_of(content, ending) == taken


def _merged(root: Path) -> tuple[str, str]:
    made = fawen("--json", "merge", "通知", cwd=root).object
    return made["batch"], check_code(made["digest"])


def _reviewed(root: Path, batch: str) -> None:
    with Ledger.open(root / "outbox" / "ledger.db", at=AT) as ledger:
        digest = ledger.batch(batch).digest
        ledger.note_review(batch, digest, check_code(digest), "0" * 64, AT, "王芳")


def _approve(root: Path, *words: str, by: str = "李明", basis: str = "当面") -> Ran:
    return fawen("--json", "approve", *words, "--by", by, "--basis", basis, cwd=root)


def test_what_was_not_shown_is_not_signed_and_what_changed_since_is_said(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", approvers=LISTED)
    first, code = _merged(root)
    refused = _approve(root)
    assert refused.status == 1
    assert "还没有送签" in refused.object["error"]["message"]
    _reviewed(root, first)
    job = root / "jobs" / "通知.md"
    job.write_text(JOB.replace("请核对。", "请校对。"), encoding="utf-8")
    second, _ = _merged(root)
    refused = _approve(root, second)
    assert "送签后内容有变（第6段）" in refused.object["error"]["message"]
    assert code in refused.object["error"]["advice"]
    job.write_text(JOB, encoding="utf-8")
    assert _merged(root)[0] == first
    for name in ("空.jpg", "程序.jpg"):
        (root / name).write_bytes(b"" if name == "空.jpg" else b"MZ\x90")
        assert _approve(root, basis=name).status == 1
    signed = _approve(root, code)
    assert (signed.status, signed.object["reviewed"]) == (0, True), signed.out


def test_the_register_says_what_was_signed_unseen(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", approvers=LISTED)
    _merged(root)
    assert _approve(root, "--no-review").object["reviewed"] is False
    assert fawen("report", "-o", "登记簿.xlsx", cwd=root).status == 0
    row = [str(one.value) for one in load_workbook(root / "登记簿.xlsx")["发文登记簿"][3]]
    assert any("未经送签" in one for one in row)


def test_two_persons_are_two_logins(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", approvers=LISTED)
    _merged(root)
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}two_persons = true\n", encoding="utf-8")
    assert "不知道是谁" in _approve(root, "--no-review").object["error"]["message"]
    path.write_text(
        f'{text}two_persons = true\nlogins = {{"{who()}" = "李 明"}}\n', encoding="utf-8"
    )
    refused = _approve(root, "--no-review")
    assert "签发人和录入的人都是李明" in refused.object["error"]["message"]
    workspace = find(root)
    assert persons.second(workspace, "周明远") == "周明远"
    with pytest.raises(InputError):
        persons.second(workspace, "李明")
    with pytest.raises(UsageError):
        persons.second(workspace, "")
    assert _approve(root, "--no-review", by="周明远").status == 0


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, NetEase]:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    return bureau(tmp_path / "w", approvers=LISTED), NetEase()


def _collected(root: Path, server: NetEase, more: str = "") -> tuple[dict[str, object], ...]:
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    if "imap_host" not in text:
        imap = f'imap_host = "127.0.0.1"\nimap_port = {server.port}\nimap_security = "plain"\n'
        path.write_text(text.replace("[approve]", f"{imap}[approve]") + more, encoding="utf-8")
    told = drained(collecting.collect(find(root), now=lambda: AT)).object["consents"]
    assert isinstance(told, list)
    return tuple(told)


def test_a_leaders_mail_is_offered_and_taken(office: tuple[Path, NetEase]) -> None:
    root, server = office
    batch, code = _merged(root)
    _reviewed(root, batch)
    good = mail(f"同意 {code}\n\n> 请审。如同意，请回复「同意 核对码」", more="Date: x\n")
    bodies = [
        good,
        mail(f"同意 {code}", "李明 <lm@evil.example>"),
        mail("同意 0000-0000"),
        mail(f"不同意 {code}"),
        mail(f"好\n> 同意 {code}"),
        mail(f"同意 {code}", more="Auto-Submitted: auto-replied\n"),
    ]
    with server:
        server.mails["INBOX"] = list(enumerate(bodies, start=1))
        told = _collected(root, server)
    states = [one["state"] for one in told]
    assert states == ["offered", "refused", "refused", "unclear"]
    number = hashlib.sha256(good).hexdigest()[:8]
    assert told[0]["command"] == f"fawen approve {batch} --by 李明 --basis 邮件:{number}"
    assert "打电话" in str(told[0]["vouched"])
    [todo] = [one for one in fawen("--json", cwd=root).object["todo"] if batch in one["what"]]
    assert todo["what"].endswith("李明 已回信同意，等登记签发")
    assert todo["next"] == f"fawen approve {batch} --by 李明 --basis 邮件"
    assert _approve(root, by="周明远", basis="邮件").status == 2, "it is not his mail"
    signed = _approve(root, basis=f"邮件:{number}")
    assert signed.status == 0, signed.out
    [kept] = (root / "outbox" / batch / "签发依据").iterdir()
    assert kept.read_bytes() == good
    assert signed.object["basis_sha256"] == hashlib.sha256(good).hexdigest()


def test_a_mail_that_agrees_to_another_content_signs_nothing(office: tuple[Path, NetEase]) -> None:
    root, server = office
    first, code = _merged(root)
    body = mail(f"同意 {code}", more="Date: x\n")
    with server:
        server.mails["INBOX"] = [(1, body)]
        assert [one["state"] for one in _collected(root, server)] == ["offered"]
    job = root / "jobs" / "通知.md"
    job.write_text(JOB.replace("请核对。", "请校对。"), encoding="utf-8")
    second, now = _merged(root)
    assert second != first
    number = hashlib.sha256(body).hexdigest()[:8]
    assert _approve(root, second, "--no-review", basis="邮件").status == 2
    (root / "回信.eml").write_bytes(body)
    for basis in (f"邮件:{number}", "回信.eml"):
        refused = _approve(root, second, "--no-review", basis=basis)
        assert refused.status == 1
        assert f"信里同意的是 {code}，现在的内容是 {now}" in refused.object["error"]["message"]


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ("mx.cs.example; dkim=pass header.d=u.example; dmarc=pass header.from=u.example", "核对过"),
        ("mx.cs.example; dkim=pass header.d=evil.example", "打电话"),
        ("mx.evil.example; dkim=pass header.d=u.example", "打电话"),
        ("mx.cs.example; dmarc=fail header.from=u.example", "冒充"),
    ],
)
def test_what_our_own_mail_server_says_of_the_sender_is_said(
    office: tuple[Path, NetEase], result: str, state: str
) -> None:
    root, server = office
    _, code = _merged(root)
    with server:
        body = mail(f"同意 {code}", more=f"Authentication-Results: {result}\n")
        server.mails["INBOX"] = [(1, body)]
        [told] = _collected(root, server, 'mail_server = "mx.cs.example"\n')
    assert state in str(told.get("vouched") or told["words"])
    assert (told["state"] == "refused") == (state == "冒充")
