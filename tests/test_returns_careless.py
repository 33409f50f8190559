"""What careless hands do to returns: tables exported twice, files from USB, wrong assignments."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bureau import CLI, Ran, fawen, write_book
from openpyxl import Workbook
from replies import FIELDS, ZONE, Organisation, Town, filled, with_macro
from test_returns_attacks import typed_into
from test_returns_replies import Dated, office

from outbox.ledger.ledger import Ledger
from outbox.ledger.returned import counting

if TYPE_CHECKING:
    from outbox.workspace import Workspace

TODAY = dt.datetime.now(ZONE).date()
DAY = TODAY - dt.timedelta(days=1)
HEAD = ["提交答卷时间", "1、填报单位（必填）", "2、填报日期", *FIELDS]


@dataclass
class Served(Dated):
    """A mailbox that serves several at once, and may cut them off."""

    cut: int = 0  # every so many mails the connection drops

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            one = Served(self.mails, times=self.times, cut=self.cut)
            one.port, one.owner = self.port, self
            threading.Thread(target=one.speak, args=(connection,), daemon=True).start()

    def speak(self, connection: Any) -> None:
        with connection, connection.makefile("rwb") as stream, suppress(OSError):
            stream.write(b"* OK Coremail IMap Server Ready\r\n")
            stream.flush()
            self._known, self._folder, self._given = False, "", 0
            while line := stream.readline():
                tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
                self._given += "BODY.PEEK[]" in command
                if self.cut and self._given == self.cut:
                    return
                said, end = self._answer(command)
                said = said.replace(b"UIDVALIDITY 1]", b"UIDVALIDITY %d]" % self.owner.validity)
                stream.write(said + f"{tag} {end}\r\n".encode("gb18030", "replace"))
                stream.flush()

    owner: Served = None  # type: ignore[assignment]
    validity: int = 1


@dataclass
class Bureau:
    """A workspace whose letters have left, and its mailbox."""

    workspace: Workspace
    made: list[Organisation]
    server: Served
    town: Town

    def run(self, *words: str | Path) -> Ran:
        return fawen(*words, cwd=self.workspace.root)

    def mail(
        self, one: Organisation, new: int, at: dt.time, day: dt.date = DAY, **how: Any
    ) -> None:
        """Let an organisation send its form, with so many new ones."""
        mail = self.town.reply(one, "请查收", **how)
        self.town.attach(mail, form(one, new, day), "返校日报表.xlsx")
        raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        uid = len(self.server.mails.setdefault("INBOX", [])) + 1
        self.server.mails["INBOX"].append((uid, raw))
        self.server.times[uid] = dt.datetime.combine(day, at, ZONE)

    def table(self, name: str, *rows: list[Any], head: list[str] = HEAD) -> Ran:
        write_book(self.workspace.root / name, {"收集结果": [head, *rows]})
        return self.run("--json", "collect", "--table", name, "--job", "日报")

    def new(self, key: str, day: dt.date = DAY) -> str:
        """Return how many new ones count of an organisation on the day; "" where nothing does."""
        with Ledger.open(self.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
            found = counting(ledger.versions("日报", key)).get((key, f"{day}", ""))
        return str(found.values["新增人数"]) if found else ""

    def held(self) -> dict[str, str]:
        """Return the numbers of what is in quarantine, by name or sender."""
        found = self.run("--json", "quarantine").object["held"]
        return {one["name"] or one["sender"]: str(one["id"]) for one in found}


def form(one: Organisation, new: int, day: dt.date = DAY) -> bytes:
    told = (200, 10, 210, new, "")
    return filled(one.form, {day: dict(zip(FIELDS, map(str, told), strict=True))})


def row(time: str, who: str, new: Any, day: Any = f"{DAY}", here: Any = 200) -> list[Any]:
    return [f"{DAY} {time}" if time else "", who, day, here, 10, 210, new, ""]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch, Served() as server:
        patch.setenv("FAWEN_PASSWORD", "abcdefgh")
        first = TODAY - dt.timedelta(days=3)
        last = TODAY + dt.timedelta(days=3)
        server.owner = server
        workspace, made = office(tmp_path_factory.mktemp("careless"), server, first, last)
        yield Bureau(workspace, made, server, Town(made, first, last))


def test_rows_count_from_when_they_were_submitted(desk: Bureau) -> None:
    """Exports list the newest first; a clerk exports again after a correction came by mail."""
    first = desk.table("一.xlsx", row("16:30:00", "1学院党委", 1), row("10:00:00", "001", 9))
    assert first.status == 0, first.err
    assert desk.new("001") == "1"
    folder = desk.workspace.root / "更正"
    folder.mkdir()
    (folder / "1.xlsx").write_bytes(form(desk.made[0], 5))
    handed = desk.run("collect", "--folder", "更正", "--received", f"{DAY} 16:50")
    assert handed.status == 0, handed.err
    again = desk.table("二.xlsx", row("16:30:00", "1学院党委", 1), row("16:00:00", "2学院党委", 2))
    assert again.object["returned"] == [["日报", "002", f"{DAY}", "good"]]
    assert (desk.new("001"), desk.new("002")) == ("5", "2")


def test_a_row_is_read_as_a_form_is(desk: Bureau) -> None:
    short = f"{DAY.month}月{DAY.day}日"
    done = desk.table(
        "三.xlsx",
        row("16:30:00", "3学院党委", 1, short),
        row("16:30:00", "4学院党委", 1, "昨天"),
        row("16:30:00", "5学院党委", 1, ""),
        row("16:30:00", "6学院党委", -1),
        row("16:30:00", "7学院党委", "１", here="２００"),
        row("16:30:00", "8学院党委", "1e400"),
        row("16:30:00", "9学院党委", "/"),
        row("17:00:00", "10学院党委", 1),
        row("17:00:01", "11学院党委", 1),
    )
    assert sorted(one[1:2] + one[3:] for one in done.object["returned"]) == [
        ["003", "good"], ["006", "faulty"], ["007", "good"], ["008", "faulty"],
        ["009", "faulty"], ["010", "good"], ["011", "good"],
    ]  # fmt: skip
    held = [one[:1] + one[2:3] for one in done.object["quarantined"]]
    assert held == [["wrong_day", "004"], ["wrong_day", "005"]]
    late = desk.run("--json", "returns", "日报", "--day", f"{DAY}").object["late"]
    assert "011" in late
    assert not {"003", "007", "010"} & set(late), "in the zone of the workspace"


def test_heads_of_two_rows_and_rows_without_a_time(desk: Bureau) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for line in (
        ["收集结果"],
        ["填报单位", "填报日期", "人数", None, None, None, "其他"],
        [None, None, *FIELDS],
        ["12学院党委", DAY, 200, 10, 210, 2, ""],
        ["12学院党委", DAY, 200, 10, 210, 4, ""],
        ["13学院党委", DAY, 200, 10, 210, 3, ""],
    ):
        sheet.append(line)
    for area in ("A2:A3", "B2:B3", "C2:F2"):
        sheet.merge_cells(area)
    book.save(desk.workspace.root / "四.xlsx")
    done = desk.run("--json", "collect", "--table", "四.xlsx", "--job", "日报")
    assert [one[0] for one in done.object["quarantined"]] == ["two_forms", "two_forms"], done.err
    assert (desk.new("012"), desk.new("013")) == ("", "3"), "which of two is right, nobody knows"
    sheets = {name: [HEAD, row("16:00:00", who, 7)] for name, who in
              (("一", "14学院党委"), ("二", "15学院党委"))}  # fmt: skip
    write_book(desk.workspace.root / "五.xlsx", sheets)
    desk.run("collect", "--table", "五.xlsx", "--job", "日报")
    assert (desk.new("014"), desk.new("015")) == ("7", "7"), "no sheet is passed over"


def test_files_with_odd_names_are_read_and_told(desk: Bureau) -> None:
    folder = desk.workspace.root / "优盘"
    (folder / "下级").mkdir(parents=True)
    names = ["日报表".encode("gbk") + b".xlsx", "下级/两\n行.xlsx".encode(), b"\x1b[31m.xlsx",
             "长".encode() * 80 + b".xlsx"]  # fmt: skip
    for one, name in zip(desk.made[15:], names, strict=False):
        place = os.path.join(os.fsencode(folder), name)  # noqa: PTH118 - a name in no encoding
        Path(os.fsdecode(place)).write_bytes(form(one, 6))
    (folder / "Thumbs.db").write_bytes(b"0")
    (folder / "~$日报.xlsx").write_bytes(b"0")
    (folder / "宏\u202ecod.xlsm").write_bytes(with_macro(form(desk.made[19], 6)))
    (folder / "改名.xlsx").write_bytes(typed_into(form(desk.made[20], 6), {"A2": "填报单位：本院"}))
    done = desk.run("--json", "collect", "--folder", "优盘")
    assert (done.status, done.object["files"]) == (3, 6), done.err
    assert sorted(one[1] for one in done.object["returned"]) == ["016", "017", "018", "019"]
    assert sorted(one[0] for one in done.object["quarantined"]) == ["another", "macro"]
    said = desk.run("quarantine").out + desk.run("returns", "日报", "--day", f"{DAY}").out
    assert not {"\x1b", "\u202e"} & set(said)


def test_what_is_assigned_counts_from_when_it_came_and_can_be_taken_back(desk: Bureau) -> None:
    one = desk.made[21]
    desk.mail(one, 1, dt.time(10), sender="private@qq.example")
    desk.mail(one, 2, dt.time(15))
    assert desk.run("collect").status == 3
    number = desk.held()["private@qq.example"]
    done = desk.run("quarantine", "assign", number, one.short, "--always")
    assert done.status == 0, done.err
    assert desk.new(one.key) == "2", "the later one counts, though it was taken in before"
    other = desk.made[22].key
    gone = desk.run("--json", "quarantine", "undo", number)
    assert (gone.status, gone.object["withdrawn"]) == (3, 1)
    with Ledger.open(desk.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        assert ledger.privates() == {}
        assert len(ledger.versions("日报", one.key)) == 1
    assert desk.run("quarantine", "undo", number).status == 2
    assert desk.run("quarantine", "assign", number, other, "--nil", "--day", "11-26").status == 2
    wrong = ("quarantine", "assign", number, other, "--nil", "--day", f"{DAY}")
    assert desk.run(*wrong).status == 0
    assert other in desk.run("--json", "returns", "日报", "--day", f"{DAY}").object["nil"]
    assert desk.run("quarantine", "undo", number).status == 3
    assert other in desk.run("--json", "returns", "日报", "--day", f"{DAY}").object["missing"]
    assert desk.run("quarantine", "discard", number).status == 0
    assert desk.run("quarantine", "undo", number).status == 3
    assert desk.run("quarantine", "assign", number, one.key).status == 0
    audit = desk.run("audit")
    assert audit.status == 0, audit.out


def test_two_collectors_a_lost_line_and_a_new_mailbox_take_each_once(desk: Bureau) -> None:
    day = DAY - dt.timedelta(days=1)
    for place in range(24):
        desk.mail(desk.made[place], 20 + place, dt.time(16, 10, place), day)
    env = {**os.environ, "PYTHONUTF8": "1"}
    words = [sys.executable, str(CLI), "--json", "collect"]
    root = desk.workspace.root
    both = [
        subprocess.Popen(words, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for one in both:
        _, said = one.communicate(timeout=100)
        assert one.returncode in {0, 3}, said.decode()
        assert b"Traceback" not in said
    assert [desk.new(one.key, day) for one in desk.made] == [str(20 + n) for n in range(24)]
    for place in range(8):
        desk.mail(desk.made[place], 30, dt.time(16, 20, place), day)
    desk.server.cut = 5
    broken = desk.run("collect")
    assert broken.status == 4
    assert "Traceback" not in broken.err
    assert desk.run("collect").status in {0, 3}
    desk.server.cut = 0
    assert [desk.new(one.key, day) for one in desk.made[:8]] == ["30"] * 8
    with Ledger.open(desk.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        before = len(ledger.versions("日报"))
    desk.server.validity = 77
    renewed = desk.run("--json", "collect")
    assert (renewed.object["returned"], renewed.object["quarantined"]) == ([], [])
    with Ledger.open(desk.workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        assert len(ledger.versions("日报")) == before
    audit = desk.run("audit")
    assert audit.status == 0, audit.out
