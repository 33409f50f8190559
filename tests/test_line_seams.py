"""Where signing and aftercare meet: forgetting, archives, evidence, numbers, logins."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from bureau import JOB, Ran, bureau, fawen

from outbox.desk import folder as folders
from outbox.ledger.ledger import Ledger
from outbox.ledger.moves import Act
from outbox.post.postoffice import PostOffice
from outbox.workspace import find
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNING = ("--by", "周明远", "--basis", "当面", "--no-review")
AUTO = JOB.replace("测大组〔2026〕7号", "自动 测大组")
SOON = f"{datetime.now(UTC).year + 2}-01-01"
WHY = ("--why", "没收到")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        yield office


def sent(root: Path, *basis: str) -> str:
    batch = str(fawen("--json", "merge", "通知", cwd=root).object["batch"])
    signing = ("--by", "周明远", "--basis", *basis, "--no-review") if basis else SIGNING
    assert fawen("approve", batch, *signing, cwd=root).status == 0
    assert fawen("--json", "send", batch, "--go", cwd=root).object["balanced"]
    return batch


def tamper(root: Path, sql: str, *words: Any) -> None:
    with closing(sqlite3.connect(find(root).ledger)) as connection:
        assert connection.execute(sql, words).rowcount > 0, sql
        connection.commit()


def audited(root: Path) -> set[str]:
    ran = fawen("--json", "audit", cwd=root)
    return {one["rule"] for one in ran.object["findings"]}


def archived(root: Path, folder: Path) -> Ran:
    return fawen("--json", "archive", "--year", str(datetime.now(UTC).year), "-o", folder, cwd=root)


def forget(root: Path) -> Ran:
    return fawen("--json", "forget", "--older-than", SOON, "--go", cwd=root)


def test_what_is_forgotten_is_not_sent_again(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    (tmp_path / "批示.jpg").write_bytes(b"\xff\xd8\xff\xe0 scan")
    batch = sent(root, str(tmp_path / "批示.jpg"))
    assert archived(root, tmp_path / "归档").status == 0
    assert forget(root).object["forgotten"] == [batch]
    for words in (
        ("resend", batch, "001", *WHY),
        ("readdress", batch, "001", "new@cs.example", *WHY),
    ):
        refused = fawen("--json", *words, cwd=root)
        assert refused.status == 1, words
        assert "已按规定清除" in refused.object["error"]["message"]
    assert audited(root) == set()
    file = next((root / "outbox" / batch / "签发依据").iterdir())
    file.write_bytes(b"\xff\xd8\xff\xe0 forged")
    assert audited(root) == {"audit.file"}, "a signature's evidence is not forgotten"
    new = hashlib.sha256(file.read_bytes()).hexdigest()
    tamper(root, "UPDATE approval SET basis_sha256 = ?", new)
    assert audited(root) == {"audit.forgotten"}


def test_what_happened_since_is_archived_first(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    assert archived(root, tmp_path / "归档").status == 0
    assert fawen("resend", batch, "001", *WHY, "--go", cwd=root).status == 0
    kept = forget(root).object
    assert kept["forgotten"] == []
    assert "归档以后又有变动" in kept["kept"][0]["why"]
    assert archived(root, tmp_path / "归档").status == 0
    assert forget(root).object["forgotten"] == [batch]
    assert audited(root) == set()


def test_a_letter_in_doubt_is_not_forgotten(tmp_path: Path, office: PostOffice) -> None:
    """What becomes of it later would look as if somebody had written into the ledger."""
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    assert archived(root, tmp_path / "归档").status == 0
    tamper(root, "UPDATE letter SET state = 'in_doubt' WHERE organisation = '001'")
    kept = forget(root).object
    assert (kept["forgotten"], kept["kept"][0]["batch"]) == ([], batch)
    assert "fawen resolve" in kept["kept"][0]["why"]


def test_a_killed_forgetting_is_finished(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    assert archived(root, tmp_path / "归档").status == 0
    folder = root / "outbox" / batch
    shutil.copytree(folder, tmp_path / "before")
    assert forget(root).object["forgotten"] == [batch]
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "before", folder)  # as if it had been killed after its commit
    (folder / "名册链接").symlink_to(root / "rosters", target_is_directory=True)
    assert forget(root).status == 0
    assert [path.name for path in folder.iterdir() if path.name != "签发依据"] == []
    assert list((root / "rosters").iterdir()), "what a link leads to is not ours to delete"


def test_a_batch_keeps_its_own_folder(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    sent(root)
    tamper(root, "UPDATE batch SET folder = '..'")
    assert "audit.batch" in audited(root)
    assert archived(root, tmp_path / "归档").status != 0
    forget(root)
    assert (root / "fawen.toml").is_file()


def test_the_hash_of_the_evidence_is_in_the_chain(tmp_path: Path, office: PostOffice) -> None:
    """File and row changed together, and a basis cut short: both are found."""
    root = bureau(tmp_path / "w", port=office.port)
    (tmp_path / "批示.jpg").write_bytes(b"\xff\xd8\xff\xe0 scan")
    batch = sent(root, str(tmp_path / "批示.jpg"))
    assert audited(root) == set()
    file = next((root / "outbox" / batch / "签发依据").iterdir())
    file.write_bytes(b"\xff\xd8\xff\xe0 forged")
    new = hashlib.sha256(file.read_bytes()).hexdigest()
    tamper(root, "UPDATE approval SET basis_sha256 = ?", new)
    assert audited(root) == {"audit.approval"}


def test_a_basis_is_compared_whole(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    sent(root, "OA:12345")
    tamper(root, "UPDATE approval SET basis = 'OA:1'")
    assert audited(root) == {"audit.approval"}


def test_a_list_changed_in_row_and_folder_is_found(tmp_path: Path, office: PostOffice) -> None:
    """The title stands in no digest: what was recorded is hashed whole into its link."""
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    with Ledger.open(find(root).ledger, at=datetime.now(UTC)) as ledger:
        manifest = ledger.manifest(batch)
    from dataclasses import replace

    other = replace(manifest, title="关于别的事的通知")
    (root / "outbox" / batch / "manifest.json").write_text(other.to_json(), encoding="utf-8")
    tamper(root, "UPDATE batch SET manifest = ?, title = ?", other.packed, other.title)
    assert audited(root) == {"audit.manifest"}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM bearing",
        "UPDATE bearing SET last = last + 3",
        "UPDATE bearing SET seal = ''",
        "UPDATE bearing SET paper = 'x'",
        "UPDATE bearing SET whole = 0",
        "UPDATE number SET batch = 'x'",
        "UPDATE number SET job = '别的'",
        "UPDATE number SET entry = 3",
        "UPDATE number SET sort = 'certificate'",
    ],
)
def test_who_bears_which_number_is_audited(lived: Path, tmp_path: Path, sql: str) -> None:
    root = tmp_path / "w"
    shutil.copytree(lived, root)
    tamper(root, sql)
    assert "audit.number" in audited(root)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with a number that is final, one reserved, and a correction."""
    folder = tmp_path_factory.mktemp("numbers")
    with PostOffice(folder / "mails", lambda token: token) as office:
        jobs = {"通知": AUTO, "党费": AUTO.replace("请核对", "请报送")}
        root = bureau(folder / "w", port=office.port, jobs=jobs)
        batch = sent(root)
        assert fawen("correct", batch, cwd=root).status == 0
        path = root / "jobs" / "通知-更正.md"
        text = path.read_text(encoding="utf-8").replace("请核对。", "请于11月30日前核对。")
        path.write_text(text, encoding="utf-8")
        assert fawen("correct", batch, cwd=root).status == 0
        second = fawen("--json", "merge", "通知-更正", cwd=root).object["batch"]
        assert fawen("approve", second, *SIGNING, cwd=root).status == 0
        assert fawen("cancel", second, cwd=root).status == 0
        assert fawen("merge", "党费", cwd=root).status == 0
        assert audited(root) == set()
    return root


def test_two_people_at_once_send_one_copy(tmp_path: Path, office: PostOffice) -> None:
    root = bureau(tmp_path / "w", port=office.port)
    batch = sent(root)
    workspace, at = find(root), datetime.now(UTC)
    with folders.opened(workspace, at) as ledger:
        letter = ledger.letters(batch)[0]  # both have looked before either has written
        assert ledger.resend(letter.id, Act(at, "甲", "没收到"))[0].n == 2
        with pytest.raises(InputError, match="已有一封补发"):
            ledger.resend(letter.id, Act(at, "乙", "没收到"))


def test_a_login_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """LOGNAME is whatever one types: with it one person would be two."""
    login = folders.who()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "lisi")
    assert folders.who() == login
