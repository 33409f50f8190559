"""Mail merge as hostile or careless programs write it: nothing leads out, no word is lost."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from templatecases import package

from rosters.finding import InputError
from templates.tags import Names
from templates.template import Template

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/mailMergeSource"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
LEAD = f'Relationship Id="rId99" Type="{KIND}" Target="file:///there/a.xlsx" TargetMode="External"'
MERGED = '<w:mailMerge><w:query w:val="a.xlsx"/></w:mailMerge>'
PREFIXED = (
    '<q:mailMerge xmlns:q="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<q:query q:val="a.xlsx"/></q:mailMerge>'
)
BEGIN = '<w:fldChar w:fldCharType="begin"/>'
SEPARATE = '<w:fldChar w:fldCharType="separate"/>'
END = '<w:fldChar w:fldCharType="end"/>'


def run(*parts: str) -> str:
    return f"<w:r>{''.join(parts)}</w:r>"


def text(words: str) -> str:
    return f'<w:t xml:space="preserve">{words}</w:t>'


def code(words: str) -> str:
    return f'<w:instrText xml:space="preserve"> {words} </w:instrText>'


def merging(words: str) -> str:
    return "".join(map(run, (BEGIN, code(words), SEPARATE, text("旧"), END)))


def asking(rest: str) -> str:
    """Write IF 单位 and the rest of its code."""
    inner = merging("MERGEFIELD 单位")
    return "".join((run(BEGIN), run(code("IF ")), inner, run(code(rest)), run(SEPARATE), run(END)))


def filled(content: bytes) -> zipfile.ZipFile:
    template = Template.open(content, Names(("姓名", "单位")), shown="模板.docx")
    return zipfile.ZipFile(io.BytesIO(template.fill({"姓名": "王芳", "单位": "文学院"})))


def said(runs: str) -> str:
    with filled(package(f"<w:p>{runs}</w:p>")) as made:
        document = made.read("word/document.xml").decode()
    return "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)", document))


def relations(lead: str, prefix: str = "") -> str:
    p, x = (f"{prefix}:", f":{prefix}") if prefix else ("", "")
    return f'<{p}Relationships xmlns{x}="{PACKAGE}"><{p}{lead}</{p}Relationships>'


@pytest.mark.parametrize(
    ("settings", "led", "document"),
    [
        (MERGED, relations(f"{LEAD}/>"), ""),
        (MERGED, relations(f"{LEAD}></Relationship>"), ""),
        ("", relations(f"{LEAD}/>"), ""),
        (MERGED, relations(f"{LEAD}/>", "p"), ""),
        (PREFIXED, relations(f"{LEAD}/>"), ""),
        ("", "", f"<{LEAD}/>"),
    ],
    ids=["plain", "long-close", "no-settings", "prefix", "prefixed-settings", "document"],
)
def test_no_document_leads_to_the_data_of_mail_merge(
    settings: str, led: str, document: str
) -> None:
    out = io.BytesIO()
    whole = package("<w:p><w:r><w:t>{{ 姓名 }}</w:t></w:r></w:p>")
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode("latin-1")
            if name == "word/settings.xml":
                data = data.replace("</w:settings>", f"{settings}</w:settings>")
            if name == "word/_rels/document.xml.rels":
                data = data.replace("</Relationships>", f"{document}</Relationships>")
            new.writestr(name, data.encode("latin-1"))
        if led:
            new.writestr("word/_rels/settings.xml.rels", led)
    with filled(out.getvalue()) as made:
        assert [one for one in made.namelist() if b"a.xlsx" in made.read(one)] == []


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (run(text("前"), BEGIN) + run(code("MERGEFIELD 姓名")) + run(END, text("后")), "前王芳后"),
        (run(BEGIN) + run(code("MERGEFIELD 姓名")) + run(END, "<w:br/>", text("后")), "王芳后"),
        (
            run(BEGIN, code("MERGEFIELD 姓名"), SEPARATE, text("a"), END, text("，"),
                BEGIN, code("MERGEFIELD 单位"), SEPARATE, text("b"), END),
            "王芳，文学院",
        ),
        (
            run(BEGIN) + run(code("MERGEFIELD 姓名")) + run(END, BEGIN)
            + run(code("MERGEFIELD 单位")) + run(END) + run(text("后")),
            "王芳文学院后",
        ),
        (asking('= "文学院" "caps" "否"'), "caps"),
        (asking('= "文学院" "是" "否" \\* MERGEFORMAT \\* caps'), "是"),
    ],
)  # fmt: skip
def test_no_word_beside_a_field_is_lost(runs: str, words: str) -> None:
    assert said(runs) == words


@pytest.mark.parametrize(
    "runs",
    [
        asking('= "文*" "是" "否"'),  # * stands for any text in Word
        merging('MERGEFIELD 姓名 \\b "{# " \\f " #}"'),
        merging('MERGEFIELD 姓名 \\b "{{ 姓名.__class__ }}"'),
        merging('MERGEFIELD "a\\"].__class__[\\"b"'),
        merging('MERGEFIELD "姓名 }}{% for x in 单位 %}"'),
    ],
)
def test_what_cannot_be_said_is_refused(runs: str) -> None:
    with pytest.raises(InputError):
        filled(package(f"<w:p>{runs}</w:p>"))
