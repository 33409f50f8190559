"""What was signed, compared with what is about to leave: a byte more, and the batch stops."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.letter import BESIDE
from outbox.ledger.exceptions import mandated, signed_form
from outbox.ledger.states import Channel
from rosters.finding import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from merge.letter import Attachment, Letter
    from merge.manifest import Manifest
    from outbox.ledger.exceptions import Mandated
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo

_FIELDS = ("to", "cc", "subject", "body", "attachments")
_RESTORE = "请恢复原文件后再发送，或重新合并、重新签发"


@dataclass
class Signed:
    """The letters of a batch as its manifest has them, and their files in its folder.

    Where a stamped scan was confirmed, its parts stand for the signed files, and nothing else does.
    """

    ledger: Ledger
    batch: str
    folder: Path
    _letters: dict[tuple[str, str], Letter] = field(default_factory=dict)
    _may: Mandated | None = None

    def files(self, letter: LetterInfo) -> list[bytes]:
        """Return a letter's attachments.

        Raises:
            InputError: the letter or a file is not what was signed.

        """
        if letter.channel is not Channel.TRIAL:
            self._compare(letter)
        return [self._read(letter, part) for part in letter.attachments]

    def _compare(self, letter: LetterInfo) -> None:
        """Compare a letter with what was signed, but for what an entry of the chain explains."""
        if not self._letters:
            manifest = self.ledger.issued(self.batch)
            self._letters = {(one.organisation, one.kind): one for one in manifest.letters}
            self._may = mandated(manifest)
        signed = self._letters.get((letter.organisation, letter.kind))
        if letter.n == 1 and _same(signed, letter):
            return
        back = signed_form(letter, self.ledger.entries(batch=self.batch), self._may)
        if back is None or not (back.kind in BESIDE or _same(signed, back)):
            raise InputError(f"给{letter.name}的信与签发时不一致，全批停发", _RESTORE)

    def _read(self, letter: LetterInfo, part: Attachment) -> bytes:
        what = f"{letter.name}的附件“{part.name}”"
        try:
            data = (self.folder / part.path).read_bytes()
        except OSError as error:
            from rosters import disk

            raise InputError(
                f"{what}读不出来（{disk.worded(error)}），全批停发", _RESTORE
            ) from error
        if hashlib.sha256(data).hexdigest() != part.sha256:
            raise InputError(f"{what}与签发时不一致，全批停发", _RESTORE)
        return data


def _same(signed: Letter | None, letter: LetterInfo) -> bool:
    return signed is not None and all(
        getattr(signed, name) == getattr(letter, name) for name in _FIELDS
    )


def urgent(manifest: Manifest) -> bool:
    """Tell whether the quiet hours do not hold for a batch: 特急, or the telegram's 特提."""
    urgency = manifest.meta.get("紧急程度", "")
    return "特急" in urgency or "特提" in urgency or "【特急】" in manifest.title
