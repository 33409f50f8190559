"""The sending account of a workspace: its settings, its secret, its verified connection."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from outbox.post.account import Account, Security, secret, service
from outbox.post.mailbox import Access
from outbox.workspace import FILE
from rosters.finding import Finding, InputError, Level, Place, UnavailableError

if TYPE_CHECKING:
    from outbox.workspace import Workspace

# Rehearsals go to this machine only; a workspace without an account rehearses under this name.
REHEARSER = "fawen@rehearsal.example"


def account(workspace: Workspace) -> Account:
    """Return the account that sends; what fawen.toml leaves out comes from its service.

    Raises:
        InputError: fawen.toml names no address, or the account cannot be used safely.

    """
    part = workspace.config.account
    if not part.address:
        place = Place(FILE, where="[account] address")
        found = Finding(Level.ERROR, "account", place, "还没有填写发件邮箱", "请填写后再发送")
        raise InputError("没有发件邮箱", findings=[found])
    return _account(workspace, part.address)


def rehearser(workspace: Workspace) -> Account:
    """Return the account as it rehearses: also a workspace without one may."""
    return _account(workspace, workspace.config.account.address or REHEARSER)


def _account(workspace: Workspace, address: str) -> Account:
    part = workspace.config.account
    usual = service(address)
    security: Security = usual.security
    if part.security:
        security = _SECURITY[part.security]
    return Account(
        address=address,
        name=part.name or workspace.config.unit.name,
        host=part.host or usual.host,
        port=part.port or (_PORTS[security] if part.security else usual.port),
        security=security,
        user=part.user,
        per_minute=_or(part.per_minute, usual.per_minute),
        per_day=_or(part.per_day, usual.per_day),
        per_connection=_or(part.per_connection, usual.per_connection),
    )


_SECURITY: dict[str, Security] = {"ssl": "ssl", "starttls": "starttls", "plain": "plain"}
_PORTS: dict[Security, int] = {"ssl": 465, "starttls": 587, "plain": 25}
_IMAP_PORTS: dict[Security, int] = {"ssl": 993, "starttls": 143, "plain": 143}


def _or(given: int | None, usual: int) -> int:
    return usual if given is None else given


def mailbox(workspace: Workspace) -> Access:
    """Return where the account's mail is read; what fawen.toml leaves out comes from its service.

    Raises:
        InputError: fawen.toml names no address, or the mailbox cannot be read safely.

    """
    part = workspace.config.account
    sending = account(workspace)
    security: Security = _SECURITY[part.imap_security or "ssl"]
    return Access(
        address=sending.address,
        login=sending.login,
        host=part.imap_host or _imap(sending.host),
        port=part.imap_port or _IMAP_PORTS[security],
        security=security,
    )


def _imap(host: str) -> str:
    """Guess where mail is read from where it is sent: smtp.qq.com, imap.qq.com."""
    return f"imap.{host.removeprefix('smtp.')}" if host.startswith("smtp.") else host


def mailbox_password(workspace: Workspace) -> str:
    """Find the secret that the mailbox is read with: the same that sends.

    Raises:
        UnavailableError: it is nowhere, or others can read its file.

    """
    named = workspace.config.account.password_file
    file = workspace.root / named if named else None
    return secret(account(workspace), os.environ, file=file)


def password(workspace: Workspace, sender: Account) -> str | None:
    """Find the secret; a plain connection, which is to this machine only, logs in to nothing.

    Raises:
        UnavailableError: it is nowhere, or others can read its file.

    """
    if sender.security == "plain":
        return None
    named = workspace.config.account.password_file
    return secret(sender, os.environ, file=workspace.root / named if named else None)


def context(workspace: Workspace) -> ssl.SSLContext | None:
    """Return a TLS context that also trusts the unit's own authority; None for the usual one.

    Raises:
        UnavailableError: the authority's file cannot be read.

    """
    named = workspace.config.account.ca_file
    if not named:
        return None
    try:
        return ssl.create_default_context(cafile=str(workspace.root / named))
    except (OSError, ssl.SSLError) as error:
        raise UnavailableError(f"证书文件 {named} 读不出来", "请检查 [account] ca_file") from error
