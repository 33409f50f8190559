"""Generated replies on a real road: Postfix takes them in, Dovecot keeps them, `collect` reads."""

from __future__ import annotations

import datetime as dt
import email
import os
import smtplib  # what an organisation's own mail program would do: the other side
import time
from collections import Counter
from typing import TYPE_CHECKING

from bureau import drained, fawen
from mailserver import PASSWORD, SENDERS, MailServer
from mailtown import IMAP, mailbox
from replies import ACCOUNT, ZONE, Mail, accepted, learnt, signed, town, written
from test_returns_replies import compared

from outbox.desk import collect as collecting
from outbox.ledger.ledger import Ledger
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from replies import Organisation, Town

SENDER = SENDERS[0]
MARK = "X-Test-Number"
Placed = tuple[int, Mail]  # a mail, and which of the town's it is, from 1


def office(root: Path, server: MailServer, first: dt.date, last: dt.date) -> list[Organisation]:
    """Lay the workspace, its account a mailbox of the server; its form asks for these days."""
    made = town(root, first, last, server.ports["smtps"])
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8").replace(ACCOUNT, SENDER).replace('"plain"', '"ssl"')
    imap = IMAP.format(ca=server.ca, imaps=server.ports["imaps"])
    path.write_text(text.replace("[approve]", f"{imap}[approve]"), encoding="utf-8")
    return made


def waves(mails: Iterable[Placed]) -> list[list[Placed]]:
    """Part mails so that no organisation has two in one wave, and its own keep their order."""
    found: list[list[Placed]] = []
    sent: Counter[str] = Counter()
    for place, mail in mails:
        if sent[mail.organisation] == len(found):
            found.append([])
        found[sent[mail.organisation]].append((place, mail))
        sent[mail.organisation] += 1
    return found


def answered(server: MailServer, mails: Sequence[Placed], *, dated: bool) -> None:
    """Send mails through Postfix, as their organisations would; each has its time where `dated`.

    Of two that are handed over at once either may come first: so a wave waits for the one before.
    Of two that come in one second a server cannot tell which was first: so it waits for the next.
    """
    if not mails:
        return
    known = {path.name for path in server.maildir(SENDER)}
    port = server.ports["smtps"]
    with smtplib.SMTP_SSL("127.0.0.1", port, context=server.context) as post:
        post.login("wx@cs.example", PASSWORD)
        for wave in waves(mails):
            for place, mail in wave:
                raw = f"{MARK}: {place}\n".encode() + mail.raw
                raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                post.sendmail("o01@cs.example", [SENDER], raw)
            paths = server.wait_for(SENDER, len(known) + len(wave))
            fresh = [path for path in paths if path.name not in known]
            if dated:
                timed(fresh, dict(wave))
            else:
                time.sleep(1 - time.time() % 1)
            known |= {path.name for path in fresh}


def timed(paths: Iterable[Path], wave: dict[int, Mail]) -> None:
    """Let mails that have just come have come at their own times: of a file Dovecot tells mtime."""
    for path in paths:
        with path.open("rb") as file:
            came = wave[placed(file.read(4096))].at.timestamp()
        os.utime(path, (came, came))


def placed(header: bytes) -> int:
    """Tell which of the town's mails a header belongs to; 0: it is none of theirs."""
    return int(email.message_from_bytes(header)[MARK] or 0)


def numbered(server: MailServer, mails: Town, *, dated: bool) -> dict[int, int]:
    """Tell which UID each mail was given; where they are `dated`, Dovecot tells their times."""
    found = {}
    with mailbox(server, SENDER) as box:
        box.open("INBOX")
        for head in box.heads(box.after(0)):
            if place := placed(head.header):
                found[place] = head.uid
                assert not dated or head.at == mails.mails[place - 1].at, (place, head.at)
    assert sorted(found) == list(range(1, len(mails.mails) + 1))
    return found


def taken_in(
    root: Path, first: dt.date, last: dt.date, count: int, hours: Sequence[dt.time]
) -> tuple[Town, str]:
    """Let so many mails come over days and collect at these hours; return them and the counts."""
    with MailServer() as server:
        made = office(root, server, first, last)
        batch, workspace = signed(root), find(root)
        sent = dt.datetime.combine(first - dt.timedelta(days=1), dt.time(9), ZONE)
        accepted(workspace, batch, sent, account=SENDER)
        learnt(root, batch, made, sent)
        mails = written(made, first, last, count)
        left = list(enumerate(mails.mails, start=1))
        looks = [dt.datetime.combine(day, hour, ZONE) for day in mails.days for hour in hours]
        looks.append(dt.datetime.combine(last + dt.timedelta(days=1), dt.time(9), ZONE))
        for looked in looks:
            come = [one for one in left if one[1].at <= looked]
            left = left[len(come) :]
            answered(server, come, dated=True)
            found = drained(collecting.collect(workspace, now=lambda at=looked: at))
            assert found.object["mails"] == len(come), (looked, found.object["mails"], len(come))
        assert not left
        again = drained(collecting.collect(workspace, now=lambda: looks[-1]))
        assert again.object["mails"] == 0
        uids = numbered(server, mails, dated=True)
    with Ledger.open(workspace.ledger, at=looks[-1]) as ledger:
        told = compared(ledger, mails, uids)
        assert ledger.broken() is None
    audit = fawen("--json", "audit", cwd=root)
    assert (audit.status, audit.object["findings"]) == (0, []), audit.out + audit.err
    return mails, f"{len(looks)} times collected; {told}"
