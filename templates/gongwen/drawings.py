"""What is drawn or embedded in a paragraph of Word: a picture is taken, anything else refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from templates.gongwen import pictures
from templates.gongwen.manuscript import R, whole
from templates.wml import Element, W

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rosters.finding import Place
    from templates.gongwen.blocks import Picture
    from templates.gongwen.losses import Losses
    from templates.gongwen.manuscript import Manuscript

_LARGEST = 200_000_000  # EMU: five and a half metres
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/"
_WP, _A = f"{_DRAWING}wordprocessingDrawing}}", f"{_DRAWING}main}}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_V, _O = "{urn:schemas-microsoft-com:vml}", "{urn:schemas-microsoft-com:office:office}"


class Drawings:
    """Takes pictures out of one paragraph."""

    def __init__(self, manuscript: Manuscript, losses: Losses, place: Place) -> None:
        self._manuscript = manuscript
        self._losses = losses
        self._place = place

    def read(self, one: Element) -> Iterator[Picture]:
        """Take the pictures of a child of a run, or say what else it is."""
        if one.tag == _MC + "AlternateContent":
            for choice in (*one.findall(_MC + "Choice"), *one.findall(_MC + "Fallback"))[:1]:
                for inner in choice:
                    yield from self.read(inner)
            return
        kind = _kind(one)
        ways = {"picture": self._drawing, "imagedata": self._vml}
        if kind not in ways:
            self._losses.refuse(kind, self._place)
            return
        found = False
        for made in ways[kind](one):
            found = True
            if made is not None:
                yield made
        if not found:  # it says that it is a picture, and leads to none
            self._losses.refuse("picture", self._place)

    def _drawing(self, drawing: Element) -> Iterator[Picture | None]:
        if drawing.find(_WP + "anchor") is not None:
            self._losses.note("floating", self._place)
        if any(one.get("rot", "0") != "0" for one in drawing.iter(_A + "xfrm")):
            self._losses.note("turned", self._place)
        for crop in drawing.iter(_A + "srcRect"):
            if any(crop.get(side, "0") != "0" for side in "ltrb"):
                self._losses.note("cropped", self._place)
        extent, told = drawing.find(f".//{_WP}extent"), drawing.find(f".//{_WP}docPr")
        size = None
        if extent is not None:
            size = (
                whole(extent.get("cx", ""), 0, _LARGEST),
                whole(extent.get("cy", ""), 0, _LARGEST),
            )
        words = str(told.get("descr", "")) if told is not None else ""
        for blip in drawing.iter(_A + "blip"):
            yield self._picture(blip.get(R + "embed", ""), size, words)

    def _vml(self, drawing: Element) -> Iterator[Picture | None]:
        for shape in drawing.iter(_V + "shape", _V + "rect"):
            size = _points(shape.get("style", ""))
            for data in shape.iter(_V + "imagedata"):
                yield self._picture(data.get(R + "id", ""), size, shape.get("alt", ""))

    def _picture(self, relation: str, size: tuple[int, int] | None, words: str) -> Picture | None:
        content = self._manuscript.bytes_of(relation)
        if content is None:
            self._losses.refuse("gone", self._place)
            return None
        made = pictures.picture(content, self._place, words=words, size=size)
        if made is None:
            self._losses.refuse("picture", self._place)
        return made


def _points(style: str) -> tuple[int, int] | None:
    found = dict(re.findall(r"\b(width|height):\s*(\d{1,5}(?:\.\d+)?)pt", style))
    if set(found) != {"width", "height"}:
        return None
    return round(float(found["width"]) * 12700), round(float(found["height"]) * 12700)


def _kind(one: Element) -> str:
    names = {inner.tag for inner in one.iter() if isinstance(inner.tag, str)}
    data = one.iter(_A + "graphicData")
    kinds = {str(inner.get("uri", "")).rpartition("/")[2] for inner in data}
    told = {
        "box": W + "txbxContent" in names,
        "object": one.tag == W + "object" or _O + "OLEObject" in names,
        "smartart": "diagram" in kinds,
        "chart": bool(kinds & {"chart", "chartex"}),
        "picture": kinds == {"picture"},
        "imagedata": _V + "imagedata" in names and _V + "group" not in names,
        "shape": one.tag in {W + "drawing", W + "pict"},
    }
    return next((kind for kind, is_so in told.items() if is_so), "unknown")
