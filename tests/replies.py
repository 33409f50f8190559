"""Replies of 24 organisations to a daily form, of many kinds, each with the truth about it.

What must come of a mail is written down here as a person would say it, and worked out a second
time from there alone (`Truth.counts`): nothing of the program is asked.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import struct
import time
import zipfile
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bureau import JOB, bureau, default_sheets, fawen
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Side
from openpyxl.workbook.defined_name import DefinedName
from postal import LEASE

from outbox.ledger.ledger import Ledger
from outbox.ledger.states import LetterState
from outbox.ledger.values import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from outbox.workspace import Workspace

ZONE = dt.timezone(dt.timedelta(hours=8))
FIELDS = ("在校人数", "在外人数", "合计人数", "新增人数", "备注")
ACCOUNT = "zzb@cs.example"
NAME = "返校日报表.xlsx"
CUTOFF = dt.time(17)
NEAR = dt.timedelta(minutes=3)  # what a module of tests takes at most
ORGANISATIONS = 24
BLOCK = """\
回执:
  内容: forms/返校日报表.xlsx
  频次: 每天
  起止: {first} 至 {last}
  截止时间: 17:00
  零报告: 新增人数
  催报:
    最多: 2
  核验:
    - 合计人数 = 在校人数 + 在外人数
    - 新增人数 0-50
    - 在校人数 比昨日变动不超过 30%
    - 备注 可空
信件:
"""

Values = dict[str, str]
_EMPTY = re.compile(rb'<c r="([B-F]\d+)"((?: s="\d+")?)(?: t="n")?(?:></c>| ?/>)')


@dataclass
class Organisation:
    """One of the 24: what it is called, where it writes from, and the workbook on its desk."""

    key: str
    name: str
    short: str
    addresses: tuple[str, str]
    message_id: str = ""
    token: str = ""
    form: bytes = b""
    rows: dict[dt.date, Values] = field(default_factory=dict)


@dataclass
class Mail:
    """A mail, when it came, and what must come of it.

    `staged` are the reports that are new in it: (day, values, verdict); `held` the reason for
    which it is in quarantine; neither: nothing of it is a return.
    """

    raw: bytes
    at: dt.datetime
    sort: str
    organisation: str
    staged: list[tuple[dt.date, Values, str]] = field(default_factory=list)
    held: str = ""

    @property
    def valid(self) -> bool:
        """Tell whether it is a report that nobody need look at."""
        return bool(self.staged) and all(one[2] in {"good", "nil"} for one in self.staged)


def form_book(path: Path, rows: int = 40) -> None:
    """Lay the unit's own form: a title, who fills it in, a table with a row a day."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "日报表"
    sheet["A1"] = "学生返校情况日报表"
    sheet["A2"] = "填报单位：{{ 党组织名称 }}"
    for column, name in enumerate(("日期", *FIELDS), start=1):
        sheet.cell(4, column, name)
    edge = Side(style="thin")
    for row in range(4, 5 + rows):
        for column in range(1, 7):
            sheet.cell(row, column).border = Border(edge, edge, edge, edge)
    book.defined_names["填报表"] = DefinedName("填报表", attr_text="'日报表'!$A$4:$F$4")
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def this_day() -> dt.date:
    """Return the day by the clock; near midnight, wait for the next: tests speak of one day."""
    now = dt.datetime.now(ZONE)
    if (now + NEAR).date() > now.date():
        time.sleep(NEAR.total_seconds())
    return dt.datetime.now(ZONE).date()


def town(root: Path, first: dt.date, last: dt.date, port: int = 1) -> list[Organisation]:
    """Lay a workspace with 24 organisations and a signed notice that asks for the form."""
    sheets = default_sheets()
    head = sheets["二级党组织"][0]
    made = [
        Organisation(
            f"{n:03}",
            f"中共测试大学第{n}学院委员会",
            f"{n}学院党委",
            (f"o{n:02}@cs.example", f"o{n:02}b@cs.example"),
        )
        for n in range(1, ORGANISATIONS + 1)
    ]
    people = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
    sheets["二级党组织"] = [head] + [
        [o.key, o.name, o.short, "分党委" if n % 3 else "党总支", f"{people[n]}甲",
         f"{people[n]}乙", f"010-627500{n:02}", "; ".join(o.addresses)]
        for n, o in enumerate(made)
    ]  # fmt: skip
    del sheets["党支部"], sheets["党员"]
    job = JOB.replace("信件:\n", BLOCK.format(first=first, last=last)).replace(
        "现有党员{{ 党员数 }}名，请核对", "请每天报送返校情况"
    )
    bureau(root, sheets=sheets, jobs={"日报": job}, port=port)
    form_book(root / "forms" / "返校日报表.xlsx")
    return made


