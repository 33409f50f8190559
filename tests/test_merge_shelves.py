"""A large job lies on disk, and comes to the very batch that a small one in memory comes to."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from merge_office import AWARD, LIST, NOTICE, PEOPLE, Office, office

from merge.documents import Documents
from merge.enclosures import Enclosed, Enclosures
from merge.filename import Folder
from merge.press import attach, manifest, press
from outbox.ledger.ledger import Ledger
from rosters.reader import read_roster
from rosters.shelf import Shelf, Sieve

if TYPE_CHECKING:
    from pathlib import Path

    from merge.manifest import Manifest

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ALL = AWARD.replace('    范围: 荣誉称号 != ""\n', "")
OWN = """---
名册: 名册.xlsx
文种: 证书
每份: 党员
信件:
  主题: 证书
  正文: 请查收。
---
"""


def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing stand in memory, two values to a portion."""
    monkeypatch.setattr("rosters.shelf.HELD", 0)
    monkeypatch.setattr("rosters.shelf.PORTION", 2)
    for place in ("merge.claims.FEW", "merge.homes.FEW"):
        monkeypatch.setattr(place, 0)
    monkeypatch.setattr("merge.documents.FEW", 1)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr("merge.press._SHARD", 2)
    return office(tmp_path)


def rows() -> list[list[Any]]:
    """People of one name, twice the same staff number, and one in no organisation's way."""
    more = [["王毅", "0005", *PEOPLE[1][2:]], ["王毅", "0001", *PEOPLE[1][2:]]]
    return [*PEOPLE, *more, ["张强", "0006", *PEOPLE[4][2:]]]


def made(desk: Office, job: str, folder: str, **options: Any) -> tuple[Manifest, list[str]]:
    book = desk.root / "名册.xlsx"
    roster = read_roster([book]) if book.exists() else desk.roster(rows())
    plan = desk.plan(job, roster, **options)
    said = [str(one) for one in plan.findings]
    documents = Documents()
    steps = press(plan, desk.root / folder, workers=options.get("workers", 2))
    documents.extend(step.plain for step in steps)
    return manifest(plan, documents.settled(), attach(plan, desk.root / folder)), said


@pytest.mark.parametrize("chosen", ["all of them", "--only", "--limit"])
@pytest.mark.parametrize(
    ("job", "one"),
    [(ALL, "001"), (LIST, "00101"), (NOTICE, "001"), (OWN, "00101")],
    ids=["all", "lists", "notices", "own"],
)
def test_a_large_job_comes_to_the_same_batch(
    desk: Office, monkeypatch: pytest.MonkeyPatch, job: str, one: str, chosen: str
) -> None:
    options = {"--only": {"only": [one]}, "--limit": {"limit": 1}}.get(chosen, {})
    small, said = made(desk, job, "small", **options)
    on_disk(monkeypatch)
    large, told = made(desk, job, "large", **options)
    assert not small.bulky
    assert large.bulky == (len(large.documents) > 1)
    assert told == said
    assert large.digest == small.digest
    assert list(large.documents) == list(small.documents)
    assert large.to_json() == small.to_json()
    assert b"".join(large.portions()) == b"".join(small.portions())
    assert [one.content for one in large.letters] == [one.content for one in small.letters]


