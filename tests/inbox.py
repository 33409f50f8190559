"""An office whose letters have left, and the inbox in which it is answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from bureau import fawen
from postal import LEASE
from replies import ACCOUNT, ZONE

from outbox.ledger.ledger import Ledger
from outbox.ledger.states import LetterState
from outbox.ledger.values import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from test_returns_replies import Dated

NOW = dt.datetime.now(ZONE).replace(microsecond=0)
SENT = NOW - dt.timedelta(days=2)
DUE = (NOW + dt.timedelta(days=1)).replace(hour=17, minute=0, second=0)


@dataclass
class Office:
    """A workspace whose notice was signed and has left, and the inbox of its account."""

    root: Path
    server: Dated
    batches: dict[str, str] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)  # of (job, organisation)
    addresses: dict[str, str] = field(default_factory=dict)

    def send(self, job: str) -> None:
        """Merge a job, sign it, and let its letters leave."""
        made = fawen("--json", "merge", job, cwd=self.root)
        assert made.status == 0, made.out + made.err
        self.batches[job] = made.object["batch"]
        words = ("approve", self.batches[job], "--by", "周明远", "--basis", "当面", "--no-review")
        signed = fawen(*words, cwd=self.root)
        assert signed.status == 0, signed.err
        self._leave(self.batches[job])
        with Ledger.open(self.root / "outbox" / "ledger.db", at=NOW) as ledger:
            for one in ledger.letters(self.batches[job]):
                self.ids[job, one.short] = one.message_id
                self.addresses[one.short] = one.to[0]

    def _leave(self, batch: str) -> None:
        """Have every letter accepted by a server, but for those that an older batch has sent."""
        done = Outcome(LetterState.ACCEPTED, "dot", 250, "ok", account=ACCOUNT)
        with Ledger.open(self.root / "outbox" / "ledger.db", at=SENT) as ledger:
            for one in ledger.claim(batch, "live", "w", SENT, LEASE, domain="cs.example", limit=99):
                if ledger.to_dot(one, SENT, LEASE, ACCOUNT):
                    assert ledger.settle(one, done, SENT)
            ledger.finish(batch, SENT, "w")

    def reply(self, who: str, text: str, *, job: str, **how: Any) -> EmailMessage:
        """Write as people do: in the thread, with the letter quoted below."""
        mail = EmailMessage()
        mail["From"] = how.get("sender", self.addresses[who])
        mail["To"] = ACCOUNT
        mail["Subject"] = how.get("subject", f"回复：【通知】关于核对党员名册的通知（{who}）")
        mail["Message-ID"] = f"<{len(self.server.mails.get('INBOX', []))}@m.example>"
        if how.get("thread", True):
            mail["In-Reply-To"] = mail["References"] = self.ids[job, who]
        quoted = "\n\n------------------ 原始邮件 ------------------\n请查收 A&B <附件>。\n"
        mail.set_content(text + (quoted if how.get("quote", True) else "\n"))
        return mail

    def came(self, mail: EmailMessage | bytes) -> dt.datetime:
        """Lay a mail into the inbox, ten minutes after the one before; tell when."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        inbox = self.server.mails.setdefault("INBOX", [])
        at = NOW - dt.timedelta(hours=20) + dt.timedelta(minutes=10 * len(inbox))
        self.server.times[len(inbox) + 1] = at
        inbox.append((len(inbox) + 1, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")))
        return at

    def run(self, *words: str) -> Any:
        done = fawen("--json", *words, cwd=self.root)
        assert done.status in {0, 3}, done.out + done.err
        return done.object


def office(root: Path, server: Dated) -> Office:
    """Give a workspace that was laid the inbox of a server."""
    path = root / "fawen.toml"
    imap = f'imap_host = "127.0.0.1"\nimap_port = {server.port}\nimap_security = "plain"\n'
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[approve]", f"{imap}[approve]"), encoding="utf-8")
    return Office(root, server)
