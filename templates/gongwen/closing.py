"""What closes a document: 附件说明, 署名, 成文日期, the seal, 附注 (7.3.4 to 7.3.6)."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from templates.gongwen import layout, solve
from templates.gongwen.blocks import Attachment, Paragraph, words
from templates.gongwen.images import behind
from templates.gongwen.kinds import Seal
from templates.gongwen.layout import CHAR
from templates.gongwen.prose import change, exact, paragraph, run, statement, tabbed
from templates.gongwen.widths import LINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from templates.gongwen.blocks import Block, Picture
    from templates.gongwen.sheet import Sheet
    from templates.wml import Element

_CHAR = CHAR.twips
_EMU, _MM = 635, 36_000
_SPLIT = re.compile(r"[\n\v；;]+")
# A number that counts attachments has a mark behind it; one that belongs to a name has none.
_NUMBERED = re.compile(r"^(?:附件\s*\d*\s*[:：]?)?\s*(?:\d+\s*[.．、])?\s*")
_FILTERS = {Seal.SEALED: "盖章", Seal.PLAIN: "无章", Seal.STAMP: "签章"}
_DAY = "成文日期 | 日期"
_MOST_KEPT = 12  # lines of 附件说明: of 22, with a line of text and the longest usual signature
_CLOSER = -15  # twips between characters
# A seal's top lies within one line of the text: this far below it (7.3.5.1).
_SEAL_BELOW = 0.8


def notes(sheet: Sheet, blocks: Sequence[Block], attached: Sequence[Block]) -> Iterator[Element]:
    """Write 附件说明: as 要素 give it, or else the titles of the body's own 附件."""
    names = _names(sheet, blocks, attached)
    told = solve.notes(names) if names else ()
    kept = _kept(told)
    for number, note in enumerate(told):
        before = 0 if number else round(layout.NOTE_BELOW.value * sheet.line)
        spacing = exact(sheet.line, before)
        left, hanging = round(note.left * _CHAR), round(note.hanging * _CHAR)
        made = paragraph("GwNote", *_label(note), run(note.name), spacing=spacing)
        change(made, ind={"left": left, "hanging": hanging})
        if number >= kept:
            change(made, keepNext={})
        yield tabbed(made, ("left", left)) if _numbered(note) else made


def _kept(told: Sequence[solve.Note]) -> int:
    """Count the first names that are not kept with the signature: no page holds a long list and it.

    What is kept together and longer than a page is broken anywhere, and the date stands alone.
    """
    lines = 0
    for number in range(len(told), 0, -1):
        note = told[number - 1]
        lines += ceil(max(1, solve.width(note.name)) / (LINE - note.left))
        if lines > _MOST_KEPT:
            return min(number, len(told) - 1)
    return 0


def _label(note: solve.Note) -> list[Element]:
    """Write what stands before a name: a number a little closer, so that the tab finds its stop."""
    if not _numbered(note):
        return [run(note.label)]
    return [run(note.label, spacing={"val": _CLOSER}), run("\t")]


def _numbered(note: solve.Note) -> bool:
    return note.label.endswith(".")


def _names(sheet: Sheet, blocks: Sequence[Block], attached: Sequence[Block]) -> list[str]:
    given = [_NUMBERED.sub("", one).strip() for one in _SPLIT.split(sheet.text("附件说明"))]
    if any(given):
        return [one for one in given if one]
    if any(isinstance(one, Paragraph) and _told(words(one.runs)) for one in blocks):
        return []  # the writer has written it himself
    found = [one for one in attached if isinstance(one, Attachment)]
    return [words(one.title).strip().replace("\n", "") or f"附件{one.number}" for one in found]


def _told(text: str) -> bool:
    return text.lstrip().startswith(("附件：", "附件:"))


def signature(sheet: Sheet) -> Iterator[Element]:
    """Write 署名 and 成文日期, kept together and with the end of the text."""
    organ, dated = sheet.wants("署名"), sheet.wants("成文日期")
    if organ and not dated:
        yield paragraph("GwOrgan", run("{{ 署名 }}"), ind={"left": 0, "right": 2 * _CHAR})
    if not dated:
        return
    way = _FILTERS[sheet.signed]
    if organ:
        yield statement(f"for 落款行 in 署名 | {way}署名({_DAY})")
        spacing = exact(sheet.line, "{{ 落款行.前 }}")
        indent: dict[str, str | int] = {"left": 0, "right": "{{ 落款行.右 }}", "firstLine": 0}
        yield paragraph("GwOrgan", run("{{ 落款行.文 }}"), spacing=spacing, ind=indent)
        yield statement("endfor")
    yield _date(sheet, way if organ else "")


def _date(sheet: Sheet, way: str) -> Element:
    right = (
        f"{{{{ 署名 | {way}日期({_DAY}) }}}}" if way else round(layout.DATE_SEALED.value * _CHAR)
    )
    made = paragraph("GwDate", run(f"{{{{ {_DAY} }}}}"))
    change(made, ind={"left": 0, "right": right, "firstLine": 0})
    room = 0 if way and sheet.signed is not Seal.STAMP else layout.STAMP_DATE_ROOM.value
    if not way or sheet.signed is Seal.STAMP:
        before = round(room * sheet.line)
        change(made, spacing=exact(sheet.line, before))
    if sheet.seal is not None and way:
        made.insert(1, _seal(sheet, sheet.seal))
    if sheet.has("附注"):
        change(made, keepNext={})
    return made


def _seal(sheet: Sheet, picture: Picture) -> Element:
    """Place the picture of a seal over organ and date, behind them, its top by the text's end."""
    across = round(layout.SEAL_DIAMETER.value * _MM)
    high = round(across * picture.height / max(1, picture.width))
    identity = sheet.parcel.image(picture.content, picture.suffix)
    if sheet.signed is Seal.STAMP:
        left = (layout.TEXT_WIDTH - 4 * _CHAR) * _EMU - across
        above = round((high + sheet.line * _EMU) / 2 + sheet.line * _EMU * 1.5)
        return behind(picture, identity, (across, high), 900, (str(left), -above))
    rows = layout.SEAL_ROOM.value + 1 - _SEAL_BELOW  # from the seal's top to the date's line
    top = -round(rows * sheet.line * _EMU)
    place = f"{{{{ 署名 | 印章左距({_DAY}, {across}) }}}}"
    return behind(picture, identity, (across, high), 900, (place, top))


def remark(sheet: Sheet) -> Iterator[Element]:
    """Write 附注 in round brackets on the line below the date (7.3.6)."""
    if not sheet.has("附注"):
        return
    bare = sheet.text("附注").startswith(("（", "("))
    made = paragraph("GwRemark", run("{{ 附注 }}" if bare else "（{{ 附注 }}）"))
    if sheet.varies("附注"):
        yield statement("if 附注")
    yield made
    if sheet.varies("附注"):
        yield statement("endif")


def attendance(sheet: Sheet) -> Iterator[Element]:
    """Write who was present, excused and sat in on, as 纪要 list them (10.3)."""
    first = True
    for label in ("出席", "请假", "列席"):
        if not sheet.has(label):
            continue
        before = sheet.line if first else 0
        first = False
        indent = round((layout.MINUTES_NAMES.value + 3) * _CHAR)
        made = paragraph(
            "GwNote",
            run(f"{label}：", sheet.settings.fonts.hei),
            run(f"{{{{ {label} }}}}"),
            spacing=exact(sheet.line, before),
            ind={"left": indent, "hanging": 3 * _CHAR},
        )
        if sheet.wants("成文日期"):
            change(made, keepNext={})  # a date is never alone on a page
        yield made
