"""Headings: what kind of sheet they make, and which field each of them means."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rosters.fields import FIELDS, lexicon, normalised
from rosters.identity import is_mobile, is_tel
from rosters.pattern import later
from rosters.roster import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rosters.roster import Value

_PERSON = frozenset({"id_card", "branch", "org", "party_type", "join_date", "formal_date"})
_NAMES = frozenset(FIELDS["name"].names(Kind.MEMBERS)) - {"联络员姓名"}
_OWN = frozenset({"党支部", "党支部名称", "支部名称", "支部", "党支部全称", "支部全称"})
_WORDS = frozenset({"org_name", "short"})  # never mere numbers
_STAGE = later("预备|正式|发展|积极|申请")
_STANDING = later("正常|停止|恢复|除名|出党")
_ENOUGH = 2  # fields that make a row of cells a head


class Remark(NamedTuple):
    """Something to be said about a heading: the place of its column, rule and words."""

    place: int
    rule: str
    message: str
    advice: str = ""


def fields_in(headings: Sequence[str], kind: Kind) -> int:
    """Count the fields that these headings name on a sheet of this kind."""
    known = lexicon(kind)
    return len({known[name][0] for name in map(normalised, headings) if name in known})


def kind_of(headings: Sequence[str], title: str = "") -> Kind | None:
    """Decide a sheet's kind by its headings and, for branches, its title; None if it is neither."""
    names = {normalised(one) for one in headings if one}
    people = {key for name in names for key in lexicon(Kind.MEMBERS).get(name, ())[:1]}
    coded = {key for name in names for key in lexicon(Kind.BRANCHES).get(name, ())[:1]}
    if names & _NAMES and people & _PERSON and "short" not in coded:
        return Kind.MEMBERS
    if len(coded) < _ENOUGH or not coded & {"org_name", "org_code", "short"}:
        broad = fields_in(headings, Kind.ORGANISATIONS)
        return Kind.ORGANISATIONS if broad > _ENOUGH and _names_one(names) else None
    branches = bool(names & _OWN) or ("支部" in title and "直属" not in title)
    if branches and ("parent" in coded or "支部" in title or not _names_one(names - _OWN)):
        return Kind.BRANCHES
    return Kind.ORGANISATIONS


def _names_one(names: set[str]) -> bool:
    known = lexicon(Kind.ORGANISATIONS)
    return any("org_name" in known.get(name, ()) for name in names)


def match(
    headings: Sequence[tuple[int, str, str]],
    kind: Kind,
    values: Callable[[int], Sequence[Value]],
    told: Mapping[str, str],
) -> tuple[tuple[Column, ...], tuple[Remark, ...]]:
    """Give each heading its field.

    Args:
        headings: index, letter and text of each column.
        kind: of the sheet.
        values: some of a column's values, which decide where a heading could mean two fields.
        told: normalised heading -> field, which always wins.

    """
    known = lexicon(kind)
    remarks: list[Remark] = []
    given: dict[str, int] = {}
    for _, index, keys in sorted(_claims(headings, known, told, kind)):
        samples = [value for value in values(index) if value is not None]
        named = normalised(headings[index][2]) in told
        fitting = keys if named else _fitting(keys, samples)
        free = [key for key in fitting if key not in given]
        if not free:
            if fitting:
                remarks.extend(_second(headings[index], fitting[0], headings[given[fitting[0]]]))
            continue
        if len(free) > 1:
            remarks.append(_undecided(index, headings[index][2], free))
            continue
        given[free[0]] = index
    owners = {index: key for key, index in given.items()}
    columns = tuple(
        Column(index, letter, heading, owners.get(index)) for index, letter, heading in headings
    )
    return columns, (*remarks, *_repeated(columns))


