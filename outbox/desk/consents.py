"""A leader's 同意 that came by mail: whose it is, of which draft, what speaks for its sender."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.letter import check_code
from outbox.desk import opening
from outbox.desk.basis import MAIL, Basis
from outbox.ledger.states import BatchState
from outbox.post import match
from outbox.post.consent import AGREED, UNCLEAR
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.post.consent import Consent
    from outbox.workspace import Workspace

SORT = "consent"  # how such a mail is filed
_ID = 8  # digits of a mail's hash that name it
_MOST_TRIED = 20  # mails of one approver that are read again for one signature
_PREFIXES = ("邮件", "mail")
FORGED = "本单位邮件服务器说发件人是冒充的（DMARC 不符）"
UNPROVEN = "只凭发件人地址，地址可以冒充，请打电话核实"
_PROVEN = "本单位邮件服务器核对过发信的域名"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an answer comes to: a line for the clerk, and whether it is offered as evidence."""

    line: str
    object: dict[str, object] = field(default_factory=dict)
    offered: bool = False
    ours: bool = False  # of an approver: the mail is kept


def awaited(workspace: Workspace, ledger: Ledger) -> bool:
    """Tell whether anybody's answer can be meant: an approver has an address, a draft is open."""
    told = any(one.address for one in workspace.config.approve.approvers)
    return told and any(_open(one) for one in ledger.batches())


def weigh(workspace: Workspace, ledger: Ledger, one: Consent, sha256: str) -> Weighed | None:
    """Say what a mail comes to that may be an answer to a 送签; None where it is none."""
    by = _whose(workspace, one.sender)
    if not one.standing or (not by and one.standing != AGREED):
        return None
    if one.standing == UNCLEAR:
        line = (
            f"{by} 来信，看不出是不是同意：「{one.words}」。请看原件；同意的请他只回「同意 核对码」"
        )
        return Weighed(line, _object(one, by, None, "unclear"), ours=True)
    batch = _meant(ledger, one.code)
    fault = _fault(workspace, one, by, batch)
    who = by or one.sender
    if fault or batch is None:
        known = _object(one, by, batch, "refused", fault)
        return Weighed(f"{who} 回信同意 {one.code}，不能作依据：{fault}", known, ours=bool(by))
    vouched = vouch(workspace, one)
    command = f"fawen approve {batch.name} --by {by} --basis 邮件:{sha256[:_ID]}"
    line = f"{by} 回信同意 {one.code}（批次 {batch.name}；{vouched}）：{command}"
    told = {**_object(one, by, batch, "offered"), "vouched": vouched, "command": command}
    return Weighed(line, told, offered=True, ours=True)


def _object(
    one: Consent, by: str, batch: BatchInfo | None, state: str, why: str = ""
) -> dict[str, object]:
    return {
        "by": by,
        "address": one.sender,
        "code": one.code,
        "batch": batch.name if batch else "",
        "state": state,
        "words": why or one.words,
    }


def _fault(workspace: Workspace, one: Consent, by: str, batch: BatchInfo | None) -> str:
    """Say why an answer is no evidence; "" where it may be."""
    if not by:
        return f"{one.sender} 不是 fawen.toml 里任何签发人登记的地址"
    if batch is None:
        return "没有哪个批次是这个核对码，请他核对审批单上的核对码"
    if batch.state is not BatchState.DRAFT:
        return f"批次 {batch.name} 的状态是「{batch.state.word}」，现在的内容要重新送签"
    if batch.sample:
        return f"批次 {batch.name} 是样张，不能签发"
    return FORGED if vouch(workspace, one) == FORGED else ""


def vouch(workspace: Workspace, one: Consent) -> str:
    """Say what speaks for the sender: what our own mail server found, else nothing but his word.

    The topmost Authentication-Results counts, and only if it bears the name that fawen.toml gives
    for our server: anybody can write such a header into a mail.
    """
    own = workspace.config.approve.mail_server.strip().lower()
    told = [(check, domain) for server, check, domain in one.vouches if server == own]
    if not own or not told:
        return UNPROVEN
    if any(check == "fail" for check, _ in told):
        return FORGED
    sender = one.sender.rpartition("@")[2]
    good = [check.upper() for check, domain in told if domain and domain == sender]
    return f"{_PROVEN}（{'、'.join(dict.fromkeys(good))}）" if good else UNPROVEN


def given(ledger: Ledger, batch: BatchInfo, workspace: Workspace) -> str:
    """Name the approver whose answer to this very content has come; "" where none has."""
    said = f"同意 {check_code(batch.digest)}"
    found = (one for one in ledger.mails((SORT,)) if one.words == said)
    return next(filter(None, (_whose(workspace, one.sender) for one in found)), "")


