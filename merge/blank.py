"""An empty 发文单 of a 文种, as a Word file: the table to fill in, and room for the body below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge import addressees
from templates.gongwen import layout
from templates.gongwen.kinds import KINDS, Form
from templates.gongwen.parcel import Parcel, root, settings
from templates.gongwen.prose import paragraph, run
from templates.gongwen.styles import styles
from templates.wml import Element, W, element, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from templates.gongwen.settings import Settings

_WIDTHS = (1848, 3652, 3344)  # twips: label, what is filled in, how
_GREY, _SHADE = "7F7F7F", "F2F2F2"
_SMALL = 20  # half-points
_BODY = (
    "正文写在这张表格的下面，照平时的写法：一、（一）1.（1）分级，加粗、表格、图片、脚注都保留，"
    "字体字号由系统排。{{ 简称 }} 会换成各单位自己的简称（名册里有的列都可以这样写）；"
    "以【仅分党委】开头的一段，只有分党委的文件里才有。"
    "附件另起一段只写“附件1”，下一段写附件的标题。署名和日期不用写。"
)
_WHAT = {
    "发文字号": "自动 代字，如 自动 示大组；或写明，如 示大组〔2026〕12号",
    "成文日期": "领导签发的日期，如 2026年11月20日",
    "发给": addressees.SAID,
    "回执": "要对方做什么、什么时候回复，会写进信里；没有就空着",
    "附件": "印在正文后面的附件名称，一行一个；没有就空着",
    "签发人": "上行文才有",
    "出席": "人名之间用顿号",
    "请假": "没有就空着",
    "列席": "没有就空着",
    "发文机关": "写进 fawen.toml 的 [unit] name，就不必在这里写",
    "颁奖词": "印在证书上，如：在……工作中事迹突出，",
    "简报名": "印在头上的红字，如 党建工作简报",
    "期号": "第几期，只写数字就行，如 12",
    "编发单位": "不写就是署名",
    "刊登": "只登哪几个人的事迹，用顿号隔开；不写就是名册里「主要事迹」填了的每一个人",
    "报": "送上级的，没有就空着",
    "送": "送平级的，没有就空着",
    "发": "发下级的，没有就空着",
    "印数": "印多少份，只写数字",
    "证书编号": "自动 代字，如 自动 示大党证，每证一号",
}
_LABELS = {"回执": "回执／截止"}
_TITLES = {
    Form.MINUTES: "如：关于……的专题会议",
    Form.PLAIN: "如：致全校教职工的慰问信",
    Form.BULLETIN: "如：坚守一线的人",
}
_CERTIFICATE = "荣誉证书"
DRAFTS = (*KINDS, _CERTIFICATE)


def blank(
    kind: str,
    chosen: Settings,
    values: Mapping[str, str] | None = None,
    body: Sequence[Element] = (),
) -> bytes:
    """Make the Word file for one of DRAFTS, empty or with what is given: same bytes each time."""
    parcel = Parcel()
    parcel.part("styles", "styles", styles(chosen))
    parcel.part("settings", "settings", settings(even=False, notes=False))
    page = element("body")
    heading = run("发文单", chosen.fonts.hei, b={}, sz={"val": 36})
    page.append(paragraph("GwNumber", heading, spacing={"before": 0, "after": 120}))
    page.append(_table(kind, chosen, values or {}))
    empty = [paragraph("GwText") for _ in range(2 if kind != _CERTIFICATE else 1)]
    page.extend([*body] or empty)
    page.append(_section(chosen))
    document = root("document")
    document.append(page)
    return parcel.written(document)


def rows(kind: str) -> Iterator[tuple[str, str, str]]:
    """Walk through the rows of a kind: label, what stands there already, how it is filled in."""
    spec = KINDS.get(kind)
    form = spec.form if spec is not None else None
    yield "文种", kind, "要什么样的文件；不用改"
    if kind == _CERTIFICATE:
        yield "发给", "受表彰的同志", "名册里「荣誉称号」一列填了的人，每人一份"
    elif form is Form.BULLETIN:
        yield "发给", "只做一份", "所有单位收到同一份"
    else:
        yield "发给", "", _WHAT["发给"]
    if form is not Form.ORDER:
        hint = _TITLES.get(form) if form is not None else None
        yield (
            "标题",
            "",
            hint or f"如：关于……的{spec.name[-2:] if spec else '决定'}；换行处按 Shift+Enter",
        )
    if spec is None or "发文字号" in spec.required:
        yield "发文字号", "", _WHAT["发文字号"]
    yield "成文日期", "", _WHAT["成文日期"]
    more = ["回执", "附件"]
    if spec is not None and spec.upward:
        more.insert(0, "签发人")
    if form is Form.MINUTES:
        more = ["出席", "请假", "列席", *more]
    if form is Form.BULLETIN:
        more = ["简报名", "期号", "编发单位", "刊登", "报", "送", "发", "印数"]
    if kind == _CERTIFICATE:
        more = ["颁奖词", "证书编号"]
    for key in more:
        yield _LABELS.get(key, key), "", _WHAT[key]


def _table(kind: str, chosen: Settings, values: Mapping[str, str]) -> Element:
    side: dict[str, str | int] = {"val": "single", "sz": 4, "space": 0, "color": "808080"}
    borders = (
        element(one, **side) for one in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    made = element(
        "tbl",
        element(
            "tblPr",
            element("tblW", w=sum(_WIDTHS), type="dxa"),
            element("tblBorders", *borders),
            element("tblLayout", type="fixed"),
        ),
        element("tblGrid", *(element("gridCol", w=width) for width in _WIDTHS)),
    )
    usual = list(rows(kind))
    labels = {label for label, _, _ in usual}
    usual += [(key, "", _WHAT.get(key, "")) for key in values if key not in labels]
    for label, given, hint in usual:
        value = values.get(label, given)
        made.append(
            element(
                "tr",
                element("trPr", element("cantSplit")),
                _cell(_WIDTHS[0], _line(run(label, chosen.fonts.hei)), shade=_SHADE),
                _cell(_WIDTHS[1], _line(run(value)) if value else _line()),
                _cell(_WIDTHS[2], _line(_hint(hint)), shade=_SHADE),
            )
        )
    if kind != _CERTIFICATE:
        across = _cell(sum(_WIDTHS), _line(_hint(_BODY)), shade=_SHADE, span=len(_WIDTHS))
        made.append(element("tr", element("trPr", element("cantSplit")), across))
    return made


def _cell(width: int, content: Element, *, shade: str = "", span: int = 1) -> Element:
    told = element("tcPr", element("tcW", w=width, type="dxa"))
    if span > 1:
        told.append(element("gridSpan", val=span))
    if shade:
        told.append(element("shd", val="clear", color="auto", fill=shade))
    told.append(element("vAlign", val="center"))
    return element("tc", told, content)


def _line(*content: Element) -> Element:
    made = paragraph("GwCell", *content)
    put(
        made.find(W + "pPr"),
        "spacing",
        {"before": 60, "after": 60, "line": 240, "lineRule": "auto"},
    )
    return made


def _hint(text: str) -> Element:
    size = {"val": _SMALL}
    return run(text, "", color={"val": _GREY}, sz=size, szCs=size)


def _section(chosen: Settings) -> Element:
    page = chosen.page
    return element(
        "sectPr",
        element("pgSz", w=layout.PAGE_WIDTH, h=layout.PAGE_HEIGHT),
        element(
            "pgMar",
            top=page.top,
            right=layout.RIGHT_EDGE,
            bottom=page.bottom,
            left=layout.LEFT_EDGE,
            header=851,
            footer=992,
            gutter=0,
        ),
    )
