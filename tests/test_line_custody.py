"""Who keeps a ledger: renamed, copied, on another machine, on a share; and what is archived."""

from __future__ import annotations

import errno
import hashlib
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from bureau import CLI, bureau, fawen, process
from faultserver import FaultServer
from living import Life, live, machine
from openpyxl import load_workbook

from merge import files
from outbox.desk.forget import before
from outbox.ledger import share
from outbox.workspace import find
from rosters.finding import UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return live(tmp_path_factory.mktemp("life"))


@pytest.fixture
def life(lived: Life, tmp_path: Path) -> Iterator[Life]:
    copy = lived.copied(tmp_path)
    with machine(copy.state):
        assert fawen("cancel", copy.second, "001", cwd=copy.root).status == 0  # it is kept here
        yield copy


def write(root: Path, life: Life) -> int:
    return fawen("cancel", life.second, "002", cwd=root).status


def test_a_renamed_folder_goes_on_by_itself(life: Life) -> None:
    renamed = life.root.rename(life.root.with_name("发文（新）"))
    assert write(renamed, life) == 0
    found = fawen("--json", "audit", cwd=renamed)
    assert found.status == 0, found.out
    assert [one["standing"] for one in found.object["takeovers"]][-1] == "moved"


def test_of_two_copies_on_one_machine_one_is_kept(life: Life) -> None:
    copy = life.root.with_name("副本")
    shutil.copytree(life.root, copy)
    refused = fawen("cancel", life.second, "002", cwd=copy)
    assert refused.status == 4
    assert "这是一份副本" in refused.err
    assert fawen("status", life.second, cwd=copy).status == 0, "it can be read"
    assert "这是一份副本" in fawen("doctor", cwd=copy).out
    tried = fawen("account", "test", cwd=copy)
    assert (tried.status, "这是一份副本" in tried.err) == (4, True)
    assert "发件邮箱还不能用" not in tried.out, "it is not the account that is at fault"
    asked = fawen("takeover", cwd=copy)
    assert (asked.status, "--yes" in asked.err) == (2, True)
    assert "。，" not in asked.err
    assert fawen("takeover", "--yes", cwd=copy).status == 0
    assert write(copy, life) == 0
    old = fawen("send", life.second, "--go", cwd=life.root)
    assert old.status == 4
    assert "接着办理" in old.err


def test_doctor_tells_of_a_copy_and_of_a_ledger_that_is_gone(life: Life) -> None:
    def told(root: Path) -> tuple[int, str]:
        ran = fawen("doctor", cwd=root)
        return ran.status, ran.out

    assert "副本" not in told(life.root)[1]
    copy = life.root.with_name("副本")
    shutil.copytree(life.root, copy)
    status, said = told(copy)
    assert status == 0
    assert "提醒  这是一份副本" in said
    for one in (life.root / "outbox").glob("ledger.db*"):
        one.unlink()
    status, said = told(life.root)
    assert status == 4
    assert "错误  台账 outbox/ledger.db 不见了" in said
    assert not (life.root / "outbox" / "ledger.db").exists()


def test_another_machine_reads_only_until_it_takes_over(life: Life, tmp_path: Path) -> None:
    there = tmp_path / "there"
    shutil.copytree(life.root, there)
    with machine(tmp_path / "state2", "新电脑"):
        for words in (("send", life.second, "--go"), ("merge", "党费"), ("rehearse", life.second)):
            refused = fawen(*words, cwd=there)
            assert refused.status == 4, words
            assert "保管，这里只能查看" in refused.err
        for words in (("status",), ("batches",), ("report", life.batch, "-o", "簿.xlsx")):
            assert fawen(*words, cwd=there).status == 0
        assert fawen("audit", cwd=there).status == 0
        first = fawen("--json", cwd=there).object["todo"][0]
        assert first["next"] == "fawen takeover"
        assert "只能查看" in first["what"]
        taken = fawen("--json", "takeover", "--yes", "--why", "换电脑", cwd=there)
        assert taken.object["standing"] == "elsewhere"
        assert write(there, life) == 0
        assert fawen("--json", "takeover", cwd=there).object["taken"] is False
        assert "takeover" not in fawen(cwd=there).out


