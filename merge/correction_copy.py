"""A copy of a job's file that corrects it: the rows and the paragraph that say so put in."""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree

from merge.correction import NOTE, TAG
from merge.elements import NUMBER
from merge.letter import CORRECTS
from merge.rownames import name_of
from merge.source import decode
from rosters.finding import InputError
from templates.wml import W

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.wml import Element

_ELEMENTS = re.compile(r"^(要素|elements)[ \t]*[:：][ \t]*(?P<inline>\S.*)?$", re.MULTILINE)
_NUMBER = re.compile(r"^(?P<head>[ \t]*发文字号[ \t]*[:：])[ \t]*(?P<value>.*)$", re.MULTILINE)
_FRONT = re.compile(r"(?ms)^---[ \t\u3000]*$.*?^(?:---|\.\.\.)[ \t\u3000]*$\n?")
_GREETING = re.compile(r"[:：]\s*$")
_DOCUMENT = "word/document.xml"
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"


def copied(content: bytes, shown: str, batch: str, note: str, *, number: str, body: bool) -> bytes:
    """Return a job's file as one that corrects a batch.

    Args:
        content: the file, which has been read as a job without a fault.
        shown: what findings call it; .docx is Word, anything else text.
        batch: what is corrected.
        note: what 更正说明 says.
        number: the 发文字号 that is kept where the job asked for 自动; "" where there is none.
        body: whether it has a text in which the note can stand.

    Raises:
        InputError: its 要素 stand in a form that cannot be added to.

    """
    values = {CORRECTS: batch, NOTE: note}
    if shown.lower().endswith(".docx"):
        return _word(content, values, number, body=body)
    return _text(decode(content, shown), shown, values, number, body=body).encode()


def _text(text: str, shown: str, values: Mapping[str, str], number: str, *, body: bool) -> str:
    front = _FRONT.search(text)
    head, rest = (text[: front.end()], text[front.end() :]) if front else (text, "")
    if number:
        head = _NUMBER.sub(lambda found: _kept(found, number), head)
    found = _ELEMENTS.search(head)
    if found is None or found["inline"]:
        raise InputError(
            f"{shown} 的「要素」加不进更正的内容",
            f"请把「要素」写成一项一行，再加上「{CORRECTS}: {values[CORRECTS]}」和「{NOTE}」两行",
        )
    after = head[found.end() + 1 :]
    pad = (re.match(r"[ \t]*", after) or [""])[0] or "  "
    for key in values:
        own = re.compile(rf"^{pad}{key}[ \t]*[:：].*\n(?:{pad}[ \t]+.*\n)*", re.MULTILINE)
        after = own.sub("", after)
    lines = f'{pad}{CORRECTS}: "{values[CORRECTS]}"\n{pad}{NOTE}: |\n{pad}  {values[NOTE]}\n'
    head = f"{head[: found.end()]}\n{lines}{after}"
    return head + (_with_tag(rest) if body else rest)


def _kept(found: re.Match[str], number: str) -> str:
    value = found["value"].strip().strip("\"'")
    return found[0] if NUMBER.match(value) else f"{found['head']} {number}"


def _with_tag(text: str) -> str:
    """Put the note before the text, or behind whom it greets."""
    if NOTE in text:
        return text
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    greets = first < len(lines) and _GREETING.search(lines[first])
    at = first + 1 if greets else first
    return "\n".join([*lines[:at], *([""] if greets else []), TAG, "", *lines[at:]])


def _word(content: bytes, values: Mapping[str, str], number: str, *, body: bool) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == _DOCUMENT:
                data = _document(data, values, number, body=body)
            new.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _document(data: bytes, values: Mapping[str, str], number: str, *, body: bool) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(data, parser)
    form = next(root.iter(f"{W}tbl"))
    rows = {name_of(_said(cells[0])): row for row in form.iter(f"{W}tr") if (cells := _cells(row))}
    for key, value in values.items():
        if key not in rows:
            rows[key] = _row_like(rows["标题"] if "标题" in rows else rows["文种"], key)
        _say(_cells(rows[key])[1], value)
    own = rows.get("发文字号")
    if number and own is not None and not NUMBER.match(_said(_cells(own)[1]).strip()):
        _say(_cells(own)[1], number)
    if body:
        _tag(form)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _cells(row: Element) -> list[Element]:
    found = list(row.iter(f"{W}tc"))
    return found if len(found) > 1 else []


def _said(cell: Element) -> str:
    return "".join(one.text or "" for one in cell.iter(f"{W}t"))


def _row_like(row: Element, key: str) -> Element:
    made = deepcopy(row)
    row.addnext(made)
    first, _, *rest = _cells(made)
    _say(first, key)
    for one in rest:
        _say(one, "")
    return made


def _say(cell: Element, text: str) -> None:
    """Put a text in the place of all that a cell holds, in the look of its first run."""
    first, *others = list(cell.iter(f"{W}p"))
    for one in others:
        one.getparent().remove(one)
    run = next(first.iter(f"{W}r"), None)
    look = run.find(f"{W}rPr") if run is not None else None
    for one in [one for one in first if one.tag != f"{W}pPr"]:
        first.remove(one)
    if text:
        first.append(_run(text, look))


def _run(text: str, look: Element | None = None) -> Element:
    made = etree.Element(f"{W}r")
    if look is not None:
        made.append(deepcopy(look))
    inner = etree.SubElement(made, f"{W}t")
    inner.text = text
    inner.set(_PRESERVE, "preserve")
    return made


def _tag(form: Element) -> None:
    """Put the note's paragraph below the table, or behind whom the text greets."""
    below = list(form.itersiblings())
    if any(NOTE in _said(one) for one in below):
        return
    paragraph = etree.Element(f"{W}p")
    paragraph.append(_run(TAG))
    filled = next((one for one in below if _said(one).strip()), None)
    if filled is not None and filled.tag == f"{W}p" and _GREETING.search(_said(filled)):
        filled.addnext(paragraph)
    else:
        form.addnext(paragraph)
