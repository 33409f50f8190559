"""Replies that look like reports and are none, or another's: none of them may be taken."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from bureau import drained
from openpyxl import Workbook, load_workbook
from replies import FIELDS, ZONE, Town, copied, filled
from test_returns_replies import Dated, compared, delivered, office

from outbox.desk import collect as collecting
from outbox.ledger.ledger import Ledger
from outbox.office.nilwords import said
from outbox.office.readings import read
from outbox.post.parcel import File

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from replies import Organisation

DAY = dt.date(2026, 11, 26)
LAST = DAY + dt.timedelta(days=1)
LOOKED = dt.datetime(2026, 11, 28, 9, tzinfo=ZONE)
VALUES = dict(zip(FIELDS, ("200", "10", "210", "3", ""), strict=True))


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


def titled(data: bytes, name: str) -> bytes:
    """Write another organisation's name over a form's own."""
    book = load_workbook(io.BytesIO(data))
    book["日报表"]["A2"] = f"填报单位：{name}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def reckoned(data: bytes) -> bytes:
    """Put a formula where a number belongs, and keep no value for it."""
    book: Workbook = load_workbook(io.BytesIO(data))
    book["日报表"]["D5"] = "=B5+C5"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def letter(one: Organisation) -> str:
    """Quote our letter without any mark, as some telephones do."""
    number = f"{one.token[:4]}-{one.token[4:8]}-{one.token[8:]}"
    return (
        "收到\n\n各位同志：\n请每天17:00前报送返校情况，没有情况也要报零报告。"
        f"请在表里逐日填写，直接回复本邮件，把填好的表作为附件发回来。\n回执编号：{number}\n"
    )


def wrongs(town: Town) -> None:
    """Write what has been seen to be taken wrongly, or might be."""
    a, b, c = town.organisations[:3]
    at = dt.datetime(2026, 11, 26, 10, tzinfo=ZONE)

    def add(mail: EmailMessage, sort: str, **truth: object) -> None:
        town.add(mail, at + dt.timedelta(minutes=len(town.mails)), sort, a.key, **truth)

    data = filled(a.form, {DAY: VALUES})
    others = filled(b.form, {DAY: VALUES})
    # Another's original is forwarded, its number quoted below.
    add(town.reply(a, "零报告", thread=False, number=b.token), "quotes another", held="another")
    # All are answered: in the thread of one, from another's address.
    add(town.reply(b, "零报告", sender=a.addresses[0]), "reply to all", held="another")
    mail = town.reply(a, "请查收", thread=False, quote=False)
    add(town.attach(mail, others, "表.xlsx"), "another's form", held="another")
    mail = town.reply(a, "代报")
    add(town.attach(mail, copied(others), "表.xlsx"), "another's copied", held="another")
    mail = town.reply(a, "代报")
    add(town.attach(mail, titled(data, c.name), "表.xlsx"), "another's name", held="another")
    add(town.reply(a, "收到", quote=False), "acknowledged")
    mail = town.reply(a, "收到")
    quoted = "------------------ 原始邮件 ------------------\n请报零报告\n"
    mail.set_content(f"收到。\n\n{quoted}")
    add(mail, "nil quoted")
    mail = town.reply(a, "收到")
    mail.set_content(letter(a))
    add(mail, "quoted without a mark", held="unclear")
    add(town.reply(a, "请查收\n\n张三\n无锡路1号"), "a signature")
    add(town.reply(a, "我在休假，本邮件为自动发送，零报告请找王老师"), "auto", held="unclear")
    add(town.reply(a, "明天零报告"), "of tomorrow", held="unclear")
    add(town.reply(a, "11月27日零报告"), "of a day to come", held="wrong_day")
    add(town.reply(a, "今日新增2人，其余零报告"), "and yet some", held="unclear")
    add(town.reply(a, "零报告表怎么填"), "a question", held="unclear")
    add(town.reply(a, "附上2020报告"), "a report of 2020")
    mail = town.reply(c, "请查收", sender=c.addresses[0])
    blank = reckoned(filled(c.form, {DAY: VALUES}))
    mail = town.attach(mail, blank, "表.xlsx")
    values = {**VALUES, "合计人数": ""}
    town.add(mail, at, "no cached value", c.key, staged=[(DAY, values, "faulty")])


def test_nothing_is_taken_that_is_not_meant(tmp_path: Path) -> None:
    with Dated() as server:
        workspace, made = office(tmp_path, server, DAY, LAST)
        mails = Town(made, DAY, LAST)
        wrongs(mails)
        delivered(server, mails)
        drained(collecting.collect(workspace, now=lambda: LOOKED))
    with Ledger.open(workspace.ledger, at=LOOKED) as ledger:
        compared(ledger, mails)


def test_an_address_of_two_organisations_vouches_for_neither() -> None:
    from outbox.ledger.states import Reason
    from outbox.office.attribution import Signs, whose
    from outbox.office.loops import Loops

    loops = Loops(by_address={"shared@cs.example": frozenset({"001", "002"})})
    found = whose(Signs(sender="shared@cs.example", reports=True), loops, frozenset())
    assert (found.organisation, found.reason) == ("", Reason.NO_TOKEN)


def test_an_old_word_file_is_not_to_be_saved_as_a_workbook() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
    names = {"表.doc": "WordDocument", "表.xls": "Workbook"}
    files = [File(name, "", old + told.encode("utf-16-le")) for name, told in names.items()]
    word, sheet, text = read([*files, File("表.csv", "", "日期,人数\n".encode("gbk"))])
    assert ".docx" in word.words
    assert sheet.words == "请对方另存为 .xlsx 再发"
    assert text.words.startswith("表存成了 .csv")


@pytest.mark.parametrize(
    "words",
    ["零报告", "今日零报告。", "11月26日零报告", "各位老师：\n今日零报告。", "我院今日0报告，谢谢"],
)
def test_plain_words_are_still_taken(words: str) -> None:
    assert said(words, DAY).nil


@pytest.mark.parametrize(
    "words",
    [
        "各位老师：\n今日零报告。\n电话62750001\n人文学院党委",
        "零报告\n王老师 北京路62号 3号楼2层 13800138000",
        "11月26日（周四）零报告",
        "截至26日16时，零报告",
        "我院未发现异常，零报告。祝周末愉快",
        "第十一党支部零报告，一日一报",
        "在校0人，零报告",
    ],
)
def test_what_stands_beside_plain_words_does_not_turn_them(words: str) -> None:
    found = said(words, DAY)
    assert found.nil, found.unclear
    assert found.day in {None, DAY}


@pytest.mark.parametrize(
    ("words", "day"),
    [("25日零报告", 25), ("25号零报告", 25), ("11月25零报告", 25), ("27日零报告", 27)],
)
def test_a_day_of_the_month_alone_is_that_day(words: str, day: int) -> None:
    assert said(words, DAY).day == DAY.replace(day=day)


@pytest.mark.parametrize(
    "words",
    ["前天零报告", "周三零报告", "上周五零报告", "本周零报告", "这两天零报告", "今明两天零报告",
     "连续3日零报告", "二十五日零报告", "11月24日-26日零报告", "11.24-11.26零报告", "3日零报告",
     "24日、25日零报告", "在校10人，零报告", "零报告，新增20人", "零报告，３个学生发热",
     "零报告，三位老师返校", "除张三外零报告", "今天没有零报告", "不能零报告", "不报零报告",
     "请勿按零报告处理", "零报告，昨天的一并补上", "零报告：否", "零报告撤消"],
)  # fmt: skip
def test_words_that_mean_another_day_or_turn_it_wait(words: str) -> None:
    found = said(words, DAY)
    assert not found.nil
    assert found.unclear


@pytest.mark.parametrize(
    ("own", "day"),
    [
        ("零报告\n二〇二六年十一月二十六日", DAY),
        ("二○二六年十一月二十五日零报告", DAY - dt.timedelta(days=1)),
        ("零报告（十一月二十日）", dt.date(2026, 11, 20)),
        ("十一月三十一日零报告", None),
        ("十一月十十日零报告", None),
        ("十十月二十六日零报告", None),
        ("十一月二十五日至二十六日零报告", None),
        ("三日零报告", None),  # three days?
    ],
)
def test_a_date_in_chinese_figures_is_that_day_or_none(own: str, day: dt.date | None) -> None:
    told = said(own, DAY)
    assert (told.nil, told.day) == (day is not None, day)
    assert told.nil or told.unclear
