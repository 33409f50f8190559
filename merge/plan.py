"""Roster x job -> letters. Pure: nothing is written, and the account balances.

Findings come in two sorts. Those of the job, its templates and missing columns always stop it.
Those of a roster's rows stop it too, unless `skip_invalid` leaves out the documents that hold a
faulty row; which those are is learnt by filling each document once and noting what it reads.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from merge import numbering, slips, weekdays
from merge.agenda import Plan, stopped
from merge.fit import Fit
from merge.number import SAMPLES, Numbers
from merge.planning import Planning
from merge.workshop import Supplies, Workshop
from rosters.finding import Finding, InputError, Level, refuse
from rosters.roster import Roster
from templates.gongwen.pictures import ADVICE, NONE, picture
from templates.stock import Stock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from merge.job import Job
    from templates.gongwen.blocks import Picture
    from templates.library import Library

__all__ = ["Plan", "plan"]


def plan(  # noqa: PLR0913 - what is chosen of a job is spelled out
    job: Job,
    roster: Roster,
    library: Library,
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    skip_invalid: bool = False,
    numbers: Numbers = SAMPLES,
    held: Mapping[str, str] | None = None,
) -> Plan:
    """Work out every document and letter of a job, and everything that stands against it.

    Args:
        job: what is to be issued.
        roster: who there is, with the findings of its own check.
        library: where templates are found.
        only: organisations (code, full or short name) or document keys; the rest is skipped.
        limit: make only the first so many documents of each entry: a 样张, never approvable.
        skip_invalid: leave out the documents that hold a faulty row.
        numbers: what the ledger offers; by itself documents show 样号 in the place of a number.
        held: documents to be left out besides, by their keys, and why.

    Raises:
        UsageError: a word of `only` means nothing, or several organisations.

    """
    job, series, wrong = numbering.settled(job, roster, numbers.code)
    supplies, missing = _supplies(job, roster, library)
    shop = Workshop(supplies, [*wrong, *missing])
    if not missing:
        shop.compile()
    if any(one.level is Level.ERROR for one in shop.findings):
        shop.findings.extend(slips.written(shop))
        made = stopped(shop, Fit(shop).blocking(roster.findings))
    else:
        errors = (one for one in roster.findings if one.level is Level.ERROR)
        rows = frozenset(cell for one in errors for cell in one.cells if cell.row)
        fit = Fit(shop, rows)
        planning = Planning(shop, fit, skip_invalid, held or {}, series=series, numbers=numbers)
        made = planning.plan(only, limit)
    return replace(made, findings=tuple(dict.fromkeys((*job.findings, *made.findings))))


def alone(job: Job, library: Library) -> tuple[bytes, tuple[Finding, ...]]:
    """Make the one document of a job that was read for nobody in particular.

    Raises:
        InputError: it has faults; with every finding.

    """
    nobody = Roster((), (), ())
    job, series, wrong = numbering.settled(job, nobody, "某")
    wrong += [_unnumbered(job, sort) for sort in series]
    supplies, missing = _supplies(job, nobody, library)
    shop = Workshop(supplies, missing)
    if not missing:
        shop.compile()
        fit = Fit(shop)
        for template in shop.templates:
            fit.add_unknown(template.uses if template else (), (None,))
    refuse((*shop.findings, *wrong, *job.findings))
    template = shop.templates[0]
    if template is None:
        raise InputError("没有排成")
    seen = (*slips.titled(job), *weekdays.wrong(job, supplies.templates))
    told = (*job.findings, *shop.findings, *seen)
    return template.fill(shop.record(None)), told


def _unnumbered(job: Job, sort: str) -> Finding:
    """Say that a document alone is not registered, and so has no number to be given."""
    message, advice = f"单独排版不登记，{sort}不能自动", "请写明，例如 示大组〔2026〕12号"
    return Finding(Level.ERROR, "job.number", job.place(f"要素.{sort}"), message, advice)


def _supplies(job: Job, roster: Roster, library: Library) -> tuple[Supplies, list[Finding]]:
    templates: list[Stock] = []
    missing: list[Finding] = []
    for index, entry in enumerate(job.entries):
        if job.own is not None and not index:
            templates.append(Stock(job.shown.rpartition("/")[2], job.own))
            continue
        try:
            beside = job.folders[0] if job.folders else None
            templates.append(library.source(entry.kind, beside=beside))
        except InputError as error:
            place = job.place(f"文件.{index}.文种")
            missing += [f if f.place.where else replace(f, place=place) for f in error.findings]
        except OSError:  # a name that no system takes, or a file that may not be read
            place = job.place(f"文件.{index}.文种")
            message, advice = f"模板「{entry.kind[:40]}」打不开", "请核对文种的名称或路径"
            missing.append(Finding(Level.ERROR, "job.template", place, message, advice))
    seal, wrong = _seal(job)
    return Supplies(job, roster, tuple(templates), seal), [*missing, *wrong]


def _seal(job: Job) -> tuple[Picture | None, list[Finding]]:
    """Read the picture of the seal that 要素 name; one is never made."""
    words = job.elements.get("印章")
    if not isinstance(words, str) or not words.strip():
        return None, []
    place, path = job.place("要素.印章"), job.find(words.strip())
    if path is None:
        message, advice = (
            f"找不到印章图片「{words}」",
            "请核对路径，从工作区文件夹或作业所在的文件夹算起",
        )
        return None, [Finding(Level.ERROR, "job.seal", place, message, advice)]
    made = picture(path.read_bytes(), place)
    wrong = [] if made else [Finding(Level.ERROR, "job.seal", place, f"印章{NONE}", ADVICE)]
    return made, wrong
