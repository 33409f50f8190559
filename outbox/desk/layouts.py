"""Layouts: what the form of a demand asks for, read from the empty one that was signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge.returnables import EMPTY, HOME
from rosters.finding import InputError
from templates import form

if TYPE_CHECKING:
    from outbox.office.loops import Loop
    from outbox.workspace import Workspace
    from templates.forms.values import Layout


@dataclass
class Layouts:
    """The layouts of a workspace's loops, each read once."""

    workspace: Workspace
    _read: dict[str, Layout] = field(default_factory=dict)

    def of(self, loop: Loop) -> Layout | None:
        """Return what a loop's form asks for, as it was signed; None where it has no form.

        Raises:
            InputError: the empty form in the batch's folder is gone, or is another.

        """
        if not loop.standing.form:
            return None
        if loop.batch not in self._read:
            self._read[loop.batch] = self._layout(loop)
        return self._read[loop.batch]

    def _layout(self, loop: Loop) -> Layout:
        name = f"{EMPTY}{PurePosixPath(loop.standing.name).suffix.lower()}"
        path = self.workspace.outbox / loop.batch / HOME / name
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != loop.standing.form:
            where, advice = self.workspace.shown(path), "请从备份找回；没有它，收回的表读不准"
            raise InputError(f"签发时的空表 {where} 不见了，或被改过", advice)
        return form.layout_of(content, loop.standing.name)
