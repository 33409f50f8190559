"""推荐集体: organisations that are to be commended, each known to the roster, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.nominations import BODY, COLLECTIVES, HONOUR, UNIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from merge.nominees import People
    from rosters.finding import Place
    from rosters.lists import Line, Lists
    from rosters.roster import Organisation


@dataclass
class Collectives:
    """The rows of 推荐集体 on their way to their organisations."""

    lists: Lists
    people: People
    say: Callable[[str, str, Place, str, str], None]

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
