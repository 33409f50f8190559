"""What the outbox's tests share: a batch on disk, a ledger, a clock that is wound by hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from merge.letter import Attachment, Letter
from merge.manifest import Manifest
from outbox.ledger.ledger import Ledger
from outbox.ledger.server import Server
from outbox.post.account import Account
from outbox.post.delivery import Event, deliver

if TYPE_CHECKING:
    import ssl

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
NAME = "关于召开组织生活会的通知（第一党支部）.docx"


@dataclass
class Clock:
    """A clock that moves only when somebody pauses."""

    at: datetime = START
    pauses: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += timedelta(seconds=seconds)


def make_letter(folder: Path, number: int, size: int = 5000) -> Letter:
    """Lay an attachment on disk and return the letter that carries it."""
    code = f"{number:03}"
    data = hashlib.sha256(code.encode()).digest() * (size // 32)
    (folder / code).mkdir(parents=True, exist_ok=True)
    (folder / code / "a.docx").write_bytes(data)
    part = Attachment(NAME, f"{code}/a.docx", hashlib.sha256(data).hexdigest(), len(data))
    return Letter(
        organisation=code,
        name=f"数学学院第{number}党总支",
        short=f"数院{number}",
        category="党总支",
        kind="issue",
        to=(f"dzz{code}@branch.example",),
        cc=(),
        subject=f"【通知】关于召开组织生活会的通知（数院{number}）",
        body=f"数院{number}联系人：\n\n.点号开头\n请查收 <b>&。",
        attachments=(part,),
    )


def open_ledger(words: str, at: datetime) -> Ledger:
    """Open a ledger where it lies: a file, or a database by its URL."""
    place = Server(words) if words.startswith("postgresql") else Path(words)
    return Ledger.open(place, at=at)


def spelled(place: Path | Server) -> str:
    """Write where a ledger lies so that another process can open it."""
    return place.url if isinstance(place, Server) else str(place)


@dataclass
class Batch:
    """A batch of letters on disk, in a ledger."""

    path: Path
    ledger: Ledger
    manifest: Manifest
    clock: Clock
    place: Path | Server

    @property
    def name(self) -> str:
        return self.manifest.batch

    @property
    def folder(self) -> Path:
        return self.path / "batch"

    def approve(self) -> None:
        self.ledger.approve(
            self.name,
            self.manifest.digest,
            by="李明",
            basis="当面",
            basis_sha256="",
            typed_by="王芳",
            at=self.clock.now(),
        )

    def send(
        self,
        account: Account,
        password: str | None = None,
        *,
        wait: bool = False,
        channel: str = "live",
        context: ssl.SSLContext | None = None,
    ) -> list[Event]:
        return list(
            deliver(
                self.ledger,
                self.name,
                channel,
                account,
                password,
                self.folder,
                now=self.clock.now,
                pause=self.clock.pause,
                worker="w1",
                wait=wait,
                context=context,
            )
        )

    def states(self, channel: str = "live") -> dict[str, int]:
        counts = self.ledger.counts(self.name, channel)
        return {str(state): count for state, count in counts.items() if count}


def make_batch(
    path: Path,
    letters: int = 3,
    *,
    job: str = "通知",
    size: int = 5000,
    place: Path | Server | None = None,
    **changes: object,
) -> Batch:
    """Make a recorded draft, in a ledger of its own at `place`, else in a file."""
    clock = Clock()
    made = tuple(
        replace(make_letter(path / "batch", number, size), **changes)
        for number in range(1, letters + 1)
    )
    manifest = Manifest(job, made, ())
    place = place or path / "outbox" / "ledger.db"
    ledger = Ledger.open(place, at=clock.now())
    ledger.record(manifest, "outbox/x", clock.now(), "王芳")
    return Batch(path, ledger, manifest, clock, place)


def make_account(port: int, **changes: object) -> Account:
    """Make an account that sends to a server on this machine, without caps."""
    account = Account(
        "zzb@uni.example", "中共示例大学委员会组织部", "127.0.0.1", port, "plain",
        per_minute=0, per_day=0, per_connection=0, timeout=2.0, max_conn=0,
    )  # fmt: skip
    return replace(account, **changes)
