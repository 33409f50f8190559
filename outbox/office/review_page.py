"""送签 as one page that opens offline: no script, nothing from elsewhere, everything escaped."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import TYPE_CHECKING

from outbox.office import review_sheet as sheet
from outbox.office.review_body import Full, Gallery, Heading, Table, Text, sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outbox.office.review import Picture, Review, Sample
    from outbox.office.review_body import Block
    from outbox.office.review_text import Line

# Nothing may be fetched or run, whatever a name or a title says.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_STYLE = """
:root{--red:#b3201b;--ink:#1c1c1c;--soft:#6b6560;--line:#d8cfc8;--paper:#fff;--ground:#efebe7}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);line-height:1.7;
font:16px/1.7 "FangSong","仿宋","STFangsong","FangSong_GB2312","Songti SC","Noto Serif CJK SC",serif}
main{max-width:900px;margin:0 auto;padding:24px 16px 64px}
section,.sheet{background:var(--paper);border:1px solid var(--line);padding:36px 44px;
margin:0 0 20px;box-shadow:0 1px 3px rgba(0,0,0,.06)}
h1,h2,h3,th,.label{font-family:"SimHei","黑体","STHeiti","Heiti SC","Noto Sans CJK SC",sans-serif;
font-weight:600}
h1{font:600 27px/1.4 "方正小标宋简体","FZXiaoBiaoSong-B05S","STZhongsong","华文中宋","SimSun",
"Noto Serif CJK SC",serif;color:var(--red);text-align:center;letter-spacing:.12em;margin:4px 0 18px}
h2{font-size:19px;margin:0 0 12px;padding:0 0 8px;border-bottom:2px solid var(--red)}
h3{font-size:16.5px;margin:24px 0 8px}
p{margin:0 0 8px;overflow-wrap:anywhere}
.note{color:var(--soft);font-size:14.5px}.warn{color:#8a4b00}
.quote{margin:0;padding:0 0 0 14px;border-left:3px solid var(--line);min-height:1.7em}
.form{display:grid;grid-template-columns:repeat(6,1fr);border:2px solid var(--red);border-width:2px 1px 1px 2px}
.field{display:flex;border:solid var(--red);border-width:0 1px 1px 0;min-width:0}
.field .label{flex:0 0 5.4em;padding:9px 6px;text-align:center;color:var(--red);
border-right:1px solid var(--red);display:flex;align-items:center;justify-content:center;letter-spacing:.2em}
.field .value{flex:1;padding:9px 12px;min-width:0;overflow-wrap:anywhere;align-self:center}
.tall{min-height:92px}.tall .value{align-self:flex-end;text-align:right;color:var(--soft)}
.w6{grid-column:span 6}.w3{grid-column:span 3}.w2{grid-column:span 2}
.title .value{font:600 20px/1.5 "方正小标宋简体","STZhongsong","华文中宋","SimSun","Noto Serif CJK SC",serif}
.code{display:flex;align-items:center;gap:22px;border:2px solid var(--red);border-top:0;padding:14px 20px;flex-wrap:wrap}
.code b{font:700 40px/1.1 "Consolas","Menlo","DejaVu Sans Mono",monospace;letter-spacing:.06em}
.code .label{color:var(--red);letter-spacing:.2em}
.code .answer{flex:1 1 14em}
.small{font-size:13.5px;color:var(--soft);margin:10px 0 0}
.brief{margin:16px 0 0;padding:10px 14px;background:#fbf3ec;border-left:4px solid var(--red)}
.scroll{overflow-x:auto;margin:0 0 14px}
table{border-collapse:collapse;width:100%;font-size:14.5px;line-height:1.55}
th,td{border:1px solid var(--line);padding:5px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f7eeea;white-space:nowrap}
tbody tr:nth-child(even){background:#fcfaf8}
td.pre{white-space:pre-line}
.pages{display:grid;gap:16px;justify-items:center;background:var(--ground);padding:16px}
.pages img,.sheetlet img{max-width:100%;height:auto;background:#fff;border:1px solid var(--line);display:block}
.pages img{width:100%;max-width:720px;box-shadow:0 1px 4px rgba(0,0,0,.14)}
.text{border:1px solid var(--line);padding:34px 40px;background:#fff}
.text p{text-indent:2em;text-align:justify}
.text .center,.text .GwMark,.text .GwNumber,.text .GwTitle,.text .Title,.text .GwAnnexTitle{text-align:center;text-indent:0}
.text .right,.text .GwOrgan,.text .GwDate{text-align:right;text-indent:0}
.text .GwMark{color:var(--red);font-size:30px;font-weight:700;letter-spacing:.1em}
.text .GwNumber{border-bottom:2px solid var(--red);padding-bottom:10px;margin-bottom:22px}
.text .GwTitle,.text .Title,.text .GwAnnexTitle{font-size:22px;font-weight:600;margin:6px 0 14px}
.text .GwAddressee,.text .GwImprint,.text .GwAnnex{text-indent:0}
.text .GwLevel1{font-family:"SimHei","黑体","STHeiti","Noto Sans CJK SC",sans-serif}
.text .GwImprint{border-top:1px solid var(--ink);padding-top:4px}
.sheetlets{display:grid;grid-template-columns:repeat(4,1fr);gap:16px}
.sheetlet{margin:0;min-width:0}
.sheetlet figcaption{font-size:13px;line-height:1.4;color:var(--soft);text-align:center;padding-top:5px;overflow-wrap:anywhere}
footer{text-align:center;color:var(--soft);font-size:13.5px}
@media(max-width:640px){main{padding:10px 8px 40px}section,.sheet{padding:20px 14px}h1{font-size:21px;letter-spacing:.06em}
.w2,.w3{grid-column:span 6}.code{gap:8px;padding:12px}.code b{font-size:32px}.text{padding:18px 14px}
.sheetlets{grid-template-columns:repeat(2,1fr)}.field .label{flex-basis:4.8em}.pages{padding:6px;margin:0 -8px}
.scroll table{min-width:560px}.scroll table.pair{min-width:0}}
@media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}section,.sheet{border:0;box-shadow:none;padding:0;margin:0 0 14pt}
.sheet{break-after:page}.pages{background:none;padding:0}.pages img{break-inside:avoid;max-width:none;width:100%}
tr,.sheetlet{break-inside:avoid}thead{display:table-header-group}}
"""


def pieces(review: Review) -> Iterator[str]:
    """Yield the page piece by piece: of many documents it never stands there whole."""
    title = _safe(f"送签 {review.manifest.number or review.batch.name}　核对码 {review.code}")
    yield (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="generator" content="fawen">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><main>\n"
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
        for one in row:
            classes = f"field w{6 // len(row)}{' tall' if one.tall else ''}"
            if one.label == "标题":
                classes += " title"
            value = "年　　月　　日" if one.tall else one.value
            yield (
                f'<div class="{classes}"><div class="label">{_safe(one.label)}</div>'
                f'<div class="value">{_safe(value)}</div></div>'
            )
    yield (
        f'</div>\n<div class="code"><span class="label">核对码</span>'
        f'<b id="code">{_safe(review.code)}</b>'
        f'<span class="answer">{_safe(sheet.answer(review))}</span></div>\n'
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