def _claims(
    headings: Sequence[tuple[int, str, str]],
    known: Mapping[str, tuple[str, ...]],
    told: Mapping[str, str],
    kind: Kind,
) -> list[tuple[int, int, tuple[str, ...]]]:
    """List who claims what, strongest first: what was told, labels, then aliases by their rank."""
    claims = []
    for index, _, heading in headings:
        name = normalised(heading)
        keys = (told[name],) if name in told else known.get(name, ())
        if not keys:
            continue
        names = [normalised(one) for one in FIELDS[keys[0]].names(kind)]
        rank = -1 if name in told else names.index(name) if name in names else len(names)
        claims.append((rank + 100 * (len(keys) > 1), index, keys))
    return claims


def _fitting(keys: tuple[str, ...], samples: Sequence[Value]) -> tuple[str, ...]:
    """Keep the fields that a column's values can be."""
    if keys[0] in _WORDS and samples and all(isinstance(one, int | float) for one in samples):
        return ()  # 党支部 over 7, 3, 12: how many there are
    if keys[0] in ("mobile", "liaison_mobile"):
        texts = [str(one) for one in samples]
        landline = sum(is_tel(one) for one in texts) > sum(is_mobile(one) for one in texts)
        return ("tel", *keys) if landline and len(keys) > 1 else keys
    if len(keys) == 1 or not samples:
        return keys[:1]
    if keys[0] == "seq":
        return ("seq",) if _counts(samples) else keys[1:]
    if keys[0] == "party_type":
        texts = [str(one) for one in samples]
        stage = sum(bool(_STAGE.search(one)) for one in texts)
        standing = sum(bool(_STANDING.search(one)) for one in texts)
        if stage != standing:
            return ("party_type",) if stage > standing else ("membership",)
    return keys


def _counts(samples: Sequence[Value]) -> bool:
    return [str(one) for one in samples] == [str(one + 1) for one in range(len(samples))]


def _second(mine: tuple[int, str, str], key: str, first: tuple[int, str, str]) -> Iterator[Remark]:
    """Say which of two headings of one meaning is read; two of one wording are told elsewhere."""
    if mine[2] != first[2]:
        words = f"「{mine[2]}」和「{first[2]}」都是{FIELDS[key].label}，按「{first[2]}」读取"
        advice = "需要改用这一列时，请在列名里写明"
        yield Remark(mine[0], "heading-second", words, advice)


def _undecided(index: int, heading: str, keys: Sequence[str]) -> Remark:
    labels = "，也可能是".join(FIELDS[key].label for key in keys)
    words = f"「{heading}」可能是{labels}，无法判断"
    return Remark(index, "heading-undecided", words, f"请在列名里写明，例如 {heading}: {labels}")


def _repeated(columns: Sequence[Column]) -> list[Remark]:
    counts = Counter(column.heading for column in columns)
    seen: set[str] = set()
    found = []
    for column in columns:
        if column.heading in seen and counts[column.heading] > 1:
            words = f"有{counts[column.heading]}列都叫「{column.heading}」，只按第一列读取"
            found.append(Remark(column.index, "heading-twice", words, "请给其余各列换个名字"))
        seen.add(column.heading)
    return found


def names(columns: Sequence[Column], kind: Kind) -> dict[str, int]:
    """Lead every name a tag may use to its column: headings win, then labels, then aliases.

    An alias that two columns share leads nowhere.
    """
    found: dict[str, int] = {}
    for column in columns:
        found.setdefault(column.heading, column.index)
    for column in columns:
        found.setdefault(normalised(column.heading), column.index)
    meant = [(column, FIELDS[column.field]) for column in columns if column.field]
    for column, one in meant:
        found.setdefault(one.label, column.index)
        found.setdefault(one.key, column.index)
    aliases: dict[str, set[int]] = {}
    for column, one in meant:
        for alias in one.names(kind):
            aliases.setdefault(alias, set()).add(column.index)
            aliases.setdefault(normalised(alias), set()).add(column.index)
    for alias, indices in aliases.items():
        if len(indices) == 1:
            found.setdefault(alias, *indices)
    return found
