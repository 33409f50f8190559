"""The mail on the wire: Chinese arrives intact in any client, and nothing can be smuggled in."""

from __future__ import annotations

import email
import email.header
import email.policy
import hashlib
import re
from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from postal import LEASE, NAME, START, make_account, make_batch

from merge.letter import Attachment
from outbox.post.address import one_line, plain_address
from outbox.post.courier import stuffed
from outbox.post.message import build, envelope
from rosters.finding import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from outbox.ledger.values import LetterInfo

AT = START.astimezone(timezone(timedelta(hours=8)))
ACCOUNT = make_account(25)


@pytest.fixture
def letter(tmp_path: Path) -> LetterInfo:
    batch = make_batch(tmp_path, 1, cc=("a@branch.example", "dzz001@branch.example"))
    batch.approve()
    with batch.ledger as ledger:
        (one,) = ledger.claim(batch.name, "live", "w", START, LEASE, domain=ACCOUNT.domain)
    return one


def test_chinese_arrives_as_it_was_meant(letter: LetterInfo) -> None:
    raw = build(ACCOUNT, letter, [b"\x00bytes\r\n.\r\n"], AT)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == letter.subject
    assert mail["From"].addresses[0].display_name == "中共示例大学委员会组织部"
    assert mail["From"].addresses[0].addr_spec == "zzb@uni.example"
    assert [one.addr_spec for one in mail["To"].addresses] == ["dzz001@branch.example"]
    assert [one.addr_spec for one in mail["Cc"].addresses] == ["a@branch.example"]
    assert mail["Date"].datetime == AT
    assert str(mail["Date"]).endswith("+0800")
    assert mail["Message-ID"] == letter.message_id == f"<{letter.token}@uni.example>"
    assert letter.token in mail["References"]
    assert mail["X-Fawen-Letter"] == letter.token
    assert mail["X-Fawen-Batch"] == letter.batch
    text = mail.get_body(("plain",))
    assert text.get_content().replace("\r\n", "\n").rstrip("\n") == letter.body
    assert mail.get_body(("html",)) is None
    (part,) = mail.iter_attachments()
    assert part.get_filename() == NAME
    assert part.get_content_type().endswith("wordprocessingml.document")
    assert part.get_payload(decode=True) == b"\x00bytes\r\n.\r\n"
    assert not [defect for one in mail.walk() for defect in one.defects]


def test_old_and_new_clients_each_find_the_attachments_name(letter: LetterInfo) -> None:
    raw = build(ACCOUNT, letter, [b"x"], AT).decode("ascii")
    (old,) = re.findall(r'name="(=\?utf-8\?b\?[^"]*)"', raw)
    assert str(email.header.make_header(email.header.decode_header(old))) == NAME
    assert all(len(word) <= 75 for word in old.split())
    assert "filename*=utf-8''%E5%85%B3" in raw
    assert "\r\nContent-Type: application/vnd" in raw, "no empty first line"
    assert "<br>" not in raw
    lines = raw.split("\r\n")
    assert max(map(len, lines)) <= 998
    assert not any("\r" in line or "\n" in line for line in lines)


@pytest.mark.parametrize("name", ["a.docx", 'a"b\\c.xlsx', "表" * 36 + ".pdf", "x.unknownkind"])
def test_any_name_survives(letter: LetterInfo, name: str) -> None:
    part = Attachment(name, "p", hashlib.sha256(b"x").hexdigest(), 1)
    raw = build(ACCOUNT, letter._replace(attachments=(part,)), [b"x"], AT)
    (found,) = email.message_from_bytes(raw, policy=email.policy.default).iter_attachments()
    assert found.get_filename() == name
    assert found.get_content_disposition() == "attachment"


def test_the_same_letter_is_the_same_bytes(letter: LetterInfo) -> None:
    assert build(ACCOUNT, letter, [b"x"], AT) == build(ACCOUNT, letter, [b"x"], AT)


def test_a_body_that_names_a_file_attaches_nothing(letter: LetterInfo, tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("secret")
    raw = build(ACCOUNT, letter._replace(body=str(file), attachments=()), [], AT)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail.get_body().get_content().strip() == str(file)
    assert not list(mail.iter_attachments())


BREAKS = ("\n\nX", "\rX: 1", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\ud800")
EVIL = ["a\r\nBcc: x@y.example", *(f"a{one}b" for one in BREAKS)]


@pytest.mark.parametrize("evil", EVIL)
def test_no_line_break_gets_into_a_header(letter: LetterInfo, evil: str) -> None:
    part = replace(letter.attachments[0], name=evil)
    for changed in (
        letter._replace(subject=evil),
        letter._replace(attachments=(part,)),
        letter._replace(to=(f"{evil}@b.example",)),
        letter._replace(cc=(f"a@b.example{evil}",)),
        letter._replace(batch=evil),
        letter._replace(message_id=evil),
    ):
        with pytest.raises(InputError):
            build(ACCOUNT, changed, [b"x"], AT)
    with pytest.raises(InputError):
        make_account(25, name=evil)
    with pytest.raises(InputError, match=r"U\+"):
        one_line(evil, "主题")


NO_ADDRESS = [
    *("", "a", "a@", "@b.example", "a@b", "a b@c.example", "张三@b.example", "a@b.example\n"),
    *("a..b@c.example", ".a@b.example", "a@-b.example", "a@b..example", "<a@b.example>"),
    *("a@b.example,c@d.example", "a＠b.example", f"{'x' * 65}@b.example", 'a"b@c.example'),
    *("a@[127.0.0.1]", "a@例。.example", f"a@{'x.' * 130}example"),
]


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(InputError, match="不是可用的邮箱地址"):
        plain_address(text)


def test_what_is_an_address() -> None:
    assert plain_address("Zhang.San+a@b-c.example") == "Zhang.San+a@b-c.example"
    for other in ("stra\u00dfe", "\u03c2igma", "a\u200db", "a\u200cb"):  # 2003 and today differ
        with pytest.raises(InputError):
            plain_address(f"a@{other}.example")
    assert plain_address("a@组织部.example") == "a@xn--tn0ag730l.example"


def test_nobody_is_written_to_twice(letter: LetterInfo) -> None:
    assert envelope(letter) == (["dzz001@branch.example"], ["a@branch.example"])


def test_dots_and_line_ends_on_the_wire() -> None:
    assert stuffed(b".a\n..\r\nb\r.") == b"..a\r\n...\r\nb\r\n..\r\n"
