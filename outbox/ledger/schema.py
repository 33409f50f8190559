"""Tables of the ledger, as SQLAlchemy Core sees them, and the steps from older ledgers."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    func,
    literal_column,
    text,
)
from sqlalchemy.schema import AddConstraint

from outbox.ledger.states import (
    BatchState,
    Channel,
    EntryKind,
    HeldState,
    LetterState,
    MarkKind,
    NumberState,
    Reason,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from sqlalchemy import ColumnElement, FromClause
    from sqlalchemy.engine import Connection, Dialect

VERSION = 4


class Moment(TypeDecorator[datetime]):
    """A point in time, stored in UTC as text of one width, so that it sorts on every store."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Write an aware time; a naive one is a fault of the program."""
        return None if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Read the time back, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


def stamp(at: datetime) -> str:
    """Write a time as it is stored and hashed.

    Raises:
        ValueError: the time has no zone.

    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Packed(TypeDecorator[str]):
    """Long text, deflated: the manifest of 100,000 documents has 80 MB, packed a tenth of it."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Read the text back; what somebody has spoilt is no text."""
        try:
            return None if value is None else zlib.decompress(value).decode()
        except (zlib.error, UnicodeDecodeError):
            return ""


metadata = MetaData()


def _one_of(name: str, values: type[StrEnum]) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({allowed})", name=f"{name}_known")


