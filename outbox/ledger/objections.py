"""What stands against writing to an organisation once more: another address, the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from outbox.ledger import tables
from outbox.ledger.entries import entries
from outbox.ledger.lookups import read_batch
from outbox.ledger.states import WAITING, BatchState, Channel, EntryKind, LetterState
from rosters.finding import InputError

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

_T = tables.letter
_SENDING = (BatchState.APPROVED, BatchState.SENDING, BatchState.HALTED, BatchState.DONE)


def to_address(connection: Connection, row: RowMapping) -> None:
    """Refuse another address for a letter of which it is not known, or no use, where it goes.

    Raises:
        InputError: it is in doubt, about to be answered or called back, or its batch is not to be
            sent.

    """
    _to_write(connection, row["batch"])
    state = LetterState(row["state"])
    if state in _NO_ADDRESS:
        said, advice = _NO_ADDRESS[state]
        raise InputError(f"给{row['name']}的信{said}", advice)


def to_copy(connection: Connection, row: RowMapping, *, although_in_doubt: bool) -> None:
    """Refuse to send again what has not gone yet, may have arrived, or is on its way again.

    Raises:
        InputError: it is so, and of one in doubt nobody has said that it does not matter; or its
            batch is not to be sent.

    """
    _to_write(connection, row["batch"])
    state = LetterState(row["state"])
    if state in _NO_COPY and not (state is LetterState.IN_DOUBT and although_in_doubt):
        said, advice = _NO_COPY[state]
        raise InputError(f"给{row['name']}的信{said}", advice.format(row["batch"]))
    _no_copy_waits(connection, row)


def _to_write(connection: Connection, batch: str) -> None:
    """Refuse what is not signed, was called back, has been corrected, or is forgotten."""
    if entries(connection, EntryKind.FORGET, batch):
        raise InputError(
            f"批次「{batch}」的地址和正文已按规定清除，不再发信",
            "请从归档的文件夹里取出定稿，另行发送",
        )
    state = read_batch(connection, batch).state
    if state in _SENDING:
        return
    if state is BatchState.SUPERSEDED:
        newer = [
            one.batch
            for one in entries(connection, EntryKind.CORRECT)
            if one.data.get("corrects") == batch
        ]
        advice = f"请改发更正件 {newer[-1]}" if newer else "请用代替它的那一批"
    elif state is BatchState.DRAFT:
        advice = "还没有签发：请改好名册，重新合并、送签"
    else:
        advice = "请重新合并、送签"
    raise InputError(f"批次「{batch}」的状态是「{state.word}」，不再发信", advice)


def _no_copy_waits(connection: Connection, row: RowMapping) -> None:
    """Refuse a second copy while one is on its way: two people at once are one request."""
    query = select(_T.c.id).where(
        *tables.copies(row["batch"], row["organisation"], row["kind"], Channel.LIVE),
        _T.c.n > row["n"],
        _T.c.state.in_(WAITING),
    )
    if connection.execute(query.limit(1)).first() is not None:
        raise InputError(
            f"给{row['name']}的信已有一封补发在待发，不用再补发", _GO.format(row["batch"])
        )


_RESOLVE = "先用 fawen resolve 弄清楚它发出没有"
_NO_ADDRESS = {
    LetterState.DOT: ("正在等服务器回音", "过几分钟再试"),
    LetterState.IN_DOUBT: ("存疑，不知道发出没有", _RESOLVE),
    LetterState.CANCELLED: ("已经撤销，不会再发", "请重新合并、送签；此前已发的，请改那一批里的"),
}
_GO = "用 fawen send {} --go 发送"  # the batch
_NO_COPY = {
    **dict.fromkeys(WAITING, ("还没有发出，不用补发", _GO)),
    LetterState.HELD: (
        "暂缓未发，不用补发",
        "看过原因、确认无误的，用 fawen send {} --go --held 发送",
    ),
    LetterState.IN_DOUBT: (
        "存疑：可能已经发出，补发就可能收到两份",
        f"{_RESOLVE}；对方确实没收到又等不及的，加 --although-in-doubt",
    ),
    LetterState.CANCELLED: _NO_ADDRESS[LetterState.CANCELLED],
}
