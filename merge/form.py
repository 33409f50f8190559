"""The form of a job, as pydantic checks it; every value is text, yes or no, or a list of texts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from templates.library import stem_of

if TYPE_CHECKING:
    from merge.awards import Rules
    from merge.returns import Returns

Per: TypeAlias = Literal["批次", "党组织", "党员"]
FileFormat: TypeAlias = Literal["PDF", "Word", ""]
Receiver: TypeAlias = Literal["本级", "二级党组织", "上级", "本级并抄送上级"]

# Of these what leaves is a PDF where a job says nothing: nobody should be able to edit one.
_FINISHED = ("证书", "奖状", "聘书")
_FORMATS = {"pdf": "PDF", "word": "Word", "docx": "Word"}
_YES_NO = {"是": True, "否": False, "true": True, "false": False, "yes": True, "no": False}


def _listed(value: object) -> object:
    """Take one text for a list of one, and nothing for an empty list."""
    if isinstance(value, str):
        return [value] if value else []
    return value


def _format(value: object) -> object:
    return _FORMATS.get(value.lower().strip(" ."), value) if isinstance(value, str) else value


def _yes_no(value: object) -> object:
    return _YES_NO.get(value.lower(), value) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(min_length=1)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Entry(_Part):
    """One of 文件: which template, one document per what, for which rows, under which name."""

    kind: Text = Field(alias="文种")
    per: Per = Field(alias="每份")
    scope: str = Field("", alias="范围")
    names: Texts = Field((), alias="名单")
    filename: str = Field("", alias="文件名")
    fixed_format: Annotated[FileFormat, BeforeValidator(_format)] = Field("", alias="文件格式")

    @property
    def label(self) -> str:
        """Name the 文种 for people: a template's name without folder and extension."""
        return _label(self.kind)

    @property
    def format(self) -> str:
        """Say what leaves, PDF or Word: as the job says, else PDF for certificates alone."""
        return self.fixed_format or ("PDF" if self.label.endswith(_FINISHED) else "Word")


@cache
def _label(kind: str) -> str:
    return stem_of(kind.replace("\\", "/").rpartition("/")[2])


class Letters(_Part):
    """信件: one letter per receiver."""

    receiver: Receiver = Field("本级", alias="收件")
    subject: Text = Field(alias="主题")
    body: Text = Field(alias="正文")
    attachments: Texts = Field((), alias="附件")
    everyone: Annotated[bool, BeforeValidator(_yes_no)] = Field(default=False, alias="全发")


class Form(_Part):
    """A job without its 要素 and its body."""

    rosters: Annotated[Texts, Field(min_length=1)] = Field(alias="名册")
    entries: tuple[Entry, ...] = Field((), alias="文件")
    letter: Letters = Field(alias="信件")
    columns: dict[str, Text] = Field(default={}, alias="列名")
    mentions: Texts = Field((), alias="可提及")

    @property
    def demands(self) -> tuple[Returns | None, Rules | None]:
        """Return 回执 and 评选, which a `merge.fullform.FullForm` alone has."""
        return None, None
