"""What a Sent folder proves: found is sent; not found is unsent only with all of the conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from netease import SENT, NetEase
from postal import START, make_batch

from outbox.ledger.values import Doubt, Witness
from outbox.post.mailbox import Access, Mailbox
from outbox.post.proof import GRACE, Ruling, Sent, Sighting, borne, judge, walked

if TYPE_CHECKING:
    from pathlib import Path

BEFORE, AFTER = "b" * 26, "c" * 26
SECOND = timedelta(seconds=1)
FIRST, LAST = START, START + 6 * timedelta(minutes=1)
LATER = LAST + GRACE


def seen(*tokens: str, size: int = 9_000) -> dict[str, Sighting]:
    return {token: Sighting("Sent", 7, 5, ("References",), size) for token in tokens}


WITNESSES = (Witness(BEFORE, FIRST - SECOND), Witness(AFTER, LAST + SECOND))
BOTH = Sent(("Sent",), seen(BEFORE, AFTER))


@pytest.fixture
def doubt(tmp_path: Path) -> Doubt:
    batch = make_batch(tmp_path, 1)
    with batch.ledger:
        return Doubt(batch.ledger.letters(batch.name)[0], FIRST, LAST)


def test_found_is_sent_at_once(doubt: Doubt) -> None:
    found = replace(BOTH, seen=seen(doubt.letter.token))
    proof = judge(doubt, (), found, LAST)
    assert proof.ruling is Ruling.SENT
    assert "UIDVALIDITY 7，UID 5" in proof.words


def test_not_found_with_all_conditions_is_unsent(doubt: Doubt) -> None:
    assert judge(doubt, WITNESSES, BOTH, LATER).ruling is Ruling.UNSENT


@pytest.mark.parametrize(
    ("witnesses", "sent", "at", "ruling"),
    [
        (WITNESSES, BOTH, LATER - SECOND, Ruling.WAIT),  # the grace is not over
        (WITNESSES, replace(BOTH, folders=()), LATER, Ruling.UNKNOWN),
        (WITNESSES, replace(BOTH, replaced=FIRST + SECOND), LATER, Ruling.UNKNOWN),
        (WITNESSES[1:], BOTH, LATER, Ruling.UNKNOWN),  # none before
        (WITNESSES, replace(BOTH, seen=seen(AFTER)), LATER, Ruling.UNKNOWN),  # one is missing
        (WITNESSES[:1], BOTH, LATER, Ruling.WAIT),  # none after
        ((), BOTH, LATER, Ruling.UNKNOWN),
    ],
)
def test_without_one_of_them_nothing_is_proven(
    doubt: Doubt, witnesses: tuple[Witness, ...], sent: Sent, at: object, ruling: Ruling
) -> None:
    assert judge(doubt, witnesses, sent, at).ruling is ruling  # type: ignore[arg-type]  # a datetime


def test_a_small_letter_in_sent_says_nothing_of_a_large_one(doubt: Doubt) -> None:
    small = replace(BOTH, seen=seen(BEFORE) | seen(AFTER, size=900))
    proof = judge(doubt, WITNESSES, small, LATER)
    assert (proof.ruling, proof.canary, proof.size) == (Ruling.WAIT, True, 4992)


def test_a_canary_as_large_proves_it_even_after_many_small_ones(doubt: Doubt) -> None:
    names = [letter * 26 for letter in "ghijkl"]
    small = [Witness(name, LAST + SECOND) for name in names]
    canary = Witness("z" * 26, LAST + 2 * SECOND)
    witnesses = (WITNESSES[0], *small, canary)
    kept = replace(BOTH, seen=seen(BEFORE) | seen(*names, size=900))
    young = judge(doubt, witnesses, kept, canary.at + GRACE - SECOND)
    assert (young.ruling, young.canary) == (Ruling.WAIT, False)
    # Ten minutes later it is not there: mails as large as this are not kept.
    assert judge(doubt, witnesses, kept, LATER + GRACE).ruling is Ruling.UNKNOWN
    whole = replace(kept, seen={**kept.seen, **seen(canary.token)})
    assert judge(doubt, witnesses, whole, LATER).ruling is Ruling.UNSENT


def test_a_server_that_keeps_headers_back_proves_nothing(doubt: Doubt) -> None:
    assert judge(doubt, WITNESSES, replace(BOTH, partial=True), LATER).ruling is Ruling.UNKNOWN


class Withholding(NetEase):
    """Lists three mails of the Sent folder, and hands over two."""

    def _do_uid_search(self, _: str) -> tuple[bytes, str]:
        return b"* SEARCH 3 4 9\r\n", "OK done"


@pytest.mark.parametrize("kind", [NetEase, Withholding])
def test_a_folder_is_whole_only_if_each_listed_mail_was_handed_over(
    tmp_path: Path, kind: type[NetEase]
) -> None:
    batch = make_batch(tmp_path, 1)
    mail = f"Message-ID: <{BEFORE}@uni.example>\r\n\r\nbody\r\n".encode()
    with batch.ledger, kind({SENT: [(3, mail), (9, mail)]}) as server:
        access = Access("zzb@uni.example", "zzb", "127.0.0.1", server.port, "plain")
        with Mailbox(access, "secret") as box:
            sent = walked(batch.ledger, box, START, START)
    assert sent.partial is (kind is Withholding)
    assert sent.seen[BEFORE].size == len(mail)


def test_a_folder_that_was_replaced_before_is_as_good_as_any(doubt: Doubt) -> None:
    sent = replace(BOTH, replaced=FIRST - SECOND)
    assert judge(doubt, WITNESSES, sent, LATER).ruling is Ruling.UNSENT


def test_a_witness_that_has_just_left_may_still_come(doubt: Doubt) -> None:
    young = (WITNESSES[0], Witness(AFTER, LATER - SECOND))
    sent = replace(BOTH, seen=seen(BEFORE))
    proof = judge(doubt, young, sent, LATER)
    assert (proof.ruling, proof.canary) == (Ruling.WAIT, False)
    assert judge(doubt, young, sent, LATER + GRACE).ruling is Ruling.UNKNOWN


def test_a_canary_is_wanted_only_where_nothing_came_after(doubt: Doubt) -> None:
    assert judge(doubt, WITNESSES[:1], BOTH, LATER).canary
    assert not judge(doubt, WITNESSES[1:], BOTH, LATER).canary
    assert not judge(doubt, WITNESSES[:1], BOTH, LATER - SECOND).canary


def test_tokens_are_found_where_services_leave_them() -> None:
    token = "abcdefghijklmnopqrstuvwx23"
    rewritten = (
        f"Message-ID: <tencent_0A1B2C@qq.example>\r\nX-OQ-MSGID: <{token}@uni.example>\r\n"
        f"References:\r\n <fawen.{token}@uni.example>\r\nSubject: {'z' * 26}\r\n"
    )
    assert borne(rewritten.encode()) == {token: ("X-OQ-MSGID", "References")}
