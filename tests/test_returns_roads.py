"""Roads that few replies take: decided by a person, in other formats, and asked for wrongly."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING

import pytest
from bureau import fawen
from replies import (
    FIELDS,
    Organisation,
    copied,
    filled,
    learnt,
    signed,
    town,
)

from outbox.ledger.intakes import MAIL, Intake, Kept, Staged
from outbox.ledger.ledger import Ledger
from outbox.ledger.moves import Act
from outbox.ledger.states import Reason, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from outbox.ledger.server import Server

DAY = dt.timedelta(days=1)


def row(here: int, away: int, new: int) -> dict[str, str]:
    return dict(zip(FIELDS, map(str, (here, away, here + away, new, "")), strict=True))


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, today: dt.date
) -> tuple[Path, list[Organisation]]:
    """A signed notice that asks for a form and for its paper copy."""
    root = tmp_path_factory.mktemp("roads")
    made = town(root, today - DAY, today + 9 * DAY)
    job = root / "jobs" / "日报.md"
    text = job.read_text(encoding="utf-8").replace("  频次: 每天\n", "  频次: 每天\n  纸质: 需要\n")
    job.write_text(text, encoding="utf-8")
    learnt(root, signed(root), made, dt.datetime.now(dt.UTC))
    return root, made


def put(root: Path, files: dict[str, bytes]) -> dict[str, str]:
    """Take files of a folder; return the numbers of what is in quarantine, by name."""
    folder = root / f"收{len([*root.iterdir()])}"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    done = fawen("--json", "collect", "--folder", folder.name, cwd=root)
    assert done.status in {0, 3}, done.err
    held = fawen("--json", "quarantine", cwd=root).object["held"]
    return {one["name"]: str(one["id"]) for one in held}


def odd(ledger: Ledger) -> list[str]:
    """Name what audit finds in returns and entries; the batch of these tests has no folder."""
    found = ledger.inspect(dt.UTC).findings
    return [one.message for one in found if one.rule != "audit.batch"]


def day(root: Path, when: dt.date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = fawen(
        "--json", "returns", "日报", "--day", f"{when}", cwd=root
    ).object
    return found


def test_a_person_names_the_day_and_takes_for_nil(
    office: tuple[Path, list[Organisation]], today: dt.date
) -> None:
    (root, made), yesterday = office, today - DAY
    ahead = filled(made[0].form, {today + DAY: row(100, 1, 2)})
    held = put(root, {"写错日期.xlsx": ahead, "照片.jpg": b"\xff\xd8\xff\xe0" + b"0" * 900})
    words = ("quarantine", "assign", held["写错日期.xlsx"], "001")
    assert fawen(*words, cwd=root).status == 1, "tomorrow is not yet"
    done = fawen("--json", *words, "--day", f"{yesterday}", cwd=root)
    assert done.object["staged"] == [["日报", f"{yesterday}", "good"]], done.err
    words = ("quarantine", "assign", held["照片.jpg"], "2学院党委", "--nil", "--day")
    done = fawen("--json", *words, f"{yesterday}", cwd=root)
    assert done.object["staged"] == [["日报", f"{yesterday}", "nil"]], done.err
    assert day(root, yesterday)["reported"] == ["001", "002"]
    assert day(root, yesterday)["nil"] == ["002"]


def test_a_file_has_no_address_to_be_remembered(
    office: tuple[Path, list[Organisation]], today: dt.date
) -> None:
    root, made = office
    own = copied(filled(made[3].form, {today: row(90, 1, 1)}))
    held = put(root, {"另做的.xlsx": own})
    refused = fawen("quarantine", "assign", held["另做的.xlsx"], "004", "--always", cwd=root)
    assert refused.status == 1
    assert "没有发信的地址可记" in refused.err


def test_paper_copies_are_ticked_apart(
    office: tuple[Path, list[Organisation]], today: dt.date
) -> None:
    root, _ = office
    ticked = ("returns", "日报", "--day", f"{today}", "--paper", "1学院党委", "--paper", "002")
    done = fawen("--json", *ticked, cwd=root)
    assert len(done.object["without_paper"]) == 22
    assert "001" not in done.object["reported"], "paper alone is no report"
    assert "此前已登记纸质件：1学院党委" in fawen(*ticked, cwd=root).out
    assert "缺纸质件：3学院党委" in fawen("returns", "日报", "--day", f"{today}", cwd=root).out


@pytest.mark.libreoffice
def test_an_old_workbook_comes_back(
    office: tuple[Path, list[Organisation]], today: dt.date
) -> None:
    """Saved as .xls, as programs of old do, or as .ods: it says what it says."""
    root, made = office
    files = {}
    for one, ending in ((made[6], "xls"), (made[7], "ods")):
        path = root / f"{one.key}.xlsx"
        path.write_bytes(filled(one.form, {today: row(120, 2, 3)}))
        profile = (root / "profile").as_uri()
        words = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to",
                 ending, "--outdir", str(root), str(path)]  # fmt: skip
        subprocess.run(words, check=True, capture_output=True, timeout=120)
        files[f"{one.key}.{ending}"] = path.with_suffix(f".{ending}").read_bytes()
    held = put(root, files)
    assert not held.keys() & files.keys()
    found = day(root, today)
    assert {"007", "008"} <= set(found["reported"])


@pytest.mark.libreoffice
def test_a_reprint_names_the_forms_of_those_it_prints(
    office: tuple[Path, list[Organisation]],
) -> None:
    root, _ = office
    printed = fawen("print", "--only", "1学院党委", "-o", "补印.pdf", cwd=root)
    assert printed.status == 0, printed.err
    (left,) = [line for line in printed.out.splitlines() if "不在内" in line]
    assert "1学院党委" in left
    assert "2学院党委" not in left


def test_years_without_published_holidays_are_said_once(tmp_path: Path) -> None:
    town(tmp_path, dt.date(2031, 9, 29), dt.date(2031, 10, 10))
    job = tmp_path / "jobs" / "日报.md"
    daily = job.read_text(encoding="utf-8")
    job.write_text(daily.replace("  频次: 每天\n", "  频次: 工作日\n"), encoding="utf-8")
    said = fawen("check", "日报", cwd=tmp_path)
    assert (said.out + said.err).count("2031年的放假安排还不知道") == 1
    (tmp_path / "假期.toml").write_text('rest = ["2031-10-01"]\n', encoding="utf-8")
    assert "放假安排" not in fawen("check", "日报", cwd=tmp_path).out
    job.write_text(daily, encoding="utf-8")
    (tmp_path / "假期.toml").unlink()
    assert "放假安排" not in fawen("check", "日报", cwd=tmp_path).out


def test_a_form_that_is_not_there_is_named_beside_other_faults(
    tmp_path: Path, today: dt.date
) -> None:
    town(tmp_path, today, today)
    (tmp_path / "forms" / "返校日报表.xlsx").unlink()
    job = tmp_path / "jobs" / "日报.md"
    text = job.read_text(encoding="utf-8").replace("截止时间: 17:00", "截止时间: 下班前")
    job.write_text(text, encoding="utf-8")
    said = fawen("merge", "日报", cwd=tmp_path)
    assert said.status == 1
    assert "下班前" in said.out + said.err
    assert (said.out + said.err).count("回执的表格「forms/返校日报表.xlsx」不存在") == 1


def test_returns_are_kept_alike_in_both_stores(tmp_path: Path, place: Path | Server) -> None:
    from postal import START, make_batch

    batch = make_batch(tmp_path, 1, place=place)
    act = Act(START, "张")
    good = Staged(batch.name, "日报", "001", "2026-11-26", '{"甲":"1"}', Verdict.GOOD)
    faulty = Staged(batch.name, "日报", "002", "2026-11-26", '{"甲":"9"}', Verdict.FAULTY, ("大",))
    kept = Kept(Reason.UNKNOWN_SENDER, "不认识", "", "", "日报")
    one = Intake("a" * 64, MAIL, "", "x@qq.example", "报", None, START, (good, faulty), (kept,))
    with batch.ledger as ledger:
        assert ledger.take(one, act)
        assert not ledger.take(one, act), "each once"
        assert [v.verdict for v in ledger.versions("日报")] == [Verdict.GOOD, Verdict.FAULTY]
        assert ledger.accept(ledger.versions("日报", "002")[0], act)
        [held] = ledger.quarantine()
        left = Kept(Reason.ANOTHER, "别的单位的", "二.xlsx", "b" * 64, "日报", "003")
        made = ledger.assign(held.id, "003", [good], act, always="X@qq.example", kept=[left])
        assert ledger.privates() == {"x@qq.example": "003"}
        [more] = ledger.quarantine()
        assert ((more.id,), more.part, more.source) == (made, "二.xlsx", "a" * 64)
        ledger.reopen(held.id, act)
        assert ledger.assign(held.id, "003", [good], act, kept=[left]) == (), "it waits already"
        ledger.discard(more.id, "", act)
        assert ledger.quarantine() == ()
        assert ledger.tick("日报", "001", "2026-11-26", act)
        assert not ledger.tick("日报", "001", "2026-11-26", act)
        assert ledger.papers("日报") == {("001", "2026-11-26")}
        other = Staged(batch.name, "考察", "001", "2026-11-26", '{"甲":"1"}', Verdict.GOOD)
        strange = Kept(Reason.UNKNOWN_SENDER, "不认识", "", "", "")  # of which job nobody knows
        for mark, staged, found in (("b", (other,), ()), ("c", (), (strange,))):
            more = Intake(mark * 64, MAIL, "", "y@qq.example", "表", None, START, staged, found)
            assert ledger.take(more, act)
        own = {job: {one.sha256[0] for one in ledger.came(job)} for job in ("", "日报", "考察")}
        assert own == {"": {"a", "b", "c"}, "日报": {"a", "c"}, "考察": {"b", "c"}}
        assert ledger.broken() is None
        assert not odd(ledger)


@pytest.mark.postgres
def test_a_server_goes_from_version_3_to_4(tmp_path: Path, place: Path | Server) -> None:
    """The entries of before stay; those of returns are allowed from then on."""
    from postal import START, make_batch
    from stores import tamper

    if isinstance(place, type(tmp_path)):
        pytest.skip("a file of version 3 lies in tests/cases/ledgers")
    batch = make_batch(tmp_path, 1, place=place)
    batch.ledger.close()
    kinds = "'review', 'evidence', 'takeover', 'number'"
    for table in ("reminder", "paper", "private", "held", "returned", "intake", "loop"):
        tamper(place, f"DROP TABLE {table}")
    tamper(place, "ALTER TABLE entry DROP CONSTRAINT kind_known")
    tamper(place, f"ALTER TABLE entry ADD CONSTRAINT kind_known CHECK (kind IN ({kinds}))")
    tamper(place, "UPDATE meta SET value = '3' WHERE key = 'schema'")
    with Ledger.open(place, at=START) as ledger:
        assert ledger.tick("日报", "001", "2026-11-26", Act(START, "张"))
        assert not odd(ledger)
    assert tamper(place, "SELECT value FROM meta WHERE key = 'schema'") == [("4",)]
