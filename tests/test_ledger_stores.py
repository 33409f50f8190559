"""Two stores, one code: what differs between a file and a server, and what must not."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from bureau import bureau, fawen
from postal import LEASE, START, make_batch
from stores import tamper

from outbox.ledger.ledger import Ledger
from outbox.ledger.moves import Act, move_letter
from outbox.ledger.server import Server
from outbox.ledger.states import LetterState
from outbox.ledger.values import Outcome
from rosters.finding import InputError, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from stores import Cluster


def test_a_move_from_an_old_row_moves_nothing(tmp_path: Path, place: Path | Server) -> None:
    """Two handles have read the same row; the second comes too late."""
    from sqlalchemy import select

    from outbox.ledger import tables

    batch = make_batch(tmp_path, 1, place=place)
    with batch.ledger as ledger:
        with ledger._store.reading() as connection:
            row = connection.execute(select(tables.letter)).mappings().one()
        for moves in (True, False):
            with ledger._store.writing() as connection:
                done = move_letter(connection, row, LetterState.LEASED, Act(START, "w"))
                assert done is moves
        assert len(ledger.moves(letter=row["id"])) == 1


def test_threads_that_claim_at_once_hold_nothing_in_common(
    tmp_path: Path, place: Path | Server
) -> None:
    batch = make_batch(tmp_path, 40, size=32, place=place)
    batch.approve()

    def work(number: int) -> list[int]:
        with Ledger.open(place, at=START) as ledger:
            mine = []
            while found := ledger.claim(
                batch.name, "live", f"w{number}", START, LEASE, domain="uni.example", limit=3
            ):
                for letter in found:
                    assert ledger.to_dot(letter, START, LEASE, "a@uni.example")
                    ledger.settle(letter, Outcome(LetterState.ACCEPTED, "dot", 250), START)
                    mine.append(letter.id)
            return mine

    with ThreadPoolExecutor(4) as pool:
        found = [number for mine in pool.map(work, range(4)) for number in mine]
    assert len(found) == len(set(found)) == 40
    with batch.ledger as ledger:
        assert ledger.broken() is None
        assert ledger.unexplained(batch.name) == []


def test_opened_at_once_it_is_made_once(place: Path | Server) -> None:
    def key(_: int) -> bytes:
        with Ledger.open(place, at=START) as ledger:
            return ledger.key

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(key, range(4)))) == 1


def test_words_with_a_nul_are_kept_on_both(tmp_path: Path, place: Path | Server) -> None:
    batch = make_batch(tmp_path, 1, place=place)
    batch.approve()
    with batch.ledger as ledger:
        [letter] = ledger.claim(batch.name, "live", "w", START, LEASE, domain="uni.example")
        said = Outcome(LetterState.REJECTED, "rcpt", 550, "no\0such user", "拒\0收")
        assert ledger.settle(letter, said, START)
        assert ledger.letter(letter.id).reply == "no\ufffdsuch user"
        assert ledger.broken() is None


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path, place: Path | Server) -> None:
    batch = make_batch(tmp_path, 1, place=place)
    with batch.ledger as ledger, ledger._store.writing():
        assert ledger.counts(batch.name)["queued"] == 1


@pytest.mark.postgres
def test_a_stopped_writer_loses_the_pen_in_20_seconds_and_nobody_waits_longer_than_30(
    tmp_path: Path, cluster: Cluster
) -> None:
    """One that was stopped inside a transaction must not stop everybody."""
    batch = make_batch(tmp_path, 1, place=cluster.database())
    with batch.ledger as ledger, ledger._store.reading() as connection:
        shown = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout")
        assert shown.scalar_one() == "20s"
        shown = connection.exec_driver_sql("SHOW lock_timeout")
        assert shown.scalar_one() == "30s"


@pytest.mark.postgres
def test_a_newer_ledger_on_a_server_is_not_touched(cluster: Cluster) -> None:
    place = cluster.database()
    Ledger.open(place, at=START).close()
    tamper(place, "UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(UnavailableError, match="请先升级"):
        Ledger.open(place, at=START)


@pytest.mark.postgres
def test_a_database_of_something_else_is_not_taken_over(cluster: Cluster) -> None:
    place = cluster.database()
    tamper(place, "CREATE TABLE meta (name TEXT)")
    with pytest.raises(UnavailableError, match="无法读写"):
        Ledger.open(place, at=START)


@pytest.mark.postgres
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "EUC_CN"])
def test_a_database_that_cannot_hold_every_character_is_refused(
    cluster: Cluster, encoding: str
) -> None:
    with pytest.raises(UnavailableError, match=f"编码是 {encoding}") as caught:
        Ledger.open(cluster.database(encoding), at=START)
    assert "ENCODING 'UTF8'" in caught.value.advice


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    place = Server(f"postgresql://fawen@/fawen?host={tmp_path}")
    with pytest.raises(UnavailableError, match="请确认数据库在运行"):
        Ledger.open(place, at=START)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://fawen:geheim@db.example/fawen", "有密码"),
        ("postgresql://fawen@db.example/fawen?password=geheim", "有密码"),
        ("mysql://fawen@db.example/fawen", "PostgreSQL"),
        ("postgresql://fawen@db.example", "PostgreSQL"),
        ("台账", "读不懂"),
    ],
)
def test_a_url_that_must_not_be_is_refused(url: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        Server(url)
    assert "geheim" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    assert "geheim" not in repr(Server("postgresql://fawen@db.example/fawen", "geheim"))


def test_a_server_elsewhere_must_prove_who_it_is() -> None:
    def asked(url: str) -> dict[str, object]:
        engine = Server(url, "geheim").engine()
        _, given = engine.dialect.create_connect_args(engine.url)
        [more] = [
            cell.cell_contents
            for cell in engine.pool._creator.__closure__ or ()  # type: ignore[attr-defined]
            if isinstance(cell.cell_contents, dict) and "options" in cell.cell_contents
        ]
        return {**given, **more}

    far = asked("postgresql://fawen@db.example/fawen")
    assert (far["sslmode"], far["password"]) == ("verify-full", "geheim")
    assert "sslmode" not in asked("postgresql://fawen@127.0.0.1/fawen")
    chosen = asked("postgresql://fawen@db.example/fawen?sslmode=verify-ca&sslrootcert=ca.pem")
    assert (chosen["sslmode"], chosen["sslrootcert"]) == ("verify-ca", "ca.pem")
    assert "synchronous_commit=on" in str(far["options"])


@pytest.mark.postgres
def test_a_workspace_keeps_its_ledger_on_a_server(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = bureau(tmp_path / "w")
    place = cluster.database()
    settings = (root / "fawen.toml").read_text(encoding="utf-8")
    (root / "fawen.toml").write_text(f'{settings}[ledger]\nurl = "{place.url}"\n', encoding="utf-8")
    monkeypatch.setenv("FAWEN_LEDGER_PASSWORD", "is not asked for here")
    made = fawen("--json", "merge", "通知", cwd=root)
    assert made.status == 0, made.err + made.out
    assert not (root / "outbox" / "ledger.db").exists()
    said = fawen("--json", "doctor", cwd=root).object["findings"]
    [found] = [one for one in said if one["rule"] == "ledger"]
    assert found["level"] == "warning", "the cluster of these tests does not sync"
    assert "fsync = off" in found["message"]
    assert "PostgreSQL" in found["message"]
    heard = fawen("--json", "rehearse", made.object["batch"], cwd=root)
    assert (heard.status, heard.object["received"]) == (0, 3)
    other = cluster.database()
    text = (root / "fawen.toml").read_text(encoding="utf-8").replace(place.url, other.url)
    (root / "fawen.toml").write_text(text, encoding="utf-8")
    lost = fawen("--json", "batches", cwd=root)
    assert lost.status == 4
    assert "是空的" in lost.object["error"]["message"]


def test_a_password_in_the_settings_is_refused(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    with (root / "fawen.toml").open("a", encoding="utf-8") as file:
        file.write('[ledger]\nurl = "postgresql://fawen:geheim@127.0.0.1/fawen"\n')
    said = fawen("--json", "batches", cwd=root)
    assert said.status == 1
    assert "geheim" not in said.out + said.err
    assert os.environ.get("FAWEN_LEDGER_PASSWORD", "") == ""
