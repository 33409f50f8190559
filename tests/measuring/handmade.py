"""A document written by hand, by the numbers of GB/T 9704: what the measuring program begins with.

It is XML in a string, written without the builder, so that the program is tried on something else
than what it is for. Lengths are in twips.
"""

from __future__ import annotations

import io
import zipfile
from html import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FANG, KAI, HEI, SONG, BIAO = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
LINE = 579
TEXT = {
    "mark": "示例大学文件",
    "number": "示大〔2026〕12号",
    "title": ("关于做好疫情防控期间", "毕业生就业工作的通知"),
    "addressees": "各学院、机关各部门、各直属单位：",
    "organ": "示例大学",
    "date": "2026年11月23日",
    "copy": "抄送：示例市教育局，示例省教育厅。",
    "issued": "示例大学校长办公室",
    "issued_on": "2026年11月23日印发",
}
_WORDS = (
    "为进一步做好今年毕业生就业工作经学校研究决定"
    "各学院要高度重视统筹安排落实责任确保各项任务按时完成"
)
BODY = (
    _WORDS[:12] + "，现通知如下。",
    "一、总体要求",
    _WORDS * 12,
    "（一）基本原则。" + _WORDS * 3 + _WORDS[:20],  # its last line stands alone on page 3
    "1．" + _WORDS * 2,
    _WORDS * 14,
)


def run(text: str, font: str = FANG, size: int = 32, more: str = "") -> str:
    """Write a run; size in half-points. Body text is a quarter of a point tighter (28 a line)."""
    spacing = '<w:spacing w:val="-5"/>' if size == 32 else ""
    return (
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{font}" w:hAnsi="{font}" '
        f'w:eastAsia="{font}" w:cs="{font}"/>{more}{spacing}<w:sz w:val="{size}"/>'
        f'<w:szCs w:val="{size}"/></w:rPr>'
        + "<w:br/>".join(f'<w:t xml:space="preserve">{escape(t)}</w:t>' for t in text.split("\n"))
        + "</w:r>"
    )


def para(
    content: str,
    *,
    ind: str = "",
    line: int = LINE,
    before: int = 0,
    jc: str = "both",
    border: str = "",
    rule: str = "exact",
) -> str:
    """Write a paragraph."""
    return (
        '<w:p><w:pPr><w:widowControl w:val="0"/>'
        + (f"<w:pBdr>{border}</w:pBdr>" if border else "")
        + '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="{before}" w:after="0" w:line="{line}" w:lineRule="{rule}"/>'
        f"<w:ind {ind}/>"
        f'<w:jc w:val="{jc}"/></w:pPr>{content}</w:p>'
    )


def head() -> str:
    """Write 版头: the mark 35 mm below the top of the text, the number, the red rule 4 mm below."""
    red = '<w:color w:val="FF0000"/>'
    rule = '<w:bottom w:val="single" w:sz="12" w:space="8" w:color="FF0000"/>'
    return para(run(TEXT["mark"], BIAO, 72, red), line=900, before=1876, jc="center") + para(
        run(TEXT["number"]), before=2 * LINE - 100, jc="center", border=rule
    )


def body() -> str:
    """Write the title, 主送 and the body."""
    title = para(run("\n".join(TEXT["title"]), BIAO, 44), line=640, before=2 * LINE, jc="center")
    parts = [title, para(run(TEXT["addressees"]), before=LINE)]
    for text in BODY:
        if text.startswith("一、"):
            content = run(text, HEI)
        elif text.startswith("（一）"):
            headed, stop, rest = text.partition("。")
            content = run(headed + stop, KAI) + run(rest)
        else:
            content = run(text)
        parts.append(para(content, ind='w:firstLine="632"'))
    return "".join(parts)


def foot() -> str:
    """Write the signature (7.3.5.1: four characters from the right) and 版记."""
    organ = para(
        run(TEXT["organ"]), ind=f'w:right="{round(5.5 * 316)}"', before=3 * LINE, jc="right"
    )
    date = para(run(TEXT["date"]), ind=f'w:right="{4 * 316}"', jc="right")
    return organ + date + imprint()


def imprint() -> str:
    """Write 版记 as a table that floats to the bottom of the last page."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", 8), ("bottom", 8), ("insideH", 6))
    )
    cells = (
        para(
            run(TEXT["copy"], FANG, 28), ind='w:left="1120" w:right="280" w:hanging="840"', line=400
        ),
        para(
            run(TEXT["issued"], FANG, 28)
            + "<w:r><w:tab/></w:r>"
            + run(TEXT["issued_on"], FANG, 28),
            ind='w:left="280" w:right="280"',
            line=400,
            jc="left",
        ).replace(
            "<w:autoSpaceDE", '<w:tabs><w:tab w:val="right" w:pos="8564"/></w:tabs><w:autoSpaceDE'
        ),
    )
    rows = "".join(
        f'<w:tr><w:tc><w:tcPr><w:tcW w:w="8844" w:type="dxa"/></w:tcPr>{cell}</w:tc></w:tr>'
        for cell in cells
    )
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" '
        'w:horzAnchor="page" w:tblpX="1588" w:tblpYSpec="bottom"/><w:tblW w:w="8844" w:type="dxa"/>'
        f"<w:tblBorders>{borders}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="8844"/>'
        f"</w:tblGrid>{rows}</w:tbl>" + para("", line=20)
    )


def section() -> str:
    """Write the page: 37, 35, 28 and 26 mm, odd and even numbers apart."""
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId1"/>'
        '<w:footerReference w:type="even" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" '
        'w:footer="1429" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>'
    )


def footer(side: str) -> str:
    """Write — 1 — in 四号 宋体, one character from the outer edge."""
    more = f'w:{side}="280"'
    field = (
        run("— ", SONG, 28)
        + '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("1", SONG, 28)
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        + run(" —", SONG, 28)
    )
    # The runs of a field take the look of its first.
    look = field[field.index("<w:rPr>") : field.index("</w:rPr>") + 8]
    field = field.replace("<w:r><w:", f"<w:r>{look}<w:").replace(
        f"<w:r>{look}<w:rPr>", "<w:r><w:rPr>"
    )
    inner = para(field, ind=more, jc=side, line=240, rule="auto")
    return f'<w:ftr xmlns:w="{W}" xmlns:r="{R}">{inner}</w:ftr>'


def document() -> str:
    """Write word/document.xml."""
    return (
        f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{head()}{body()}{foot()}{section()}'
        "</w:body></w:document>"
    )


def parts() -> dict[str, str]:
    """Return the package, part by part."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    rel = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{types}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/>'
            f'<Override PartName="/word/settings.xml" ContentType="{kind}.settings+xml"/>'
            f'<Override PartName="/word/footer1.xml" ContentType="{kind}.footer+xml"/>'
            f'<Override PartName="/word/footer2.xml" ContentType="{kind}.footer+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{rel}"><Relationship Id="rId1" '
            f'Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{rel}">'
            f'<Relationship Id="rId1" Type="{R}/footer" Target="footer1.xml"/>'
            f'<Relationship Id="rId2" Type="{R}/footer" Target="footer2.xml"/>'
            f'<Relationship Id="rId3" Type="{R}/settings" Target="settings.xml"/></Relationships>'
        ),
        "word/settings.xml": f'<w:settings xmlns:w="{W}"><w:evenAndOddHeaders/></w:settings>',
        "word/document.xml": document(),
        "word/footer1.xml": footer("right"),
        "word/footer2.xml": footer("left"),
    }


def packed(package: dict[str, str]) -> bytes:
    """Return the parts as a .docx."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in package.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>\n' + content)
    return out.getvalue()
