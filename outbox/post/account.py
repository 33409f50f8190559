"""The sending mailbox: where it connects, what its service allows, where its secret lies."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from outbox.post.address import one_line, plain_address
from outbox.post.service import Security, Service, service
from outbox.ring import recalled
from rosters.finding import InputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from outbox.ring import Keyring

__all__ = ["Account", "Security", "Service", "secret", "service", "wire_size"]

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
VARIABLE = "FAWEN_PASSWORD"
KEYRING = "fawen"
_UNREADABLE_BY = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox that sends; a cap of 0 is no cap, times are in seconds.

    Caps hold in any minute, quarter of an hour, hour and day; `shared` ones for all mailboxes of
    the domain together. `assumed` tells that they are a guess: sending then begins at half of it.
    `quiet_hours` as in "22:00-07:00". `max_bytes` is of a mail, some 1.37 times its files.

    Raises:
        InputError: the address or name cannot stand in a mail, or the connection would carry
            mail in clear beyond this machine.

    """

    address: str
    name: str
    host: str
    port: int
    security: Security = "ssl"
    user: str = ""
    per_minute: int = 10
    per_day: int = 200
    per_connection: int = 10
    timeout: float = 60.0
    per_quarter: int = 0
    per_hour: int = 0
    max_conn: int = 1
    max_bytes: int = 0
    quiet_hours: str = ""
    shared: bool = False
    assumed: bool = False

    def __post_init__(self) -> None:
        plain_address(self.address)
        one_line(self.name, "发件人名称")
        if self.security not in {"ssl", "starttls", "plain"}:
            raise InputError(
                f"发件账户的加密方式“{self.security}”不认识", "请写 ssl、starttls 或 plain"
            )
        if self.security == "plain" and self.host not in LOOPBACK:
            raise InputError(
                f"发件账户不加密连接 {self.host}，邮件和密码会被旁人看到",
                "请改用 ssl（465 端口）或 starttls（587 端口）",
            )

    @property
    def login(self) -> str:
        """Name the user that logs in: the address unless the service wants another."""
        return self.user or self.address

    def here(self, port: int) -> Account:
        """Return the account as it rehearses: to a port of this machine, in clear, without caps."""
        return replace(
            self,
            host="127.0.0.1",
            port=port,
            security="plain",
            per_minute=0,
            per_quarter=0,
            per_hour=0,
            per_day=0,
            per_connection=0,
            max_conn=0,
            quiet_hours="",
            assumed=False,
        )

    @property
    def domain(self) -> str:
        """Return the sender's domain in ASCII, for Message-IDs."""
        return plain_address(self.address).rpartition("@")[2]


def wire_size(files: int, body: str = "") -> int:
    """Return how large a mail becomes with files of so many bytes: base64 with its line ends.

    1.37 was measured (delivery.md, 2); the text travels twice, plain and as HTML.
    """
    return -(-files * 137 // 100) + 4 * len(body.encode("utf-8")) + 4_000


def size_word(size: int) -> str:
    """Say how large files of so many bytes are, as staff read it: 36 KB, 2.4 MB."""
    if size < _MB - _KB // 2:
        return f"{round(size / _KB)} KB" if size >= _KB else "不到 1 KB"
    return f"{size / _MB:.1f} MB"


_KB, _MB = 1_000, 1_000_000


def secret(
    account: Account,
    env: Mapping[str, str],
    *,
    file: Path | None = None,
    ring: Keyring | None = None,
) -> str:
    """Find the account's password: in FAWEN_PASSWORD, in a 0600 file, in the keyring.

    Raises:
        UnavailableError: it is nowhere, or others can read its file.

    """
    given = env.get(VARIABLE, "").strip()  # `set X=abc ` of a Windows console keeps the blank
    found = given or (_from_file(file) if file else "")
    found = found or recalled(KEYRING, account.login, ring)
    if not found and file and not file.exists():
        raise UnavailableError(
            f"密码文件 {file.name} 不见了，别处也没有邮箱 {account.address} 的授权码",
            f"请核对 [account] 的 password_file，或运行 fawen account set，或设环境变量 {VARIABLE}",
        )
    if not found:
        raise UnavailableError(
            f"找不到邮箱 {account.address} 的授权码",
            f"请运行 fawen account set 存入，或设环境变量 {VARIABLE}；"
            + service(account.address).hint,
        )
    return found


def _from_file(file: Path) -> str:
    try:
        if os.name == "posix" and file.stat().st_mode & _UNREADABLE_BY:
            raise UnavailableError(
                f"密码文件 {file.name} 别人也能读", "请改成只有本人能读（chmod 600）再用"
            )
        return file.read_text(encoding="utf-8-sig").strip()  # 记事本 puts a mark before it
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError) as error:
        raise UnavailableError(f"密码文件 {file.name} 读不出来", "请检查它的权限和编码") from error
