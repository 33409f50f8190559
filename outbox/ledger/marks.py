"""What comes back: marks on letters, mail that arrived, and folders as they were last seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, insert, or_, select

from merge.letter import RECALL
from outbox.ledger import audit, mailtables, tables
from outbox.ledger.doubts import Doubts
from outbox.ledger.moves import Act, note_letter
from outbox.ledger.returned import take
from outbox.ledger.states import GONE, BatchState, Channel, LetterState, MarkKind
from outbox.ledger.values import Arrived, Mark, Seen, letter_info

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

    from outbox.ledger.intakes import Intake
    from outbox.ledger.values import LetterInfo

_T, _MARK, _MAIL, _FOLDER = tables.letter, mailtables.mark, mailtables.mail, mailtables.folder
_MARK_COLUMNS = [column for column in _MARK.c if column.name not in {"id", "move"}]
_MAIL_COLUMNS = [column for column in _MAIL.c if column.name != "id"]
_ENDED = (BatchState.CANCELLED, BatchState.SUPERSEDED)  # nothing more leaves from these


class Marks(Doubts):
    """Marks change no state; each hangs on a link of the chain, so that none can be unsaid."""

    def file(
        self, mail: Arrived, marks: Iterable[Mark], who: str, intake: Intake | None = None
    ) -> tuple[Mark, ...]:
        """Record a mail and what it says of letters, in one transaction; return the new marks.

        `intake` is what it returns, and what of it is in quarantine: in that transaction, too.

        The same mail filed again changes nothing. A mark on a letter that is not accepted is left
        out: `resolve` it first.
        """
        same = (
            _MAIL.c.account == mail.account,
            _MAIL.c.uidvalidity == mail.uidvalidity,
            _MAIL.c.uid == mail.uid,
        )
        with self._store.writing() as connection:
            if connection.execute(select(_MAIL.c.id).where(*same)).first() is None:
                connection.execute(insert(_MAIL).values(mail._asdict()))
            if intake is not None:
                take(connection, intake, Act(mail.at, who))
            return tuple(one for one in marks if _mark(connection, one, who))

    def marks(self, batch: str | None = None) -> tuple[Mark, ...]:
        """List the marks on a batch's live letters, or all, oldest first."""
        query = select(*_MARK_COLUMNS).join(_T, _T.c.id == _MARK.c.letter).order_by(_MARK.c.id)
        query = query.where(_T.c.channel == Channel.LIVE)
        if batch is not None:
            query = query.where(_T.c.batch == batch)
        with self._store.reading() as connection:
            rows = connection.execute(query).mappings()
            return tuple(Mark(**{**row, "kind": MarkKind(row["kind"])}) for row in rows)

    def bounced_since(self, since: datetime) -> dict[str, int]:
        """Count, for each batch, the live letters that bounced since then and were not mended.

        A 补发 mends a bounce, unless it bounces itself or was called back; so does a correction.
        """
        again = tables.letter.alias("again")
        copied = exists().where(
            again.c.batch == _T.c.batch,
            again.c.organisation == _T.c.organisation,
            again.c.kind == _T.c.kind,
            again.c.channel == Channel.LIVE,
            again.c.n > _T.c.n,
            again.c.state != LetterState.CANCELLED,
        )
        query = (
            select(_T.c.batch, func.count(_T.c.id.distinct()))
            .join(_MARK, _MARK.c.letter == _T.c.id)
            .join(tables.batch, tables.batch.c.name == _T.c.batch)
            .where(
                _MARK.c.kind == MarkKind.BOUNCED,
                _MARK.c.at >= since,
                _T.c.channel == Channel.LIVE,
                _T.c.kind != RECALL,
                tables.batch.c.state.not_in(_ENDED),
                ~copied,
            )
        )
        return self._by_batch(query)

    def refused_since(self, since: datetime) -> dict[str, int]:
        """Count, for each batch, the live letters that failed since then and went no other way.

        The same content sent to the same organisation by another batch mends a failure.
        """
        later = tables.letter.alias("later")
        mended = exists().where(
            later.c.organisation == _T.c.organisation,
            later.c.kind == _T.c.kind,
            later.c.content == _T.c.content,
            later.c.channel == Channel.LIVE,
            later.c.state.in_(GONE),
        )
        query = (
            select(_T.c.batch, func.count())
            .join(tables.batch, tables.batch.c.name == _T.c.batch)
            .where(
                _T.c.state.in_((LetterState.REJECTED, LetterState.EXPIRED)),
                _T.c.settled_at >= since,
                _T.c.channel == Channel.LIVE,
                tables.batch.c.state.not_in(_ENDED),
                ~mended,
            )
        )
        return self._by_batch(query)

    def doubtful(self) -> dict[str, int]:
        """Count, for each batch that has any, the live letters in doubt."""
        query = select(_T.c.batch, func.count()).where(
            _T.c.state == LetterState.IN_DOUBT, _T.c.channel == Channel.LIVE
        )
        return self._by_batch(query)

    def _by_batch(self, query: Select[str, int]) -> dict[str, int]:
        with self._store.reading() as connection:
            rows = connection.execute(query.group_by(_T.c.batch).order_by(_T.c.batch))
            return {str(row[0]): int(row[1]) for row in rows}

    def mails(self, sorts: Collection[str] = ()) -> tuple[Arrived, ...]:
        """List the mails that were taken from the mailbox, oldest first: all, or of these sorts."""
        query = select(*_MAIL_COLUMNS).order_by(_MAIL.c.id)
        if sorts:
            query = query.where(_MAIL.c.sort.in_(sorts))
        with self._store.reading() as connection:
            return tuple(Arrived(**row) for row in connection.execute(query).mappings())

    def kept(self, account: str, uidvalidity: int) -> frozenset[int]:
        """Tell which mails of a folder, by UID, have been filed."""
        query = select(_MAIL.c.uid).where(
            _MAIL.c.account == account, _MAIL.c.uidvalidity == uidvalidity
        )
        with self._store.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def seen(self, account: str, name: str) -> Seen | None:
        """Tell how a folder was last seen."""
        columns = [_FOLDER.c.uidvalidity, _FOLDER.c.uid, _FOLDER.c.changed, _FOLDER.c.at]
        query = select(*columns).where(_FOLDER.c.account == account, _FOLDER.c.name == name)
        with self._store.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return Seen(**row) if row else None

    def see(self, account: str, name: str, uidvalidity: int, uid: int, at: datetime) -> Seen:
        """Remember how a folder was seen now; return what is now known of it."""
        known = self.seen(account, name)
        changed = known.changed if known else None
        if known and known.uidvalidity != uidvalidity:
            changed = at
        now = Seen(uidvalidity, uid, changed, at)
        where = (_FOLDER.c.account == account, _FOLDER.c.name == name)
        with self._store.writing() as connection:
            connection.execute(delete(_FOLDER).where(*where))
            values = {"account": account, "name": name, **now._asdict()}
            connection.execute(insert(_FOLDER).values(values))
        return now

    def by_tokens(self, tokens: Collection[str]) -> tuple[LetterInfo, ...]:
        """List the letters that bear one of these tokens, but for those of rehearsals."""
        query = select(_T).where(_T.c.token.in_(tokens), _T.c.channel != Channel.REHEARSAL)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(_T.c.id)).mappings()
            return tuple(letter_info(row) for row in rows)

    def gone_since(self, since: datetime) -> tuple[LetterInfo, ...]:
        """List the live letters that have gone since then, or may have, oldest first."""
        gone = or_(
            _T.c.state == LetterState.IN_DOUBT,
            (_T.c.state == LetterState.ACCEPTED) & (_T.c.settled_at >= since),
        )
        query = select(_T).where(_T.c.channel == Channel.LIVE, gone).order_by(_T.c.id)
        with self._store.reading() as connection:
            return tuple(letter_info(row) for row in connection.execute(query).mappings())


def _mark(connection: Connection, mark: Mark, who: str) -> bool:
    row = connection.execute(select(_T).where(_T.c.id == mark.letter)).mappings().one()
    same = select(_MARK.c.id).where(
        _MARK.c.letter == mark.letter,
        _MARK.c.kind == mark.kind,
        _MARK.c.address == mark.address,
        _MARK.c.mail == mark.mail,
    )
    if row["state"] != LetterState.ACCEPTED or connection.execute(same).first() is not None:
        return False
    reason = audit.told(mark.kind, mark.address, mark.mail, mark.words)
    link = note_letter(connection, row, Act(mark.at, who, reason))
    connection.execute(insert(_MARK).values({**mark._asdict(), "move": link}))
    return True
