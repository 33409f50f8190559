"""What units send in a report's stead: pictures in the text, links, words; who owes none is let be.

As QQ and NetEase write them. A unit that has answered so is not reminded: its mail waits.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from replies import Town, this_day
from test_returns_careless import Bureau, Served, form
from test_returns_decisions import came, days_of, held
from test_returns_replies import office

from outbox.office import nilwords

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from replies import Organisation

TODAY = this_day()
DAY = TODAY - dt.timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 9000
LARGE = (
    '<div id="QQMailBigAttach"><div>从QQ邮箱发来的超大附件</div>返校日报表.xlsx (3.1M) '
    '<a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=a">进入下载页面</a></div>'
)


@pytest.fixture
def desk(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bureau]:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    with Served() as server:
        first, last = TODAY - dt.timedelta(days=3), TODAY + dt.timedelta(days=3)
        server.owner = server
        workspace, made = office(tmp_path_factory.mktemp("stead"), server, first, last)
        yield Bureau(workspace, made, server, Town(made, first, last))


def pasted(mail: EmailMessage, words: str, kind: str = "image/png") -> EmailMessage:
    """Paste a picture into a mail's text, as QQ does: a part of its own, named in the HTML."""
    told = f'<div>{words}</div><img src="cid:a@qq">'
    mail.add_alternative(told, subtype="html")
    part = mail.get_payload()[-1]  # type: ignore[index]
    maintype, subtype = kind.split("/")
    how = {"disposition": "inline", "filename": "a.png"}
    part.add_related(PNG, maintype, subtype, cid="<a@qq>", **how)  # type: ignore[union-attr]
    return mail


def fresh(desk: Bureau, one: Organisation, words: str, subject: str) -> EmailMessage:
    """Write a new mail, that answers nothing."""
    return desk.town.reply(one, words, subject=subject, thread=False, quote=False)


def test_what_stands_in_a_reports_stead_waits(desk: Bureau) -> None:
    town, made = desk.town, desk.made
    large = town.reply(made[1], "请查收")
    large.add_alternative(f"<div>请查收</div>{LARGE}", subtype="html")
    nil = town.reply(made[7], "零报告")
    nil.add_alternative(f"<div>零报告</div>{LARGE}", subtype="html")
    shared = town.reply(made[2], "表在这里 https://docs.qq.com/sheet/abc")
    cases = [
        (pasted(town.reply(made[0], "请见图"), "请见图"), "001", "picture"),
        (large, "002", "big"),
        (shared, "003", "wrong_form"),
        (town.reply(made[3], "无异常情况"), "004", "unclear"),
        (town.reply(made[4], "各位老师：今日新增0人。"), "005", "unclear"),
        (fresh(desk, made[5], "我院一切正常", "6学院"), "006", "unclear"),
        (pasted(fresh(desk, made[6], "", "返校日报"), ""), "007", "picture"),
        (pasted(town.reply(made[8], ""), "", "application/octet-stream"), "009", "picture"),
        (nil, "008", "big"),
    ]
    for mail, key, reason in cases:
        found = [(one["organisation"], one["reason"]) for one in came(desk, mail, DAY, dt.time(9))]
        assert found == [(key, reason)], mail["Subject"]
    missing = desk.run("--json", "returns", "日报", "--day", f"{DAY}").object["missing"]
    assert {"001", "004", "008"} <= set(missing), "nothing of it is a report"
    told = desk.run("--json", "remind", "日报").out
    assert told.count("隔离区里有一件像是它的") == len(cases)
    number = {one["organisation"]: str(one["id"]) for one in held(desk)}["004"]
    plain = desk.run("quarantine", "assign", number, made[3].short)
    assert (plain.status, "--nil" in plain.err) == (1, True)
    taken = desk.run("quarantine", "assign", number, made[3].short, "--nil")
    assert taken.status == 0, taken.err
    assert days_of(desk, made[3]) == {DAY: ""}


def test_a_number_is_corrected_beside_a_name() -> None:
    assert nilwords.amends("联系人改为李四；新增人数更正为2人") == "更正"
    assert not nilwords.amends("书记的电话填错了")


@pytest.mark.parametrize(
    ("words", "like"),
    [("〇报告", "〇报告"), ("今日报告：无", "报告：无"), ("无。", "无。"), ("“零”报告", "“零”报告"),
     ("没有需要报告的情况", "没有需要报告的情况"), ("跟昨天一样", "跟昨天"),
     ("本单位无返校学生", "无返校学生"), ("没有收到通知", ""), ("没有问题，按时报", ""),
     ("没有表", ""), ("名单中没有我院学生，是否发错", "")],
)  # fmt: skip
def test_words_like_nil(words: str, like: str) -> None:
    assert nilwords.like(words) == like


def test_letters_of_other_kinds_are_let_be(desk: Bureau) -> None:
    town, one, other = desk.town, *desk.made[:2]
    machine = town.reply(one, "我在休假，一切正常请联系王老师")
    for mail in (
        pasted(town.reply(one, "收到，谢谢"), "收到，谢谢"),
        pasted(town.reply(one, "张老师周四来"), "张老师周四来"),
        pasted(town.reply(one, "收到"), "收到", "application/octet-stream"),
        town.reply(one, "没有情况的也要填吗？"),
        town.reply(one, "收到，一定按时报送"),
        town.reply(one, "我院联系人改为李四，原邮箱作废"),
        machine,
        pasted(fresh(desk, one, "", "活动照片"), ""),
    ):
        assert came(desk, mail, DAY, dt.time(9)) == [], mail["Subject"]
    reported = town.attach(town.reply(other, "请查收"), form(other, 3, DAY), "返校日报表.xlsx")
    assert came(desk, reported, DAY, dt.time(9)) == []
    for words in ("一切正常", "见图"):
        mail = pasted(town.reply(other, words), words)
        assert came(desk, mail, DAY, dt.time(10)) == [], "it owes nothing"
    assert days_of(desk, other) == {DAY: "3"}
