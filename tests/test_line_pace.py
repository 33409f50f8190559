"""Pace as the clerk meets it: how long it takes, what is too large, what was held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from bureau import JOB, bureau, fawen
from faultserver import Fault, FaultServer
from openpyxl import load_workbook

from outbox.desk import send
from outbox.post import pace
from outbox.post.postoffice import PostOffice
from outbox.workspace import find

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path


def signed(root: Path) -> str:
    made = fawen("--json", "merge", "通知", cwd=root)
    assert made.status == 0, made.err + made.out
    batch: str = made.object["batch"]
    done = fawen(
        "--json", "approve", batch, "--by", "周明远", "--basis", "当面", "--no-review", cwd=root
    )
    assert done.status == 0, done.err + done.out
    return batch


def settings(root: Path, *changes: tuple[str, str]) -> None:
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_before_sending_it_says_how_long_it_takes(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    signed(root)
    assert fawen("--json", "send", cwd=root).object["eta"] == 0
    settings(root, ("per_day = 10000", "per_day = 1"))
    assert fawen("--json", "send", cwd=root).object["eta"] == 2 * 86400
    assert "才能发完" in fawen("send", cwd=root).out


def test_who_waits_for_a_cap_is_told_until_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        root = bureau(tmp_path / "w", port=office.port)
        settings(root, ("per_minute = 1000", "per_minute = 1"))
        signed(root)
        assert fawen("--json", "send", "--go", cwd=root).object["accepted"] == 1
        clock = [datetime.now(UTC)]
        monkeypatch.setattr(
            "time.sleep", lambda seconds: clock.append(clock[-1] + timedelta(seconds=seconds))
        )
        work = send.go(find(root), None, now=lambda: clock[-1], wait=True)
        seen = [(one.done, one.total, bool(one.note)) for one in work]
    assert seen == [(1, 3, True), (2, 3, False), (2, 3, True), (3, 3, False), (3, 3, False)]


def test_a_guessed_rate_begins_at_half_and_a_services_file_changes_it(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    signed(root)
    settings(root, ("per_minute = 1000\nper_day = 10000\n", 'service = "coremail"\n'))
    (root / "services.toml").write_text("[coremail]\nper_day = 2\n", encoding="utf-8")
    assert fawen("--json", "send", cwd=root).object["eta"] == 2 * 86400
    assert "先慢后快" in fawen("send", cwd=root).out
    settings(root, ('"coremail"', '"coremial"'))
    wrong = fawen("--json", "send", cwd=root)
    assert wrong.status == 1
    assert "coremail" in wrong.object["findings"][0]["advice"]


def test_what_is_too_large_is_said_before_it_is_signed(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    settings(root, ("per_minute = 1000", "per_minute = 1000\nmax_bytes = 10000"))
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    refused = fawen(
        "--json", "approve", batch, "--by", "周", "--basis", "当面", "--no-review", cwd=root
    )
    assert refused.status == 1
    assert len(refused.object["findings"]) == 3
    assert "超过发件邮箱的上限" in refused.object["findings"][0]["message"]


def minutes(at: str, zone: tzinfo) -> set[str]:
    """Write the minute of a time that JSON gives in whole seconds: what was cut off may tell."""
    least = datetime.fromisoformat(at).astimezone(zone)
    return {pace.shown(least), pace.shown(least + timedelta(seconds=1))}


def test_what_is_open_says_until_when_the_quota_makes_it_wait(tmp_path: Path) -> None:
    with FaultServer([Fault("rcpt", b"451 later\r\n", only="wx@")]) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root)
        assert "以后才能发" not in fawen(cwd=root).out
        settings(root, ("per_day = 10000", "per_day = 1"))
        sent = fawen("--json", "send", batch, "--go", cwd=root).object
        zone = find(root).zone
        until = minutes(sent["next_attempt_at"], zone)
        [first] = [one for one in fawen("--json", cwd=root).object["todo"] if batch in one["what"]]
        assert any(f"{one} 以后才能发（已到限额）" in first["what"] for one in until)
        assert first["next"] == f"fawen send {batch} --go"
        settings(root, ("per_day = 1\n", "per_day = 10000\n"))
        assert "以后才能发" not in fawen(cwd=root).out, "another letter may leave"
        later = fawen("--json", "send", batch, "--go", cwd=root).object["next_attempt_at"]
        until, said = minutes(later, zone), fawen(cwd=root).out
        assert any(f"还没有发完；{one} 以后才能发\n" in said for one in until), "deferred"
        settings(root, ("[account]", '[account]\nservice = "coremial"'))
        assert "正在发送，还没有发完\n" in fawen(cwd=root).out, "what is wrong there others say"


@pytest.mark.parametrize(("urgency", "told"), [("", True), ("  紧急程度: 特急\n", False)])
def test_what_is_open_says_that_nothing_leaves_at_night(
    tmp_path: Path, urgency: str, told: bool
) -> None:
    root = bureau(tmp_path / "w", jobs={"通知": JOB.replace("要素:\n", f"要素:\n{urgency}")})
    settings(root, ("per_minute = 1000", 'quiet_hours = "00:00-23:59"\nper_minute = 1000'))
    signed(root)
    assert ("23:59 以后才能发（夜间不发）" in fawen(cwd=root).out) is told


def test_at_night_nothing_leaves_but_what_is_most_urgent(tmp_path: Path) -> None:
    urgent = JOB.replace("要素:\n", "要素:\n  紧急程度: 特急\n")
    with FaultServer() as server:
        for name, job, status in (("w", JOB, 3), ("x", urgent, 0)):
            root = bureau(tmp_path / name, port=server.port, jobs={"通知": job})
            quiet = 'quiet_hours = "00:00-23:59"\nper_minute = 1000'
            settings(root, ("per_minute = 1000", quiet))
            signed(root)
            sent = fawen("--json", "send", "--go", cwd=root)
            assert sent.status == status, sent.out + sent.err
            assert bool(sent.object["next_attempt_at"]) is (status == 3)
            assert sent.object["accepted"] == (0 if status else 3)


def test_what_was_held_is_sent_on_a_persons_word(tmp_path: Path) -> None:
    with FaultServer([Fault("dot", b"554 DT:SPM\r\n")]) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root)
        sent = fawen("--json", "send", "--go", cwd=root)
        assert (sent.status, sent.object["held"], sent.object["accepted"]) == (3, 1, 2)
        assert "--held" in fawen("status", batch, cwd=root).out
        again = fawen("--json", "send", batch, "--go", cwd=root)
        assert (again.status, again.object["held"]) == (3, 1), "not by itself"
        last = fawen("--json", "send", batch, "--go", "--held", cwd=root)
        assert (last.status, last.object["accepted"], last.object["state"]) == (0, 3, "done")
        assert set(server.copies().values()) == {1}


def test_a_letter_accepted_in_part_stays_shown(tmp_path: Path) -> None:
    with FaultServer([Fault("rcpt", b"550 no such user\r\n", only="bak@")]) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root)
        sent = fawen("--json", "send", "--go", cwd=root)
        assert (sent.status, sent.object["accepted"], sent.object["partial"]) == (3, 3, 1)
    said = fawen("status", batch, cwd=root).out
    assert "其中有地址被拒收　1" in said
    assert "bak@cs.example 被拒收" in said, "who, not only how many"
    assert "服务器已接收，有地址被拒收" in fawen("show", batch, cwd=root).out
    shown = fawen("--json", "show", batch, "002", cwd=root).object
    assert (shown["state"], shown["partial"]) == ("accepted", True)
    assert not fawen("--json", "show", batch, "001", cwd=root).object["partial"]
    fawen("report", batch, "-o", "登记簿.xlsx", cwd=root)
    book = load_workbook(root / "登记簿.xlsx", read_only=True)
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    book.close()
    assert "服务器已接收，有地址被拒收" in cells
    assert "其中有地址被拒收 1" in cells
    assert any("bak@cs.example 被拒收" in cell for cell in cells)


@pytest.mark.parametrize("words", [["--held"], ["--wait"]])
def test_what_belongs_to_go_is_refused_without_it(tmp_path: Path, words: list[str]) -> None:
    root = bureau(tmp_path / "w")
    assert fawen("send", *words, cwd=root).status == 2
