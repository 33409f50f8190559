"""The pace of a mailbox: shares, rests, breakers, quiet hours, seats; all kept in the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from postal import LEASE, START, Batch, make_account, make_batch

from outbox.ledger.allowance import Budget, Cap, Tempo
from outbox.post import delivery, pace
from outbox.post.verdict import Action, Answer, Stage, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.post.delivery import Event

BOX = "zzb@uni.example"
TAKEN = Answer(Stage.DOT, 250, "ok")
SPAM = Answer(Stage.DOT, 554, "DT:SPM")
DOUBTED = Answer(Stage.DOT, 451, "DT:SPM please try again")
SLOW = Answer(Stage.MAIL, 550, "Sender frequency limited")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Script:
    """A courier whose server answers by the script, then takes everything."""

    answers: list[Answer]

    def __init__(self, *_: object, **__: object) -> None: ...

    def carry(self, *given: Any, **more: Any) -> Answer:
        answer = self.answers.pop(0) if self.answers else TAKEN
        [commit] = [one for one in (*given, *more.values()) if callable(one)]
        if answer.stage is Stage.DOT and not commit():
            return Answer(Stage.COMMIT)
        return answer

    def close(self) -> None: ...


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    made = make_batch(tmp_path, 12, size=32)
    made.approve()
    with made.ledger:
        yield made


def play(
    batch: Batch,
    monkeypatch: pytest.MonkeyPatch,
    *answers: Answer,
    wait: bool = False,
    **limits: Any,
) -> list[Event]:
    said = list(answers)
    monkeypatch.setattr(delivery, "Courier", type("One", (Script,), {"answers": said}))
    events = batch.send(make_account(25, **limits), wait=wait)
    assert not said, "the script was not played to its end"
    return events


def kinds(events: list[Event]) -> str:
    return " ".join(str(event.kind) for event in events)


# Arithmetic.


def test_an_assumed_rate_begins_at_its_half() -> None:
    guess = make_account(25, per_minute=10, per_hour=60, per_day=200, assumed=True)
    caps = pace.budget(guess, pace.first(guess)).caps
    assert [(cap.most, cap.window) for cap in caps] == [
        (5, timedelta(minutes=1)), (30, HOUR), (100, DAY),
    ]  # fmt: skip
    known = replace(guess, assumed=False)
    assert [cap.most for cap in pace.budget(known, pace.first(known)).caps] == [10, 60, 200]
    slowest = pace.budget(guess, Tempo(pace.LEAST))
    assert [cap.most for cap in slowest.caps] == [1, 1, 4], "it never stands still"


def test_a_rate_that_has_been_learnt_is_used_in_full() -> None:
    guess = make_account(25, per_minute=10, assumed=True)
    kept = pace.first(guess)._replace(share=275, logins=4)
    assert pace.current(guess, kept) == kept
    known = pace.current(replace(guess, assumed=False), kept)
    assert known == Tempo(pace.FULL, logins=4)
    assert pace.current(guess, known).share == 500
    assert pace.current(guess, None) == pace.first(guess)


def test_it_rises_slowly_and_halves_at_once() -> None:
    tempo = Tempo(500)
    assert pace.taken(tempo, 99) == Tempo(500, good=99)
    assert pace.taken(pace.taken(tempo, 99), 1) == Tempo(551)
    assert pace.taken(tempo, 100_000).share == pace.FULL
    assert pace.slower(Tempo(551, good=40)) == Tempo(275)
    for _ in range(20):
        tempo = pace.slower(tempo)
    assert tempo.share == pace.LEAST


@pytest.mark.parametrize(
    ("letters", "limits", "takes"),
    [
        (61, {"per_minute": 60}, timedelta(minutes=1)),
        (31, {"per_minute": 10, "per_quarter": 30}, timedelta(minutes=15)),
        (101, {"per_minute": 10, "per_hour": 50, "per_day": 100}, DAY),
        (5_000, {"per_hour": 10, "per_day": 10_000}, 20 * DAY + 19 * HOUR),
        (201, {"per_hour": 10, "quiet_hours": "20:00-08:00"}, DAY + 8 * HOUR),
        (7, {"quiet_hours": "20:00-08:00"}, timedelta(0)),
    ],
)
def test_how_long_it_takes(letters: int, limits: dict[str, Any], takes: timedelta) -> None:
    assert pace.eta(letters, make_account(25, **limits)) == takes


def test_half_the_share_takes_twice_as_long() -> None:
    account = make_account(25, per_day=100)
    assert pace.eta(1_001, account, 500) == 2 * pace.eta(1_001, account)


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        ("22:00-07:00", "21:59", "21:59"),
        ("22:00-07:00", "22:00", "07:00"),
        ("22:00-07:00", "06:59", "07:00"),
        ("22:00-07:00", "07:00", "07:00"),
        ("12:00-14:00", "13:30", "14:00"),
        ("12:00-14:00", "14:00", "14:00"),
        ("", "03:00", "03:00"),
    ],
)
def test_the_quiet_hours_end_in_the_morning(hours: str, at: str, until: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    now = datetime.fromisoformat(f"2026-11-23T{at}").replace(tzinfo=zone)
    then = pace.awake(make_account(25, quiet_hours=hours), now)
    assert f"{then:%H:%M}" == until
    assert timedelta(0) <= then - now < DAY


def test_a_throttled_mailbox_rests_a_minute_an_hour_and_past_midnight() -> None:
    at = datetime(2026, 11, 23, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert pace.rest(0, 0, at) == at + timedelta(minutes=1)
    assert pace.rest(0, 120, at) == at + timedelta(minutes=2)
    assert HOUR <= pace.rest(1, 60, at, "x") - at <= HOUR + timedelta(minutes=10)
    assert 9 * HOUR <= pace.rest(2, 60, at, "x") - at <= 9 * HOUR + timedelta(minutes=10)
    late = at.replace(hour=23, minute=50)
    assert pace.rest(9, 60, late, "x") - late >= HOUR


def test_a_421_rests_five_to_fifteen_minutes_a_busy_login_thirty_to_sixty() -> None:
    spread = {
        (421, Stage.MAIL): (300, 300, 900),
        (535, Stage.AUTH): (1800, 1800, 3600),
        (451, Stage.DOT): (120, 120, 120),
    }
    for (code, stage), (rest, least, most) in spread.items():
        verdict = Verdict(Action.DEFERRED, "", rest)
        holds = [
            pace.hold(verdict, Answer(stage, code), str(seed)).total_seconds()
            for seed in range(200)
        ]
        assert least <= min(holds)
        assert max(holds) <= most
        assert max(holds) - min(holds) >= (most - least) * 0.9


# What the server says, and what comes of it.


def test_a_throttling_halves_the_share_and_counts_no_attempt(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = play(batch, monkeypatch, SLOW)
    assert kinds(events) == "deferred waiting"
    assert events[-1].next_at == START + timedelta(minutes=1)
    assert batch.ledger.letter(1).attempts == 0
    assert batch.ledger.letter(1).first_at is None
    assert batch.ledger.tempo_of(BOX) == Tempo(500)
    play(batch, monkeypatch, wait=True)
    assert batch.states() == {"accepted": 12}
    assert batch.ledger.tempo_of(BOX) == Tempo(500, good=12)
    rested = batch.ledger.pause_of(BOX)
    assert rested is not None
    assert rested.step == 0


def test_what_is_only_throttled_never_expires(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(batch, monkeypatch, *[SLOW] * 6, wait=True)
    assert batch.clock.now() - START > 2 * DAY
    assert batch.states() == {"accepted": 12}


def test_two_days_after_its_first_offer_a_letter_expires(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = Answer(Stage.RCPT, 450, "later")
    batch.ledger.cancel(
        batch.name, START, "王芳", "", only=[f"{number:03}" for number in range(2, 13)]
    )
    play(batch, monkeypatch, grey)
    batch.clock.at += timedelta(hours=47)
    play(batch, monkeypatch, grey)
    assert batch.states()["deferred"] == 1
    batch.clock.at += timedelta(hours=3)
    play(batch, monkeypatch, grey)
    assert batch.states()["expired"] == 1


@pytest.mark.parametrize(
    ("answers", "ends"),
    [
        ([454] * 3, "deferred resting deferred resting deferred halted"),
        ([454] * 2, "deferred resting deferred resting accepted"),
        ([535] * 2, "deferred resting deferred halted"),
        ([535, 454], "deferred resting deferred resting accepted"),
    ],
)
def test_a_login_is_put_off_only_so_often(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, answers: list[int], ends: str
) -> None:
    words = {454: "4.7.0 later", 535: "too many logins, busy"}
    said = [Answer(Stage.AUTH, code, words[code]) for code in answers]
    events = play(batch, monkeypatch, *said, wait=True)
    assert kinds(events).startswith(ends)
    assert batch.ledger.letter(1).attempts == (1 if "accepted" in ends else 0)
    rests = kinds(events).split().count("resting")
    least = sum(300 if code == 454 else 1800 for code in answers[:rests])
    assert sum(batch.clock.pauses) >= least
    if "halted" in ends:
        assert "网页邮箱" in events[-1].words
        play(batch, monkeypatch, wait=True)
        assert batch.states() == {"accepted": 12}, "a person has asked for it to go on"


def test_a_refused_login_stops_the_mailbox_for_every_batch(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = tuple(replace(one, body="另一封", attachments=()) for one in batch.manifest.letters)
    other = replace(batch, manifest=replace(batch.manifest, job="另", letters=letters))
    batch.ledger.record(other.manifest, "outbox/y", START, "王芳")
    other.approve()
    monkeypatch.setattr(delivery, "Courier", type("One", (Script,), {"answers": []}))
    theirs = delivery.deliver(
        batch.ledger, other.name, "live", make_account(25, per_minute=1), None, batch.folder,
        now=batch.clock.now, pause=batch.clock.pause, worker="w2", wait=True,
    )  # fmt: skip
    assert next(theirs).kind == "accepted"
    [deferred, halted] = play(batch, monkeypatch, Answer(Stage.AUTH, 535, "Login Fail"))
    assert (deferred.kind, halted.kind) == ("deferred", "halted")
    assert "授权码" in halted.words
    assert next(theirs).words == halted.words
    assert batch.ledger.batch(other.name).state == "halted"
    play(batch, monkeypatch)
    assert batch.states() == {"accepted": 12}


def test_a_content_put_off_rests_two_minutes_then_stops_the_batch(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = play(batch, monkeypatch, DOUBTED)
    assert kinds(events) == "deferred waiting"
    assert events[-1].next_at == START + timedelta(minutes=2)
    batch.clock.at += timedelta(minutes=2)
    events = play(batch, monkeypatch, DOUBTED)
    assert events[-1].next_at == batch.clock.now() + HOUR
    assert "先试一封" in events[-1].words
    batch.clock.at += HOUR
    assert kinds(play(batch, monkeypatch, DOUBTED)) == "deferred waiting", "one probe, no more"
    play(batch, monkeypatch, wait=True)
    assert batch.states() == {"accepted": 12}, "nobody is given up, and none needs a person"


def test_a_content_put_off_once_among_others_stops_nothing(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = Answer(Stage.RCPT, 450, "later")
    events = play(batch, monkeypatch, TAKEN, DOUBTED, TAKEN, grey, DOUBTED, wait=True)
    assert batch.states() == {"accepted": 12}
    assert batch.clock.now() - START < HOUR
    assert kinds(events).count("deferred") == 3


@pytest.mark.parametrize(
    "answers",
    [
        [TAKEN, SPAM, SPAM],
        [SPAM, TAKEN, SPAM, TAKEN, TAKEN, SPAM],
    ],
)
def test_refused_contents_stop_the_batch_until_a_probe_is_taken(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, answers: list[Answer]
) -> None:
    events = play(batch, monkeypatch, *answers)
    assert events[-1].kind == "waiting"
    assert events[-1].next_at == START + HOUR
    assert "先试一封" in events[-1].words
    assert batch.ledger.batch(batch.name).state == "sending"
    held = answers.count(SPAM)
    assert kinds(play(batch, monkeypatch)) == "waiting", "an hour is an hour"
    batch.clock.at += HOUR
    events = play(batch, monkeypatch, SPAM)
    assert kinds(events) == "held waiting", "one probe, no more"
    batch.clock.at += HOUR
    assert "waiting" not in kinds(play(batch, monkeypatch))
    assert batch.states() == {"accepted": 12 - held - 1, "held": held + 1}
    batch.ledger.take_up_held(batch.name, batch.clock.now(), "王芳")
    events = play(batch, monkeypatch, SPAM)
    assert kinds(events).startswith("held accepted"), "what was refused before counts no more"


def test_one_refusal_among_many_stops_nothing(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "waiting" not in kinds(play(batch, monkeypatch, SPAM, TAKEN, SPAM))


def test_refused_probes_end_with_a_person(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    events = play(batch, monkeypatch, *[SPAM] * 5, wait=True)
    assert kinds(events) == "held held resting held resting held resting held halted"
    assert "查明原因" in events[-1].words
    assert batch.clock.now() >= START + 3 * HOUR


def test_only_one_sender_probes(batch: Batch) -> None:
    batch.ledger.break_off(batch.name, BOX, START, 0)
    assert batch.ledger.probe(batch.name, BOX, START, START + LEASE)
    assert not batch.ledger.probe(batch.name, BOX, START, START + LEASE)
    assert batch.ledger.probe(batch.name, BOX, START + LEASE, START + 2 * LEASE), "it has died"


def test_while_a_letter_is_a_probe_no_other_is_in_hand(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(batch, monkeypatch, SPAM, SPAM)
    batch.clock.at += HOUR
    in_hand = []

    class Watched(Script):
        answers: ClassVar[list[Answer]] = []

        def carry(self, *given: Any, **more: Any) -> Answer:
            in_hand.append(batch.states()["leased"])
            return super().carry(*given, **more)

    monkeypatch.setattr(delivery, "Courier", Watched)
    batch.send(make_account(25))
    assert in_hand[0] == 1
    assert max(in_hand) > 1, "after a probe that was taken it goes on as ever"


def test_a_probe_that_tells_nothing_is_tried_again(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(batch, monkeypatch, SPAM, SPAM)
    batch.clock.at += HOUR
    events = play(batch, monkeypatch, Answer(Stage.RCPT, 550, "5.1.1 no such user"), SPAM)
    assert kinds(events) == "rejected held waiting"


def test_at_night_only_what_is_most_urgent_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_batch(tmp_path, 2, size=32)
    urgent = replace(batch.manifest, job="急", meta={"紧急程度": "特急"})
    batch.approve()
    quiet = {"quiet_hours": "00:00-07:30"}  # it is 01:00
    with batch.ledger:
        [waiting] = play(batch, monkeypatch, **quiet)
        assert (waiting.kind, waiting.next_at) == ("waiting", START.replace(hour=7, minute=30))
        assert "夜间" in waiting.words
        letters = tuple(replace(one, body="急", attachments=()) for one in urgent.letters)
        other = replace(batch, manifest=replace(urgent, letters=letters))
        batch.ledger.record(other.manifest, "outbox/y", START, "王芳")
        other.approve()
        play(other, monkeypatch, **quiet)
        assert other.states() == {"accepted": 2}


# Several senders, one mailbox.


def claim(batch: Batch, worker: str, budget: Budget, at: datetime = START) -> int:
    found = batch.ledger.claim(
        batch.name, "live", worker, at, LEASE, domain="uni.example", limit=8, budget=budget
    )
    return len(found)


def test_what_is_leased_counts_as_sent(batch: Batch) -> None:
    budget = Budget(BOX, (Cap(5, timedelta(minutes=1)), Cap(9, HOUR)))
    assert claim(batch, "w1", budget) == 5
    assert claim(batch, "w2", budget) == 0
    assert batch.ledger.room(budget, START) == (0, START + timedelta(minutes=1))
    assert claim(batch, "w2", budget._replace(account="other@uni.example")) == 5
    batch.ledger.recover(START + LEASE)
    assert claim(batch, "w2", budget, START + LEASE) == 5


def test_the_caps_of_a_domain_hold_for_all_its_mailboxes(batch: Batch) -> None:
    ours = Budget(BOX, (Cap(5, HOUR),), "uni.example")
    theirs = ours._replace(account="xcb@uni.example")
    assert claim(batch, "w1", ours) == 5
    assert claim(batch, "w2", theirs) == 0
    elsewhere = Budget("a@other.example", (Cap(5, HOUR),), "other.example")
    assert claim(batch, "w3", elsewhere) == 5


def test_there_are_only_so_many_seats(batch: Batch) -> None:
    ledger, until = batch.ledger, START + LEASE
    assert ledger.take_seat(BOX, "w1", START, until, 2) is None
    assert ledger.take_seat(BOX, "w2", START, until + HOUR, 2) is None
    assert ledger.take_seat(BOX, "w3", START, until, 2) == until
    assert ledger.take_seat(BOX, "w1", START, until, 2) is None, "it keeps its own"
    assert ledger.take_seat("other@uni.example", "w3", START, until, 2) is None
    assert ledger.take_seat(BOX, "w3", until, until + HOUR, 2) is None, "that seat has run out"
    ledger.leave_seat(BOX, "w2")
    assert ledger.take_seat(BOX, "w4", until, until + HOUR, 2) is None
    assert ledger.take_seat(BOX, "w5", until, until + HOUR, 2) is not None


def test_a_second_sender_waits_for_a_connection(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.ledger.take_seat(BOX, "another", START, START + LEASE, 1)
    [waiting] = play(batch, monkeypatch, max_conn=1)
    assert waiting.kind == "waiting"
    assert "别的进程" in waiting.words
    batch.ledger.leave_seat(BOX, "another")
    play(batch, monkeypatch, max_conn=1)
    assert batch.states() == {"accepted": 12}
    assert batch.ledger.take_seat(BOX, "next", START, START + LEASE, 1) is None, "given back"


def test_every_answer_of_these_tests_is_what_it_was_taken_for() -> None:
    assert judge(SPAM).action is Action.HELD
    assert judge(SLOW).action is Action.THROTTLED
    assert judge(Answer(Stage.AUTH, 535, "too many logins, busy")).action is Action.THROTTLED
