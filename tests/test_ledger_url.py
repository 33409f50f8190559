"""A ledger's URL holds no secret, under whatever name."""

from __future__ import annotations

import pytest

from outbox.ledger.server import Server
from rosters.finding import InputError


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://fawen:geheim@db.example/fawen",
        "postgresql://fawen@db.example/fawen?password=geheim",
        "postgresql://fawen@db.example/fawen?sslpassword=geheim",
        "postgresql://fawen@db.example/fawen?PASSWORD=geheim",
    ],
)
def test_a_url_with_a_secret_in_it_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InputError, match="密码") as caught:
        Server(url)
    assert "geheim" not in f"{caught.value} {caught.value.advice}"


def test_a_url_without_one_is_taken() -> None:
    assert Server("postgresql://fawen@db.example/fawen?sslmode=verify-full").url
