"""Runs that fit themselves: where a tag ends in |一行(16) or |两行(16), its run takes a size.

People write the filter in Word, in the size that they want; here the run's size becomes a tag of
its own, which asks for that size, or for a smaller one where the value is too long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.pattern import later
from templates.paragraphs import W

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

LINES = {"一行": 1, "两行": 2}
PLAIN = 20  # half-points, where nobody says anything: Word's own
_MARK = "\ue0f0[0-9]+\ue0f1"
_CALL = re.compile(r"\|\s*(一行|两行)\s*(?:\(([^()]*)\))?")
_TAG = later(r"\{\{(?:(?!\}\}).)*\}\}", re.DOTALL)
_LAST = later(
    rf"^\{{\{{(.*)\|\s*(一行|两行)\s*\(\s*([0-9]+(?:\.[0-9]+)?)\s*\)\s*({_MARK})\s*\}}\}}$",
    re.DOTALL,
)
_MOST = 100.0  # cm: no paper is as wide


def sizes(content: bytes) -> dict[str, int]:
    """Lead from each style's id to the size it asks for, in half-points; "" is the default."""
    from lxml import etree

    if not content:
        return {}
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    listed = {one.get(f"{W}styleId", ""): one for one in root.iter(f"{W}style")}
    plain = _asked(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")) or PLAIN
    usual = next(
        (
            one
            for one in listed.values()
            if one.get(f"{W}default") in {"1", "true"} and one.get(f"{W}type") == "paragraph"
        ),
        None,
    )
    found = {"": (_line(usual, listed) if usual is not None else 0) or plain}
    return {**found, **{name: size for name, one in listed.items() if (size := _line(one, listed))}}


def fit(root: _Element, asked: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """Give the runs of such tags their sizes; yield the mark, what is wrong, and the cure."""
    for run in root.iter(f"{W}r"):
        texts = [one for one in run.findall(f"{W}t") if one.text and _CALL.search(one.text)]
        tags = [tag for one in texts for tag in _TAG.findall(one.text) if _CALL.search(tag)]
        if not tags:
            continue
        found = _LAST.match(tags[0])
        mark = re.search(_MARK, tags[0])
        said = mark.group() if mark else ""
        if found is None or not 0 < float(found[3]) <= _MOST:
            yield (
                said,
                "里的 一行、两行 要写明多宽（厘米），并且写在最后",
                "例如 {{ 姓名 | 一行(16) }}",
            )
        elif len(tags) > 1:
            yield (
                said,
                "和另一个 一行、两行 写在同一处文字里",
                "请给两个标签设不同的格式，或分成两段",
            )
        else:
            size = _size(run, asked)
            _resize(run, found, size)
            for one in texts:
                one.text = one.text.replace(tags[0], _told(found, size))


def _told(found: re.Match[str], size: int) -> str:
    return f"{{{{{found[1]}| {found[2]}({found[3]}, {size}){found[4]} }}}}"


def _resize(run: _Element, found: re.Match[str], size: int) -> None:
    """Put the tag that asks for the size into the run's properties, where the schema wants it."""
    from templates.wml import element, put

    properties = run.find(f"{W}rPr")
    if properties is None:
        properties = element("rPr")
        run.insert(0, properties)
    inside = found[1].replace('"', "'")  # within an attribute; literals hold neither
    asks = f"{{{{{inside}| 合适字号({found[3]}, {size}, {LINES[found[2]]}){found[4]} }}}}"
    for name in ("sz", "szCs"):
        put(properties, name, {"val": asks})


def _size(run: _Element, asked: Mapping[str, int]) -> int:
    own = run.find(f"{W}rPr")
    character = None if own is None else own.find(f"{W}rStyle")
    style = next(run.iterancestors(f"{W}p")).find(f"{W}pPr/{W}pStyle")
    named = [one.get(f"{W}val", "") for one in (character, style) if one is not None]
    return _asked(own) or next(
        (asked[one] for one in named if asked.get(one)), asked.get("", PLAIN)
    )


def _line(style: _Element, listed: Mapping[str, _Element]) -> int:
    seen: set[str] = set()
    current: _Element | None = style
    while current is not None and current.get(f"{W}styleId", "") not in seen:
        size = _asked(current.find(f"{W}rPr"))
        if size:
            return size
        seen.add(current.get(f"{W}styleId", ""))
        base = current.find(f"{W}basedOn")
        current = None if base is None else listed.get(base.get(f"{W}val", ""))
    return 0


def _asked(properties: _Element | None) -> int:
    size = None if properties is None else properties.find(f"{W}sz")
    value = "" if size is None else size.get(f"{W}val", "")
    return int(value) if value.isdecimal() else 0
