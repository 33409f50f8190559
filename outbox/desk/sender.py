"""The sending account of a workspace: its settings, its secret, its verified connection."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from outbox.post.account import (
    Account,
    Security,
    Service,
    secret,
    service,
    size_word,
    wire_size,
)
from outbox.post.address import plain_address
from outbox.post.mailbox import Access
from outbox.post.service import FILE as SERVICES
from outbox.post.service import read_services
from outbox.settings import FILE
from rosters.finding import Finding, InputError, Level, Place, UnavailableError

if TYPE_CHECKING:
    from merge.manifest import Manifest
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


def usual(workspace: Workspace, address: str) -> Service:
    """Return the service of an address, as the workspace's own services.toml may change it.

    Raises:
        InputError: that file has errors, or fawen.toml names a service that is none.

    """
    known = read_services(workspace.root / SERVICES)
    return service(address, known, workspace.config.account.service)


def left_over(workspace: Workspace) -> str:
    """List what fawen.toml says of another service than the address is known to be of; else ""."""
    part = workspace.config.account
    known = read_services(workspace.root / SERVICES)
    domain = part.address.rpartition("@")[2].lower()
    own = next(((name, one) for name, one in known.items() if domain in one.domains), None)
    if own is None:
        return ""
    name, found = own
    usual = {"service": name, "host": found.host, "imap_host": found.imap}
    told = {key: getattr(part, key) for key in usual}
    other = [f'{key} = "{told[key]}"' for key in usual if told[key] not in {"", usual[key]}]
    return "、".join(other)


def _account(workspace: Workspace, address: str) -> Account:
    part = workspace.config.account
    try:
        plain_address(address)
    except InputError as error:
        place = Place(FILE, where="[account] address")
        advice = "请改成可用的邮箱地址，例如 zzb@单位.example"
        wrong = Finding(Level.ERROR, "account", place, error.message, advice)
        raise InputError(error.message, findings=[wrong]) from error
    found = usual(workspace, address)
    security: Security = found.security
    if part.security:
        security = _SECURITY[part.security]
    given = [getattr(part, name) for name in _RATES]
    limits = {name: _or(getattr(part, name), getattr(found, name)) for name in _LIMITS}
    return Account(
        address=address,
        name=part.name or workspace.config.unit.name,
        host=part.host or found.host,
        port=part.port or (_PORTS[security] if part.security else found.port),
        security=security,
        user=part.user,
        quiet_hours=found.quiet_hours if part.quiet_hours is None else part.quiet_hours,
        shared=found.shared,
        # A rate that the unit has written down itself is known; any other is a guess.
        assumed=not any(given),
        **limits,
    )


def too_large(workspace: Workspace, manifest: Manifest) -> list[Finding]:
    """List the letters that the service would refuse for their size, before anybody signs them."""
    sending = rehearser(workspace)
    most = sending.max_bytes
    if not most:
        return []
    found = []
    for letter in manifest.letters:
        size = wire_size(sum(part.size for part in letter.attachments), letter.body)
        if size > most:
            place = Place(manifest.batch, where=letter.name)
            said = f"给{letter.name}的信连附件约 {size_word(size)}"
            said = f"{said}，超过发件邮箱的上限 {size_word(most)}"
            advice = "请压缩附件、分成几批，或改用允许更大邮件的邮箱（fawen.toml 的 max_bytes）"
            found.append(Finding(Level.ERROR, "letter.size", place, said, advice))
    return found


_RATES = ("per_minute", "per_quarter", "per_hour", "per_day")
_LIMITS = (*_RATES, "per_connection", "max_conn", "max_bytes")
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
    found = usual(workspace, sending.address)
    security: Security = _SECURITY[part.imap_security or "ssl"]
    port = _IMAP_PORTS[security] if part.imap_security or part.host else found.imap_port
    known = "" if part.host else found.imap  # another server sends: its sister reads
    return Access(
        address=sending.address,
        login=sending.login,
        host=part.imap_host or known or _imap(sending.host),
        port=part.imap_port or port,
        security=security,
        guessed=not (part.imap_host or known),
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
    file = workspace.named(named) if named else None
    return secret(account(workspace), os.environ, file=file)


def password(workspace: Workspace, sender: Account) -> str | None:
    """Find the secret; a plain connection, which is to this machine only, logs in to nothing.

    Raises:
        UnavailableError: it is nowhere, or others can read its file.

    """
    if sender.security == "plain":
        return None
    named = workspace.config.account.password_file
    return secret(sender, os.environ, file=workspace.named(named) if named else None)


def context(workspace: Workspace) -> ssl.SSLContext | None:
    """Return a TLS context that also trusts the unit's own authority; None for the usual one.

    Raises:
        UnavailableError: the authority's file cannot be read.

    """
    named = workspace.config.account.ca_file
    if not named:
        return None
    try:
        return ssl.create_default_context(cafile=str(workspace.named(named)))
    except (OSError, ssl.SSLError) as error:
        raise UnavailableError(f"证书文件 {named} 读不出来", "请检查 [account] ca_file") from error
