"""试发: letters as they would come, to the sending account itself or a 试发地址; nobody else."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import sender
from outbox.desk.cancel import find
from outbox.desk.choosing import OPEN, pick
from outbox.desk.outcome import WAITING, Outcome, Progress
from outbox.ledger.moves import Act
from outbox.ledger.states import BatchState, Channel, LetterState
from outbox.post.delivery import deliver
from outbox.post.log import told
from rosters import mailbox
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo, LetterInfo
    from outbox.workspace import Workspace


def trial(
    workspace: Workspace,
    words: str | None,
    address: str,
    *,
    only: Sequence[str] = (),
    everything: bool = False,
    now: Callable[[], datetime],
) -> Generator[Progress, None, Outcome]:
    """Send letters of a batch, signed or not, to one address of our own; the live ones stay.

    Without `only` one letter of each 类别 goes, with `everything` all. The quota counts them.

    Raises:
        InputError: the address is not our own, the batch was called back, or a file has changed.
        UsageError: there is no such batch or organisation.
        UnavailableError: the password or the server is missing.

    """
    account = sender.account(workspace)
    to = _own(workspace, account.address, address)
    secret = sender.password(workspace, account)
    with folders.opened(workspace, now()) as ledger:
        batch = pick(ledger, words, OPEN)
        _refuse(workspace, ledger, batch)
        live = ledger.letters(batch.name)
        chosen = [find(live, key).organisation for key in only] or _chosen(live, all_=everything)
        act = Act(now(), folders.who())
        ledger.enrol(batch.name, Channel.TRIAL, address=to, only=chosen, act=act)
        laid = [
            one for one in ledger.letters(batch.name, Channel.TRIAL)
            if one.state is LetterState.QUEUED
        ]  # fmt: skip
        delivery = deliver(
            ledger,
            batch.name,
            Channel.TRIAL,
            account,
            secret,
            workspace.outbox / batch.folder,
            now=lambda: now().astimezone(workspace.zone),
            pause=time.sleep,
            worker=f"{folders.who()}@{socket.gethostname()}:{os.getpid()}",
            context=sender.context(workspace),
        )
        said = []
        for event in told(delivery, batch.name):
            if event.kind != "accepted":
                said.append(f"{event.letter.name}：{event.words}" if event.letter else event.words)
            yield Progress("试发", len(said), len(laid))
        after = [ledger.letter(one.id) for one in laid]
    return _outcome(batch, to, after, said)


def _own(workspace: Workspace, account: str, address: str) -> str:
    """Return the address if it is one of ours."""
    wanted = mailbox.normal(mailbox.straight(address.strip()))
    allowed = (account, *workspace.config.account.trial)
    known = {mailbox.normal(one).lower(): one for one in allowed}
    if not wanted or wanted.lower() not in known:
        raise InputError(
            f"不能试发到 {address}",
            f'只能试发到发件邮箱自己（{account}），或 fawen.toml 里 [account] trial = ["地址"] '
            "列出的试发地址",
        )  # fmt: skip
    return wanted


def _refuse(workspace: Workspace, ledger: Ledger, batch: BatchInfo) -> None:
    if batch.state in (BatchState.CANCELLED, BatchState.SUPERSEDED):
        raise InputError(
            f"批次「{batch.name}」的状态是「{batch.state.word}」，不再试发", "请用现在的那一批"
        )
    altered = folders.altered(
        workspace.outbox / batch.folder, ledger.issued(batch.name), ledger.key
    )
    if altered:
        raise InputError("文件与登记的不一致，没有试发", "请重新 merge", altered)


def _chosen(letters: Sequence[LetterInfo], *, all_: bool) -> list[str]:
    """Choose one letter of each 类别, or all."""
    if all_:
        return []
    first: dict[str, str] = {}
    for one in letters:
        first.setdefault(one.category, one.organisation)
    if not first:
        raise UsageError("这个批次没有信")
    return list(first.values())


def _outcome(
    batch: BatchInfo, to: str, letters: Sequence[LetterInfo], said: Sequence[str]
) -> Outcome:
    sent = [one for one in letters if one.state is LetterState.ACCEPTED]
    lines = [*said, *(f"试发　{one.name}　{one.subject}" for one in sent)]
    more = "" if len(letters) == batch.letters else "；加 --all 全部试发，--only 指定单位"
    lines.append(
        f"试发 {batch.name}：{len(sent)} 封已由服务器接收，都寄到 {to}；"
        f"正式的信一封未动，也没有惊动任何单位（共 {batch.letters} 个单位{more}）"
    )
    return Outcome(
        tuple(lines),
        {
            "batch": batch.name,
            "sent": len(sent),
            "letters": len(letters),
            "address": to,
            "organisations": [one.organisation for one in letters],
        },
        status=0 if len(sent) == len(letters) else WAITING,
    )
