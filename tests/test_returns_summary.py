"""The summary of each day, held cell by cell against a recount from what was truly sent.

Nothing of the program is asked: who reported what is written down as it is sent, and added up
here a second time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pwd
import random
from dataclasses import dataclass, field
from os import getuid
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from openpyxl import load_workbook
from replies import FIELDS, ORGANISATIONS, ZONE, Organisation, Values, filled, learnt, signed, town

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.datetime.now(ZONE).date()
DAYS = [TODAY - dt.timedelta(days=back) for back in range(3, 0, -1)]
NUMBERS = FIELDS[:4]
ABOVE = ("文科工委", "理科工委", "")  # the last of them stand directly under the unit
# What organisations do on a day; in each, most of them report.
DEEDS = ("good", "good", "good", "good", "good", "nil", "faulty", "faulty", "silent", "silent",
         "silent")  # fmt: skip


@dataclass
class Sent:
    """A report as it was sent: what it says, when it came, what is against it, in which file."""

    values: Values
    at: dt.datetime
    against: str
    file: bytes
    day: dt.date
    taken: bool = False  # a person took it over

    @property
    def counts(self) -> bool:
        return not self.against or self.taken

    @property
    def late(self) -> bool:
        return self.at.time() > dt.time(17) or self.at.date() > self.day


@dataclass
class Office:
    """A workspace, its organisations, and the truth about what they have sent."""

    root: Path
    made: list[Organisation]
    die: random.Random
    truth: dict[tuple[str, dt.date], list[Sent]] = field(default_factory=dict)
    files: list[tuple[dt.datetime, str, bytes]] = field(default_factory=list)

    def category(self, one: Organisation) -> str:
        return "分党委" if self.made.index(one) % 3 else "党总支"

    def above(self, one: Organisation) -> str:
        return ABOVE[self.made.index(one) % 3]

    def counting(self, one: Organisation, day: dt.date) -> Sent | None:
        found = [sent for sent in self.truth.get((one.key, day), []) if sent.counts]
        return found[-1] if found else None

    def waiting(self, one: Organisation, day: dt.date) -> Sent | None:
        found = self.truth.get((one.key, day), [])
        return found[-1] if found and not found[-1].counts else None

    def values(self, one: Organisation, *, nil: bool = False) -> Values:
        base = 200 + 10 * self.made.index(one)
        here, away = base + self.die.randrange(-15, 16), self.die.randrange(30)
        new = 0 if nil else 1 + self.die.randrange(20)
        words = "" if nil else self.die.choice(("", "无", "一人转往外地", "已核对"))
        told = {"在校人数": str(here), "合计人数": str(here + away), "新增人数": str(new)}
        blank = self.category(one) == "党总支"  # these leave blank what they may
        return {**told, "在外人数": "" if blank else str(away), "备注": words}

    def send(self, one: Organisation, day: dt.date, at: dt.datetime, values: Values) -> None:
        one.rows[day] = values
        data = filled(one.form, one.rows)
        folder = self.root / "收" / at.strftime("%m%d-%H%M")
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{one.key}.xlsx"
        (folder / name).write_bytes(data)
        self.files.append((at, name, data))
        total = sum(int(values[name]) for name in ("在校人数", "在外人数") if values[name])
        against = ""
        if values["在外人数"] and int(values["合计人数"]) != total:
            numbers = "，".join(f"{name} {values[name]}" for name in
                                ("合计人数", "在校人数", "在外人数"))  # fmt: skip
            against = f"不合「合计人数 = 在校人数 + 在外人数」：{numbers}"
        elif int(values["新增人数"]) > 50:
            against = f"不合「新增人数 0-50」：新增人数 {values['新增人数']}"
        made = self.truth.setdefault((one.key, day), [])
        made.append(Sent(values, at, against, data, day))

    def wrong(self, one: Organisation) -> Values:
        values = self.values(one)
        if values["在外人数"]:
            return {**values, "合计人数": str(int(values["合计人数"]) + 5)}
        return {**values, "新增人数": "88"}

    def report(self, day: dt.date) -> None:
        """Let every organisation do something; then take it all in by the command."""
        early, late = (dt.datetime.combine(day, dt.time(hour, 30), ZONE) for hour in (15, 18))
        for one in self.made:
            deed = self.die.choice(DEEDS)
            if deed in {"good", "nil"}:
                self.send(one, day, early, self.values(one, nil=deed == "nil"))
            elif deed == "faulty":
                self.send(one, day, early, self.wrong(one))
        self.collect(early)
        for one in self.made:
            before = self.truth.get((one.key, day), [])
            bad = bool(before) and not before[-1].counts
            deed = self.die.choice(("good", "wrong", "", "", ""))
            if bad and deed == "good":
                self.send(one, day, late, self.values(one))
            elif before and deed == "wrong":
                self.send(one, day, late, self.wrong(one))
            elif not before and deed == "good":
                self.send(one, day, late, self.values(one))
            elif not before and day != DAYS[0] and deed == "wrong":
                self.made_good(one, late)
        self.collect(late)

    def made_good(self, one: Organisation, at: dt.datetime) -> None:
        """Report at last about the first day of silence."""
        for day in DAYS:
            if day < at.date() and (one.key, day) not in self.truth:
                self.send(one, day, at, self.values(one))
                return

    def collect(self, at: dt.datetime) -> None:
        folder = self.root / "收" / at.strftime("%m%d-%H%M")
        when = at.strftime("%Y-%m-%d %H:%M")
        words = ("--json", "collect", "--folder", str(folder), "--received", when)
        done = fawen(*words, cwd=self.root)
        assert done.status == 0, done.out + done.err
        told = [(one, day) for _, one, day, _ in done.object["returned"]]
        new = [key for key, made in self.truth.items() if any(sent.at == at for sent in made)]
        assert sorted(told) == sorted((one, f"{day}") for one, day in new), "rows of before are old"

    def accept(self, day: dt.date) -> None:
        """Take over what one organisation has reported, though something is against it."""
        one = next(one for one in self.made if self.waiting(one, day))
        assert fawen("returns", "日报", "--day", f"{day}", "--accept", one.key, cwd=self.root).out
        sent = self.waiting(one, day)
        assert sent is not None
        sent.taken = True

    # -- the recount --

    def added(self, members: list[Organisation], day: dt.date) -> list[int | None]:
        """Add up what counts; what nobody has filled in has no sum."""
        sums: list[int | None] = []
        for name in NUMBERS:
            found = [self.counting(one, day) for one in members]
            given = [int(sent.values[name]) for sent in found if sent and sent.values[name]]
            sums.append(sum(given) if given else None)
        return sums

    def counted(self, members: list[Organisation], day: dt.date) -> list[int]:
        found = [self.counting(one, day) for one in members]
        counts = [sent for sent in found if sent]
        waiting = [one for one in members if self.waiting(one, day)]
        silent = [one for one in members if (one.key, day) not in self.truth]
        return [
            len(members),
            len(counts),
            sum(sent.values["新增人数"] == "0" for sent in counts),
            sum(sent.late for sent in counts),
            len(waiting),
            len(silent),
        ]

    def word(self, one: Organisation, day: dt.date) -> str:
        sent, waits = self.counting(one, day), self.waiting(one, day)
        if sent is None:
            return "有误待核" if waits else "未报"
        word = "已采用" if sent.taken else "零报告" if sent.values["新增人数"] == "0" else "已报"
        return f"{word}{'（迟报）' if sent.late else ''}{'，另有更正待核' if waits else ''}"

    def rows(self, day: dt.date) -> list[list[Any]]:
        made: list[list[Any]] = []
        for number, one in enumerate(self.made, start=1):
            sent = self.counting(one, day)
            cells: list[Any] = [None] * 5
            when = way = None
            if sent:
                cells = [int(sent.values[name]) if sent.values[name] else None for name in NUMBERS]
                cells.append(sent.values["备注"] or None)
                when, way = sent.at.strftime("%Y-%m-%d %H:%M"), "文件"
            told = [number, one.short, self.category(one), *cells, self.word(one, day), when, way]
            made.append(told)
        counts = self.counted(self.made, day)
        said = f"已报{counts[1]}，未报{counts[5]}"
        return [*made, [None, "合计", None, *self.added(self.made, day), None, said, None, None]]

    def groups(self, day: dt.date) -> list[list[Any]]:
        made = []
        for word, key in (("类别", self.category), ("上级", self.above)):
            names = [name for name in dict.fromkeys(map(key, self.made)) if name]
            for name in names:
                members = [one for one in self.made if key(one) == name]
                told = [f"{word}：{name}", *self.counted(members, day), *self.added(members, day)]
                made.append(told)
        return [*made, ["合计", *self.counted(self.made, day), *self.added(self.made, day)]]

    def daily(self, day: dt.date) -> list[list[Any]]:
        return [
            [f"{one}", *self.counted(self.made, one), *self.added(self.made, one)]
            for one in DAYS
            if one <= day
        ]

    def special(self, day: dt.date) -> list[list[Any]]:
        made: list[list[Any]] = [
            [one.short, "未报", None] for one in self.made if (one.key, day) not in self.truth
        ]
        made += [
            [one.short, "有误待核", waits.against]
            for one in self.made
            if (waits := self.waiting(one, day))
        ]
        for one in self.made:
            sent = self.counting(one, day)
            if sent is None:
                continue
            if sent.values["备注"] not in {"", "无"}:
                made.append([one.short, "说明", f"备注：{sent.values['备注']}"])
            if sent.taken:
                who = pwd.getpwuid(getuid()).pw_name
                made.append([one.short, "已采用", f"{who}采用：{sent.against}"])
            if sent.late:
                made.append([one.short, "迟报", sent.at.strftime("%Y-%m-%d %H:%M")])
        return made

    def register(self) -> list[list[Any]]:
        who = pwd.getpwuid(getuid()).pw_name
        return [
            [n, f"{at:%Y-%m-%d %H:%M}", "文件", None, name, hashlib.sha256(data).hexdigest()[:12],
             who]
            for n, (at, name, data) in enumerate(self.files, start=1)
        ]  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A signed notice that asks for a form, to organisations below two superiors and none."""
    root = tmp_path_factory.mktemp("summary")
    made = town(root, DAYS[0], TODAY + dt.timedelta(days=3))
    job = root / "jobs" / "日报.md"
    text = job.read_text(encoding="utf-8")
    text = text.replace("    - 备注 可空\n", "    - 备注 可空\n    - 在外人数 可空\n")
    job.write_text(text, encoding="utf-8")
    _below(root / "rosters" / "名册.xlsx")
    batch = signed(root)
    learnt(root, batch, made, dt.datetime.now(dt.UTC))
    return Office(root, made, random.Random(11))  # noqa: S311 (what a test sends)


