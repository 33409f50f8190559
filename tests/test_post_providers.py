"""Six services with secret quotas, in virtual time: no valid address given up, hardly throttled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from postal import Clock, make_batch
from providers import DAY, PROVIDERS, Provider

from outbox.ledger.states import LetterState
from outbox.post import delivery
from outbox.post.account import Account
from outbox.post.service import shipped
from outbox.post.verdict import Answer, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from postal import Batch

LIMITS = ("per_minute", "per_quarter", "per_hour", "per_day", "per_connection", "max_conn")
FEW, MANY = 40, 400  # letters
MOST_HITS = 0.005  # of the letters


class StandIn:
    """Takes the courier's place: the same answers, no wire, no waiting."""

    provider: Provider

    def __init__(self, *_: object, **__: object) -> None: ...

    def carry(self, sender: str, to: list[str], *rest: Any, **more: Any) -> Any:
        assert sender == "zzb@uni.example"
        [commit] = [one for one in (*rest, *more.values()) if callable(one)]
        return self.provider.carry(to[0], commit)

    def close(self) -> None:
        self.provider.hang_up()


def account(name: str) -> Account:
    """Return a mailbox of this service as desk.sender would make it: its rates assumed."""
    known = shipped()[name]
    limits = {limit: getattr(known, limit) for limit in LIMITS}
    return Account(
        "zzb@uni.example", "组织部", "smtp.uni.example", 465,
        assumed=True, shared=known.shared, **limits,
    )  # fmt: skip


def play(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str, letters: int
) -> tuple[Batch, Provider]:
    """Send a batch to its end, however many virtual days it takes."""
    batch = make_batch(path, letters, size=32)
    batch.approve()
    provider = Provider(PROVIDERS[name], batch.clock)
    monkeypatch.setattr(delivery, "Courier", type("One", (StandIn,), {"provider": provider}))
    batch.send(account(name), wait=True)
    return batch, provider


def verify(batch: Batch, provider: Provider, letters: int) -> str:
    """Hold the outcome against what was promised; return it in one line."""
    for letter in batch.ledger.letters(batch.name):
        gone = provider.unknown(letter.to[0])
        assert letter.state is (LetterState.REJECTED if gone else LetterState.ACCEPTED), letter
        assert provider.taken.get(letter.to[0], 0) == (0 if gone else 1)
    assert provider.hits <= letters * MOST_HITS, f"{provider.hits} hits on {letters} letters"
    assert batch.ledger.broken() is None
    days = (batch.clock.now() - Clock().now()) / DAY
    tries = f"{provider.attempts} attempts, {provider.hits} hits"
    return f"{letters} letters in {days:.1f} days, {tries}"


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_service_with_secret_quotas_is_never_pressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    batch, provider = play(tmp_path, monkeypatch, name, FEW)
    with batch.ledger:
        verify(batch, provider, FEW)


@pytest.mark.long
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_service_with_secret_quotas_through_a_long_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    batch, provider = play(tmp_path, monkeypatch, name, MANY)
    with batch.ledger, capsys.disabled():
        print(f"\n{name}: {verify(batch, provider, MANY)}")  # noqa: T201 (what make long writes up)


def test_four_days_without_a_server_give_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead network is nobody's fault: when it comes back, every letter leaves."""
    batch = make_batch(tmp_path, 3, size=32)
    batch.approve()
    provider = Provider(PROVIDERS["relay"], batch.clock)
    back = batch.clock.now() + timedelta(days=4)

    class Away(StandIn):
        def carry(self, *args: Any, **more: Any) -> Any:
            if batch.clock.now() < back:
                return Answer(Stage.CONNECT, 0, "Network is unreachable")
            return super().carry(*args, **more)

    Away.provider = provider
    monkeypatch.setattr(delivery, "Courier", Away)
    with batch.ledger:
        batch.send(account("relay"), wait=True)
        assert batch.states() == {"accepted": 3}
        assert len(batch.clock.pauses) < 500, "it waits longer and longer, two hours at most"
