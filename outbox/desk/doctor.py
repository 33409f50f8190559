"""What is here and what is missing, each with what to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from outbox import ring
from outbox import workspace as workspaces
from outbox.desk import custody, sender
from outbox.desk import folder as folders
from outbox.desk.database import open_ledger
from outbox.desk.outcome import Outcome, finding_lines, finding_object
from outbox.ledger.recorder import Recorder
from outbox.settings import FILE
from rosters import disk
from rosters.finding import (
    FawenError,
    Finding,
    InputError,
    Level,
    Place,
    UnavailableError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from outbox.workspace import Workspace

MISSING = 4


def doctor(folder: Path, *, at: datetime) -> Outcome:
    """Look at Python, helpers, the workspace, its account and its ledger."""
    found = list(_findings(folder, at))
    bad = any(one.level is Level.ERROR for one in found)
    tail = "有必须先解决的问题" if bad else "可以使用"
    return Outcome(
        (*finding_lines(found), tail),
        {"findings": [finding_object(one) for one in found]},
        status=MISSING if bad else 0,
    )


def _findings(folder: Path, at: datetime) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield _info("python", f"Python {version}，{sys.platform}")
    yield _deflater()
    yield _office()
    yield _keyring()
    try:
        workspace = workspaces.find(folder)
    except UsageError as error:
        yield Finding(Level.WARNING, "workspace", Place(), error.message, error.advice)
        return
    except InputError as error:
        yield from error.findings
        return
    except OSError as error:
        advice = "请核对有没有读写工作区文件夹的权限"
        yield Finding(Level.ERROR, "workspace", Place(FILE), disk.worded(error), advice)
        return
    yield _info("workspace", f"工作区 {workspace.root}")
    yield _account(workspace)
    yield from _fonts(workspace)
    yield from _mailbox(workspace)
    yield from _ledger(workspace, at)


def _info(rule: str, message: str) -> Finding:
    return Finding(Level.INFO, rule, Place(), message)


def _deflater() -> Finding:
    from templates.archive import DEFLATER

    return _info("deflater", f"压缩用 {DEFLATER}")


def _office() -> Finding:
    from merge import pdf

    try:
        return _info("pdf", f"转 PDF 用 {pdf.engine().name}")
    except UnavailableError as error:
        advice = f"填写和发送 Word 文件不需要它；证书和 merge --pdf 要用，{error.advice}"
        return Finding(Level.INFO, "pdf", Place(), error.message, advice)


def _keyring() -> Finding:
    found = ring.name()
    if not found:
        advice = "密码请放在环境变量 FAWEN_PASSWORD，或 password_file 指向的、只有本人能读的文件"
        return Finding(Level.WARNING, "keyring", Place(), "本机没有可用的钥匙串", advice)
    return _info("keyring", f"钥匙串：{found}")


def _account(workspace: Workspace) -> Finding:
    part = workspace.config.account
    if not part.address:
        advice = "在 fawen.toml 的 [account] 里填写 address；演练不需要它"
        return Finding(Level.WARNING, "account", Place(FILE), "还没有发件邮箱", advice)
    return _info("account", f"发件邮箱 {part.address}")


def _fonts(workspace: Workspace) -> Iterator[Finding]:
    for kind, font in workspace.settings.fonts.strange():
        message = f"公文的{kind}用的是「{font}」，不在认得的{kind}字体里"
        advice = "确有这款字体的不用管；写错了的，请改 fawen.toml 的 [fonts]"
        yield Finding(Level.WARNING, "fonts", Place(FILE), message, advice)


def _mailbox(workspace: Workspace) -> Iterator[Finding]:
    """Say where mail is read, and whether the secret for it is there."""
    if not workspace.config.account.address:
        return
    place = Place(FILE, where="[account]")
    try:
        access = sender.mailbox(workspace)
    except FawenError as error:
        yield from error.findings or [
            Finding(Level.ERROR, "account.imap", place, error.message, error.advice)
        ]
        return
    if other := sender.left_over(workspace):
        advice = "邮箱换过的，请删去这几项"
        yield Finding(Level.WARNING, "account.other", place, f"还写着 {other}", advice)
    yield _info("account.imap", f"收信服务器 {access.host}:{access.port}（退信、存疑都靠它核对）")
    if access.host == sender.account(workspace).host and not workspace.config.account.imap_host:
        said, advice = "没有写 imap_host，当作和发信同一台", "若是另一台，请写在 [account] 里"
        yield Finding(Level.INFO, "account.imap", place, said, advice)
    for rule, needed in (
        ("account.secret", sender.mailbox_password),
        ("account.ca", sender.context),
    ):
        try:
            needed(workspace)
        except UnavailableError as error:
            yield Finding(Level.WARNING, rule, place, error.message, error.advice)


def _ledger(workspace: Workspace, at: datetime) -> Iterator[Finding]:
    try:
        folders.refuse_lost(workspace)
        if not workspace.has_ledger:
            return
        with open_ledger(workspace, at, Recorder) as ledger:
            folders.refuse_lost(workspace, ledger)
            weak, count = ledger.weak(), len(ledger.batches())
            name, other = ledger.name, custody.readonly(ledger, workspace)
    except FawenError as error:
        yield Finding(Level.ERROR, "ledger", Place(), error.message, error.advice)
        return
    if weak:
        advice = "断电时可能忘记已经发出的信：请数据库管理员打开这些设置"
        yield Finding(Level.WARNING, "ledger", Place(), f"台账 {name}：{weak}", advice)
    else:
        yield _info("ledger", f"台账 {name}：{count} 个批次")
    if other:
        yield Finding(Level.WARNING, "custody", Place(), other.message, other.advice)
