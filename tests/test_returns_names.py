"""名单核对: its answers come back by mail, and the commendation is judged by them."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from commendation import HONOUR, Nominations, person
from inbox import DUE, NOW, Office, office
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Side
from openpyxl.workbook.defined_name import DefinedName
from test_line_awards import AWARDS, lay
from test_returns_replies import Dated

from merge.confirmed import Confirmed
from merge.samples import SAMPLES
from outbox.ledger.ledger import Ledger
from outbox.office import answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = 3
UNITS = ("11院党委", "12院党委", "13院党委")
CHECK = AWARDS + "  阶段: 核对\n"


def check_job() -> str:
    """The shipped name check, for our small university, to be answered by tomorrow."""
    text = (SAMPLES / "名单核对.md").read_text(encoding="utf-8").replace("示例大学", "测试大学")
    text = re.sub(r"(?m)^名册:.*\n", f"名册: rosters/名册.xlsx\n{CHECK}", text)
    return text.replace("2026-11-27 12:00", f"{DUE:%Y-%m-%d %H:%M}")


def sheeted(root: Path, rows: list[list[Any]] | None) -> None:
    """Put rows in the place of the workbook's own sheet of answers; None: there is no sheet."""
    path = root / "评选" / "推荐表.xlsx"
    book = load_workbook(path)
    if "名单核对" in book.sheetnames:
        del book["名单核对"]
    for row in [["推荐单位", "姓名", "核对结果"], *rows] if rows is not None else []:
        if "名单核对" not in book.sheetnames:
            book.create_sheet("名单核对").append(["评选表彰名单核对"])
        book["名单核对"].append(row)
    book.save(path)


def honoured(made: Nominations, unit: int) -> set[str]:
    """Name the nominees of an organisation."""
    names = {"".join(row[2].split()) for row in made.rows["推荐名单"]}
    return names & {person(unit, one) for one in range(40)}


def told(root: Path) -> list[str]:
    """List what is said of name checks when the commendation is checked."""
    found = fawen("--json", "check", "表彰", cwd=root).object["findings"]
    return [one["message"] for one in found if one["rule"] in {"award.answer", "award.sheet"}]


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Office, Nominations]]:
    """A name check that has left, and a commendation that waits for its answers."""
    root = tmp_path_factory.mktemp("names") / "w"
    made = lay(root)
    sheeted(root, None)
    (root / "jobs" / "名单核对.md").write_text(check_job(), encoding="utf-8")
    with Dated() as server:
        made_office = office(root, server)
        before = told(root)
        assert before == ["没有「名单核对」工作表"], "nothing was sent, and nobody has answered"
        made_office.send("名单核对")
        yield made_office, made


def test_the_commendation_waits_for_every_answer(desk: tuple[Office, Nominations]) -> None:
    """Nobody has answered: each nominee is a breach; then one unit after the other answers."""
    inbox, made = desk
    waiting = told(inbox.root)
    assert len(waiting) == sum(len(honoured(made, unit)) for unit in range(SIZE))
    assert all("还没有答复「无误」" in one for one in waiting)

    wrong = person(1, 7)
    inbox.came(inbox.reply(UNITS[0], "经核对，无误。\n\n11院党委 林一", job="名单核对"))
    amended = f"{wrong}的“{wrong[1]}”应为“翼”，其余无误。"
    inbox.came(inbox.reply(UNITS[1], amended, job="名单核对"))
    inbox.came(inbox.reply(UNITS[2], "收到", job="名单核对"))
    found = inbox.run("collect")
    assert [one[1] for one in found["returned"]] == ["11", "12"]
    assert [one[0] for one in found["quarantined"]] == ["unclear"]

    day = inbox.run("returns", "名单核对")
    assert (day["reported"], day["amended"], day["missing"]) == (["11", "12"], ["12"], ["13"])
    said = fawen("returns", "名单核对", cwd=inbox.root).out
    assert "已答复2（有更正1），未答复1：13院党委。" in said
    assert f"有更正：12院党委　{amended}" in said

    left = told(inbox.root)
    mine = [one for one in left if "名单核对答复是" in one]
    assert len(mine) == 1
    assert f"「{wrong}」的名单核对答复是「{amended}」（12院党委，" in mine[0]
    others = {re.findall("「(.+?)」", one)[0] for one in left if one not in mine}
    assert others == honoured(made, 2)
    assert fawen("merge", "表彰", cwd=inbox.root).status == 1, "no certificate is made meanwhile"


