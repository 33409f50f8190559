"""Whether the papers of a job agree: those who are counted, named, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from merge.honoured import LETTER, Papers, listed
from rosters.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from merge.honoured import Honour, Honoured, Paper
    from merge.workshop import Workshop
    from rosters.finding import Place


_SHOWN = 5  # organisations in one finding


class Agreement(NamedTuple):
    """Holds the papers of one job against one another."""

    shop: Workshop
    honoured: Honoured

    def findings(self) -> Iterator[Finding]:
        """Find people who are counted and not named, or in one sort of paper and not in another."""
        papers = self.honoured.papers
        if isinstance(papers, Papers) and papers.alike:
            return  # each counts and names the one whom it is for
        for paper in papers:
            yield from self._dropped(paper)
        yield from self._sorts()
        yield from self._orders()
        yield from self._namesakes()

    def _namesakes(self) -> Iterator[Finding]:
        """Remind of people of one name: a list and a certificate show no more than that."""
        first = next(
            (one for one in self.honoured.papers if one.sort == "批次" and one.named), None
        )
        if first is None:
            return
        homes: dict[str, list[str]] = {}
        for one in self.honoured.people:
            homes.setdefault(one.name, []).append(one.unit)
        for name, units in homes.items():
            if len(units) > 1:
                said = f"受表彰的有{len(units)}名「{name}」（{'、'.join(units[:_SHOWN])}）"
                advice = "名单和证书上只有姓名：核对、发证书时，请看清所在党组织和证书编号"
                yield Finding(Level.WARNING, "award.namesakes", self._place(first), said, advice)

    @property
    def _level(self) -> Level:
        """With 评选 the list is law; without it somebody may have chosen whom to name."""
        return Level.ERROR if self.shop.supplies.job.awards is not None else Level.WARNING

    def _place(self, paper: Paper) -> Place:
        job = self.shop.supplies.job
        if paper.sort == LETTER:
            return job.place("信件.正文")
        return job.place(f"文件.{int(paper.key.partition('-')[0]) - 1}")

    def _say(self, rule: str, paper: Paper, message: str, advice: str) -> Finding:
        level = Level.WARNING if rule == "order" else self._level
        return Finding(level, f"award.{rule}", self._place(paper), message, advice)

    def _dropped(self, paper: Paper) -> Iterator[Finding]:
        """Find who is counted and not named, of the honours for which a paper names people."""
        if not paper.named:
            return
        honours = {one.honour for one in paper.named}
        lost = [o for o in paper.counted if o.honour in honours and o not in set(paper.named)]
        if lost:
            said = f"{_called(paper)}计入了{listed(lost)}，却没有列出姓名"
            advice = "请核对他们所在的党组织，名单按党组织排列；或改正模板"
            yield self._say("unnamed", paper, said, advice)

    def _sorts(self) -> Iterator[Finding]:
        sorts: dict[str, list[Paper]] = {}
        for paper in self.honoured.papers:
            if paper.named:
                sorts.setdefault(paper.sort, []).append(paper)
        names = {
            sort: {one for paper in papers for one in paper.named} for sort, papers in sorts.items()
        }
        for sort, papers in sorts.items():
            honours = {one.honour for one in names[sort]}
            others = dict.fromkeys(
                one for other in names.values() for one in sorted(other) if one.honour in honours
            )
            lost = [one for one in others if one not in names[sort]]
            if lost:
                where = _called(papers[0], every=True)
                said = f"{where}里没有{listed(lost)}，同一作业的别处却有"
                advice = "决定、名单、证书和信件要是同一些人：请核对范围，或改正名册里使他落下的错"
                yield self._say("set", papers[0], said, advice)

    def _orders(self) -> Iterator[Finding]:
        """Find papers that list the same people in another order than the first 批次 document."""
        papers = [one for one in self.honoured.papers if len(one.named) > 1]
        first = next((one for one in papers if one.sort == "批次"), None)
        if first is None:
            return
        rank = {one: place for place, one in enumerate(first.named)}
        seen = set()
        for paper in papers:
            kind = paper.sort, paper.key.partition("-")[0] if paper.sort != LETTER else ""
            if kind not in seen and not _in_order(paper.named, rank):
                seen.add(kind)
                said = f"{_called(paper)}里姓名的次序与{_called(first)}不同"
                yield self._say("order", paper, said, "请在列出姓名处加上「| 姓氏笔画」")


def _in_order(named: Sequence[Honour], rank: Mapping[Honour, int]) -> bool:
    """Tell whether people of one honour stand in the order of another list."""
    for honour in {one.honour for one in named}:
        ranks = [rank[one] for one in named if one.honour == honour and one in rank]
        if ranks != sorted(ranks):
            return False
    return True


def _called(paper: Paper, *, every: bool = False) -> str:
    if paper.sort == LETTER:
        return "各信件" if every else f"给「{paper.title}」的信件"
    return f"各「{paper.title}」" if every and paper.sort != "批次" else f"「{paper.title}」"
