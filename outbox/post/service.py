"""Mail services as their users know them: server, careful quotas, where the 授权码 is to be had."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from outbox import wanted
from rosters import toml
from rosters.finding import Finding, InputError, Level, Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Security = Literal["ssl", "starttls", "plain"]
FILE = "services.toml"  # shipped beside this module; a workspace may keep one of its own
OTHER = "other"
_Count = Annotated[int, Field(ge=0, le=10_000_000)]
_Size = Annotated[int, Field(ge=0, le=10_000_000_000)]
QUIET = r"^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"


@dataclass(frozen=True, slots=True)
class Service:
    """A mail service; quotas are careful guesses, a cap of 0 is no cap, `max_bytes` of the mail."""

    name: str
    host: str
    port: int = 465
    security: Security = "ssl"
    imap: str = ""
    imap_port: int = 993
    per_minute: int = 10
    per_quarter: int = 0
    per_hour: int = 0
    per_day: int = 200
    per_connection: int = 10
    max_conn: int = 1
    max_bytes: int = 0
    quiet_hours: str = ""
    shared: bool = False
    hint: str = "请在网页邮箱的设置里开启 SMTP 服务，用那里给出的授权码，不是登录密码"
    domains: tuple[str, ...] = ()


class _Section(BaseModel):
    """A section of the file; what it leaves out stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = None
    host: Annotated[str, Field(pattern=wanted.HOST)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Security | None = None
    imap: Annotated[str, Field(pattern=wanted.HOST)] | None = None
    imap_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    per_minute: _Count | None = None
    per_quarter: _Count | None = None
    per_hour: _Count | None = None
    per_day: _Count | None = None
    per_connection: _Count | None = None
    max_conn: _Count | None = None
    max_bytes: _Size | None = None
    quiet_hours: Annotated[str, Field(pattern=QUIET)] | None = None
    shared: bool | None = None
    hint: str | None = None
    domains: tuple[str, ...] | None = None


_ADVICE = "写法见程序自带的 outbox/post/services.toml"


@cache
def shipped() -> Mapping[str, Service]:
    """Return the services that are shipped, by the names of their sections."""
    text = resources.files("outbox.post").joinpath(FILE).read_text(encoding="utf-8")
    return _merged({}, text, FILE)


def read_services(path: Path) -> Mapping[str, Service]:
    """Return the shipped services as a workspace's own file changes them; it may be missing.

    Raises:
        InputError: the file cannot be read, or something in it is wrong; every fault is named.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return shipped()
    except (OSError, UnicodeError) as error:
        raise InputError(f"{FILE} 读不出来", "请检查它的权限，并存成 UTF-8") from error
    return _merged(shipped(), text, FILE)


def service(address: str, known: Mapping[str, Service] | None = None, named: str = "") -> Service:
    """Name the service of an address, or the one that `named` says.

    An unknown one is taken for a school's own: smtp.<its domain>.

    Raises:
        InputError: no service is called so.

    """
    known = shipped() if known is None else known
    domain = address.rpartition("@")[2].lower()
    if named and named not in known:
        said = f"没有叫「{named}」的邮箱服务"
        place = Place("fawen.toml", where="[account] service")
        found = Finding(Level.ERROR, "account", place, said, f"可以写：{'、'.join(known)}")
        raise InputError(said, findings=[found])
    found_by_domain = (one for one in known.values() if domain in one.domains)
    chosen = known[named] if named else next(found_by_domain, known[OTHER])
    return chosen if chosen.host else replace(chosen, host=f"smtp.{domain}")


def _merged(base: Mapping[str, Service], text: str, shown: str) -> dict[str, Service]:
    try:
        data = toml.parsed(text)
    except toml.UnreadableError as error:
        said = _fault(shown, "", error.said, error.advice)
        raise InputError(f"{shown} 读不懂", findings=[said]) from error
    merged, faults = dict(base), []
    for name, section in data.items():
        try:
            given = _Section.model_validate(section).model_dump(exclude_none=True)
        except ValidationError as error:
            faults += [
                _fault(shown, wanted.place((name, *one["loc"])), wanted.said(one), _ADVICE)
                for one in error.errors(include_url=False)
            ]
            continue
        known = merged.get(name)
        merged[name] = replace(known, **given) if known else Service(**_new(name, given))
    if faults:
        raise InputError(f"{shown} 有 {len(faults)} 处错误", findings=faults)
    return merged


def _new(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Fill what a new section must have: a name, and a host that may be guessed later."""
    return {
        "name": name,
        "host": "",
        **{f.name: given[f.name] for f in fields(Service) if f.name in given},
    }


def _fault(shown: str, where: str, message: str, advice: str) -> Finding:
    return Finding(Level.ERROR, "services", Place(shown, where=where), message, advice)
