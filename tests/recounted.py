"""An office whose organisations report day by day, and the truth about each day, counted again.

Nothing of the program is asked: who reported what is written down as it is sent, judged by the
rules of the notice as a person would, and added up here a second time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pwd
import random
from dataclasses import dataclass, field
from os import getuid
from typing import TYPE_CHECKING, Any

from bureau import fawen
from openpyxl import load_workbook
from replies import FIELDS, ORGANISATIONS, ZONE, Organisation, Values, filled, learnt, signed, town

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

TODAY = dt.datetime.now(ZONE).date()
NUMBERS = FIELDS[:4]
ABOVE = ("文科工委", "理科工委", "")  # the last of them stand directly under the unit
# What organisations do on a day; in each, most of them report.
DEEDS = ("good", "good", "good", "good", "good", "nil", "none", "wrong", "wrong", "blank", "jump",
         "silent", "silent", "silent")  # fmt: skip
LATER = ("good", "good", "nil", "wrong", "jump", "", "", "", "", "")  # and after the cut-off
NIL = {"0", "无"}


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


def counted_as(sent: Sent, name: str) -> int:
    """Read a number as a person does: 无 is none of them."""
    return 0 if sent.values[name] == "无" else int(sent.values[name])


@dataclass
class Office:
    """A workspace, its organisations, and the truth about what they have sent."""

    root: Path
    made: list[Organisation]
    days: list[dt.date]
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
        against = "；".join(self.against(one, day, values))
        made = self.truth.setdefault((one.key, day), [])
        made.append(Sent(values, at, against, data, day))

    def against(self, one: Organisation, day: dt.date, values: Values) -> list[str]:
        """Judge a report as a person would who holds the notice in his hand."""
        if not values["新增人数"]:
            return ["「新增人数」没有填，没有的请填 0"]
        found = []
        here, total = int(values["在校人数"]), int(values["合计人数"])
        if values["在外人数"] and total != here + int(values["在外人数"]):
            told = "，".join(
                f"{name} {values[name]}" for name in ("合计人数", "在校人数", "在外人数")
            )
            found.append(f"不合「合计人数 = 在校人数 + 在外人数」：{told}")
        if values["新增人数"] not in NIL and int(values["新增人数"]) > 50:
            found.append(f"不合「新增人数 0-50」：新增人数 {values['新增人数']}")
        before = [self.counting(one, past) for past in self.days if past < day]
        known = [int(sent.values["在校人数"]) for sent in before if sent]
        if known and abs(here - known[-1]) > known[-1] * 0.3:
            rule = "在校人数 比昨日变动不超过 30%"
            found.append(f"「在校人数」从上次的 {known[-1]} 变到 {here}，不合「{rule}」")
        return found

    def wrong(self, one: Organisation) -> Values:
        values = self.values(one)
        if values["在外人数"]:
            return {**values, "合计人数": str(int(values["合计人数"]) + 5)}
        return {**values, "新增人数": "88"}

    def drawn(self, one: Organisation, deed: str) -> Values:
        """Draw what an organisation writes that does a deed."""
        values = self.wrong(one) if deed == "wrong" else self.values(one, nil=deed == "nil")
        if deed == "none":
            return {**values, "新增人数": "无", "备注": ""}
        if deed == "blank":
            return {**values, "新增人数": ""}
        if deed == "jump":
            here, away = int(values["在校人数"]) * 2, int(values["在外人数"] or 0)
            return {**values, "在校人数": str(here), "合计人数": str(here + away)}
        return values

    def report(self, day: dt.date) -> None:
        """Let every organisation do something; then take it all in by the command."""
        early, late = (dt.datetime.combine(day, dt.time(hour, 30), ZONE) for hour in (15, 18))
        for one in self.made:
            deed = self.die.choice(DEEDS)
            if deed != "silent":
                self.send(one, day, early, self.drawn(one, deed))
        self.collect(early)
        for one in self.made:
            before = self.truth.get((one.key, day), [])
            deed = self.die.choice(LATER)
            if deed and (before or deed != "jump"):
                if before or day == self.days[0] or deed in {"good", "nil"}:
                    self.send(one, day, late, self.drawn(one, deed))
                else:
                    self.made_good(one, late)
        self.collect(late)

    def made_good(self, one: Organisation, at: dt.datetime) -> None:
        """Report at last about the first day of silence."""
        for day in self.days:
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
            given = [counted_as(sent, name) for sent in found if sent and sent.values[name]]
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
            sum(sent.values["新增人数"] in NIL for sent in counts),
            sum(sent.late for sent in counts),
            len(waiting),
            len(silent),
        ]

    def word(self, one: Organisation, day: dt.date) -> str:
        sent, waits = self.counting(one, day), self.waiting(one, day)
        if sent is None:
            return "有误待核" if waits else "未报"
        word = "已采用" if sent.taken else "零报告" if sent.values["新增人数"] in NIL else "已报"
        return f"{word}{'（迟报）' if sent.late else ''}{'，另有更正待核' if waits else ''}"

    def rows(self, day: dt.date) -> list[list[Any]]:
        made: list[list[Any]] = []
        for number, one in enumerate(self.made, start=1):
            sent = self.counting(one, day)
            cells: list[Any] = [None] * 5
            when = way = None
            if sent:
                cells = [counted_as(sent, name) if sent.values[name] else None for name in NUMBERS]
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
            for one in self.days
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


def office(root: Path, days: int) -> Office:
    """Lay and sign a notice that asks for a form, to organisations below two superiors and none.

    The days are those before today.
    """
    made = town(root, TODAY - dt.timedelta(days=days), TODAY + dt.timedelta(days=3))
    job = root / "jobs" / "日报.md"
    text = job.read_text(encoding="utf-8")
    text = text.replace("    - 备注 可空\n", "    - 备注 可空\n    - 在外人数 可空\n")
    job.write_text(text, encoding="utf-8")
    _below(root / "rosters" / "名册.xlsx")
    batch = signed(root)
    learnt(root, batch, made, dt.datetime.now(dt.UTC))
    spent = [TODAY - dt.timedelta(days=back) for back in range(days, 0, -1)]
    return Office(root, made, spent, random.Random(11))  # noqa: S311 (what a test sends)


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


def cells(book: Workbook, name: str, first: int = 3) -> list[list[Any]]:
    """Read what stands below a sheet's head: "" and nothing are one to whoever looks at it."""
    rows = book[name].iter_rows(min_row=first, values_only=True)
    return [[None if cell == "" else cell for cell in row] for row in rows]
