"""What there is to hand over to a successor: batches, what is open, archives, the head's code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from outbox.desk import custody
from outbox.desk import folder as folders
from outbox.desk.choosing import OPEN
from outbox.desk.outcome import Outcome
from outbox.ledger.chain import head_code
from outbox.ledger.moves import Act
from outbox.ledger.states import EntryKind

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.workspace import Workspace


def handover(workspace: Workspace, *, release: bool, to: str = "", at: datetime) -> Outcome:
    """Print the 移交清单; with `release` this copy is read-only from now on.

    Raises:
        UnavailableError: it is to be released, and is not kept here.

    """
    with folders.opened(workspace, at) as ledger:
        if release:
            custody.require(ledger, workspace)
            gone = {"machine": "", "host": "", "place": "", "standing": "released", "why": to}
            ledger.take_over(gone, Act(at, folders.who()))
        lines, told = _listed(workspace, ledger)
    shown = f"{at.astimezone(workspace.zone):%Y年%m月%d日}"
    head = (f"移交清单　{workspace.config.unit.name}　{shown}",)
    end = (f"已移交{f'给{to}' if to else ''}：这一份只能查看；接手的人用 fawen takeover 接管",)
    return Outcome((*head, *lines, *(end if release else ())), {**told, "released": release})


def _listed(workspace: Workspace, ledger: Ledger) -> tuple[list[str], dict[str, object]]:
    batches = ledger.batches()
    states = Counter(one.state.word for one in batches)
    open_ = [one for one in batches if one.state in OPEN and not one.sample]
    archives = ledger.entries(EntryKind.ARCHIVE)
    archived = {name for one in archives for name in one.data.get("batches", {})}
    left = [one.name for one in batches if one.approved_by and one.name not in archived]
    # A 更正 keeps the number of what it corrects.
    numbers = list(dict.fromkeys(one.number for one in batches if one.number and one.approved_by))
    doubts = ledger.doubtful()
    head, account = head_code(ledger.head()), workspace.config.account.address
    years = sorted({int(one.data.get("year", 0)) for one in archives})
    lines = [
        f"工作区　{workspace.root}",
        f"台账　{ledger.name}，{len(batches)} 个批次："
        + "，".join(f"{word} {count}" for word, count in states.items()),
        f"发文字号　{'、'.join(numbers) or '无'}",
        *(f"未办结　{one.name}　{one.state.word}　{one.number}" for one in open_),
        *(f"存疑　{name}　{count} 封" for name, count in doubts.items()),
        f"发件邮箱　{account or '未设'}（授权码不在清单里：接手的人用 fawen account set 重新存入）",
        f"签发人　{'、'.join(workspace.config.approve.names) or '未列'}",
        f"归档　{'、'.join(f'{year} 年' for year in years) or '无'}",
        *(f"没有归档　{name}" for name in left),
        f"台账码　{head}（接手时用 fawen audit --head 核对）",
    ]
    return lines, {
        "batches": len(batches),
        "numbers": numbers,
        "open": [one.name for one in open_],
        "in_doubt": dict(doubts),
        "account": account,
        "archived": years,
        "unarchived": left,
        "head": head,
    }
