"""Stationery: a batch's mail built once by yagmail, then filled for each letter."""

from __future__ import annotations

import base64
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from merge.letter import Attachment
from outbox.post.message import body_bytes, build, checked, headers, part_lines, wire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.header import Header

    from outbox.ledger.values import LetterInfo
    from outbox.post.account import Account

KEPT = 16 * 1024 * 1024  # bytes of encoded attachments remembered: those that go with each letter
SEEN = 512  # hashes of attachments remembered, to know the second time
_LINE = 76  # characters of base64 in a line (RFC 2045 §6.8)
_SLOT_DATE = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """A mail cut at what differs between letters: piece, slot, piece, slot, piece."""

    pieces: tuple[bytes, ...]
    slots: tuple[str, ...]

    def filled(self, values: dict[str, bytes]) -> bytes:
        """Put a letter's values into the slots."""
        parts = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            parts += (values[slot], piece)
        return b"".join(parts)


class Stationery:
    """Writes letters for an account: the same bytes as `message.build`, in a tenth of the time.

    For each batch and number of attachments yagmail builds one mail, whose variable lines are
    then replaced. An attachment seen a second time is kept encoded, for it goes with many letters;
    what is kept is bounded by `KEPT`.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._skeletons: dict[tuple[str, bool, int, bool], _Skeleton] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._encoded: OrderedDict[str, bytes] = OrderedDict()
        self._kept = 0

    def mail(
        self, letter: LetterInfo, files: Sequence[bytes], at: datetime, thread: str = ""
    ) -> bytes:
        """Write a letter as a mail, lines ended by CR LF; `files` are its attachments' bytes.

        `thread` is the Message-ID of the letter that it follows, "" where it follows none.

        Raises:
            InputError: a header's value or an address cannot stand in a mail.

        """
        to, cc = checked(letter)
        shape = letter.batch, bool(cc), len(letter.attachments), bool(thread)
        if shape not in self._skeletons:
            self._skeletons[shape] = _cut(self._account, letter, cc=bool(cc), thread=bool(thread))
        encoded = [
            self._attachment(part.sha256, data)
            for part, data in zip(letter.attachments, files, strict=True)
        ]
        return self._skeletons[shape].filled(
            _values(headers(self._account, letter, to, cc, at, thread), letter, encoded)
        )

    def _attachment(self, sha256: str, data: bytes) -> bytes:
        known = self._encoded.get(sha256)
        if known is not None:
            self._encoded.move_to_end(sha256)
            return known
        made = encode(data)
        if sha256 in self._seen and len(made) <= KEPT:
            self._keep(sha256, made)
        self._seen[sha256] = None
        if len(self._seen) > SEEN:
            self._seen.popitem(last=False)
        return made

    def _keep(self, sha256: str, made: bytes) -> None:
        self._encoded[sha256] = made
        self._kept += len(made)
        while self._kept > KEPT:
            self._kept -= len(self._encoded.popitem(last=False)[1])


def encode(data: bytes) -> bytes:
    """Write bytes as base64 in lines of 76 ended by CR LF, as the email package does."""
    text = base64.b64encode(data)
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return b"\r\n".join([*lines, b""]) if lines else b""


def _values(
    own: dict[str, str | Header], letter: LetterInfo, encoded: Sequence[bytes]
) -> dict[str, bytes]:
    values = {name: wire(name, value) for name, value in own.items() if value}
    values["boundary"] = f"=_{letter.token}".encode("ascii")
    values["body"] = encode(body_bytes(letter.body))
    for number, part in enumerate(letter.attachments):
        values[f"name {number}"] = part_lines(part.name)
        values[f"data {number}"] = encoded[number]
    return values


def _cut(account: Account, letter: LetterInfo, *, cc: bool, thread: bool) -> _Skeleton:
    """Have yagmail build a mail of this shape, and cut it where a letter's own values go."""
    sample = letter._replace(
        to=("to@slot.example",),
        cc=("cc@slot.example",) if cc else (),
        subject="subject of the slot",
        body="body of the slot",
        token="tokenoftheslot",  # noqa: S106 (a letter's number, no secret)
        message_id="<id@slot.example>",
        attachments=tuple(
            Attachment(f"slot{number}.pdf", "", str(number), 1)
            for number in range(len(letter.attachments))
        ),
    )
    files = [f"file {number}".encode() for number in range(len(letter.attachments))]
    before = "<thread@slot.example>" if thread else ""
    whole = build(account, sample, files, _SLOT_DATE, before)
    own = headers(account, sample, sample.to, sample.cc, _SLOT_DATE, before)
    values = _values(own, sample, [encode(data) for data in files])
    names = {value: slot for slot, value in values.items()}
    found = re.split(b"(" + b"|".join(map(re.escape, names)) + b")", whole)
    slots = tuple(names[value] for value in found[1::2])
    if set(slots) != set(values) or len(slots) != len(values) + slots.count("boundary") - 1:
        raise RuntimeError("yagmail's mail does not look as it was when this was written")
    return _Skeleton(tuple(found[::2]), slots)
