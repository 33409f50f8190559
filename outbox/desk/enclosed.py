"""Forms that went out as documents of a letter: what each asks for, as one that was sent has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.finding import InputError
from templates import form
from templates.forms.values import Sort

if TYPE_CHECKING:
    from outbox.office.loops import Loop
    from outbox.workspace import Workspace
    from templates.forms.values import Field, Layout


def fields(workspace: Workspace, loop: Loop, layout: Layout) -> tuple[Field, ...]:
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