def test_what_was_handed_over_waits_for_the_successor(life: Life, tmp_path: Path) -> None:
    listed = fawen("handover", cwd=life.root)
    assert listed.status == 0
    assert "没有归档" in listed.out
    assert fawen("handover", "--release", "--to", "赵六", cwd=life.root).status == 0
    assert write(life.root, life) == 4
    there = tmp_path / "there"
    shutil.copytree(life.root, there)
    with machine(tmp_path / "state2", "新电脑"):
        assert fawen("takeover", cwd=there).status == 0, "nobody need confirm"
        assert write(there, life) == 0


def test_an_older_copy_is_taken_over_with_eyes_open(life: Life) -> None:
    shutil.copy(life.older, life.ledger)
    assert fawen("cancel", life.batch, "001", cwd=life.root).status == 4
    taken = fawen("takeover", "--yes", cwd=life.root)
    assert (taken.status, "collect" in taken.out) == (0, True)
    found = fawen("audit", cwd=life.root)
    assert "接管时与本机记得的对不上" in found.out


def test_a_backup_from_before_a_killed_sending_is_known(tmp_path: Path) -> None:
    taken: list[subprocess.Popen[bytes]] = []
    with FaultServer() as server, machine(tmp_path / "state"):
        root = bureau(tmp_path / "w", port=server.port)
        batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
        signing = ("--by", "周明远", "--basis", "当面", "--no-review")
        assert fawen("approve", batch, *signing, cwd=root).status == 0
        place = find(root).ledger
        backup = place.read_bytes()

        def kill(_mail: object) -> None:
            taken[0].kill()

        server.keep = kill
        words = [sys.executable, str(CLI), "send", batch, "--go"]
        taken.append(subprocess.Popen(words, cwd=root, stdout=subprocess.DEVNULL))
        assert taken[0].wait() != 0
        server.keep = None
        for one in place.parent.glob("ledger.db*"):
            one.unlink()
        place.write_bytes(backup)
        refused = fawen("send", batch, "--go", cwd=root)
        assert (refused.status, "对不上" in refused.err) == (4, True)
        assert fawen("audit", cwd=root).status == 1
        assert list(server.copies().values()) == [1], "and nothing was sent twice"


def test_who_goes_on_sending_stops_when_a_copy_was_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbox.desk.keeping.OFTEN", 0.0)
    monkeypatch.setattr("outbox.desk.keeping.SHARE", 0)
    copy = tmp_path / "副本"
    took: list[int] = []
    with FaultServer() as server, machine(tmp_path / "state"):
        root = bureau(tmp_path / "w", port=server.port)
        batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
        signing = ("--by", "周明远", "--basis", "当面", "--no-review")
        assert fawen("approve", batch, *signing, cwd=root).status == 0

        def take_over(_mail: object) -> None:
            shutil.copytree(root, copy)
            took.append(process("takeover", "--yes", cwd=copy).status)
            server.keep = None

        server.keep = take_over
        stopped = fawen("send", batch, "--go", cwd=root)
        assert (took, stopped.status, "接着办理" in stopped.err) == ([0], 4, True)
        again = fawen("send", batch, "--go", cwd=root)  # what it ended with is not remembered
        assert (again.status, sum(server.copies().values())) == (4, 1)
        assert fawen("audit", cwd=copy).status == 0
        for key in ("002", "003"):
            assert fawen("cancel", batch, key, cwd=copy).status == 0, "the copy is kept"


SPOILT = (b"", b"\0\0\0\0", b"\xff\xfe junk", b"[1]", b'{"head": 5, "links": "x", "at": "y"}')


