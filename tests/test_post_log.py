"""The log: what travels is kept, who it was and what the password is are not."""

from __future__ import annotations

import base64
import json
import logging
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from faultserver import Fault, FaultServer
from postal import START, Batch, make_account, make_batch

from outbox.post.log import FILE, LOG, MOST_BYTES, MOST_FILES, kept, mask, redacted, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "Xq7-secret-of-16"
SHAPES = [
    SECRET,
    base64.b64encode(SECRET.encode()).decode(),
    base64.b64encode(f"\0zzb@uni.example\0{SECRET}".encode()).decode(),
]


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    made = make_batch(tmp_path, 2)
    made.approve()
    with made.ledger:
        yield made


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("level", ["debug", "info", "warning", "off"])
def test_no_password_at_any_level(
    batch: Batch, level: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    file = batch.path / FILE
    echo = f"535 no user zzb@uni.example with {SECRET}, AUTH PLAIN {SHAPES[2]}\r\n".encode()
    caplog.set_level(logging.DEBUG)
    logging.getLogger("yagmail").setLevel(logging.DEBUG)
    with (
        kept(file, batch.clock.now, level),
        # The server repeats what it was given, once; then it takes everything.
        FaultServer([Fault("auth", echo)], password=SECRET) as server,
    ):
        account = make_account(server.port)
        events = list(batch.send(account, SECRET))
        assert events[-1].kind == "halted"
        assert "已隐去" in events[-1].words
        events += batch.send(account, SECRET)
        assert any(line.startswith("AUTH PLAIN") for line in server.lines)
    out, err = capfd.readouterr()
    kept_ = file.read_text(encoding="utf-8") if file.exists() else ""
    said = " ".join([out, err, caplog.text, kept_, *(event.words for event in events)])
    stored = b"".join(path.read_bytes() for path in (batch.path / "outbox").iterdir())
    assert not [shape for shape in SHAPES if shape in said or shape.encode() in stored]
    assert batch.states() == {"accepted": 2}
    assert bool(kept_) == (level != "off")
    assert "dzz001@" not in kept_
    assert (out, err) == ("", "")


def test_what_is_told_of_a_delivery(batch: Batch) -> None:
    file = batch.path / "new" / FILE
    with (
        kept(file, batch.clock.now),
        FaultServer(
            [Fault("rcpt", b"550 5.1.1 no such user <dzz001@branch.example>\r\n")]
        ) as server,
    ):
        list(told(iter(batch.send(make_account(server.port))), batch.name))
    found = lines(file)
    assert [one["event"] for one in found] == [
        "connected", "attempt", "attempt",
        "delivery begins", "rejected", "accepted", "finished", "delivery ends",
    ]  # fmt: skip
    refused = found[1]
    assert (refused["stage"], refused["code"]) == ("rcpt", 550)
    assert refused["to"] == [mask("dzz001@branch.example")]
    assert refused["said"].endswith(f"<{mask('dzz001@branch.example')}>")
    assert all(one["at"] == START.isoformat(timespec="milliseconds") for one in found)
    assert found[4]["level"] == "warning"
    assert found[4]["organisation"] == "001"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_its_owner_reads_it_also_after_it_is_turned_over(tmp_path: Path) -> None:
    file = tmp_path / "outbox" / FILE
    mask_ = os.umask(0)
    try:
        with kept(file, lambda: START):
            for _ in range(MOST_BYTES * (MOST_FILES + 2) // 12_000):
                LOG.info("long", said=["很长" * 150_000] * 2)
    finally:
        os.umask(mask_)
    found = sorted(path.name for path in file.parent.iterdir())
    assert found == [FILE, *(f"{FILE}.{number + 1}" for number in range(MOST_FILES))]
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert sum(path.stat().st_size for path in file.parent.iterdir()) < MOST_BYTES * 5


def test_without_a_file_nothing_is_written_anywhere(
    batch: Batch, capfd: pytest.CaptureFixture[str]
) -> None:
    structlog.reset_defaults()
    with FaultServer() as server:
        batch.send(make_account(server.port))
    assert capfd.readouterr() == ("", "")


def test_a_log_that_cannot_be_written_stops_no_letter(
    batch: Batch, capfd: pytest.CaptureFixture[str]
) -> None:
    (batch.path / "a file").write_text("no folder")
    with kept(batch.path / "a file" / FILE, batch.clock.now), FaultServer() as server:
        batch.send(make_account(server.port))
    assert batch.states() == {"accepted": 2}
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("张三 990102199001011234 在", "张三 990…4 在"),
        ("身份证 990102900101123", "身份证 990…3"),
        ("电话13800001111，", "电话138…11，"),
        ("电话138 0000 1111，", "电话138…11，"),
        ("电话+86 138-0000-1111，", "电话+86…11，"),
        ("身份证990102 19900101 123X，", "身份证990…X，"),
        ("to=zhang.san%40b.example", "to=#5aee43ad@b.example"),
        ("010-62750001", "010…01"),
        ("写给 a@b.example 的", f"写给 {mask('a@b.example')} 的"),
        ("AUTH PLAIN AGFAYgBwYXNz", "AUTH PLAIN 〔已隐去〕"),
        ("send: 'AUTH LOGIN eA=='", "send: 'AUTH LOGIN 〔已隐去〕"),
        (["x@y.example"], [mask("x@y.example")]),
        (
            {"to": "x@y.example", "password": "p"},
            {"to": mask("x@y.example"), "password": "〔已隐去〕"},
        ),
        (b"\x00\x01", "2 bytes"),
        (20261123, 20261123),
    ],
)
def test_what_is_taken_out(value: object, shown: object) -> None:
    assert redacted(None, "info", {"said": value}) == {"said": shown}


@pytest.mark.parametrize("name", ["password", "Secret", "credentials", "授权码", "auth"])
def test_a_field_of_that_name_is_never_shown(name: str) -> None:
    assert redacted(None, "info", {name: "p"}) == {name: "〔已隐去〕"}


def test_a_text_logged_past_structlog_is_redacted_too(tmp_path: Path) -> None:
    with kept(tmp_path / FILE, lambda: START):
        logging.getLogger("fawen.post").warning("to a@b.example")
    assert "a@b.example" not in (tmp_path / FILE).read_text(encoding="utf-8")
