"""Replies of hostile and of careless senders, each a file of tests/cases/replies, taken in at once.

A case says what is sent and what must come of it: `staged` the reports ((day, verdict); none
unless it says so), `held` the reason for which something waits ("" unless it says so).
"""

from __future__ import annotations

import datetime as dt
import io
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from openpyxl import load_workbook
from replies import FIELDS, ZONE, Organisation, Town, days_of, filled, this_day, with_macro
from test_returns_replies import Dated, office

from outbox.ledger.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from outbox.ledger.intakes import Held, Version

CASES = sorted((Path(__file__).parent / "cases" / "replies").glob("*.toml"))
AWAY = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "明天": 1}
PICTURE = b"\xff\xd8\xff\xe0" + b"0" * 3000
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
XLSB = {"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"0", "xl/worksheets/a.bin": b"0"}


@cache
def days() -> dict[str, dt.date]:
    """Name the days around the one in which these tests begin to run."""
    today = this_day()
    return {name: today + dt.timedelta(days=away) for name, away in AWAY.items()}


Came = tuple[list["Version"], list["Held"]]


class Post:
    """Writes the mail of a case, for one organisation whose numbers are its own."""

    def __init__(self, town: Town, number: int, case: dict[str, Any]) -> None:
        made = town.organisations
        self.town, self.number, self.case = town, number, case
        self.own, self.other = made[number % len(made)], made[(number + 5) % len(made)]

    def words(self, text: str) -> str:
        for name, day in days().items():
            text = text.replace(f"{{{name}}}", f"{day.month}月{day.day}日")
        yesterday = days()["昨天"]
        return (
            text.replace("{月}", str(yesterday.month))
            .replace("{日}", str(yesterday.day))
            .replace("{own}", self.own.addresses[0])
            .replace("{全称}", self.own.name)
            .replace("{简称半}", self.own.short[:-2])
            .replace("2026年", f"{yesterday.year}年")
            .replace("/2026", f"/{yesterday.year}")
        )

    def mail(self) -> bytes:
        case = self.case
        how = {name: case[name] for name in ("thread", "quote") if name in case}
        if "subject" in case:
            how["subject"] = case["subject"]
        text = self.words(case.get("text", "请查收")) + "好" * case.get("text_repeat", 0)
        mail = self.town.reply(self.own, text, **how)
        if "html" in case:
            mail.set_content(case["html"], subtype="html")
        if "quotes" in case:
            both = [getattr(self, name).token for name in case["quotes"]]
            shown = (f"> 回执编号：{one[:4]}-{one[4:8]}-{one[8:]}\n" for one in both)
            mail.set_content(text + "\n\n" + "".join(shown))
        for one in case.get("files", []):
            self.attach(mail, one)
        if "written" in case:
            day, time, zone = case["written"].split(" ")
            at = dt.datetime.fromisoformat(f"{days()[day]} {time}")
            mail["Date"] = f"{at:%a, %d %b %Y %H:%M:%S} {zone}"
        return self.headers(mail.as_bytes())

    def headers(self, raw: bytes) -> bytes:
        case = self.case
        for name, text in case.get("headers", {}).items():
            raw = f"{name}: {text}\n".encode() + raw
        mine = f"From: {self.own.addresses[0]}".encode()
        if "from" in case:
            raw = raw.replace(mine, b"From: " + self.words(case["from"]).encode(), 1)
        if "subject_raw" in case:
            begin = raw.index(b"Subject: ")
            raw = (
                raw[:begin]
                + f"Subject: {case['subject_raw']}".encode()
                + raw[raw.index(b"\n", begin) :]
            )
        return raw

    def attach(self, mail: EmailMessage, one: dict[str, Any]) -> None:
        if one["make"] == "many":
            for number in range(25):
                self.town.attach(mail, b"no more than a text", f"{number}.txt")
            return
        if one["make"] == "forward":
            inner = self.town.reply(self.other, "请查收")
            mail.add_attachment(self.town.attach(inner, self.form(self.other, one), "表.xlsx"))
            return
        data = self.made(one)
        name = one.get("name", "返校日报表.xlsx")
        if name:
            self.town.attach(mail, data, name)
        else:
            mail.add_attachment(data, maintype="application", subtype="octet-stream")

    def made(self, one: dict[str, Any]) -> bytes:
        form = self.form(self.other if one.get("of") == "other" else self.own, one)
        ways: dict[str, Callable[[], bytes]] = {
            "form": lambda: form,
            "macro": lambda: with_macro(form),
            "half": lambda: form[: len(form) // 2],
            "zip": lambda: zipped({"日报.xlsx": form}),
            "zip in zip": lambda: zipped({"日报.zip": zipped({"日报.xlsx": form})}),
            "xlsb": lambda: zipped(XLSB),
            "picture": lambda: PICTURE + bytes([self.number]),
            "locked": lambda: LOCKED + bytes([self.number]) * 2000,
            "bytes": lambda: bytes.fromhex(one["hex"]),
        }
        return ways[one["make"]]()

    def form(self, of: Organisation, one: dict[str, Any]) -> bytes:
        """Fill in a form; `cells` are the columns of yesterday's row, as somebody types them."""
        told = (200, 10, 210, 3, f"第{self.number}例")
        values = dict(zip(FIELDS, map(str, told), strict=True))
        data = filled(of.form, {days()[name]: values for name in one.get("days", ["昨天"])})
        row = next(row for row, day in days_of(of.form).items() if day == days()["昨天"])
        cells = {f"{column}{row}": typed for column, typed in one.get("cells", {}).items()}
        for column, count in one.get("repeat", {}).items():
            cells[f"{column}{row}"] = "长" * count
        if "day" in one:
            cells[f"A{row}"] = self.words(one["day"]) or None
        if "title" in one:
            cells["A2"] = self.words(one["title"])
        if cells:
            data = typed_into(data, cells)
        for before, after in one.get("raw", {}).items():
            data = rewritten(data, f"<v>{before}</v>", f"<v>{after}</v>")
        return data


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def typed_into(data: bytes, cells: dict[str, Any]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    for place, typed in cells.items():
        if isinstance(typed, str) and typed.startswith("'"):  # as one types what is no formula
            book["日报表"][place].value = typed[1:]
            book["日报表"][place].data_type = "s"
        else:
            book["日报表"][place] = typed
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(data: bytes, before: str, after: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert before.encode() in parts[name]
    return zipped({**parts, name: parts[name].replace(before.encode(), after.encode(), 1)})


def moment(words: str) -> dt.datetime:
    day, time = words.split(" ")
    return dt.datetime.fromisoformat(f"{days().get(day, day)} {time}").replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attacked")


@pytest.fixture(scope="module")
def came(root: Path) -> dict[str, Came]:
    """All cases delivered and collected by the real command: what came of each."""
    with pytest.MonkeyPatch.context() as patch, Dated() as server:
        patch.setenv("FAWEN_PASSWORD", "abcdefgh")
        first, last = days()["大前天"], days()["今天"] + dt.timedelta(days=3)
        workspace, made = office(root, server, first, last)
        town = Town(made, first, last)
        for uid, path in enumerate(CASES, start=1):
            case = tomllib.loads(path.read_text(encoding="utf-8"))
            raw = Post(town, uid, case).mail().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            server.mails.setdefault("INBOX", []).append((uid, raw))
            server.times[uid] = moment(case.get("at", "昨天 10:00:00"))
        done = fawen("--json", "collect", cwd=root)
        assert done.status == 3, done.err
        assert done.object["mails"] == len(CASES)
    found = {}
    with Ledger.open(workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        versions, held = ledger.versions("日报"), ledger.quarantine()
        for mail in ledger.mails():
            mine = [one for one in versions if one.source == mail.sha256]
            waits = [one for one in held if one.source == mail.sha256]
            found[CASES[mail.uid - 1].stem] = (mine, waits)
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_comes_of_it_is_what_the_case_says(came: dict[str, Came], path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    versions, held = came[path.stem]
    got = sorted((one.period, one.verdict.value) for one in versions)
    want = sorted((str(days()[day]), verdict) for day, verdict in case.get("staged", []))
    said = [(one.reason.value, one.words) for one in held]
    assert got == want, (case["why"], said)
    reasons = {one.reason.value for one in held}
    if case.get("held") == "big":  # beside it, what those files are
        assert "big" in reasons
    else:
        assert reasons == ({case["held"]} if "held" in case else set()), (case["why"], said)
    words = [word for one in versions for word in one.findings] + [one.words for one in held]
    if "words" in case:
        assert any(case["words"] in one for one in words), words
    assert all(len(one) < 200 for one in words), "said in few words"
    if "late" in case:
        assert [one.late for one in versions] == [case["late"]] * len(versions)
    if "part" in case:
        assert {one.part for one in versions} == {case["part"]}
    for name, text in case.get("says", {}).items():
        assert {one.values[name] for one in versions} == {text}


def test_no_text_of_a_sender_is_a_formula_anywhere(root: Path, came: dict[str, Came]) -> None:
    assert came
    words = (
        "returns",
        "日报",
        "--day",
        str(days()["昨天"]),
        "-o",
        "汇总.xlsx",
        "--upward",
        "上报.xlsx",
    )
    assert fawen(*words, cwd=root).status == 3
    for name in ("汇总.xlsx", "上报.xlsx"):
        cells = [
            c for sheet in load_workbook(root / name) for row in sheet.iter_rows() for c in row
        ]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert fawen("audit", cwd=root).status == 0


def test_nothing_that_is_shown_steers_a_screen(root: Path, came: dict[str, Came]) -> None:
    assert came
    for words in (("quarantine",), ("returns", "日报", "--day", str(days()["昨天"]))):
        said = fawen(*words, cwd=root).out
        assert not {"\x1b", "\u202e", "\r"} & set(said)