def named(basis: str) -> str | None:
    """Read `邮件` or `邮件:ID` (`mail`, `mail:ID`): the ID, "" for the newest; None: another."""
    head, _, number = basis.strip().replace("：", ":").partition(":")
    return number.strip().lower() if head.strip().lower() in _PREFIXES else None


def from_mailbox(
    workspace: Workspace, ledger: Ledger, batch: BatchInfo, signer: str, number: str
) -> Basis:
    """Take an answer that `collect` has kept as evidence: read again from what was kept.

    Raises:
        UsageError: there is none of that number, or none of this signer.
        InputError: what was kept is another, or does not agree to this content.

    """
    own = _address(workspace, signer)
    if not own:
        raise UsageError(
            f"fawen.toml 里没有写 {signer} 的邮箱，不能凭回信签发",
            '请在 [approve] approvers 里写 {name = "姓名", address = "邮箱"}，再运行 fawen collect',
        )
    mails = [
        one
        for one in reversed(ledger.mails((SORT, match.REPLY)))
        if one.sha256.startswith(number) and one.sender == own
    ]
    for mail in mails[:_MOST_TRIED]:
        content = _kept(workspace, mail.sha256)
        found = _from_mail(workspace, batch, signer, content, strict=bool(number))
        if found:
            return found
    code = check_code(batch.digest)
    raise UsageError(
        f"没有收到 {signer} 写着「同意 {code}」的回信", "请先运行 fawen collect，看它怎么说"
    )


def from_file(workspace: Workspace, batch: BatchInfo, signer: str, content: bytes) -> str:
    """Say what is known of a mail that the clerk saved as a file and gives as evidence.

    Raises:
        InputError: it agrees to another content, or our own mail server says that it is forged.

    """
    one = opening.consent(content)
    code = check_code(batch.digest)
    if one.standing == AGREED and one.code != code:
        raise _another(one.code, code)
    if one.standing == AGREED and one.sender and one.sender == _address(workspace, signer):
        vouched = vouch(workspace, one)
        if vouched == FORGED:
            raise InputError(f"{FORGED}，没有签发", "请当面或打电话问本人")
        return f"信里写着「同意 {code}」；{vouched}"
    return f"没有认出是 {signer} 写的「同意 {code}」，只作存档，请自己看过内容"


def _from_mail(
    workspace: Workspace, batch: BatchInfo, signer: str, content: bytes, *, strict: bool
) -> Basis | None:
    """Read a kept mail again; without `strict` one that speaks of something else is passed over."""
    one = opening.consent(content)
    code = check_code(batch.digest)
    if one.standing == AGREED and one.code == code and _whose(workspace, one.sender) == signer:
        vouched = vouch(workspace, one)
        if vouched == FORGED:
            raise InputError(f"{FORGED}，没有签发", "请当面或打电话问本人")
        digest = hashlib.sha256(content).hexdigest()
        words = f"邮件:{digest[:_ID]}"
        return Basis(words, MAIL, content, f"{digest[:_ID]}.eml", f"「同意 {code}」；{vouched}")
    if strict and one.standing == AGREED:
        raise _another(one.code, code)
    if strict:
        raise InputError("这封信里看不出同意，没有签发", "请看原件，请他只回「同意 核对码」")
    return None


def _another(said: str, code: str) -> InputError:
    return InputError(
        f"信里同意的是 {said}，现在的内容是 {code}，没有签发", "内容变了的，请重新送签"
    )


def _kept(workspace: Workspace, sha256: str) -> bytes:
    place = opening.place(workspace, sha256)
    try:
        content = place.read_bytes()
    except OSError as error:
        shown = workspace.shown(place)
        raise InputError(f"来信的原件 {shown} 读不出来，没有签发", "请找回它") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InputError(f"来信的原件 {workspace.shown(place)} 被改过，没有签发", "请找回原件")
    return content


def _whose(workspace: Workspace, address: str) -> str:
    """Name the approver whose address this is; "" where it is nobody's."""
    every = workspace.config.approve.approvers
    return next((one.name for one in every if address and one.address.lower() == address), "")


def _address(workspace: Workspace, signer: str) -> str:
    every = workspace.config.approve.approvers
    return next((one.address.lower() for one in every if one.name == signer), "")


def _meant(ledger: Ledger, code: str) -> BatchInfo | None:
    """Return the batch whose 核对码 it is: a draft first; None where none is, or two are."""
    found = [one for one in ledger.batches() if check_code(one.digest) == code]
    drafts = [one for one in found if _open(one)]
    chosen = drafts or found[-1:]
    return chosen[0] if len(chosen) == 1 else None


def _open(batch: BatchInfo) -> bool:
    return batch.state is BatchState.DRAFT and not batch.sample
