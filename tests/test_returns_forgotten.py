"""What people wrote into returns is forgotten with its batch; the chain still verifies."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pytest
from bureau import fawen
from replies import BLOCK, FIELDS, ZONE, accepted, copied, filled, learnt, signed, town
from stores import tamper

from outbox.workspace import find

if TYPE_CHECKING:
    from pathlib import Path

SOON = f"{dt.datetime.now(ZONE).year + 2}-01-01"
WORDS = ("王某某发热就医", "李某某转往外地", "张某某已返家")


def said(words: str, wrong: int = 0) -> dict[str, str]:
    return dict(zip(FIELDS, ("200", "3", str(203 + wrong), "2", words), strict=True))


def rules(root: Path) -> set[str]:
    ran = fawen("--json", "audit", cwd=root)
    return {one["rule"] for one in ran.object["findings"]}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, today: dt.date) -> Path:
    """Two jobs that ask for the same form; three reports of the first, one of the second."""
    root, now = tmp_path_factory.mktemp("forgotten"), dt.datetime.now(dt.UTC)
    made = town(root, today - dt.timedelta(days=1), today + dt.timedelta(days=5))
    text = (root / "jobs" / "日报.md").read_text(encoding="utf-8")
    batch = signed(root)
    accepted(find(root), batch, now - dt.timedelta(days=2))
    learnt(root, batch, made, now)
    files = root / "收"
    files.mkdir()
    given = {
        "甲.xlsx": filled(made[0].form, {today: said(WORDS[0])}),
        "乙.xlsx": filled(made[1].form, {today: said(WORDS[1], wrong=4)}),
        "王某某填的.xlsx": copied(filled(made[2].form, {today: said(WORDS[2])})),
        "空表.xlsx": made[4].form,
        "零报告.xlsx": filled(made[3].form, {today: dict.fromkeys(FIELDS[:4], "0") | {"备注": ""}}),
    }
    for name, data in given.items():
        (files / name).write_bytes(data)
    taken = fawen("--json", "collect", "--folder", "收", cwd=root)
    assert len(taken.object["returned"]) == 3, taken.out
    assert fawen("returns", "日报", "--accept", "002", cwd=root).status == 3
    (root / "jobs" / "另报.md").write_text(
        text.replace("请每天报送", "另请每天报送").replace("2026〕7号", "2026〕8号"),
        encoding="utf-8",
    )
    assert "  内容" in BLOCK
    return root


def second(root: Path) -> str:
    """Sign the other job, and take a report of it."""
    made = fawen("--json", "merge", "另报", cwd=root)
    assert made.status == 0, made.out
    batch: str = made.object["batch"]
    words = ("approve", batch, "--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen(*words, cwd=root).status == 0
    return batch


def forget(root: Path) -> dict[str, object]:
    return fawen("--json", "forget", "--older-than", SOON, "--go", cwd=root).object


def archived(root: Path) -> dict[str, object]:
    year = str((dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).year)
    done = fawen("--json", "archive", "--year", year, "-o", root.parent / "归档", cwd=root)
    assert done.status == 0, done.out
    return done.object


def test_returns_are_forgotten_with_their_batch(office: Path) -> None:
    root = office
    other = second(root)
    archived(root)
    kept = forget(root)["kept"]
    assert "隔离区" in next(o["why"] for o in kept if o["batch"] != other)  # type: ignore[union-attr]
    held = fawen("--json", "quarantine", cwd=root).object["held"]
    number = {one["name"]: str(one["id"]) for one in held}
    done = fawen(
        "quarantine", "assign", number["王某某填的.xlsx"], "003", "--job", "日报", cwd=root
    )
    assert done.status == 0, done.err
    assert fawen("quarantine", "discard", number["空表.xlsx"], cwd=root).status == 0
    kept = forget(root)["kept"]
    assert "归档以后又有变动" in next(o["why"] for o in kept if o["batch"] != other)  # type: ignore[union-attr]
    archived(root)
    originals = [p for p in (root.parent / "归档" / "回执").rglob("*.xlsx") if p.is_file()]
    assert len(originals) == 4, "what came back is archived before it may be forgotten"

    ledger = find(root).ledger
    assert WORDS[0].encode() in ledger.read_bytes()
    orphan = root / "outbox" / "来件" / "00" / f"{'0' * 64}.jpg"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"a picture that nothing speaks of")
    os.utime(orphan, (1, 1))
    code = fawen("--json", "audit", cwd=root).object["head"]
    gone = forget(root)
    assert len(gone["forgotten"]) == 1  # type: ignore[arg-type]
    raw = ledger.read_bytes()
    for words in (*WORDS, "王某某填的", "甲.xlsx"):
        assert words.encode() not in raw, words
        assert words.encode("unicode_escape") not in raw, words
    assert not [one for one in (root / "outbox" / "来件").rglob("*") if one.is_file()]

    found = fawen("--json", "audit", "--head", code, cwd=root)
    assert (found.status, found.object["findings"]) == (0, []), found.out
    rows = tamper(ledger, 'SELECT organisation, verdict, "values", findings FROM returned')
    assert sorted(map(tuple, rows)) == [
        ("001", "good", "{}", "[]"), ("002", "faulty", "{}", "[]"), ("003", "good", "{}", "[]"),
        ("004", "nil", "{}", "[]"),
    ], "who reported is still known"  # fmt: skip
    assert fawen("--json", "quarantine", cwd=root).object["held"] == []
    again = fawen("--json", "collect", "--folder", "收", cwd=root)
    assert (again.object["again"], again.object["returned"]) == (5, []), "known by its hash"
    assert forget(root)["forgotten"] == []
    assert rules(root) == set()


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("UPDATE returned SET \"values\" = '{\"新增人数\":\"9\"}' WHERE organisation = '001'",
         "audit.forgotten"),
        ("UPDATE returned SET verdict = 'nil' WHERE organisation = '002'", "audit.forgotten"),
        ("UPDATE held SET words = 'x'", "audit.forgotten"),
        ("DELETE FROM returned WHERE organisation = '001'", "audit.forgotten"),
    ],
)  # fmt: skip
def test_what_is_left_is_proven(office: Path, sql: str, rule: str) -> None:
    ledger = find(office).ledger
    whole = ledger.read_bytes()
    try:
        tamper(ledger, sql)
        assert rule in rules(office)
    finally:
        ledger.write_bytes(whole)
        for one in ledger.parent.glob("ledger.db-*"):
            one.unlink()


def test_a_record_blanked_besides_is_found(office: Path, today: dt.date) -> None:
    """Whoever takes a report out and blanks what told of it has not forgotten it by right."""
    ledger = find(office).ledger
    batch = next(one.name for one in (office / "outbox").iterdir() if one.name.startswith("另报-"))
    form = next((office / "outbox" / batch / "回执").glob("返校日报表*.xlsx"))
    (office / "再收").mkdir()
    (office / "再收" / "甲.xlsx").write_bytes(filled(form.read_bytes(), {today: said("")}))
    taken = fawen("--json", "collect", "--folder", "再收", cwd=office)
    assert len(taken.object["returned"]) == 1, taken.out
    assert rules(office) == set(), "what came since is whole"
    tamper(ledger, "DELETE FROM returned WHERE batch LIKE '另报-%'")
    tamper(ledger, "UPDATE entry SET data = '', salt = '' WHERE id = (SELECT max(id) FROM entry)")
    assert "audit.returned" in rules(office)
