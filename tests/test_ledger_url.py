"""A ledger's URL holds no secret, under whatever name."""

from __future__ import annotations

import sys

import pytest

from outbox.ledger.server import Server
from rosters.finding import InputError, UnavailableError


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


def test_without_its_driver_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UnavailableError) as caught:
        Server("postgresql://fawen@db.uni.example/fawen").engine()
    assert "没有安装 PostgreSQL 的驱动" in caught.value.message
    assert "whl[postgres]" in caught.value.advice
