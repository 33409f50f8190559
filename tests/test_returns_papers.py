"""Several papers that ask for the same: each answer is its own paper's; also after a correction."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bureau import JOB, bureau, fawen
from inbox import office as inbox_office
from replies import ZONE, Town, accepted, this_day
from test_returns_careless import Bureau, Served, form
from test_returns_decisions import came, days_of
from test_returns_receipts import asking, units
from test_returns_replies import Dated, office

from merge.calendar import Calendar
from merge.canonical import dumps
from merge.mandate import Party, Standing, shown
from merge.returns import BARE, Returns, restored
from outbox.ledger.ledger import Ledger
from outbox.ledger.states import BatchState
from outbox.ledger.values import BatchInfo
from outbox.office.attribution import Signs, whose
from outbox.office.loops import Loop, Loops, gathered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inbox import Office

TODAY = this_day()
DAY = TODAY - dt.timedelta(days=1)
ROOM = "关于预订会议室的通知"


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


def number(desk: Office, job: str, who: str) -> str:
    with Ledger.open(desk.root / "outbox" / "ledger.db", at=dt.datetime.now(dt.UTC)) as ledger:
        standing = ledger.manifest(desk.batches[job]).standing
    assert standing is not None
    return shown(next(one.token for one in standing.parties if one.short == who))


def test_two_notices_of_one_deadline_are_answered_apart(tmp_path: Path) -> None:
    """收到即可, by the same day: whoever quotes the letter that he answers quotes its number."""
    second = asking(JOB).replace("关于核对党员名册的通知", ROOM).replace("7号", "8号")
    sheets, jobs = {"二级党组织": units()}, {"甲": asking(JOB), "乙": second}
    with Dated() as server:
        desk = inbox_office(bureau(tmp_path / "w", sheets=sheets, jobs=jobs), server)
        for job in jobs:
            desk.send(job)
        for job, who in (("甲", "文学院党委"), ("乙", "数学院党委")):
            mail = desk.reply(who, "收到", job=job, quote=False)
            quoted = f"回执编号：{number(desk, job, who)}"
            mail.set_content(f"收到\n\n------------------ 原始邮件 ------------------\n{quoted}\n")
            desk.came(mail)
        found = desk.run("collect")
        assert sorted(one[:2] for one in found["returned"]) == [["乙", "002"], ["甲", "001"]]
        assert found["quarantined"] == []
        assert desk.run("returns", "甲")["reported"] == ["001"]
        assert desk.run("returns", "乙")["reported"] == ["002"]


def test_of_two_jobs_with_one_number_the_letter_that_is_answered_tells() -> None:
    """Papers without 发文字号 that are called the same, and batches of before, have one number."""
    party = Party("001", "文学院党委", "文学院党委", "", ("a@cs.example",), (), (), "T", "", ())
    demand = dumps(Returns.model_validate({"内容": BARE, "截止时间": "2026-12-01 17:00"}).said())
    standing = Standing(demand, "", "", "一次", "2026-12-01", "2026-12-01", 2, (), (party,))
    returns = restored(json.loads(standing.demand))
    by_job = {job: Loop(f"{job}-1", job, job, standing, returns, ()) for job in ("甲", "乙")}
    known = {"a@cs.example": frozenset({"001"})}
    loops = Loops(by_job, {"T": ("乙", "001")}, by_address=known)
    for job in by_job:
        signs = Signs(sender="a@cs.example", letters=((job, "001"),), numbers=("T",))
        assert whose(signs, loops, frozenset(by_job)).job == job
        assert whose(replace(signs, numbers=(), forms=("T",)), loops, frozenset()).job == job


def test_whom_a_correction_does_not_ask_stays_with_the_older() -> None:
    def party(key: str) -> Party:
        return Party(key, key, key, "", (f"{key}@cs.example",), (), (), f"T{key}", "", ())

    wanted = {"内容": "forms/表.xlsx", "频次": "一次", "截止时间": "2026-12-01 17:00"}
    demand = dumps(Returns.model_validate(wanted).said())
    both = Standing(demand, "f", "表.xlsx", "一次", "2026-12-01", "2026-12-01", 2, (),
                    (party("001"), party("002")))  # fmt: skip
    one = replace(both, parties=(replace(both.parties[0], token="N001"),))
    at = dt.datetime(2026, 11, 26, tzinfo=ZONE)
    told = ("题", "", "", BatchState.SUPERSEDED, "", "", False, 2, 2, 0, at, "张")
    older = BatchInfo("甲-1", "甲", *told, approved_by="周")
    newer = older._replace(name="甲-更正-2", job="甲-更正", state=BatchState.DONE)
    heirs = {"甲-1": "甲-更正-2"}
    found = [(older, both), (newer, one)]
    loops = gathered(found, Calendar(), ZONE, {}, corrected=heirs)
    assert loops.by_token == {
        "T001": ("甲-更正", "001"), "N001": ("甲-更正", "001"), "T002": ("甲", "002")
    }  # fmt: skip
    assert [loops.job_of("甲-1", key) for key in ("001", "002")] == ["甲-更正", "甲"]
    bare = dumps(Returns.model_validate({**wanted, "内容": BARE}).said())
    worded = [(info, replace(standing, demand=bare)) for info, standing in found]
    loops = gathered(worded, Calendar(), ZONE, {}, corrected=heirs)
    assert loops.heirs == {}, "收到 says that the older was received"
    assert loops.by_token["T001"] == ("甲", "001")


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """A daily form, and a correction that stands in its place since this morning."""
    with pytest.MonkeyPatch.context() as patch, Served() as server:
        patch.setenv("FAWEN_PASSWORD", "abcdefgh")
        first, last = TODAY - dt.timedelta(days=3), TODAY + dt.timedelta(days=3)
        server.owner = server
        workspace, made = office(tmp_path_factory.mktemp("corrected"), server, first, last)
        desk = Bureau(workspace, made, server, Town(made, first, last))
        with Ledger.open(workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
            [old] = [one.name for one in ledger.batches()]
        desk.mail(made[2], 3, dt.time(7, 30))
        assert desk.run("collect").status == 0
        assert desk.run("correct", old).status == 0
        path = workspace.root / "jobs" / "日报-更正.md"
        text = path.read_text(encoding="utf-8").replace("截止时间: 17:00", "截止时间: 18:00")
        path.write_text(text.replace("请每天报送", "请每天按时报送"), encoding="utf-8")
        assert desk.run("correct", old).status == 0
        new = desk.run("--json", "merge", "日报-更正").object["batch"]
        words = ("--by", "周明远", "--basis", "当面", "--no-review")
        assert desk.run("approve", new, *words).status == 0
        accepted(workspace, new, dt.datetime.combine(DAY, dt.time(8), ZONE))
        yield desk


def test_who_fills_in_the_older_form_reports_to_the_correction(corrected: Bureau) -> None:
    desk, (one, other) = corrected, corrected.made[:2]
    mail = desk.town.attach(desk.town.reply(one, "请查收"), form(one, 3, DAY), "返校日报表.xlsx")
    assert came(desk, mail, DAY, dt.time(17, 30)) == []
    assert came(desk, desk.town.reply(other, "零报告"), DAY, dt.time(17, 40)) == []
    assert days_of(desk, one, "日报-更正") == {DAY: "3"}
    assert days_of(desk, other, "日报-更正") == {DAY: ""}
    day = ("--day", f"{DAY}")
    assert desk.run("--json", "returns", "日报-更正", *day).object["late"] == [], "until 18:00"
    before = f"更正以前收到的：fawen returns 日报 --day {DAY}，未报的里面有 1 个那时报过："
    assert f"{before}{desk.made[2].short}\n" in desk.run("returns", "日报-更正", *day).out
    assert "更正以后收到的：fawen returns 日报-更正" in desk.run("returns", "日报", *day).out
    assert fawen("audit", cwd=desk.workspace.root).status == 0
