"""Findings about a template before anything is filled: names that nobody has, and misfits.

Misfits are tags of docxtpl's own kind that stand where text or rows would be lost. docxtpl cuts out
the paragraph, row or cell that holds a {%p, {%tr or {%tc tag, with all that stands beside it, and
says nothing. docxtpl-lint looks at the source as docxtpl will get it: headings rewritten, and
statements that stand alone already made {%p and {%tr. Only its rules on such tags are asked;
syntax, blocks and names are ours to check, for it knows neither our sandbox nor our filters.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

from templates.grammar import error
from templates.nearest import advice
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from rosters.finding import Finding
    from templates.reads import Use
    from templates.tags import Tag

_OWN = re.compile(r"\{[{%][-+]?(?:p|tr|tc|r) ")
# Compiled where they are asked of: few templates hold such tags.
_HEAD = r"\{\{(?:[pr] )?|\{%[-+]?\s*(?:(?:p|tr|tc|r) +)?\w*"
_MARKED = "\ue0f0[0-9]*(?:\ue0f1|$)"
_PART = "word/document.xml"  # the one part that is looked at, whatever it is in its own package
_UNITS = {"p": "这一段", "tr": "表格的这一行", "tc": "这一格"}
_KINDS = {"p": "段", "tr": "行", "tc": "格", "r": "文字"}


class Misfit(NamedTuple):
    """A finding, and the tags that it is about."""

    finding: Finding
    tags: tuple[Tag, ...]


def unknown(
    uses: Iterable[Use], scopes: Callable[[tuple[str, ...]], Collection[str]]
) -> tuple[Finding, ...]:
    """Find the uses whose name is not among those of their path, with the nearest name.

    `scopes` leads a path of relations to the names that stand there. A name unknown at several
    places is a finding at each; what stands below an unknown relation is not said twice.
    """
    found: dict[Finding, None] = {}
    lost: set[tuple[str, ...]] = set()
    for use in uses:
        if any(use.path[: len(path)] == path for path in lost):
            continue
        known = scopes(use.path)
        if use.name in known:
            continue
        lost.add((*use.path, use.name))
        at = f"「{'.'.join(use.path)}」里" if use.path else ""
        message = f"标签「{use.name}」在{at or '名册和要素里'}没有"
        found[error(use.place, message, advice(use.name, known), "未知标签")] = None
    return tuple(found)


def misfits(xml: str, tags: Sequence[Tag], mark: re.Pattern[str]) -> list[Misfit]:
    """Look through a part's XML, in which each tag bears a mark that leads to it."""
    if not _OWN.search(xml):
        return []
    import docxtpl_lint

    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as made:
        made.writestr(_PART, TAG.sub(lambda tag: _short(tag.group(), mark), xml).encode())
    found: dict[Misfit, None] = {}
    for issue in docxtpl_lint.lint(package.getvalue()).issues:
        said = _said(issue, tags, mark)
        if said:
            found[said] = None
    return list(found)


def _short(tag: str, mark: re.Pattern[str]) -> str:
    """Cut a tag down to what the rules ask of it: its kind, its first word, its mark."""
    hit, head = mark.search(tag), re.match(_HEAD, tag)
    return f"{head.group()} {hit.group()}{tag[-2:]}" if hit and head else tag


def besides(own: Collection[Finding], found: Collection[Misfit]) -> Iterator[Finding]:
    """Yield what was found, and of our own findings those that only follow from it."""
    about = {(tag.place, f"「{tag.written}」") for one in found for tag in one.tags}
    yield from (one.finding for one in found)
    for one in own:
        if not any(one.place == place and words in one.message for place, words in about):
            yield one


def _said(issue: Any, tags: Sequence[Tag], mark: re.Pattern[str]) -> Misfit | None:  # noqa: ANN401  # it ships no types
    say = _RULES.get(issue.rule)
    if say is None:
        return None
    raw = [issue.params.get("open_raw", ""), issue.snippet]
    found = [tags[int(hit.group(1))] for hit in map(mark.search, raw) if hit]
    if not found:
        return None
    message, cure = say
    kind = re.match(r"\{[{%][-+]?(p|tr|tc|r) ", issue.snippet)
    words = {
        "tag": f"「{found[-1].written}」",
        "first": f"「{found[0].written}」",
        "rest": _plain(str(issue.params.get("rest", "")), tags, mark),
        "unit": _UNITS.get(kind.group(1), "这里") if kind else "这里",
        "kind": _KINDS[kind.group(1)] if kind else "文字",
    }
    finding = error(found[-1].place, message.format_map(words), cure.format_map(words))
    return Misfit(finding, tuple(found))


def _plain(rest: str, tags: Sequence[Tag], mark: re.Pattern[str]) -> str:
    """Write what would be lost as its writer wrote it; a tag that was cut short is left out."""

    def one(found: re.Match[str]) -> str:
        hit = mark.search(found.group())
        return tags[int(hit.group(1))].written if hit else found.group()

    whole = TAG.sub(one, rest)
    tail = re.search(r"\{[{%](?!.*[}%]\}).*$", whole)
    return re.sub(_MARKED, "", whole[: tail.start()] + "…" if tail else whole).strip()


# The rules that are asked, each with what it says to a clerk and what to do.
_RULES = {
    "DTL203": ("{tag}只能写在表格里", "不在表格里的，用 {{% … %}} 或 {{%p … %}}"),
    "DTL204": (
        "{tag}和{first}不是一种写法，只有一头会去掉所在的段或行",
        "两头都写成一样的：都是 {{%p，或都是 {{%tr，或都不带字母",
    ),
    "DTL205": ("{tag}和{first}不在同一个表格里，中间的行会丢", "请把两头放在同一个表格里"),
    "DTL206": ("{tag}和{first}在表格的同一行里", "请让它们各占一行，要重复的行放在中间"),
    "DTL207": ("{tag}和{first}不在表格的同一行里", "请把两头放在同一行的两格里"),
    "DTL209": (
        "{tag}会把{unit}整个去掉，连同旁边的「{rest}」",
        "请让标签单独占一{kind}，其余的放到别处",
    ),
    "DTL210": ("{tag}和{first}在同一段里", "请去掉字母 p，或让它们各占一段"),
}
