"""The log of what travels: fields on one line, redacted before anything can write them.

What is logged here goes nowhere until `cli.py` opens a file for it; nothing below configures it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import logging.handlers
import os
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping
    from datetime import datetime
    from io import TextIOWrapper
    from pathlib import Path

    from outbox.post.event import Event

FILE = "fawen.log"
MOST_BYTES, MOST_FILES = 5_000_000, 3  # a file is turned over at that size; so many old ones stay
_NAME = "fawen.post"
# Bounded on both sides: a long line without an @ is read in one pass.
_ADDRESS = re.compile(r"[^\s<>\"'（）()\[\]{},，;；:：=。%]{1,64}(?:@|%40)[\w.-]{1,253}")
# People write both in groups.
_IDENTITY = re.compile(r"(?<!\d)\d{6}[- ]?\d{8}[- ]?\d{3}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
)
# AUTH PLAIN …, and the base64 lines of AUTH LOGIN, as smtplib's debug output would have them.
_LOGIN = re.compile(r"(?i)\b(auth\s+(?:plain|login|xoauth2|cram-md5))\b.*")
_SECRET_FIELDS = frozenset({"password", "secret", "credentials", "token", "auth", "授权码"})
_LONGEST = 2_000  # characters of one value
_HIDDEN = "〔已隐去〕"


def redacted(_: object, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take people's data and secrets out of a line: a step of structlog."""
    return {name: _field(name, value) for name, value in fields.items()}


def _field(name: str, value: object) -> object:
    if name.lower() in _SECRET_FIELDS:
        return _HIDDEN
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_field("", one) for one in value]
    if isinstance(value, dict):
        return {str(key): _field(str(key), one) for key, one in value.items()}
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return _text(str(value))


def _text(text: str) -> str:
    text = text[:_LONGEST]
    text = _LOGIN.sub(rf"\1 {_HIDDEN}", text)
    text = _ADDRESS.sub(lambda found: mask(found[0]), text)
    text = _IDENTITY.sub(lambda found: f"{found[0][:3]}…{found[0][-1]}", text)
    return _PHONE.sub(lambda found: f"{found[0][:3]}…{found[0][-2:]}", text)


def mask(address: str) -> str:
    """Write an address so that the same one is recognised, and nobody is named."""
    local, _, domain = address.replace("%40", "@").rpartition("@")
    digest = hashlib.sha256(local.lower().encode("utf-8", "surrogatepass")).hexdigest()
    return f"#{digest[:8]}@{domain}"


def _record(
    _: object, __: str, fields: MutableMapping[str, Any]
) -> tuple[tuple[MutableMapping[str, Any]], dict[str, Any]]:
    return (fields,), {}


def _quiet() -> logging.Logger:
    logger = logging.getLogger(_NAME)
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.CRITICAL)
    return logger


# Redaction belongs to the logger itself: no configuration can leave it out.
LOG: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    _quiet(),
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        redacted,
        _record,
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
    context_class=dict,
    cache_logger_on_first_use=True,
)


@contextmanager
def kept(path: Path, now: Callable[[], datetime], level: str = "info") -> Iterator[None]:
    """Keep what is logged meanwhile in a file of JSON lines, 0600 and bounded; for cli.py alone.

    A log that cannot be written never keeps a letter from leaving. `level` is debug, info, warning
    or off, anything else counts as info; the time of a line is `now`'s.
    """
    logger = logging.getLogger(_NAME)
    handler = _File(path, now)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(_LEVELS.get(level.lower(), logging.INFO))
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        handler.close()


_LEVELS = {
    "debug": logging.DEBUG,
    "warning": logging.WARNING,
    "off": logging.CRITICAL + 1,
}


class _File(logging.handlers.RotatingFileHandler):
    """A file that only its owner reads, turned over before it grows large."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        # Opened with the first line: where nothing is logged, no file appears.
        super().__init__(
            path, maxBytes=MOST_BYTES, backupCount=MOST_FILES, encoding="utf-8", delay=True
        )
        self._now = now

    def _open(self) -> TextIOWrapper:
        os.makedirs(os.path.dirname(self.baseFilename), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120 (logging keeps a text)
        number = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(number, "a", encoding="utf-8")

    def format(self, record: logging.LogRecord) -> str:
        """Write the fields as one line of JSON, the time first."""
        at = self._now().isoformat(timespec="milliseconds")
        fields = record.msg if isinstance(record.msg, dict) else {"event": _text(str(record.msg))}
        return json.dumps({"at": at, **fields}, ensure_ascii=False, default=str)

    def doRollover(self) -> None:  # noqa: N802 (logging's name)
        """Turn the file over; where another sender holds it (Windows), go on writing to it."""
        with suppress(OSError):
            super().doRollover()
        if self.stream is None:
            self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Go on: a full disk is told by the ledger, in words."""


def told(events: Iterator[Event], batch: str) -> Iterator[Event]:
    """Hand a delivery's events on, each written down on its way."""
    log = LOG.bind(batch=batch)
    log.info("delivery begins")
    for event in events:
        letter = event.letter
        write = log.info if event.kind in _USUAL else log.warning
        write(
            str(event.kind),
            said=event.words,
            letter=letter.id if letter else None,
            organisation=letter.organisation if letter else None,
            attempts=letter.attempts if letter else None,
            next_at=event.next_at,
            partial=event.partial,
        )
        yield event
    log.info("delivery ends")


_USUAL = frozenset({"accepted", "waiting", "resting", "finished", "deferred"})
