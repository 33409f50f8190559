"""A ledger on a PostgreSQL server: its URL, its password, and how it is connected to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from rosters.finding import InputError, UnavailableError

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
DRIVER = "postgresql+psycopg"
_ADVICE = "写法如 postgresql://fawen@db.example.edu.cn/fawen；密码不写在这里"

# A commit is on the server's disk before it is believed; nobody waits for a pen for ever; and who
# was stopped with the pen in hand loses it.
_SETTINGS = {
    "synchronous_commit": "on",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "20s",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a PostgreSQL server; the password is never part of the URL.

    Raises:
        InputError: the URL is none, is of another kind of database, or holds a password.

    """

    url: str
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        address = self._address
        if address.drivername not in {"postgresql", DRIVER} or not address.database:
            raise InputError("台账的 url 只能指向一个 PostgreSQL 数据库", _ADVICE)
        if address.password is not None or any("password" in key.lower() for key in address.query):
            raise InputError(
                "台账的 url 里有密码", "请删去，改放在钥匙串或环境变量 FAWEN_LEDGER_PASSWORD"
            )

    @property
    def _address(self) -> URL:
        try:
            return make_url(self.url)
        except (ArgumentError, ValueError) as error:
            raise InputError("台账的 url 读不懂", _ADVICE) from error

    @property
    def login(self) -> str:
        """Name the user and the database, as the keyring knows them: user@host/database."""
        address = self._address
        host = address.host or address.query.get("host") or "localhost"
        return f"{address.username or ''}@{host}/{address.database}"

    @property
    def name(self) -> str:
        """Name the database in a sentence, without the user."""
        return f"PostgreSQL {self.login.partition('@')[2]}"

    def engine(self) -> Engine:
        """Return an engine; nothing is connected yet.

        Raises:
            UnavailableError: the driver is not installed.

        """
        address = self._address.set(drivername=DRIVER, password=self.password)
        host = address.host or str(address.query.get("host", ""))
        settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        arguments = {"options": settings, "connect_timeout": 15, "application_name": "fawen"}
        arguments["client_encoding"] = "utf8"  # else the database's own, which may know no Chinese
        if host and not host.startswith("/") and host not in LOCAL:
            # Letters and addresses do not cross a network in clear, nor to a server unproven.
            proven = {"sslmode": "verify-full", "sslrootcert": "system"}
            arguments |= {key: proven[key] for key in proven if key not in address.query}
        try:
            return create_engine(address, connect_args=arguments, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise UnavailableError(
                "没有安装 PostgreSQL 的驱动",
                "请重新安装，文件名后面加上 [postgres]，"
                '例如 pipx install --force "fawen-0.1.0-py3-none-any.whl[postgres]"',
            ) from error
