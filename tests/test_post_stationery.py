"""Letters filled into a skeleton are, byte for byte, the mails that yagmail's own build gives."""

from __future__ import annotations

import hashlib
from email.header import Header
from email.policy import Compat32
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postal import LEASE, NAME, START, make_account, make_batch

from merge.letter import Attachment
from outbox.post import stationery
from outbox.post.message import build, wire
from outbox.post.stationery import Stationery, encode
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.ledger.values import LetterInfo

ACCOUNT = make_account(25)


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> LetterInfo:
    batch = make_batch(tmp_path_factory.mktemp("batch"), 1)
    batch.approve()
    with batch.ledger as ledger:
        (one,) = ledger.claim(batch.name, "live", "w", START, LEASE, domain=ACCOUNT.domain)
    return one


def parts(names: Sequence[str], files: Sequence[bytes]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(name, "p", hashlib.sha256(data).hexdigest(), len(data))
        for name, data in zip(names, files, strict=True)
    )


PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=90)
CHINESE = st.text(
    st.sampled_from("关于召开【】（）第2026号 组织生活会a."), min_size=1, max_size=120
)
NAMES = st.builds("{}.{}".format, CHINESE, st.sampled_from(["docx", "xlsx", "pdf", "zip", "odd"]))
ADDRESS = st.from_regex(r"[a-z]{1,30}@[a-z]{1,20}\.example", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(
    subject=CHINESE | PLAIN,
    body=st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    to=st.lists(ADDRESS, min_size=1, max_size=6, unique=True),
    cc=st.lists(ADDRESS, max_size=6),
    names=st.lists(NAMES, max_size=4),
    data=st.binary(max_size=3000),
)
def test_equal_to_yagmails_own(
    letter: LetterInfo, subject: str, body: str, to: list[str], cc: list[str], names: list[str],
    data: bytes,
) -> None:  # fmt: skip
    files = [data[number:] for number in range(len(names))]
    one = letter._replace(
        subject=subject, body=body, to=tuple(to), cc=tuple(cc),
        attachments=parts(names, files),
    )  # fmt: skip
    ours = Stationery(ACCOUNT)
    for _ in range(3):  # the second time it is known, the third it is kept
        assert ours.mail(one, files, START) == build(ACCOUNT, one, files, START)


def test_equal_for_every_letter_of_a_batch_and_its_own_batch_alone(letter: LetterInfo) -> None:
    ours, files = Stationery(ACCOUNT), [b"x" * 40_000]
    for number, batch in enumerate(["通知-1", "通知-1", "另一批-2", "通知-1"]):
        one = letter._replace(
            batch=batch, token=f"token{number}", message_id=f"<{number}@uni.example>",
            subject=f"第{number}号", attachments=parts([NAME], files),
        )  # fmt: skip
        assert ours.mail(one, files, START) == build(ACCOUNT, one, files, START)


@given(name=st.sampled_from(["To", "Cc", "Message-ID", "References"]), value=PLAIN.map(str.strip))
def test_a_short_header_is_what_the_email_package_writes(name: str, value: str) -> None:
    assert wire(name, value) == Compat32(linesep="\r\n").fold_binary(name, value)


def test_a_long_header_is_folded(letter: LetterInfo) -> None:
    to = tuple(f"very-long-name-{number}@branch.example" for number in range(9))
    raw = Stationery(ACCOUNT).mail(letter._replace(to=to), [b"x"], START)
    shown = raw.partition(b"\r\nTo: ")[2].partition(b"\r\nSubject")[0]
    assert shown.count(b"\r\n ") >= 3
    assert max(map(len, shown.split(b"\r\n"))) <= 78
    assert wire("Subject", Header("题" * 60, "utf-8", header_name="Subject")).count(b"\r\n ") > 1


def test_what_goes_with_each_letter_is_encoded_once_and_what_is_kept_is_bounded(
    letter: LetterInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, encoded = Stationery(ACCOUNT), []
    monkeypatch.setattr(
        stationery, "encode", lambda data: encoded.append(len(data)) or encode(data)
    )
    shared = b"s" * 3_000_000
    for number in range(30):
        own = bytes([number]) * 1_000
        one = letter._replace(attachments=parts(["共同.pdf", "各自.pdf"], [shared, own]))
        ours.mail(one, [shared, own], START)
    assert encoded.count(len(shared)) == 2, "once to see it again, once to keep it"
    for number in range(40):
        big = bytes([number]) * 1_000_000
        for _ in range(2):
            one = letter._replace(attachments=parts(["大.pdf"], [big]))
            ours.mail(one, [big], START)
    assert sum(map(len, ours._encoded.values())) <= stationery.KEPT
    assert len(ours._encoded) > 1


def test_half_a_character_in_the_body_is_said(letter: LetterInfo) -> None:
    with pytest.raises(InputError, match="残缺"):
        Stationery(ACCOUNT).mail(letter._replace(body="a\ud800"), [b"x"], START)
