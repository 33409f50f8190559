"""Pictures on their way into a document: |图片(3.5), |二维码(2.5); Word files: |子文档."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol
from zipfile import BadZipFile

from rosters.photo import Paper, Photo, PhotoError, Shape
from templates.astray import mended
from templates.rich import NeedsPartsError, UnfitError, said

if TYPE_CHECKING:
    from collections.abc import Callable

_EMU = 360_000  # to a centimetre
_DPI = 300
_MOST = 60.0  # cm
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture with its size on paper in EMU; `words` is what it says, as a code does."""

    shape: Shape
    width: int
    height: int
    words: str = ""

    @property
    def name(self) -> str:
        """Name its part: the same picture is there once, however often it is printed."""
        digest = hashlib.sha256(self.shape.content).hexdigest()
        return f"media/fawen{digest[:16]}.{self.shape.kind}"


class Fill(Protocol):
    """A fill that gives pictures their identities."""

    clerk: Any
    said: list[str]

    def pictured(self, picture: Placed) -> tuple[str, int]:
        """Take a picture up; return its relation's id, and a number no other picture has."""


def picture(value: Any, width: Any = 0, height: Any = 0) -> Any:  # noqa: ANN401 - a template hands over anything
    """图片: a picture so many cm wide, at most so many high; nothing where there is none."""
    if value is None or getattr(value, "is_missing", False) is True or not str(value).strip():
        return ""
    if not isinstance(value, Photo):
        kind = said(value)
        raise UnfitError(f"{kind or f'「{str(value)[:40]}」'}不是图片，这一格要写图片文件的名字")
    wide, high = _size(width), _size(height)
    if not wide and not high:
        raise UnfitError("要写明图片多宽（厘米），例如 |图片(3.5)")
    try:
        shape = value.shaped(round(max(wide, high) / _EMU / 2.54 * _DPI))
    except PhotoError as fault:
        raise UnfitError(f"：{fault}") from None
    return Placed(shape, *_within(shape, wide, high))


def code(value: Any, width: Any = 2.5) -> Any:  # noqa: ANN401
    """二维码: a QR code of a text, so many cm wide, its quiet zone included."""
    words = "" if value is None or said(value) else str.__str__(str(value)).strip()
    if not words:
        return ""
    side = _size(width)
    if not side:
        raise UnfitError("二维码的宽度要在0到60厘米之间")
    return Placed(_code(words), side, side, words)


@dataclass(frozen=True, slots=True)
class Within:
    """A Word file that stands within the document; docxtpl puts it there."""

    paper: Paper


def within(value: Any) -> Any:  # noqa: ANN401
    """子文档: the Word file that a cell names, in the place of the tag's own paragraph."""
    if value is None or getattr(value, "is_missing", False) is True or not str(value).strip():
        return ""
    if not isinstance(value, Paper):
        kind = said(value) or f"「{str(value)[:40]}」"
        raise UnfitError(f"{kind}不是子文档，这一格要写 .docx 文件的名字")
    return Within(value)


def opened(fill: Fill, value: Within) -> Any:  # noqa: ANN401 - docxtpl ships no types
    """Have docxtpl, where it fills this document, open such a file.

    Raises:
        NeedsPartsError: it does not.
        UnfitError: the file is gone or damaged.

    """
    if fill.clerk is None:
        raise NeedsPartsError("子文档")
    try:
        return fill.clerk.new_subdoc(io.BytesIO(mended(value.paper.content())))
    except PhotoError as fault:
        raise UnfitError(f"：{fault}") from None
    except (ValueError, KeyError, SyntaxError, BadZipFile) as fault:
        raise UnfitError(f"：子文档「{value.paper}」打不开") from fault


def xml_of(fill: Fill, made: Placed) -> str:
    """Write a picture into a run's text."""
    relation, number = fill.pictured(made)
    if made.words:
        fill.said.append(made.words)
    return _inline(made, relation, number)


def _inline(made: Placed, relation: str, number: int) -> str:
    size = f'cx="{made.width}" cy="{made.height}"'
    return (
        f'</w:t><w:drawing><wp:inline xmlns:wp="{_DRAWING}" distT="0" distB="0" distL="0" '
        f'distR="0"><wp:extent {size}/><wp:docPr id="{number}" name="图片{number}"/>'
        f'<a:graphic xmlns:a="{_MAIN}"><a:graphicData uri="{_PICTURE}"><pic:pic '
        f'xmlns:pic="{_PICTURE}"><pic:nvPicPr><pic:cNvPr id="{number}" name="图片{number}"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r="{_RELATION}" '
        f'r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        '<w:t xml:space="preserve">'
    )


def relation(picture: Placed, identity: str, folder: str = "") -> str:
    """Write what leads from a part to its picture."""
    return (
        f'<Relationship Id="{identity}" Type="{_RELATION}/image" Target="{folder}{picture.name}"/>'
    )


def _within(shape: Shape, wide: int, high: int) -> tuple[int, int]:
    """Fit a picture into a width and a height, its proportion kept; 0 leaves a side free."""
    shares = [limit / side for limit, side in ((wide, shape.width), (high, shape.height)) if limit]
    share = min(shares)
    return max(1, round(shape.width * share)), max(1, round(shape.height * share))


def _size(cm: Any) -> int:  # noqa: ANN401
    try:
        size = float(cm)
    except (TypeError, ValueError):
        raise UnfitError("图片的宽和高要写厘米数，例如 |图片(3.5) 或 |图片(3.5, 4.9)") from None
    if not 0 <= size <= _MOST:
        raise UnfitError("图片的宽和高要在0到60厘米之间")
    return round(size * _EMU)


@lru_cache(maxsize=256)
def _code(words: str) -> Shape:
    """Draw a QR code, ten pixels a module: the same bytes for the same text."""
    import segno
    from segno.encoder import DataOverflowError

    try:
        made = segno.make_qr(words, error="m")
    except (DataOverflowError, ValueError):
        raise UnfitError(f"有{len(words)}个字，二维码里放不下") from None
    out = io.BytesIO()
    made.save(out, kind="png", scale=10, border=4)
    side = int(made.symbol_size(scale=10, border=4)[0])
    return Shape("png", side, side, out.getvalue())


PICTURES: dict[str, Callable[..., Any]] = {"图片": picture, "二维码": code}
PAPERS: dict[str, Callable[..., Any]] = {"子文档": within}
# Their value is the name of a file, or stands for what the roster holds: which kind of one.
NAMED = {"图片": "picture", "子文档": "document"}
