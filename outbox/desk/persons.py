"""Who may sign, who sits at the keyboard, and whether two people are two.

What the program knows of whoever types is the login of the computer. That two logins are two people
it cannot know (docs/approve.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.desk.folder import who
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from outbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Typist:
    """Who types: the login, and the person whose it is as `[approve] logins` says; "" unknown."""

    login: str
    name: str

    @property
    def shown(self) -> str:
        """Name both, as the register prints them."""
        return f"{self.name}（{self.login}）" if self.name else self.login


def typist(workspace: Workspace) -> Typist:
    """Say who types now."""
    login = who()
    known = {key.casefold(): name for key, name in workspace.config.approve.logins.items()}
    return Typist(login, known.get(login.casefold(), ""))


def signer(workspace: Workspace, by: str) -> str:
    """Return the name of whoever signs, as the list of approvers writes it.

    Raises:
        UsageError: nobody is named.
        InputError: he is not on the list, or is the one who types where two persons are required.

    """
    name = by.strip()
    if not name:
        raise UsageError("--by 要写签发人的姓名")
    known = {_plain(one): one for one in workspace.config.approve.names}
    if known and _plain(name) not in known:
        shown = "、".join(known.values())
        raise InputError(f"「{name}」不在 fawen.toml 的签发人名单里", f"名单：{shown}")
    name = known.get(_plain(name), name)
    apart(workspace, name, "签发人", "签发")
    return name


def second(workspace: Workspace, by: str, what: str = "办理") -> str:
    """Return who stands by something done after the signature, such as another address.

    Where two persons are required somebody must be named who is known, by the list of approvers or
    of logins, and is not the one who types; else anybody or nobody may be named.

    Raises:
        UsageError: two persons are required, and nobody is named.
        InputError: whoever is named is not known, or is the one who types.

    """
    name = by.strip()
    part = workspace.config.approve
    if not part.two_persons:
        return name
    if not name:
        raise UsageError(
            f"{what}要有第二个人同意（fawen.toml 里 two_persons = true）", "请加 --by 姓名"
        )
    known = {_plain(one): one for one in (*part.names, *part.logins.values())}
    if _plain(name) not in known:
        raise InputError(
            f"「{name}」不在 fawen.toml 的 approvers、logins 里",
            f"名单：{'、'.join(known.values())}",
        )
    name = known[_plain(name)]
    apart(workspace, name, "同意的人", what)
    return name


def apart(workspace: Workspace, name: str, role: str, what: str) -> None:
    """Refuse where two persons are required and whoever types is that person, or is not known.

    Raises:
        InputError: he is; or the login is nobody's.

    """
    if not workspace.config.approve.two_persons:
        return
    own = typist(workspace)
    if not own.name:
        raise InputError(
            f"这里要求两个人办理，而登录名 {own.login} 不知道是谁，没有{what}",
            f'请在 fawen.toml 的 [approve] 里写 logins = {{ {own.login} = "姓名" }}',
        )
    if _plain(own.name) == _plain(name):
        raise InputError(
            f"{role}和录入的人都是{name}（登录名 {own.login}），没有{what}",
            "fawen.toml 要求两个人（two_persons = true）：请由另一位同事用他自己的登录名录入",
        )


def _plain(name: str) -> str:
    """Write a name as it is compared: without spaces, which two-character names often have."""
    return re.sub(r"\s+", "", name).casefold()