def signed(root: Path) -> str:
    """Merge and sign the notice; return its batch."""
    made = fawen("--json", "merge", "日报", cwd=root)
    assert made.status == 0, made.out + made.err
    batch: str = made.object["batch"]
    words = ("approve", batch, "--by", "周明远", "--basis", "当面", "--no-review")
    done = fawen(*words, cwd=root)
    assert done.status == 0, done.out + done.err
    return batch


def accepted(workspace: Workspace, batch: str, at: dt.datetime, account: str = ACCOUNT) -> None:
    """Let the notice leave: every letter accepted by a server."""
    done = Outcome(LetterState.ACCEPTED, "dot", 250, "ok", account=account)
    with Ledger.open(workspace.ledger, at=at) as ledger:
        for one in ledger.claim(batch, "live", "w", at, LEASE, domain="cs.example", limit=99):
            assert ledger.to_dot(one, at, LEASE, account)
            assert ledger.settle(one, done, at)
        ledger.finish(batch, at, "w")


def learnt(root: Path, batch: str, made: list[Organisation], at: dt.datetime) -> None:
    """Put into each organisation's hands what it was sent: its letter's name, its form."""
    with Ledger.open(root / "outbox" / "ledger.db", at=at) as ledger:
        standing = ledger.manifest(batch).standing
        assert standing is not None
        letters = {one.organisation: one for one in ledger.letters(batch)}
    for one in made:
        party = standing.party(one.key)
        assert party is not None
        one.message_id = letters[one.key].message_id
        one.token = party.token
        one.form = (root / "outbox" / batch / party.form).read_bytes()


# ---- what organisations send ------------------------------------------------------------------


def filled(form: bytes, rows: dict[dt.date, Values]) -> bytes:
    """Fill in a form: the cells of its days get values, all else stays as it is."""
    given = {
        f"{letter}{row}": values[name]
        for row, day in days_of(form).items()
        if (values := rows.get(day)) is not None
        for letter, name in zip("BCDEF", FIELDS, strict=True)
        if values[name]
    }

    def put(cell: re.Match[bytes]) -> bytes:
        said = given.get(cell[1].decode())
        if said is None:
            return cell[0]
        if said.isdigit():
            return b'<c r="%s"%s><v>%s</v></c>' % (cell[1], cell[2], said.encode())
        text = b"<is><t>%s</t></is>" % said.encode()
        return b'<c r="%s"%s t="inlineStr">%s</c>' % (cell[1], cell[2], text)

    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(form)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = _EMPTY.sub(put, data)
            new.writestr(name, data)
    return out.getvalue()


@lru_cache(maxsize=100)
def days_of(form: bytes) -> dict[int, dt.date]:
    """Tell which row of a form is about which day."""
    sheet = load_workbook(io.BytesIO(form))["日报表"]
    cells = ((row, sheet.cell(row, 1).value) for row in range(5, sheet.max_row + 1))
    return {row: day.date() for row, day in cells if isinstance(day, dt.datetime)}


def _nil_gbk(one: Organisation, when: dt.datetime) -> bytes:
    """Write a reply as old programs do: a header in raw GBK, a text in it."""
    lines = (
        f"From: {one.addresses[0]}".encode(),
        f"To: {ACCOUNT}".encode(),
        f"Date: {format_datetime(when)}".encode(),
        b"Subject: " + f"回复：{one.short}零报告".encode("gbk"),
        f"In-Reply-To: {one.message_id}".encode(),
        b"Content-Type: text/plain; charset=gb2312",
        b"",
        "今日零报告。\n".encode("gbk"),
    )
    return b"\n".join(lines)


