"""A handful of files that were handed in at once: nobody can tell which of them is the newest."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from outbox.ledger.intakes import Kept
from outbox.ledger.states import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.ledger.intakes import Intake


def several(intakes: Sequence[Intake]) -> frozenset[str]:
    """Name the files, by their hashes, beside which others are about the same organisation."""
    about = {one.sha256: {(s.job, s.organisation) for s in one.staged} for one in intakes}
    count = Counter(key for keys in about.values() for key in keys)
    return frozenset(sha256 for sha256, keys in about.items() if any(count[k] > 1 for k in keys))


def contradicting(intakes: Sequence[Intake]) -> dict[str, Intake]:
    """Return the files of which two say different things of one report, as they are to wait."""
    said: defaultdict[tuple[str, ...], dict[str, set[str]]] = defaultdict(dict)
    for intake in intakes:
        for one in intake.staged:
            key = one.job, one.organisation, one.subject, one.period
            said[key].setdefault(one.values, set()).add(intake.sha256)
    doubled = {key: set().union(*by.values()) for key, by in said.items() if len(by) > 1}
    made = {}
    for intake in intakes:
        keys = sorted(key for key, files in doubled.items() if intake.sha256 in files)
        if keys:
            made[intake.sha256] = _waiting(intake, keys)
    return made


def _waiting(intake: Intake, keys: Sequence[tuple[str, ...]]) -> Intake:
    (job, organisation, *_), days = keys[0], dict.fromkeys(key[3] for key in keys)
    words = f"几个文件都填了{'、'.join(days)}，数却不同：认领对的那一份，弃置另一份"
    kept = Kept(Reason.TWO_FORMS, words, intake.name, intake.sha256, job, organisation)
    return replace(intake, staged=(), kept=(*intake.kept, kept))
