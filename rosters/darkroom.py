"""The darkroom: pictures from outside opened in the child, turned upright, and made small."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps

from rosters import anchors, gate
from rosters.finding import Finding, InputError, Level, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 60_000_000  # pixels: a good camera's have some 50 million
_FORMATS = {"PNG": "png", "JPEG": "jpeg", "MPO": "jpeg"}  # what some telephones call a JPEG
_QUALITY = 90
_TOO_MANY = "图片的像素太多，请缩小后再存"
_ADVICE = "请用画图等软件另存为 PNG 或 JPEG"


def pieces(content: bytes, kind: str, shown: str) -> Iterator[tuple[Any, ...]]:
    """Read what was sent: a workbook's pictures where `kind` says .xlsx, else one picture.

    Args:
        content: of the file.
        kind: ".xlsx", or how many pixels wide and high the picture may be, "0" for any number.
        shown: what findings call the file.

    Raises:
        InputError: it is no picture that can be printed.

    """
    if kind == ".xlsx":
        gate.check(content, "xlsx", shown=shown)
        for one in anchors.pictures(content):
            yield ("at", *one)
        return
    yield "picture", *_shaped(content, int(kind))


def _shaped(content: bytes, most: int) -> tuple[str, int, int, bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "MPO"))
            size = image.width * image.height
            kind = _FORMATS[image.format or ""]
            if size <= MOST:
                if most:  # a JPEG is decoded at a half or an eighth, where that is enough
                    image.draft(None, (most, most))
                ImageOps.exif_transpose(image, in_place=True)
                image.load()
    except MemoryError:
        raise
    except Image.DecompressionBombError as error:
        raise _refused(_TOO_MANY) from error
    except Exception as error:  # whatever a damaged file makes the parser raise
        raise _refused("不是 PNG 或 JPEG 图片，或者已经损坏") from error
    if size > MOST:
        raise _refused(_TOO_MANY)
    if most and max(image.size) > most:
        image.thumbnail((most, most), Image.Resampling.LANCZOS)
    return kind, *image.size, _written(image, kind)


def _written(image: Image.Image, kind: str) -> bytes:
    """Write the pixels and nothing else: no date, no place, no program."""
    out = io.BytesIO()
    if kind == "png":
        plain = (
            image if image.mode in {"1", "L", "LA", "P", "RGB", "RGBA"} else image.convert("RGBA")
        )
        bare = Image.new(plain.mode, plain.size)
        bare.paste(plain)
        if plain.mode == "P" and (palette := plain.getpalette()):
            bare.putpalette(palette)
        clear = plain.info.get("transparency") if plain.mode in {"P", "L", "RGB", "1"} else None
        bare.save(out, "PNG", **({} if clear is None else {"transparency": clear}))
    else:
        plain = image if image.mode in {"RGB", "L"} else image.convert("RGB")
        plain.save(out, "JPEG", quality=_QUALITY, exif=b"", comment=b"")
    return out.getvalue()


def _refused(words: str) -> InputError:
    return InputError(words, findings=[Finding(Level.ERROR, "picture", Place(), words, _ADVICE)])
