"""A template as it is found: a Word or Excel file's bytes, or a 文种 that is built for each job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from templates.gongwen.body import Outline
from templates.gongwen.settings import Settings
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from templates.forms.template import SheetTemplate
    from templates.gongwen.blocks import Picture
    from templates.gongwen.kinds import Kind
    from templates.tags import Names

# What a document of any 文种 may say: what `fields` shows of one that is not built for a job yet.
USUAL = ("主送", "署名", "成文日期", "抄送", "印发机关", "印发日期")

AnyTemplate: TypeAlias = "Template | SheetTemplate"
SHEET = ".xlsx"


@dataclass(frozen=True)
class Stock:
    """What a name led to. `content` is of a .docx or .xlsx; a `kind` is built instead."""

    shown: str
    content: bytes = b""
    kind: Kind | None = None
    settings: Settings = Settings()  # noqa: RUF009 - frozen

    @cached_property
    def sha256(self) -> str:
        """Return what it is known by: a file's hash, or that of what it is built from."""
        told = self.content or repr((self.kind, self.settings)).encode()
        return hashlib.sha256(told).hexdigest()

    @property
    def suffix(self) -> str:
        """Return how its documents' files end."""
        return SHEET if self.shown.lower().endswith(SHEET) else ".docx"

    def open(
        self,
        names: Names,
        *,
        elements: Mapping[str, object] | None = None,
        body: Outline | None = None,
        seal: Picture | None = None,
        days: Sequence[date] = (),
    ) -> AnyTemplate:
        """Compile it; a 文种 is built from 要素, the body and the picture of a seal first.

        A form in Excel gets a row for each of the days. Without 要素 a 文种 is built with the usual
        ones, to show what it asks for.

        Raises:
            InputError: it is no usable .docx or .xlsx, or tags in it are faulty; each is a finding.

        """
        if self.kind is None and self.suffix == SHEET:
            from templates.forms.template import SheetTemplate

            return SheetTemplate(self.content, names, self.shown, days)
        if self.kind is None:
            return Template.open(self.content, names, shown=self.shown, body=body)
        from templates.gongwen.build import build
        from templates.gongwen.sheet import Sheet

        usual = dict.fromkeys((*self.kind.required, *USUAL), "某")
        sheet = Sheet(self.kind, usual if elements is None else elements, self.settings, seal)
        built = build(sheet, body or Outline())
        return Template.open(built.content, names, shown=self.shown, origins=built.origins)
