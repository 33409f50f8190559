"""WordprocessingML: elements whose children stand in the order the schema asks for.

Word calls a file damaged whose properties are out of order (ECMA-376, part 1, 17.3.1 and 17.3.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping

Element: TypeAlias = Any  # lxml ships no types

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_PARAGRAPH = (  # noqa: SIM905 - forty lines of one word each say no more
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers "
    "pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
    "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
    "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle "
    "rPr sectPr pPrChange"
).split()
_RUN = (  # noqa: SIM905 - as above
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
    "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u "
    "effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange"
).split()
_ORDER = {W + "pPr": _PARAGRAPH, W + "rPr": _RUN}


def parse(content: bytes) -> Element:
    """Parse a part of a package; entities and the network are out of reach."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def element(name: str, *children: Element, **attributes: str | int) -> Element:
    """Make an element of the main namespace; a str among the children is its text."""
    made = etree.Element(W + name, nsmap={"w": NAMESPACE})
    for key, value in attributes.items():
        made.set(W + key, str(value))
    for one in children:
        if isinstance(one, str):
            made.text = one
            made.set(_SPACE, "preserve")
        else:
            made.append(one)
    return made


def put(properties: Element, name: str, attributes: Mapping[str, str | int] | None) -> None:
    """Set a child of pPr or rPr at its place in the schema; with None take it away."""
    for old in properties.findall(W + name):
        properties.remove(old)
    if attributes is None:
        return
    order = _ORDER[properties.tag]
    rank = order.index(name)
    after = [one for one in properties if _rank(order, one) <= rank]
    properties.insert(len(after), element(name, **attributes))


def _rank(order: list[str], one: Element) -> int:
    name = one.tag.removeprefix(W)
    return order.index(name) if name in order else len(order)


def face(look: Element, font: str) -> None:
    """Set a font in all four slots, and no theme font, which would win over it.

    Without the hint Word sets “ ” — … in the Latin font. With font "" only the hint is set.
    """
    fonts = look.find(W + "rFonts")
    kept = {} if fonts is None else {key.removeprefix(W): fonts.get(key) for key in fonts.keys()}  # noqa: SIM118 - an element's keys are its attributes
    if font:
        kept = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), font)
    put(look, "rFonts", {**kept, "hint": "eastAsia"})


def text_of(paragraph: Element) -> str:
    """Return the text of a paragraph's own runs."""
    return "".join(text.text or "" for text in paragraph.findall(f"{W}r/{W}t"))
