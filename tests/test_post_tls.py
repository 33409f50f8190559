"""Who is believed: verified certificates only, logins only under them, words that help."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from faultserver import Fault, FaultServer
from postal import Batch, make_account, make_batch

from outbox.post.courier import Courier
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def make_certificate(path: Path, host: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fawen test")])
    try:
        shown: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        shown = x509.DNSName(host)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([shown]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = path / f"{host}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


def served(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    made = make_batch(tmp_path, 2)
    made.approve()
    with made.ledger:
        yield made


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_verified_server_is_logged_in_to_once(batch: Batch, security: str) -> None:
    file = make_certificate(batch.path, "127.0.0.1")
    trust = ssl.create_default_context(cafile=str(file))
    with FaultServer(
        context=served(file), starttls=security == "starttls", password="授权码".encode().hex()
    ) as server:
        account = make_account(server.port, security=security)
        batch.send(account, server.password, context=trust)
        assert batch.states() == {"accepted": 2}
        assert server.connections == 1
        assert sum(line.startswith("AUTH") for line in server.lines) == 1


@pytest.mark.parametrize("security", ["ssl", "starttls"])
@pytest.mark.parametrize("host", ["127.0.0.1", "other.example"])
def test_an_unverified_server_gets_no_password(batch: Batch, security: str, host: str) -> None:
    file = make_certificate(batch.path, host)
    # Signed by nobody, or trusted but for another host.
    trust = None if host == "127.0.0.1" else ssl.create_default_context(cafile=str(file))
    with FaultServer(
        context=served(file), starttls=security == "starttls", password="abc"
    ) as server:
        events = batch.send(make_account(server.port, security=security), "abc", context=trust)
        assert events[-1].kind == "halted"
        assert "可信的加密连接" in events[-1].words
        assert not any(line.startswith(("AUTH", "mail")) for line in server.lines)
        assert batch.ledger.batch(batch.name).state == "halted"
        assert batch.states() == {"deferred": 1, "queued": 1}


def test_a_server_without_starttls_is_not_spoken_to_in_clear(batch: Batch) -> None:
    with FaultServer(password="abc") as server:
        events = batch.send(make_account(server.port, security="starttls"), "abc")
        assert "STARTTLS" in events[-1].words
        assert not any(line.startswith(("AUTH", "mail")) for line in server.lines)


def test_clear_text_never_leaves_this_machine() -> None:
    with pytest.raises(InputError, match="不加密"):
        make_account(25, host="smtp.uni.example")
    with pytest.raises(InputError, match="不认识"):
        make_account(25, security="none")


def test_a_refused_login_halts_with_words_that_help_and_goes_on_later(batch: Batch) -> None:
    with FaultServer(password="right") as server:
        events = batch.send(make_account(server.port), "wrong")
        assert [str(event.kind) for event in events] == ["deferred", "halted"]
        assert "授权码" in events[-1].words
        assert sum(line.startswith("AUTH") for line in server.lines) == 1, "no second try"
        assert batch.ledger.letters(batch.name)[0].attempts == 0
        batch.send(make_account(server.port), "right")
        assert batch.states() == {"accepted": 2}


def test_gbk_words_of_a_refusal_are_read(batch: Batch) -> None:
    said = "535 Login Fail. 请使用授权码登录\r\n".encode("gbk")
    with FaultServer([Fault("auth", said)], password="x") as server:
        assert "请使用授权码登录" in batch.send(make_account(server.port), "x")[-1].words


def test_a_login_that_is_busy_waits(batch: Batch) -> None:
    faults = [Fault("auth", b"454 4.7.0 later\r\n"), Fault("auth", b"535 too many logins\r\n")]
    with FaultServer(faults, password="x") as server:
        batch.send(make_account(server.port), "x", wait=True)
        assert batch.states() == {"accepted": 2}


@pytest.mark.parametrize("secret", ["密码", "ａｂｃ"])
def test_a_password_in_full_width_is_said_before_it_is_sent(batch: Batch, secret: str) -> None:
    with FaultServer(password="abc") as server:
        events = batch.send(make_account(server.port), secret)
        assert "全角" in events[-1].words
        assert not any(line.startswith("AUTH") for line in server.lines)


def test_a_server_that_knows_no_login_is_said(batch: Batch) -> None:
    with FaultServer() as server:
        assert "不提供登录" in batch.send(make_account(server.port), "abc")[-1].words


def test_a_server_that_takes_no_password_stops_the_batch_and_says_so(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 1)
    batch.approve()
    said = b"250-fault.example\r\n250 AUTH XOAUTH2 NTLM\r\n"
    with batch.ledger, FaultServer([Fault("ehlo", said)]) as server:
        last = batch.send(make_account(server.port), "abc")[-1]
        assert (last.kind, "只能用 XOAUTH2 NTLM" in last.words) == ("halted", True)
        assert batch.ledger.batch(batch.name).state == "halted"
        assert not [line for line in server.lines if line.startswith("AUTH")]


def test_a_context_that_believes_anybody_is_not_taken() -> None:
    blind = ssl.create_default_context()
    blind.check_hostname = False
    unsigned = ssl.create_default_context()
    unsigned.check_hostname = False
    unsigned.verify_mode = ssl.CERT_NONE
    for context in (blind, unsigned):
        with pytest.raises(ValueError, match="believes anybody"):
            Courier(make_account(465, security="ssl"), "abc", context=context)


def test_a_login_in_clear_is_refused_also_where_the_account_was_bent(batch: Batch) -> None:
    """The account's own check is not the only one: the connection looks at its socket."""
    with FaultServer(password="abcdef") as server:
        account = make_account(server.port)
        object.__setattr__(account, "host", "127.1")  # here, but by no name that is known
        events = batch.send(account, "abcdef")
        assert events[-1].kind == "halted"
        assert "没有加密" in events[-1].words
        assert not any(line.startswith("AUTH") for line in server.lines)


def test_a_domain_in_chinese_travels_in_ascii(tmp_path: Path) -> None:
    made = make_batch(tmp_path / "idn", 1, to=("zzb@组织部.example",))
    made.approve()
    with made.ledger, FaultServer() as server:
        made.send(make_account(server.port))
        assert server.journal[0].to == ["zzb@xn--tn0ag730l.example"]
        assert b"\r\nTo: zzb@xn--tn0ag730l.example\r\n" in server.journal[0].data
