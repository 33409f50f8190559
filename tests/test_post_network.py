"""A connection that failed is told in Chinese, with the system's name for it behind."""

from __future__ import annotations

import errno
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


# The number and the English words that Python gives stood behind until a clerk read them: a number
# is another one on each system, and the words say what is said before them. What a technician
# looks for is the name; where an error has none (TLS, smtplib, imaplib), its own words are all.
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError("Connection unexpectedly closed"),
            "连接被对方切断 (Connection unexpectedly closed)",
        ),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
            "服务器拒绝连接 (ECONNREFUSED)",
        ),
        (
            ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
            "连接被对方切断 (ECONNRESET)",
        ),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "连接被对方切断 (EPIPE)"),
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "找不到这台服务器 (EAI_NONAME)",
        ),
        (
            socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
            "暂时查不到服务器的地址，多半是网络断了 (EAI_AGAIN)",
        ),
        (TimeoutError("timed out"), "一直没有回音 (timed out)"),
        (TimeoutError(errno.ETIMEDOUT, "Connection timed out"), "一直没有回音 (ETIMEDOUT)"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "网络不通 (ENETUNREACH)"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "网络不通 (EHOSTUNREACH)"),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "加密方式对不上 (WRONG_VERSION_NUMBER)"),
        (
            ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"),
            "加密方式对不上 ([SSL: WRONG_VERSION_NUMBER] wrong version number)",
        ),
        (ssl.SSLEOFError(8, "EOF occurred"), "连接被对方切断 (EOF occurred)"),
        (imaplib.IMAP4.abort("socket error: EOF"), "连接被对方切断 (socket error: EOF)"),
        (
            imaplib.IMAP4.abort("socket error: [Errno 32] Broken pipe"),
            "连接被对方切断 (socket error: Broken pipe)",
        ),
        (OSError(errno.ENOTCONN, "Transport endpoint is not connected"), "系统报错 (ENOTCONN)"),
    ],
)
def test_the_usual_errors_have_words(error: BaseException, said: str) -> None:
    assert worded(error) == said


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
        assert "服务器拒绝连接 (ECONNREFUSED)" in caught.value.message
        assert advice in caught.value.advice


def test_a_server_that_is_not_there_is_said_in_chinese(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    signing = ("--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen("approve", batch, *signing, cwd=root).status == 0
    ran = fawen("send", "--go", cwd=root)
    assert "服务器拒绝连接 (ECONNREFUSED)" in ran.out, ran.out
