"""收到即可: acknowledgements come back in a reply's own words, and nothing else counts as one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from bureau import JOB, bureau, fawen
from inbox import DUE, Office, office
from openpyxl import load_workbook
from replies import ZONE
from test_returns_replies import Dated

from outbox.desk import remind as reminding
from outbox.office import answers
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


NAMES = {
    "文学院党委": "wx",
    "数学院党委": "sx",
    "后勤党总支": "hq",
    "机械学院党委": "jx",
    "化工学院党委": "hg",
    "医学院党委": "yx",
    "外语学院党委": "wy",
}
BARE = f"回执:\n  内容: 收到即可\n  截止时间: {DUE:%Y-%m-%d %H:%M}\n信件:\n"
PHOTO = b"\xff\xd8\xff\xe0" + b"0" * 900


def units() -> list[list[Any]]:
    head = ["党组织编码", "党组织名称", "简称", "类别", "书记", "联系人", "联系电话", "电子邮箱"]
    rows: list[list[Any]] = [head]
    for n, (short, box) in enumerate(NAMES.items(), start=1):
        name = f"中共测试大学{short.removesuffix('党委')}委员会"
        rows.append([f"{n:03}", name, short, "分党委", "林一", "何二", f"010-6275{n:04}",
                     f"{box}@cs.example; {box}2@cs.example"])  # fmt: skip
    return rows


def asking(text: str = JOB) -> str:
    return text.replace("信件:\n", BARE).replace("现有党员{{ 党员数 }}名，请核对", "请收到后回复")


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An inbox that fills from test to test, as a clerk's does."""
    other = JOB.replace("关于核对党员名册的通知", "关于预订会议室的通知").replace("7号", "8号")
    jobs = {"签收": asking(), "另一件": other}
    with Dated() as server:
        root = bureau(tmp_path_factory.mktemp("r") / "w", sheets={"二级党组织": units()}, jobs=jobs)
        made = office(root, server)
        for job in jobs:
            made.send(job)
        yield made


def _reply(desk: Office, who: str, text: str, **how: Any) -> EmailMessage:
    return desk.reply(who, text, **{"job": "签收", **how})


def _others(desk: Office) -> None:
    """Send what is no acknowledgement of the notice."""
    came = desk.came
    # A machine's words, in the three ways that machines have.
    auto = _reply(desk, "文学院党委", "您的邮件已收到。")
    auto["Auto-Submitted"] = "auto-replied"
    came(auto)
    came(_reply(desk, "文学院党委", "收到", subject="自动回复：我在休假"))
    came(_reply(desk, "文学院党委", "我已收到您的来信，本人出差，稍后回复您。"))
    # It says that nothing arrived.
    came(_reply(desk, "数学院党委", "老师好，没收到附件，请重发。"))
    # Of another letter, in its thread; and of nothing in particular.
    came(
        _reply(
            desk, "后勤党总支", "收到", job="另一件", subject="回复：【通知】关于预订会议室的通知"
        )
    )
    came(
        _reply(
            desk,
            "后勤党总支",
            "想借用会议室，可以吗",
            thread=False,
            quote=False,
            subject="借会议室",
        )
    )
    came(_reply(desk, "后勤党总支", "收到", thread=False, quote=False, subject="回复：别的事"))
    came(_reply(desk, "后勤党总支", "收到", job="另一件"))  # its subject alone names ours
    # Nobody knows this address.
    came(_reply(desk, "机械学院党委", "收到", sender="jxclerk@mail.example"))
    thread = desk.ids["签收", "化工学院党委"]
    bounce = f"From: MAILER-DAEMON@cs.example\nSubject: 退信\nIn-Reply-To: {thread}\n"
    bounce += "Content-Type: text/plain; charset=utf-8\n\n550 hg@cs.example: user unknown 收到\n"
    came(bounce.encode())


