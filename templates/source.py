"""A part of a Word file -> Jinja source: cleaned by docxtpl, headings rewritten, places known."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.finding import Finding, Place
from templates.blocks import promote
from templates.fitted import fit
from templates.grammar import error
from templates.lint import misfits
from templates.loosened import loosen
from templates.paragraphs import W, paragraphs, places, text_of
from templates.sandbox import ambiguous, rewritten, unclosed
from templates.swallowed import swallowed
from templates.tags import TAG, AmbiguousError, Names, Tag
from templates.typefaces import fonts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml.etree import _Element

    from templates.lint import Misfit

# What Word puts between the braces of a tag, and between its letters.
_OPENING = re.compile(r"\{(?:<[^>]*>)+(?=[{%#])")
_CLOSING = re.compile(r"([%}#])(?:<[^>]*>)+(?=\})")
_SPLIT = re.compile(r"</w:t>.*?<w:t(?:>| [^>]*>)", re.DOTALL)
_MARKUP = re.compile(r"<(/?)([\w.:-]+)[^>]*?(/?)>")
_OPEN_TAG = re.compile(r"\{\{(?:(?!\}\}).)*|\{%(?:(?!%\}).)*|\{#(?:(?!#\}).)*", re.DOTALL)
# A mark carries a tag's number through docxtpl's cleaning, in characters used nowhere else.
_MARK = re.compile("\ue0f0([0-9]+)\ue0f1")
_PRIVATE = re.compile("[\ue0f0\ue0f1]")
# Braces, and what is typed in their stead; in XML and out of it.
_SIGNS = re.compile("[{}｛｝]|<<|＜＜|&lt;&lt;")
_BARE = re.compile(r"\{%\s*(?:vm|hm)\s*%\}")


@dataclass(frozen=True)
class Look:
    """What each style asks for, "" the default: typefaces, and sizes in half-points."""

    fonts: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Source:
    """A part as Jinja source, its tags by their index in it, and what was found on the way."""

    text: str
    tags: dict[int, Tag] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    torn: list[Tag] = field(default_factory=list)  # tags that end elsewhere than they begin


def has_tags(xml: str) -> bool:
    """Tell whether a part may hold tags, or what people take for tags."""
    return _SIGNS.search(re.sub(r"<[^>]+>", "", xml)) is not None


def read(
    xml: str,
    names: Names,
    shown: Place,
    clean: Callable[[str], str],
    origins: Mapping[int, Place] | None = None,
    look: Look | None = None,
) -> Source:
    """Turn a part's XML into Jinja source; `clean` is docxtpl's patch_xml.

    `origins` are the places of paragraphs that the template's writer did not write, `look` tells
    what styles ask for.
    """
    xml, unclean = _lint(xml, names, shown, origins)
    findings: list[Finding] = []
    tags: list[Tag] = []
    root, marked = _marked(xml, names, tags, findings)
    known: dict[int, Place] = {}
    fonts: dict[int, str] = {}
    if root is not None:
        known = places(root, shown, _MARK, origins)
        fonts = fonts_of(root, _MARK, look.fonts if look else {})
        for mark, message, cure in fit(root, look.sizes if look else {}):
            findings.append(_unfit(tags, mark, message, cure))
        loosen(root)
        promote(root, _MARK)
        marked = _string(root)
    tags = [
        Tag(tag.written, known.get(index, shown), fonts.get(index, ""))
        for index, tag in enumerate(tags)
    ]
    findings = [
        Finding(f.level, f.rule, tags[int(f.place.where)].place, f.message, f.advice)
        for f in findings
    ]
    source = Source("", findings=[*unclean, *findings])
    if root is None:
        source.torn = [Tag(one, shown) for one in _torn(xml)] or [Tag("{{", shown)]
    else:
        source.misfits = misfits(marked, tags, _MARK)
    source.text = _unmarked(clean(marked), tags, source.tags)
    return source


def _unfit(tags: list[Tag], mark: str, message: str, cure: str) -> Finding:
    at = _MARK.search(mark)
    index = int(at.group(1)) if at else 0
    return error(Place(where=str(index)), f"「{tags[index].written}」{message}", cure)


def _string(root: _Element) -> str:
    from lxml import etree

    return str(etree.tostring(root, encoding="unicode"))


def _lint(
    xml: str, names: Names, shown: Place, origins: Mapping[int, Place] | None
) -> tuple[str, list[Finding]]:
    """Look at each paragraph for tags that do not close, before anything joins text across.

    Return XML in which such paragraphs hold their whole tags alone, so that the rest can be read.
    """
    from lxml import etree

    root = etree.fromstring(xml.encode(), _parser())
    found: list[Finding] = []
    if _PRIVATE.search(xml):
        found.append(error(shown, "里面有私用区字符 U+E0F0 或 U+E0F1", "请删去"))
        xml = _PRIVATE.sub("", xml)
    where = places(root, shown, None, origins)
    for number, paragraph in enumerate(paragraphs(root), 1):
        text = text_of(paragraph)
        if not _SIGNS.search(text):
            continue
        found += swallowed(paragraph, text, where[number])
        faults = unclosed(text, where[number], names)
        if faults:
            found += faults
            texts = list(paragraph.iter(f"{W}t"))
            for node in texts:
                node.text = ""
            texts[0].text = "".join(TAG.findall(text))
    if not root.tag.startswith(W):
        found += unclosed("".join(map(str, root.itertext())), shown, names)
    return (_string(root) if found else xml), found


def _parser() -> object:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _marked(
    xml: str, names: Names, tags: list[Tag], findings: list[Finding]
) -> tuple[_Element | None, str]:
    """Close tags up over the runs Word split them into; rewrite and mark each."""
    from lxml import etree

    def inside(found: re.Match[str]) -> str:
        written = _plain(found.group())
        if _BARE.fullmatch(written) or written.startswith("{#"):
            return found.group()
        tag = Tag(" ".join(written.split()), Place(where=str(len(tags))))
        tags.append(tag)
        try:
            made = rewritten(written, names)
        except AmbiguousError as fault:
            findings.append(ambiguous(fault, tag))
            made = "{{ 行 }}" if written.startswith("{{") else written
        mark = f"\ue0f0{len(tags) - 1}\ue0f1"
        end = -3 if made[-3] in "-+" else -2
        return _xml(made[:end] + mark + made[end:])

    closed = _CLOSING.sub(r"\1", _OPENING.sub("{", xml))
    closed = _OPEN_TAG.sub(lambda found: _SPLIT.sub("", found.group()), closed)
    marked = TAG.sub(inside, closed)
    try:
        return etree.fromstring(marked.encode(), _parser()), marked
    except etree.XMLSyntaxError:
        return None, marked  # a tag that runs over a link's end; docxtpl takes it as it can


def _torn(xml: str) -> list[str]:
    """List the tags between whose braces something begins that does not end there, or ends."""
    found = []
    for one in _OPEN_TAG.findall(_CLOSING.sub(r"\1", _OPENING.sub("{", xml))):
        begun = Counter[str]()
        for end, name, empty in _MARKUP.findall(one):
            begun[name] += 0 if empty else -1 if end else 1
        if any(begun.values()):
            end = {"{": "}"}.get(one[1], one[1])
            found.append(f"{' '.join(_plain(one).split())} {end}}}")
    return found


def _plain(text: str) -> str:
    text = re.sub(r"<[^>]*>", "", text)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(entity, char)
    return re.sub(r"&#(\d+);", lambda f: chr(int(f.group(1))), text).replace("&amp;", "&")


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unmarked(text: str, tags: list[Tag], by_index: dict[int, Tag]) -> str:
    """Take the marks out of cleaned source, noting which tag each index is."""
    index = -1

    def one(found: re.Match[str]) -> str:
        nonlocal index
        index += 1
        mark = _MARK.search(found.group())
        if mark:
            by_index[index] = tags[int(mark.group(1))]
        inside = _MARK.sub("", found.group())
        return inside.replace("&amp;", "&") if mark else inside

    return TAG.sub(one, text)
