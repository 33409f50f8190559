"""The body of a document: its blocks in their order. Most papers that are merged have none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rosters.finding import Place
    from templates.gongwen.blocks import Block, Statement


@dataclass(frozen=True, slots=True)
class Outline:
    """The blocks of a body in their order."""

    blocks: tuple[Block, ...] = ()

    @property
    def sha256(self) -> str:
        """The digest of all that is in it; where it stood does not count."""
        told: object = []
        if self.blocks:
            from templates.gongwen.blocks import plain

            told = plain(self.blocks)
        return hashlib.sha256(repr(["Outline", told]).encode()).hexdigest()

    def statements(self) -> Iterator[Statement]:
        """Walk through the statements, those within tables too."""
        if self.blocks:
            from templates.gongwen.blocks import statements

            yield from statements(self.blocks)

    def texts(self) -> Iterator[tuple[str, Place]]:
        """Walk through the texts of paragraphs, cells, titles and notes, each with its place."""
        if self.blocks:
            from templates.gongwen.blocks import texts

            yield from texts(self.blocks)