@pytest.mark.parametrize("junk", SPOILT)
def test_a_memory_that_is_spoilt_is_none(life: Life, junk: bytes) -> None:
    for one in (life.state / "ledgers").iterdir():
        one.write_bytes(junk)
    found = fawen("--json", "audit", cwd=life.root)
    assert "本机没有记住过" in str(found.object["unproved"]), found.out
    assert write(life.root, life) == 0
    assert fawen("audit", cwd=life.root).status == 0


@pytest.mark.parametrize("junk", SPOILT)
def test_a_machine_whose_number_is_spoilt_is_another(life: Life, junk: bytes) -> None:
    (life.state / "machine").write_bytes(junk)
    assert fawen("audit", cwd=life.root).status == 0
    assert write(life.root, life) == 4
    assert fawen("takeover", "--yes", cwd=life.root).status == 0
    assert write(life.root, life) == 0


MOUNTS = {"/": "ext4", "/mnt/处里": "cifs", "/home": "nfs4", "/home/local": "xfs"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/w/ledger.db", ""), ("/mnt/处里/w/ledger.db", "cifs"), ("/home/a/ledger.db", "nfs4"),
     ("/home/local/ledger.db", ""), ("//server/share/ledger.db", "网络路径"),
     ("\\\\server\\share\\ledger.db", "网络路径")],
)  # fmt: skip
def test_a_share_is_known_by_what_is_mounted(path: str, kind: str) -> None:
    words = PurePosixPath(path) if path.startswith("//") else Path(path)
    assert share.shared(words, MOUNTS) == kind  # type: ignore[arg-type]


def test_mounts_are_read_as_linux_and_macos_write_them() -> None:
    text = "//s/x /mnt/a\\040b cifs rw 0 0\n/dev/sda1 / ext4 rw 0 0\n"
    assert share.linux_table(text) == {"/mnt/a b": "cifs", "/": "ext4"}
    text = "//u@s/x on /Volumes/处 里 (smbfs, nodev)\n/dev/disk1 on / (apfs, local)\n"
    assert share.mac_table(text) == {"/Volumes/处 里": "smbfs", "/": "apfs"}


def test_a_ledger_on_a_share_is_refused(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "table", lambda: {"/": "nfs4"})
    refused = fawen("status", cwd=life.root)
    assert refused.status == 4
    assert "网络共享盘" in refused.err
    with pytest.raises(UnavailableError):
        share.refuse_share(Path("/x/ledger.db"))


