"""考察表 come back: each to its person, whatever it is called; what is not certain waits.

The truth is written down beside what is sent; 考察登记表 is recounted from it cell by cell.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from leading import ORGANISATIONS, PEOPLE, QUESTIONS, Office, assessed, opened, unmarked
from openpyxl import load_workbook
from stores import tamper
from test_forms_word import changed
from test_returns_replies import Dated

from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 900
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
# What counts in the end: whose it is -> scores, total, what is written as comments.
TRUTH: dict[tuple[str, str], tuple[tuple[str, ...], str, str]] = {
    ("001", "林一"): (("90", "85", "88", "91.5"), "354.5", "好"),
    ("001", "何二"): (("80", "80", "80", "80"), "320", ""),
    ("001", "沈思远"): (("70", "75", "72", "78"), "295", "可"),
    ("002", "杜三"): (("95", "95", "95", "95"), "380", "优"),
    ("002", "罗四"): (("60", "61", "62", "63"), "246", "一般"),
    ("003", "马五"): (("99", "98", "97", ""), "", "缺一项"),
    ("004", "高六"): (("0", "90", "90", "90"), "270", "无"),
}
WAITING = {("001", "韩立群"), ("002", "秦可")}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(tmp_path_factory.mktemp("assess"), Dated()) as one:
        one.issue("考察")
        yield one


def test_forms_find_their_persons(office: Office) -> None:
    """Two weeks in their order: replies, what they come to, a reminder, the register."""
    forms = {key: office.forms(key) for key in ORGANISATIONS}
    assert {key: tuple(one) for key, one in forms.items()} == PEOPLE
    body = str(office.letters["001"].get_body().get_content())  # type: ignore[union-attr]  # a text
    assert "回执：2026年12月11日12:00前填好附件《考察表》" in body

    office.on(3, 9)
    _first_replies(office, forms)
    office.on(3, 18)
    done = office.run("collect", status=3)
    who = [(one[1], one[4].rpartition("-")[2], one[3]) for one in done["returned"]]
    assert sorted(who) == sorted(
        [("001", "林一", "good"), ("001", "何二", "good"), ("001", "沈思远", "good"),
         ("001", "韩立群", "faulty"), ("002", "杜三", "good"), ("002", "罗四", "good"),
         ("003", "马五", "faulty"), ("004", "高六", "good")]
    )  # fmt: skip
    assert [one[:3] for one in done["quarantined"]] == [
        ["another", "考察", "001"],
        ["another", "考察", "002"],
        ["picture", "考察", "002"],
        ["no_token", "考察", "001"],
        ["picture", "考察", "004"],
    ]

    told = office.said("returns", "考察", status=3)
    assert "文学院党委：已交 4 / 5，未交：杨沐" in told
    assert "数学院党委：已交 2 / 3，未交：秦可" in told
    assert "图书馆直属支部：已交 1 / 2，未交：许七" in told
    assert "有误待核：后勤党总支（马五）" in told
    assert "「四问作风得分」没有填" in told
    assert "没有的请填 0" not in told, "a score that is missing is no zero"
    assert "有误待核：文学院党委（韩立群）" in told
    assert "超出范围（0 到 100）" in told
    pasted = office.said("returns", "考察", "--text", status=3)
    assert "图书馆直属支部（已交 1 / 2）" in pasted
    assert not any(name in pasted for names in PEOPLE.values() for name in names)

    _corrected(office, forms)
    _decided(office)
    _reminded(office)
    _recounted(office)
    audited = office.said("audit")
    assert "不符" not in audited


def _first_replies(office: Office, forms: dict[str, dict[str, bytes]]) -> None:
    own = forms["001"]
    # Three in one mail, under names that tell nothing.
    office.reply(
        "001",
        {
            "1.docx": assessed(own["林一"], *TRUTH["001", "林一"]),
            "新建文档.docx": assessed(own["何二"], *TRUTH["001", "何二"]),
            "考察表(2).docx": assessed(own["沈思远"], *TRUTH["001", "沈思远"]),
        },
    )
    # One by one: a score out of range, a total that does not add up.
    bad = assessed(own["韩立群"], ("90", "120", "80", "80"), "370", "好")
    office.reply("001", {"考察表-韩立群.docx": bad}, thread="no", subject="补一份")
    # Another organisation's person: in its own thread, and to its own letter.
    strange = assessed(own["杨沐"], ("1", "1", "1", "1"), "4")
    office.reply("002", {"考察表.docx": strange}, thread="no", subject="考察表")
    office.reply("002", {"考察表.docx": strange})
    # Twice the same person, and a photograph beside: the third may be on it.
    first = assessed(forms["002"]["杜三"], ("90", "90", "90", "90"), "360", "旧")
    office.reply("002", {"杜三.docx": first, "罗四.docx": assessed(
        forms["002"]["罗四"], *TRUTH["002", "罗四"]), "IMG_1203.jpg": JPEG})  # fmt: skip
    # Copied into a new file: no mark, and the names of two persons in it.
    copied = unmarked(assessed(own["杨沐"], ("70", "70", "70", "70"), "280", "可", 考察人="林一"))
    office.reply("001", {"文档1.docx": copied})
    office.reply("003", {"马五.docx": assessed(forms["003"]["马五"], *TRUTH["003", "马五"])})
    # Copied into a new file, but only one can be meant; and a scan of the other.
    lone = unmarked(assessed(forms["004"]["高六"], *TRUTH["004", "高六"]))
    office.reply("004", {"文档2.docx": lone, "扫描件.pdf": PDF})


def _corrected(office: Office, forms: dict[str, dict[str, bytes]]) -> None:
    """A correction counts, an older version is kept; the same file again changes nothing."""
    office.on(4, 9)
    better = assessed(forms["002"]["杜三"], *TRUTH["002", "杜三"])
    office.reply("002", {"更正.docx": better})
    office.reply("002", {"更正.docx": better}, "再发一次")
    (office.root / "微信").mkdir()
    (office.root / "微信" / "wx_1.docx").write_bytes(better)
    # Somebody typed another's name over the form of one.
    typed = assessed(changed(forms["004"]["高六"], "高六", "许七"), ("5", "5", "5", "5"), "20")
    (office.root / "微信" / "套改.docx").write_bytes(typed)
    office.on(4, 12)
    done = office.run("collect", status=0)
    assert [one[1:4:2] for one in done["returned"]] == [["002", "good"]]
    handed = office.run("collect", "--folder", "微信", status=3)
    assert handed["returned"] == []
    assert [one[0] for one in handed["quarantined"]] == ["another"]
    held = office.run("quarantine", status=3)["held"]
    assert "发出时是高六的表，里面的姓名却是许七" in {one["words"] for one in held}


def _decided(office: Office) -> None:
    """A person says whose it is, and takes over what is short of a score."""
    held = office.run("quarantine", status=3)["held"]
    [number] = [str(one["id"]) for one in held if one["reason"] == "no_token"]
    useless = office.said("quarantine", "assign", number, "001", status=1)
    assert "看不出是谁的" in useless
    assert "没有向文学院党委要过" in office.said(
        "quarantine", "assign", number, "001", "--person", "马五", status=2
    )
    done = office.run("quarantine", "assign", number, "001", "--person", "杨沐")
    assert done["staged"][0][2] == "good"
    taken = office.said("returns", "考察", "--accept", "马五", status=3)
    assert (
        "已采用 后勤党总支 马五 2026-12-11 第1版（「总分」没有填；「四问作风得分」没有填）" in taken
    )
    assert "没有等着采用" in office.said("returns", "考察", "--accept", "杨沐", status=1)
    assert "没有向它要过回执" in office.said("returns", "考察", "--accept", "郑普通", status=2)
    for one in office.run("quarantine", status=3)["held"]:
        if one["organisation"] != "002" or one["reason"] == "another":
            office.run("quarantine", "discard", str(one["id"]))


def _reminded(office: Office) -> None:
    """Exactly who lacks is named, and only their forms go along; what comes then calls it back."""
    office.on(11, 13)
    dry = office.run("remind", "考察")
    assert {one["organisation"] for one in dry["remind"]} == {"004"}
    assert {one["organisation"] for one in dry["not"]} == {"001", "002"}, "a person looks first"
    told = office.said("remind", "考察")
    assert "已交 1 / 2，未交：许七" in told
    assert "许七" not in office.said("remind", "考察", "--text")
    before = len(office.received())
    office.run("collect")
    office.run("remind", "考察", "--go")
    [mail] = office.received()[before:]
    assert "还没有交的：许七。" in str(mail.get_body().get_content())  # type: ignore[union-attr]
    assert [one.get_filename() for one in mail.iter_attachments()] == ["考察表-许七.docx"]
    assert mail["In-Reply-To"] == office.letters["004"]["Message-ID"]
    assert office.run("remind", "考察")["remind"] == []


def _recounted(office: Office) -> None:
    """Hold every cell of the register against what was sent."""
    assert "已写好" in office.said("returns", "考察", "-o", "登记.xlsx", status=3)
    book = load_workbook(office.root / "登记.xlsx")
    assert book.sheetnames == ["特殊情况", "考察登记表", "平均", "收文登记簿"]
    truth = {**TRUTH, ("001", "杨沐"): (("70", "70", "70", "70"), "280", "可")}
    sheet = book["考察登记表"]
    head = [cell.value for cell in sheet[2]]
    scores = [f"{one}得分" for one in QUESTIONS]
    assert head[:10] == ["序号", "姓名", "党组织", "类别", "情况", *scores, "总分"]
    rows = [dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=3)]
    people = {(key, name) for key, names in PEOPLE.items() for name in names}
    seen: list[tuple[str, str]] = []
    keys = {one[0]: key for key, one in ORGANISATIONS.items()}
    for number, row in enumerate(rows, start=1):
        said = {name: cell.value for name, cell in row.items()}
        one = keys[str(said["党组织"])], str(said["姓名"])
        seen.append(one)
        assert (said["序号"], said["类别"]) == (number, ORGANISATIONS[one[0]][2])
        given, total, words = truth.get(one, (("",) * 4, "", ""))
        wanted = [float(score) if score else None for score in given]
        assert [said[name] for name in scores] == wanted, one
        assert said["总分"] == (float(total) if total else None)
        comments = [f"{question}{words}" if words else None for question in QUESTIONS]
        assert [said[f"{question}评语"] for question in QUESTIONS] == comments
        assert said["综合意见"] == (f"综合{words}" if words else None)
        assert bool(said["来源"]) == (one in truth)
        if one in truth:
            assert said["来自"] == ORGANISATIONS[one[0]][3]
            assert (office.root / row["来源"].hyperlink.target).is_file()
    assert set(seen) == people
    assert len(seen) == len(people)
    assert set(seen[:3]) == {("001", "韩立群"), ("002", "秦可"), ("004", "许七")}, "unscored first"
    assert seen[3] == ("003", "马五"), "then what was taken over though a score is missing"
    _averaged(book["平均"], truth)
    special = [tuple(cell.value for cell in row) for row in book["特殊情况"].iter_rows(min_row=3)]
    assert ("数学院党委", "秦可", "未交", None) in [(*one[:3], one[3] or None) for one in special]
    assert any(one[1:3] == ("韩立群", "有误待核") for one in special)


def _averaged(sheet: Any, truth: dict[tuple[str, str], Any]) -> None:
    head = [cell.value for cell in sheet[2]]
    rows = {
        row[0].value: dict(zip(head, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(min_row=3)
    }
    groups = {"全部": list(ORGANISATIONS)}
    for key, (name, _, sort, _) in ORGANISATIONS.items():
        groups[name] = [key]
        groups.setdefault(f"类别：{sort}", []).append(key)
    assert rows.keys() == groups.keys()
    for name, keys in groups.items():
        due = sum(len(PEOPLE[key]) for key in keys)
        own = [said for (key, _), said in truth.items() if key in keys]
        assert (rows[name]["应交"], rows[name]["已交"]) == (due, len(own))
        columns = [*enumerate(QUESTIONS), (4, "")]
        for at, question in columns:
            told = [(*given, total)[at] for given, total, _ in own]
            known = [float(one) for one in told if one]
            mean = sum(known) / len(known) if known else None
            said = rows[name][f"{question}得分" if question else "总分"]
            assert said == (pytest.approx(mean) if known else None), (name, question)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE returned SET subject = '' WHERE organisation = '003'", "回执的内容被改动"),
        (
            "UPDATE returned SET \"values\" = replace(\"values\", '354.5', '9')",
            "回执的内容被改动",
        ),
        ("UPDATE returned SET accepted_by = 'x' WHERE organisation = '003'", "没有采用的记录"),
        ("UPDATE letter SET body = replace(body, '许七', '高六') WHERE kind = 'reminder'", "催报"),
    ],
)
def test_what_is_changed_in_the_ledger_is_found(office: Office, sql: str, said: str) -> None:
    path = find(office.root).ledger
    before = path.read_bytes()
    assert tamper(path, sql)
    try:
        assert said in office.said("audit", status=1)
    finally:
        path.write_bytes(before)


@pytest.mark.libreoffice
def test_a_form_that_libreoffice_saved_again_is_its_persons(office: Office, tmp_path: Path) -> None:
    form = assessed(office.forms("004")["许七"], ("81", "82", "83", "84"), "330", "好")
    (tmp_path / "许七.docx").write_bytes(form)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(office.root / "U盘"),
         str(tmp_path / "许七.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    done = office.run("collect", "--folder", "U盘")
    assert [(one[1], one[3]) for one in done["returned"]] == [("004", "good")]
    [values] = [
        said for key, said in office.run("returns", "考察", status=3)["forms"]["004"].items()
        if "许七" in key
    ]  # fmt: skip
    assert [values[f"{one}得分"] for one in QUESTIONS] == ["81", "82", "83", "84"]


def test_what_is_asked_wrongly_is_said(office: Office) -> None:
    assert "没有可以上报的表" in office.said("returns", "考察", "--upward", "上报.xlsx", status=2)
    text = (office.root / "jobs" / "考察.md").read_text(encoding="utf-8")
    for old, new, said in (
        ("  内容: 考察表", "  内容: 考核表", "「内容」不能是「考核表」"),
        ("总分 = 一问担当得分", "总分 = 一问得分", "没有「一问得分」这一栏"),
        ("  截止时间", "  频次: 每天\n  起止: 2026-12-02 至 2026-12-04\n  截止时间", "只收回一次"),
        ('每份: 党员\n    范围: 党内职务 != ""', "每份: 批次", "大家同一份"),
        ("文件名: 考察表", "文件格式: PDF\n    文件名: 考察表", "发出去的是 PDF"),
    ):
        assert old in text
        (office.root / "jobs" / "误.md").write_text(text.replace(old, new), encoding="utf-8")
        assert said in office.said("check", "误", status=1), said


def test_who_is_forgotten_is_named_nowhere(office: Office) -> None:
    """The last of the story: years later the batch is forgotten, and the ledger still verifies."""
    for one in office.run("quarantine", status=3)["held"]:
        office.run("quarantine", "discard", str(one["id"]))
    office.run("archive", "--year", "2026", "-o", "归档")
    office.at = office.at.replace(year=2031)
    done = office.run("forget", "--older-than", "3年", "--go")
    assert done["forgotten"] == [office.batch]
    rows = str(tamper(find(office.root).ledger, "SELECT * FROM returned"))
    assert not any(name in rows for names in PEOPLE.values() for name in names)
    office.said("audit")
