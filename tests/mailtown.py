"""A workspace whose account is a mailbox of a real server, and its commands in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau import JOB, SETTINGS, Ran, bureau, fawen
from mailserver import PASSWORD, MailServer

from outbox.post.mailbox import Access, Mailbox

if TYPE_CHECKING:
    from pathlib import Path

IMAP = """\
ca_file = "{ca}"
imap_host = "127.0.0.1"
imap_port = {imaps}
"""


def office(root: Path, server: MailServer, sender: str, **jobs: str) -> Path:
    """Lay a workspace whose account is a mailbox of the server."""
    bureau(root, jobs=jobs or {"通知": JOB})
    settings = SETTINGS.format(port=server.ports["smtps"], approvers="[]")
    settings = settings.replace("zzb@cs.example", sender).replace('"plain"', '"ssl"')
    imap = IMAP.format(ca=server.ca, imaps=server.ports["imaps"])
    text = settings.replace("[approve]", f"{imap}[approve]")
    (root / "fawen.toml").write_text(text, encoding="utf-8")
    return root


def signed(root: Path) -> str:
    batch: str = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    assert (
        fawen("approve", batch, "--by", "周明远", "--basis", "当面", "--no-review", cwd=root).status
        == 0
    )
    return batch


def sent(root: Path) -> Ran:
    return fawen("--json", "send", "--go", cwd=root)


def mailbox(server: MailServer, user: str) -> Mailbox:
    access = Access(user, user, "127.0.0.1", server.ports["imaps"])
    return Mailbox(access, PASSWORD, context=server.context)
