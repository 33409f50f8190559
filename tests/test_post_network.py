"""A connection that failed is told in Chinese, with the system's own words behind."""

from __future__ import annotations

import imaplib
import socket
import ssl
from typing import TYPE_CHECKING

import pytest
from bureau import bureau, fawen

from outbox.post.mailbox import Access, Mailbox
from outbox.post.network import worded
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError("Connection unexpectedly closed"), "连接被对方切断"),
        (ConnectionRefusedError(111, "Connection refused"), "服务器拒绝连接"),
        (ConnectionResetError(104, "Connection reset by peer"), "连接被对方切断"),
        (BrokenPipeError(32, "Broken pipe"), "连接被对方切断"),
        (socket.gaierror(-2, "Name or service not known"), "找不到这台服务器"),
        (TimeoutError("timed out"), "一直没有回音"),
        (OSError(101, "Network is unreachable"), "网络不通"),
        (OSError(113, "No route to host"), "网络不通"),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "加密方式对不上"),
        (ssl.SSLEOFError(8, "EOF occurred"), "连接被对方切断"),
        (imaplib.IMAP4.abort("socket error: EOF"), "连接被对方切断"),
    ],
)
def test_the_usual_errors_have_words(error: BaseException, said: str) -> None:
    assert worded(error) == f"{said} ({error})"


def test_an_unusual_error_keeps_its_own() -> None:
    assert worded(OSError("odd")) == "odd"
    assert worded(OSError()) == "OSError"


def test_who_wrote_no_imap_host_is_told_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for guessed, advice in ((True, "没有写 imap_host"), (False, "请核对 fawen.toml 的 imap_host")):
        with pytest.raises(UnavailableError) as caught:
            Mailbox(Access("a@u.example", "a", "127.0.0.1", port, "plain", guessed=guessed), "x")
        assert "服务器拒绝连接 ([Errno" in caught.value.message
        assert advice in caught.value.advice


def test_a_server_that_is_not_there_is_said_in_chinese(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    signing = ("--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen("approve", batch, *signing, cwd=root).status == 0
    ran = fawen("send", "--go", cwd=root)
    assert "服务器拒绝连接 (" in ran.out, ran.out
