"""In whose name a job is issued, against whose roster it is: a job copied from another office."""

from __future__ import annotations

import os.path
import re
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.job import Job
    from rosters.roster import Roster

_PARTY = "中共"
_KEYS = ("发文机关标志", "署名", "印发机关")
_LEAST, _MANY = 4, 3  # characters that are shared, organisations that share them
# Where the name of an institution ends: what is shared beyond it is chance, as 中共甲大学数.
_INSTITUTION = re.compile(
    r".*?(?:大学|学院|学校|中学|小学|医院|研究院|研究所|公司|集团|银行|局|厅)|.*[省市州县区镇乡]"
)


def doubtful(job: Job, roster: Roster) -> Iterator[Finding]:
    """Find issuers that begin otherwise than the organisations of the roster all do."""
    shared = beginning(roster)
    if not shared:
        return
    expected = shared.removeprefix(_PARTY)
    for key in _KEYS:
        value = job.elements.get(key)
        if not isinstance(value, str) or not value.strip().startswith(_PARTY):
            continue
        name = value.strip().removeprefix(_PARTY)
        fixed, tag, _ = name.partition("{{")
        if name.startswith(expected) or (tag and len(fixed) < len(expected)):
            continue
        spelt = key if f"要素.{key}" in job.lines else "发文机关"
        message = f"文件以「{value.strip()}」名义印发，名册是「{shared}」的"
        place = job.place(f"要素.{spelt}")
        yield Finding(Level.WARNING, "job.issuer", place, message, "请核对")


def beginning(roster: Roster) -> str:
    """Return what the full names of all second-level organisations begin with, "" if nothing."""
    names = [one.name for one in roster.inferiors(None)]
    shared = os.path.commonprefix(names)  # noqa: RUF071 - of characters is what is meant
    institution = _INSTITUTION.match(shared)
    name = institution.group() if institution else shared
    return name if len(names) >= _MANY and len(name) >= _LEAST else ""
