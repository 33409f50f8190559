"""The account: set up by its domain, tried against real programs; nobody else is written to."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from bureau import CLI, bureau, fawen, process
from mailserver import FORGETFUL, PASSWORD, SENDERS, MailServer
from mailtown import office

from outbox.desk import account as setting
from outbox.workspace import find
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", PASSWORD)


def tried(root: Path) -> tuple[int, dict[str, str]]:
    ran = fawen("--json", "account", "test", cwd=root)
    return ran.status, {one["rule"]: one["level"] for one in ran.object["findings"]}


@pytest.mark.mailserver
def test_an_account_that_works(tmp_path: Path, server: MailServer) -> None:
    root = office(tmp_path, server, SENDERS[0])
    others = {user: len(server.maildir(user)) for user in ("wx@cs.example", "sx@cs.example")}
    status, found = tried(root)
    assert status == 0
    assert found == {"smtp.sent": "info", "imap.login": "info", "inbox": "info", "sent": "info"}
    assert {user: len(server.maildir(user)) for user in others} == others
    assert len(server.maildir(SENDERS[0])) == 1
    assert "发件邮箱可以使用" in fawen("account", "test", cwd=root).out


@pytest.mark.mailserver
def test_an_account_that_keeps_nothing_is_told_so(
    tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbox.desk.probe.BETWEEN", 0.1)
    status, found = tried(office(tmp_path, server, FORGETFUL))
    assert (status, found["sent"]) == (0, "warning")


@pytest.mark.mailserver
@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("ca_file", "# ca_file", "smtp.certificate"),
        ("{smtps}", "{imap}", "smtp.encryption"),
        ("imap_port = {imaps}", "imap_port = {imap}", "imap.encryption"),
        ('host = "127.0.0.1"\nport', 'host = "no-such-host.invalid"\nport', "smtp.host"),
    ],
)
def test_what_does_not_work_is_named(
    tmp_path: Path, server: MailServer, old: str, new: str, rule: str
) -> None:
    root = office(tmp_path, server, SENDERS[1])
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace(old.format(**server.ports), new.format(**server.ports))
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    status, found = tried(root)
    assert status == 4
    assert found[rule] == "error"


@pytest.mark.mailserver
def test_a_wrong_secret_is_said_with_what_to_do(
    tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "wrongwrongwrong")
    root = office(tmp_path, server, SENDERS[2])
    status, found = tried(root)
    assert status == 4
    assert {"smtp.auth", "imap.login"} <= set(found)
    said = fawen("account", "test", cwd=root)
    assert "授权码" in said.out
    assert "wrongwrongwrong" not in said.out + said.err


def account(root: Path) -> dict[str, object]:
    data = tomllib.loads((root / "fawen.toml").read_text(encoding="utf-8"))
    found: dict[str, object] = data["account"]
    return found


def test_what_was_answered_stands_in_the_settings_and_comments_stay(tmp_path: Path) -> None:
    root = tmp_path / "办公室"
    assert fawen("new", root, cwd=tmp_path).status == 0
    path = root / "fawen.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # as Notepad saves it
    filled = setting.fill(
        find(root), address=" zzb@uni.example ", service="coremail", host="smtp.uni.example"
    )
    assert account(root)["host"] == "smtp.uni.example"
    assert filled.config.account.address == "zzb@uni.example"
    text = path.read_text(encoding="utf-8")
    assert "# 发件邮箱；QQ、163" in text
    assert "# per_day = 200" in text
    said = setting.hint(filled)
    assert "校园 Coremail" in said
    assert "收信 imap.uni.example:993" in said


@pytest.mark.parametrize(
    ("given", "message"),
    [({"address": "不是地址"}, "不是可用的邮箱地址"), ({"service": "mars"}, "没有叫「mars」")],
)
def test_what_cannot_be_is_not_written(tmp_path: Path, given: dict[str, str], message: str) -> None:
    root = bureau(tmp_path)
    before = (root / "fawen.toml").read_bytes()
    with pytest.raises(InputError, match=message):
        setting.fill(find(root), **given)
    assert (root / "fawen.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("address", "sends", "reads"),
    [
        ("a@qq.com", "smtp.qq.com:465", "imap.qq.com:993"),
        ("a@foxmail.com", "smtp.qq.com:465", "imap.qq.com:993"),
        ("a@163.com", "smtp.163.com:465", "imap.163.com:993"),
        ("a@126.com", "smtp.126.com:465", "imap.126.com:993"),
        ("a@yeah.net", "smtp.yeah.net:465", "imap.yeah.net:993"),
        ("a@sina.com", "smtp.sina.com:465", "imap.sina.com:993"),
        ("a@aliyun.com", "smtp.aliyun.com:465", "imap.aliyun.com:993"),
        ("a@mail.uni.example", "smtp.mail.uni.example:465", "imap.mail.uni.example:993"),
    ],
)
def test_services_are_known_by_their_domain(
    tmp_path: Path, address: str, sends: str, reads: str
) -> None:
    root = tmp_path / "w"
    assert fawen("new", root, cwd=tmp_path).status == 0
    filled = setting.fill(find(root), address=address)
    said = setting.hint(filled)
    assert f"发信 {sends}，收信 {reads}" in said
    assert setting.guessed(filled, address) == address.endswith(".example")


def test_without_a_keyring_other_ways_are_named(tmp_path: Path) -> None:
    root = bureau(tmp_path)
    fail = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    ran = process("account", "set", "--address", "a@qq.com", cwd=root, **fail)
    assert ran.status != 0
    assert account(root)["address"] == "a@qq.com"
    assert "16 位授权码" in ran.err
    assert "授权码（输入时不显示）" not in ran.err, "nothing is asked that could not be kept"


@pytest.mark.parametrize("command", [["send"], ["account", "test"], ["doctor"]])
def test_an_address_that_is_none_is_one_of_the_settings(tmp_path: Path, command: list[str]) -> None:
    root = bureau(tmp_path)
    ran = fawen("merge", "通知", cwd=root)
    assert ran.status == 0
    path = root / "fawen.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("zzb@cs", "zzb＠cs"), encoding="utf-8")
    ran = fawen(*command, cwd=root)
    assert (
        "fawen.toml › [account] address：“zzb＠cs.example”不是可用的邮箱地址" in ran.out + ran.err
    )
    assert "名册中" not in ran.out + ran.err


def test_an_account_that_does_not_work_is_an_error_in_json_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAWEN_PASSWORD", raising=False)
    root = bureau(tmp_path)
    ran = fawen("--json", "account", "test", cwd=root)
    assert ran.status == 4
    assert set(ran.object) == {"error", "findings"}
    error = ran.object["error"]
    assert (error["kind"], error["message"]) == ("unavailable", "发件邮箱还不能用")
    assert "fawen account set" in error["advice"]


RING = """
import json, pathlib
from keyring.backend import KeyringBackend
class Ring(KeyringBackend):
    priority = 1
    place = pathlib.Path(__file__).with_name("ring.json")
    def get_password(self, service, username):
        known = json.loads(self.place.read_text()) if self.place.exists() else []
        return known[2] if known[:2] == [service, username] else None
    def set_password(self, service, username, password):
        self.place.write_text(json.dumps([service, username, password]))
    def delete_password(self, service, username):
        pass
