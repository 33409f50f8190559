"""发给: to whom, in a clerk's words, understood as 每份 with 范围 or with 名单."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rosters.check_organisations import KINDS

if TYPE_CHECKING:
    from merge.form import Per

_SEVERAL = re.compile(r"[、，,;；\n]|(?<=[\u4e00-\u9fff])(?:以及|和|及|与)(?=各|全体|所有|每)")
_ALL = re.compile(
    r"^(?:各位|各个|各|全校|全体|所有|全部|每一个|每一名|每个|每名|每位|校属|所属|下属|基层)+"
)
_PERSONS = re.compile(r"^(?:党员|同志)(?:名单)?[:：](.+)$", re.DOTALL)
_ONCE = frozenset({"只做一份", "做一份", "一份", "不分单位", "通用", "统一印发"})
_MEMBERS = {
    "党员": "",
    "党员同志": "",
    "正式党员": '人员类别 == "正式党员"',
    "预备党员": '人员类别 == "预备党员"',
    "受表彰的同志": '荣誉称号 != ""',
    "受表彰同志": '荣誉称号 != ""',
    "受表彰人员": '荣誉称号 != ""',
    "受表彰党员": '荣誉称号 != ""',
    "获奖人员": '荣誉称号 != ""',
}
_LONG = 20  # characters of what was written are enough to find it again
_UNIQUE = frozenset({"机关党委"})  # a kind, and what the only one of it is called
_NAME = re.compile(r"[\w（）()·—-]{2,}")
SAID = "如：各分党委、党总支、直属党支部；全体党支部；每名党员；或写单位的名称，用顿号隔开"


@dataclass(frozen=True, slots=True)
class Addressed:
    """What 发给 means. `greeting` is the 主送 that it comes to, "" where it makes none."""

    per: Per
    scope: str = ""
    names: tuple[str, ...] = ()
    greeting: str = ""


def understand(words: str) -> Addressed | tuple[str, str]:
    """Understand 发给; else say what is wrong and what to write."""
    said = words.strip().rstrip("：:。").strip()
    persons = _PERSONS.match(said)
    if said in _ONCE or persons:
        return Addressed("党员", names=_parts(persons[1])) if persons else Addressed("批次")
    return _sorted_out(words, said)


def _sorted_out(words: str, said: str) -> Addressed | tuple[str, str]:
    parts = _parts(said)
    kinds = [_kinds(part) for part in parts]
    if all(part in _UNIQUE for part, one in zip(parts, kinds, strict=True) if one is not None):
        kinds = [None] * len(parts)
    members = [_MEMBERS.get(_bare(part)) for part in parts]
    if parts and all(one is not None for one in kinds):
        listed = sorted({kind for one in kinds for kind in one or ()}, key=_ranks)
        everything = any(not one for one in kinds)
        values = ", ".join(f'"{kind}"' for kind in listed)
        return Addressed("党组织", "" if everything else f"类别 in [{values}]", (), said)
    if parts and all(one is not None for one in members):
        conditions = dict.fromkeys(one for one in members if one is not None)
        scope = "" if "" in conditions else " or ".join(conditions)
        return Addressed("党员", scope)
    if any(one is not None for one in (*kinds, *members)):
        slips = [_slip(part) for part in parts]
        if any(slips):
            part, meant = next((p, s) for p, s in zip(parts, slips, strict=True) if s)
            return f"「{part}」读不懂", f"是不是「{meant}」"
        return f"「{_short(words)}」里既有一类单位，又有别的，分不清", f"请只写一种，{SAID}"
    if not parts or any(_ALL.match(part) or not _NAME.fullmatch(part) for part in parts):
        return f"「{_short(words)}」读不懂", SAID
    return Addressed("党组织", names=parts, greeting="、".join(parts))


def _short(words: str) -> str:
    return words if len(words) <= _LONG else f"{words[:_LONG]}…"


def _slip(part: str) -> str:
    """Name the kind that a word of the same length misses by one character, else ""."""
    bare = _bare(part)
    if _kinds(part) is not None or len(bare) < 3:  # noqa: PLR2004  # two characters are too few to tell
        return ""
    return next(
        (
            kind
            for kind in sorted(KINDS, key=_ranks)
            if len(kind) == len(bare) and sum(a != b for a, b in zip(kind, bare, strict=True)) == 1
        ),
        "",
    )


def _parts(words: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SEVERAL.split(words) if part.strip())


def _bare(part: str) -> str:
    return _ALL.sub("", part) or part


def _kinds(part: str) -> tuple[str, ...] | None:
    """Name the values of 类别 that a word means; () for every organisation, None for no kind."""
    bare = _bare(part)
    if bare in {"党组织", "级党组织"}:
        return ()
    if bare in {"二级党组织", "二级单位党组织"}:
        return tuple(kind for kind in KINDS if _second(kind))
    if bare in {"党支部", "支部"} and bare != part:  # a word for all of them, not one value alone
        return tuple(kind for kind in KINDS if kind.endswith("支部"))
    return (bare,) if bare in KINDS else None


def _second(kind: str) -> bool:
    return kind.endswith(("党委", "总支")) or kind.startswith("直属")


_ORDER = ("分党委", "党委", "党总支", "直属党支部", "党支部", "联合党支部")


def _ranks(kind: str) -> tuple[int, str]:
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind)
