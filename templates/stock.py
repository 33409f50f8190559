"""A template as it is found: a Word file's bytes, or a 文种 that is built for each job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from templates.gongwen.blocks import Outline
from templates.gongwen.settings import Settings
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.gongwen.blocks import Picture
    from templates.gongwen.kinds import Kind
    from templates.tags import Names

# What a document of any 文种 may say: what `fields` shows of one that is not built for a job yet.
USUAL = ("主送", "署名", "成文日期", "抄送", "印发机关", "印发日期")


@dataclass(frozen=True)
class Stock:
    """What a name led to. `content` is a Word file; where there is a `kind` it is built instead."""

    shown: str
    content: bytes = b""
    kind: Kind | None = None
    settings: Settings = Settings()  # noqa: RUF009 - frozen

    @cached_property
    def sha256(self) -> str:
        """Return what it is known by: a file's hash, or that of what it is built from."""
        told = self.content or repr((self.kind, self.settings)).encode()
        return hashlib.sha256(told).hexdigest()

    def open(
        self,
        names: Names,
        *,
        elements: Mapping[str, object] | None = None,
        body: Outline | None = None,
        seal: Picture | None = None,
    ) -> Template:
        """Compile it; a 文种 is built from 要素, the body and the picture of a seal first.

        Without 要素 a 文种 is built with the usual ones, to show what it asks for.

        Raises:
            InputError: it is no usable .docx, or tags in it are faulty; each is a finding.

        """
        if self.kind is None:
            return Template.open(self.content, names, shown=self.shown, body=body)
        from templates.gongwen.build import build
        from templates.gongwen.sheet import Sheet

        usual = dict.fromkeys((*self.kind.required, *USUAL), "某")
        sheet = Sheet(self.kind, usual if elements is None else elements, self.settings, seal)
        built = build(sheet, body or Outline())
        return Template.open(built.content, names, shown=self.shown, origins=built.origins)
