"""The schema of the ledger: its version, and how its tables hold times, words and long text."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, LargeBinary, MetaData, String, TypeDecorator

if TYPE_CHECKING:
    from enum import StrEnum

    from sqlalchemy.engine import Dialect

VERSION = 4


class Moment(TypeDecorator[datetime]):
    """A point in time, stored in UTC as text of one width, so that it sorts on every store."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Write an aware time; a naive one is a fault of the program."""
        return None if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Read the time back, in UTC.

        Raises:
            UnavailableError: it is none.

        """
        try:
            return None if value is None else datetime.fromisoformat(value)
        except (ValueError, TypeError) as error:
            from outbox.ledger.refusal import spoilt

            raise spoilt("台账里有一处时间") from error


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


def one_of(name: str, values: type[StrEnum]) -> CheckConstraint:
    """Check that a column holds one of some words."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({allowed})", name=f"{name}_known")
