"""Tags that nothing fills in: in drawings and numbers that Word keeps elsewhere, behind links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.finding import Place
from rosters.pattern import later
from templates.grammar import error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rosters.finding import Finding
    from templates.relations import Types

_USUAL = re.compile(r"word/(diagrams/data|charts/chart)\d*\.xml")
_DRAWN = (".drawingml.diagramData+xml", ".drawingml.chart+xml", ".chartex+xml")
_TAGS = later("{[{%].*?[}%]}|«.*?»|｛｛.*?｝｝", re.DOTALL)
_LINK = later(r'\sTarget="([^"]*?(?:{{|%7B%7B|｛｛)[^"]*)"', re.IGNORECASE)
_LEVEL = later(r'<w:lvlText\s[^>]*?w:val="([^"]*?{[{%][^"]*)"')
_CURE = "请改用文本框或表格，标签写在那里"
_PLAIN = "请在链接上点右键，选「取消超链接」，标签写成普通的字"
_TYPED = "请去掉这一段的自动编号，把编号打成普通的字"


def unreached(members: Mapping[str, bytes], types: Types | None, shown: str) -> Iterator[Finding]:
    """Find them, each once in its part."""
    for name, data in members.items():
        if name.lower().endswith(".rels"):
            for target in dict.fromkeys(_LINK.findall(data.decode("utf-8", "replace"))):
                fault = f"链接的地址「{target[:40]}」里的标签不会被填写"
                yield error(Place(shown, where="链接"), fault, _PLAIN)
        elif name == "word/numbering.xml":
            for written in dict.fromkeys(_LEVEL.findall(data.decode("utf-8", "replace"))):
                fault = f"自动编号「{written[:40]}」里的标签不会被填写"
                yield error(Place(shown, where="自动编号"), fault, _TYPED)
        elif where := _drawn(name, types):
            text = re.sub(r"<[^>]*>", "", data.decode("utf-8", "replace"))
            for tag in dict.fromkeys(_TAGS.findall(text)):
                yield error(Place(shown, where=where), f"{where}里的「{tag}」不会被填写", _CURE)


def _drawn(name: str, types: Types | None) -> str:
    """Name the kind of drawing that a part is; "" where it is none."""
    usual = _USUAL.fullmatch(name)
    kind = types.of(name) or "" if types is not None else ""
    if not (usual or kind.endswith(_DRAWN)):
        return ""
    return "SmartArt 图形" if "diagram" in (usual[1] if usual else kind) else "图表"
