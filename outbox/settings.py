"""The settings of a workspace: fawen.toml read and checked, each fault said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from outbox import wanted
from rosters import toml
from rosters.finding import Finding, InputError, Level, Place
from rosters.pattern import later

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

FILE = "fawen.toml"


class _Part(BaseModel):
    # Built once, as parts of `Config`, not each by itself as well: that takes longer than `status`.
    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True
    )


class Unit(_Part):
    """The issuing unit; `code` is its 代字, for numbers that are 自动."""

    name: str = ""
    code: Annotated[str, Field(pattern=r"^[\u4e00-\u9fffA-Za-z]{0,19}$")] = ""


_ADDRESS = r"^[^\s@;,<>]+@[^\s@;,<>]+$"
_Address = Annotated[str, Field(pattern=_ADDRESS)]
_Host = Annotated[str, Field(pattern=wanted.HOST)]
# In "D:\new" TOML takes \n for the end of a line.
_Path = Annotated[str, Field(pattern=r"^[^\x00-\x1f]*$")]
_QUIET = r"^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"  # 22:00-07:00


class AccountPart(_Part):
    """The sending mailbox, without its password."""

    address: str = ""
    name: str = ""
    host: _Host = ""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Annotated[str, Field(pattern="^(ssl|starttls|plain)$")] | None = None
    user: str = ""
    trial: tuple[_Address, ...] = ()  # 试发地址, besides the account itself
    password_file: _Path = ""
    ca_file: _Path = ""
    imap_host: _Host = ""
    imap_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    imap_security: Annotated[str, Field(pattern="^(ssl|starttls|plain)$")] | None = None
    service: str = ""
    per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = None
    per_quarter: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    per_hour: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    per_day: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    per_connection: Annotated[int, Field(ge=1, le=100_000)] | None = None
    max_conn: Annotated[int, Field(ge=1, le=1_000)] | None = None
    max_bytes: Annotated[int, Field(ge=1, le=10_000_000_000)] | None = None
    quiet_hours: Annotated[str, Field(pattern=_QUIET)] | None = None


class Approver(_Part):
    """Somebody who may sign, and the address that he answers from; "" where he does not."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[^、，,；;]*$")]
    address: Annotated[str, Field(pattern=f"^$|{_ADDRESS}")] = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        if isinstance(value, str):
            return {"name": value}
        if not isinstance(value, dict):
            raise ValueError('要写姓名，例如 "周明远"，或 {name = "周明远", address = "…"}')  # noqa: TRY004 - pydantic takes it for a fault of the setting
        return value


class ApprovePart(_Part):
    """Who may sign, and whether whoever types must be another. No approvers: any name may.

    `logins` leads the computer's logins to persons; `mail_server` is how our own mail server calls
    itself in Authentication-Results (RFC 8601), "" where it writes none that can be trusted.
    """

    approvers: tuple[Approver, ...] = ()
    two_persons: bool = False
    logins: dict[str, str] = Field(default_factory=dict)
    mail_server: str = ""

    @field_validator("approvers")
    @classmethod
    def _distinct(cls, value: tuple[Approver, ...]) -> tuple[Approver, ...]:
        told = [one.address.lower() for one in value if one.address]
        double = {one for one in told if told.count(one) > 1}
        if double:
            raise ValueError(f"两个签发人写了同一个地址 {'、'.join(sorted(double))}")
        return value

    @property
    def names(self) -> tuple[str, ...]:
        """List who may sign by their names."""
        return tuple(one.name for one in self.approvers)


class LedgerPart(_Part):
    """Where the ledger lies: a file of the workspace, or a PostgreSQL database at `url`."""

    url: str = ""
    path: Annotated[str, Field(pattern=r"^[^\x00-\x1f]+$")] = "outbox/ledger.db"


class FontsPart(_Part):
    """The typefaces of official documents, as Word names them; "": the usual one of its class."""

    body: str = ""
    kai: str = ""
    hei: str = ""
    title: str = ""
    song: str = ""


class LayoutPart(_Part):
    """How official documents are set."""

    profile: Annotated[str, Field(pattern="^(nominal|ink)$")] = "nominal"


_SHIFT = r"^[-+]?\d{1,2}(\.\d{1,2})?\s*[,，]\s*[-+]?\d{1,2}(\.\d{1,2})?$"  # mm: 1.5,-2


