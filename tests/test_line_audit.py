# ruff: noqa: S608 (SQL of those who tamper)
"""An audit of a ledger that has lived: nothing where nobody touched it, each tampering found."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import keyring
import pytest
from bureau import fawen
from keyring.backend import KeyringBackend
from living import Life, live, machine

from outbox.ledger.chain import GENESIS, covered, link, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bureau import Ran


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return live(tmp_path_factory.mktemp("life"))


@pytest.fixture
def life(lived: Life, tmp_path: Path) -> Iterator[Life]:
    copy = lived.copied(tmp_path)
    with machine(copy.state):
        yield copy


def change(life: Life, *sql: str) -> None:
    """Change the file as one who has it in hand: nothing is asked, no key is foreign."""
    with closing(sqlite3.connect(life.ledger)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA ignore_check_constraints=ON")
        done = sum(connection.execute(one).rowcount for one in sql)
        connection.commit()
    assert done, "nothing was changed: the test is void"


def recomputed(life: Life, sql: str = "", cut: str = "") -> None:
    """Rewrite the chain as one who knows how it is made: seals and hashes fit again."""
    with closing(sqlite3.connect(life.ledger)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for one in filter(None, (sql, cut)):
            assert connection.execute(one).rowcount
        connection.row_factory = sqlite3.Row
        head = GENESIS
        for row in connection.execute("SELECT * FROM move ORDER BY id").fetchall():
            known = dict(row)
            if known["seal"] and known["salt"]:
                known["seal"] = sealed(known["salt"], known["reason"])
            head = link(head, covered(known))
            words = (known["seal"], head, known["id"])
            connection.execute("UPDATE move SET seal = ?, hash = ? WHERE id = ?", words)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'head'", (head,))
        connection.commit()


def audited(life: Life, *words: str) -> Ran:
    return fawen("--json", "audit", *words, cwd=life.root)


def test_nobody_touched_it(life: Life) -> None:
    first, last = life.codes
    for words in ((), ("--head", first), ("--head", last.lower().replace("-", " "))):
        found = audited(life, *words)
        assert (found.status, found.object["findings"], found.object["broken"]) == (0, [], None)
    assert found.object["head"] == last
    assert any("本机记得的台账码" in one for one in found.object["proved"])
    assert any(f"台账码 {last} 在链上" in one for one in found.object["proved"])
    said = fawen("audit", "--head", first, cwd=life.root)
    assert said.status == 0
    assert "台账完好" in said.out


def turned(column: str) -> str:
    """Write SQL that changes a hash, whichever digits it has."""
    return f"{column} = substr({column}, 2) || substr({column}, 1, 1)"


SENT = "(SELECT id FROM letter WHERE state = 'accepted' AND channel = 'live' LIMIT 1)"
MANIFEST = "(SELECT manifest FROM batch WHERE job = '党费')"

TAMPERED = {
    # the chain itself
    "who": ("UPDATE move SET who = '别人' WHERE id = 4", "它的内容被改动"),
    "when": ("UPDATE move SET at = replace(at, '20', '19') WHERE id = 5", "它的内容被改动"),
    "what it came to": (
        "UPDATE move SET after = 'rejected' WHERE after = 'accepted'", "它的内容被改动"),
    "which mailbox": ("UPDATE move SET account = 'x@y.example' WHERE after = 'dot'", "内容被改动"),
    "the hash": (f"UPDATE move SET {turned('hash')} WHERE id = 6", "内容被改动"),
    "a link out of the middle": ("DELETE FROM move WHERE id = 7", "少了 1 条记录"),
    "the first link": ("DELETE FROM move WHERE id = 1", "少了 1 条记录"),
    "a cut tail": ("DELETE FROM move WHERE id > (SELECT max(id) - 3 FROM move)", "被截去"),
    "two links changed places": (
        "UPDATE move SET id = CASE id WHEN 8 THEN -9 ELSE -8 END WHERE id IN (8, 9);"
        "UPDATE move SET id = -id WHERE id < 0", "或者它前面的记录被换过"),
    "a link put in": (
        "INSERT INTO move SELECT 9999, at, who, batch, letter, before, after, fence, account,"
        " reason, 'ff', salt, seal FROM move WHERE id = 3", "它前面少了"),
    "a reason": ("UPDATE move SET reason = '误发' WHERE reason LIKE '%并入下一批%'", "原因被改动"),
    "a reason blanked": (
        "UPDATE move SET reason = '', salt = '' WHERE reason LIKE '%并入下一批%'", "原因被抹去"),
    "a seal taken for a reason": (
        "UPDATE move SET reason = seal, seal = '', salt = '' WHERE id = 9", "封印被去掉"),
    "the head alone": ("UPDATE meta SET value = '00' WHERE key = 'head'", "链尾被改动"),
    # batches
    "a batch's state": ("UPDATE batch SET state = 'done' WHERE job = '党费'", "批次的状态被改动"),
    "a batch's number": ("UPDATE batch SET number = '测大组〔2026〕9号' WHERE job = '党费'",
                         "发文字号"),
    "a batch's reason": ("UPDATE batch SET reason = '无' WHERE job = '党费'", "批次上写的原因"),
    "a batch's digest": (
        f"UPDATE batch SET {turned('digest')}", "批次的内容摘要被改动"),
    "when it was recorded": (
        "UPDATE batch SET recorded_at = replace(recorded_at, '20', '19')", "登记的时间"),
    "another batch's manifest": (
        f"UPDATE batch SET manifest = {MANIFEST} WHERE job = '通知'", "批次的清单"),
    "the manifest spoilt": ("UPDATE batch SET manifest = x'00' WHERE job = '通知'", "清单读不出来"),
    "the counts": ("UPDATE batch SET letters = letters - 1 WHERE job = '通知'", "封数"),
    "a batch gone": ("DELETE FROM batch WHERE job = '通知'", "它的记录却不见了"),
    # letters
    "an address": (
        f"UPDATE letter SET \"to\" = '[\"x@y.example\"]' WHERE id = {SENT}", "收件地址"),
    "a copy's address": (f"UPDATE letter SET cc = '[\"x@y.example\"]' WHERE id = {SENT}", "抄送"),
    "a subject": (f"UPDATE letter SET subject = '别的' WHERE id = {SENT}", "信的主题"),
    "a body": (f"UPDATE letter SET body = body || '。' WHERE id = {SENT}", "信的正文"),
    "an attachment's hash": (
        f"UPDATE letter SET attachments = replace(attachments, 'a', 'b') WHERE id = {SENT}",
        "信的附件"),
    "what was sent": (
        f"UPDATE letter SET content = replace(content, '1', '2') WHERE id = {SENT}", "内容摘要"),
    "whose it was": (f"UPDATE letter SET name = '别的党委' WHERE id = {SENT}", "收件单位"),
    "refused, said to be accepted": (
        "UPDATE letter SET state = 'accepted' WHERE state = 'cancelled'", "信的状态被改动"),
    "accepted, to be sent again": (
        f"UPDATE letter SET state = 'queued' WHERE id = {SENT}", "信的状态被改动"),
    "when it was settled": (
        f"UPDATE letter SET settled_at = replace(settled_at, '20', '19') WHERE id = {SENT}",
        "了结时间"),
    "what the server said": (
        f"UPDATE letter SET reply = '550 no' WHERE id = {SENT}", "服务器答复被改动"),
    "a letter gone": (f"DELETE FROM letter WHERE id = {SENT}", "信的记录却不见了"),
    "a letter put in": (
        "INSERT INTO letter SELECT 9999, batch, '099', kind, n, channel, '假党委', short, category,"
        " \"to\", cc, subject, body, attachments, content, 'new', NULL, 'queued', 0, '', NULL,"
        " NULL, 0, NULL, NULL, 0, '', '', '' FROM letter WHERE channel = 'live' LIMIT 1",
        "后来塞进来的"),
    "a token": (f"UPDATE letter SET token = 'x' || token WHERE id = {SENT}", "邮件编号"),
    "the workspace key": (
        "UPDATE meta SET value = '00' || substr(value, 3) WHERE key = 'key'", "密钥或编号被换过"),
    # what others said
    "an attempt's answer": (
        f"UPDATE attempt SET text = '250 queued as 1' WHERE letter = {SENT}", "服务器答复被改动"),
    "an attempt's outcome": (
        f"UPDATE attempt SET outcome = 'deferred' WHERE letter = {SENT}", "投递的经过"),
    "an attempt gone": (f"DELETE FROM attempt WHERE letter = {SENT}", "投递经过少了 1 次"),
    "an attempt put in": (
        "INSERT INTO attempt (letter, fence, worker, account, outcome, stage, code, text, at)"
        f" SELECT {SENT}, 1, 'w', 'a', 'rejected', 'rcpt', 550, 'no', at FROM attempt LIMIT 1",
        "投递经过多了 1 次"),
    "who signed": ("UPDATE approval SET by = '王芳' WHERE by = '周明远'", "签发的记录"),
    "on what": ("UPDATE approval SET basis = 'OA:78' WHERE basis = 'OA:77'", "签发的记录"),
    "what was signed": (f"UPDATE approval SET {turned('digest')}", "签发的记录"),
    "who typed it": ("UPDATE approval SET typed_by = '别人'", "签发的记录"),
    "a signature gone": ("DELETE FROM approval WHERE by = '李明'", "签发的记录不见了"),
    "a signature put in": (
        "INSERT INTO approval (batch, digest, by, basis, basis_sha256, typed_by, at)"
        " SELECT batch, digest, '校长', '当面', '', typed_by, at FROM approval LIMIT 1",
        "后来塞进来的"),
    "the evidence's hash": (
        f"UPDATE approval SET {turned('basis_sha256')} WHERE by = '周明远'",
        "签发依据"),
    "a bounce's words": ("UPDATE mark SET words = '邮箱已满'", "「退信」的内容被改动"),
    "a bounce gone": ("DELETE FROM mark", "所指的记录"),
    "a bounce made an answer": ("UPDATE mark SET kind = 'replied'", "「已回信」的内容被改动"),
    "the bounce's mail": ("DELETE FROM mail", "所凭的来信"),
    "an entry": (
        "UPDATE entry SET data = '{}' WHERE kind = 'evidence'", "「签发依据」的记录被改动"),
    "an entry with its seal": (
        f"UPDATE entry SET {turned('seal')} WHERE kind = 'evidence'", "的记录被改动"),
    "an entry gone": ("DELETE FROM entry WHERE kind = 'evidence'", "所指的记录"),
    "who keeps it": (
        "UPDATE entry SET data = '{}', salt = '' WHERE kind = 'takeover'", "「接管」的记录被改动"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_each_tampering_is_found(life: Life, name: str) -> None:
    sql, words = TAMPERED[name]
    change(life, *sql.split(";"))
    found = audited(life)
    assert found.status == 1, found.out + found.err
    said = [one["message"] for one in found.object["findings"]]
    assert any(words in one for one in said), said
    if one := found.object["broken"]:
        assert one.startswith("第 ")


REWRITTEN: dict[str, Callable[[Life], None]] = {
    "another clerk": lambda life: recomputed(life, "UPDATE move SET who = '别人'"),
    "another time": lambda life: recomputed(
        life, "UPDATE move SET at = replace(at, '20', '19') WHERE id < 3"
    ),
    "another reason": lambda life: recomputed(
        life, "UPDATE move SET reason = '误发' WHERE reason LIKE '%并入下一批%'"
    ),
    "a letter never sent": lambda life: recomputed(
        life, f"UPDATE letter SET state = 'queued' WHERE id = {SENT}",
        f"DELETE FROM move WHERE letter = {SENT}",
    ),
    "a tail cut to fit": lambda life: recomputed(
        life, cut="DELETE FROM move WHERE id > (SELECT max(id) - 3 FROM move)"
    ),
    "an older copy put back": lambda life: shutil.copy(life.older, life.ledger),
}  # fmt: skip


def _without_wal(life: Life) -> None:
    for end in ("-wal", "-shm"):
        life.ledger.with_name(life.ledger.name + end).unlink(missing_ok=True)


@pytest.mark.parametrize("name", REWRITTEN)
def test_a_chain_that_fits_is_held_against_what_the_machine_remembers(
    life: Life, name: str
) -> None:
    REWRITTEN[name](life)
    _without_wal(life)
    found = audited(life)
    assert found.status == 1
    assert found.object["broken"] is None, "the chain itself holds"
    rules = {one["rule"] for one in found.object["findings"]}
    assert "audit.head" in rules
    refused = fawen("cancel", life.batch, "003", cwd=life.root)
    assert refused.status == 4, "nor is anything done with it"
    assert "fawen audit" in refused.err


@pytest.mark.parametrize("name", REWRITTEN)
def test_where_nothing_is_remembered_the_code_on_paper_tells(life: Life, name: str) -> None:
    REWRITTEN[name](life)
    _without_wal(life)
    shutil.rmtree(life.state / "ledgers")
    alone = audited(life)
    assert any("看不出来" in one for one in alone.object["unproved"])
    found = audited(life, "--head", life.codes[1])
    assert "audit.head" in {one["rule"] for one in found.object["findings"]}
    assert f"台账码 {life.codes[1]} 不在链上" in str(found.object["findings"])


class Ring(KeyringBackend):
    """A keyring that keeps what it is given."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, one = keyring.get_keyring(), Ring()
    keyring.set_keyring(one)
    yield one
    keyring.set_keyring(before)