def test_who_has_acknowledged_and_who_has_not(desk: Office) -> None:
    """Of thirteen mails what a person wrote in answer counts, and nothing else."""
    _others(desk)
    first = desk.run("collect")
    assert first["returned"] == []
    assert [one[0] for one in first["quarantined"]] == ["unclear", "unclear", "unknown_sender"]
    told = desk.run("returns", "签收")
    assert (told["reported"], len(told["missing"])) == ([], 7)

    # Now people answer.
    signed = desk.came(_reply(desk, "文学院党委", "收到。\n\n文学院党委　何二\n电话 010-62750001"))
    again = _reply(desk, "文学院党委", "收到，请问表在哪里下载？")
    again.add_attachment(PHOTO, maintype="image", subtype="jpeg", filename="签收单.jpg")
    desk.came(again)
    beside = _reply(desk, "后勤党总支", "已收到", sender="hq2@cs.example")
    docx = (desk.root / "outbox" / desk.batches["签收"]).rglob("*.docx")
    beside.add_attachment(
        next(docx).read_bytes(),
        maintype="application",
        subtype="octet-stream",
        filename="通知（已阅）.docx",
    )
    beside.add_attachment(
        b"PK\x03\x04junk", maintype="application", subtype="octet-stream", filename="报名.xlsx"
    )
    desk.came(beside)
    desk.came(_reply(desk, "医学院党委", "知悉，按要求办理", thread=False, quote=False))
    second = desk.run("collect")
    assert [one[:2] for one in second["returned"]] == [
        ["签收", one] for one in ("001", "001", "003", "006")
    ]
    assert second["quarantined"] == []
    told = desk.run("returns", "签收")
    assert told["reported"] == ["001", "003", "006"]
    assert told["missing"] == ["002", "004", "005", "007"]
    assert dt.datetime.fromisoformat(told["times"]["001"]) == signed, "the first counts"
    assert "请问表在哪里下载" in told["notes"]["001"], "the second is kept, and told"
    assert "签收单.jpg" in told["notes"]["001"]
    assert "通知（已阅）.docx、报名.xlsx" in told["notes"]["003"]
    assert "006" not in told["notes"]
    text = fawen("returns", "签收", "--text", cwd=desk.root)
    assert "已回执3，未回执4：数学院党委、机械学院党委、化工学院党委、外语学院党委。" in text.out
    assert "@" not in text.out
    assert "报" not in text.out.replace("【", ""), text.out

    assert desk.run("collect")["mails"] == 0


def test_registers_have_who_and_when(desk: Office) -> None:
    """送达明细 says of each letter whether it was acknowledged, and the summary the same."""
    asked = ("report", desk.batches["签收"], "-o", "登记.xlsx")
    assert fawen(*asked, cwd=desk.root).status == 0
    sheet = load_workbook(desk.root / "登记.xlsx")["送达明细"]
    head = [cell.value for cell in sheet[2]]
    at = {name: head.index(name) for name in ("党组织编码", "回执", "签收时间")}
    found = {
        row[at["党组织编码"]].value: (row[at["回执"]].value, row[at["签收时间"]].value)
        for row in sheet.iter_rows(min_row=3)
        if str(row[at["党组织编码"]].value).isdecimal()
    }
    times = desk.run("returns", "签收")["times"]
    for key in ("001", "003", "006"):
        when = dt.datetime.fromisoformat(times[key]).astimezone(ZONE)
        assert found[key] == ("已回执", f"{when:%Y-%m-%d %H:%M}")
    for key in ("002", "004", "005", "007"):
        assert found[key] == ("未回执", None)
    assert fawen("report", desk.batches["另一件"], "-o", "别的.xlsx", cwd=desk.root).status == 0
    head = [cell.value for cell in load_workbook(desk.root / "别的.xlsx")["送达明细"][2]]
    assert not {"回执", "签收时间"} & {*head}, "nothing was asked for"

    assert fawen("returns", "签收", "-o", "汇总.xlsx", cwd=desk.root).status == 3
    book = load_workbook(desk.root / "汇总.xlsx")
    rows = {row[1].value: [cell.value for cell in row] for row in book["汇总"].iter_rows(min_row=3)}
    assert rows["文学院党委"][3] == "已回执"
    assert rows["数学院党委"][3:5] == ["未回执", None]
    assert rows["合计"][3] == "已回执3，未回执4"
    target = book["汇总"]["B3"].hyperlink.target
    assert target.endswith(".eml")
    assert "In-Reply-To" in (desk.root / target).read_text(encoding="utf-8")
    special = [[cell.value for cell in row] for row in book["特殊情况"].iter_rows(min_row=3)]
    assert ["数学院党委", "未回执", None] in special
    assert [row[1] for row in special if row[0] == "文学院党委"] == ["隔离区第1件", "回信"]
    assert ["数学院党委", "隔离区第2件", "说得不明白，要人看：回信里写了「没收到」"] in special
    assert [cell.value for cell in book["分类合计"][2]][1:] == [
        "单位数",
        "已回执",
        "迟回",
        "未回执",
    ]
    assert book["收文登记簿"].max_row == 2 + 3 + 4, "each mail that has to do with it, and no other"