def _below(path: Path) -> None:
    """Put two 工委 into the roster, and organisations below them."""
    book = load_workbook(path)
    sheet = book["二级党组织"]
    sheet.cell(2, 9, "上级党组织")
    for number in range(ORGANISATIONS):
        sheet.cell(3 + number, 9, ABOVE[number % 3] or None)
    for number, name in enumerate(ABOVE[:2]):
        one = [f"W0{number}", f"中共测试大学{name[:2]}工作委员会", name, "党工委", "郭某", "孙某",
               "010-62750100", f"w{number}@cs.example"]  # fmt: skip
        sheet.append(one)
    book.save(path)


def cells(path: Path, name: str) -> list[list[Any]]:
    """Read what stands below a sheet's head: "" and nothing are one to whoever looks at it."""
    sheet = load_workbook(path)[name]
    rows = sheet.iter_rows(min_row=3, values_only=True)
    return [[None if cell == "" else cell for cell in row] for row in rows]


def test_each_day_is_as_a_recount_has_it(office: Office) -> None:
    seen = set()
    for day in DAYS:
        office.report(day)
        if day == DAYS[1]:
            office.accept(day)
        path = office.root / f"汇总-{day}.xlsx"
        done = fawen("returns", "日报", "--day", f"{day}", "-o", path.name, cwd=office.root)
        assert done.status == 3, done.err
        assert cells(path, "汇总") == office.rows(day)
        assert cells(path, "分类合计") == office.groups(day)
        assert cells(path, "逐日") == office.daily(day)
        assert cells(path, "特殊情况") == office.special(day)
        assert cells(path, "收文登记簿") == office.register()
        _sources(office, path, day)
        seen |= {office.word(one, day) for one in office.made}
    assert seen >= {"已报", "零报告", "已报（迟报）", "有误待核", "未报", "已报，另有更正待核"}
    assert any(one.startswith("已采用") for one in seen)  # one that came late, or in time
    assert any(None in row[7:] for row in office.groups(DAYS[-1])), "a sum of blanks is no 0"
    _told_again(office)


