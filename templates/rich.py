"""docxtpl's own kinds of value: rich text, listings, pictures, documents within documents.

These alone may bring XML of their own into a document. Everything else that claims to be XML (a
Markup, an object with `__html__`) is text and is escaped. They are known by their exact class.
"""

from __future__ import annotations

import re
import sys
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

# Class -> module, what a clerk calls it, and what docxtpl wants after {{ where it is to stand.
_CLASSES = {
    "RichText": ("docxtpl.richtext", "富文本", "r"),
    "RichTextParagraph": ("docxtpl.richtext", "富文本段落", "p"),
    "Listing": ("docxtpl.listing", "多行文字", ""),
    "InlineImage": ("docxtpl.inline_image", "图片", ""),
    "Subdoc": ("docxtpl.subdoc", "子文档", "p"),
}
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
ALONE = re.compile(r"\{\{-?(r|p|tr|tc) ")  # a tag that stands in the place of a run, a paragraph …
# Compiled where they are asked of: few documents hold such values.
_RELATED = r"\sr:(?:id|embed|link|pict)=\"([^\"]*)\""
# XML 1.0 forbids these; \a and \f are left out: in these kinds docxtpl takes them as commands.
_UNFIT = "[\x00-\x06\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]"


class Kind(Enum):
    """What a value is to a template."""

    PLAIN = ""
    TEXT = "富文本"  # brings its own runs or line breaks
    PARTS = "图片或子文档"  # needs parts and relations of its own in the package


class NeedsPartsError(Exception):
    """A value needs parts of its own: the document has to be filled by docxtpl itself."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class UnfitError(ValueError):
    """A value that cannot stand in a document; the words say why, in Chinese."""


_KINDS: dict[type, Kind] = {}


def kind_of(kind: type) -> Kind:
    """Tell what values of a class are to a template."""
    known = _KINDS.get(kind)
    if known is None:
        module = _CLASSES.get(kind.__name__, ("",))[0]
        own = getattr(sys.modules.get(module), kind.__name__, None) is kind
        known = Kind.PLAIN
        if own:
            known = Kind.PARTS if kind.__name__ in {"InlineImage", "Subdoc"} else Kind.TEXT
        _KINDS[kind] = known
    return known


def said(value: object) -> str:
    """Name a rich value in words; "" if it is none."""
    kind = type(value)
    return "" if kind_of(kind) is Kind.PLAIN else _CLASSES[kind.__name__][1]


def misplaced(value: object, written: str) -> str:
    """Say what is wrong with a rich value in a tag as it was written; "" if nothing is.

    In any other place docxtpl makes a file that Word calls damaged.
    """
    _, words, wanted = _CLASSES[type(value).__name__]
    found = ALONE.match(written)
    if (found.group(1) if found else "") == wanted:
        return ""
    return f"是{words}，标签要写成 {{{{{wanted} 列名 }}}}"


def xml_of(value: Any, clerk: DocxTemplate | None) -> str:  # noqa: ANN401 - docxtpl ships no types
    """Return a rich value's own XML; `clerk` is docxtpl filling this very document.

    Raises:
        NeedsPartsError: it needs parts, and no clerk is at work.
        UnfitError: it cannot stand in this document.

    """
    if kind_of(type(value)) is Kind.PARTS:
        if clerk is None:
            raise NeedsPartsError(said(value))
        return _with_parts(value, clerk)
    xml = value.xml
    if not isinstance(xml, str):
        raise UnfitError(f"{said(value)}里没有文字")
    unfit = re.search(_UNFIT, xml)
    if unfit is None and not _whole(xml):
        raise UnfitError(f"{said(value)}的样式里有不能用的字符，例如引号")
    if unfit:
        raise UnfitError(f"{said(value)}里有不能写进文件的字符（U+{ord(unfit.group()):04X}）")
    related = re.findall(_RELATED, xml)
    if related:
        if clerk is None:
            raise NeedsPartsError("带链接的富文本")
        missing = [one for one in related if one not in clerk.current_rendering_part.rels]
        if missing:
            raise UnfitError("富文本里的链接没有登记在这份文件里，请由填写它的 clerk 登记")
    return xml


def _whole(xml: str) -> bool:
    """Tell whether XML is well formed by itself: a document takes it as it stands."""
    from lxml import etree

    bare = xml.replace("\a", "").replace("\f", "")
    try:
        etree.fromstring(f"<w:p {_SPACES}>{bare}</w:p>")
    except etree.XMLSyntaxError:
        return False
    return True


def _with_parts(value: Any, clerk: DocxTemplate) -> str:  # noqa: ANN401 - as above
    if type(value).__name__ == "Subdoc":
        if value.tpl is not clerk:
            raise UnfitError("子文档不是为这份文件做的，请由填写它的 clerk 来做")
        return str(value)
    from copy import copy

    from docx.image.exceptions import (
        InvalidImageStreamError,
        UnexpectedEndOfFileError,
        UnrecognizedImageError,
    )

    if not hasattr(clerk.current_rendering_part, "new_pic_inline"):
        raise UnfitError("这里放不下图片：图片只能放在正文、页眉和页脚里")
    bound = copy(value)
    bound.tpl = clerk
    broken = (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError)
    try:
        return str(bound)
    except (OSError, ValueError, *broken) as fault:
        shown = value.image_descriptor
        name = f"「{shown}」" if isinstance(shown, str) else ""
        raise UnfitError(f"图片{name}打不开，或者不是 PNG、JPEG 这样的图片") from fault