"""


def test_a_secret_may_come_through_a_pipe(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    (tmp_path / "ringfile.py").write_text(RING, encoding="utf-8")
    ring = {"PYTHON_KEYRING_BACKEND": "ringfile.Ring", "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(CLI), "account", "set"],
        cwd=root,
        input="abcdabcdabcdabcd\n",
        env={**os.environ, "PYTHONUTF8": "1", **ring},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kept = json.loads((tmp_path / "ring.json").read_text(encoding="utf-8"))
    assert kept == ["fawen", "zzb@cs.example", "abcdabcdabcdabcd"]
    assert "GetPassWarning" not in done.stderr
    assert "abcd" not in done.stdout + done.stderr


def test_what_is_left_of_another_mailbox_is_told_before_a_secret_goes_there(tmp_path: Path) -> None:
    root = tmp_path / "w"
    assert fawen("new", root, cwd=tmp_path).status == 0
    first = setting.fill(find(root), address="a@uni.example", host="smtp.uni.example")
    assert "还写着" not in setting.hint(first) + fawen("doctor", cwd=root).out
    other = setting.fill(first, address="a@qq.com")
    assert '还写着 host = "smtp.uni.example"；邮箱换过的' in setting.hint(other)
    assert '还写着 host = "smtp.uni.example"' in fawen("doctor", cwd=root).out
    own = setting.fill(other, host="smtp.qq.com", service="qq")
    assert "还写着" not in setting.hint(own)


def test_an_address_that_is_none_is_not_looked_for_in_the_roster(tmp_path: Path) -> None:
    ran = fawen("account", "set", "--address", "组织部", cwd=bureau(tmp_path))
    assert ran.status == 1
    assert "名册" not in ran.err
    assert "zzb@单位.example" in ran.err


BACKENDS = (
    "keyring.backends.null.Keyring",
    "keyring.backends.chainer.ChainerBackend",
    "no.such.Keyring",
    "ringfile.Broken",
)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_keyring_that_keeps_nothing_is_told_and_is_no_fault(tmp_path: Path, backend: str) -> None:
    root = bureau(tmp_path / "w")
    broken = "class Broken:\n    def __init__(self):\n        raise RuntimeError('no bus')\n"
    (tmp_path / "ringfile.py").write_text(broken, encoding="utf-8")
    path = os.pathsep.join(("", str(tmp_path)))
    done = subprocess.run(
        [sys.executable, str(CLI), "account", "set"],
        cwd=root,
        input="abcdabcdabcdabcd\n",
        env={
            **os.environ,
            "PYTHONUTF8": "1",
            "PYTHONPATH": path,
            "PYTHON_KEYRING_BACKEND": backend,
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "本机没有可用的钥匙串" in done.stderr
    ran = process("doctor", cwd=root, PYTHON_KEYRING_BACKEND=backend, PYTHONPATH=path)
    assert (ran.status, "Traceback" in ran.err) == (0, False), ran.err


def test_a_server_that_is_another_one_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", PASSWORD)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer(there: socket.socket) -> None:
            with suppress(OSError), there:
                there.sendall(b"+OK POP3 ready\r\n")
                there.recv(100)

        def greet() -> None:
            with suppress(OSError):
                while True:  # who is still connected keeps nobody waiting
                    there, _ = listening.accept()
                    threading.Thread(target=answer, args=(there,), daemon=True).start()

        threading.Thread(target=greet, daemon=True).start()
        root = bureau(tmp_path, port=listening.getsockname()[1])
        path = root / "fawen.toml"
        text = path.read_text(encoding="utf-8").replace('"plain"', '"starttls"')
        path.write_text(text, encoding="utf-8")
        said = fawen("account", "test", cwd=root).out
    assert "连不上服务器（服务器答非所问：POP3 ready）" in said
    assert "请核对 [account] 的 host、port 和 security" in said
    assert "b'" not in said
