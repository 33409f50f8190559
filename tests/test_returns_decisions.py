"""What a clerk decides in quarantine: nothing is lost with it, and each day and unit is the named.

Mails as branch secretaries write them: two units' forms in one, last month's form filled in again,
a fortnight filled in at once, 零报告 written before midnight, an address that was changed since.
"""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from replies import FIELDS, ZONE, Town, accepted, filled, learnt, this_day
from test_returns_attacks import typed_into
from test_returns_careless import Bureau, Served, form, row
from test_returns_replies import office

from outbox.desk.harvest import returned_lines
from outbox.ledger.intakes import MAIL, Intake, Staged
from outbox.ledger.ledger import Ledger
from outbox.ledger.returned import counting
from outbox.ledger.states import Verdict
from outbox.office.loops import Loops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from replies import Organisation

TODAY = this_day()
DAY = TODAY - dt.timedelta(days=1)
FORM = "返校日报表.xlsx"
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    with pytest.MonkeyPatch.context() as patch, Served() as server:
        patch.setenv("FAWEN_PASSWORD", "abcdefgh")
        first, last = TODAY - dt.timedelta(days=3), TODAY + dt.timedelta(days=3)
        server.owner = server
        workspace, made = office(tmp_path_factory.mktemp("decided"), server, first, last)
        yield Bureau(workspace, made, server, Town(made, first, last))


def came(desk: Bureau, mail: EmailMessage, day: dt.date, at: dt.time) -> list[dict[str, Any]]:
    """Let a mail come and collect it; return what of it is in quarantine."""
    known = {one["id"] for one in held(desk)}
    inbox = desk.server.mails.setdefault("INBOX", [])
    raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    inbox.append((len(inbox) + 1, raw))
    desk.server.times[len(inbox)] = dt.datetime.combine(day, at, ZONE)
    done = desk.run("--json", "collect")
    assert done.object["mails"] == 1, done.err
    return [one for one in held(desk) if one["id"] not in known]


def held(desk: Bureau) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.run("--json", "quarantine").object["held"]
    return found


