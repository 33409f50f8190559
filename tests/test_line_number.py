"""发文字号: 自动 at the command line: planned, reserved, final, void, and never on two papers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bureau import JOB, MEMBERS, bureau, default_sheets, fawen, write_book
from numbered import (
    AUTO,
    AWARDS,
    about,
    approve,
    ledger,
    merge,
    office,
    printed,
    refused,
    run,
    states,
)
from openpyxl import load_workbook
from stores import tamper

from merge.number import PAPER, Series, Want
from outbox.desk import number
from outbox.desk.preparation import Choice, prepare
from outbox.ledger.register import Claim
from outbox.ledger.states import EntryKind
from outbox.workspace import find

if TYPE_CHECKING:
    from pathlib import Path


def _rewrite(root: Path, job: str, text: str) -> None:
    (root / "jobs" / f"{job}.md").write_text(text, encoding="utf-8")


def _people(root: Path, rows: list[list[object]]) -> None:
    write_book(root / "rosters" / "名册.xlsx", {**default_sheets(), "党员": rows})


def test_a_number_is_one_for_all_copies_kept_and_final_when_signed(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事"), "乙": about("乙事")})
    first, numbers = merge(root, "甲")
    assert numbers == ["测大组〔2026〕1号"]
    texts = printed(root, first)
    assert len(texts) == 3
    assert all(">测大组〔2026〕1号<" in text for text in texts)
    assert merge(root, "乙")[1] == ["测大组〔2026〕2号"]
    assert merge(root, "甲") == (first, numbers)  # unchanged: the same batch
    _rewrite(root, "甲", about("甲事情"))
    second, kept = merge(root, "甲")  # a draft that is changed keeps its number
    assert (second != first, kept) == (True, numbers)
    assert states(root) == {"测大组〔2026〕1号": "reserved", "测大组〔2026〕2号": "reserved"}
    approve(root, second)
    assert states(root)["测大组〔2026〕1号"] == "final"
    assert merge(root, "甲") == (second, numbers)
    found = run(root, "number", "--free")["numbers"]
    assert [(one["number"], one["state"]) for one in found] == [("测大组〔2026〕3号", "free")]


def test_what_was_signed_and_changed_needs_a_correction_or_a_new_number(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事")})
    first = merge(root, "甲")[0]
    approve(root, first)
    _rewrite(root, "甲", about("甲事情"))
    said = refused(root, "merge", "甲")
    assert f"fawen correct {first}" in said
    assert "fawen merge 甲 --next" in said
    assert "第9行" in said  # where the job says its number
    _rewrite(root, "甲", about("甲事"))
    sheets = default_sheets()
    sheets["党员"] = sheets["党员"][:-1]  # 后勤党总支 has one member fewer: its paper changes
    write_book(root / "rosters" / "名册.xlsx", sheets)
    assert f"fawen correct {first}" in refused(root, "merge", "甲")
    assert not [one for one in (root / "outbox").iterdir() if one.name.startswith(".staging")]
    sheets["党员"] = default_sheets()["党员"]
    sheets["二级党组织"][3][7] = "neu@cs.example"  # the same papers to another address
    write_book(root / "rosters" / "名册.xlsx", sheets)
    assert merge(root, "甲")[1] == ["测大组〔2026〕1号"]
    _rewrite(root, "甲", about("甲事情"))
    again = merge(root, "甲", "--next")
    assert again[1] == ["测大组〔2026〕2号"]
    assert merge(root, "甲") == again
    assert merge(root, "甲", "--next") == again  # not signed yet: no third
    approve(root, again[0])
    assert merge(root, "甲") == again
    assert states(root) == {"测大组〔2026〕1号": "final", "测大组〔2026〕2号": "final"}


def test_a_correction_keeps_the_number(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事"), "甲-更正": about("甲事更正")})
    first = merge(root, "甲")[0]
    approve(root, first)
    with ledger(root) as book:
        book.keep_number(first, "甲-更正", datetime.now(UTC), "何二")
    batch, numbers = merge(root, "甲-更正")
    assert numbers == ["测大组〔2026〕1号"]
    approve(root, batch)
    assert states(root) == {"测大组〔2026〕1号": "final"}
    _rewrite(root, "甲-更正", about("甲事再更正"))
    assert f"fawen correct {batch}" in refused(root, "merge", "甲-更正")
    with ledger(root) as book:
        book.keep_number(batch, "甲-更正", datetime.now(UTC), "何二")
    assert merge(root, "甲-更正")[1] == numbers
    assert run(root, "merge", "甲")["batch"] == first


def test_cancelled_a_draft_frees_its_number_and_a_signed_one_leaves_a_void(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事"), "乙": about("乙事"), "丙": about("丙事")})
    batches = {job: merge(root, job)[0] for job in "甲乙丙"}
    run(root, "cancel", batches["乙"])
    assert states(root) == {
        "测大组〔2026〕1号": "reserved",
        "测大组〔2026〕2号": "gap",
        "测大组〔2026〕3号": "reserved",
    }
    assert merge(root, "丙")[1] == ["测大组〔2026〕3号"]  # kept though a smaller one is free
    approve(root, batches["甲"])
    run(root, "cancel", batches["甲"])
    assert states(root)["测大组〔2026〕1号"] == "void"
    found = run(root, "check")["findings"]
    assert [one["rule"] for one in found if one["rule"].startswith("number")] == ["number.gap"]
    assert merge(root, "甲")[1] == ["测大组〔2026〕2号"]  # a new one, which closes the gap
    assert states(root)["测大组〔2026〕1号"] == "void"
    approve(root, batches["丙"])
    run(root, "report", batches["丙"], "-o", str(root / "登记簿.xlsx"))
    page = load_workbook(root / "登记簿.xlsx")["发文登记簿"]
    rows = [[cell for cell in row if cell] for row in page.iter_rows(values_only=True)]
    assert any("测大组〔2026〕1号" in row and "空号" in str(row[-1]) for row in rows), rows
    with ledger(root) as book:
        assert book.broken() is None
        assert book.strayed_numbers() == []
        assert not book.unexplained(batches["甲"])
        done = [one.data["do"] for one in book.entries(EntryKind.NUMBER)]
    assert done == [
        "reserve", "reserve", "reserve", "free", "final", "void", "reserve", "final",
    ]  # fmt: skip


def test_it_is_told_how_a_number_stands(tmp_path: Path) -> None:
    by_hand = about("乙事").replace("自动 测大组", "测大组〔2026〕9号")
    root = office(tmp_path / "w", {"甲": about("甲事"), "乙": by_hand})
    assert "字号  测大组〔2026〕1号（预留）" in fawen("merge", "甲", cwd=root).out
    assert "字号  测大组〔2026〕9号（手写，签发时登记）" in fawen("merge", "乙", cwd=root).out
    approve(root, merge(root, "甲")[0])
    assert "字号  测大组〔2026〕1号（已用）" in fawen("merge", "甲", cwd=root).out


def test_numbers_by_hand_are_registered_and_never_stand_on_two_papers(tmp_path: Path) -> None:
    seventh = about("甲事").replace("自动 测大组", "测大组〔2026〕7号")
    root = office(
        tmp_path / "w", {"甲": seventh, "乙": seventh.replace("甲事", "乙事"), "丙": about("丙事")}
    )
    first = merge(root, "甲")[0]
    second = merge(root, "乙")[0]  # two drafts: the first that is signed has it
    assert merge(root, "丙")[1] == ["测大组〔2026〕8号"]
    approve(root, first)
    assert "已由作业「甲」" in refused(
        root, "approve", second, "--by", "周", "--basis", "当面", "--no-review"
    )
    assert "已由作业「甲」" in refused(root, "merge", "乙")
    assert "number.double" in refused(root, "check", "乙")
    _rewrite(root, "乙", about("乙事").replace("自动 测大组", "测大组〔2026〕8号"))
    assert "已预留给作业「丙」" in refused(root, "merge", "乙")
    _rewrite(root, "乙", about("乙事").replace("自动 测大组", "测大组〔2026〕11号"))
    approve(root, merge(root, "乙")[0])
    assert states(root) == {
        "测大组〔2026〕7号": "final",
        "测大组〔2026〕8号": "reserved",
        "测大组〔2026〕9号至10号": "gap",
        "测大组〔2026〕11号": "final",
    }


def test_a_series_may_begin_in_the_middle_of_the_year(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事")})
    assert "测大组〔2026〕1号" in merge(root, "甲")[1]
    run(root, "number", "--start", "测大组[2026]12号")
    batch, numbers = merge(root, "甲")
    assert numbers == ["测大组〔2026〕12号"]
    assert states(root) == {"测大组〔2026〕12号": "reserved"}
    approve(root, batch)
    assert "不是字号" in refused(root, "number", "--start", "十二号")


def test_a_number_that_was_reserved_and_never_pressed_is_given_back(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事")})
    workspace, at = find(root), datetime.now(UTC)
    with ledger(root) as book:
        wants = {Want(PAPER, 0): Series("测大组", 2026)}
        book.reserve(Claim("没有了"), wants, at, "何二")  # killed before it was recorded
    batch, numbers = merge(root, "甲")
    assert numbers == ["测大组〔2026〕2号"]
    assert f"fawen cancel {batch}" in refused(root, "number", "--drop", numbers[0])
    run(root, "number", "--drop", "测大组〔2026〕1号")
    assert states(root) == {"测大组〔2026〕2号": "reserved"}
    approve(root, batch)
    assert "退不了" in refused(root, "number", "--drop", numbers[0])
    assert workspace.ledger.exists()


def test_a_sample_and_a_check_take_no_number(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事")})
    run(root, "check")
    assert not (root / "outbox" / "ledger.db").exists()
    sample, numbers = merge(root, "甲", "--limit", "1")
    assert numbers == []
    assert ["测大组〔2026〕样号" in text for text in printed(root, sample)] == [True]
    assert states(root) == {}


def test_what_is_needed_is_asked_for_where_it_stands(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事").replace("自动 测大组", "自动")})
    assert "不知道代字" in refused(root, "merge", "甲")
    settings = root / "fawen.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("[unit]", '[unit]\ncode = "测大办"'),
        encoding="utf-8",
    )
    assert merge(root, "甲")[1] == ["测大办〔2026〕1号"]
    _rewrite(root, "甲", AUTO.replace("文种: 通知", "文种: 纪要"))
    assert "跨年连续" in refused(root, "merge", "甲")
    _rewrite(root, "甲", AUTO.replace("  成文日期: 2026-11-23\n", ""))
    assert "没有成文日期" in refused(root, "merge", "甲")
    assert "不是自动的" in refused(bureau(tmp_path / "x"), "merge", "通知", "--next")
    assert JOB.count("7号") == 1


def test_certificates_are_numbered_one_by_one(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"表彰": AWARDS})
    batch, numbers = merge(root, "表彰")
    assert numbers == ["测大党〔2026〕1号", "测大党证〔2026〕0001号至0005号"]
    names = {path.name for path in (root / "outbox" / batch).rglob("*.docx")}
    assert "测大党证〔2026〕0003号-邓八.docx" in names
    told = run(root, "show", batch, "001")
    assert "0001号、测大党证〔2026〕0002号" in str(told)
    _people(root, [row for row in MEMBERS if row[0] != "邓八"])  # before it is signed: no gap
    second, numbers = merge(root, "表彰")
    assert numbers == ["测大党〔2026〕1号", "测大党证〔2026〕0001号至0004号"]
    names = {path.name for path in (root / "outbox" / second).rglob("*.docx")}
    assert "测大党证〔2026〕0003号-冯九.docx" in names
    assert "测大党证〔2026〕0005号" not in states(root)
    approve(root, second)
    with ledger(root) as book:
        book.keep_number(second, "表彰", datetime.now(UTC), "何二")
    _people(root, [row for row in MEMBERS if row[0] != "许七"])  # after it: a void
    third, numbers = merge(root, "表彰")
    names = {path.name for path in (root / "outbox" / third).rglob("*.docx")}
    assert {"测大党证〔2026〕0003号-冯九.docx", "测大党证〔2026〕0005号-邓八.docx"} <= names
    approve(root, third)
    assert states(root) == {
        "测大党〔2026〕1号": "final",
        "测大党证〔2026〕0001号": "void",
        "测大党证〔2026〕0002号至0004号": "final",
        "测大党证〔2026〕0005号": "final",
    }


def test_what_is_written_past_the_ledger_is_named(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"表彰": AWARDS, "甲": about("甲事")})
    approve(root, merge(root, "表彰")[0])
    run(root, "cancel", merge(root, "甲")[0])
    run(root, "number", "--start", "测大组〔2026〕3号")
    whole = (root / "outbox" / "ledger.db").read_bytes()
    changes = {
        "UPDATE number SET state = 'void' WHERE code = '测大党'": "测大党〔2026〕1号",
        "DELETE FROM number WHERE ordinal = 4": "测大党证〔2026〕4号",
        "UPDATE number SET member = 'x' WHERE ordinal = 2": "测大党证〔2026〕0001号至0005号",
        "UPDATE number SET ordinal = 9 WHERE ordinal = 5": "测大党证〔2026〕9号",
        "UPDATE series SET start = 2": "测大组〔2026〕",
    }
    for sql, named in changes.items():
        (root / "outbox" / "ledger.db").write_bytes(whole)
        with ledger(root) as book:
            assert book.strayed_numbers() == []
        tamper(root / "outbox" / "ledger.db", sql)
        with ledger(root) as book:
            assert named in book.strayed_numbers(), sql


def test_chosen_documents_take_numbers_and_free_nobody_elses(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"表彰": AWARDS})
    part, numbers = merge(root, "表彰", "--only", "002")
    assert numbers == ["测大党〔2026〕1号", "测大党证〔2026〕0001号"]
    approve(root, part)
    whole, numbers = merge(root, "表彰", "--only", "001")
    assert numbers == ["测大党〔2026〕1号", "测大党证〔2026〕0002号至0004号"]
    run(root, "cancel", whole)
    assert states(root) == {"测大党〔2026〕1号": "final", "测大党证〔2026〕0001号": "final"}


def test_a_job_that_was_slower_is_planned_again(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事"), "乙": about("乙事")})
    workspace, choice, at = find(root), Choice(), datetime.now(UTC)
    prepared = prepare(
        workspace,
        workspace.job("甲"),
        choice,
        lambda job, roster: number.offered(workspace, job, roster, choice, at),
    )
    assert prepared.plan.number == "测大组〔2026〕1号"
    assert merge(root, "乙")[1] == ["测大组〔2026〕1号"]  # meanwhile
    with ledger(root) as book:
        again, runs = number.reserved(workspace, book, prepared, choice, at)
    assert again.plan.number == "测大组〔2026〕2号"
    assert [one.text for one in runs] == ["测大组〔2026〕2号"]
    assert states(root) == {"测大组〔2026〕1号": "reserved", "测大组〔2026〕2号": "reserved"}