# Schema version, workspace key, head of the chain.
meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("job", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("fence", Integer, nullable=False, default=0),
    Column("folder", Text, nullable=False),
    Column("sample", Integer, nullable=False),
    Column("letters", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorded_by", Text, nullable=False),
    # The last, also in the file: SQLite lays a place for a long value without memory only there.
    # In a ledger of an earlier version it stands before the two above, and all else is the same.
    Column("manifest", Packed, nullable=False),
    _one_of("state", BatchState),
)

letter = Table(
    "letter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey("batch.name"), nullable=False),
    Column("organisation", Text, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("n", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("short", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("to", Text, nullable=False),  # JSON lists: what was signed, in its order
    Column("cc", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attachments", Text, nullable=False),
    Column("content", String(64), nullable=False),
    Column("token", String(40), nullable=False, unique=True),
    Column("message_id", Text, unique=True),  # from the first claim on, the same for every attempt
    Column("state", String(16), nullable=False),
    Column("fence", Integer, nullable=False, default=0),
    Column("worker", Text, nullable=False, default=""),
    Column("lease_until", Moment),
    Column("next_at", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("first_at", Moment),
    Column("settled_at", Moment),
    Column("code", Integer, nullable=False, default=0),
    Column("reply", Text, nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    # The mailbox that claimed it last: what is leased to a mailbox counts against its quota.
    Column("account", String(255), nullable=False, default="", server_default=""),
    UniqueConstraint("batch", "organisation", "kind", "n", "channel"),
    _one_of("state", LetterState),
    _one_of("channel", Channel),
    Index("letter_next", "batch", "channel", "state", "next_at"),
    Index("letter_content", "organisation", "kind", "content"),
    Index("letter_queue", "batch", "channel", "state", "id"),
    # The beginning is enough, and PostgreSQL's indexes hold no long text.
    Index("letter_address", text('substr("to", 1, 200)'), "kind", "content"),
)


def same_address(table: FromClause, to: ColumnElement[str]) -> ColumnElement[bool]:
    """Tell whether a letter goes to the same addresses: `to` as it stands there, by the index.

    `table` is `letter`, or an alias of it that is alone in its select.
    """
    start = literal_column('substr("to", 1, 200)') == func.substr(to, 1, 200)
    return and_(start, table.c.to == to)


# Append only, as is `move`: one row for each attempt that got an answer, or none.
attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("letter", ForeignKey("letter.id"), nullable=False, index=True),
    Column("fence", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("code", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

move = Table(
    "move",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("batch", ForeignKey("batch.name"), index=True),  # none: of the whole ledger (version 3)
    Column("letter", ForeignKey("letter.id")),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("account", Text, nullable=False),  # the sending mailbox: its dots are its quota
    Column("reason", Text, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    # The chain covers the reason by its salted hash (version 3), so that the reason can be
    # forgotten. In links of older versions both are "", and the reason itself is covered.
    Column("salt", String(32), nullable=False, default="", server_default=""),
    Column("seal", String(64), nullable=False, default="", server_default=""),
    Index("move_dots", "account", "after", "at"),
)

approval = Table(
    "approval",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey("batch.name"), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("by", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("basis_sha256", String(64), nullable=False),
    Column("typed_by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# How fast a mailbox may go (version 2): its share of the assumed rate, in thousandths; letters
# taken since it last rose; connections refused in a row; patience used up by logins; and why
# nothing may leave from it.
tempo = Table(
    "tempo",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("share", Integer, nullable=False),
    Column("assumed", Integer, nullable=False),  # 1: of a rate that was only a guess
    Column("good", Integer, nullable=False),
    Column("refusals", Integer, nullable=False),
    Column("logins", Integer, nullable=False),
    Column("stopped", Text, nullable=False),
)

# Who holds a connection to a mailbox's server (version 2): services count them.
seat = Table(
    "seat",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("worker", String(255), primary_key=True),
    Column("until", Moment, nullable=False),
)

# A batch whose content a service refuses (version 2): nothing of it leaves before `until`, then one
# letter as a probe. Only attempts after number `since` count.
breaker = Table(
    "breaker",
    metadata,
    Column("batch", ForeignKey("batch.name"), primary_key=True),
    Column("account", String(255), primary_key=True),
    Column("since", Integer, nullable=False),
    Column("until", Moment),
    Column("step", Integer, nullable=False),
)

# A mailbox that its server told to slow down.
pause = Table(
    "pause",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("until", Moment, nullable=False),
    Column("step", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)

# What became known of a letter after it was accepted. Append only; each has its link in `move`.
mark = Table(
    "mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("letter", ForeignKey("letter.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("address", Text, nullable=False),  # whose: the one that failed, or that answered
    Column("words", Text, nullable=False),
    Column("mail", String(64), nullable=False),  # sha256 of what arrived, "" where nothing did
    Column("at", Moment, nullable=False),
    Column("move", ForeignKey("move.id"), nullable=False, unique=True),
    UniqueConstraint("letter", "kind", "address", "mail"),
    _one_of("kind", MarkKind),
)

# A mail that was taken from the mailbox, under the name that the server keeps it by.
mail = Table(
    "mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(255), nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),  # "" where it was not kept
    Column("sort", String(16), nullable=False),
    Column("letter", ForeignKey("letter.id"), index=True),
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("account", "uidvalidity", "uid"),
)

# A folder of the mailbox as it was last seen: another UIDVALIDITY means that it is another folder.
folder = Table(
    "folder",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),  # all up to it have been looked at
    Column("changed", Moment),  # when another UIDVALIDITY than before was seen
    Column("at", Moment, nullable=False),  # last looked at
)

# A letter of the account to itself, of which the server said 250: a witness of its Sent folder.
canary = Table(
    "canary",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(255), nullable=False, index=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
)

# What happened beside the moves (version 3): reviews, resends, corrections, takeovers … Append
# only; each has its link in `move`, which repeats its kind and seal.
entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False, index=True),
    Column("batch", ForeignKey("batch.name"), index=True),
    Column("letter", ForeignKey("letter.id"), index=True),
    Column("data", Text, nullable=False),  # a JSON object; "" once it is forgotten
    Column("salt", String(32), nullable=False),
    Column("seal", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("move", ForeignKey("move.id"), nullable=False, unique=True),
    _one_of("kind", EntryKind),
)

# A 发文字号 or 证书编号 that is not free (version 3), as ledger/numbers.py keeps them.
number = Table(
    "number",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("sort", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("job", Text, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("member", String(32), nullable=False),  # keyed hash of whom a certificate is for
    Column("round", Integer, nullable=False),  # of the job: `merge --next` begins another
    Column("batch", Text, nullable=False),  # that made it final, or last bore it; "" yet
    Column("at", Moment, nullable=False),
    UniqueConstraint("code", "year", "ordinal"),
    Index("number_job", "job", "state"),
    _one_of("state", NumberState),
)

# Which batch bears which numbers (version 3): runs of them.
bearing = Table(
    "bearing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey("batch.name"), nullable=False, index=True),
    Column("sort", String(16), nullable=False),
    Column("entry", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("seal", String(64), nullable=False),  # who holds which; "": written by hand
    Column("paper", String(64), nullable=False),
    Column("whole", Integer, nullable=False),  # 0: somebody chose only some documents
    Index("bearing_series", "code", "year"),
)

# Where an office began to count with us (version 3); without a row: at the smallest known.
series = Table(
    "series",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
)

# Batches with a 常设签发 (version 4), so that not every manifest is read to find them.
loop = Table("loop", metadata, Column("batch", ForeignKey("batch.name"), primary_key=True))

# A mail or file that was looked through for returns (version 4), kept under its hash: each once.
intake = Table(
    "intake",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("how", String(8), nullable=False),  # mail, folder, table, or hand
    Column("name", Text, nullable=False),  # of the file; "" of a mail
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("letter", ForeignKey("letter.id"), index=True),
    Column("at", Moment, nullable=False),  # when it came to the mailbox, or was taken
    Column("taken_at", Moment, nullable=False),
    Column("who", Text, nullable=False),
)

# What organisations sent back (version 4): append only, but for who took over what. The newest of a
# job, organisation, period and subject that nothing stands against counts; older ones are kept.
returned = Table(
    "returned",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("intake", ForeignKey("intake.id"), nullable=False, index=True),
    Column("batch", ForeignKey("batch.name"), nullable=False),
    Column("job", String(255), nullable=False),
    Column("organisation", String(255), nullable=False),
    Column("period", String(10), nullable=False),  # the day that it is about
    Column("subject", Text, nullable=False),  # whose form of several; "" of an organisation's own
    Column("version", Integer, nullable=False),
    Column("part", Text, nullable=False),  # the attachment's name; "" of words
    Column("sha256", String(64), nullable=False),  # of the attachment; "" of words
    Column("values", Text, nullable=False),  # canonical JSON
    Column("verdict", String(8), nullable=False),
    Column("findings", Text, nullable=False),  # a JSON list of sentences
    Column("late", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("accepted_by", Text, nullable=False),
    Column("accepted_at", Moment),
    UniqueConstraint("job", "organisation", "period", "subject", "version"),
    _one_of("verdict", Verdict),
)

# What came and was not taken by itself (version 4), with its true reason.
held = Table(
    "held",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("intake", ForeignKey("intake.id"), nullable=False, index=True),
    Column("part", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("job", Text, nullable=False),  # what it is probably about; "" where nothing says so
    Column("organisation", Text, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment),
    _one_of("reason", Reason),
    _one_of("state", HeldState),
)

# An address that a person said is an organisation's (version 4), in small letters.
private = Table(
    "private",
    metadata,
    Column("address", String(255), primary_key=True),
    Column("organisation", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# The paper copy of a return is there (version 4).
paper = Table(
    "paper",
    metadata,
    Column("job", String(255), primary_key=True),
    Column("organisation", String(255), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# A reminder under 常设签发 (version 4): the n-th to an organisation about a period, at which step
# of 催报, and its letter; without a letter it went another way, as WeChat.
reminder = Table(
    "reminder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey("batch.name"), nullable=False),
    Column("organisation", String(255), nullable=False),
    Column("period", String(10), nullable=False),
    Column("n", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("letter", ForeignKey("letter.id"), index=True),
    Column("at", Moment, nullable=False),
    UniqueConstraint("batch", "organisation", "period", "n"),
)


# What version 2 brought along. A later step adds its own; it changes nothing here.
_SECOND = (tempo, seat, breaker, mark, mail, folder, canary)

_SECOND_INDEXES = {"letter_queue", "letter_address"}


def _second(connection: Connection) -> None:
    """Pace kept in the ledger, which mailbox a letter is leased to, and what comes back."""
    metadata.create_all(connection, tables=_SECOND)
    connection.exec_driver_sql(
        "ALTER TABLE letter ADD COLUMN account VARCHAR(255) DEFAULT '' NOT NULL"
    )
    for index in letter.indexes:
        if index.name in _SECOND_INDEXES:
            index.create(connection, checkfirst=False)


# What version 3 brought along.
_THIRD = (
    entry,
    number,
    bearing,
    series,
)


def _third(connection: Connection) -> None:
    """Seals over reasons, entries beside the moves, and links that belong to no batch."""
    for column in ("salt VARCHAR(32)", "seal VARCHAR(64)"):
        connection.exec_driver_sql(f"ALTER TABLE move ADD COLUMN {column} DEFAULT '' NOT NULL")
    if connection.dialect.name == "sqlite":
        _made_anew(connection, (move, mark))
    else:
        connection.exec_driver_sql("ALTER TABLE move ALTER COLUMN batch DROP NOT NULL")
    metadata.create_all(connection, tables=_THIRD)


# What version 4 brought along.
_FOURTH = (loop, intake, returned, held, private, paper, reminder)


def _fourth(connection: Connection) -> None:
    """Keep what organisations send back, and entries of the kinds that go with it."""
    if connection.dialect.name == "sqlite":
        _made_anew(connection, (entry,))
    else:
        [kinds] = [one for one in entry.constraints if one.name == "kind_known"]
        connection.exec_driver_sql("ALTER TABLE entry DROP CONSTRAINT kind_known")
        connection.execute(AddConstraint(kinds))
    metadata.create_all(connection, tables=_FOURTH)


def _made_anew(connection: Connection, tables: tuple[Table, ...]) -> None:
    """Make tables again as they are now; SQLite cannot allow NULL in a column that stands.

    Each before those that refer to it.
    """
    for table in reversed(tables):
        copy = f"CREATE TABLE old_{table.name} AS SELECT * FROM {table.name}"  # noqa: S608 (our own names)
        connection.exec_driver_sql(copy)
        connection.exec_driver_sql(f"DROP TABLE {table.name}")
    metadata.create_all(connection, tables=tables)
    for table in tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        back = f"INSERT INTO {table.name} ({names}) SELECT {names} FROM old_{table.name}"  # noqa: S608 (likewise)
        connection.exec_driver_sql(back)
        connection.exec_driver_sql(f"DROP TABLE old_{table.name}")


# From version n to n + 1: STEPS[n](connection), in the one transaction that opens the ledger.
STEPS: dict[int, Callable[[Connection], None]] = {1: _second, 2: _third, 3: _fourth}
