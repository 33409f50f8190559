"""What is pasted into a work group: what was sent, how many got it, who did not. Few lines.

No address, no ID number, no batch's name: whoever reads it is not at this machine. Units stand
in their short form. The word for an accepted letter is 已发出, never 已收到.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.letter import BESIDE
from outbox.ledger.fate import sent_before
from outbox.ledger.states import REFUSED, LetterState, MarkKind
from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from outbox.ledger.values import LetterInfo, Mark

MOST = 12  # names in a line; behind them stands how many there are
_SENT, _BOUNCED, _REFUSED, _DOUBTED, _LEFT, _CANCELLED = range(6)
_SAID = {
    _BOUNCED: ("退信", "请核对邮箱地址，报来新的"),
    _REFUSED: ("对方服务器拒收", "请看看邮箱是不是满了或者停用了"),
    _DOUBTED: ("发出没有还在核对", "收到的请回复一声"),
    _LEFT: ("还没有发完", ""),
    _CANCELLED: ("已撤回，不用等", ""),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a batch came to, as far as a work group is to know it."""

    title: str
    number: str
    unit: str
    at: datetime  # in the workspace's zone
    letters: Sequence[LetterInfo]
    marks: Sequence[Mark]
    corrects: bool = False

    def lines(self) -> tuple[str, ...]:
        """Write the lines: at most some ten."""
        found: dict[int, list[str]] = {sort: [] for sort in (_SENT, *_SAID)}
        units = by_unit(self.letters)
        for copies in units:
            found[self._standing(copies)].append(copies[0].short or copies[0].name)
        said = [self._head()]
        if found[_SENT]:
            said.append(f"已发出 {len(found[_SENT])} 个单位，请查收邮箱，附件在邮件里。")
        elif found[_LEFT]:
            said.append(f"将发到 {len(units)} 个单位的邮箱。")
        for sort, (word, advice) in _SAID.items():
            names = found[sort]
            if names and (found[_SENT] or sort != _LEFT):
                end = f"。{advice}。" if advice else "。"
                said.append(f"{word} {len(names)} 个：{_listed(names)}{end}")
        answered = {mark.letter for mark in self.marks if mark.kind is MarkKind.REPLIED}
        replied = sum(any(one.id in answered for one in copies) for copies in units)
        if replied:
            said.append(f"已回信 {replied} 个单位。")
        if found[_SENT]:
            said.append("没有找到的，请先看看“垃圾邮件”，再和我们联系。")
        said.append(f"{self.unit}　{self.at.month}月{self.at.day}日".lstrip("　"))
        return tuple(masked(line) for line in said)

    def _head(self) -> str:
        title = "".join(self.title.split("\n"))
        number = f"（{self.number}）" if self.number else ""
        return f"{'【更正】' * self.corrects}《{title}》{number}"

    def _standing(self, copies: Sequence[LetterInfo]) -> int:
        """Say how a unit stands: by its newest copy, unless that waits or was called back.

        A copy that waits takes nothing from a letter that has gone before it.
        """
        sorts = [self._sort(one) for one in copies]
        known = [one for one in sorts if one != _CANCELLED] or sorts
        return _SENT if known[0] == _LEFT and _SENT in known else known[0]

    def _sort(self, letter: LetterInfo) -> int:
        if letter.state is LetterState.ACCEPTED:
            back = (MarkKind.BOUNCED, letter.id)
            return _BOUNCED if back in {(m.kind, m.letter) for m in self.marks} else _SENT
        if letter.state is LetterState.CANCELLED:
            return _SENT if sent_before(letter) else _CANCELLED
        if letter.state in REFUSED:
            return _REFUSED
        return _DOUBTED if letter.state is LetterState.IN_DOUBT else _LEFT


def by_unit(letters: Iterable[LetterInfo]) -> list[list[LetterInfo]]:
    """List each organisation's letters, the newest copy first; no 误发请删, no 催报."""
    found: dict[str, list[LetterInfo]] = {}
    for one in letters:
        if one.kind not in BESIDE:
            found.setdefault(one.organisation, []).append(one)
    return [sorted(copies, key=lambda one: -one.n) for copies in found.values()]


def _listed(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > MOST else ""
    return "、".join(names[:MOST]) + more