def _sources(office: Office, path: Path, day: dt.date) -> None:
    """Each number leads to the very file that it was taken from; nothing is marked in vain."""
    sheet = load_workbook(path)["汇总"]
    for one, row in zip(office.made, sheet.iter_rows(min_row=3), strict=False):
        sent = office.counting(one, day)
        links = {cell.hyperlink.target for cell in row if cell.hyperlink}
        assert len(links) == bool(sent)
        for link in links:
            assert (path.parent / link).read_bytes() == (sent.file if sent else b"")
        marked = {cell.fill.fgColor.rgb for cell in row} == {"00FFF2CC"}
        assert marked is (sent is None or office.waiting(one, day) is not None)


def _told_again(office: Office) -> None:
    """Days of which more has come since: their summaries tell that; the keyboard, too."""
    for day in DAYS[:2]:
        path = office.root / "再汇总.xlsx"
        asked = ("--json", "returns", "日报", "--day", f"{day}", "-o", path.name)
        told = fawen(*asked, cwd=office.root).object
        assert cells(path, "汇总") == office.rows(day)
        assert cells(path, "特殊情况") == office.special(day)
        _, reported, nil, late, faulty, missing = office.counted(office.made, day)
        said = [len(told[name]) for name in ("reported", "nil", "late", "faulty", "missing")]
        assert said == [reported, nil, late, faulty, missing]
        assert told["values"] == {
            one.key: {name: said for name, said in sent.values.items() if said}
            for one in office.made
            if (sent := office.counting(one, day))
        }