def tree(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def year(life: Life) -> str:
    with closing(sqlite3.connect(life.ledger)) as connection:
        (at,) = connection.execute("SELECT min(recorded_at) FROM batch").fetchone()
    return str(at[:4])


def test_a_year_is_archived_and_then_forgotten(life: Life, tmp_path: Path) -> None:
    soon = f"{int(year(life)) + 1}-12-31"
    assert fawen("cancel", life.second, cwd=life.root).status == 0
    early = fawen("--json", "forget", "--older-than", soon, "--go", cwd=life.root)
    assert early.object["forgotten"] == [], "what is not archived is never forgotten"
    assert all("归档" in one["why"] for one in early.object["kept"])

    folder = tmp_path / "归档"
    words = ("--json", "archive", "--year", year(life), "-o", folder)
    done = fawen(*words, cwd=life.root)
    assert done.status == 0, done.out
    first = tree(folder)
    assert fawen(*words, cwd=life.root).object == done.object
    assert tree(folder) == first, "the same inputs, the same bytes"
    checked = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert {name.split("/")[0] for name in first if "/" in name} == {
        "定稿", "审批单", "送达", "回执", "登记簿",
    }  # fmt: skip
    assert (folder / "定稿").stat().st_mode & 0o777 == 0o700
    assert next((folder / "定稿").rglob("*.docx")).stat().st_mode & 0o777 == 0o600

    before_ = fawen("--json", "audit", cwd=life.root)
    assert before_.status == 0, before_.out
    dry = fawen("--json", "forget", "--older-than", soon, cwd=life.root)
    assert set(dry.object["would"]) == {life.batch, life.second}
    assert fawen("--json", "audit", cwd=life.root).object["head"] == before_.object["head"]
    gone = fawen("--json", "forget", "--older-than", soon, "--go", cwd=life.root)
    assert set(gone.object["forgotten"]) == {life.batch, life.second}, gone.out
    raw = life.ledger.read_bytes()
    for words_ in ("wx@cs.example", "查无此人", "并入下一批", "请查收"):
        assert words_.encode() not in raw, words_
    kept = {path.name for path in (life.root / "outbox" / life.batch).iterdir()}
    assert kept == {"签发依据"}
    assert not list((life.root / "outbox" / "来信").rglob("*.eml"))

    code = before_.object["head"]
    found = fawen("--json", "audit", "--head", code, cwd=life.root)
    assert (found.status, found.object["findings"]) == (0, []), found.out
    assert set(found.object["forgotten"]) == {life.batch, life.second}
    status = fawen("status", life.batch, cwd=life.root)
    assert (status.status, "已按规定清除，不再发信" in status.out) == (0, True)
    assert "fawen readdress" not in status.out, "which would be refused"
    assert "（）" not in status.out
    printed = fawen("print", life.batch, "-o", "打印.pdf", cwd=life.root)
    assert (printed.status, "的文件已按规定清除" in printed.err) == (1, True)
    _still_never_twice(life)
    _blanked_besides(life)


def _still_never_twice(life: Life) -> None:
    text = (life.root / "jobs" / "通知.md").read_text(encoding="utf-8")
    (life.root / "jobs" / "再来.md").write_text(text, encoding="utf-8")
    merged = fawen("--json", "merge", "再来", cwd=life.root)
    assert merged.status == 0, merged.out
    dry = fawen("--json", "send", merged.object["batch"], cwd=life.root)
    assert (dry.object["letters"], len(dry.object["blocked"])) == (0, 3)


@pytest.mark.parametrize(
    ("words", "day"),
    [("3年", "2023-11-25"), ("18个月", "2025-05-25"), ("2023-01-31", "2023-01-31"),
     ("2023年1月31日", "2023-01-31")],
)  # fmt: skip
def test_ages_are_read(words: str, day: str) -> None:
    now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert before(words, now).date().isoformat() == day


@pytest.mark.parametrize("words", ["", "很久", "2023-13-01", "99999年"])
def test_an_age_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(UsageError):
        before(words, datetime(2026, 11, 25, tzinfo=UTC))


def _blanked_besides(life: Life) -> None:
    with closing(sqlite3.connect(life.ledger)) as connection:
        sql = "UPDATE letter SET organisation = organisation || 'x' WHERE batch = ?"
        assert connection.execute(sql, (life.batch,)).rowcount
        connection.commit()
    found = fawen("--json", "audit", cwd=life.root)
    assert "audit.forgotten" in {one["rule"] for one in found.object["findings"]}


def test_an_archive_that_was_broken_off_is_finished(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fawen("cancel", life.second, cwd=life.root).status == 0
    folder = tmp_path / "归档"
    words = ("archive", "--year", year(life), "-o", folder)
    real = files.write
    room = [3]

    def full(path: str, data: bytes) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, data)

    monkeypatch.setattr(files, "write", full)
    broken = fawen(*words, cwd=life.root)
    assert (broken.status, "磁盘满了" in broken.err) == (4, True)
    assert not (folder / "SHA256SUMS").exists()
    monkeypatch.undo()
    assert fawen(*words, cwd=life.root).status == 0
    assert (folder / "SHA256SUMS").exists()


def test_what_was_forgotten_stays_in_its_archive_when_the_year_is_archived_again(
    life: Life, tmp_path: Path
) -> None:
    assert fawen("cancel", life.second, cwd=life.root).status == 0
    folder = tmp_path / "归档"
    words = ("archive", "--year", year(life), "-o", folder)
    assert fawen(*words, cwd=life.root).status == 0
    first = tree(folder)
    assert listed(folder) == set(first) - {"SHA256SUMS"}
    soon = f"{int(year(life)) + 1}-12-31"
    assert fawen("forget", "--older-than", soon, "--go", cwd=life.root).status == 0
    later = another(life)
    again = fawen(*words, cwd=life.root)
    assert again.status == 0, again.err
    assert f"已清除的 {life.batch}：上次归档的文件照旧在内" in again.out
    assert listed(folder) == set(tree(folder)) - {"SHA256SUMS"}
    assert {name: tree(folder)[name] for name in listed_of(first)} == listed_of(first)
    assert registered(folder) == {life.batch: 3, life.second: 3, later: 3}
    checked = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr

    bare = fawen(*words[:-1], tmp_path / "另一处", cwd=life.root)
    assert f"已清除的 {life.batch}：文件不在这里" in bare.out
    paper = next((folder / "定稿").rglob("*.docx"))
    paper.write_bytes(b"another")
    broken = fawen(*words, cwd=life.root)
    assert (broken.status, "与归档时不一致" in broken.err) == (1, True)


def another(life: Life) -> str:
    """Merge one more batch, and call it back: it has ended."""
    path = life.root / "jobs" / "通知.md"
    text = path.read_text(encoding="utf-8").replace("请核对", "请再次核对")
    path.write_text(text, encoding="utf-8")
    batch: str = fawen("--json", "merge", "通知", cwd=life.root).object["batch"]
    assert fawen("cancel", batch, cwd=life.root).status == 0
    return batch


def listed(folder: Path) -> set[str]:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {line.partition("  ")[2] for line in lines}


def listed_of(files_: dict[str, bytes]) -> dict[str, bytes]:
    """Return what an archive holds of its batches, not of the year."""
    return {name: data for name, data in files_.items() if name.startswith(("定稿/", "送达/"))}


def registered(folder: Path) -> dict[str, int]:
    """Return how many papers the year's register has of each batch."""
    [path] = (folder / "登记簿").glob("*.xlsx")
    rows = list(load_workbook(path).active.iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))  # a void number is said once
    return {row[14].split("，")[0]: row[5] for row in rows}


