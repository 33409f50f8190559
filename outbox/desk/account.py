"""The sending account's secret, put into the system's keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import sender
from outbox.desk.outcome import Outcome
from outbox.post.account import KEYRING, VARIABLE, service
from rosters.finding import UnavailableError, UsageError

if TYPE_CHECKING:
    from outbox.workspace import Workspace


def hint(workspace: Workspace) -> str:
    """Say which account it is, and where its 授权码 is to be had.

    Raises:
        InputError: fawen.toml names no address.

    """
    account = sender.account(workspace)
    known = service(account.address)
    return f"{account.address}（{known.name}，{account.host}:{account.port}）。{known.hint}"


def store(workspace: Workspace, secret: str) -> Outcome:
    """Put the secret into the keyring.

    Raises:
        UsageError: it is empty.
        UnavailableError: this machine has no keyring, or it is locked.

    """
    import keyring
    from keyring.errors import KeyringError

    account = sender.account(workspace)
    if not secret.strip():
        raise UsageError("授权码是空的", "没有存入")
    try:
        keyring.set_password(KEYRING, account.login, secret.strip())
    except KeyringError as error:
        raise UnavailableError(
            "本机没有可用的钥匙串",
            f"请改用环境变量 {VARIABLE}，或 fawen.toml 里 password_file 指向的 0600 文件",
        ) from error
    return Outcome((f"已把 {account.address} 的授权码存进钥匙串",), {"findings": []})
