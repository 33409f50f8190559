"""Typefaces: which characters each holds, which to take for those it lacks, what a style asks for.

A typeface that is not known here is taken to hold everything: nothing is said and nothing changed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rosters.pattern import later
from templates.paragraphs import W

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

THEME = "+中文"  # a theme's typeface, which wins over one that is named; which, is not looked up
_FIRST, _LAST = 0x4E00, 0x9FA5  # the hanzi of GBK and GB 13000.1
_BEYOND = "\u3400-\u4dbf\u9fa6-\u9fff\U00020000-\U0003ffff"
_WIDER = ("仿宋", "楷体", "宋体")  # what Windows has for a typeface of GB2312 alone
_GBK = frozenset({"仿宋", "楷体", "黑体", "隶书", "幼圆", "fangsong", "kaiti", "simhei"})
_SONG = frozenset({"宋体", "新宋体", "simsun", "nsimsun"})  # GBK, and extension A


@lru_cache(maxsize=16384)
def common(text: str) -> bool:
    """Tell whether a text has nothing outside GB 2312; almost none has, and most come again."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1)
def rare() -> re.Pattern[str]:
    """Return a pattern of hanzi outside GB 2312; it takes a while to compile."""
    listed = "".join(map(chr, range(_FIRST, _LAST + 1)))
    known = frozenset(listed.encode("gb2312", "ignore").decode("gb2312"))
    return re.compile(f"[{''.join(char for char in listed if char not in known)}{_BEYOND}]+")


def strange(text: str) -> bool:
    """Tell whether a text has hanzi outside GB 2312: 〇 is none, and is in every other date."""
    return any(map(_strange, text))


@lru_cache(maxsize=4096)
def _strange(char: str) -> bool:
    if common(char) or char < _BEYOND[0]:  # 〇 stands before every hanzi
        return False
    return _FIRST <= ord(char) <= _LAST or _RARER.match(char) is not None


_RARER = later(f"[{_BEYOND}]+")
_RAREST = later("[\u9fa6-\u9fff\U00020000-\U0003ffff]+")


def lacking(font: str, text: str) -> str:
    """Return the hanzi of a text that a typeface lacks, each once; empty if it holds all."""
    pattern = _lacks(font) if strange(text) else None
    return "".join(dict.fromkeys("".join(pattern.findall(text)))) if pattern else ""


def private(font: str, text: str) -> str:
    """Return the characters of a text that a typeface known here has only if somebody drew them."""
    found = (char for char in dict.fromkeys(text) if unicodedata.category(char) == "Co")
    return "".join(found) if _lacks(font) is not None else ""


def instead(font: str, char: str) -> str:
    """Name the typeface to write a character in: the same if it holds it."""
    pattern = _lacks(font)
    if pattern is None or not pattern.match(char):
        return font
    if _FIRST <= ord(char) <= _LAST:
        return next((wider for wider in _WIDER if wider in font), _WIDER[-1])
    return "宋体" if ord(char) < _FIRST else "SimSun-ExtB"


def _lacks(font: str) -> re.Pattern[str] | None:
    name = font.casefold()
    if name.endswith("_gb2312") or (name.startswith("方正") and name.endswith("简体")):
        return rare()
    if name in _GBK or (name.startswith("方正") and name.endswith("_gbk")):
        return _RARER
    return _RAREST if name in _SONG else None


def styles(content: bytes) -> dict[str, str]:
    """Lead from each style's id to the Chinese typeface that it asks for; "" is the default."""
    from lxml import etree

    if not content:
        return {}
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    listed = {one.get(f"{W}styleId", ""): one for one in root.iter(f"{W}style")}
    default = _asked(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
    plain = next((one for one in listed.values() if _is_default(one)), None)
    default = _asked(plain.find(f"{W}rPr")) or default if plain is not None else default
    return {"": default, **{name: _inherited(one, listed) for name, one in listed.items()}}


def _is_default(style: _Element) -> bool:
    return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true"}


def _inherited(style: _Element, listed: Mapping[str, _Element]) -> str:
    for one in _line(style, listed):
        font = _asked(one.find(f"{W}rPr"))
        if font:
            return font
    return ""


def _line(style: _Element, listed: Mapping[str, _Element]) -> Iterator[_Element]:
    seen: set[str] = set()
    current: _Element | None = style
    while current is not None and current.get(f"{W}styleId", "") not in seen:
        yield current
        seen.add(current.get(f"{W}styleId", ""))
        base = current.find(f"{W}basedOn")
        current = None if base is None else listed.get(base.get(f"{W}val", ""))


def _asked(properties: _Element | None) -> str:
    fonts = None if properties is None else properties.find(f"{W}rFonts")
    if fonts is None:
        return ""
    return THEME if fonts.get(f"{W}eastAsiaTheme") else str(fonts.get(f"{W}eastAsia", ""))


def fonts_of(root: _Element, mark: re.Pattern[str], asked: Mapping[str, str]) -> dict[int, str]:
    """Lead each mark in a part to the Chinese typeface of the run that it stands in."""
    found: dict[int, str] = {}
    for run in root.iter(f"{W}r"):
        text = "".join(node.text or "" for node in run.findall(f"{W}t"))
        for hit in mark.finditer(text):
            style = next(run.iterancestors(f"{W}p")).find(f"{W}pPr/{W}pStyle")
            name = "" if style is None else style.get(f"{W}val", "")
            own = _asked(run.find(f"{W}rPr"))
            found[int(hit.group(1))] = own or asked.get(name) or asked.get("", "")
    for paragraph in root.iter(f"{W}p"):  # and what stands between runs, in built templates
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = "" if style is None else style.get(f"{W}val", "")
        for hit in mark.finditer("".join(one.tail or "" for one in paragraph)):
            found[int(hit.group(1))] = asked.get(name) or asked.get("", "")
    return found
