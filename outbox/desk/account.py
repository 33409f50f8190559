"""The sending account set up: its service known by its domain, its secret put into the keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tomlkit
from tomlkit.exceptions import TOMLKitError

from outbox import ring
from outbox import workspace as workspaces
from outbox.desk import sender
from outbox.desk.folder import write_whole
from outbox.desk.outcome import Outcome
from outbox.post.account import KEYRING, VARIABLE
from outbox.post.address import plain_address
from outbox.post.service import FILE as SERVICES
from outbox.post.service import read_services
from outbox.settings import FILE, understood
from rosters.finding import InputError, UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from outbox.post.service import Service
    from outbox.workspace import Workspace


def hint(workspace: Workspace) -> str:
    """Say which account it is, what is assumed of it, and where its 授权码 is to be had.

    Raises:
        InputError: fawen.toml names no address.

    """
    account, access = sender.account(workspace), sender.mailbox(workspace)
    known = sender.usual(workspace, account.address)
    limits = "，".join(
        f"每{word}最多 {count} 封"
        for word, count in (("分钟", account.per_minute), ("天", account.per_day))
        if count
    )
    other = sender.left_over(workspace)
    told = f"注意：{FILE} 里还写着 {other}；邮箱换过的，请删去这几项再运行一次\n" if other else ""
    return told + (
        f"{account.address}（{known.name}）：发信 {account.host}:{account.port}，"
        f"收信 {access.host}:{access.port}，{limits or '不限封数'}。{known.hint}"
    )


def services(workspace: Workspace) -> Mapping[str, Service]:
    """List the services that an account may be of, by name."""
    return read_services(workspace.root / SERVICES)


def guessed(workspace: Workspace, address: str) -> bool:
    """Tell whether the server of an address is only guessed from its domain."""
    part = workspace.config.account
    domain = address.rpartition("@")[2].lower()
    known = services(workspace).values()
    return not (part.host or part.service or any(domain in one.domains for one in known))


def fill(
    workspace: Workspace, *, address: str = "", service: str = "", host: str = "", imap: str = ""
) -> Workspace:
    """Write what was answered into fawen.toml, its comments kept; return the workspace anew.

    Raises:
        InputError: the address is none, or no service is called so; nothing was written.
        UsageError: fawen.toml cannot be changed; nothing was written.

    """
    given = {"address": address, "service": service, "host": host, "imap_host": imap}
    changed = {name: value.strip() for name, value in given.items() if value.strip()}
    if not changed:
        return workspace
    if "address" in changed:
        _refuse_bad(changed["address"])
    path = workspace.root / FILE
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
        part = document.setdefault("account", tomlkit.table())
        for name, value in changed.items():
            part[name] = value
    except (TOMLKitError, TypeError, AttributeError) as error:
        lines = "，".join(f'{name} = "{value}"' for name, value in changed.items())
        raise UsageError(f"{FILE} 没有改成（{error}）", f"请手工写进 [account]：{lines}") from error
    text = tomlkit.dumps(document)
    filled = workspaces.Workspace(workspace.root, understood(text))
    sender.usual(filled, filled.config.account.address or sender.REHEARSER)
    write_whole(path, text.encode("utf-8"))
    return filled


def _refuse_bad(address: str) -> None:
    try:
        plain_address(address)
    except InputError as error:
        raise InputError(error.message, "请写一个邮箱地址，例如 zzb@单位.example") from error


def require_keyring() -> None:
    """Refuse before the secret is asked for, where it could not be kept.

    Raises:
        UnavailableError: this machine has no keyring.

    """
    if not ring.name():
        raise _no_keyring()


def _no_keyring() -> UnavailableError:
    return UnavailableError(
        "本机没有可用的钥匙串",
        f"请改用环境变量 {VARIABLE}，或 fawen.toml 里 password_file 指向的、只有本人能读的文件",
    )


def store(workspace: Workspace, secret: str) -> Outcome:
    """Put the secret into the keyring.

    Raises:
        UsageError: it is empty.
        UnavailableError: this machine has no keyring, or it is locked, or keeps nothing.

    """
    account = sender.account(workspace)
    if not secret.strip():
        raise UsageError("授权码是空的", "没有存入")
    if not ring.kept(KEYRING, account.login, secret.strip()):
        raise _no_keyring()
    return Outcome(
        (f"已把 {account.address} 的授权码存进钥匙串", "下一步：fawen account test 试一试"),
        {"findings": []},
    )
