"""The mailbox where services differ: NetEase's ID, no CHARSET, 已发送; what cannot be reached."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import pytest
from netease import SENT, NetEase
from test_post_tls import make_certificate, served

from outbox.post.mailbox import Access, Mailbox
from outbox.post.proof import borne
from outbox.post.reach import obstacle
from rosters.finding import InputError, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "abcdefghijklmnopqrstuvwx23"
MAIL = f"Message-ID: <{TOKEN}@uni.example>\r\nSubject: x\r\n\r\nbody\r\n".encode()
DAY = datetime(2026, 11, 24, tzinfo=UTC)


def access(port: int, **more: object) -> Access:
    return Access("zzb@uni.example", "zzb", "127.0.0.1", port, "plain", **more)  # type: ignore[arg-type]


def test_a_service_that_wants_to_know_who_asks_is_told_before_a_folder_is_opened() -> None:
    with (
        NetEase({SENT: [(3, MAIL), (9, MAIL + b".")]}) as server,
        Mailbox(access(server.port), "secret") as box,
    ):
        [name] = box.sent_folders()
        assert name == "已发送"
        folder = box.open(name)
        assert (folder.name, folder.uidvalidity) == ("已发送", 1)
        heads = list(box.heads(box.since(DAY)))
        assert [(one.uid, one.size) for one in heads] == [(3, len(MAIL)), (9, len(MAIL) + 1)]
        assert {one.at for one in heads} == {datetime(2026, 11, 24, 1, tzinfo=UTC)}
        assert TOKEN in borne(heads[0].header)
        assert box.raw(9) == MAIL + b"."
        assert box.after(3) == (9,)
        assert box.raw(4) == b""
    words = [line.split(" ")[0] for line in server.lines]
    assert words.index("ID") < words.index("EXAMINE")
    assert "SELECT" not in words  # read-only
    assert not any("SEARCH CHARSET" in line or "STORE" in line for line in server.lines)


@pytest.mark.parametrize(
    "said",
    ["LOGIN Login error or password error", "Login fail. 账号异常，未开启IMAP服务，或授权码错误"],
)
def test_a_refused_login_is_said_in_the_services_words_and_with_the_cure(said: str) -> None:
    with (
        NetEase(refusal=f"{said} (secret-of-mine)") as server,
        pytest.raises(UnavailableError) as caught,
    ):
        Mailbox(access(server.port), "secret-of-mine")
    assert said in caught.value.message
    assert "IMAP 服务" in caught.value.advice
    assert "secret-of-mine" not in str(caught.value)


def test_a_password_never_leaves_in_clear() -> None:
    with pytest.raises(InputError, match="不加密"):
        Access("zzb@uni.example", "zzb", "imap.uni.example", 143, "plain")


def test_a_password_of_other_letters_is_not_sent_at_all() -> None:
    with pytest.raises(UnavailableError, match="全角"):
        Mailbox(access(1), "授权码")


def test_a_server_that_is_not_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnavailableError, match="网络出错") as caught:
        Mailbox(access(port), "secret")
    assert caught.value.kind == "network"


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnavailableError):
        Mailbox(access(silent.getsockname()[1], timeout=0.2), "secret")


def look(host: str, port: int, *, tls: bool, trust: ssl.SSLContext | None = None) -> str:
    context = trust or ssl.create_default_context()
    found = obstacle(host, port, tls=tls, timeout=1.0, context=context)
    if found is None:
        return ""
    assert found.message
    assert found.advice
    return found.rule


def test_a_name_that_nobody_answers_for_just_now_is_not_called_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No network stands where a resolver would say so at will: its word is put in its mouth."""

    def unanswered(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unanswered)
    context = ssl.create_default_context()
    found = obstacle("smtp.uni.example", 465, tls=True, timeout=1.0, context=context)
    assert found is not None
    assert found.message == "暂时查不到服务器 smtp.uni.example 的地址"
    assert "有没有写错" not in found.advice


def test_what_is_in_the_way_is_told_apart(tmp_path: Path) -> None:
    file = make_certificate(tmp_path, "127.0.0.1")
    trust = ssl.create_default_context(cafile=str(file))
    assert look("no-such-host.invalid", 465, tls=True) == "host"
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        assert look("127.0.0.1", port, tls=False) == ""
        assert look("127.0.0.1", port, tls=True) in {"network", "port"}  # it waits for TLS in vain
    assert look("127.0.0.1", port, tls=True) == "port"
    with Encrypted(served(file)) as server:
        assert look("127.0.0.1", server.port, tls=True, trust=trust) == ""
        assert look("127.0.0.1", server.port, tls=True) == "certificate"
    with NetEase() as server:
        assert look("127.0.0.1", server.port, tls=True) == "encryption"


class Encrypted:
    """A server that shakes hands and nothing more."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                one, _ = self._listener.accept()
            except OSError:
                return
            with one:
                try:
                    self._context.wrap_socket(one, server_side=True).close()
                except (ssl.SSLError, OSError):
                    continue
