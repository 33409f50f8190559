"""What a document is set from: its 文种, the unit's settings, and which 要素 there are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from templates.gongwen.asked import YES
from templates.gongwen.kinds import Form, Kind, Seal
from templates.gongwen.parcel import Parcel
from templates.gongwen.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.gongwen.blocks import Picture

_TAG = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_TAG_WIDTH = "某" * 12  # how wide a tag's value is taken to be, where a place must be foreseen
_ENDINGS = {Form.LETTER: "", Form.ORDER: "令", Form.MINUTES: "纪要"}
_BULLETIN = "简报名"
_FORMS = {"文件": Form.DOCUMENT, "信函": Form.LETTER}


@dataclass(frozen=True)
class Sheet:
    """One document to be set. `elements` are 要素 as they are written, their tags still in them."""

    kind: Kind
    elements: Mapping[str, object]
    settings: Settings = Settings()  # noqa: RUF009 - frozen
    seal: Picture | None = None  # of a seal or a stamp, as it was supplied; never made
    parcel: Parcel = field(default_factory=Parcel)

    @property
    def form(self) -> Form:
        """The form: that of the 文种, unless 要素 ask for 信函格式 or back."""
        asked = _FORMS.get(self.text("格式"))
        return asked if asked and self.kind.form in {Form.DOCUMENT, Form.LETTER} else self.kind.form

    @property
    def upward(self) -> bool:
        """Whether it goes to a superior, and names who signed it."""
        return self.form is Form.DOCUMENT and (self.kind.upward or self.has("签发人"))

    @property
    def blank(self) -> bool:
        """Whether it is printed onto paper that has its red head already (套打)."""
        return self.text("套打") == YES

    @property
    def signed(self) -> Seal:
        """How it is signed."""
        asked = self.text("用印")
        return Seal(asked) if asked in set(Seal) else self.kind.seal

    @property
    def line(self) -> int:
        """The height of a line, in twips."""
        return self.settings.page.pitch

    @property
    def mark(self) -> str:
        """The expression of 发文机关标志; what 发文机关 alone gives has the form's own ending.

        What stands there on a 简报 is its name.
        """
        if self.form is Form.BULLETIN:
            return _BULLETIN
        if not self._own_mark:
            return "发文机关标志"
        ending = _ENDINGS[self.form]
        return f"[发文机关, '{ending}'] | 连接('')" if ending else "发文机关"

    @property
    def foreseen_mark(self) -> str:
        """发文机关标志 as it will read, each tag as wide as its value may be."""
        if self.form is Form.BULLETIN:
            return self.foreseen(_BULLETIN)
        if not self._own_mark:
            return self.foreseen("发文机关标志")
        return self.foreseen("发文机关") + _ENDINGS[self.form]

    @property
    def _own_mark(self) -> bool:
        organ, given = self.text("发文机关"), self.text("发文机关标志")
        return bool(organ) and self.form in _ENDINGS and given in {"", f"{organ}文件"}

    def has(self, name: str) -> bool:
        """Tell whether an 要素 is given."""
        return bool(self.text(name))

    def wants(self, name: str) -> bool:
        """Tell whether an 要素 stands on the document: given, or asked for where it is missing."""
        return self.has(name) or name in self.kind.required

    def text(self, name: str) -> str:
        """Return an 要素 as it is written, "" where there is none."""
        value = self.elements.get(name)
        return "" if value is None else str(value).strip()

    def varies(self, name: str) -> bool:
        """Tell whether an 要素 has tags, and so may be empty in a document."""
        return bool(_TAG.search(self.text(name)))

    def foreseen(self, name: str) -> str:
        """Return an 要素 with each tag as wide as its value may be."""
        return _TAG.sub(_TAG_WIDTH, self.text(name))

    def tags(self, name: str) -> tuple[str, ...]:
        """List what the tags of an 要素 say: values that a title must not break."""
        return tuple(dict.fromkeys(_EXPRESSION.findall(self.text(name))))
