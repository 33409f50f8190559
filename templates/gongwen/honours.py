"""受表彰人员名单: the honoured of a commendation, by honour and organisation, as its 附件."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.finding import Place
from templates.gongwen.blocks import Attachment, Run
from templates.gongwen.layout import CHAR
from templates.gongwen.prose import exact, paragraph, run, statement, tabbed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.gongwen.sheet import Sheet
    from templates.wml import Element

LIST = Attachment("", (Run("受表彰人员名单"),), Place())
_HONOURED = '选("荣誉称号", 称号)'
_COLUMNS = 5  # names to a line at most
_COLUMN = 5  # 字 of each, with what is left behind it
_INDENT = 2  # 字
_ROOM = 28 - _INDENT  # 字 of a line


def names(sheet: Sheet) -> Iterator[Element]:
    """Write the names; they and their counts are the same rows."""
    fonts = sheet.settings.fonts
    own = f"单位.全部党员 | {_HONOURED}"
    listed = f"{own} | 姓氏笔画"
    above = exact(sheet.line, sheet.line // 2)
    line = paragraph("GwNames", run(f'{{{{ {listed} | 列("姓名") | 名列({_COLUMN}, {_ROOM}) }}}}'))
    yield statement('for 称号 in 全部党员 | 列("荣誉称号") | 去空 | 去重')
    yield paragraph(
        "GwText",
        run("{{ 称号 }}", fonts.hei),
        run(f"（{{{{ 全部党员 | {_HONOURED} | 数 }}}}名）", fonts.hei),
        keepNext={},
        spacing=above,
    )
    yield statement("for 单位 in 下级")
    yield statement(f"if {own}")
    yield paragraph(
        "GwText", run(f"{{{{ 单位.简称 }}}}（{{{{ {own} | 数 }}}}名）", fonts.kai), keepNext={}
    )
    stops = ((_INDENT + _COLUMN * number) * CHAR.twips for number in range(1, _COLUMNS))
    yield tabbed(line, *(("left", at) for at in stops))
    for end in ("endif", "endfor", "endfor"):
        yield statement(end)
