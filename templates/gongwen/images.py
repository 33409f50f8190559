"""Pictures in Word: within a line, or behind the text at a place that is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from templates.gongwen.parcel import DRAWING, MAIN, PICTURE, R
from templates.wml import Element, element

if TYPE_CHECKING:
    from templates.gongwen.blocks import Picture

_A, _P, _D = f"{{{MAIN}}}", f"{{{PICTURE}}}", f"{{{DRAWING}}}"


def fitted(picture: Picture, width: int, height: int) -> tuple[int, int]:
    """Return a picture's size in EMU, shrunk until it stands within a width and a height."""
    wide, high = max(1, picture.width), max(1, picture.height)
    share = min(1.0, width / wide, height / high)
    return round(wide * share), round(high * share)


def inline(picture: Picture, identity: str, size: tuple[int, int], number: int) -> Element:
    """Write a picture that stands within its line."""
    made = etree.Element(f"{_D}inline", distT="0", distB="0", distL="0", distR="0")
    _sized(made, size)
    made.append(_named(picture, number))
    made.append(_graphic(identity, size, number))
    return element("r", element("rPr"), element("drawing", made))


def behind(
    picture: Picture, identity: str, size: tuple[int, int], number: int, place: tuple[str, int]
) -> Element:
    """Write a picture behind the text, `place` from 版心's left and its paragraph's top, in EMU."""
    flags = {
        "distT": "0",
        "distB": "0",
        "distL": "0",
        "distR": "0",
        "simplePos": "0",
        "relativeHeight": "1",
        "behindDoc": "1",
        "locked": "0",
        "layoutInCell": "1",
        "allowOverlap": "1",
    }
    made = etree.Element(f"{_D}anchor", flags)
    etree.SubElement(made, f"{_D}simplePos", x="0", y="0")
    for name, origin, offset in (
        ("positionH", "margin", place[0]),
        ("positionV", "paragraph", str(place[1])),
    ):
        position = etree.SubElement(made, f"{_D}{name}", relativeFrom=origin)
        etree.SubElement(position, f"{_D}posOffset").text = offset
    _sized(made, size)
    etree.SubElement(made, f"{_D}wrapNone")
    made.append(_named(picture, number))
    made.append(_graphic(identity, size, number))
    return element("r", element("rPr"), element("drawing", made))


def _sized(made: Element, size: tuple[int, int]) -> None:
    etree.SubElement(made, f"{_D}extent", cx=str(size[0]), cy=str(size[1]))
    etree.SubElement(made, f"{_D}effectExtent", l="0", t="0", r="0", b="0")


def _named(picture: Picture, number: int) -> Element:
    named = etree.Element(f"{_D}docPr", id=str(number), name=f"图片 {number}")
    if picture.words:
        named.set("descr", picture.words)
    return named


def _graphic(identity: str, size: tuple[int, int], number: int) -> Element:
    made = etree.Element(f"{_A}graphic")
    data = etree.SubElement(made, f"{_A}graphicData", uri=PICTURE)
    pic = etree.SubElement(data, f"{_P}pic")
    about = etree.SubElement(pic, f"{_P}nvPicPr")
    etree.SubElement(about, f"{_P}cNvPr", id=str(number), name=f"图片 {number}")
    etree.SubElement(about, f"{_P}cNvPicPr")
    fill = etree.SubElement(pic, f"{_P}blipFill")
    etree.SubElement(fill, f"{_A}blip", {f"{R}embed": identity})
    etree.SubElement(etree.SubElement(fill, f"{_A}stretch"), f"{_A}fillRect")
    shape = etree.SubElement(pic, f"{_P}spPr")
    frame = etree.SubElement(shape, f"{_A}xfrm")
    etree.SubElement(frame, f"{_A}off", x="0", y="0")
    etree.SubElement(frame, f"{_A}ext", cx=str(size[0]), cy=str(size[1]))
    etree.SubElement(etree.SubElement(shape, f"{_A}prstGeom", prst="rect"), f"{_A}avLst")
    return made
