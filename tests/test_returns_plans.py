"""工作预案 come back once from each organisation and fill 预案登记表; an empty section is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from clerk_forms import written
from leading import ORGANISATIONS, PEOPLE, Office, opened
from openpyxl import load_workbook
from test_returns_assessments import JPEG, PDF
from test_returns_replies import Dated

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS = ("12月8日", "12月12日")
GROUPS = ("综合协调组", "排查登记组", "值守保障组", "宣传引导组")


def said(key: str, **more: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Say all that a plan asks for, in the words of an organisation: controls, then cells."""
    short = ORGANISATIONS[key][1]
    values = {
        "预案负责人": PEOPLE[key][0],
        "负责人电话": f"1390000{key}1",
        "制定日期": "2026年12月3日",
        "应急处置": f"{short}先隔离，10分钟内报",
        "物资场所": "口罩200只；缺额温枪2把",
        **{f"{day}措施": f"{short}{day}演练" for day in DAYS},
        **{f"{day}责任人": f"{PEOPLE[key][0]} 1390000{key}2" for day in DAYS},
        **more,
    }
    cells = [one for group in GROUPS for one in (PEOPLE[key][0], str(len(group)), f"{group}的事")]
    return values, tuple(cells)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(tmp_path_factory.mktemp("plans"), Dated()) as one:
        one.issue("预案")
        yield one


def test_plans_fill_their_register(office: Office) -> None:
    forms = {key: next(iter(office.forms(key).values())) for key in ORGANISATIONS}
    office.on(3, 9)
    office.reply("001", {"文学院预案（定稿）.docx": written(forms["001"], *said("001"))})
    # Two sections were left as they went out; one answers another's plan; one is a picture of it.
    short, cells = said("002")
    lacking = {k: v for k, v in short.items() if k not in {"应急处置", f"{DAYS[1]}措施"}}
    office.reply("002", {"预案.docx": written(forms["002"], lacking, cells)})
    office.reply("003", {"预案.docx": written(forms["001"], *said("003"))})
    office.reply("004", {"IMG.jpg": JPEG, "扫描.pdf": PDF})
    done = office.run("collect", status=3)
    assert done["returned"] == [
        ["预案", "001", "2026-12-05", "good"],
        ["预案", "002", "2026-12-05", "faulty"],
    ]
    assert [(one[0], one[2], one[3]) for one in done["quarantined"]] == [
        ("another", "003", ""),
        ("picture", "004", "IMG.jpg"),
        ("picture", "004", "扫描.pdf"),
    ]
    told = office.said("returns", "预案", status=3)
    assert "已交齐1，有误待核1，未交齐2：后勤党总支、图书馆直属支部。" in told
    assert "「应急处置」没有填" in told
    assert "「12月12日措施」没有填" in told
    assert "没有的请填 0" not in told

    _register(office, {"001"})
    # What was short is sent whole; what was right is corrected: the newest counts.
    office.on(4, 9)
    office.reply("002", {"预案.docx": written(forms["002"], *said("002"))})
    better = said("001", 应急处置="改为5分钟内报")
    office.reply("001", {"文学院预案（更正）.docx": written(forms["001"], *better)})
    (office.root / "U盘").mkdir()
    (office.root / "U盘" / "后勤.docx").write_bytes(written(forms["003"], *said("003")))
    office.run("collect", status=0)
    office.run("collect", "--folder", "U盘")
    _register(office, {"001", "002", "003"}, 应急处置="改为5分钟内报")

    for one in office.run("quarantine", status=3)["held"]:
        office.run("quarantine", "discard", str(one["id"]))
    office.on(5, 13)
    dry = office.run("remind", "预案")
    assert {one["organisation"] for one in dry["remind"]} | {
        one["organisation"] for one in dry["later"]
    } == {"004"}
    assert "不符" not in office.said("audit")


def _register(office: Office, came: set[str], **changed: str) -> None:
    """Hold every cell of the register against what was sent."""
    office.run("returns", "预案", "-o", "预案.xlsx", status=3)
    book = load_workbook(office.root / "预案.xlsx")
    assert book.sheetnames == ["特殊情况", "预案登记表", "收文登记簿"]
    sheet = book["预案登记表"]
    head = [cell.value for cell in sheet[2]]
    assert head[:5] == ["序号", "党组织", "类别", "书记", "联系人"]
    sections = [*(f"{day}{what}" for day in DAYS for what in ("措施", "责任人"))]
    assert [one for one in head if one.startswith("12月")] == sections
    keys = {one[0]: key for key, one in ORGANISATIONS.items()}
    rows = {}
    for row in sheet.iter_rows(min_row=3):
        cells = dict(zip(head, row, strict=True))
        rows[keys[cells["党组织"].value]] = cells
    assert rows.keys() == keys.keys() - set() or set(rows) == set(ORGANISATIONS)
    for key, cells in rows.items():
        values, told = said(key, **(changed if key == "001" else {}))
        fields = [one for one in head if one in values or one[:5] in GROUPS]
        assert len(fields) == len(values) + len(told)
        if key not in came:
            assert [cells[one].value for one in fields] == [None] * len(fields)
            continue
        for name in values.keys() - {"负责人电话", *(f"{day}责任人" for day in DAYS)}:
            assert cells[name].value == values[name], (key, name)
        assert cells["负责人电话"].value == f"139****{key}1"
        assert cells[f"{DAYS[0]}责任人"].value == f"{PEOPLE[key][0]} 139****{key}2"
        for at, group in enumerate(GROUPS):
            lead, count, duty = told[at * 3 : at * 3 + 3]
            assert cells[f"{group}负责人"].value == lead
            assert cells[f"{group}人数"].value == int(count)
            assert cells[f"{group}职责"].value == duty
        assert (office.root / cells["来源"].hyperlink.target).is_file()
    special = [tuple(cell.value for cell in row) for row in book["特殊情况"].iter_rows(min_row=3)]
    missing = {one[0] for one in special if one[2] == "未交"}
    wrong = {one[0] for one in special if one[2] == "有误待核"}
    wanted = {ORGANISATIONS[key][1] for key in ORGANISATIONS.keys() - came}
    assert missing | wrong == wanted


def test_an_empty_section_that_is_taken_over_says_so(office: Office) -> None:
    """未填, never a blank that could be meant, nor a zero."""
    forms = next(iter(office.forms("004").values()))
    values, cells = said("004")
    del values["物资场所"]
    folder = office.root / "补交"
    folder.mkdir()
    (folder / "预案.docx").write_bytes(written(forms, values, cells))
    done = office.run("collect", "--folder", "补交")
    assert [one[3] for one in done["returned"]] == ["faulty"]
    office.run("returns", "预案", "--accept", "图书馆直属支部")
    office.run("returns", "预案", "-o", "补交.xlsx")
    sheet = load_workbook(office.root / "补交.xlsx")["预案登记表"]
    head = [cell.value for cell in sheet[2]]
    [row] = [
        dict(zip(head, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(min_row=3)
        if row[1].value == ORGANISATIONS["004"][0]
    ]
    assert (row["物资场所"], row["情况"]) == ("未填", "已采用（迟交）")
    assert row["序号"] == 1, "what has something against it stands first"


def test_words_alone_are_no_plan(office: Office) -> None:
    office.on(6, 9)
    office.reply("004", {}, "零报告")
    done = office.run("collect", status=3)
    assert [one[0] for one in done["quarantined"]] == ["nil_refused"]
