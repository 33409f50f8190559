"""Returns: what a form says, judged by what the job asks for. A blank is never zero."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from merge import checks
from merge.canonical import dumps
from merge.checks import Comparison, Jump, Range
from outbox.ledger.states import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from merge.returns import Returns

_NIL_WORDS = frozenset({"0", "无", "没有", "零", "〇", "无情况"})
_MOST = 2_000  # characters of one value
BY_HAND = "按规定要人工采用"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a report comes to: its values as JSON, the verdict, and what stands against it."""

    values: str
    verdict: Verdict
    findings: tuple[str, ...] = ()


def judged(
    values: Mapping[str, str],
    numeric: Iterable[str],
    returns: Returns,
    before: Mapping[str, str] | None = None,
    odd: Iterable[str] = (),
) -> Judged:
    """Judge a report.

    Args:
        values: of each field, as it was written; "" where it was left blank.
        numeric: the fields that hold numbers.
        returns: what the job asks for.
        before: what counted of the report before; None where there is none.
        odd: what its reading has against it already.

    """
    whole = {checks.name_of(name): value.strip() for name, value in values.items()}
    named = {name: value[:_MOST] for name, value in whole.items()}
    counted = [one for one in map(checks.name_of, numeric) if one in named]
    found = [*odd, *_blank(named, counted, returns)]
    found += () if found else _odd(named, counted)
    cut = [name for name, value in whole.items() if len(value) > _MOST]
    found += [f"「{name}」太长，只登记了前 {_MOST} 个字，全文见原件" for name in cut]
    found += _broken(numbers(named), numbers(before or {}), returns)
    nil = _nil(named, counted, returns)
    if nil and not returns.nil.allowed:
        nil = False
    kept = dumps({name: value for name, value in sorted(named.items()) if value})
    if not found and returns.taking == "人工":
        found = [BY_HAND]
    if found:
        return Judged(kept, Verdict.FAULTY, tuple(found))
    return Judged(kept, Verdict.NIL if nil else Verdict.GOOD)


def numbers(values: Mapping[str, str]) -> dict[str, Decimal]:
    """Read what is a number; a blank is none, 无 is zero."""
    found = {}
    for name, value in values.items():
        number = number_of(value)
        if number is not None:
            found[checks.name_of(name)] = number
    return found


def number_of(value: str) -> Decimal | None:
    """Read one number; None where there is none."""
    text = unicodedata.normalize("NFKC", value).strip().replace(",", "").replace("，", "")
    if text in _NIL_WORDS:
        return Decimal(0)
    for unit in ("人次", "人", "名", "个", "份", "%"):
        text = text.removesuffix(unit)
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 15 else None


def _blank(values: Mapping[str, str], numeric: list[str], returns: Returns) -> Iterator[str]:
    wanted = tuple(values) if returns.whole else tuple(sorted(returns.needed))
    for name in dict.fromkeys((*numeric, *wanted)):
        if not values.get(name) and name not in returns.blanks:
            zero = name in numeric and not returns.enclosed
            yield f"「{name}」没有填" + ("，没有的请填 0" if zero else "")


def _odd(values: Mapping[str, str], numeric: list[str]) -> Iterator[str]:
    for name in numeric:
        if values.get(name) and number_of(values[name]) is None:
            yield f"「{name}」填的「{values[name][:20]}」不是数"


def _broken(
    now: Mapping[str, Decimal], before: Mapping[str, Decimal], returns: Returns
) -> Iterator[str]:
    for rule in returns.rules:
        if isinstance(rule, Jump):
            if rule.holds(now, before) is False:
                was, is_now = before[rule.name], now[rule.name]
                yield f"「{rule.name}」从上次的 {was} 变到 {is_now}，不合「{rule.said}」"
        elif isinstance(rule, Comparison | Range) and rule.holds(now) is False:
            told = "，".join(f"{name} {now[name]}" for name in dict.fromkeys(rule.fields))
            yield f"不合「{rule.said}」：{told}"


def _nil(values: Mapping[str, str], numeric: list[str], returns: Returns) -> bool:
    """Tell whether a report says that there is nothing: an explicit 0 or 无 in each such field."""
    fields = [name for name in (returns.nil.fields or numeric) if name in values]
    said = [unicodedata.normalize("NFKC", values[name]).strip() for name in fields]
    return bool(said) and all(one in _NIL_WORDS or number_of(one) == 0 for one in said)
