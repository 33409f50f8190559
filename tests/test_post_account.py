"""The sending mailbox: known services, and a secret that only its owner can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from keyring.errors import NoKeyringError
from postal import make_account

from outbox.post.account import secret, service
from outbox.post.service import shipped
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = make_account(25)


class Ring:
    """A keyring, as the package has them."""

    def __init__(self, password: str | None = None, error: type[Exception] | None = None) -> None:
        self.password, self.error = password, error

    def get_password(self, service: str, user: str) -> str | None:
        assert (service, user) == ("fawen", "zzb@uni.example")
        if self.error:
            raise self.error
        return self.password


def test_the_environment_comes_first_then_the_file_then_the_keyring(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from the file\n")
    file.chmod(0o600)
    ring = Ring("from the keyring")
    assert secret(ACCOUNT, {"FAWEN_PASSWORD": "from env"}, file=file, ring=ring) == "from env"
    assert secret(ACCOUNT, {}, file=file, ring=ring) == "from the file"
    assert secret(ACCOUNT, {}, file=tmp_path / "none", ring=ring) == "from the keyring"


def test_what_notepad_and_a_console_put_around_a_secret_is_none_of_it(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes("from the file \r\n".encode("utf-8-sig"))
    file.chmod(0o600)
    assert secret(ACCOUNT, {}, file=file, ring=Ring()) == "from the file"
    assert secret(ACCOUNT, {"FAWEN_PASSWORD": "from env "}, ring=Ring()) == "from env"
    assert secret(ACCOUNT, {"FAWEN_PASSWORD": " "}, file=file, ring=Ring()) == "from the file"


@pytest.mark.skipif(os.name != "posix", reason="mode bits are POSIX's")
def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("open secret")
    file.chmod(0o640)
    with pytest.raises(UnavailableError, match="chmod 600") as caught:
        secret(ACCOUNT, {}, file=file, ring=Ring("x"))
    assert "open secret" not in str(caught.value)


@pytest.mark.parametrize("error", [None, NoKeyringError])
def test_no_secret_is_said_with_what_to_do(error: type[Exception] | None) -> None:
    with pytest.raises(UnavailableError, match=r"授权码.*account set"):
        secret(ACCOUNT, {}, ring=Ring(None, error))


def test_services_are_known_by_domain() -> None:
    assert service("a@QQ.com").host == "smtp.qq.com"
    assert "授权码" in service("a@163.com").hint or "授权密码" in service("a@163.com").hint
    own = service("a@mail.uni.example")
    assert (own.host, own.port, own.security) == ("smtp.mail.uni.example", 465, "ssl")
    for name, one in shipped().items():
        assert one.hint
        assert name == "relay" or (0 < one.per_day <= 400 and one.security == "ssl")
