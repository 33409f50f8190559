# ruff: noqa: E501 (XML is read better on one line)
"""Word files made of readable descriptions, as Word writes them, or as WPS does.

A description is YAML: `发文单` (rows of key and value), `正文` (its pieces), and what they need
(`编号`, `样式`, `批注`, `页眉`, `程序`). A piece is a text, one paragraph:

    **粗体**  __下划线__  ⏎ a line break  ⇥ a tab  ¶ a page break within it
    ¦ ends a run, as Word ends them where it likes
    ⟦注:文字⟧ a footnote  ⟦图:文件 宽mm 高mm 说明⟧ a picture  ⟦<w:…/>⟧ XML of its own within the run

or a mapping: 段 with 样式, 级 (编号/level), 对齐, 另页, 节 (横 | 竖: the section ends here), or 表
(rows of cells; ↓ begins a merge, ↑ goes on with it, 2列: covers two), 列宽, 表头; or xml.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

DATA = Path(__file__).parent / "cases" / "outline"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = {
    "w": _W,
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
_WPS = {"wpsCustomData": "http://www.wps.cn/officeDocument/2013/wpsCustomData"}
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EMU = 36_000
_PAGE = '<w:pgSz w:w="11906" w:h="16838"/>'
_ACROSS = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
_MARGINS = '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/>'
_INLINE = re.compile(r"(⟦.*?⟧|\*\*|__|⏎|⇥|¶|¦)")


class _Maker:
    """One file on its way."""

    def __init__(self, told: dict[str, Any], data: Path) -> None:
        self.told = told
        self.data = data
        self.wps = "WPS" in str(told.get("程序", ""))
        self.notes: list[str] = []
        self.media: list[bytes] = []

    def runs(self, text: str) -> str:
        made, bold, under = "", False, False
        for part in _INLINE.split(text):
            if part == "**":
                bold = not bold
            elif part == "__":
                under = not under
            elif part.startswith("⟦"):
                made += self.special(part[1:-1], bold=bold, under=under)
            elif part in {"⏎", "⇥", "¶"}:
                inner = {"⏎": "<w:br/>", "⇥": "<w:tab/>", "¶": '<w:br w:type="page"/>'}[part]
                made += self.run(inner, bold=bold, under=under)
            elif part and part != "¦":
                inner = f'<w:t xml:space="preserve">{escape(part)}</w:t>'
                made += self.run(inner, bold=bold, under=under)
        return made

    def run(self, inner: str, *, bold: bool, under: bool) -> str:
        look = '<w:rFonts w:hint="eastAsia"/>' if self.wps else ""
        look += "<w:b/>" if bold else ""
        look += "<w:bCs/>" if bold and self.wps else ""
        look += '<w:u w:val="single"/>' if under else ""
        look += '<w:lang w:val="en-US" w:eastAsia="zh-CN"/>' if self.wps else ""
        return f"<w:r><w:rPr>{look}</w:rPr>{inner}</w:r>" if look else f"<w:r>{inner}</w:r>"

    def special(self, said: str, *, bold: bool, under: bool) -> str:
        if said.startswith("注:"):
            self.notes.append(said[2:])
            return self.run(
                f'<w:footnoteReference w:id="{len(self.notes) + 1}"/>', bold=bold, under=under
            )
        if said.startswith("图:"):
            name, wide, high, *words = said[2:].split(" ")
            return self.run(
                self.picture(name, float(wide), float(high), " ".join(words)),
                bold=bold,
                under=under,
            )
        return said

    def picture(self, name: str, wide: float, high: float, words: str) -> str:
        path = self.data / name
        wide, high = round(wide * _EMU), round(high * _EMU)
        self.media.append(path.read_bytes() if path.is_file() else name.encode())
        number = len(self.media)
        return (
            f'<w:drawing><wp:inline><wp:extent cx="{wide}" cy="{high}"/>'
            f'<wp:docPr id="{number}" name="图片 {number}" descr="{escape(words)}"/>'
            f'<a:graphic><a:graphicData uri="{_SPACES["pic"]}"><pic:pic><pic:nvPicPr>'
            f'<pic:cNvPr id="{number}" name="图片"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
            f'<a:blip r:embed="rIdP{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/>'
            '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        )

    def paragraph(self, text: str, **more: Any) -> str:
        told = ""
        if "样式" in more:
            told += f'<w:pStyle w:val="{more["样式"]}"/>'
        told += "<w:pageBreakBefore/>" if more.get("另页") else ""
        if "级" in more:
            num, level = str(more["级"]).split("/")
            told += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
        if "对齐" in more:
            told += f'<w:jc w:val="{more["对齐"]}"/>'
        if "大纲" in more:
            told += f'<w:outlineLvl w:val="{more["大纲"]}"/>'
        if "节" in more:
            told += f"<w:sectPr>{_ACROSS if more['节'] == '横' else _PAGE}{_MARGINS}</w:sectPr>"
        return f"<w:p>{f'<w:pPr>{told}</w:pPr>' if told else ''}{self.runs(text)}</w:p>"

    def table(self, rows: list[list[Any]], widths: list[int], *, head: bool) -> str:
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        made = "".join(
            self.row(row, widths, head=head and not index) for index, row in enumerate(rows)
        )
        return (
            '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/>'
            '<w:tblBorders><w:top w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/>'
            f"</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>"
        )

    def row(self, cells: list[Any], widths: list[int], *, head: bool) -> str:
        made, column = "", 0
        for cell in cells:
            text = str(cell)
            told = ""
            across = re.match(r"(\d+)列:", text)
            if across:
                told += f'<w:gridSpan w:val="{across[1]}"/>'
                text = text[across.end() :]
            if text.startswith(("↓", "↑")):
                told += '<w:vMerge w:val="restart"/>' if text[0] == "↓" else "<w:vMerge/>"
                text = text[1:]
            count = int(across[1]) if across else 1
            width = sum(widths[column : column + count])
            column += count
            align = re.match(r"(中|右):", text)
            more = {"对齐": {"中": "center", "右": "right"}[align[1]]} if align else {}
            lines = text[align.end() if align else 0 :].split("\n")
            inner = "".join(
                line if line.startswith("<") else self.paragraph(line, **more) for line in lines
            )
            made += (
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{told}</w:tcPr>{inner}</w:tc>'
            )
        return f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if head else ''}{made}</w:tr>"

    def piece(self, told: Any) -> str:
        if not isinstance(told, dict):
            return self.paragraph("" if told is None else str(told))
        if "xml" in told:
            return str(told["xml"])
        if "表" in told:
            rows = told["表"]
            columns = max(len(row) for row in rows)
            widths = list(map(int, told.get("列宽", [8844 // columns] * columns)))
            return self.table(rows, widths, head=bool(told.get("表头")))
        return self.paragraph(
            **{("text" if key == "段" else key): one for key, one in told.items()}
        )

    def document(self) -> str:
        rows = [list(map(str, row)) for row in self.told.get("发文单", [])]
        slip = self.table(rows, [1600, 5200, 2044], head=False) if rows else ""
        body = "".join(map(self.piece, self.told.get("正文", [])))
        last = _ACROSS if self.told.get("末节") == "横" else _PAGE
        edge = '<w:headerReference w:type="default" r:id="rIdH"/>' if "页眉" in self.told else ""
        return f"<w:body>{slip}{body}<w:sectPr>{edge}{last}{_MARGINS}</w:sectPr></w:body>"

    def styles(self) -> str:
        default = '<w:style w:type="paragraph" w:default="1" w:styleId="1"><w:name w:val="Normal"/></w:style>'
        return default + str(self.told.get("样式", ""))

    def numbering(self) -> str:
        told = self.told.get("编号", {})
        if isinstance(told, str):
            return told
        made = "".join(
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
            + "".join(
                f'<w:lvl w:ilvl="{at}"><w:start w:val="{(level[2:] or [1])[0]}"/>'
                f'<w:numFmt w:val="{level[0]}"/><w:suff w:val="nothing"/>'
                f'<w:lvlText w:val="{escape(level[1])}"/></w:lvl>'
                for at, level in enumerate(levels)
            )
            + "</w:abstractNum>"
            for number, levels in told.items()
        )
        return made + "".join(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
            for number in told
        )


def made(told: dict[str, Any], path: Path, pictures: Path = DATA) -> Path:
    """Write the Word file that a description means; its pictures lie in `pictures`."""
    maker = _Maker(told, pictures)
    spaces = {**_SPACES, **(_WPS if maker.wps else {})}
    named = " ".join(f'xmlns:{key}="{value}"' for key, value in spaces.items())
    document = maker.document()
    parts = {"styles": maker.styles()}
    if told.get("编号"):
        parts["numbering"] = maker.numbering()
    if maker.notes:
        parts["footnotes"] = "".join(
            f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/></w:r>{maker.runs(" " + note)}</w:p>'
            "</w:footnote>"
            for n, note in enumerate(list(maker.notes), 2)
        )
    if told.get("批注"):
        parts["comments"] = (
            f'<w:comment w:id="0" w:author="甲"><w:p><w:r><w:t>{told["批注"]}</w:t></w:r></w:p></w:comment>'
        )
    if "页眉" in told:
        parts["header"] = f"<w:p>{maker.runs(told['页眉'])}</w:p>"
    roots = {"header": "hdr"}
    files: dict[str, str | bytes] = {
        "word/document.xml": f"<w:document {named}>{document}</w:document>"
    }
    relations = ""
    types = f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
    for name, inner in parts.items():
        root = roots.get(name, name)
        files[f"word/{name}.xml"] = f"<w:{root} {named}>{inner}</w:{root}>"
        key = "rIdH" if name == "header" else f"rId{name}"
        relations += f'<Relationship Id="{key}" Type="{_REL}/{name}" Target="{name}.xml"/>'
        types += f'<Override PartName="/word/{name}.xml" ContentType="{_OFFICE}.{name}+xml"/>'
    for number, content in enumerate(maker.media, 1):
        files[f"word/media/image{number}.png"] = content
        relations += f'<Relationship Id="rIdP{number}" Type="{_REL}/image" Target="media/image{number}.png"/>'
    application = told.get("程序", "Microsoft Office Word")
    files["docProps/app.xml"] = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Application>{application}</Application></Properties>"
    )
    rel = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    files["word/_rels/document.xml.rels"] = f"{rel}{relations}</Relationships>"
    files["_rels/.rels"] = (
        f'{rel}<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    )
    files["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{types}</Types>'
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, data in sorted(files.items()):
            package.writestr(
                zipfile.ZipInfo(name), data if isinstance(data, bytes) else data.encode()
            )
    return path


def described(case: Path) -> dict[str, Any]:
    """Read a description."""
    told: dict[str, Any] = yaml.load(case.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - all of it text
    return told