def test_only_the_silent_are_reminded(desk: Office) -> None:
    """Not who answered, nor whose answer waits for a person."""
    at = DUE + dt.timedelta(hours=1)
    found = reminding.dry(find(desk.root), "签收", at=at)
    assert [one["organisation"] for one in found.object["remind"]] == ["007"], found.lines
    held = "\n".join(one for one in found.lines if one.startswith("不催"))
    assert "数学院党委" in held
    assert "机械学院党委" in held
    assert "化工学院党委　退信" in held
    pasted = reminding.dry(find(desk.root), "签收", text=True, at=at).lines
    assert "数学院党委、机械学院党委、化工学院党委、外语学院党委" in pasted
    assert pasted[-1] == "请回复邮件，写明“收到”。"


def test_a_person_takes_and_notes_acknowledgements(desk: Office) -> None:
    held = desk.run("quarantine")["held"]
    number = {(one["reason"], one["sender"]): str(one["id"]) for one in held}
    taken = desk.run("quarantine", "assign", number["unclear", "sx@cs.example"], "数学院党委")
    assert taken["staged"] == [["签收", f"{DUE:%Y-%m-%d}", "noted"]]
    assert "没收到附件" in desk.run("returns", "签收")["notes"]["002"]
    always = ("quarantine", "assign", number["unknown_sender", "jxclerk@mail.example"], "004")
    assert desk.run(*always, "--always")["staged"] == [["签收", f"{DUE:%Y-%m-%d}", "noted"]]
    refused = fawen("returns", "签收", "--said", "化工学院党委", "没收到", cwd=desk.root)
    assert refused.status == 1
    assert "没有登记" in refused.err
    done = desk.run("returns", "签收", "--said", "化工学院党委", "微信说收到")
    assert (done["missing"], done["notes"]["005"]) == (["007"], "微信说收到")
    said = fawen("returns", "签收", cwd=desk.root).out
    assert "已回执6，未回执1：外语学院党委。" in said
    assert "隔离区有 1 件" in said
    audited = fawen("audit", cwd=desk.root)
    assert "回执" not in audited.out + audited.err, audited.out + audited.err


@pytest.mark.parametrize(
    ("own", "note", "unclear"),
    [
        ("收到", False, ""),
        ("已收到，谢谢！", False, ""),
        ("收悉。\n文学院党委 何二 010-62750001", False, ""),
        ("", False, ""),
        ("好的", True, ""),
        ("收到，另外我院书记换了", True, ""),
        ("收到。附件第3页有误", True, ""),
        ("没有收到附件", False, "没有收到"),
        ("收到，但是附件打不开", False, "打不开"),
        ("发错了吧，与我们院无关", False, "发错"),
        ("【自动回复】您的来信已收到", False, "自动回复"),
        ("I am out of office", False, "out of office"),
    ],
)
def test_words_of_an_acknowledgement(own: str, *, note: bool, unclear: str) -> None:
    found = answers.acknowledged(own)
    assert (answers.NOTE in found.values, unclear in found.unclear) == (note, True)
    assert bool(found.unclear) == bool(unclear)


def test_a_number_in_words_is_masked() -> None:
    told = answers.acknowledged("请把证书寄给 13812345678")
    assert "12345" not in told.values[answers.NOTE]