class PrintPart(_Part):
    """How far what is printed moves, in mm to the right and down; `printers` by their names."""

    shift: Annotated[str, Field(pattern=_SHIFT)] = "0,0"
    printers: dict[str, Annotated[str, Field(pattern=_SHIFT)]] = Field(default_factory=dict)


class Config(_Part):
    """All of fawen.toml."""

    unit: Unit = Field(default_factory=Unit.model_construct)
    account: AccountPart = Field(default_factory=AccountPart.model_construct)
    approve: ApprovePart = Field(default_factory=ApprovePart.model_construct)
    ledger: LedgerPart = Field(default_factory=LedgerPart.model_construct)
    fonts: FontsPart = Field(default_factory=FontsPart.model_construct)
    layout: LayoutPart = Field(default_factory=LayoutPart.model_construct)
    print: PrintPart = Field(default_factory=PrintPart.model_construct)
    time_zone: str = "Asia/Shanghai"
    defaults: dict[str, str] = Field(
        default_factory=dict, validation_alias=AliasChoices("defaults", "发文单")
    )
    columns: dict[str, str] = Field(
        default_factory=dict, validation_alias=AliasChoices("columns", "列名")
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"没有叫「{value}」的时区，例如 Asia/Shanghai") from error
        return value


# Chinese in GBK that is valid UTF-8 too comes out as letters of two bytes each, Greek, Cyrillic and
# the like side by side; Chinese in UTF-8 takes three bytes.
_PAIRS, _HIGHER = later(r"[\u0080-\u07ff]{2}"), "\u0800"


def read(path: Path) -> Config:
    """Read and check a fawen.toml.

    Raises:
        InputError: it cannot be read, or a setting in it is wrong; every fault is named.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _misread() from error
    if max(text, default="") < _HIGHER and _PAIRS.search(text):
        raise _misread()
    return understood(text)


def _misread() -> InputError:
    advice = "请用记事本打开，点「另存为」，编码选 UTF-8"
    found = _error("不是 UTF-8 编码的，存成了别的编码", advice)
    return InputError(f"{FILE} 读不懂", findings=[found])


def understood(text: str) -> Config:
    """Check the text of a fawen.toml.

    Raises:
        InputError: a setting in it is wrong; every fault is named.

    """
    try:
        data = toml.parsed(text)
    except toml.UnreadableError as error:
        found = _error(error.said, error.advice)
        raise InputError(f"{FILE} 读不懂", findings=[found]) from error
    account = data.get("account")
    if isinstance(account, dict) and not _PASSWORDS.isdisjoint(account):
        found = _error(
            "密码不能写在 fawen.toml 里", "请删去，改用钥匙串、FAWEN_PASSWORD 或 password_file"
        )
        raise InputError(f"{FILE} 里有密码", findings=[found])
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        findings = [_translated(one) for one in error.errors(include_url=False)]
        raise InputError(f"{FILE} 有 {len(findings)} 处错误", findings=findings) from None


_PASSWORDS = {"password", "passwd", "pwd", "pass", "secret"}


def _translated(error: ErrorDetails) -> Finding:
    unknown = error["type"] == "extra_forbidden"
    near = _near(error["loc"]) if unknown else ""
    advice = "请对照 README 里的 fawen.toml 说明改正"
    return _error(wanted.said(error), f"{near}{advice}", where=wanted.place(error["loc"]))


def _near(path: tuple[int | str, ...]) -> str:
    """Say where a setting belongs, or ask whether one that there is was meant; else ""."""
    part: object = Config
    for step in path[:-1]:
        inner = getattr(part, "model_fields", {}).get(step)
        # The parts of a list are of one kind: approvers.0 is what tuple[Approver, ...] holds.
        part = get_args(part)[0] if isinstance(step, int) and get_args(part) else inner
        part = getattr(part, "annotation", part)
    known = getattr(part, "model_fields", None)
    if known is None:
        return ""
    name = str(path[-1])
    if name == "time_zone":
        return "它要写在文件的最前面，各节之前；"
    sections = Config.model_fields.items()
    homes = [one for one, at in sections if name in getattr(at.annotation, "model_fields", {})]
    if homes:
        return f"它要写在 {'、'.join(f'[{one}]' for one in homes)} 这一节里；"
    from templates.nearest import nearest

    near = nearest(name, known, limit=1)
    return f"是不是「{near[0]}」？" if near else ""


def _error(message: str, advice: str, *, where: str = "") -> Finding:
    return Finding(Level.ERROR, "workspace", Place(FILE, where=where), message, advice)
