"""Where rows come from: batches and letters held against their links and against the manifest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from merge.letter import BESIDE, REMINDER, Attachment, Letter
from merge.manifest import Manifest
from outbox.ledger import stamps, tables
from outbox.ledger.answer import answered
from outbox.ledger.entries import entries
from outbox.ledger.exceptions import Mandated, mandated, signed_form
from outbox.ledger.rows import token_of
from outbox.ledger.states import FINAL, Channel, EntryKind, LetterState
from outbox.ledger.values import letter_info, recording
from rosters.finding import Finding, Level, Place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from outbox.ledger.links import Told, Walk
    from outbox.ledger.values import Entry

_B, _T = tables.batch, tables.letter
ADVICE = "请用备份核对，或请技术人员查看；查明以前不要发送"
_UNNAMED = frozenset({LetterState.QUEUED, LetterState.CANCELLED})
_REASONED = FINAL | {LetterState.HELD, LetterState.IN_DOUBT, LetterState.DEFERRED}
_WORDS = {
    "to": "收件地址", "cc": "抄送地址", "subject": "主题", "body": "正文", "attachments": "附件",
    "name": "收件单位", "short": "简称", "category": "类别", "kind": "种类",
    "organisation": "党组织编码", "content": "内容摘要",
}  # fmt: skip


def flaw(rule: str, batch: str, where: str, message: str, advice: str = ADVICE) -> Finding:
    """Make a finding about a record of the ledger."""
    return Finding(Level.ERROR, f"audit.{rule}", Place(batch, where=where), message, advice)


def _word(told: Told, state: str) -> str:
    from outbox.ledger import links

    return links.word(told, state)


def batches(connection: Connection, walk: Walk, forgotten: Collection[str]) -> Iterator[Finding]:
    """Hold every batch against its links and its manifest."""
    rows = connection.execute(select(_B).order_by(_B.c.recorded_at, _B.c.name)).mappings().all()
    names = {row["name"] for row in rows}
    for name in walk.begun.keys() - names:
        yield flaw("batch", name, "", "这个批次登记过，它的记录却不见了")
    for row in rows:
        begun = walk.begun.get(row["name"])
        if begun is None:
            yield flaw("batch", row["name"], "", "这个批次没有登记过，是后来塞进来的")
            continue
        yield from _batch(row, begun, walk.last[row["name"], None])
        yield from _contents(row, begun, gone=row["name"] in forgotten)


def _batch(row: RowMapping, begun: Told, last: Told) -> Iterator[Finding]:
    name = row["name"]
    if (row["state"], row["fence"]) != (last.after, last.fence):
        now = _word(last, last.after)
        yield flaw("batch", name, "", f"批次的状态被改动（按记录应是「{now}」）")
    if row["folder"] != name:
        yield flaw("batch", name, "", "批次的文件夹名被改动")
    if (row["recorded_at"], row["recorded_by"]) != (begun.at, begun.who):
        yield flaw("batch", name, "", "登记的时间或登记人被改动")
    given = "" if last is begun else last.reason
    if row["reason"] != (given or ""):
        yield flaw("batch", name, "", "批次上写的原因被改动")


def _contents(row: RowMapping, begun: Told, *, gone: bool) -> Iterator[Finding]:
    """Compare the digest in the chain with the row and with the manifest that it stands for."""
    name = row["name"]
    listed = "" if gone else hashlib.sha256(str(row["manifest"]).encode()).hexdigest()
    told = begun.reason
    if told is not None and not f"{told} ".startswith(f"{recording(row['digest'])} "):
        yield flaw("batch", name, "", "批次的内容摘要被改动")
    elif listed and told not in {None, recording(row["digest"]), recording(row["digest"], listed)}:
        yield flaw("manifest", name, "", "批次的清单（标题、字号、文件或账目）被改动")
    manifest = read_manifest(row)
    if manifest is None:
        yield flaw("manifest", name, "", "批次的清单读不出来，或被换掉")
        return
    if not gone and (manifest.digest != row["digest"] or manifest.batch != name):
        yield flaw("manifest", name, "", "批次的清单（收件、主题、正文、附件、略去）被改动")
    own = {name: getattr(manifest, name) for name in ("job", "title", "number", "sample")}
    kept = {**{name: row[name] for name in own}, "sample": bool(row["sample"])}
    if own != kept:
        yield flaw("batch", name, "", "批次的标题、发文字号或作业名被改动")
    counts = {one: len(getattr(manifest, one)) for one in ("letters", "documents", "skipped")}
    if not gone and counts != {one: row[one] for one in counts}:
        yield flaw("batch", name, "", "批次的份数、封数或略去数被改动")


def read_manifest(row: RowMapping) -> Manifest | None:
    """Read a batch's manifest back; None where it is none of ours."""
    try:
        return Manifest.from_json(row["manifest"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def letters(
    connection: Connection, walk: Walk, forgotten: Collection[str], key: bytes
) -> Iterator[Finding]:
    """Hold every letter against its links, its token and its batch's manifest."""
    there = {(batch, of) for batch, of in connection.execute(select(_T.c.batch, _T.c.id))}
    lost = [(batch, of) for batch, of in walk.fences if of is not None and (batch, of) not in there]
    if lost:
        said = f"有 {len(lost)} 封信有来历，信的记录却不见了"
        yield flaw("letter", lost[0][0] or "", "", said)
    strange = 0
    for row in connection.execute(select(_B.c.name, _B.c.manifest)).mappings().all():
        query = select(_T).where(_T.c.batch == row["name"]).order_by(_T.c.id)
        own = connection.execute(query).mappings().all()
        for one in own:
            of = one["batch"], one["id"]
            yield from _letter(one, walk.last.get(of), walk.fences.get(of, 0))
            strange += not _tokened(key, one)
        manifest = read_manifest(row)
        if manifest is not None and row["name"] not in forgotten:
            yield from _signed(row["name"], manifest, own, entries(connection, batch=row["name"]))
    if strange:
        message = f"有 {strange} 封信的邮件编号不是本台账的密钥造的：密钥或编号被换过"
        yield flaw("key", "", "", message)


def _letter(row: RowMapping, last: Told | None, fence: int) -> Iterator[Finding]:
    batch, name = row["batch"], row["name"]
    state = last.after if last else LetterState.QUEUED
    if (row["state"], row["fence"]) != (state, fence):
        now = _word(last, state) if last else LetterState.QUEUED.word
        yield flaw("letter", batch, name, f"信的状态被改动（按记录应是「{now}」）")
        return
    if row["settled_at"] != (last.at if last and state in FINAL else None):
        yield flaw("letter", batch, name, "信的了结时间被改动")
    told = last.reason if last else ""  # nothing is said of one that was never claimed
    if told is None or (last and state not in _REASONED):
        return
    said = {row["reason"], answered(row["reason"], row["code"], row["reply"])}
    if told not in said:
        yield flaw("letter", batch, name, "信上写的原因或服务器答复被改动")


def _tokened(key: bytes, row: RowMapping) -> bool:
    parts = (row["batch"], row["organisation"], row["kind"], str(row["n"]), row["channel"])
    token = token_of(key, *parts)
    named = row["message_id"]
    if not named:  # the first claim names it
        return bool(row["token"] == token and row["state"] in _UNNAMED)
    return bool(row["token"] == token and named.startswith(f"<{token}@"))


def _signed(
    batch: str, manifest: Manifest, rows: Iterable[RowMapping], known: Sequence[Entry]
) -> Iterator[Finding]:
    """Compare live letters with what was signed, but for what entries explain."""
    stamped = next((one for one in reversed(known) if one.kind is EntryKind.STAMPED), None)
    parts = stamps.read(stamped) if stamped else None
    leaves = stamps.issued(manifest, parts) if parts else manifest
    signed = {(one.organisation, one.kind): one for one in leaves.letters}
    content = {(one.organisation, one.kind): one.content for one in manifest.letters}
    live = [row for row in rows if row["channel"] == Channel.LIVE]
    there = {(row["organisation"], row["kind"]) for row in live}
    for key, letter in signed.items():
        if key not in there:
            yield flaw("letter", batch, letter.name, "清单里有这封信，信的记录却不见了")
    told = {one.letter for one in known}
    may = mandated(leaves)
    for row in live:
        key = row["organisation"], row["kind"]
        if row["n"] > 1 or row["kind"] in BESIDE or row["id"] in told:
            yield from _explained(batch, row, known, signed.get(key), may)
            if row["content"] not in _known(row, signed.get(key), content):
                yield flaw("letter", batch, row["name"], "信的内容摘要与签发的清单不一致")
        elif key not in signed:
            yield flaw("letter", batch, row["name"], "清单里没有这封信，是后来塞进来的")
        else:
            for name in differing(signed[key], row, content[key]):
                yield flaw("letter", batch, row["name"], f"信的{_WORDS[name]}与签发的清单不一致")


def _explained(
    batch: str,
    row: RowMapping,
    known: Sequence[Entry],
    signed: Letter | None,
    may: Mandated | None,
) -> Iterator[Finding]:
    """Compare a letter that was sent again, elsewhere or later with what its entries say of it."""
    try:
        letter = letter_info(row)
    except (ValueError, TypeError):
        yield flaw("letter", batch, row["name"], "信的记录读不出来，被改动过")
        return
    back = signed_form(letter, known, may)
    if back is None and row["kind"] == REMINDER:
        yield flaw("letter", batch, row["name"], "这封催报没有来历，或与签发的常设签发不一致")
    elif back is None:
        yield flaw("letter", batch, row["name"], "这封补发的信没有来历，或与补发时记下的不一致")
    elif back.kind not in BESIDE and signed is None:
        yield flaw("letter", batch, row["name"], "清单里没有这封信，是后来塞进来的")
    elif back.kind not in BESIDE:
        for name, word in _WORDS.items():
            if name != "content" and getattr(signed, name) != getattr(back, name):
                yield flaw("letter", batch, row["name"], f"信的{word}与签发的清单不一致")


def _known(
    row: RowMapping, signed: Letter | None, content: Mapping[tuple[str, str], str]
) -> set[str]:
    """List what a letter's content may be: a copy has it as it leaves, stamped, too."""
    if row["kind"] in BESIDE:
        return {hashlib.sha256(row["token"].encode()).hexdigest()}
    known = {content.get((row["organisation"], row["kind"]), "")}
    return known | {signed.content} if signed else known


def differing(letter: Letter, row: RowMapping, content: str) -> list[str]:
    """Name the fields in which a letter's row differs from the letter; `content` is as signed."""
    found = [] if row["content"] == content else ["content"]
    plain = _WORDS.keys() - _LISTED - {"content"}
    found += [name for name in _WORDS if name in plain and getattr(letter, name) != row[name]]
    for name, read in _LISTED.items():
        try:
            same = read(json.loads(row[name])) == getattr(letter, name)
        except (ValueError, TypeError):
            same = False
        found += [] if same else [name]
    return found


def _parts(read: list[dict[str, Any]]) -> tuple[Attachment, ...]:
    return tuple(Attachment(**one) for one in read)


_LISTED: dict[str, Any] = {"to": tuple, "cc": tuple, "attachments": _parts}
