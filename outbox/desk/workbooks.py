"""Workbooks of a job's returns: 汇总 or 登记表, and the unit's own report to its superior."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from merge import checks
from outbox.desk import folder as folders
from outbox.desk import opening, receiving
from outbox.ledger.intakes import MAIL
from outbox.office import matrix, rollbook, summary, upward
from outbox.office.book import ours
from outbox.office.summary import Material
from rosters.finding import InputError, UsageError
from templates import form
from templates.forms.values import Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.ledger.intakes import Version
    from outbox.ledger.ledger import Ledger
    from outbox.office.loops import Loop
    from outbox.office.matrix import Day
    from outbox.workspace import Workspace
    from templates.forms.values import Field, Layout


def written(
    workspace: Workspace,
    ledger: Ledger,
    loop: Loop,
    found: Day,
    output: Path | None,
    above: Path | None,
) -> list[str]:
    """Write the summary, and the unit's own report to its superior (`above`), as asked for.

    Raises:
        UsageError: a file is no .xlsx.
        InputError: another file stands in the place, or the signed form is gone.

    """
    lines = []
    layout = receiving.Receiver(workspace, ledger).layout(loop)
    if output is not None:
        _writable(output)
        data, said = _book(workspace, ledger, loop, found, output, layout)
        folders.write_whole(output, data)
        lines.append(f"已写好 {output}：{said}")
    if above is not None:
        if layout is None or loop.returns.enclosed:
            raise UsageError(f"{loop.job}没有一栏一栏的数，没有可以上报的表", "请去掉 --upward")
        _writable(above)
        data, said = upward.bytes_of(
            found, layout, loop.title, workspace.config.unit.name, found.at
        )
        folders.write_whole(above, data)
        lines.append(f"已写好 {above}：{said}")
    return lines


def _book(
    workspace: Workspace,
    ledger: Ledger,
    loop: Loop,
    found: Day,
    output: Path,
    layout: Layout | None,
) -> tuple[bytes, str]:
    """Write the summary, or 登记表 of the forms that came back; say what is in it."""
    if layout is None or not loop.returns.enclosed:
        fields = layout.told if layout else ()
        made = _material(workspace, ledger, loop, found, output, fields)
        said = "特殊情况、汇总、分类合计、逐日、收文登记簿"
        return summary.bytes_of(made, found.at), said
    fields = _columns(workspace, loop, layout)
    made = _material(workspace, ledger, loop, found, output, fields)
    kind = loop.returns.what
    data = rollbook.bytes_of(made, kind, found.at, whole=loop.returns.whole)
    averages = "、平均" if loop.standing.individual and made.numeric else ""
    return data, f"特殊情况、{rollbook.named_after(kind)}{averages}、收文登记簿"


def _writable(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} 要写成 .xlsx", "请改文件名")
    if path.exists() and not ours(path):
        raise InputError(f"{path} 已经有了，不是这里写的", "请换一个文件名")


def _material(
    workspace: Workspace,
    ledger: Ledger,
    loop: Loop,
    found: Day,
    output: Path,
    fields: Sequence[Field],
) -> Material:
    versions, papers = receiving.versions(ledger, loop), ledger.papers(loop.job)
    days = [one for one in loop.periods if one.key <= found.period]
    at = found.at

    def link(version: Version) -> str:
        path = opening.place(workspace, version.source)
        if version.sha256:
            path = opening.file_place(workspace, version.part, version.sha256)
        elif version.how != MAIL:
            path = opening.file_place(workspace, version.name, version.source)
        return Path(os.path.relpath(path, output.resolve().parent)).as_posix()

    held = tuple(one for one in ledger.quarantine() if one.job == loop.job)
    return Material(
        day=found,
        days=tuple(matrix.day(loop, one.key, versions, papers, 0, at) for one in days),
        fields=tuple(checks.name_of(one.name) for one in fields),
        numeric=tuple(checks.name_of(one.name) for one in fields if one.sort is Sort.NUMBER),
        came=ledger.came(),
        held=held,
        link=link,
    )


def _columns(workspace: Workspace, loop: Loop, layout: Layout) -> tuple[Field, ...]:
    """List the columns of 登记表; of several forms of an organisation the scores come first.

    Raises:
        InputError: the documents that were sent do not lie in the batch any more.

    """
    subject = next((one for party in loop.standing.parties for one in party.subjects), None)
    if subject is None:
        return layout.told
    path = workspace.outbox / loop.batch / subject.path
    try:
        content = path.read_bytes()
    except OSError as error:
        where = workspace.shown(path)
        raise InputError(
            f"发出的 {where} 不见了", "请从备份找回；没有它，不知道有哪些栏目"
        ) from error
    single = form.told(layout, content, path.name)
    if not loop.standing.individual:
        return (*single, *layout.rows)
    return tuple(sorted((*layout.rows, *single), key=lambda one: one.sort is not Sort.NUMBER))
