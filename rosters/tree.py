"""Organisations from their rows, each under its superior; the tree has no cycles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters import mailbox
from rosters.category import derived
from rosters.directory import Directory, question
from rosters.roster import Kind, Organisation
from rosters.spot import error, warning, words
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rosters.finding import Finding
    from rosters.roster import Row, Sheet

_GENERIC = frozenset({"校党委", "学校党委", "院党委", "公司党委", "集团党委", "局党委", "党委"})
# Layers of the directory: the column that each stands in, and what it is called.
_COLUMNS = {"code": "org_code", "name": "org_name", "short": "short", "former": "former"}
_CALLED = {"code": "编码", "name": "全称", "short": "简称", "former": "曾用名"}


@dataclass
class Tree:
    """The organisations, how they are found, and what was found out while building."""

    organisations: tuple[Organisation, ...]
    directory: Directory
    findings: list[Finding] = field(default_factory=list)
    reported: set[tuple[int, ...]] = field(default_factory=set)  # groups of one name, said once


def build(rows: Sequence[Row], titles: Mapping[Sheet, str], issuer: str = "") -> Tree:
    """Build the tree of organisations.

    Args:
        rows: of all sheets of organisations and branches, in their order.
        titles: what stands above each sheet's table, which names the issuing unit.
        issuer: the issuing unit; its own row is no organisation below it.

    """
    rows = [row for row in rows if not _issuing(words(row, "org_name"), issuer)]
    tree = Tree((), Directory(rows))
    keys = _keys(rows, tree)
    superiors = [_superior(index, row, tree, titles, issuer) for index, row in enumerate(rows)]
    _alike(tree, superiors)
    _cut_cycles(tree, superiors)
    tree.organisations = tuple(
        _organisation(row, key, None if above is None else keys[above])
        for row, key, above in zip(rows, keys, superiors, strict=True)
    )
    return tree


def _issuing(name: str, issuer: str) -> bool:
    """Tell whether a name is the issuing unit's, whose office may be the one that writes."""
    one, unit = folded(name), folded(issuer)
    return bool(one and unit) and (one == unit or (one.endswith("委员会") and unit.startswith(one)))


def _keys(rows: Sequence[Row], tree: Tree) -> list[str]:
    """Give each row its key: the code, else the full name; no two alike."""
    first: dict[str, Row] = {}
    keys = []
    for row in rows:
        code, name = words(row, "org_code"), words(row, "org_name")
        if not name:
            tree.findings.append(
                error("org-name", (row, "org_name"), "党组织名称没有填写", "请补上")
            )
        if code and code in first:
            where = first[code].place("org_code")
            tree.findings.append(
                error(
                    "org-code-twice",
                    (row, "org_code"),
                    f"党组织编码 {code} 与 {where.sheet} {where.cell} 重复",
                    "请改正其中一个",
                    also=((first[code], "org_code"),),
                )
            )
        key = code or name or words(row, "short")
        if not key or key in first:
            key = f"{key}（{row.sheet.name}第{row.number}行）"
        first[key] = row
        keys.append(key)
    return keys


def _superior(
    index: int, row: Row, tree: Tree, titles: Mapping[Sheet, str], issuer: str
) -> int | None:
    """Find the row above; None directly under the issuing unit, or where it cannot be told."""
    text = words(row, "parent")
    if not text:
        if row.sheet.kind is Kind.BRANCHES and row.sheet.has("parent") and not _direct(row):
            said = "上级党组织没有填写，按直接隶属发文单位处理"
            tree.findings.append(warning("superior-missing", (row, "parent"), said, "请补上"))
        return None
    _, found = tree.directory.find(text)
    others = [one for one in found if one != index]
    if len(others) > 1:  # 机械学院 the faculty rather than a branch of that name
        upper = [one for one in others if tree.directory.rows[one].sheet.kind is not Kind.BRANCHES]
        others = upper or others
    if len(others) == 1:
        return others[0]
    if len(others) > 1:
        ambiguous(tree, tuple(others), text)
        return None
    if found:
        said = f"上级党组织「{text}」就是它自己"
        tree.findings.append(error("superior-cycle", (row, "parent"), said, "请改正"))
    elif not _above_all(text, titles.get(row.sheet, ""), issuer):
        said = f"上级党组织「{text}」在名册里找不到"
        advice = question(tree.directory.near(text))
        tree.findings.append(error("superior-unknown", (row, "parent"), said, advice))
    return None


def _direct(row: Row) -> bool:
    return "直属" in words(row, "org_type") + words(row, "org_name") + words(row, "short")


def _above_all(text: str, title: str, issuer: str) -> bool:
    """Tell whether a superior that has no row is the issuing unit itself."""
    if text in _GENERIC or _issuing(text, issuer):
        return True
    named = text.endswith(("委员会", "党委")) and len(text) > len("中共委员会")
    return named and folded(text) in folded(title)


def ambiguous(tree: Tree, group: tuple[int, ...], text: str) -> None:
    """Say once, at the organisations' own cells, that a name means several of them."""
    if any(set(group) <= set(known) for known in tree.reported):
        return
    tree.reported.add(group)
    layers = [tree.directory.layer(text, one) for one in group]
    cells = [
        (tree.directory.rows[one], _COLUMNS[of]) for one, of in zip(group, layers, strict=True)
    ]
    where = [f"{row.sheet.name} {row.place(key).cell}" for row, key in cells[:-1]]
    if len(set(layers)) == 1:
        said = f"「{text}」与 {'、'.join(where)} 同名，无法区分"
    else:
        others = "、".join(
            f"{at}「{words(row, 'org_name')}」的{_CALLED[of]}"
            for at, (row, _), of in zip(where, cells, layers, strict=False)
        )
        said = f"「{text}」是这里的{_CALLED[layers[-1]]}，也是 {others}，无法区分"
    advice = "请写明全称，使名称各不相同"
    also = tuple(cells[:-1])
    tree.findings.append(error("org-name-twice", cells[-1], said, advice, also=also))


def _alike(tree: Tree, superiors: Sequence[int | None]) -> None:
    """Report organisations of one full name under one superior; elsewhere only if one is meant."""
    for group in tree.directory.alike():
        above = [superiors[one] for one in group]
        if len(set(above)) < len(above):
            ambiguous(tree, group, words(tree.directory.rows[group[0]], "org_name"))


def _cut_cycles(tree: Tree, superiors: list[int | None]) -> None:
    done: set[int] = set()
    for start in range(len(superiors)):
        path: list[int] = []
        at: int | None = start
        while at is not None and at not in done and at not in path:
            path.append(at)
            at = superiors[at]
        if at is not None and at in path:
            ring = path[path.index(at) :]
            rows = [tree.directory.rows[one] for one in ring]
            chain = " → ".join(words(row, "short") or words(row, "org_name") for row in rows)
            tree.findings.append(
                error(
                    "superior-cycle",
                    (rows[0], "parent"),
                    f"上级党组织绕成了圈：{chain} → …",
                    "请改正其中一个的上级",
                    also=tuple((row, "parent") for row in rows[1:]),
                )
            )
            for one in ring:
                superiors[one] = None
        done.update(path)


def _organisation(row: Row, key: str, superior: str | None) -> Organisation:
    name, short = words(row, "org_name"), words(row, "short")
    return Organisation(
        key=key,
        code=words(row, "org_code"),
        name=name or short or key,
        short=short or name or key,
        category=words(row, "org_type") or derived(row),
        superior=superior,
        addresses=mailbox.split(row.get("email")).usable,
        row=row,
    )
