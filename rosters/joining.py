"""Members joined to their organisations: by what their row says, never by guessing."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from rosters.columns import cure
from rosters.directory import question
from rosters.finding import Cell, Finding, Level, Place
from rosters.roster import Member, Members
from rosters.spot import error, spot, warning, words
from rosters.tree import ambiguous

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rosters.roster import Row, Sheet
    from rosters.tree import Tree


def join(rows: Sequence[Row], sheets: Iterable[Sheet], tree: Tree) -> Sequence[Member]:
    """Make members of the rows; what cannot be joined is told in the tree's findings.

    Args:
        rows: in their order, on a shelf where they are many.
        sheets: those that the rows stand in.
        tree: the organisations.

    """
    if not tree.organisations:
        tree.findings.extend(_alone(sheet) for sheet in sheets)
        return _members(rows, array("I", bytes(4 * len(rows))), [None])
    homes = {sheet: _home(sheet, tree) for sheet in sheets}
    numbers: dict[str | None, int] = {}  # of the organisations that have members
    found = array("I")
    tree.findings.extend(
        _homeless(sheet) for sheet, home in homes.items() if not home and not _placed(sheet)
    )
    below = _lines(tree)
    known: dict[tuple[Sheet, str, str], str | None] = {}  # what was found without a word about it
    for row in rows:
        key = row.sheet, words(row, "branch"), words(row, "org")
        if key in known:
            at = known[key]
        else:
            said = len(tree.findings)
            at = _organisation(row, tree, below, homes[row.sheet])
            if len(tree.findings) == said:
                known[key] = at
        found.append(numbers.setdefault(at, len(numbers)))
    return _members(rows, found, list(numbers))


def _members(
    rows: Sequence[Row], homes: array[int], keys: Sequence[str | None]
) -> Sequence[Member]:
    many = Members(rows, homes, keys)
    return tuple(many) if isinstance(rows, tuple) else many


def _placed(sheet: Sheet) -> bool:
    return sheet.has("branch") or sheet.has("org")


def _lines(tree: Tree) -> list[frozenset[str]]:
    """List for each organisation the keys of those above it, its own included."""
    above = {one.key: one.superior for one in tree.organisations}
    lines = []
    for one in tree.organisations:
        line, at = [one.key], one.superior
        while at is not None:
            line.append(at)
            at = above[at]
        lines.append(frozenset(line))
    return lines


def _home(sheet: Sheet, tree: Tree) -> str:
    """Tell whose members a sheet without a column for it holds: its name may say so."""
    if _placed(sheet):
        return ""
    for name in (sheet.name, sheet.file.rpartition("/")[2].rpartition(".")[0]):
        _, found = tree.directory.find(name)
        if len(found) == 1:
            return tree.organisations[found[0]].key
    return ""


def _organisation(row: Row, tree: Tree, lines: Sequence[frozenset[str]], home: str) -> str | None:
    branch, upper = words(row, "branch"), words(row, "org")
    if branch:
        return _named(row, branch, upper, tree, lines)
    if row.sheet.has("branch"):
        _, found = tree.directory.find(upper) if upper else ("", ())
        direct = len(found) == 1 and "支部" in tree.organisations[found[0]].category
        if not direct:
            said = "所在党支部没有填写"
            tree.findings.append(error("branch-missing", (row, "branch"), said, "请补上"))
            return None
        return tree.organisations[found[0]].key
    if upper:
        return _named(row, upper, "", tree, lines, "org")
    if row.sheet.has("org"):
        tree.findings.append(error("branch-missing", (row, "org"), "所属党组织没有填写", "请补上"))
    return home or None


def _named(
    row: Row,
    text: str,
    upper: str,
    tree: Tree,
    lines: Sequence[frozenset[str]],
    key: str = "branch",
) -> str | None:
    layer, found = tree.directory.find(text)
    _, above = tree.directory.find(upper) if upper else ("", ())
    tops = {tree.organisations[one].key for one in above}
    if len(found) > 1:
        found = tuple(one for one in found if lines[one] & tops) or found
    if len(found) == 1:
        if tops and not lines[found[0]] & tops:
            said = f"「{text}」不在「{upper}」之下，按所在党支部归入"
            also = ((row, "org"),)
            tree.findings.append(warning("branch-elsewhere", (row, key), said, "请核对", also=also))
        one = tree.organisations[found[0]]
        if layer == "former":
            said = f"「{text}」是「{one.name}」的曾用名，已归入该组织"
            tree.findings.append(spot(Level.INFO, "branch-former", (row, key), said))
        return one.key
    if found:
        ambiguous(tree, found, text)
        return None
    said = f"「{text}」在名册里没有这个党组织"
    advice = question(tree.directory.near(text))
    tree.findings.append(error("branch-unknown", (row, key), said, advice))
    return None


def _alone(sheet: Sheet) -> Finding:
    return Finding(
        Level.WARNING,
        "no-organisations",
        Place(sheet.file, sheet.name),
        "名册里没有党组织表，未能核对党员所在的党组织",
        "请把党组织表、党支部表一并列入名册",
        (Cell(sheet.key, 0, "branch"),),
    )


def _homeless(sheet: Sheet) -> Finding:
    return Finding(
        Level.ERROR,
        "branch-column",
        Place(sheet.file, sheet.name, f"第{sheet.head}行"),
        "表头里没有「所在党支部」一列，不知道党员属于哪个党组织",
        cure(sheet, "branch"),
        (Cell(sheet.key, 0, "branch"),),
    )
