"""Postfix and Dovecot on high ports of loopback, with an authority of their own; for root alone."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "abcdefghijklmnop"
# What these send is kept in their Sent folders, as QQ and others do it; the last keeps nothing.
SENDERS = tuple(f"zzb{number}@cs.example" for number in range(1, 13))
FORGETFUL = "wangji@cs.example"
# Of the bureau's organisations hq@cs.example has no mailbox: what goes there comes back.
USERS = (*SENDERS, FORGETFUL, "wx@cs.example", "sx@cs.example", "bak@cs.example")
PATIENCE = 30.0  # seconds that a mail may take through two programs on a busy machine

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/postfix.log
maillog_file_prefixes = {folder}/log
myhostname = mail.cs.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
recipient_delimiter = +
virtual_mailbox_domains = cs.example
virtual_transport = lmtp:unix:{folder}/run/lmtp
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/run/auth-postfix
smtpd_tls_auth_only = yes
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/postfix/server.pem
smtpd_tls_key_file = {folder}/postfix/server.key
sender_bcc_maps = texthash:{folder}/postfix/bcc
message_size_limit = 20000000
default_transport = error:no road from here
"""
MASTER = """\
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{submission} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/postfix/server.pem
ssl_key = <{folder}/postfix/server.key
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
# A mail came when its file says: tests give a file another time after Dovecot has seen it.
mail_never_cache_fields = date.received
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
  default_fields = uid=nobody gid=nogroup home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener auth-postfix {{
    mode = 0666
  }}
}}
"""
PORTS = ("smtps", "submission", "imap", "imaps")


@dataclass
class MailServer:
    """Both programs, as long as it is entered; `folder` is theirs, `ca` the authority's file."""

    folder: Path = Path()
    ports: dict[str, int] = field(default_factory=dict)
    users: tuple[str, ...] = USERS
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca))

    def __enter__(self) -> Self:
        # Not under pytest's own folder, which the users of these programs may not enter.
        self.folder = Path(tempfile.mkdtemp(prefix="fawen-mail-", dir="/tmp"))
        self.folder.chmod(0o755)
        try:
            self._lay()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_master()
        for process in self._running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _stop_master(self) -> None:
        """End Postfix: its master leaves the group that it was started in, and makes its own."""
        try:
            words = (self.folder / "queue" / "pid" / "master.pid").read_text(encoding="ascii")
        except FileNotFoundError:
            return
        with suppress(ProcessLookupError):
            os.killpg(int(words), signal.SIGTERM)

    def maildir(self, user: str, folder: str = "") -> list[Path]:
        """List the files of a mailbox, as Dovecot keeps them."""
        place = self.folder / "mail" / user / (f".{folder}" if folder else "")
        return sorted(path for name in ("new", "cur") for path in (place / name).glob("*"))

    def wait_for(self, user: str, count: int, folder: str = "") -> list[Path]:
        """Wait until so many mails lie in a mailbox."""
        until = time.monotonic() + PATIENCE
        while len(found := self.maildir(user, folder)) < count and time.monotonic() < until:
            time.sleep(0.05)
        assert len(found) >= count, self.logs()
        return found

    def logs(self) -> str:
        paths = sorted((self.folder / "log").glob("*"))
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in paths)

    def _lay(self) -> None:
        for name in ("queue", "data", "log", "run", "state", "mail", "postfix"):
            (self.folder / name).mkdir(mode=0o755)
        postfix, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
        os.chown(self.folder / "data", postfix.pw_uid, postfix.pw_gid)
        os.chown(self.folder / "mail", nobody.pw_uid, nobody.pw_gid)
        authority(self.ca, self.folder / "postfix")
        taken = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
        self.ports = {name: one.getsockname()[1] for name, one in zip(PORTS, taken, strict=True)}
        for one in taken:
            one.close()
        self._write("users", "".join(f"{user}:{PASSWORD}::::::\n" for user in self.users))
        kept = "".join(f"{one} {one.replace('@', '+Sent@')}\n" for one in SENDERS)
        self._write("postfix/bcc", kept)
        self._write("postfix/main.cf", MAIN.format(folder=self.folder))
        self._write("postfix/master.cf", MASTER.format(**self.ports))
        self._write("dovecot.conf", DOVECOT.format(folder=self.folder, **self.ports))

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)

    def _start(self) -> None:
        for words in (
            ["/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")],
            ["/usr/sbin/postfix", "-c", str(self.folder / "postfix"), "start-fg"],
        ):
            said = (self.folder / "log" / f"{Path(words[0]).name}.out").open("wb")
            with said:
                self._running.append(
                    subprocess.Popen(
                        words,
                        stdin=subprocess.DEVNULL,
                        stdout=said,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                        umask=0o022,
                    )
                )
        until = time.monotonic() + PATIENCE
        for port in self.ports.values():
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert time.monotonic() < until, self.logs()
                    time.sleep(0.05)


def authority(ca: Path, folder: Path) -> None:
    """Write an authority's certificate, and one that it gave 127.0.0.1, with its key."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fawen test authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.cs.example")])
    root = _certificate(root_name, root_name, root_key, root_key, ca=True)
    leaf = _certificate(name, root_name, key, root_key, ca=False)
    ca.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "server.key").chmod(0o600)
    ca.chmod(0o644)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.Certificate:
    import ipaddress

    now = datetime.now(UTC)
    shown = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(shown), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
