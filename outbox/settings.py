"""The settings of a workspace: fawen.toml read and checked, each fault said in words."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated
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


_QUIET = r"^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"  # 22:00-07:00


class AccountPart(_Part):
    """The sending mailbox, without its password."""

    address: str = ""
    name: str = ""
    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Annotated[str, Field(pattern="^(ssl|starttls|plain)$")] | None = None
    user: str = ""
    trial: tuple[str, ...] = ()  # 试发地址, besides the account itself
    password_file: str = ""
    ca_file: str = ""
    imap_host: str = ""
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

    name: Annotated[str, Field(min_length=1)]
    address: Annotated[str, Field(pattern=r"^$|^[^\s@;,<>]+@[^\s@;,<>]+$")] = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


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


def read(path: Path) -> Config:
    """Read and check a fawen.toml.

    Raises:
        InputError: it cannot be read, or a setting in it is wrong; every fault is named.

    """
    try:
        return understood(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        advice = "请用记事本打开，点「另存为」，编码选 UTF-8"
        found = _error("不是 UTF-8 编码的，存成了别的编码", advice)
        raise InputError(f"{FILE} 读不懂", findings=[found]) from error


def understood(text: str) -> Config:
    """Check the text of a fawen.toml.

    Raises:
        InputError: a setting in it is wrong; every fault is named.

    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(error) from error
    account = data.get("account")
    if isinstance(account, dict) and "password" in account:
        found = _error(
            "密码不能写在 fawen.toml 里", "请删去，改用钥匙串、FAWEN_PASSWORD 或 password_file"
        )
        raise InputError(f"{FILE} 里有密码", findings=[found])
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        findings = [_translated(one) for one in error.errors(include_url=False)]
        raise InputError(f"{FILE} 有 {len(findings)} 处错误", findings=findings) from None


# How pydantic's kinds of errors begin, and what is said of them.
_WANTED = {
    "extra_forbidden": "没有这一项设置",
    "missing": "缺少这一项",
    "int_": "要写整数，不加引号，例如 30",
    "float_": "要写数，不加引号，例如 1.5",
    "bool_": "要写 true（是）或 false（否），不加引号",
    "string_pattern": "不是这一项认得的写法",
    "string_too_short": "不能空着",
    "string_": "要写文字，加英文引号",
    "tuple_": '要写成一列，例如 ["甲", "乙"]',
    "list_": '要写成一列，例如 ["甲", "乙"]',
    "dict_": '要写成一节，下面每行一项，例如 名称 = "值"',
    "model_": '要写成一节，下面每行一项，例如 名称 = "值"',
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "要大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "要小于 {lt}",
}
# What is written for settings that have a form of their own, by the names they go by.
_LIKE = {
    "quiet_hours": '"22:00-07:00"',
    "shift": '"1.5,-2"',
    "printers": '"1.5,-2"',
    "approvers": '"zhangsan@单位.example"',
    "code": '"示大组"',
}
_ONE_OF = later(r"\^\(([a-z|]+)\)\$")
_AT = later(r"\(at line (\d+), column (\d+)\)")


def _unreadable(error: Exception) -> InputError:
    at = _AT.search(str(error))
    where = f"第{at[1]}行第{at[2]}个字起" if at else ""
    advice = '请改正后再试：每行写成 名称 = 值，文字加英文引号，例如 name = "某某大学"'
    found = _error(f"{where}不是有效的 TOML", advice)
    return InputError(f"{FILE} 读不懂", findings=[found])


def _translated(error: ErrorDetails) -> Finding:
    where = ".".join(str(part) for part in error["loc"])
    kind, limits = error["type"], error.get("ctx", {})
    wanted = next((said for start, said in _WANTED.items() if kind.startswith(start)), "")
    said = wanted.format(**limits) if wanted else error["msg"].removeprefix("Value error, ")
    if words := _ONE_OF.fullmatch(str(limits.get("pattern", ""))):
        said = f"只能写 {words[1].replace('|', '、')}"
    elif like := next((_LIKE[part] for part in error["loc"] if part in _LIKE), ""):
        said += f"，例如 {like}" if kind == "string_pattern_mismatch" else ""
    if kind not in {"extra_forbidden", "missing"}:
        said = f"写法不对：{said}"
    near = _near(error["loc"]) if kind == "extra_forbidden" else ""
    advice = "请对照 README 里的 fawen.toml 说明改正"
    return _error(said, f"{near}{advice}", where=where)


def _near(path: tuple[int | str, ...]) -> str:
    """Ask whether a setting that there is was meant by one that there is not; else ""."""
    part: type[BaseModel] = Config
    for step in path[:-1]:
        field = part.model_fields.get(str(step))
        inner = None if field is None else field.annotation
        if not isinstance(inner, type) or not issubclass(inner, BaseModel):
            return ""
        part = inner
    from templates.nearest import nearest

    near = nearest(str(path[-1]), part.model_fields, limit=1)
    return f"是不是「{near[0]}」？" if near else ""


def _error(message: str, advice: str, *, where: str = "") -> Finding:
    return Finding(Level.ERROR, "workspace", Place(FILE, where=where), message, advice)
