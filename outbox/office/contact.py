"""The sheet of thumbnails on which a person confirms a split scan: one HTML page, offline."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from outbox.office.split import Split


@dataclass(frozen=True, slots=True)
class Named:
    """A paper as staff know it: for whom, and what."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands above the thumbnails: `notes` are the findings in words, `code` confirms."""

    title: str
    facts: Sequence[str]
    notes: Sequence[str]
    code: str


_STYLE = """
body{font-family:"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:24px;color:#222}
h1{font-size:20px}.facts{color:#555}.code{font-size:22px;font-weight:bold;letter-spacing:2px}
.notes{border-left:4px solid #b00;padding:4px 12px;background:#fff4f2}
.papers{display:flex;flex-wrap:wrap;gap:16px}
section{border:1px solid #ccc;padding:10px;break-inside:avoid}
section.odd{border:3px solid #b00}
h2{font-size:14px;margin:0 0 2px}p{margin:2px 0 6px;font-size:12px;color:#555}
section.odd p{color:#b00;font-weight:bold}
figure{display:inline-block;margin:0 8px 0 0;vertical-align:top;text-align:center;font-size:12px}
img{height:300px;border:1px solid #999;display:block}
img:hover{transform:scale(1.9);position:relative;z-index:1;background:#fff}
.expected img{border:1px dashed #06c}.doubt img{border:3px solid #b00}
.gone{height:300px;width:212px;border:2px dashed #b00;color:#b00;display:flex;align-items:center;
justify-content:center}
"""


def page(sheet: Sheet, papers: Sequence[Named], split: Split) -> str:
    """Write the page: for each paper what was expected beside what was scanned."""
    sections = [_paper(number, named, split) for number, named in enumerate(papers)]
    notes = "".join(f"<div>{escape(masked(one))}</div>" for one in sheet.notes)
    code = (
        "<p>逐份看过、都对，才输入这个核对码（把鼠标放在图上可以放大）：</p>"
        f'<div class="code">{sheet.code}</div>'
        if sheet.code
        else "<p><b>页数对不上，什么也没有换。</b></p>"
    )
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">',
            f"<title>{escape(sheet.title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(sheet.title)}</h1>",
            *(f'<div class="facts">{escape(masked(one))}</div>' for one in sheet.facts),
            code,
            f'<div class="notes">{notes}</div>' if notes else "",
            *_extra(split),
            '<h1>逐份核对</h1><div class="papers">',
            *sections,
            "</div></body></html>\n",
        )
    )


def _paper(number: int, named: Named, split: Split) -> str:
    pages = split.of(number)
    there = [one for one in pages if one is not None]
    odd = len(there) < len(pages) or bool(set(there) & set(split.odd))
    said = f"应有 {len(pages)} 页，扫描件里有 {len(there)} 页"
    figures = [_figure(split.fronts[number], "签发的首页", "expected")]
    for one in pages:
        if one is None:
            figures.append('<figure><div class="gone">缺这一页</div></figure>')
        else:
            words = f"扫描第 {one + 1} 页{_remark(one, split)}"
            figures.append(_figure(split.thumbs[one], words, "doubt" if one in split.odd else ""))
    kind = "odd" if odd else "fits"
    return (
        f'<section class="{kind}"><h2>{number + 1}. {escape(masked(named.name))}</h2>'
        f"<p>{escape(masked(named.title))}　{said}</p>{''.join(figures)}</section>"
    )


def _remark(page: int, split: Split) -> str:
    words = []
    if split.turns[page]:
        words.append("已转正")
    if page in split.sorted.moved:
        words.append("次序不对，已放回")
    if page in split.sorted.doubtful:
        words.append("拿不准，请细看")
    return f"（{'，'.join(words)}）" if words else ""


def _extra(split: Split) -> Iterator[str]:
    """Show the pages that are too many."""
    found: list[tuple[int, str]] = [(one, "重复") for one in split.sorted.doubled]
    found += [(one, "不是这批的页") for one in split.sorted.strangers]
    if found:
        yield "<h1>多出来的页</h1>"
        yield _row((split.thumbs[one], f"扫描第 {one + 1} 页：{why}") for one, why in sorted(found))


def _row(pictures: Iterable[tuple[bytes, str]]) -> str:
    return "".join(_figure(jpeg, words, "doubt") for jpeg, words in pictures)


def _figure(jpeg: bytes, words: str, kind: str) -> str:
    data = base64.b64encode(jpeg).decode("ascii")
    return (
        f'<figure class="{kind}"><img alt="" src="data:image/jpeg;base64,{data}">'
        f"<figcaption>{escape(words)}</figcaption></figure>"
    )
