"""What a Word form asks for: content controls, and the bookmark of a table that is filled in."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from templates.forms.values import TABLE
from templates.samples.paper import BODY, Face, run

GREY = "7F7F7F"


def control(
    tag: str, hint: str, face: Face = BODY, *, title: str = "", choices: tuple[str, ...] = (),
    date: bool = False,
) -> str:  # fmt: skip
    """Write a content control that cannot be deleted; `hint` stands in it until somebody writes.

    Args:
        tag: the field's name; "" in a cell of a marked table, where the heading names it.
        hint: what is to be written.
        face: of what is written.
        title: what Word shows above it; 得分（0-100） says what is allowed.
        choices: a list to choose from.
        date: a day to be picked.

    """
    kind = "<w:richText/>"  # LibreOffice 7.4 shows a w:text without its size and colour
    if choices:
        items = "".join(
            f'<w:listItem w:displayText="{escape(one)}" w:value="{escape(one)}"/>'
            for one in choices
        )
        kind = f"<w:dropDownList>{items}</w:dropDownList>"
    elif date:
        kind = (
            '<w:date><w:dateFormat w:val="yyyy年M月d日"/><w:lid w:val="zh-CN"/>'
            '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
        )
    shown = title or tag
    return (
        f"<w:sdt><w:sdtPr>{face.xml}"
        + (f'<w:alias w:val="{escape(shown)}"/>' if shown else "")
        + (f'<w:tag w:val="{escape(tag)}"/>' if tag else "")
        + '<w:lock w:val="sdtLocked"/><w:showingPlcHdr/>'
        + kind
        + f"</w:sdtPr><w:sdtContent>{run(hint, replace(face, colour=GREY))}</w:sdtContent></w:sdt>"
    )


def marked(content: str) -> str:
    """Write what stands in the first cell of a heading row: the table below is filled in."""
    return f'<w:bookmarkStart w:id="1" w:name="{TABLE}"/>{content}<w:bookmarkEnd w:id="1"/>'
