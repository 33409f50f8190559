"""A picture of a body: its kind told by its bytes, its size as its writer had it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rosters.finding import Place
    from templates.gongwen.blocks import Picture

LARGEST = 20 * 2**20  # bytes; a scan of a whole page in colour is some 5 MB
_TENTH = 3_600  # EMU: a tenth of a millimetre
_SUFFIXES = {"png", "jpg", "jpeg", "gif", "bmp", "tiff"}
NONE = "不是认得的图片"
ADVICE = "请用画图等软件另存为 PNG 或 JPEG，再插入"


def picture(
    content: bytes, place: Place, *, words: str = "", size: tuple[int, int] | None = None
) -> Picture | None:
    """Make a picture; None where the bytes are none that Word can show.

    `size` is its width and height in EMU; 0 for either keeps the proportion, without `size` the
    file's own resolution tells.
    """
    from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError
    from docx.image.exceptions import UnrecognizedImageError as Unrecognized
    from docx.image.image import Image

    from templates.gongwen.blocks import Picture

    try:
        image = Image.from_blob(content)
        own = int(image.width), int(image.height)
        suffix = image.ext.lower()
    # A damaged file fails wherever its parser happens to be.
    except (
        Unrecognized,
        InvalidImageStreamError,
        UnexpectedEndOfFileError,
        ArithmeticError,
        LookupError,
        ValueError,
        AttributeError,
    ):
        return None
    if suffix not in _SUFFIXES or min(own) <= 0 or len(content) > LARGEST:
        return None
    width, height = size or own
    if not width:
        width = own[0] * height // own[1] if height else own[0]
    if not height:
        height = own[1] * width // own[0]
    suffix = "jpeg" if suffix == "jpg" else suffix
    return Picture(content, suffix, _rounded(width), _rounded(height), words, place)


def _rounded(emu: int) -> int:
    """Round to a tenth of a millimetre: programs that save a file again move a size by less."""
    return max(1, round(emu / _TENTH)) * _TENTH
