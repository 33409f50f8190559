"""The register of name checks: what came back of 名单核对, for the commendation that awaits it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from merge import checks
from merge.confirmed import Confirmed, right
from merge.nominations import ANSWER, NAME, WORDS
from merge.returns import restored
from outbox.desk import honours
from outbox.office import answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from merge.mandate import Standing
    from outbox.ledger.intakes import Version
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

_ANSWERS = frozenset(map(checks.name_of, (ANSWER, *WORDS[ANSWER], "无误，或应为", "应为")))
_NAMES = frozenset(map(checks.name_of, (NAME, *WORDS[NAME])))


def collected(workspace: Workspace, book: Path, at: datetime) -> tuple[Confirmed, ...] | None:
    """List what was answered to name checks of a workbook of nominations, oldest first.

    None where none was signed: then its own sheet alone tells.

    Raises:
        UnavailableError: the ledger cannot be read.

    """
    if not workspace.has_ledger:
        return None
    from outbox.desk import folder as folders
    from outbox.ledger.states import BatchState

    with folders.opened(workspace, at) as ledger:
        asked = {
            info.name: (info, standing)
            for info, standing in ledger.loops()
            if info.state is not BatchState.CANCELLED
            and not restored(json.loads(standing.demand)).bare
            and workspace.shown(book) in ledger.manifest(info.name).meta
        }
        if not asked:
            return None
        papers = {name: _papers(workspace, ledger, info) for name, (info, _) in asked.items()}
        versions = [
            one
            for job in sorted({info.job for info, _ in asked.values()})
            for one in ledger.versions(job)
            if one.counts
        ]
    return tuple(_confirmed(workspace, asked, papers, versions))


def _papers(
    workspace: Workspace, ledger: Ledger, batch: BatchInfo
) -> dict[str, frozenset[tuple[str, str]]]:
    """List whom each organisation's papers of a batch name: (name, honour)."""
    kept = honours.kept(workspace.outbox / batch.folder)
    owners = {one.key: one.organisation for one in ledger.manifest(batch.name).documents}
    found: dict[str, set[tuple[str, str]]] = {}
    for paper in kept.papers if kept else ():
        own = found.setdefault(owners.get(paper.key, paper.key), set())
        own.update((one.name, one.honour) for one in paper.named)
    return {key: frozenset(people) for key, people in found.items()}


def _confirmed(
    workspace: Workspace,
    asked: Mapping[str, tuple[BatchInfo, Standing]],
    papers: Mapping[str, Mapping[str, frozenset[tuple[str, str]]]],
    versions: Iterable[Version],
) -> Iterator[Confirmed]:
    for one in sorted(versions, key=lambda each: (each.at, each.id)):
        batch = str(one.values.get(answers.BATCH) or one.batch)
        people = papers.get(batch, {}).get(one.organisation)
        if people is None:
            continue
        party = asked[batch][1].party(one.organisation)
        at = one.at.astimezone(workspace.zone)
        where = f"{party.short if party else one.organisation}，{at:%m月%d日 %H:%M} {one.way}"
        words, rows = _words(one.values), _rows(one.values)
        rest = answers.rest_right(words) or right(_whole(one.values))
        if not words and not rows and not right(_whole(one.values)):
            continue  # a form in which nobody answered
        yield Confirmed(one.organisation, people, words, rest, rows, where)


def _whole(values: Mapping[str, str]) -> str:
    return next((said for name, said in values.items() if name in _ANSWERS), "")


def _words(values: Mapping[str, str]) -> str:
    """Return what is wrong by an answer as a whole; "" where nothing is."""
    whole = _whole(values)
    if whole == answers.AMENDED:
        return values.get(answers.WRONG, "")
    return "" if right(whole) else whole


def _rows(values: Mapping[str, str]) -> dict[str, str]:
    """Return what a form's rows say of each name."""
    cells: dict[str, dict[str, str]] = {}
    for key, said in values.items():
        name, _, number = key.rpartition(".")
        if number.isdecimal():
            cells.setdefault(number, {})[name] = said
    found = {}
    for row in cells.values():
        name = next((said for key, said in row.items() if key in _NAMES), "")
        said = next((said for key, said in row.items() if key in _ANSWERS), "")
        if name and said:
            found[name] = said
    return found
