"""Official documents for the tests: built, filled, and looked at as Word would."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from rosters.dates import PartialDate
from templates.gongwen.outline import parse
from templates.gongwen.settings import Settings
from templates.library import Library
from templates.tags import Names
from templates.wml import W

if TYPE_CHECKING:
    from templates.gongwen.body import Outline
    from templates.stock import Stock

DAY = PartialDate(2026, 11, 20)
ORGAN = "中共示例大学委员会组织部"
NOTICE: dict[str, object] = {
    "发文机关标志": f"{ORGAN}文件",
    "发文字号": "示大组〔2026〕12号",
    "标题": "关于做好网格排查和日报告工作的通知",
    "主送": "各分党委、党总支、直属党支部",
    "署名": ORGAN,
    "成文日期": DAY,
    "抄送": "学校党委委员，党委办公室",
    "印发机关": ORGAN,
}
LETTER: dict[str, object] = {
    "标题": "慰问信",
    "主送": "同志们",
    "署名": "中共示例大学委员会",
    "成文日期": DAY,
}
BULLETIN: dict[str, object] = {
    "简报名": "党建工作简报",
    "期号": "12",
    "编发单位": ORGAN,
    "标题": "坚守一线的人",
    "成文日期": DAY,
    "报": "学校党委委员",
    "送": "党委办公室",
    "发": "各分党委、党总支、直属党支部",
    "印数": "60",
}


@dataclass(frozen=True)
class Paper:
    """A filled document: its parts parsed, its paragraphs with their styles resolved."""

    content: bytes
    parts: dict[str, Any]

    @property
    def document(self) -> Any:
        return self.parts["word/document.xml"]

    @property
    def lines(self) -> list[Any]:
        return list(self.document.iter(W + "p"))

    @property
    def texts(self) -> list[str]:
        return [text_of(one) for one in self.lines]

    def line(self, start: str) -> Any:
        """The first paragraph that begins so."""
        return next(one for one in self.lines if text_of(one).startswith(start))

    def style(self, start: str) -> str:
        found: str = self.line(start).find(f"{W}pPr/{W}pStyle").get(W + "val")
        return found

    def own(self, start: str, name: str, key: str) -> str | None:
        """What a paragraph says itself."""
        found = self.line(start).find(f"{W}pPr/{W}{name}")
        return None if found is None else found.get(W + key)


def text_of(paragraph: Any) -> str:
    pieces = {
        W + "t": lambda one: one.text or "",
        W + "tab": lambda _: "\t",
        W + "br": lambda _: "\n",
    }
    inside = (one for run in paragraph.iter(W + "r") for one in run)
    return "".join(pieces[one.tag](one) for one in inside if one.tag in pieces)


def outline(body: str) -> Outline:
    return parse(body, file="正文.md", line=1)


def paper(
    kind: str,
    elements: dict[str, object],
    body: str | Outline = "现将有关事项通知如下。",
    *,
    settings: Settings | None = None,
    seal: Any = None,
    record: dict[str, object] | None = None,
) -> Paper:
    """Build a document and fill it; what `record` says stands beside 要素."""
    stock: Stock = Library(settings=settings or Settings()).source(kind)
    blocks = outline(body) if isinstance(body, str) else body
    names = Names([*elements, *(record or {})])
    template = stock.open(names, elements=elements, body=blocks, seal=seal)
    content = template.fill({**elements, **(record or {})})
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {
            name: etree.fromstring(package.read(name))
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }
    return Paper(content, parts)
