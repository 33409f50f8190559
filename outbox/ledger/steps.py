"""Tables made: all of them for a new ledger, and the steps by which an older one has them.

python -m outbox.ledger.steps      writes fresh.sql anew, after a table has changed
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from outbox.ledger import schema
from outbox.ledger.mailtables import canary, folder, mail, mark
from outbox.ledger.numbertables import bearing, number, series
from outbox.ledger.pacetables import breaker, seat, tempo
from outbox.ledger.returntables import held, intake, loop, paper, private, reminder, returned
from outbox.ledger.tables import entry, letter, move

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection
    from sqlalchemy.schema import DDLElement


def made(connection: Connection) -> None:
    """Make every table as it is now, on a server; a new file is made from `fresh.sql`."""
    schema.metadata.create_all(connection)  # another program may have left some of these names


def script() -> str:
    """Write what a new file is made from: every table and index, a statement each."""
    made: list[DDLElement] = []
    for table in schema.metadata.sorted_tables:
        made.append(CreateTable(table))
        made += map(CreateIndex, sorted(table.indexes, key=lambda index: str(index.name)))
    known = sqlite.dialect()
    lines = "".join(f"{str(one.compile(dialect=known)).strip()};\n\n" for one in made).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


# What version 2 brought along. A later step adds its own; it changes nothing here.
_SECOND = (tempo, seat, breaker, mark, mail, folder, canary)

_SECOND_INDEXES = {"letter_queue", "letter_address"}


def _second(connection: Connection) -> None:
    """Pace kept in the ledger, which mailbox a letter is leased to, and what comes back."""
    schema.metadata.create_all(connection, tables=_SECOND)
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
    schema.metadata.create_all(connection, tables=_THIRD)


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
    schema.metadata.create_all(connection, tables=_FOURTH)


def _made_anew(connection: Connection, tables: tuple[Table, ...]) -> None:
    """Make tables again as they are now; SQLite cannot allow NULL in a column that stands.

    Each before those that refer to it.
    """
    for table in reversed(tables):
        copy = f"CREATE TABLE old_{table.name} AS SELECT * FROM {table.name}"  # noqa: S608 (our own names)
        connection.exec_driver_sql(copy)
        connection.exec_driver_sql(f"DROP TABLE {table.name}")
    schema.metadata.create_all(connection, tables=tables)
    for table in tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        back = f"INSERT INTO {table.name} ({names}) SELECT {names} FROM old_{table.name}"  # noqa: S608 (likewise)
        connection.exec_driver_sql(back)
        connection.exec_driver_sql(f"DROP TABLE old_{table.name}")


# From version n to n + 1: STEPS[n](connection), in the one transaction that opens the ledger.
STEPS: dict[int, Callable[[Connection], None]] = {1: _second, 2: _third, 3: _fourth}

if __name__ == "__main__":
    Path(__file__).with_name("fresh.sql").write_text(script(), encoding="utf-8")
