"""What careless or ill-meaning hands can do to a workspace, and what it costs: nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from bureau import JOB, bureau, default_sheets, fawen, write_book

from outbox.post.postoffice import PostOffice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        yield office


def _signed(root: Path, job: str = "通知") -> str:
    batch: str = fawen("--json", "merge", job, cwd=root).object["batch"]
    assert (
        fawen("approve", batch, "--by", "周明远", "--basis", "当面", "--no-review", cwd=root).status
        == 0
    )
    return batch


def _received(tmp_path: Path) -> list[str]:
    journal = tmp_path / "mails" / "journal.jsonl"
    if not journal.exists():
        return []
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    return sorted(line["to"][0] if "to" in line else line["recipients"][0] for line in lines)


def _sql(root: Path, *statements: str) -> None:
    with sqlite3.connect(root / "outbox" / "ledger.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update letter set subject = 'x' where organisation = '001'",
        """update letter set "to" = '["evil@evil.example"]' where organisation = '001'""",
        "update letter set state = 'accepted' where organisation = '001'",
        "delete from letter where organisation = '001'",
        "delete from move where id = (select min(id) from move)",
        "update move set reason = 'x' where id = (select max(id) from move)",
    ],
)
def test_a_ledger_that_somebody_edited_sends_nothing(
    tmp_path: Path, office: PostOffice, statement: str
) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = _signed(root)
    _sql(root, statement)
    refused = fawen("--json", "send", batch, "--go", cwd=root)
    assert refused.status == 1, refused.out
    assert _received(tmp_path) == []


def test_a_letter_that_was_put_in_is_not_sent(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = _signed(root)
    with sqlite3.connect(root / "outbox" / "ledger.db") as connection:
        columns = [row[1] for row in connection.execute("pragma table_info(letter)")]
        kept = [f'"{name}"' for name in columns if name != "id"]
        values = [
            {"n": "2", "token": "'forged'", "subject": "'FORGED'", "message_id": "null"}.get(
                name.strip('"'), name
            )
            for name in kept
        ]
        connection.execute(
            f"insert into letter ({', '.join(kept)}) select {', '.join(values)} "  # noqa: S608 (fixed words)
            "from letter where organisation = '001'"
        )
    connection.close()
    assert fawen("send", batch, "--go", cwd=root).status == 1
    assert _received(tmp_path) == []


def test_a_signature_that_was_put_in_is_none(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    made = fawen("--json", "merge", "通知", cwd=root).object
    _sql(
        root,
        "update batch set state = 'approved'",
        "insert into approval (batch, digest, by, basis, basis_sha256, typed_by, at) "
        "select name, digest, 'x', '当面', '', 'x', recorded_at from batch",
    )
    assert fawen("send", made["batch"], "--go", cwd=root).status == 1
    assert _received(tmp_path) == []


def test_a_lost_ledger_is_not_replaced_by_an_empty_one(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    _signed(root)
    assert fawen("send", "--go", cwd=root).status == 0
    for path in (root / "outbox").glob("ledger.db*"):
        path.unlink()
    for words in (["merge", "通知"], ["batches"], []):
        ran = fawen("--json", *words, cwd=root)
        assert ran.status == 4
        assert "台账" in ran.object["error"]["message"]


def test_one_number_is_one_content(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    first = _signed(root)
    assert fawen("send", "--go", cwd=root).status == 0
    job = root / "jobs" / "通知.md"
    job.write_text(JOB.replace("请核对。", "请仔细核对。"), encoding="utf-8")
    warned = fawen("merge", "通知", cwd=root)
    assert first in warned.out
    second = _signed(root)
    refused = fawen("--json", "send", second, "--go", cwd=root)
    assert (refused.status, first in refused.object["error"]["message"]) == (1, True)
    assert len(_received(tmp_path)) == 3
    job.write_text(JOB.replace("请核对。", "请仔细核对。").replace("7号", "8号"), encoding="utf-8")
    _signed(root)
    fawen("cancel", second, cwd=root)
    assert fawen("send", "--go", cwd=root).status == 0
    assert len(_received(tmp_path)) == 6


def test_a_code_written_another_way_sends_nothing_again(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    first = _signed(root)
    assert fawen("send", "--go", cwd=root).status == 0
    sheets = default_sheets()
    for row in sheets["二级党组织"][1:]:
        row[0] = int(row[0])
    write_book(root / "rosters" / "名册.xlsx", sheets)
    second = _signed(root)
    assert second != first
    assert fawen("send", second, "--go", cwd=root).status == 1
    assert len(_received(tmp_path)) == 3


def test_people_without_numbers_are_told_apart_by_name_not_by_row(
    tmp_path: Path, office: PostOffice
) -> None:
    sheets = default_sheets()
    sheets["党员"] = [
        ["姓名", "性别", "所在党支部", "人员类别", "电子邮箱"],
        ["张一", "男", "文教工支部", "正式党员", "m1@cs.example"],
        ["张二", "男", "文教工支部", "正式党员", "m2@cs.example"],
    ]
    job = JOB.replace("每份: 党组织", "每份: 党员").replace("简称", "人员类别")
    job = job.replace('范围: 类别 in ["分党委", "党总支"]\n', "").replace("{{ 书记 }}", "")
    job = job.replace("现有党员{{ 党员数 }}名，", "")
    root = bureau(tmp_path / "w", sheets=sheets, jobs={"通知": job}, port=office.port)
    _signed(root)
    assert fawen("send", "--go", cwd=root).status == 0
    assert _received(tmp_path) == ["m1@cs.example", "m2@cs.example"]
    sheets["党员"].insert(1, ["新人", "女", "文教工支部", "正式党员", "new@cs.example"])
    write_book(root / "rosters" / "名册.xlsx", sheets)
    _signed(root)
    sent = fawen("--json", "send", "--go", cwd=root)
    assert (sent.object["accepted"], sent.object["cancelled"]) == (1, 2)
    assert _received(tmp_path) == ["m1@cs.example", "m2@cs.example", "new@cs.example"]


def test_two_people_nobody_can_tell_apart_are_not_written_to(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["党员"] = [
        ["姓名", "性别", "所在党支部", "人员类别", "电子邮箱"],
        ["张一", "男", "文教工支部", "正式党员", "m1@cs.example"],
        ["张一", "女", "文教工支部", "正式党员", "m2@cs.example"],
    ]
    job = JOB.replace("每份: 党组织", "每份: 党员").replace("简称", "人员类别")
    job = job.replace('范围: 类别 in ["分党委", "党总支"]\n', "").replace("{{ 书记 }}", "")
    job = job.replace("现有党员{{ 党员数 }}名，", "")
    root = bureau(tmp_path / "w", sheets=sheets, jobs={"通知": job})
    refused = fawen("--json", "merge", "通知", cwd=root)
    assert refused.status == 1
    assert "letter.alike" in {one["rule"] for one in refused.object["findings"]}


def test_a_copy_of_the_roster_beside_it_stops_the_job(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", jobs={"通知": JOB.replace("rosters/名册.xlsx", "rosters")})
    shutil.copyfile(root / "rosters" / "名册.xlsx", root / "rosters" / "名册 - 副本.xlsx")
    refused = fawen("--json", "merge", "通知", cwd=root)
    assert refused.status == 1
    assert any("org-code-twice" in one["rule"] for one in refused.object["findings"])


@pytest.mark.parametrize("where", ["rosters/名册.xlsx", "outbox/x.xlsx", "没有/x.xlsx", "own.xlsx"])
def test_a_register_is_written_over_nothing_else(tmp_path: Path, where: str) -> None:
    root = bureau(tmp_path / "w")
    fawen("merge", "通知", cwd=root)
    write_book(root / "own.xlsx", {"我的": [["a"]]})
    before = (root / "rosters" / "名册.xlsx").read_bytes()
    assert fawen("report", "-o", where, cwd=root).status == 2
    assert (root / "rosters" / "名册.xlsx").read_bytes() == before
    assert fawen("report", "-o", "登记簿.xlsx", cwd=root).status == 0
    assert fawen("report", "-o", "登记簿.xlsx", cwd=root).status == 0


@pytest.mark.parametrize(
    "text", ["account = 5", "x = " + "[" * 5000, '[ledger]\npath = "a\\u0000b"', "unit = [1]"]
)
def test_odd_settings_are_findings(tmp_path: Path, text: str) -> None:
    root = bureau(tmp_path / "w")
    (root / "fawen.toml").write_text(text, encoding="utf-8")
    ran = fawen("--json", "batches", cwd=root)
    assert (ran.status, bool(ran.object["findings"])) == (1, True)


@pytest.mark.parametrize(
    "subject",
    ["{{ " + "(" * 500 + "1" + ")" * 500 + " }}", "{{ " + "not " * 3000 + "简称 }}",
     "{{ 简称" + " | 默认(1)" * 2000 + " }}", "{{ " + "1" * 5000 + " }}", '"a\\u0007b"',
     "长" * 500],
)  # fmt: skip
def test_an_odd_subject_is_a_finding_at_its_line(tmp_path: Path, subject: str) -> None:
    job = JOB.replace("【通知】{{ 标题 }}（{{ 简称 }}）", subject)
    root = bureau(tmp_path / "w", jobs={"通知": job})
    ran = fawen("--json", "merge", "通知", cwd=root)
    assert ran.status == 1, ran.out + ran.err
    found: list[dict[str, Any]] = ran.object["findings"]
    assert any("第" in one["where"] for one in found)


def test_cancelling_calls_back_what_has_not_left(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = _signed(root)
    one = fawen("--json", "cancel", batch, "数学院党委", cwd=root).object
    assert (one["letters"], one["state"]) == (1, "approved")
    assert fawen("send", "--go", cwd=root).status == 0
    assert _received(tmp_path) == ["hq@cs.example", "wx@cs.example"]
    assert fawen("cancel", batch, "没有", cwd=root).status == 2


def test_a_corrected_copy_is_written_over_nothing(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    write_book(root / "own.xlsx", {"我的": [["a"]]})
    before = (root / "own.xlsx").read_bytes()
    for where in ("own.xlsx", "rosters/名册.xlsx", "没有/x.xlsx"):
        ran = fawen("check", "rosters/名册.xlsx", "--fix", "-o", where, cwd=root)
        assert ran.status == 2, where
    assert (root / "own.xlsx").read_bytes() == before
    assert not (root / "没有").exists()
    assert fawen("check", "rosters/名册.xlsx", "--fix", "-o", "改.xlsx", cwd=root).status == 0


def test_names_are_read_as_notepad_saved_them(tmp_path: Path) -> None:
    for encoding in ("gb18030", "utf-8-sig", "utf-16"):
        (tmp_path / "名单.txt").write_bytes("李四\r\n丁一\r\n".encode(encoding))
        ran = fawen("--json", "order", "--from", "名单.txt", cwd=tmp_path)
        assert ran.object["names"] == ["丁一", "李四"], encoding
    (tmp_path / "名单.txt").write_bytes(b"\xff\x00\x81")
    assert fawen("order", "--from", "名单.txt", cwd=tmp_path).status == 2
