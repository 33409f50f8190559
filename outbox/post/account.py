"""The sending mailbox: where it connects, what its service allows, where its secret lies."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from outbox.post.address import one_line, plain_address
from rosters.finding import InputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Security = Literal["ssl", "starttls", "plain"]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
VARIABLE = "FAWEN_PASSWORD"
KEYRING = "fawen"
_UNREADABLE_BY = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox that sends; a cap of 0 is no cap, times are in seconds.

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

    @property
    def domain(self) -> str:
        """Return the sender's domain in ASCII, for Message-IDs."""
        return plain_address(self.address).rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Service:
    """A mail service as its users know it; quotas are careful guesses, to be edited."""

    name: str
    host: str
    port: int = 465
    security: Security = "ssl"
    per_minute: int = 10
    per_day: int = 200
    per_connection: int = 10
    hint: str = "请在网页邮箱的设置里开启 SMTP 服务，用那里给出的授权码，不是登录密码"


# Sources of the quotas: public pages of resellers and users; services keep theirs secret.
_QQ = Service(
    "QQ 邮箱",
    "smtp.qq.com",
    per_day=80,
    hint="请登录 mail.qq.com，在“设置 › 账号”开启 SMTP 服务并生成 16 位授权码，不是 QQ 密码",
)
_EXMAIL = Service(
    "腾讯企业邮箱",
    "smtp.exmail.qq.com",
    per_day=400,
    hint="请登录 exmail.qq.com，在“设置 › 客户端设置”开启服务；绑定了微信的要用客户端专用密码",
)
_HINT_NETEASE = "请登录网页邮箱，在“设置 › POP3/SMTP/IMAP”开启服务并新增授权密码，不是登录密码"
SERVICES: dict[str, Service] = {
    "qq.com": _QQ,
    "foxmail.com": _QQ,
    "exmail.qq.com": _EXMAIL,
    "163.com": Service("网易 163 邮箱", "smtp.163.com", per_day=160, hint=_HINT_NETEASE),
    "126.com": Service("网易 126 邮箱", "smtp.126.com", per_day=160, hint=_HINT_NETEASE),
    "yeah.net": Service("网易 yeah 邮箱", "smtp.yeah.net", per_day=160, hint=_HINT_NETEASE),
    "188.com": Service("网易 188 邮箱", "smtp.188.com", per_day=160, hint=_HINT_NETEASE),
    "139.com": Service("139 邮箱", "smtp.139.com"),
    "189.cn": Service("189 邮箱", "smtp.189.cn"),
    "sina.com": Service("新浪邮箱", "smtp.sina.com"),
    "sohu.com": Service("搜狐邮箱", "smtp.sohu.com"),
    "aliyun.com": Service("阿里邮箱", "smtp.aliyun.com"),
    "gmail.com": Service("Gmail", "smtp.gmail.com", hint="请在账户的“安全性”里生成应用专用密码"),
}


def service(address: str) -> Service:
    """Name the service of an address: a known one, else smtp.<its domain>, as schools have it."""
    domain = address.rpartition("@")[2].lower()
    guess = Service(
        "单位自建邮箱",
        f"smtp.{domain}",
        hint="服务器、端口和限额请问学校网络中心；密码可能是客户端专用密码",
    )
    return SERVICES.get(domain, guess)


class Keyring(Protocol):
    """What of the keyring package is used here."""

    def get_password(self, service: str, user: str) -> str | None:
        """Look a password up."""
        ...


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
    found = env.get(VARIABLE, "") or (_from_file(file) if file else "") or _from_ring(account, ring)
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
            raise UnavailableError(f"密码文件 {file.name} 别人也能读", "请先 chmod 600 再用")
        return file.read_text(encoding="utf-8").strip("\r\n")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError) as error:
        raise UnavailableError(f"密码文件 {file.name} 读不出来", "请检查它的权限和编码") from error


def _from_ring(account: Account, ring: Keyring | None) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return (ring or keyring).get_password(KEYRING, account.login) or ""
    except KeyringError:  # no backend, or it is locked: the next hint says what to do
        return ""
