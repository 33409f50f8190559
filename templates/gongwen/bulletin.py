"""简报: its head (name, 期号, who issues it, when, a red rule), and one section for each model.

No standard says how a 简报 looks; this is how offices print theirs (实务).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.gongwen import layout
from templates.gongwen.asked import PHOTOGRAPHS
from templates.gongwen.fitting import mark_below
from templates.gongwen.head import mark, rule
from templates.gongwen.layout import CHAR
from templates.gongwen.prose import exact, paragraph, run, statement, tabbed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from templates.gongwen.sheet import Sheet
    from templates.wml import Element

_INDENT = CHAR.twips
_WHOSE = "编发单位"
_PHOTOGRAPH = "3.5, 4.9"  # cm: as wide and as high as a portrait of two inches, at most
_AROUND: dict[str, str | int] = {"before": 60, "after": 120, "line": 240, "lineRule": "auto"}


def head(sheet: Sheet) -> Iterator[Element]:
    """Write what stands above the title."""
    top = layout.BULLETIN_TOP.twips + sheet.settings.page.lost
    yield from mark(sheet, max(0, top))
    line = sheet.line
    above = (
        mark_below(sheet.foreseen_mark, line)
        if sheet.blank
        else f"{{{{ {sheet.mark} | 标志段后({line}) }}}}"
    )
    issue = "第{{ 期号 }}期" if sheet.text("期号").isdigit() else "{{ 期号 }}"
    kai = sheet.settings.fonts.kai
    yield paragraph("GwNumber", run(issue, kai), spacing=exact(line, above))
    whose = _WHOSE if sheet.has(_WHOSE) or not sheet.has("署名") else "署名"
    made = paragraph(
        "GwNumber",
        run(f"{{{{ {whose} }}}}"),
        run("\t{{ 成文日期 | 日期 }}"),
        jc={"val": "left"},
        spacing=exact(line, line // 2),
        ind={"left": _INDENT, "right": _INDENT, "firstLine": 0},
    )
    yield tabbed(made, ("right", layout.TEXT_WIDTH - _INDENT))
    yield rule(sheet)


def sections(sheet: Sheet) -> Iterator[Element]:
    """Write a section for each model: by organisation, there by 姓氏笔画; deeds by paragraphs."""
    told = '全部党员 | 选("主要事迹")'
    if sheet.has("刊登"):
        told += ' | 选人("姓名", 刊登)'
    own = f'{told} | 选("二级党组织", 单位)'
    yield statement(f"for 单位 in 下级 if {own}")
    yield paragraph("GwLevel1", run("{{ 单位.简称 }}"), keepNext={})
    yield from _unless_last(_models(sheet, own, last=False), _models(sheet, own, last=True))
    yield statement("endfor")


def _models(sheet: Sheet, own: str, *, last: bool) -> Iterator[Element]:
    """Write the models of an organisation; the end of the last one's text stays with 版记."""
    yield statement(f"for 人 in {own} | 姓氏笔画")
    yield paragraph("GwLevel2", run("{{ 人.姓名 }}（{{ 人.党组织.简称 }}）"), keepNext={})
    yield from _photograph(sheet)
    text, kept = _text(), _text(keepNext={})
    if last:
        yield from _unless_last(_deeds(text), _deeds(*_unless_last([_text()], [kept])))
    else:
        yield from _deeds(text)
    yield statement("endfor")


def _text(**properties: dict[str, str | int]) -> Element:
    return paragraph("GwText", run("{{ 段 }}"), **properties)


def _deeds(*text: Element) -> Iterator[Element]:
    yield statement("for 段 in 人.主要事迹 | 分段")
    yield from text
    yield statement("endfor")


def _unless_last(usual: Iterable[Element], last: Iterable[Element]) -> Iterator[Element]:
    """Write one thing in every turn of a loop, another in its last."""
    yield statement("if loop.last")
    yield from last
    yield statement("else")
    yield from usual
    yield statement("endif")


def _photograph(sheet: Sheet) -> Iterator[Element]:
    """Place a model's photograph, where 要素 name the column that has them and his row has one."""
    column = sheet.text(PHOTOGRAPHS)
    if column:
        yield statement(f'if 人["{column}"]')
        tag = run(f'{{{{ 人["{column}"] | 图片({_PHOTOGRAPH}) }}}}')
        yield paragraph("GwPicture", tag, keepNext={}, spacing=_AROUND)
        yield statement("endif")
