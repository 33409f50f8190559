"""Mails as they arrive, each a file in cases/mails: NAME.eml, and NAME.json with what it says.

A bounce's sort, addresses, subject and reason are read as QQ, Coremail, Postfix and qmail write
them; what a person writes about bounces is a letter. The same in the child, where it is read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from postal import make_batch

from outbox.desk import opening
from outbox.post.arrival import AUTO, BOUNCE, LETTER, Arrival, taken
from outbox.post.match import OTHER, OWN, REPLY, match

if TYPE_CHECKING:
    from outbox.ledger.values import LetterInfo

CASES = sorted((Path(__file__).parent / "cases" / "mails").glob("*.eml"))
ACCOUNT = "zzb@uni.example"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_mail_says(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found = asdict(taken(path.read_bytes()))
    assert {name: list(one) if isinstance(one, tuple) else one for name, one in found.items()} == (
        expected
    )


def test_every_case_has_its_other_half() -> None:
    folder = CASES[0].parent
    assert {one.stem for one in folder.glob("*.json")} == {one.stem for one in CASES}
    assert len(CASES) > 20


def test_the_child_says_the_same_and_outlives_what_kills_it() -> None:
    for path in CASES[:3]:
        assert opening.opened(path.read_bytes()) == taken(path.read_bytes())
    # A mail of parts within parts, deeper than Python can follow.
    depth = 30_000
    bomb = b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * depth
    assert opening.opened(bomb).sort in {opening.UNREADABLE, LETTER}
    assert opening.opened(CASES[0].read_bytes()) == taken(CASES[0].read_bytes())
    opening.OPENER.close()


@pytest.fixture
def letters(tmp_path: Path) -> tuple[LetterInfo, ...]:
    batch = make_batch(tmp_path, 3)
    with batch.ledger:
        return batch.ledger.letters(batch.name)


def bounce(*failed: str, **more: str) -> Arrival:
    return replace(Arrival(BOUNCE, "postmaster@mx.example", "退信", failed=failed), **more)


def test_a_token_names_the_letter(letters: tuple[LetterInfo, ...]) -> None:
    first = letters[0]
    found = match(bounce(first.to[0], tokens=(first.token,)), ACCOUNT, [first], [])
    assert (found.letter, found.proven, found.words) == (first, True, "")
    forwarded = match(bounce("x@far.example", tokens=(first.token,)), ACCOUNT, [first], [])
    assert forwarded.letter == first
    assert "转发" in forwarded.words


def test_two_tokens_are_told_apart_by_the_address_or_not_at_all(
    letters: tuple[LetterInfo, ...],
) -> None:
    pair = letters[:2]
    tokens = tuple(one.token for one in pair)
    assert match(bounce(pair[1].to[0], tokens=tokens), ACCOUNT, pair, []).letter == pair[1]
    assert match(bounce(tokens=tokens), ACCOUNT, pair, []).letter is None


def test_without_a_token_the_address_must_be_that_of_one_letter(
    letters: tuple[LetterInfo, ...],
) -> None:
    one = bounce("DZZ001@branch.example")
    assert match(one, ACCOUNT, [], letters).letter == letters[0]
    twin = letters[1]._replace(to=letters[0].to)
    unsure = match(one, ACCOUNT, [], [letters[0], twin])
    assert (unsure.sort, unsure.letter) == (BOUNCE, None)
    assert "看不出" in unsure.words
    by_subject = match(replace(one, about=twin.subject), ACCOUNT, [], [letters[0], twin])
    assert by_subject.letter == twin
    assert "打电话核实" in by_subject.words  # whoever knows address and subject can write that
    # The subject names another mail, which somebody wrote by hand.
    assert match(replace(one, about="午饭"), ACCOUNT, [], letters).sort == OTHER
    assert match(bounce("far@far.example"), ACCOUNT, [], letters).sort == OTHER
    # A token that no letter here has: another ledger sent it.
    foreign = match(replace(one, tokens=("a" * 26,)), ACCOUNT, [], letters)
    assert (foreign.sort, foreign.letter) == (BOUNCE, None)


def test_a_forger_with_a_letter_of_his_own_reaches_no_other_letter(
    letters: tuple[LetterInfo, ...],
) -> None:
    own, other = letters[0], letters[1]
    forged = replace(bounce(other.to[0]), tokens=(own.token,), about=other.subject)
    found = match(forged, ACCOUNT, [own], letters)
    assert found.letter == own
    assert "不在收件人里" in found.words
    reply = Arrival(LETTER, other.to[0], f"Re: {other.subject}", (own.token,))
    assert match(reply, ACCOUNT, [own], letters).letter is None
    # By address and subject alone nothing is proven: no doubt is settled by it.
    assert not match(replace(forged, tokens=()), ACCOUNT, [], letters).proven


def test_an_answer_is_taken_from_the_letters_own_address_alone(
    letters: tuple[LetterInfo, ...],
) -> None:
    first = letters[0]
    answer = Arrival(LETTER, first.to[0], f"Re: {first.subject}", (first.token,))
    assert match(answer, ACCOUNT, [first], letters).letter == first
    stranger = match(replace(answer, sender="x@private.example"), ACCOUNT, [first], letters)
    assert (stranger.sort, stranger.letter) == (REPLY, None)
    plain = match(replace(answer, tokens=()), ACCOUNT, [], letters)
    assert (plain.letter, plain.proven) == (first, False)
    assert match(replace(answer, tokens=(), subject="午饭"), ACCOUNT, [], letters).letter is None
    assert match(replace(answer, sort=AUTO), ACCOUNT, [first], letters).sort == AUTO
    assert match(replace(answer, sender=ACCOUNT), ACCOUNT, [first], letters).sort == OWN
    away = Arrival(LETTER, "x@far.example", "广告")
    assert match(away, ACCOUNT, [], letters).sort == OTHER