def test_a_large_job_leaves_out_what_is_faulty(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = OWN.replace("信件:\n", "信件:\n  收件: 二级党组织\n")
    wrong = ["孙一", "0007", "没有的支部", "正式党员", "第1网格", "优秀共产党员", None]
    before = desk.plan(job, desk.roster([*rows(), wrong]), skip_invalid=True)
    on_disk(monkeypatch)
    after = desk.plan(job, desk.roster([*rows(), wrong]), skip_invalid=True)
    assert [one.key for one in after.skipped] == ["1-无-0007"]
    assert (after.skipped, after.accounts, after.letters) == (
        before.skipped, before.accounts, before.letters,
    )  # fmt: skip
    assert list(after.drafts) == list(before.drafts)


def test_the_ledger_gives_a_large_manifest_back(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk(monkeypatch)
    large, _ = made(desk, ALL, "large")
    with Ledger.open(desk.root / "ledger.db", at=NOW) as ledger:
        ledger.record(large, large.batch, NOW, "张三")
        back = ledger.manifest(large.batch)
        assert back.to_json() == large.to_json()
        assert back.digest == large.digest
        [*sent] = ledger.letters(large.batch)
        for letter, told in zip(large.letters, sent, strict=True):
            assert tuple(letter.attachments) == told.attachments
        assert not ledger.inspect(UTC).findings
    stored = b"".join(large.stored.portions())
    assert len(stored) == large.stored.size
    text = b"".join(large.stored.texts())
    assert hashlib.sha256(text).hexdigest() == large.fingerprint


def test_what_a_letter_encloses_is_a_list(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    on_disk(monkeypatch)
    large, _ = made(desk, ALL, "large")
    parts = large.letters[0].attachments
    assert isinstance(parts, Enclosed)
    every = list(parts)
    assert len(parts) == len(every) > 3
    assert [parts[at] for at in range(len(every))] == every
    assert (parts[-1], list(parts[1:3])) == (every[-1], every[1:3])
    for wrong in (len(every), -len(every) - 1):
        with pytest.raises(IndexError):
            parts[wrong]


@pytest.mark.parametrize("apart", [0, 8], ids=["spans", "table"])
def test_receivers_find_their_documents_wherever_they_stand(
    monkeypatch: pytest.MonkeyPatch, apart: int
) -> None:
    on_disk(monkeypatch)
    monkeypatch.setattr("merge.enclosures._APART", apart)
    documents = Documents()
    receivers = ["", *"甲甲乙甲乙乙丙甲"]
    for number, one in enumerate(receivers):
        file = f"{number}.docx", f"{one}/{number}.docx", f"{number:064x}", number
        documents.append((str(number), 0, "证书", one, "证书", "", "", file))
    kept = Enclosures(documents)
    for one, places in (("甲", [0, 1, 2, 4, 8]), ("乙", [0, 3, 5, 6]), ("丁", [0])):
        parts = Enclosed(kept, one, ())
        assert [int(part.name[:-5]) for part in parts] == places
        assert len(parts) == len(places)
        spans, _ = parts.spans()
        assert [at for begin, end in spans for at in range(begin, end)] == places


@pytest.mark.parametrize("held", [0, 4, 100])
def test_a_shelf_is_a_list(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr("rosters.shelf.HELD", held)
    monkeypatch.setattr("rosters.shelf.PORTION", 2)
    made: Shelf[int] = Shelf(str, int)
    plain = list(range(17))
    made.append(0)
    made.extend(plain[1:])
    assert list(made) == plain
    assert list(made.settled()) == plain
    assert isinstance(made.settled(), tuple) == (held == 100)
    assert [made[at] for at in range(-17, 17)] == [plain[at] for at in range(-17, 17)]
    for first in range(18):
        for last in range(18):
            assert made[first:last] == plain[first:last]
            assert list(chain(*made.plain(first, last))) == list(map(str, plain[first:last]))
    assert list(chain(*made.plain())) == list(map(str, plain))
    with pytest.raises(IndexError):
        made[17]


def test_a_sieve_keeps_whatever_comes_twice() -> None:
    sieve = Sieve(1_000)
    for one in [*range(1_000), *range(0, 1_000, 10)]:
        sieve.add(str(one))
    assert all(str(one) in sieve for one in range(0, 1_000, 10))
    assert sum(str(one) in sieve for one in range(1_000)) < 150


def test_names_are_counted_on_where_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, quick = Folder(), Folder()
    monkeypatch.setattr("merge.filename._MANY", 1)  # what was counted is forgotten at once
    slow = [plain.take(name, ".docx") for name in ["甲", "乙", "甲", "甲", "乙", "甲（2）"] * 3]
    monkeypatch.undo()
    assert [quick.take(n, ".docx") for n in ["甲", "乙", "甲", "甲", "乙", "甲（2）"] * 3] == slow
    assert len(set(slow)) == len(slow)
