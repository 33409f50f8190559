"""Forms of address, as letters of the Party use them: 同志, and never 先生 or 女士."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Callable

COMRADE = "同志"
_WORLDLY = later("(?:先生|女士|小姐|太太|夫人)$")
_BETWEEN = later(r"\s+")
_SHOWN = 10  # characters of a name that a refusal repeats


class AddressError(ValueError):
    """Somebody cannot be addressed so; the words say why, in Chinese."""


def addressed(names: list[str], style: str) -> str:
    """Return the form of address of these names in a style, without its colon.

    Args:
        names: of persons; of one organisation, for the style 党组织.
        style: 同志 (张三同志), 家属 (尊敬的张三同志家属) or 党组织 (its full name).

    Raises:
        AddressError: there is no name or no such style, or a name brings 先生 or 女士 along.

    """
    if style not in _STYLES:
        raise AddressError(f"「称谓」没有「{style}」这种，请用 {'、'.join(_STYLES)}")
    kept = [one for one in (_BETWEEN.sub(" ", name).strip() for name in names) if one]
    if not kept:
        raise AddressError("称呼谁没有写：这一行的名字是空的")
    return _STYLES[style](kept)


def _comrades(names: list[str]) -> str:
    return "、".join(_bare(name) for name in names) + COMRADE


def _family(names: list[str]) -> str:
    return f"尊敬的{_comrades(names)}家属"


def _organisation(names: list[str]) -> str:
    return "、".join(names)


def _bare(name: str) -> str:
    """Take 同志 off a name that has it already; refuse what a list of members does not say."""
    worldly = _WORLDLY.search(name)
    if worldly:
        said = f"「{name[:_SHOWN]}」带着“{worldly[0]}”"
        raise AddressError(f"{said}：党内一律称同志，请在名册里只写姓名")
    return name.removesuffix(COMRADE).strip() or name


_STYLES: dict[str, Callable[[list[str]], str]] = {
    COMRADE: _comrades,
    "家属": _family,
    "党组织": _organisation,
}
