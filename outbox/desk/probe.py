"""Try the sending account: connect, verify, log in, write a letter to itself, look for it."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from outbox.desk import custody, sender
from outbox.desk import folder as folders
from outbox.desk.outcome import Outcome, Progress, error_object, finding_lines, finding_object
from outbox.ledger.values import INBOX
from outbox.post import canary, proof
from outbox.post.mailbox import Mailbox
from outbox.post.reach import obstacle
from outbox.post.verdict import Action, Stage, judge
from outbox.settings import FILE
from rosters.finding import FawenError, Finding, Level, Place, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.post.account import Account
    from outbox.post.mailbox import Access
    from outbox.workspace import Workspace

MISSING = 4
LOOKS, BETWEEN = 10, 3.0  # how often the letter is looked for, and seconds between
_DAY = timedelta(days=1)
_SAVE = (
    "存疑的信到时只能打电话核对。可到网页邮箱的设置里打开「SMTP 发信后保存到服务器」"
    "（QQ 邮箱）一类的选项，再运行一次 fawen account test"
)


def test(
    workspace: Workspace, *, now: Callable[[], datetime], pause: Callable[[float], None]
) -> Generator[Progress, None, Outcome]:
    """Try the account, and say what works, what does not, and what to do; write to itself alone.

    Raises:
        InputError: fawen.toml names no account.
        UnavailableError: this copy of the ledger may only be read.

    """
    account, access = sender.account(workspace), sender.mailbox(workspace)
    found: list[Finding] = []
    with folders.opened(workspace, now()) as ledger:
        custody.require(ledger, workspace)  # else it is the account that seems to be at fault
        for number, finding in enumerate(_tried(workspace, ledger, account, access, now, pause)):
            found.append(finding)
            yield Progress("试发件邮箱", number + 1, _STEPS)
    bad = any(one.level is Level.ERROR for one in found)
    tail = "发件邮箱还不能用" if bad else "发件邮箱可以使用"
    if bad and any(one.rule == "smtp.sent" for one in found):
        tail = "能发信，别的还没有弄好：退信、存疑靠收信核对，请照上面说的办"
    said: dict[str, object] = {"findings": [finding_object(one) for one in found]}
    if bad:
        first = next(one for one in found if one.level is Level.ERROR)
        said = {"error": error_object(UnavailableError(tail, first.advice)), **said}
    return Outcome((*finding_lines(found), tail), said, status=MISSING if bad else 0)


_STEPS = 5


def _tried(
    workspace: Workspace,
    ledger: Ledger,
    account: Account,
    access: Access,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Iterator[Finding]:
    context = sender.context(workspace) or ssl.create_default_context()
    try:
        secret = sender.mailbox_password(workspace)
    except UnavailableError as error:
        yield _error("account.secret", error.message, error.advice)
        return
    token, sent = _sent(workspace, ledger, account, context, now())
    yield sent
    blocked = _blocked("imap", access, context)
    if blocked:
        yield replace(blocked, advice=access.cure or blocked.advice)
        return
    try:
        with Mailbox(access, secret, context=context) as box:
            yield _info("imap.login", f"能收信：{access.host}:{access.port}")
            if token:
                yield from _found(ledger, box, token, now, pause)
    except UnavailableError as error:
        yield _error(f"imap.{error.kind}", error.message, error.advice)


def _sent(
    workspace: Workspace,
    ledger: Ledger,
    account: Account,
    context: ssl.SSLContext,
    at: datetime,
) -> tuple[str, Finding]:
    """Send the letter; return its token where it was taken, and what is to be said of it."""
    blocked = _blocked("smtp", account, context)
    if blocked:
        return "", blocked
    try:
        secret = sender.password(workspace, account)
        token, answer = canary.post(ledger, account, secret, at, context=context)
    except FawenError as error:
        return "", _error("smtp", error.message, error.advice)
    verdict = judge(answer)
    if verdict.action is Action.ACCEPTED:
        said = f"能发信：{account.host}:{account.port}，已给 {account.address} 自己写了一封"
        return token, _info("smtp.sent", said)
    advice = "请按上面说的核对后再试"
    if answer.stage is Stage.CONNECT:
        advice = "请核对 [account] 的 host、port 和 security，再试一次"
    if answer.stage is Stage.AUTH:
        advice = sender.usual(workspace, account.address).hint + "；再用 fawen account set 存入"
    return "", _error(f"smtp.{answer.stage.value}", verdict.words, advice)


def _blocked(what: str, there: Account | Access, context: ssl.SSLContext) -> Finding | None:
    found = obstacle(
        there.host,
        there.port,
        tls=there.security == "ssl",
        timeout=min(there.timeout, 20.0),
        context=context,
    )
    return _error(f"{what}.{found.rule}", found.message, found.advice) if found else None


def _found(
    ledger: Ledger,
    box: Mailbox,
    token: str,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Iterator[Finding]:
    came, kept = False, proof.Sent((), {})
    for number in range(LOOKS):
        if number:
            pause(BETWEEN)
        came = came or _came(box, token, now())
        if token not in kept.seen:
            kept = proof.walked(ledger, box, now() - _DAY, now())
        if came and token in kept.seen:
            break
    if came:
        yield _info("inbox", "这封信已经收到")
    else:
        advice = "过几分钟到网页邮箱看看收件箱和垃圾箱"
        yield _warning("inbox", "这封信还没有到收件箱", advice)
    seen = kept.seen.get(token)
    if seen:
        said = (
            f"发出的信会存进「{seen.folder}」（保留了 {'、'.join(seen.headers)}），存疑时可以核对"
        )
        yield _info("sent", said)
    else:
        yield _warning("sent", "发出的信没有存进「已发送」", _SAVE)


def _came(box: Mailbox, token: str, at: datetime) -> bool:
    box.open(INBOX)
    heads = box.heads(box.since(at - _DAY)[-_NEWEST:])
    return any(token in proof.borne(head.header) for head in heads)


_NEWEST = 50  # mails of the inbox among which it is looked for


def _error(rule: str, message: str, advice: str) -> Finding:
    return Finding(Level.ERROR, rule, Place(FILE, where="[account]"), message, advice)


def _warning(rule: str, message: str, advice: str) -> Finding:
    return Finding(Level.WARNING, rule, Place(), message, advice)


def _info(rule: str, message: str) -> Finding:
    return Finding(Level.INFO, rule, Place(), message)