def test_a_review_that_cannot_be_noted_is_none(life: Life, tmp_path: Path) -> None:
    text = (life.root / "jobs" / "通知.md").read_text(encoding="utf-8")
    text = text.replace("7号", "9号").replace("请核对。", "请再核对。")
    (life.root / "jobs" / "再来.md").write_text(text, encoding="utf-8")
    draft = fawen("--json", "merge", "再来", cwd=life.root).object["batch"]
    there = tmp_path / "there"
    shutil.copytree(life.root, there)
    with machine(tmp_path / "state2", "新电脑"):
        refused = fawen("review", draft, "-o", "送签.html", cwd=there)
        assert (refused.status, "这里只能查看" in refused.err) == (4, True)
    assert not (there / "送签.html").exists(), "nobody signs what the ledger does not know of"
    assert fawen("review", draft, "-o", "送签.html", cwd=life.root).status == 0


def test_a_foreign_folder_is_not_written_into(life: Life, tmp_path: Path) -> None:
    (tmp_path / "别的").mkdir()
    (tmp_path / "别的" / "a.txt").write_bytes(b"x")
    for folder in (tmp_path / "别的", life.root / "outbox" / "归档"):
        words = ("archive", "--year", year(life), "-o", folder)
        assert fawen(*words, cwd=life.root).status == 2
    assert hashlib.sha256((tmp_path / "别的" / "a.txt").read_bytes()).hexdigest().startswith("2d71")