def test_the_sheet_and_the_answers_do_not_contradict_silently(
    desk: tuple[Office, Nominations],
) -> None:
    inbox, _ = desk
    first, wrong, third = person(0, 7), person(1, 7), person(2, 7)
    rows = [["11院党委", first, "姓名有误"], ["12院党委", wrong, "无误"], ["13院党委", "", "无误"]]
    sheeted(inbox.root, rows)
    found = told(inbox.root)
    assert len(found) == 2, found
    assert f"「{first}」的名单核对两处不一样：核对表里写「姓名有误」（C3）" in found[0]
    assert "收回的答复是「无误」（11院党委，" in found[0]
    assert f"「{wrong}」的名单核对两处不一样：核对表里写「无误」（C4）" in found[1]
    assert not any(third in one for one in found), "of whom nothing was collected the sheet tells"
    sheeted(inbox.root, None)


def test_when_all_have_answered_it_goes_through(desk: tuple[Office, Nominations]) -> None:
    """What was quarantined is noted by hand, the corrected answers 无误: then it is signed."""
    inbox, _ = desk
    [held] = inbox.run("quarantine")["held"]
    assert fawen("quarantine", "discard", str(held["id"]), cwd=inbox.root).status == 0
    inbox.run("returns", "名单核对", "--said", UNITS[2], "无误")
    inbox.came(inbox.reply(UNITS[1], "名单无误。", job="名单核对"))
    assert inbox.run("collect")["quarantined"] == []
    assert told(inbox.root) == []
    made = fawen("--json", "merge", "表彰", cwd=inbox.root)
    assert made.status == 0, made.out + made.err
    words = ("approve", "表彰", "--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen(*words, cwd=inbox.root).status == 0
    assert fawen("returns", "名单核对", "-o", "核对.xlsx", cwd=inbox.root).status == 0
    book = load_workbook(inbox.root / "核对.xlsx")
    assert str(book["汇总"]["A1"].value).startswith("拟表彰人选名单核对表　")
    rows = {row[1].value: row[3].value for row in book["汇总"].iter_rows(min_row=3)}
    assert [rows[one] for one in UNITS] == ["无误", "无误", "无误"]
    assert fawen("report", inbox.batches["名单核对"], "-o", "登记.xlsx", cwd=inbox.root).status == 0
    sheet = load_workbook(inbox.root / "登记.xlsx")["送达明细"]
    head = [cell.value for cell in sheet[2]]
    at = head.index("回执")
    assert {sheet.cell(row, at + 1).value for row in (3, 4, 5)} == {"无误"}


def test_an_answer_holds_for_the_paper_that_it_answers(desk: tuple[Office, Nominations]) -> None:
    """Somebody is nominated after the check: then he is checked too."""
    inbox, _ = desk
    was, now = person(0, 7), person(0, 9)
    book = load_workbook(inbox.root / "评选" / "推荐表.xlsx")
    for name, column in (("推荐名单", 3), ("公示", 2)):
        for row in range(3, book[name].max_row + 1):
            cell = book[name].cell(row, column)
            if "".join(str(cell.value).split()) == was:
                cell.value = now
                if name == "推荐名单":
                    book[name].cell(row, column + 1).value = None  # the number was the other's
    book.save(inbox.root / "评选" / "推荐表.xlsx")
    open_ = f"「{now}」的名单核对还没有答复「无误」（评选规则「核对」）"
    assert told(inbox.root) == [open_]
    later = f"{DUE + dt.timedelta(days=2):%Y-%m-%d %H:%M}"
    path = inbox.root / "jobs" / "名单核对.md"
    path.write_text(check_job().replace(f"{DUE:%Y-%m-%d %H:%M}", later), encoding="utf-8")
    inbox.send("名单核对")
    assert told(inbox.root) == [open_], "sent is not answered"
    day = inbox.run("returns", "名单核对")
    assert (day["reported"], day["missing"]) == (["12", "13"], ["11"]), "one paper has changed"
    inbox.came(inbox.reply(UNITS[0], "无误", job="名单核对"))
    assert inbox.run("collect")["returned"], "the same words, of another paper"
    assert told(inbox.root) == []
    assert inbox.run("returns", "名单核对")["missing"] == []


def checklist(path: Path) -> None:
    """Lay a unit's own form: one cell for all, and a table for what is wrong."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "核对表"
    sheet["A1"] = "核对单位：{{ 党组织名称 }}"
    sheet["A2"] = '人选：{{ 全部党员 | 选("荣誉称号") | 姓氏笔画 | 连接("、", "姓名") }}'
    sheet["A3"] = "答复"
    for column, name in enumerate(("姓名", "应为"), start=1):
        sheet.cell(5, column, name)
    edge = Side(style="thin")
    for row in range(5, 12):
        for column in (1, 2):
            sheet.cell(row, column).border = Border(edge, edge, edge, edge)
    book.defined_names["答复"] = DefinedName("答复", attr_text="'核对表'!$B$3")
    book.defined_names["填报表"] = DefinedName("填报表", attr_text="'核对表'!$A$5:$B$5")
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def filled(form: bytes, cells: dict[str, str]) -> bytes:
    book = load_workbook(io.BytesIO(form))
    for cell, said in cells.items():
        book["核对表"][cell] = said
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_form_is_answered_instead(tmp_path: Path) -> None:
    """A workbook goes out, and comes back on a stick: the same register is filled."""
    made = lay(tmp_path / "w")
    root = tmp_path / "w"
    sheeted(root, None)
    checklist(root / "forms" / "名单核对表.xlsx")
    text = check_job().replace("内容: 无误或更正", "内容: forms/名单核对表.xlsx")
    (root / "jobs" / "名单核对.md").write_text(text, encoding="utf-8")
    done = fawen("--json", "merge", "名单核对", cwd=root)
    assert done.status == 0, done.out + done.err
    batch = done.object["batch"]
    words = ("approve", batch, "--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen(*words, cwd=root).status == 0
    with Ledger.open(root / "outbox" / "ledger.db", at=NOW) as ledger:
        standing = ledger.manifest(batch).standing
    assert standing is not None
    forms = {one.short: (root / "outbox" / batch / one.form) for one in standing.parties}
    assert person(0, 7) in str(load_workbook(forms[UNITS[0]])["核对表"]["A2"].value)
    wrong = person(1, 7)
    given = {UNITS[0]: {"B3": "无误"}, UNITS[1]: {"B3": "无误", "A6": wrong, "B6": "翼字写错"},
             UNITS[2]: {"A6": person(2, 7), "B6": "无误"}}  # fmt: skip
    (root / "U盘").mkdir()
    for name, cells in given.items():
        (root / "U盘" / f"{name}.xlsx").write_bytes(filled(forms[name].read_bytes(), cells))
    found = fawen("--json", "collect", "--folder", "U盘", cwd=root)
    assert [one[1] for one in found.object["returned"]] == ["11", "12", "13"], found.out
    left = told(root)
    mine = [one for one in left if "名单核对答复是「翼字写错」" in one]
    assert len(mine) == 1
    assert f"「{wrong}」" in mine[0]
    open_ = {re.findall("「(.+?)」", one)[0] for one in left if one not in mine}
    assert open_ == honoured(made, 2) - {person(2, 7)}


@pytest.mark.parametrize(
    ("own", "values", "unclear"),
    [
        ("无误", "无误", ""),
        ("经核对，名单无误。\n联系人 何二 010-62750001", "无误", ""),
        ("没有问题", "无误", ""),
        ("王毅应为王翼", "有更正", ""),
        ("除王毅应为王翼外，其余无误", "有更正", ""),
        ("王毅的支部写错了，应是第二党支部", "有更正", ""),
        ("收到", "", "没有写"),
        ("是否无误请再看", "", "是否"),
        ("无误吗？", "", "吗"),
        ("尚未核对，明天答复", "", "尚未"),
        ("不能确认无误", "", "不能确认无误"),
        ("除王毅外无误", "", "除"),
        ("我在休假，自动回复：名单无误", "", "休假"),
        ("附件是核对表", "", "没有写"),
    ],
)
def test_words_of_an_answer(own: str, values: str, unclear: str) -> None:
    found = answers.checked(own)
    assert found.values.get(answers.ANSWER, "") == values
    assert unclear in found.unclear
    assert bool(found.unclear) == bool(unclear)


def test_what_an_answer_says_of_whom() -> None:
    people = frozenset({("王毅", HONOUR), ("李四", HONOUR), ("张三", HONOUR)})
    one = Confirmed("11", people, "王毅应为王翼")
    assert one.about("王　毅") == "王毅应为王翼"
    assert one.about("李四") is None
    assert Confirmed("11", people, "王毅应为王翼", rest=True).about("李四") == ""
    assert Confirmed("11", people, "少了一个人").about("李四") == "少了一个人"
    rows = Confirmed("11", people, rows={"王毅": "王翼", "李四": "无误"})
    assert [rows.about(n) for n in ("王毅", "李四", "张三")] == ["王翼", "", None]
    assert Confirmed("11", people).about("张三") == ""
    assert not Confirmed("11", people).covers("王毅", "别的")
