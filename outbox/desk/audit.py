"""Everything verified: the chain, what stands beside it, the files, and the head against memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from outbox.desk import custody, evidence, witness
from outbox.desk import folder as folders
from outbox.desk.outcome import Outcome, Progress, error_object, finding_lines, finding_object
from outbox.ledger.chain import GENESIS, head_code
from outbox.ledger.states import EntryKind
from rosters.finding import Finding, InputError, Level, Place, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime

    from outbox.desk.witness import Memory
    from outbox.ledger.custody import End, Inspection
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import Entry
    from outbox.workspace import Workspace

DIGITS = 20
STOP = "查明以前不要发送；请用备份核对，或请技术人员查看"


@dataclass
class Heads:
    """What is known of the head from outside the ledger, and what came of it."""

    findings: list[Finding] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)


def audit(
    workspace: Workspace, *, code: str = "", at: datetime
) -> Generator[Progress, None, Outcome]:
    """Verify all of it; end with 1 where something does not hold.

    Raises:
        UsageError: the code is none.

    """
    digits = _digits(code)
    with folders.opened(workspace, at) as ledger:
        seen = ledger.inspect(workspace.zone)
        heads = _heads(workspace, ledger, seen.end, digits)
        numbers = [_number(workspace, one) for one in ledger.strayed_numbers()]
        files = yield from evidence.check(workspace, ledger)
        takeovers = ledger.entries(EntryKind.TAKEOVER)
        forgets = ledger.entries(EntryKind.FORGET)
    findings = [*_chain(workspace, seen), *heads.findings, *seen.findings, *numbers, *files]
    proved, unproved = _proofs(workspace, seen, heads, forgets)
    lines = finding_lines(findings)
    if not findings:
        lines.append(_whole(workspace, seen.end))
    lines += [f"已证明：{one}" for one in proved]
    lines += [f"不能证明：{one}" for one in unproved]
    lines += [_takeover(workspace, one) for one in takeovers[1:]]
    lines.append(
        f"台账码：{head_code(seen.end.head)}"
        + (f"；发现 {len(findings)} 处不符，{STOP}" if findings else "")
    )
    wrong = InputError(f"台账有 {len(findings)} 处不符", STOP)
    return Outcome(
        tuple(lines),
        {
            **({"error": error_object(wrong)} if findings else {}),
            "links": seen.end.links,
            "head": head_code(seen.end.head),
            "at": seen.end.at.isoformat() if seen.end.at else None,
            "broken": seen.broken or None,
            "findings": [finding_object(one) for one in findings],
            "proved": proved,
            "unproved": unproved,
            "takeovers": [
                {"at": one.at.isoformat(), "who": one.who, **_where(one)} for one in takeovers
            ],
            "forgotten": [one.batch for one in forgets],
        },
        status=1 if findings else 0,
    )


def _digits(code: str) -> str:
    """Read a code as it is copied from paper.

    Raises:
        UsageError: it is too short to prove anything, or holds something else.

    """
    found = re.sub(r"[\s\-－—–]", "", code).lower()
    if code and not (len(found) >= DIGITS and re.fullmatch(r"[0-9a-f]+", found)):
        raise UsageError(
            f"看不懂台账码「{code[:60]}」",
            "照审批单或登记簿上印的抄，例如 3F9A-21C0-7B5E-0D14-88A2",
        )
    return found[:DIGITS]


def _number(workspace: Workspace, text: str) -> Finding:
    place = Place(workspace.config.ledger.path)
    said = f"字号 {text} 与链上记下的不一致：有人在台账里改动过"
    return Finding(Level.ERROR, "audit.number", place, said, STOP)


def _chain(workspace: Workspace, seen: Inspection) -> list[Finding]:
    if not seen.broken:
        return []
    more = f"；其后还有 {seen.breaks - 1} 处对不上" if seen.breaks > 1 else ""
    place = Place(workspace.config.ledger.path)
    said = f"链在这里断了，它以前的记录都对得上：{seen.broken}{more}"
    return [Finding(Level.ERROR, "audit.chain", place, said, STOP)]


def _heads(workspace: Workspace, ledger: Ledger, end: End, digits: str) -> Heads:
    """Compare the chain with what the machine remembers, and with a code from paper."""
    heads = Heads()
    memory = witness.recall(ledger.number)
    ring, answered = witness.recall_ring(ledger.number)
    for known, whose in ((memory, "本机"), (ring, "钥匙串")):
        if known and known.head != GENESIS:
            _compare(workspace, ledger, end, known, whose, heads)
    other = witness.lay(custody.place_of(workspace))
    if other and other != ledger.number:
        heads.findings.append(_head(workspace, "这里原来是另一本台账：整本被换过"))
    if digits:
        _code(workspace, ledger, digits, heads)
    if not (memory or ring or digits):
        heads.unproved.append(
            "本机没有记住过这本台账，也没有给 --head：末尾被截去、整本换回旧的、整条链重写，"
            "这次都看不出来；请用审批单或登记簿上印的台账码再核验一次"
        )
    elif not (digits or answered):
        heads.unproved.append(
            "台账码只记在本机的文件里（没有可用的钥匙串），能改台账的人也能改它；"
            "请再用纸上的台账码核验：fawen audit --head 台账码"
        )
    return heads


def _head(workspace: Workspace, message: str) -> Finding:
    return Finding(Level.ERROR, "audit.head", Place(workspace.config.ledger.path), message, STOP)


def _compare(
    workspace: Workspace, ledger: Ledger, end: End, known: Memory, whose: str, heads: Heads
) -> None:
    when = f"{known.when.astimezone(workspace.zone):%Y-%m-%d %H:%M:%S}"
    if ledger.passed(known.head):
        heads.proved.append(
            f"{whose}记得的台账码 {head_code(known.head)} 在链上："
            f"到第 {known.links} 条（{when}）为止没有被改写"
        )
        return
    short = known.links - end.links
    if short > 0:
        lost = "末尾被截去，或换回了旧的副本"
        said = f"比{whose}记得的少了 {short} 条（{when} 时有 {known.links} 条）：{lost}"
    else:
        said = (
            f"{whose}记得的台账码 {head_code(known.head)}（{when}）不在链上：链被改写并重新计算过"
        )
    heads.findings.append(_head(workspace, said))


def _code(workspace: Workspace, ledger: Ledger, digits: str, heads: Heads) -> None:
    shown = head_code(digits)
    found = ledger.passed(digits)
    if found:
        number, at = found
        when = f"{at.astimezone(workspace.zone):%Y-%m-%d %H:%M:%S}"
        heads.proved.append(f"台账码 {shown} 在链上：到第 {number} 条（{when}）为止没有被改写")
    else:
        heads.findings.append(
            _head(workspace, f"台账码 {shown} 不在链上：抄错了，或链被截去、改写、换成了旧的")
        )


def _proofs(
    workspace: Workspace, seen: Inspection, heads: Heads, forgets: Sequence[Entry]
) -> tuple[list[str], list[str]]:
    proved, unproved = list(heads.proved), list(heads.unproved)
    if forgets:
        names = "、".join(one.batch for one in forgets)
        proved.append(f"按规定清除了个人资料、只留摘要的批次：{names}")
    if seen.old:
        unproved.append(f"有 {seen.old} 条记录是旧版本留下的，服务器当时的答复不在链上")
    if seen.end.at:
        when = f"{seen.end.at.astimezone(workspace.zone):%Y-%m-%d %H:%M}"
        unproved.append(f"最后一条（{when}）的时间由当时的电脑时钟而来；填写人是当时的系统登录名")
    return proved, unproved


def _whole(workspace: Workspace, end: End) -> str:
    when = f"，最后一条 {end.at.astimezone(workspace.zone):%Y-%m-%d %H:%M:%S}" if end.at else ""
    return f"台账完好：{end.links} 条记录首尾相连{when}；批次、信件、签发、退信、文件都与记录相符"


def _where(one: Entry) -> dict[str, Any]:
    said = {name: one.data.get(name, "") for name in ("host", "place", "standing", "why")}
    return {"at": one.at.isoformat(), "who": one.who, **said}


def _takeover(workspace: Workspace, one: Entry) -> str:
    when = f"{one.at.astimezone(workspace.zone):%Y-%m-%d %H:%M}"
    host = one.data.get("host")
    said = f"由电脑 {host}（{one.data.get('place', '')}）接管" if host else "移交，等人接管"
    lost = one.data.get("standing") == "behind"
    return f"保管：{when}　{one.who}　{said}" + ("，接管时与本机记得的对不上" if lost else "")
