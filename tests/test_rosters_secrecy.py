"""密级 marks beside what is read: names of files, parts of packages, templates, attachments."""

from __future__ import annotations

import io
import shutil
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from roster_books import BASE, build
from test_merge_job import CASES as JOBS

from merge.job import load
from rosters.finding import InputError
from rosters.reader import read_roster
from rosters.secrecy import names_secret, where_secret
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from pathlib import Path

MARK = "机密★3年"
BOX = (
    '<w:p><w:r><w:t>框外</w:t></w:r><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">'
    "<v:textbox><w:txbxContent><w:p><w:r><w:t>秘</w:t></w:r><w:r><w:t> 密</w:t></w:r></w:p>"
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)
PLAIN = ("签订保密协议", "泄露国家秘密的，依法处理", "机密文件管理员", "密级：无")


def word(place: str) -> bytes:
    """Write a document with a mark at a place, and with texts that only speak of secrets."""
    made, out = docx.Document(), io.BytesIO()
    for text in PLAIN:
        made.add_paragraph(text)
    if place == "正文":
        made.add_paragraph("机").add_run("密")
    elif place == "表格":
        made.add_table(1, 2).cell(0, 1).text = MARK
    elif place == "页眉":
        made.sections[0].header.paragraphs[0].text = MARK
    elif place == "页脚":
        made.sections[0].footer.paragraphs[0].text = f"第1页\n{MARK}"
    elif place == "属性":
        made.core_properties.keywords = "秘密"
    made.save(out)
    if place != "文本框":
        return out.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:sectPr", BOX.encode() + b"<w:sectPr", 1)
            new.writestr(name, content)
    return changed.getvalue()


def excel(place: str) -> bytes:
    made, out = Workbook(), io.BytesIO()
    sheet = made.worksheets[0]
    sheet.title = {"工作表名": "机密"}.get(place, "名单")
    for text in (*PLAIN, *([MARK] if place == "单元格" else [])):
        sheet.append([text])
    if place == "批注":
        sheet["A1"].comment = Comment("秘密", "某")
    elif place == "打印的页眉页脚":
        sheet.oddHeader.center.text = "秘密"
    made.save(out)
    return out.getvalue()


WHERE = {
    "正文": "正文第5段",
    "表格": "正文第6段",
    "页眉": "页眉页脚",
    "页脚": "页眉页脚",
    "属性": "文件属性",
    "文本框": "文本框",
}


@pytest.mark.parametrize("place", WHERE)
def test_a_template_that_bears_a_mark_is_refused_at_its_place(place: str) -> None:
    with pytest.raises(InputError) as caught:
        Template.open(word(place), Names([]), shown="函.docx")
    told = [(one.rule, str(one.place)) for one in caught.value.findings]
    assert told == [("密级", f"函.docx › {WHERE[place]}")]


def test_a_template_that_speaks_of_secrets_is_none() -> None:
    assert Template.open(word(""), Names([]), shown="函.docx").parts == ()


@pytest.mark.parametrize("place", ["工作表名", "批注", "打印的页眉页脚", "单元格"])
def test_a_workbook_is_looked_at_in_and_beside_its_cells(place: str, tmp_path: Path) -> None:
    assert where_secret(excel("")) == []
    assert where_secret(excel(place)) == [place]
    assert where_secret(excel(place), cells=False) == ([] if place == "单元格" else [place])
    (tmp_path / "名册.xlsx").write_bytes(excel(place))
    with pytest.raises(InputError) as caught:
        read_roster([tmp_path / "名册.xlsx"])
    assert [one.rule for one in caught.value.findings] == ["classified"]


@pytest.mark.parametrize(
    "written",
    [
        "机&#x5BC6;★3年".encode(),
        "机&#23494;★3年".encode(),
        '<?xml version="1.0" encoding="GB18030"?>机密★3年',
        '<?xml version="1.0" encoding="UTF-16"?>机密★3年',
    ],
)
def test_a_mark_is_found_however_its_part_is_written(written: bytes | str) -> None:
    if isinstance(written, str):
        declared, _, text = written.partition("?>")
        codec = declared.split('"')[3]
        part = f'{declared}?><si xmlns="x"><t>{text}</t></si>'.encode(codec)
    else:
        part = b'<si xmlns="x"><t>' + written + b"</t></si>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("xl/sharedStrings.xml", part)
    assert where_secret(out.getvalue()) == ["单元格"]


@pytest.mark.parametrize("title", ["党员名册（秘密★1年）", "绝 密", "【机密】"])
def test_a_title_row_bears_a_mark_in_any_form(title: str, tmp_path: Path) -> None:
    rows = [[title], *BASE["党支部"]["rows"]]
    path = build({"base": True, "sheets": {"党支部": {"rows": rows}}}, tmp_path / "a.xlsx")
    with pytest.raises(InputError) as caught:
        read_roster([path])
    assert [one.place.cell for one in caught.value.findings] == ["A1"]


@pytest.mark.parametrize(
    "name", ["【机密】名单.xlsx", "机密-名单.xlsx", "a/名单_秘密.csv", "秘密★1年.docx", "秘密.docx"]
)
def test_a_file_s_name_bears_a_mark(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize("name", ["保密协议.docx", "机密文件管理办法.docx", "保守国家秘密.pdf"])
def test_a_file_s_name_may_speak_of_secrets(name: str) -> None:
    assert not names_secret(name)


def test_a_roster_by_such_a_name_is_refused(tmp_path: Path) -> None:
    path = build({"base": True, "sheets": {}}, tmp_path / "【秘密】名册.xlsx")
    with pytest.raises(InputError) as caught:
        read_roster([path])
    assert [one.rule for one in caught.value.findings] == ["classified"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("名单.docx", word("页眉"), "附件的页眉页脚有密级标志"),
        ("名单.xlsx", excel("单元格"), "附件的单元格有密级标志"),
        ("名单.csv", f"{MARK}\n姓名,1\n".encode("gb18030"), "附件的文字有密级标志"),
        ("【机密】名单.pdf", b"%PDF-1.7", "附件的文件名有密级标志"),
        ("名单.docx", word(""), ""),
        ("名单.docx", b"PK\x03\x04 no archive", ""),
    ],
)
def test_an_attachment_that_bears_a_mark_is_refused_at_its_line(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    text = (JOBS / "attachment-missing.md").read_text(encoding="utf-8")
    (tmp_path / "通知.md").write_text(text.replace("日报表：空.xlsx", name), encoding="utf-8")
    (tmp_path / name).write_bytes(content)
    if not said:
        assert load(tmp_path / "通知.md", shown="通知.md").letter.attachments == (name,)
        return
    with pytest.raises(InputError) as caught:
        load(tmp_path / "通知.md", shown="通知.md")
    found = [(one.message, one.place.where) for one in caught.value.findings]
    assert found == [(f"{said}，涉密文件不能用本系统制发", "第11行")]


def test_a_job_by_such_a_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "机密-通知.md"
    shutil.copy(JOBS / "columns-and-letter-only.md", path)
    with pytest.raises(InputError) as caught:
        load(path, shown=path.name)
    assert [one.rule for one in caught.value.findings] == ["job.secret"]
