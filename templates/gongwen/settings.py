"""What a unit chooses for its documents: typefaces by their class, and the page's profile."""

from __future__ import annotations

from typing import NamedTuple

from templates.gongwen.layout import PROFILES, Profile

# The standard names classes of type (5.2.2, 7.2.4, 7.3.3); these are products of each class.
ALIASES = {
    "body": (
        "仿宋_GB2312", "仿宋", "FangSong", "FangSong_GB2312", "方正仿宋_GBK", "方正仿宋简体",
        "STFangsong", "华文仿宋",
    ),
    "kai": ("楷体_GB2312", "楷体", "KaiTi", "方正楷体_GBK", "方正楷体简体", "STKaiti", "华文楷体"),
    "hei": ("黑体", "SimHei", "方正黑体_GBK", "方正黑体简体", "STHeiti", "华文黑体"),
    "title": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong"),
    "song": ("宋体", "SimSun", "方正书宋_GBK", "方正书宋简体", "STSong", "华文宋体"),
}  # fmt: skip
CLASSES = {"body": "仿宋体", "kai": "楷体", "hei": "黑体", "title": "小标宋体", "song": "宋体"}


class Fonts(NamedTuple):
    """The typeface of each class, as Word names it."""

    body: str = ALIASES["body"][0]
    kai: str = ALIASES["kai"][0]
    hei: str = ALIASES["hei"][0]
    title: str = ALIASES["title"][0]
    song: str = ALIASES["song"][0]

    def strange(self) -> tuple[tuple[str, str], ...]:
        """Name each class whose typeface is none that is known to be of it, with that typeface."""
        chosen = ((name, getattr(self, name)) for name in CLASSES)
        return tuple((CLASSES[one], font) for one, font in chosen if font not in ALIASES[one])


class Settings(NamedTuple):
    """How a unit's documents are set."""

    fonts: Fonts = Fonts()
    profile: str = "nominal"

    @property
    def page(self) -> Profile:
        """The margins and line pitch."""
        return PROFILES[self.profile]
