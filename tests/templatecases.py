"""Make tests/cases/templates, templates as people make them: `python tests/templatecases.py`.

Each is a .docx and a .json of one name: the record, and the text that must come of it, or the
findings. What programs write between the letters of a tag is written here as they write it.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from docx import Document

FOLDER = Path(__file__).parent / "cases" / "templates"
NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PEOPLE = {
    "姓名": "王芳",
    "单位（全称）": "数学学院党委",
    "性别": "女",
    "职务": "",
    "入党日期": "2020-02-01",
}


def r(text: str, look: str = "") -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inside: str, settings: str = "") -> str:
    return f"<w:p>{settings}{''.join(inside)}</w:p>"


def simple(code: str, shown: str) -> str:
    code = code.replace('"', "&quot;")
    return f'<w:fldSimple w:instr=" {code} ">{r(shown, "<w:rPr><w:b/></w:rPr>")}</w:fldSimple>'


def code(*texts: str) -> str:
    return "".join(f'<w:r><w:instrText xml:space="preserve">{t}</w:instrText></w:r>' for t in texts)


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def complex_(shown: str, *codes: str, inside: str = "") -> str:
    return mark("begin") + code(*codes) + inside + mark("separate") + r(shown) + mark("end")


def tracked(kind: str, inside: str) -> str:
    return f'<w:{kind} w:id="1" w:author="某" w:date="2026-01-01T00:00:00Z">{inside}</w:{kind}>'


def struck(text: str) -> str:
    return tracked("del", f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>')


def table(*rows: str) -> str:
    return f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>{"".join(rows)}</w:tbl>'


def row(*cells: str, settings: str = "") -> str:
    made = "".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in cells)
    return f"<w:tr>{settings}{made}</w:tr>"


def control(inside: str, settings: str) -> str:
    return f"<w:sdt><w:sdtPr>{settings}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def textbox(inside: str) -> str:
    return (
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:200pt">'
        f"<v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


BOUND = '<w:showingPlcHdr/><w:dataBinding w:xpath="/a/b" w:storeItemID="{0}"/>'
NAME = "MERGEFIELD 姓名 \\* MERGEFORMAT"

# name -> (body, what must come of it)
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "split-runs": (
        p(r("{"), r("{ 姓"), '<w:proofErr w:type="spellStart"/>', r("名 "), r("}"), r("}同志")),
        {"text": ["王芳同志"]},
    ),
    "inserted": (
        p(r("兹有"), tracked("ins", r("{{ 姓名 }}")), r("同志")),
        {"text": ["兹有王芳同志"], "notes": ["修订"]},
    ),
    "struck-within-a-tag": (
        p(r("{{ "), struck("名字"), tracked("ins", r("姓名")), r(" }}同志")),
        {"text": ["王芳同志"], "notes": ["修订"]},
    ),
    "struck-end-of-paragraph": (
        p(r("兹有"), settings=f"<w:pPr><w:rPr>{tracked('del', '')}</w:rPr></w:pPr>")
        + p(r("{{ 姓名 }}同志"))
        + p(r("完")),
        {"text": ["兹有王芳同志", "完"], "notes": ["修订"]},
    ),
    "struck-row": (
        table(
            row(p(r("留")), p(r("{{ 姓名 }}"))),
            row(
                p(struck("去")),
                p(struck("{{ 没有 }}")),
                settings=f"<w:trPr>{tracked('del', '')}</w:trPr>",
            ),
        ),
        {"text": ["留", "王芳"], "notes": ["修订"]},
    ),
    "moved": (
        p(tracked("moveFrom", r("{{ 姓名 }}")), r("同志"))
        + p(tracked("moveTo", r("{{ 姓名 }}")), r("同志")),
        {"text": ["同志", "王芳同志"], "notes": ["修订"]},
    ),
    "text-box": (p(r("框："), textbox(p(r("{{ 姓"), r("名 }}")))), {"text": ["框：", "王芳"]}),
    "nested-table": (
        table(row(p(r("外")) + table(row(p(r("{{ 姓名 }}")))) + p())),
        {"text": ["外", "王芳", ""]},
    ),
    "content-control": (
        p(control(r("{{ 姓名 }}"), BOUND), r("同志")),
        {"text": ["王芳同志"], "without": ["dataBinding", "showingPlcHdr"]},
    ),
    "content-control-of-its-own": (
        p(control(r("某年某月"), BOUND), r("{{ 姓名 }}")),
        {"text": ["某年某月王芳"], "within": ["dataBinding"]},
    ),
    "hyperlink": (
        p('<w:hyperlink w:anchor="a">', r("{{ 姓名 }}"), "</w:hyperlink>", r("同志")),
        {"text": ["王芳同志"]},
    ),
    "smart-tag": (
        p('<w:smartTag w:uri="urn:x" w:element="y">', r("{{ 姓"), "</w:smartTag>", r("名 }}同志")),
        {"text": ["王芳同志"]},
    ),
    "page-field-beside": (
        p(r("{{ 姓名 }} 第"), complex_("1", " PAGE "), r("页")),
        {"text": ["王芳 第1页"], "within": ["PAGE"]},
    ),
    "merge-simple": (
        p(simple(NAME, "«姓名»"), r("同志：")),
        {"text": ["王芳同志："], "oracle": True, "within": ["<w:b/>"]},
    ),
    "merge-complex": (
        p(complex_("«姓名»", f" {NAME} "), r("同志："), complex_("«性别»", ' MERGEFIELD "性别" ')),
        {"text": ["王芳同志：女"], "oracle": True},
    ),
    "merge-code-split": (
        p(complex_("«姓名»", " MERGE", "FIELD 姓", "名 ", "\\* MERGEFORMAT "), r("同志：")),
        {"text": ["王芳同志："], "oracle": True},
    ),
    "merge-in-a-table": (
        table(
            row(p(r("姓名")), p(simple(NAME, "«姓名»"))),
            row(p(r("性别")), p(simple("MERGEFIELD 性别", "«性别»"))),
        ),
        {"text": ["姓名", "王芳", "性别", "女"], "oracle": True},
    ),
    "merge-heading-with-signs": (
        p(simple("MERGEFIELD 单位_全称_", "«单位_全称_»")),
        {"text": ["数学学院党委"]},
    ),
    "merge-text-around": (
        p(r("王芳"), simple('MERGEFIELD 职务 \\b "（" \\f "）"', "«职务»"), r("，"),
          simple('MERGEFIELD 性别 \\b "（" \\f "）"', "«性别»")),
        {"text": ["王芳，（女）"]},
    ),
    "merge-date": (
        p(simple('MERGEFIELD 入党日期 \\@ "yyyy年M月d日"', "«入党日期»"),
          simple('MERGEFIELD 入党日期 \\@ "yyyy-MM-dd"', "«入党日期»")),
        {"text": ["2020年2月1日2020-02-01"]},
    ),
    "merge-if": (
        p(mark("begin"), code(" IF "), complex_("女", " MERGEFIELD 性别 "),
          code(' = "女" "她" "他" '), mark("separate"), r("他"), mark("end"), r("的事迹")),
        {"text": ["她的事迹"]},
    ),
    "merge-and-tags": (
        p(simple(NAME, "«姓名»"), r("（{{ 性别 }}）")),
        {"text": ["王芳（女）"]},
    ),
    "merge-if-too-deep": (
        p(r("一")) + p(complex_("x", ' IF 1 &gt; 2 "a" "b" ')),
        {"findings": [{"where": "正文第2段", "words": "IF 域"}]},
    ),
    "merge-next": (
        p(complex_("", " NEXT "), r("{{ 姓名 }}")),
        {"findings": [{"where": "正文第1段", "words": "NEXT"}]},
    ),
    "merge-number-format": (
        table(row(p(r("a"))), row(p(simple('MERGEFIELD 姓名 \\# "0.00"', "«姓名»")))),
        {"findings": [{"where": "表格1第2行第1列", "words": "数字格式"}]},
    ),
    "typed-guillemets": (
        table(row(p(r("姓名")), p(r("«姓名»")))),
        {"findings": [{"where": "表格1第1行第2列", "words": "打上去的字"}]},
    ),
    "wide-braces": (
        p(r("第一段")) + p(r("｛｛ 姓名 ｝｝")),
        {"findings": [{"where": "正文第2段", "words": "全角"}]},
    ),
    "merge-if-with-a-break": (
        p(r("甲"))
        + p(mark("begin"), code(" IF "), complex_("女", " MERGEFIELD 性别 "), code(' = "女" "她'),
            "<w:r><w:br/></w:r>", code('们" "他" '), mark("separate"), r("他"), mark("end")),
        {"findings": [{"where": "正文第2段", "words": "会丢"}]},
    ),
    "merge-if-with-a-page": (
        p(mark("begin"), code(" IF "), complex_("女", " MERGEFIELD 性别 "), code(' = "女" "第'),
          complex_("1", " PAGE "), code('页" "" '), mark("separate"), r("第1页"), mark("end")),
        {"findings": [{"where": "正文第1段", "words": "会丢"}]},
    ),
    "merge-if-with-a-picture": (
        table(row(p(r("章")), p(mark("begin"), code(" IF "), complex_("女", " MERGEFIELD 性别 "),
              code(' = "女" "'), "<w:r><w:pict/></w:r>", code('" "" '), mark("end")))),
        {"findings": [{"where": "表格1第1行第2列", "words": "会丢"}]},
    ),
    "merge-in-a-formula": (
        p(mark("begin"), code(" = "), complex_("88", " MERGEFIELD 姓名 "), code(" * 2 "),
          mark("separate"), r("176"), mark("end"), r("分")),
        {"findings": [{"where": "正文第1段", "words": "做模板时的结果"}]},
    ),
    "merge-in-a-code": (
        p(mark("begin"), code(' DISPLAYBARCODE "'), complex_("张三", " MERGEFIELD 姓名 "),
          code('" QR '), mark("separate"), r("旧码"), mark("end")),
        {"findings": [{"where": "正文第1段", "words": "DISPLAYBARCODE"}]},
    ),
    "merge-in-a-link": (
        p(mark("begin"), code(' HYPERLINK "mailto:'), complex_("x", " MERGEFIELD 姓名 "),
          code('" '), mark("separate"), r("写信"), mark("end")),
        {"text": ["王芳写信"]},
    ),
    "merge-barcode": (
        p(complex_("旧码", " MERGEBARCODE 姓名 QR ")),
        {"findings": [{"where": "正文第1段", "words": "MERGEBARCODE"}]},
    ),
    "reference-to-what-is-filled": (
        p('<w:bookmarkStart w:id="7" w:name="题"/>', r("{{ 姓名 }}"), '<w:bookmarkEnd w:id="7"/>')
        + p(r("即"), complex_("张三", " REF 题 \\h ")),
        {"findings": [{"where": "正文第2段", "words": "做模板时的文字"}]},
    ),
    "reference-to-what-stands": (
        p('<w:bookmarkStart w:id="7" w:name="题"/>', r("决定"), '<w:bookmarkEnd w:id="7"/>')
        + p(r("{{ 姓名 }}即"), complex_("决定", " REF 题 \\h ")),
        {"text": ["决定", "王芳即决定"], "within": [" REF 题"]},
    ),
    "tag-in-a-date": (
        p(r("甲"), complex_("{{ 入党日期 }}", ' DATE \\@ "yyyy年M月d日" '))
        + p('<w:fldSimple w:instr=" PAGE ">', r("{{ 姓名 }}"), "</w:fldSimple>"),
        {
            "findings": [
                {"where": "正文第1段", "words": "标签写在 DATE 域里"},
                {"where": "正文第2段", "words": "标签写在 PAGE 域里"},
            ]
        },
    ),
    "tag-in-a-field-that-stays": (
        p(complex_("{{ 姓名 }}", " FORMTEXT "), complex_("{{ 性别 }}", " TITLE "))
        + p(complex_("{{ 姓名 }}", " DATE ").replace('="begin"/>', '="begin" w:fldLock="1"/>')),
        {"text": ["王芳女", "王芳"], "within": ["FORMTEXT", "TITLE", "DATE"]},
    ),
    "tag-in-a-code": (
        p(complex_("旧", ' QUOTE "{{ 姓名 }}" ')),
        {"findings": [{"where": "正文第1段", "words": "QUOTE 域"}]},
    ),
    "wide-and-narrow-braces": (
        p(r("{｛ 姓名 ｝}")) + p(r("｛{ 姓名 }｝")) + p(r("{％ if 姓名 ％}"))
        + p(r("{ { 姓名 } }")),
        {
            "findings": [
                {"where": "正文第1段", "words": "全角"},
                {"where": "正文第2段", "words": "全角"},
                {"where": "正文第3段", "words": "全角"},
                {"where": "正文第4段", "words": "空格"},
            ]
        },
    ),
    "one-brace": (
        p(r("{姓名}同志")) + p(r("｛ 性别 ｝")) + p(r("&lt;&lt;职务&gt;&gt;")) + p(r("{甲}｛乙｝")),
        {
            "findings": [
                {"where": "正文第1段", "words": "「{姓名}」不是标签"},
                {"where": "正文第2段", "words": "「｛ 性别 ｝」不是标签"},
                {"where": "正文第3段", "words": "「<<职务>>」不是标签"},
            ]
        },
    ),
    "braces-that-are-text": (
        p(r("{甲}｛乙｝&lt;&lt;丙&gt;&gt;{{ 姓名 }}")),
        {"text": ["{甲}｛乙｝<<丙>>王芳"]},
    ),
    "merge-unknown-column": (
        p(simple("MERGEFIELD 姓氏", "«姓氏»")),
        {"unknown": ["姓氏"]},
    ),
}  # fmt: skip

SOURCE = (
    '<w:mailMerge><w:mainDocumentType w:val="formLetters"/><w:linkToQuery/>'
    '<w:dataType w:val="native"/><w:query w:val="SELECT * FROM `名册$`"/>'
    '<w:dataSource xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'r:id="rId1"/></w:mailMerge>'
)
LED = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/mailMergeSource" Target="file:///C:\\data\\a.xlsx" TargetMode="External"/>'
    "</Relationships>"
)


DRAWN = (
    '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>{{ 姓</a:t>'
    "</a:r><a:r><a:t>名 }}</a:t></a:r></a:p></dgm:dataModel>"
)


def package(
    body: str, *, source: bool = False, header: str = "", beside: dict[str, str] | None = None
) -> bytes:
    """Put a body into a Word file; `source`: as it stands after mail merge was set up."""
    blank = Document()
    if header:
        blank.sections[0].header.paragraphs[0].text = "眉"
    made = io.BytesIO()
    blank.save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            data = old.read(one)
            if one.filename == "word/document.xml":
                text = data.decode()
                head = text[: text.index("<w:body>") + len("<w:body>")]
                data = (head + body + text[text.index("<w:sectPr") :]).encode()
            elif one.filename.startswith("word/header") and header:
                text = data.decode()
                start = text.index("<w:p>") if "<w:p>" in text else text.index("<w:p ")
                data = (text[:start] + header + text[text.rindex("</w:p>") + 6 :]).encode()
            elif one.filename == "word/settings.xml" and source:
                text = data.decode()
                at = text.index(">", text.index("<w:settings")) + 1
                data = (text[:at] + SOURCE + text[at:]).encode()
            new.writestr(zipfile.ZipInfo(one.filename, (1980, 1, 1, 0, 0, 0)), data)
        if source:
            new.writestr(
                zipfile.ZipInfo("word/_rels/settings.xml.rels", (1980, 1, 1, 0, 0, 0)), LED
            )
        for name, text in (beside or {}).items():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    files = {name: (package(body), told) for name, (body, told) in CASES.items()}
    files["merge-source"] = (
        package(p(simple(NAME, "«姓名»")), source=True),
        {"text": ["王芳"], "oracle": True, "no_part_says": ["mailMerge", "a.xlsx"]},
    )
    files["merge-in-the-header"] = (
        package(p(r("文")), header=p(simple(NAME, "«姓名»"))),
        {"text": ["文"], "header": ["王芳"]},
    )
    files["smart-art"] = (
        package(p(r("{{ 姓名 }}")), beside={"word/diagrams/data1.xml": DRAWN}),
        {"findings": [{"where": "SmartArt 图形", "words": "「{{ 姓名 }}」不会被填写"}]},
    )
    for name, (data, told) in files.items():
        (FOLDER / f"{name}.docx").write_bytes(data)
        text = json.dumps({"record": PEOPLE, **told}, ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
