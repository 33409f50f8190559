"""What is made of all that could be: by --only for some organisations, by --limit the first few."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from merge.letter import SAMPLED, UNCHOSEN
from rosters.finding import UsageError
from rosters.roster import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from merge.candidates import Candidates
    from merge.drafts import Draft
    from merge.mailing import Addressee
    from merge.workshop import Workshop
    from rosters.roster import Roster


def chosen(shop: Workshop, found: Candidates, only: Sequence[str]) -> list[Organisation] | None:
    """Leave out what `only` does not name; return the organisations that it names.

    Raises:
        UsageError: it names nothing that is made.

    """
    if not only:
        return None
    roster = shop.supplies.roster
    keys = {one.key for one in found if one.key in only}
    named = [roster.find(word) for word in only if word not in keys]
    for one in found:
        meant = one.key in only or any(one.concerns(org) for org in named)
        if not meant and not (named and one.subject is None):
            found.leave_out(one.place, UNCHOSEN)
    if next(found.kept(), None) is None and not shop.supplies.job.letter.everyone:
        raise UsageError("--only 没有选中任何文件", _below(roster, found, named))
    return named


def _below(roster: Roster, found: Candidates, named: Sequence[Organisation]) -> str:
    """Advise to name those below an organisation to whom the documents go."""
    keys = {one.key for one in named}
    to = (one.envelope.receiver for one in found if one.envelope)
    units = {one.key: one for one in to if isinstance(one, Organisation)}.values()
    below = [o.short or o.name for o in units if keys & {each.key for each in roster.line(o)}]
    if not below:
        return "请核对党组织或文件的编号"
    return f"这些文件发给它下面的单位，请写 --only {' --only '.join(below[:3])}"


def limit(found: Candidates, most: int | None) -> None:
    """Leave out what comes after the first few of each entry."""
    if most is None:
        return
    made: Counter[int] = Counter()
    for one in found.kept():
        made[one.entry] += 1
        if made[one.entry] > most:
            found.leave_out(one.place, SAMPLED)


def written_to(
    more: list[Addressee],
    drafts: Iterable[Draft],
    named: list[Organisation] | None,
    most: int | None,
) -> list[Addressee]:
    """Choose whom 全发 writes to; with --only and --limit no more than was asked for."""
    if named is not None:
        return [one for one in more if one.receiver in named]
    if most is None:
        return more
    return [] if any(draft.receiver for draft in drafts) else more[:most]
