"""What others said, held against its links: attempts, approvals, marks, entries and mail."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from outbox.ledger import mailtables, tables
from outbox.ledger.answer import answered
from outbox.ledger.audit import told as mark_words
from outbox.ledger.chain import sealed
from outbox.ledger.entries import entries as read_entries
from outbox.ledger.entries import reason as entry_words
from outbox.ledger.provenance import flaw
from outbox.ledger.states import EntryKind, MarkKind
from outbox.ledger.values import SIGNED as _TOLD
from outbox.ledger.values import signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import RowMapping, Table
    from sqlalchemy.engine import Connection

    from outbox.ledger.links import Told, Walk
    from outbox.ledger.values import Entry
    from rosters.finding import Finding

_ATTEMPT, _APPROVAL = tables.attempt, tables.approval
_MARK, _ENTRY, _MAIL = mailtables.mark, tables.entry, mailtables.mail


def _rows(connection: Connection, table: Table) -> list[RowMapping]:
    return list(connection.execute(select(table).order_by(table.c.id)).mappings())


def attempts(
    connection: Connection, walk: Walk, names: Mapping[int, tuple[str, str]]
) -> Iterator[Finding]:
    """Each attempt has the link that settled it, and each such link its attempt."""
    by_letter: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for row in _rows(connection, _ATTEMPT):
        by_letter[row["letter"]].append(row)
    for letter in sorted(by_letter.keys() | walk.tried.keys()):
        batch, name = names.get(letter, ("", f"第 {letter} 号信"))
        rows, told = by_letter[letter], walk.tried[letter]
        if len(rows) != len(told):
            what = "少了" if len(rows) < len(told) else "多了"
            yield flaw("attempt", batch, name, f"投递经过{what} {abs(len(rows) - len(told))} 次")
            continue
        for number, (row, link) in enumerate(zip(rows, told, strict=True), start=1):
            if not _same_attempt(row, link):
                yield flaw("attempt", batch, name, f"第 {number} 次投递的经过或服务器答复被改动")


def _same_attempt(row: RowMapping, link: Told) -> bool:
    if (row["outcome"], row["at"]) != (link.after, link.at):
        return False
    if link.reason is None:
        return not row["text"]
    # Links of older versions did not tell the server's answer.
    said = answered("", row["code"], row["text"])
    whole = bool(said) or not link.reason.endswith("]")  # that nothing was said is told, too
    return not link.sealed or (whole and link.reason.endswith(said))


def approvals(connection: Connection, walk: Walk) -> Iterator[Finding]:
    """Each approval has the link by which the batch was signed, and the other way round."""
    known = connection.execute(select(tables.batch.c.name, tables.batch.c.digest))
    digests = {row[0]: row[1] for row in known}
    told_of = {(one.batch, one.at): one.data for one in _signatures(connection)}
    by_batch: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in _rows(connection, _APPROVAL):
        by_batch[row["batch"]].append(row)
    for batch in sorted(by_batch.keys() | walk.signed.keys()):
        rows, told = by_batch[batch], walk.signed[batch]
        if len(rows) != len(told):
            what = "不见了" if len(rows) < len(told) else "没有来历，是后来塞进来的"
            yield flaw("approval", batch, "", f"签发的记录{what}")
            continue
        for row, link in zip(rows, told, strict=True):
            if (
                not _same_approval(row, link)
                or row["digest"] != digests.get(batch)
                or not _same_evidence(row, told_of.get((batch, row["at"]), {}))
            ):
                yield flaw("approval", batch, "", "签发的记录（签发人、依据、时间或内容）被改动")


def _signatures(connection: Connection) -> list[Entry]:
    """List the entries that tell of a signature; other evidence may stand there, too."""
    found = read_entries(connection, EntryKind.EVIDENCE)
    return [one for one in found if one.data.keys() >= _TOLD]


def _same_evidence(row: RowMapping, data: Mapping[str, Any]) -> bool:
    """Compare a signature with its entry; an older one has none, a forgotten one no data."""
    return all(data.get(name, row[name]) == row[name] for name in _TOLD)


def _same_approval(row: RowMapping, link: Told) -> bool:
    if (row["at"], row["typed_by"]) != (link.at, link.who):
        return False
    if link.reason is None:
        return True
    return link.reason == signature(row["by"], row["basis"])


def marks(
    connection: Connection, walk: Walk, names: Mapping[int, tuple[str, str]]
) -> Iterator[Finding]:
    """Each mark repeats what its link tells, and its mail was filed."""
    filed = set(connection.execute(select(_MAIL.c.sha256)).scalars())
    for row in _rows(connection, _MARK):
        batch, name = names.get(row["letter"], ("", f"第 {row['letter']} 号信"))
        link = walk.notes.pop(row["move"], None)
        word = MarkKind(row["kind"]).word
        if link is None or link.letter != row["letter"]:
            yield flaw("mark", batch, name, f"「{word}」没有来历，是后来塞进来的")
        elif not _same_mark(row, link):
            yield flaw("mark", batch, name, f"「{word}」的内容被改动")
        if row["mail"] and row["mail"] not in filed:
            yield flaw("mail", batch, name, f"「{word}」所凭的来信，收信记录里没有")


def _same_mark(row: RowMapping, link: Told) -> bool:
    if row["at"] != link.at:
        return False
    if link.reason is None:
        return not row["words"] and "@" not in row["address"]
    return link.reason == mark_words(row["kind"], row["address"], row["mail"], row["words"])


def entries(
    connection: Connection, walk: Walk, names: Mapping[int, tuple[str, str]]
) -> Iterator[Finding]:
    """Each entry is sealed by its link; links that change nothing and are left have lost theirs."""
    for row in _rows(connection, _ENTRY):
        batch, name = names.get(row["letter"], (row["batch"] or "", ""))
        link = walk.notes.pop(row["move"], None)
        word = EntryKind(row["kind"]).word
        if link is None:
            yield flaw("entry", batch, name, f"「{word}」的记录没有来历，是后来塞进来的")
        elif not _same_entry(row, link):
            yield flaw("entry", batch, name, f"「{word}」的记录被改动")
    for link in walk.notes.values():
        batch, name = names.get(link.letter or 0, (link.batch or "", ""))
        yield flaw("entry", batch, name, f"第 {link.id} 条所指的记录（退信、补发、接管等）不见了")


def _same_entry(row: RowMapping, link: Told) -> bool:
    about: tuple[Any, ...] = (row["at"], row["who"], row["batch"], row["letter"])
    if about != (link.at, link.who, link.batch, link.letter):
        return False
    if link.reason is not None and link.reason != entry_words(row["kind"], row["seal"]):
        return False
    if not row["salt"]:
        return not row["data"]
    return sealed(row["salt"], row["data"]) == str(row["seal"])