def days_of(desk: Bureau, one: Organisation, job: str = "日报") -> dict[dt.date, str]:
    """Return what counts of an organisation by day: how many new ones, "" for 零报告."""
    with Ledger.open(desk.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        found = counting(ledger.versions(job, one.key))
    return {
        dt.date.fromisoformat(day): version.values.get("新增人数", "")
        for (_, day, _), version in found.items()
    }


def test_forms_of_two_units_in_one_mail_are_assigned_one_after_the_other(desk: Bureau) -> None:
    one, other = desk.made[:2]
    mail = desk.town.reply(one, "两个单位的一起报了")
    for whose, name in ((one, "一.xlsx"), (other, "二.xlsx")):
        desk.town.attach(mail, form(whose, 4, DAY), name)
    [whole] = came(desk, mail, DAY, dt.time(9))
    first = desk.run("quarantine", "assign", str(whole["id"]), one.short)
    assert first.status == 0, first.err
    [left] = [each for each in held(desk) if each["part"] == "二.xlsx"]
    assert f"另编为第 {left['id']} 件" in first.out
    second = desk.run("quarantine", "assign", str(left["id"]), other.short)
    assert second.status == 0, second.err
    assert (days_of(desk, one), days_of(desk, other)) == ({DAY: "4"}, {DAY: "4"})
    desk.run("quarantine", "undo", str(whole["id"]))
    again = desk.run("quarantine", "assign", str(whole["id"]), one.short)
    assert "另编为" not in again.out, "it is there already"
    assert days_of(desk, one) == {DAY: "4"}
    assert desk.run("audit").status == 0


def test_an_address_that_was_changed_is_the_units_own(desk: Bureau) -> None:
    one = desk.made[2]
    with Ledger.open(desk.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        [batch] = [each.name for each in ledger.batches()]
    why = ("--why", "书记换人")
    assert desk.run("readdress", batch, one.short, "New@cs.example", *why).status == 0
    mail = desk.town.reply(one, "请查收", sender="new@cs.example")
    desk.town.attach(mail, form(one, 4, DAY), FORM)
    assert came(desk, mail, DAY, dt.time(9, 30)) == []
    assert days_of(desk, one) == {DAY: "4"}


def test_days_to_come_are_one_thing_and_none_is_drowned(desk: Bureau) -> None:
    one = desk.made[3]
    ahead = [DAY + dt.timedelta(days=away) for away in range(5)]
    told = dict(zip(FIELDS, ("200", "10", "210", "1", ""), strict=True))
    rows = {day: {**told, "新增人数": str(n + 1)} for n, day in enumerate(ahead)}
    mail = desk.town.attach(desk.town.reply(one, "一起填了"), filled(one.form, rows), FORM)
    [first] = came(desk, mail, DAY, dt.time(10))
    shown = [f"{day.month}月{day.day}日" for day in (TODAY, ahead[-1])]
    assert first["words"].startswith(f"填的是还没到的{'至'.join(shown)}：")
    assert "此后又报来" not in desk.run("quarantine").out
    number = str(first["id"])
    tomorrow = desk.run("quarantine", "assign", number, one.short, "--day", f"{ahead[2]}")
    assert (tomorrow.status, "还没到" in tomorrow.err) == (2, True)
    today = desk.run("quarantine", "assign", number, one.short, "--day", f"{TODAY}")
    assert today.status == 0, today.err
    assert days_of(desk, one) == {DAY: "1", TODAY: "2"}, "its own row of the named day"
    desk.run("quarantine", "undo", number)
    assert days_of(desk, one) == {DAY: "1"}
    rows[TODAY] = {**told, "新增人数": "7"}
    mail = desk.town.attach(desk.town.reply(one, "今天的"), filled(one.form, rows), FORM)
    [second] = came(desk, mail, TODAY, dt.time(0, 1))
    assert days_of(desk, one) == {DAY: "1", TODAY: "7"}
    assert f"（此后又报来{shown[0]}的）" in desk.run("quarantine").out
    both = [number, str(second["id"])]
    assert desk.run("quarantine", "discard", *both, "999").status == 2
    assert set(both) <= {str(each["id"]) for each in held(desk)}, "all of them, or none"
    assert desk.run("quarantine", "discard", *both).status == 0
    assert not set(both) & {str(each["id"]) for each in held(desk)}


def test_a_day_that_the_clerk_names_is_the_day_of_words(desk: Bureau) -> None:
    one, before = desk.made[4], DAY - dt.timedelta(days=1)
    mail = desk.town.reply(one, "零报告")
    mail["Date"] = format_datetime(dt.datetime.combine(before, dt.time(23, 58), ZONE))
    [waits] = came(desk, mail, DAY, dt.time(0, 2))
    done = desk.run("quarantine", "assign", str(waits["id"]), one.short, "--day", f"{before}")
    assert done.status == 0, done.err
    assert days_of(desk, one) == {before: ""}, "and not the day on which it came"


def test_several_days_of_words_are_assigned_at_once(desk: Bureau) -> None:
    one, days = desk.made[13], [DAY - dt.timedelta(days=1), DAY]
    said = "、".join(f"{day.month}月{day.day}日" for day in days)
    [waits] = came(desk, desk.town.reply(one, f"{said}均零报告"), DAY, dt.time(16))
    words = ("quarantine", "assign", str(waits["id"]), one.short)
    both = [word for day in days for word in ("--day", f"{day}")]
    assert desk.run(*words, *both).status == 2, "no form has two days of one row"
    done = desk.run(*words, "--nil", *both)
    assert done.status == 0, done.err
    assert days_of(desk, one) == dict.fromkeys(days, "")


def test_of_two_forms_in_one_mail_one_alone_is_assigned(desk: Bureau) -> None:
    one = desk.made[15]
    mail = desk.town.reply(one, "请查收")
    for new, name in ((4, "日报.xlsx"), (6, "日报（新）.xlsx")):
        desk.town.attach(mail, form(one, new, DAY), name)
    first, second = (str(each["id"]) for each in came(desk, mail, DAY, dt.time(9)))
    assert desk.run("quarantine", "assign", first, one.short).status == 0
    for more in ((), ("--nil", "--day", f"{DAY}")):
        refused = desk.run("quarantine", "assign", second, one.short, *more)
        assert refused.status == 1, refused.out
        assert f"「日报.xlsx」同时收到，{one.short}{DAY}的数却不同" in refused.err
    assert days_of(desk, one) == {DAY: "4"}
    assert f"fawen quarantine undo {first}" in refused.err
    assert desk.run("quarantine", "undo", first).status == 3
    assert desk.run("quarantine", "assign", second, one.short).status == 0
    assert days_of(desk, one) == {DAY: "6"}
    assert desk.run("audit").status == 0


def test_a_subject_says_the_day_or_all_of_it(desk: Bureau) -> None:
    one, other = desk.made[5:7]
    before = DAY - dt.timedelta(days=1)
    named = f"{before.month}月{before.day}日零报告"
    how: dict[str, Any] = {"thread": False, "quote": False}
    assert came(desk, desk.town.reply(one, "零报告", subject=named, **how), DAY, dt.time(11)) == []
    assert days_of(desk, one) == {before: ""}
    private = {**how, "sender": "laozhao@qq.example", "subject": "我院今日零报告"}
    [waits] = came(desk, desk.town.reply(other, "", **private), DAY, dt.time(11, 30))
    done = desk.run("quarantine", "assign", str(waits["id"]), other.short)
    assert done.status == 0, done.err
    assert days_of(desk, other) == {DAY: ""}


def test_of_two_files_of_one_day_nobody_knows_the_newer(desk: Bureau) -> None:
    """WeChat calls the newer one 日报(1).xlsx, which comes before 日报.xlsx; people, anything."""
    one, other = desk.made[8:10]
    before = DAY - dt.timedelta(days=1)
    folder = desk.workspace.root / "微信"
    folder.mkdir()
    told = dict(zip(FIELDS, ("200", "10", "210", "1", ""), strict=True))
    jumps = {**told, "在校人数": "400", "合计人数": "410"}
    given = {
        "日报(1).xlsx": form(one, 9, DAY),
        "日报.xlsx": form(one, 3, DAY),
        "日报 副本.xlsx": form(one, 3, DAY),
        "一.xlsx": filled(other.form, {before: told}),
        "二.xlsx": filled(other.form, {DAY: jumps}),
        "发来的.eml": b"From: a@cs.example\n\n",
        "打包.zip": b"PK\3\4",
    }
    for name, data in given.items():
        (folder / name).write_bytes(data)
    done = desk.run("--json", "collect", "--folder", "微信")
    assert (done.object["files"], done.object["again"]) == (7, 1), done.err
    waits = {each["name"]: each for each in held(desk) if each["how"] == "folder"}
    assert {name: one["reason"] for name, one in waits.items()} == {
        "日报(1).xlsx": "two_forms", "日报 副本.xlsx": "two_forms",
        "发来的.eml": "unreadable", "打包.zip": "unreadable",
    }  # fmt: skip
    assert "请把里面的表取出来" in waits["打包.zip"]["words"]
    assert "请把里面的表取出来" in waits["发来的.eml"]["words"]
    assert days_of(desk, one) == {}
    assert [each[3] for each in done.object["returned"]] == ["good", "faulty"], "held to 一.xlsx"
    newer = waits["日报(1).xlsx"]["id"]
    assert desk.run("quarantine", "assign", str(newer), one.short).status == 0
    assert desk.run("quarantine", "discard", str(waits["日报 副本.xlsx"]["id"])).status == 0
    assert days_of(desk, one) == {DAY: "9"}
    (folder / "更正.xlsx").write_bytes(form(one, 4, DAY))
    assert desk.run("collect", "--folder", "微信").status == 0
    assert days_of(desk, one) == {DAY: "4"}, "what comes later goes before"


def test_a_correction_in_words_alone_is_no_report_and_not_passed_over(desk: Bureau) -> None:
    one = desk.made[10]
    mail = desk.town.attach(desk.town.reply(one, "请查收"), form(one, 3, DAY), FORM)
    assert came(desk, mail, DAY, dt.time(13)) == []
    [waits] = came(desk, desk.town.reply(one, "更正：新增2人"), DAY, dt.time(14))
    assert waits["organisation"] == one.key
    assert f"　可能是 日报 {one.short}　" in desk.run("quarantine").out
    assert waits["words"] == "没有附表，信里写了「更正」：请对方在表里改好再发来"
    said = desk.run("returns", "日报", "--day", f"{DAY}").out
    assert "件可能是它的：fawen quarantine" in said
    assert days_of(desk, one) == {DAY: "3"}, "until the form itself is corrected"
    assert came(desk, desk.town.reply(one, "收到，谢谢"), DAY, dt.time(14, 10)) == []
    mail = desk.town.attach(desk.town.reply(one, "更正见图"), b"\xff\xd8\xff\xe0" * 99, "图.jpg")
    [picture] = came(desk, mail, DAY, dt.time(14, 20))
    assert picture["reason"] == "picture", "one thing to look at"


def test_what_came_twice_of_one_unit_is_not_told_as_two_units() -> None:
    good = Staged("b", "日报", "001", f"{DAY}", "{}", Verdict.GOOD)
    [told] = returned_lines(
        Loops(), [Intake(name, MAIL, "", "", "", None, NOW, (good,)) for name in ("a", "b")]
    )
    assert told == f"回执：日报 {DAY} 收到 2 份（1 个单位）"


def test_a_row_of_a_table_is_assigned_as_it_stands(desk: Bureau) -> None:
    """Whoever fills in a questionnaire writes his unit as he likes, and sometimes another day."""
    one, other = desk.made[11:13]
    done = desk.table(
        "问卷.xlsx", row("09:00:00", "第12学院", 5), row("09:10:00", other.short, 6, "昨日")
    )
    assert [each[0] for each in done.object["quarantined"]] == ["no_token", "wrong_day"], done.err
    first, second = [str(each["id"]) for each in held(desk) if each["how"] == "table"]
    taken = desk.run("quarantine", "assign", first, one.short)
    assert taken.status == 0, taken.err
    assert desk.run("quarantine", "assign", second, other.short).status == 1, "which day?"
    named = desk.run("quarantine", "assign", second, other.short, "--day", f"{DAY}")
    assert named.status == 0, named.err
    assert (days_of(desk, one), days_of(desk, other)) == ({DAY: "5"}, {DAY: "6"})
    assert desk.run("audit").status == 0


def test_last_months_form_goes_to_the_job_that_the_clerk_names(desk: Bureau) -> None:
    one, root = desk.made[7], desk.workspace.root
    old = one.form
    text = (root / "jobs" / "日报.md").read_text(encoding="utf-8")
    first, last = (TODAY + dt.timedelta(days=away) for away in (-3, 3))
    text = text.replace(f"{first} 至 {last}", f"{DAY} 至 {TODAY + dt.timedelta(days=30)}")
    text = text.replace("2026〕7号", "2026〕8号").replace("关于核对党员名册", "关于继续报送情况")
    (root / "jobs" / "新报.md").write_text(text, encoding="utf-8")
    made = fawen("--json", "merge", "新报", cwd=root).object["batch"]
    words = ("approve", made, "--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen(*words, cwd=root).status == 0
    sent = dt.datetime.combine(DAY, dt.time(8), ZONE)
    accepted(desk.workspace, made, sent)
    learnt(root, made, desk.made, sent)
    day = TODAY - dt.timedelta(days=9)
    gone = {"A5": dt.datetime.combine(day, dt.time()), "B5": 200, "C5": 10, "D5": 210, "E5": 6}
    mail = desk.town.attach(desk.town.reply(one, "请查收"), typed_into(old, gone), FORM)
    [waits] = came(desk, mail, TODAY, dt.time(0, 5))
    assert waits["words"].startswith("「日报」从"), "it says whose form this is"
    assert waits["words"].endswith(f"，{day.month}月{day.day}日不用报")
    named = ("quarantine", "assign", str(waits["id"]), one.short, "--day", f"{TODAY}")
    done = desk.run(*named, "--job", "新报")
    assert done.status == 0, done.err
    assert days_of(desk, one, "新报") == {TODAY: "6"}
    assert days_of(desk, one) == {}
    assert desk.run("audit").status == 0
