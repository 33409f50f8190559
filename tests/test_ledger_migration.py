"""A ledger of an older version: a real file, made by the program of its time, goes on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from postal import LEASE, START
from sqlalchemy import create_engine, inspect
from stores import tamper

from merge.documents import FEW, Documents
from merge.enclosures import Enclosed, Enclosures
from merge.letter import Letter
from merge.manifest import Manifest
from outbox.ledger import schema, steps
from outbox.ledger.allowance import Budget, Cap, Tempo
from outbox.ledger.ledger import Ledger
from outbox.ledger.states import LetterState
from outbox.ledger.values import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

CASES = sorted((Path(__file__).parent / "cases" / "ledgers").glob("version-*.db"))
BATCH = "通知-900ae642"
ACCOUNT = "zzb@uni.example"


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def old(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return Path(shutil.copy(request.param, tmp_path / "ledger.db"))


def shape(path: Path) -> dict[str, dict[str, str]]:
    with Ledger.open(path, at=START) as ledger, ledger._store.reading() as connection:
        found = inspect(connection)
        return {
            table: {column["name"]: str(column["type"]) for column in found.get_columns(table)}
            for table in found.get_table_names()
        }


def test_what_stood_in_it_stands(old: Path) -> None:
    before = tamper(old, "SELECT token, state, message_id, attempts, reply FROM letter ORDER BY id")
    key = tamper(old, "SELECT value FROM meta WHERE key = 'key'")[0][0]
    with Ledger.open(old, at=START) as ledger:
        letters = [*ledger.letters(BATCH), *ledger.letters(BATCH, "rehearsal")]
        after = [(x.token, x.state, x.message_id or None, x.attempts, x.reply) for x in letters]
        assert after == [tuple(row) for row in before]
        assert {one.account for one in letters} == {""}
        assert ledger.key == bytes.fromhex(key)
        assert ledger.broken() is None
        assert ledger.unexplained(BATCH) == []
        assert ledger.batch(BATCH).approved_by == "李明"
        rested = ledger.pause_of(ACCOUNT)
        assert rested is not None
        assert rested.step == 1
        assert ledger.room(Budget(ACCOUNT, (Cap(9, LEASE),)), START + LEASE)[0] == 7
    [(version,)] = tamper(old, "SELECT value FROM meta WHERE key = 'schema'")
    assert version == str(schema.VERSION)


def test_it_has_the_shape_of_a_new_one(old: Path, tmp_path: Path) -> None:
    assert shape(old) == shape(tmp_path / "new.db")


def test_it_has_the_indexes_of_a_new_one(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    for path in (old, new):
        Ledger.open(path, at=START).close()
    query = "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name"
    assert tamper(old, query) == tamper(new, query)


def test_it_is_sent_from_where_it_stopped(old: Path) -> None:
    later = START + timedelta(hours=1)
    with Ledger.open(old, at=START) as ledger:
        found = ledger.claim(
            BATCH, "live", "w", later, LEASE, domain="uni.example", limit=9, budget=Budget(ACCOUNT)
        )
        assert [one.organisation for one in found] == ["003", "005", "006"], "not the one in doubt"
        assert {one.account for one in found} == {ACCOUNT}
        for letter in found:
            assert ledger.to_dot(letter, later, LEASE, ACCOUNT)
            assert ledger.settle(letter, Outcome(LetterState.ACCEPTED, "dot", 250), later)
        assert ledger.change_tempo(ACCOUNT, Tempo(500), lambda now: now) == Tempo(500)
        assert ledger.broken() is None


def test_a_batch_of_very_many_documents_is_recorded_in_it(old: Path) -> None:
    documents = Documents()
    for at in range(FEW + 1):
        file = f"{at}.docx", f"001/{at}.docx", f"{at:064x}", at
        documents.append((f"1-{at}", 0, "证书", "001", "证书", "", "王芳", file))
    parts = Enclosed(Enclosures(documents), "001", ())
    own = "001", "第一党支部", "一支部", "党支部", "issue", ("a@cs.example",), (), "证书", ""
    letter = Letter(*own, parts)
    made = Manifest("证书", (letter,), (), documents.settled())
    assert made.bulky
    with Ledger.open(old, at=START) as ledger:
        ledger.record(made, made.batch, START, "王芳")
        assert ledger.manifest(made.batch).documents == tuple(documents)
        assert ledger.broken() is None


def test_a_new_one_lays_a_long_manifest_without_memory(tmp_path: Path) -> None:
    """SQLite makes a place for a value of any length in memory, but for the last of a row."""
    new = tmp_path / "new.db"
    Ledger.open(new, at=START).close()
    columns = tamper(new, "SELECT name FROM pragma_table_info('batch') ORDER BY cid")
    assert columns[-1] == ("manifest",)


def test_a_new_file_is_made_of_the_tables_as_they_are(tmp_path: Path) -> None:
    fresh = Path(steps.__file__).with_name("fresh.sql")
    assert fresh.read_text("utf-8") == steps.script(), "run python -m outbox.ledger.steps"
    Ledger.open(tmp_path / "new.db", at=START).close()
    whole = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    with closing(sqlite3.connect(tmp_path / "made.db")) as made:
        engine = create_engine("sqlite://", creator=lambda: made)
        with engine.begin() as connection:
            steps.made(connection)
        expected = made.execute(whole).fetchall()
    assert list(map(_spaced, tamper(tmp_path / "new.db", whole))) == list(map(_spaced, expected))


def _spaced(row: Sequence[str]) -> str:
    """A statement of the file, however its lines are broken."""
    return " ".join(" ".join(row).split())


def test_a_step_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tamper(old, "SELECT sql FROM sqlite_master ORDER BY name")
    last = steps.STEPS[schema.VERSION - 1]

    def fails(connection: object) -> None:
        last(connection)  # type: ignore[arg-type]
        raise RuntimeError("the power fails")

    monkeypatch.setitem(steps.STEPS, schema.VERSION - 1, fails)
    with pytest.raises(RuntimeError):
        Ledger.open(old, at=START)
    assert tamper(old, "SELECT sql FROM sqlite_master ORDER BY name") == whole
    monkeypatch.undo()
    with Ledger.open(old, at=START) as ledger:
        assert len(ledger.letters(BATCH)) == 6


def test_every_older_version_has_its_step() -> None:
    assert set(steps.STEPS) == set(range(1, schema.VERSION))
