"""A rehearsal: the same road with a post office on this machine; nobody is written to."""

from __future__ import annotations

import email
import hashlib
import json
import re
from dataclasses import dataclass
from email import policy
from email.utils import getaddresses
from typing import TYPE_CHECKING

from outbox.ledger.states import Channel, LetterState
from outbox.post.delivery import Event, deliver
from outbox.post.message import envelope
from outbox.post.postoffice import JOURNAL, PostOffice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo
    from outbox.post.account import Account

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Received:
    """What the post office holds for a batch, read back and compared with the ledger.

    `mails` counts distinct letters received, `faults` say in Chinese what is not as it was meant;
    `hash_mismatches` and `address_mismatches` count the letters concerned.
    """

    letters: int
    mails: int
    hash_mismatches: int
    address_mismatches: int
    twice: int
    faults: tuple[str, ...]
    folder: Path

    @property
    def whole(self) -> bool:
        """Tell whether every letter arrived once and as it was meant."""
        return self.mails == self.letters and not self.faults


def rehearse(  # noqa: PLR0913 (a batch, a road, and the clock that cli.py alone may read)
    ledger: Ledger,
    batch: str,
    account: Account,
    folder: Path,
    mails: Path,
    *,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
    worker: str,
) -> Iterator[Event]:
    """Send a batch's letters to a post office on this machine, and yield what happens.

    `folder` is the batch's folder, `mails` where the .eml files go. Needs no approval and changes
    no live letter; a second rehearsal of the same batch sends nothing. Afterwards `received`
    compares what has come.

    Raises:
        UsageError: there is no such batch.

    """
    ledger.enrol(batch, Channel.REHEARSAL)
    _make_good(ledger, batch, mails, now(), worker)
    letters = {one.token: one for one in ledger.letters(batch, Channel.REHEARSAL)}
    with PostOffice(mails, lambda token: _file_name(letters.get(token), token)) as office:
        here = account.here(office.port)
        yield from deliver(
            ledger,
            batch,
            Channel.REHEARSAL,
            here,
            None,
            folder,
            now=now,
            pause=pause,
            worker=worker,
        )


def received(ledger: Ledger, batch: str, mails: Path) -> Received:
    """Read every mail of a rehearsal back and compare it with its letter in the ledger."""
    letters = ledger.letters(batch, Channel.REHEARSAL)
    lines = _journal(mails)
    faults: list[str] = []
    wrong_hash = wrong_address = came = twice = 0
    for letter in letters:
        own = [line for line in lines if line.token == letter.token]
        if not own:
            faults.append(f"{letter.name}没有收到邮件")
            continue
        came += 1
        twice += len(own) > 1
        mail = _open(mails / own[0].file)
        if mail is None:
            faults.append(f"{letter.name}的邮件文件 {own[0].file} 不见了")
            came -= 1
            continue
        if _hashes(mail) != [(part.name, part.sha256) for part in letter.attachments]:
            wrong_hash += 1
            faults.append(f"{letter.name}收到的附件与台账不符")
        if not _addressed(mail, own[0].to, letter):
            wrong_address += 1
            faults.append(f"{letter.name}的收件人与台账不符")
    if twice:
        faults.append(f"有 {twice} 封信收到不止一次")
    return Received(len(letters), came, wrong_hash, wrong_address, twice, tuple(faults), mails)


@dataclass(frozen=True, slots=True)
class _Line:
    file: str
    token: str
    to: tuple[str, ...]


def _journal(mails: Path) -> list[_Line]:
    try:
        text = (mails / JOURNAL).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    data = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
    return [_Line(one["file"], one["token"], tuple(one["to"])) for one in data]


def _make_good(ledger: Ledger, batch: str, mails: Path, at: datetime, worker: str) -> None:
    """End what a killed rehearsal left; here the journal proves what was received."""
    ledger.recover(at, who=worker, batch=batch, channel=Channel.REHEARSAL)
    came = {line.token for line in _journal(mails)}
    for letter in ledger.letters(batch, Channel.REHEARSAL):
        if letter.state is LetterState.IN_DOUBT:
            sent = letter.token in came
            ledger.resolve(letter.id, at, worker, "按演练邮局的记录", sent=sent)


def _file_name(letter: LetterInfo | None, token: str) -> str:
    if letter is None:
        return token
    name = _FORBIDDEN.sub("_", f"{letter.organisation}-{letter.short}")[:_NAME_LENGTH]
    return f"{name.rstrip('. ')}-{token[:6]}"


def _open(path: Path) -> EmailMessage | None:
    try:
        return email.message_from_bytes(path.read_bytes(), policy=policy.default)
    except FileNotFoundError:
        return None


def _hashes(mail: EmailMessage) -> list[tuple[str, str]]:
    found = []
    for part in mail.iter_attachments():
        data = part.get_payload(decode=True)
        content = data if isinstance(data, bytes) else b""
        found.append((part.get_filename() or "", hashlib.sha256(content).hexdigest()))
    return found


def _addressed(mail: EmailMessage, rcpt: tuple[str, ...], letter: LetterInfo) -> bool:
    to, cc = envelope(letter)
    shown = [
        [address for _, address in getaddresses([str(value) for value in mail.get_all(name, [])])]
        for name in ("To", "Cc")
    ]
    return shown == [to, cc] and sorted(rcpt) == sorted([*to, *cc])