@dataclass
class Town:
    """The organisations, a die of their own, and the mails they have written so far."""

    organisations: list[Organisation]
    first: dt.date
    last: dt.date
    seed: int = 7
    mails: list[Mail] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.die = random.Random(self.seed)  # noqa: S311 (mails of a test)
        self.counted: dict[str, dict[dt.date, Values]] = {o.key: {} for o in self.organisations}

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def at(self, day: dt.date, *, late: bool = False) -> dt.datetime:
        """Draw a moment of a day: before the cut-off, or after it."""
        hour = self.die.choice((18, 19, 20)) if late else self.die.choice((8, 9, 10, 14, 15, 16))
        time = dt.time(hour, self.die.randrange(60), self.die.randrange(60))
        return dt.datetime.combine(day, time, ZONE)

    def after(self, one: Organisation, day: dt.date) -> dt.datetime:
        """Draw a moment in the evening of a day, after all that an organisation sent on it."""
        mine = [mail.at for mail in self.mails if mail.organisation == one.key]
        until = max([dt.datetime.combine(day, dt.time(21), ZONE), *mine])
        return until + dt.timedelta(seconds=self.die.randrange(60, 300))

    def values(self, one: Organisation, day: dt.date, *, nil: bool = False) -> Values:
        """Draw what an organisation honestly has to report."""
        before = [row for when, row in sorted(self.counted[one.key].items()) if when < day and row]
        base = int(before[-1]["在校人数"]) if before else 200 + self.die.randrange(100)
        here = base + self.die.randrange(-base // 5, base // 5)
        away = self.die.randrange(40)
        new = 0 if nil else 1 + self.die.randrange(20)
        said = self.die.choice(("", "", "已核对"))
        return dict(
            zip(FIELDS, (str(here), str(away), str(here + away), str(new), said), strict=True)
        )

    # -- pieces of mails --

    def reply(self, one: Organisation, text: str, **how: Any) -> EmailMessage:
        """Write a reply as QQ does: in the thread, the letter quoted below."""
        mail = EmailMessage()
        mail["From"] = how.get("sender", one.addresses[0])
        mail["To"] = ACCOUNT
        mail["Subject"] = how.get("subject", f"回复：【通知】关于核对党员名册的通知（{one.short}）")
        mail["Message-ID"] = f"<r{self.die.getrandbits(60)}@cs.example>"
        if how.get("thread", True):
            mail["In-Reply-To"] = mail["References"] = one.message_id
        quoted = f"\n\n------------------ 原始邮件 ------------------\n发件人: 组织部 <{ACCOUNT}>\n"
        number = how.get("number", one.token if how.get("quote", True) else "")
        if number:
            quoted += f"回执编号：{number[:4]}-{number[4:8]}-{number[8:]}\n"
        mail.set_content(text + (quoted if how.get("quote", True) else "\n"))
        return mail

    def attach(self, mail: EmailMessage, data: bytes, name: str) -> EmailMessage:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return mail

    def book(self, one: Organisation, day: dt.date, values: Values) -> bytes:
        """Fill today's row into the workbook on the organisation's desk."""
        one.rows[day] = values
        return filled(one.form, one.rows)

    def add(
        self, mail: EmailMessage | bytes, at: dt.datetime, sort: str, one: str, **truth: Any
    ) -> None:
        if isinstance(mail, EmailMessage) and "Date" not in mail:
            mail["Date"] = format_datetime(at)  # else Postfix puts in when it got the mail
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        self.mails.append(Mail(raw, at, sort, one, **truth))

    def good(
        self, one: Organisation, day: dt.date, sort: str, at: dt.datetime | None = None
    ) -> None:
        """Report honestly, in one of the ways people have."""
        when = at or self.at(day, late=sort == "late")
        if sort in {"nil_words", "nil_gbk"}:
            mail = self._nil(one, day) if sort == "nil_words" else _nil_gbk(one, when)
            self.add(mail, when, sort, one.key, staged=[(day, {}, "nil")])
            self.counted[one.key][day] = {}
            return
        values = self.values(one, day, nil=sort == "nil_zero")
        data = self.book(one, day, values)
        make = getattr(self, f"_good_{sort}", self._good_plain)
        verdict = "nil" if sort == "nil_zero" else "good"
        self.add(make(one, data), when, sort, one.key, staged=[(day, values, verdict)])
        self.counted[one.key][day] = values

    def _nil(self, one: Organisation, day: dt.date) -> EmailMessage:
        dated = f"{day.month}月{day.day}日零报告"
        return self.reply(one, self.die.choice(("零报告", "各位老师：\n今日零报告。", dated)))

    def _good_plain(self, one: Organisation, data: bytes) -> EmailMessage:
        return self._with(one, data)

    def _good_resaved(self, one: Organisation, data: bytes) -> EmailMessage:
        return self._with(one, resaved(data))

    def _good_renamed(self, one: Organisation, data: bytes) -> EmailMessage:
        names = ("新建 Microsoft Excel 工作表.xlsx", "1.xlsx", "日报(2).xlsx")
        return self._with(one, data, self.die.choice(names))

    def _good_no_thread(self, one: Organisation, data: bytes) -> EmailMessage:
        return self.attach(self.reply(one, "请查收", thread=False), data, NAME)

    def _good_form_alone(self, one: Organisation, data: bytes) -> EmailMessage:
        mail = self.reply(one, "请查收", thread=False, quote=False, subject="日报表")
        return self.attach(mail, data, NAME)

    def _good_second_address(self, one: Organisation, data: bytes) -> EmailMessage:
        return self.attach(self.reply(one, "请查收", sender=one.addresses[1]), data, NAME)

    def _good_forwarded(self, one: Organisation, data: bytes) -> EmailMessage:
        clerk = f"clerk{one.key}@mail.example"
        inner = self.attach(self.reply(one, "请书记审核", sender=clerk), data, NAME)
        mail = self.reply(one, "转呈", subject="转发：日报表", thread=False, quote=False)
        mail.add_attachment(inner)
        return mail

    def _good_winmail(self, one: Organisation, data: bytes) -> EmailMessage:
        return self._with(one, tnef(NAME, data), "winmail.dat")

    def _good_with_picture(self, one: Organisation, data: bytes) -> EmailMessage:
        return self.attach(self._with(one, data), b"\xff\xd8\xff\xe0" + b"0" * 500, "签字.jpg")

    def _good_two_same(self, one: Organisation, data: bytes) -> EmailMessage:
        return self.attach(self._with(one, data), data, "副本.xlsx")

    def faulty(self, one: Organisation, day: dt.date, sort: str) -> None:
        """Report what something stands against."""
        values = self.values(one, day)
        before = [row for when, row in sorted(self.counted[one.key].items()) if when < day]
        if sort == "wrong_total":
            values["合计人数"] = str(int(values["合计人数"]) + 3)
        elif sort == "out_of_range":
            values["新增人数"] = "77"
        elif sort == "blank_cell":
            values["新增人数"] = ""
        elif sort == "jump":
            if not before or not before[-1]:
                return self.faulty(one, day, "wrong_total")
            values["在校人数"] = str(int(before[-1]["在校人数"]) * 2 + 50)
            values["合计人数"] = str(int(values["在校人数"]) + int(values["在外人数"]))
        data = self.book(one, day, values)
        mail = self.attach(self.reply(one, "请查收"), data, "返校日报表.xlsx")
        self.add(mail, self.at(day), sort, one.key, staged=[(day, values, "faulty")])
        return None

    def held(self, one: Organisation, day: dt.date, sort: str) -> None:
        """Send what must wait for a person, each for its reason."""
        if sort == "wrong_day" and day == self.last:
            sort = "picture"  # the form has no row for tomorrow
        before = {when: row for when, row in one.rows.items() if when < day}
        data = filled(one.form, {**before, day: self.values(one, day)})
        mail = getattr(self, f"_held_{sort}")(one, day, before, data)
        self.add(mail, self.at(day), sort, one.key, held=sort)

    def _with(self, one: Organisation, data: bytes, name: str = NAME) -> EmailMessage:
        return self.attach(self.reply(one, "请查收"), data, name)

    def _held_old_format(self, one: Organisation, *_: Any) -> EmailMessage:
        old = b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le") + b"\0" * 2000
        return self._with(one, old, "日报表.xls")

    def _held_picture(self, one: Organisation, *_: Any) -> EmailMessage:
        return self._with(one, b"\xff\xd8\xff\xe0" + b"0" * 3000, "IMG_2026.jpg")

    def _held_two_forms(
        self, one: Organisation, day: dt.date, before: dict[dt.date, Values], data: bytes
    ) -> EmailMessage:
        other = filled(one.form, {**before, day: {**self.values(one, day), "新增人数": "49"}})
        return self.attach(self._with(one, data), other, "日报表（新）.xlsx")

    def _held_wrong_day(
        self, one: Organisation, day: dt.date, before: dict[dt.date, Values], _: bytes
    ) -> EmailMessage:
        ahead = {**before, day + dt.timedelta(days=1): self.values(one, day)}
        return self._with(one, filled(one.form, ahead))

    def _other(self, one: Organisation) -> Organisation:
        return self.die.choice([other for other in self.organisations if other is not one])

    def _held_another(self, one: Organisation, day: dt.date, *_: Any) -> EmailMessage:
        return self._with(one, filled(self._other(one).form, {day: self.values(one, day)}))

    def _held_forged(self, one: Organisation, _: Any, __: Any, data: bytes) -> EmailMessage:
        return self._with(one, retoken(data, "ABCDEFGHJKLM"))

    def _held_two_tokens(self, one: Organisation, *_: Any) -> EmailMessage:
        return self.reply(one, "零报告", number=self._other(one).token)

    def _held_no_token(self, one: Organisation, _: Any, __: Any, data: bytes) -> EmailMessage:
        mail = self.reply(one, "请查收", sender="someone@qq.example", thread=False, quote=False)
        return self.attach(mail, copied(data), NAME)

    def _held_unknown_sender(self, one: Organisation, _: Any, __: Any, data: bytes) -> EmailMessage:
        return self.attach(self.reply(one, "请查收", sender="someone@qq.example"), data, NAME)

    def _held_macro(self, one: Organisation, _: Any, __: Any, data: bytes) -> EmailMessage:
        return self._with(one, with_macro(data), "返校日报表.xlsm")

    def _held_bomb(self, one: Organisation, *_: Any) -> EmailMessage:
        return self._with(one, bomb())

    def _held_unclear(self, one: Organisation, *_: Any) -> EmailMessage:
        said = ("是不是零报告？", "昨天的零报告取消，改为新增2人")
        return self.reply(one, self.die.choice(said))

    def _held_empty(self, one: Organisation, *_: Any) -> EmailMessage:
        return self._with(one, one.form)

    def _held_wrong_form(self, one: Organisation, *_: Any) -> EmailMessage:
        return self._with(one, own_book(), "情况汇总.xlsx")

    def nothing(self, one: Organisation, day: dt.date, sort: str) -> None:
        """Send what is no return at all."""
        mail: EmailMessage | bytes
        if sort == "auto":
            mail = self.reply(one, "我正在休假，零报告请联系王老师。")
            mail["Auto-Submitted"] = "auto-replied"
        elif sort == "bounce":
            mail = (
                "From: Postmaster@mail.example\nTo: zzb@cs.example\nSubject: 系统退信\n"
                "Content-Type: text/plain; charset=utf-8\n\n抱歉，您的邮件被退回来了……\n"
                f"收件人：{one.addresses[0]}\nMessage-ID: {one.message_id}\n"
            ).encode()
        elif sort == "question":
            mail = self.reply(one, "请问备注一栏怎么填？谢谢。")
        else:
            mail = self.reply(one, "限时优惠，欢迎选购", sender="shop@spam.example", thread=False,
                              quote=False, subject="特价")  # fmt: skip
        self.add(mail, self.at(day), sort, one.key)


GOOD = ("plain", "plain", "plain", "renamed", "resaved", "no_thread", "form_alone",
        "forwarded",
        "second_address", "winmail", "with_picture", "two_same", "nil_words", "nil_words",
        "nil_gbk", "nil_zero", "late")  # fmt: skip
FAULTY = ("wrong_total", "out_of_range", "blank_cell", "jump")
HELD = ("old_format", "picture", "two_forms", "wrong_day", "another", "forged", "two_tokens",
        "no_token", "unknown_sender", "macro", "bomb", "unclear", "empty",
        "wrong_form")  # fmt: skip
NOTHING = ("auto", "bounce", "question", "spam")


def written(
    made: list[Organisation],
    first: dt.date,
    last: dt.date,
    count: int,
    *,
    seed: int = 7,
    today: dt.date | None = None,
) -> Town:
    """Let the town write so many mails: every kind, most of them honest reports; or all today."""
    one = Town(made, first, last, seed)
    days = [today] if today else one.days
    each = max(1, count // len(days))
    kinds = {name: list(names) for name, names in (("held", HELD), ("nothing", NOTHING))}
    for number, day in enumerate(days):
        begun = len(one.mails)
        order = list(made)
        one.die.shuffle(order)
        for place, organisation in enumerate(order):
            if len(one.mails) - begun >= each:
                break
            draw = one.die.random()
            if draw < 0.06:
                continue  # silent today
            if draw < 0.14:
                one.faulty(organisation, day, one.die.choice(FAULTY))
                if one.die.random() < 0.5:
                    one.good(organisation, day, "correction", one.at(day, late=True))
                continue
            one.good(organisation, day, GOOD[(number * 7 + place) % len(GOOD)])
            if one.die.random() < 0.08:
                one.good(organisation, day, "correction", one.at(day, late=True))
        while len(one.mails) - begun < each:
            organisation = one.die.choice(made)
            # A real server tells seconds only: of two that come in one, nobody knows the last.
            more = () if today else ("more", "more", "more")
            which = one.die.choice((*more, "held", "held", "nothing"))
            if which == "more":  # an evening of corrections
                names = [name for name in GOOD if not name.startswith("nil")]
                one.good(organisation, day, one.die.choice(names), one.after(organisation, day))
                continue
            names = kinds[which]
            sort = names[(len(one.mails) + number) % len(names)]
            getattr(one, which)(organisation, day, sort)
    one.mails.sort(key=lambda mail: mail.at)
    return one


@dataclass
class Truth:
    """What must stand in the end, worked out from the mails alone."""

    mails: list[Mail]

    def counts(self) -> dict[tuple[str, str], tuple[Values, str]]:
        """Return what counts of each organisation and day: the newest that nothing is against."""
        found: dict[tuple[str, str], tuple[Values, str]] = {}
        for mail in self.mails:
            for day, values, verdict in mail.staged:
                if verdict != "faulty":
                    kept = {name: said for name, said in values.items() if said}
                    found[mail.organisation, day.isoformat()] = (kept, verdict)
        return found


# ---- files of other kinds ----------------------------------------------------------------------


def resaved(data: bytes) -> bytes:
    """Save a workbook again as another program does: other parts, the same cells."""
    book = load_workbook(io.BytesIO(data))
    book.properties.creator = "WPS"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def retoken(data: bytes, token: str) -> bytes:
    """Put another token into a form."""
    book = load_workbook(io.BytesIO(data))
    book["_fawen"]["B1"] = token or None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def copied(data: bytes) -> bytes:
    """Copy what stands in a form into a workbook of one's own."""
    old, book = load_workbook(io.BytesIO(data))["日报表"], Workbook()
    for row in old.iter_rows(values_only=True):
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_macro(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"0" * 100)
    return out.getvalue()


@lru_cache(maxsize=1)
def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        package.writestr("[Content_Types].xml", f'<Types><Override ContentType="{kind}"/></Types>')
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 2**20))
    return out.getvalue()


@lru_cache(maxsize=1)
def own_book() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["单位", "人数"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def tnef(name: str, data: bytes) -> bytes:
    """Pack a file as Outlook does (MS-OXTNEF): signature, then attributes with check sums."""

    def attribute(kind: int, value: bytes) -> bytes:
        check = struct.pack("<H", sum(value) & 0xFFFF)
        return struct.pack("<BII", 2, kind, len(value)) + value + check

    made = struct.pack("<IH", 0x223E9F78, 1)
    made += attribute(0x00069002, b"\1\0" + b"\xff" * 12)
    made += attribute(0x00018010, name.encode("gbk") + b"\0")
    return made + attribute(0x0006800F, data)
