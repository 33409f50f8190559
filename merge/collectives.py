"""推荐集体: organisations that are to be commended, each known to the roster, each once.

Who is there has a certificate in the job that makes them, and who has one is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.nominations import BODY, COLLECTIVES, HONOUR, UNIT
from rosters.finding import Finding, Level
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from merge.nominees import People
    from merge.scope import Scope
    from merge.workshop import Workshop
    from rosters.finding import Place
    from rosters.lists import Line, Lists
    from rosters.roster import Organisation

_CERTIFICATES = ("证书", "奖状", "奖牌")
_SHOWN = 5  # organisations in one finding


@dataclass
class Collectives:
    """The rows of 推荐集体 on their way to their organisations."""

    lists: Lists
    people: People
    say: Callable[[str, str, Place, str, str], None]
    known: list[tuple[str, str]] = field(default_factory=list)  # by key, with their honours

    def judge(self) -> None:
        """Find who is nobody, written twice, or not below whoever nominates."""
        first: dict[tuple[str, str], Line] = {}
        for line in self.lists.lines.get(COLLECTIVES, ()):
            one = self._unit(line, BODY)
            if not line.text(HONOUR):
                said = f"「{line.text(BODY)}」的荣誉称号没有填写"
                self.say("推荐", "honour", line.place(HONOUR), said, "请补上")
            if one is None:
                continue
            by = self._unit(line, UNIT) if line.text(UNIT) else one
            if by is not None and by.key not in {o.key for o in self.people.roster.line(one)}:
                said = f"「{one.name}」不属于「{by.name}」"
                self.say("推荐", "unit", line.place(UNIT), said, "请核对推荐单位")
            self.known.append((one.key, line.text(HONOUR)))
            other = first.setdefault((one.key, line.text(HONOUR)), line)
            if other is not line:
                said = f"「{one.name}」写了两次，{other.place(BODY).cell} 已有"
                self.say("重复推荐", "twice", line.place(BODY), said, "请删去一行")

    def _unit(self, line: Line, word: str) -> Organisation | None:
        """Lead a cell to its one organisation; None, and that said, where it is not certain."""
        text = line.text(word)
        found = self.people.units(text)
        if len(found) == 1:
            return found[0]
        said, advice = f"「{word}」没有填写", "请补上"
        if found:
            names = "、".join(f"{one.name}（{one.code}）" for one in found)
            said, advice = f"「{text}」不止一个：{names}", "请写全称或党组织编码"
        elif text:
            said, advice = f"「{text}」在名册里没有这个党组织", self.people.near(text)
        self.say("推荐", "unit", line.place(word), said, advice)
        return None


def certified(shop: Workshop, scopes: Iterable[Scope]) -> Iterator[Finding]:
    """Find who is commended and gets no certificate of a job that makes them, or the reverse."""
    job, roster = shop.supplies.job, shop.supplies.roster
    honour = job.elements.get(HONOUR)
    said = folded(honour) if isinstance(honour, str) and "{" not in honour else ""
    wanted = {key for key, one in roster.commended if not said or folded(one) == said}
    for scope in scopes if roster.commended else ():
        entry = job.entries[scope.entry]
        if entry.per != "党组织" or not entry.label.endswith(_CERTIFICATES):
            continue
        made = {roster.organisations[at].key for at in scope.rows}
        for keys, told in (
            (wanted - made, f"「{COLLECTIVES}」里有，却不在范围里，没有「{entry.label}」"),
            (made - wanted, f"要做「{entry.label}」，「{COLLECTIVES}」里却没有"),
        ):
            names = [one.short or one.name for one in roster.organisations if one.key in keys]
            if names:
                who = "、".join(names[:_SHOWN]) + (f"等{len(names)}个" * (len(names) > _SHOWN))
                message = f"{who}{'的这一称号' if said else ''}{told}"
                place = job.place(f"文件.{scope.entry}.{'名单' if entry.names else '范围'}")
                advice = "请核对「发给」或范围，和推荐表里的集体名单"
                yield Finding(Level.WARNING, "award.bodies", place, message, advice)
