"""What a mail brings in a report's stead: a picture in its text, a link, words like 零报告.

None of it is a report, and whoever sent it thinks that he has reported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from outbox.ledger.states import Reason
from outbox.office import answers, nilwords
from outbox.office.attribution import REPLY

if TYPE_CHECKING:
    from outbox.office.loops import Loop
    from outbox.post.parcel import Parcel

MEANT = re.compile(r"日报|周报|报表|回执|填报|报送|报告")  # in a subject, a file's name or words
# Beside a picture in the text: whoever says something else has only signed with it.
_POINTS = re.compile(r"图|表|附|查收|报")
_NOT_SENT = "表在{}里，没有随信来：请下载后用 fawen collect --folder 收，或请对方作为普通附件再发"
_PICTURE = "图贴在正文里，没有表：请对方发填好的表，或照图填好表再 fawen collect --folder 收"
_LIKE = "没有写“零报告”，写的是「{}」：就是零报告的，认领时写 --nil；不是的，请对方填表"
_FILL = "没有附表，写的是「{}」：这件事要填表，请对方填好再发来"


def probable(parcel: Parcel) -> bool:
    """Tell whether a mail that answers none of ours brings something in a report's stead."""
    if nilwords.like(_own(parcel)):
        return True
    named = MEANT.search(parcel.subject) or MEANT.search(parcel.own)
    return bool(named) and bool(parcel.linked or parcel.pasted)


def instead(parcel: Parcel, loop: Loop) -> tuple[Reason, str] | None:
    """Say why a mail without form and without 零报告 waits for a person; None where it need not."""
    own = _own(parcel)
    if answers.automatic(own):
        return None
    if parcel.linked:
        large = Reason.BIG if parcel.linked.startswith("超大") else Reason.WRONG_FORM
        return large, _NOT_SENT.format(parcel.linked)
    if like := nilwords.like(own):
        nil = loop.returns.nil.allowed
        reason = Reason.UNCLEAR if nil else Reason.NIL_REFUSED
        return reason, (_LIKE if nil else _FILL).format(like)
    pointed = not parcel.own or (_POINTS.search(parcel.own) and not answers.receipt(parcel.own))
    return (Reason.PICTURE, _PICTURE) if parcel.pasted and pointed else None


def _own(parcel: Parcel) -> str:
    """Return a mail's own words; where it has none, its subject, if that is its own."""
    return parcel.own or ("" if REPLY.match(parcel.subject) else parcel.subject)