def test_the_keyring_remembers_where_the_file_was_forged(life: Life, ring: Ring) -> None:
    (life.state / "ledgers" / "no-keyring").unlink(missing_ok=True)
    moved = fawen("cancel", life.second, "001", cwd=life.root)
    assert moved.status == 0, moved.err
    (kept,) = ring.kept.values()
    recomputed(life, "UPDATE move SET who = '别人'")
    _without_wal(life)
    (file,) = (life.state / "ledgers").glob("*.json")
    with closing(sqlite3.connect(life.ledger)) as connection:
        (head,) = connection.execute("SELECT value FROM meta WHERE key = 'head'").fetchone()
    assert json.loads(kept)["head"] != head
    file.write_text(json.dumps({**json.loads(kept), "head": head}), encoding="utf-8")
    found = audited(life)
    assert found.status == 1
    heads = [one for one in found.object["findings"] if one["rule"] == "audit.head"]
    assert ["钥匙串记得的" in one["message"] for one in heads] == [True]


def test_a_keyring_that_hangs_or_fails_stops_nothing(
    life: Life, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    never = threading.Event()
    monkeypatch.setattr("outbox.desk.witness.PATIENCE", 0.05)
    monkeypatch.setattr(ring, "set_password", lambda *_: never.wait())
    monkeypatch.setattr(ring, "get_password", lambda *_: never.wait())
    (life.state / "ledgers" / "no-keyring").unlink(missing_ok=True)
    assert fawen("cancel", life.second, "001", cwd=life.root).status == 0
    assert (life.state / "ledgers" / "no-keyring").exists(), "it is not asked again each time"
    found = audited(life)
    assert found.status == 0
    assert any("没有可用的钥匙串" in one for one in found.object["unproved"])
    never.set()


FILES: dict[str, tuple[str, str]] = {
    "a document": ("{batch}/001/*.docx", "内容与登记的不一致"),
    "the manifest": ("{batch}/manifest.json", "内容与登记的不一致"),
    "the scan": ("{batch}/签发依据/*", "签发依据"),
    "the bounce": ("来信/*/*.eml", "来信的原件"),
}


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_files_are_held_against_the_ledger(life: Life, name: str, gone: bool) -> None:
    pattern, words = FILES[name]
    path = next((life.root / "outbox").glob(pattern.format(batch=life.batch)))
    if gone:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b" ")
    found = audited(life)
    assert found.status == 1
    said: list[dict[str, Any]] = found.object["findings"]
    assert len(said) == 1
    assert any(one in f"{said[0]['file']} {said[0]['message']}" for one in (words, "文件不见了"))


def test_another_ledger_in_its_place_is_seen(life: Life, tmp_path: Path) -> None:
    other = live(tmp_path / "other")
    moved = fawen("cancel", life.second, "001", cwd=life.root)
    assert moved.status == 0, moved.err
    shutil.copy(other.ledger, life.ledger)
    _without_wal(life)
    found = audited(life)
    assert found.status == 1
    assert any("整本被换过" in one["message"] for one in found.object["findings"])


@pytest.mark.parametrize("code", ["3F9A-21C0", "谁知道", "3F9A-21C0-7B5E-0D14-88XY"])
def test_a_code_that_is_none_is_refused(life: Life, code: str) -> None:
    found = audited(life, "--head", code)
    assert found.status == 2
    assert "看不懂台账码" in found.out
