"""送签 as one page that opens offline: no script, nothing from elsewhere, everything escaped."""

from __future__ import annotations

import base64
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from outbox.office import review_sheet as sheet
from outbox.office.review_blocks import Full, Gallery, Heading, Table, Text
from outbox.office.review_body import sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outbox.office.review import Picture, Review, Sample
    from outbox.office.review_blocks import Block
    from outbox.office.review_text import Line

# Nothing may be fetched or run, whatever a name or a title says.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_STYLE = Path(__file__).with_name("review.css")


def pieces(review: Review) -> Iterator[str]:
    """Yield the page piece by piece: of many documents it never stands there whole."""
    style = _STYLE.read_text(encoding="utf-8")
    title = _safe(f"送签 {review.manifest.number or review.batch.name}　核对码 {review.code}")
    yield (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="generator" content="fawen">'
        f"<title>{title}</title><style>{style}</style></head>\n<body><main>\n"
    )
    yield from _sheet(review)
    opened = False
    for block in sections(review):
        if isinstance(block, Heading) and block.level == 1:
            yield "</section>\n<section>" if opened else "<section>"
            opened = True
        yield from _block(block)
    yield "</section>\n" if opened else ""
    yield f"<footer>{_safe(review.batch.name)}　核对码 {_safe(review.code)}</footer>\n"
    yield "</main></body></html>\n"


def _sheet(review: Review) -> Iterator[str]:
    yield f'<article class="sheet"><h1>{_safe(sheet.name(review))}</h1>\n<div class="form">'
    for row in sheet.rows(review):
        yield '<div class="row">'
        for one in row:
            classes = f"field w{one.wide}{' tall' if one.tall else ''}"
            if one.label == "标题":
                classes += " title"
            value = "年　　月　　日" if one.tall else one.value
            yield (
                f'<div class="{classes}"><div class="label">{_safe(one.label)}</div>'
                f'<div class="value">{_safe(value)}</div></div>'
            )
        yield "</div>"
    said, answer = sheet.answer(review)
    yield (
        f'</div>\n<div class="code"><span class="label">核对码</span>'
        f'<b id="code">{_safe(review.code)}</b>'
        f'<span class="answer">{_safe(said)}<span class="keep">{_safe(answer)}</span></span>'
        "</div>\n"
    )
    yield f'<p class="brief">{_safe(sheet.counted(review))}</p>\n'
    for line in sheet.fine_print(review):
        yield f'<p class="small">{_safe(line)}</p>\n'
    yield "</article>\n"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        tag = f"h{block.level + 1}"
        yield f"<{tag}>{_safe(block.text)}</{tag}>\n"
    elif isinstance(block, Text):
        tone = f' class="{block.tone}"' if block.tone else ""
        yield f"<p{tone}>{_safe(block.text)}</p>\n"
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Full):
        yield from _full(block.sample)
    elif isinstance(block, Gallery):
        yield from _gallery(block)


def _table(table: Table) -> Iterator[str]:
    headed = any(name for name, _ in table.head)
    total = sum(share for _, share in table.head)
    yield f'<div class="scroll"><table{"" if headed else " class=pair"}><colgroup>'
    for _, share in table.head:
        yield f'<col style="width:{100 * share / total:.0f}%">'
    yield "</colgroup>"
    if headed:
        cells = "".join(f"<th>{_safe(name)}</th>" for name, _ in table.head)
        yield f"<thead><tr>{cells}</tr></thead>"
    yield "<tbody>\n"
    for row in table.rows:
        cells = "".join(
            f'<td class="pre">{_safe(one)}</td>' if "\n" in one else f"<td>{_safe(one)}</td>"
            for one in row
        )
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody></table></div>\n"


def _full(sample: Sample) -> Iterator[str]:
    if sample.pictures:
        yield '<div class="pages">\n'
        for number, one in enumerate(sample.pictures, 1):
            yield f"{_image(one, f'{sample.title} 第{number}页')}\n"
        yield "</div>\n"
        if len(sample.pictures) < sample.pages:
            yield f'<p class="warn">共{sample.pages}页，这里列出前{len(sample.pictures)}页。</p>\n'
        return
    yield '<div class="text">\n'
    table: list[Line] = []
    for line in sample.lines:
        if line.cells:
            table.append(line)
            continue
        yield from _rows(table)
        table = []
        known = [one for one in (line.style, line.align) if re.fullmatch(r"[A-Za-z]\w*", one)]
        classes = f' class="{" ".join(known)}"' if known else ""
        yield f"<p{classes}>{_safe(line.text)}</p>\n"
    yield from _rows(table)
    yield "</div>\n"


def _rows(lines: list[Line]) -> Iterator[str]:
    if not lines:
        return
    yield '<div class="scroll"><table><tbody>'
    for line in lines:
        yield "<tr>" + "".join(f"<td>{_safe(one)}</td>" for one in line.cells) + "</tr>"
    yield "</tbody></table></div>\n"


def _gallery(block: Gallery) -> Iterator[str]:
    yield '<div class="sheetlets">\n'
    for one in block.thumbs:
        caption = f"{one.caption}　{one.pages}页"
        yield (
            f'<figure class="sheetlet">{_image(one.picture, caption)}'
            f"<figcaption>{_safe(caption)}</figcaption></figure>\n"
        )
    yield "</div>\n"


def _image(picture: Picture, said: str) -> str:
    data = base64.b64encode(picture.data).decode("ascii")
    return (
        f'<img src="data:image/jpeg;base64,{data}" width="{picture.width}" '
        f'height="{picture.height}" alt="{_safe(said)}">'
    )


def _safe(text: str) -> str:
    return escape(_CONTROL.sub("\ufffd", text), quote=True)
