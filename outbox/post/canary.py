"""A letter of the account to itself: whether it leaves, comes, and is kept in Sent."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

from outbox.post.address import plain_address
from outbox.post.courier import Courier
from outbox.post.verdict import Action, judge

if TYPE_CHECKING:
    import ssl
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.post.account import Account
    from outbox.post.verdict import Answer

_TEXT = """\
这是发文程序（fawen）写给本邮箱自己的一封信，没有发给别人，看过可以删除。
它用来确认：能不能发信、能不能收信、发出的信存不存进「已发送」。
"""


def post(
    ledger: Ledger,
    account: Account,
    password: str | None,
    at: datetime,
    *,
    context: ssl.SSLContext | None = None,
    size: int = 0,
) -> tuple[str, Answer]:
    """Send the account a letter to itself; return its token and what the server answered.

    It is at least `size` bytes large.
    """
    token = ledger.canary(account.address, at)
    address = plain_address(account.address)
    courier = Courier(account, password, context=context)
    try:
        mail = _mail(account, token, at, size)
        answer = courier.carry(account.address, [address], [], mail, lambda: True)
    finally:
        courier.close()
    if judge(answer).action is Action.ACCEPTED:
        ledger.sing(account.address, token, at)
    return token, answer


def _mail(account: Account, token: str, at: datetime, size: int) -> bytes:
    """Write it with the same headers that letters have, to see which of them are kept."""
    address = plain_address(account.address)
    mail = EmailMessage()
    mail["From"] = formataddr((account.name, address), "utf-8")
    mail["To"] = address
    mail["Subject"] = "【发文自检】写给本邮箱自己的信"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{token}@{account.domain}>"
    mail["References"] = f"<fawen.{token}@{account.domain}>"
    mail["X-Fawen-Letter"] = token
    mail.set_content(_TEXT, cte="base64")
    if size > len(_TEXT):
        mail.add_attachment(bytes(size), "application", "octet-stream", filename="对照.bin")
    return mail.as_bytes(policy=SMTP)
