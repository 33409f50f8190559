"""Rosters that are no .xlsx: .xls, .ods and .csv are read, others refused with one sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
import roster_books

from rosters.finding import Finding, InputError
from rosters.reader import read_roster

if TYPE_CHECKING:
    from rosters.roster import Roster

DATA = Path(__file__).parent / "data"
HEAD = ["姓名", "工号", "所在党支部", "入党日期", "测评得分", "家庭住址"]
PEOPLE = [
    HEAD,
    ["张三", "001", "机械教工一支部", "2001年7月", "92.5", "示例路1号，二楼"],
    ["王　毅", "002", "机械学生一支部", "2003.07", "88", ""],
]


def values(roster: Roster, *names: str) -> list[list[str]]:
    return [[str(one.row.get(name)) for name in names] for one in roster.members]


def refused(path: Path) -> list[Finding]:
    with pytest.raises(InputError) as raised:
        read_roster([path])
    return list(raised.value.findings)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_one_roster_in_three_kinds(kind: str) -> None:
    roster = read_roster([DATA / f"小名册.{kind}"])
    assert {one.key: one.superior for one in roster.organisations} == {
        "001": None,
        "002": None,
        "00101": "001",
        "00102": "001",
    }
    assert [one.organisation for one in roster.members] == ["00101", "00102"]
    assert values(roster, "姓名", "工号", "出生日期", "测评得分", "备注") == [
        ["张三", "001", "1980年5月6日", "92.5", "None"],
        ["王毅", "002", "1981年5月6日", "88", "在读"],
    ]
    # Only the new kind tells how a date is shown: with a year and a month.
    joined = "2001年7月" if kind == "xlsx" else "2001年7月1日"
    assert values(roster, "入党日期") == [[joined], ["2003年7月"]]
    rules = {one.rule for one in roster.findings}
    assert ("format-old" in rules) == (kind == "xls")


def lines(mark: str) -> str:
    quoted = [[f'"{one}"' if mark in one else one for one in row] for row in PEOPLE]
    return "\r\n".join(mark.join(row) for row in quoted) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "；", "，"])
def test_text_is_read_in_every_encoding_and_with_every_mark(
    encoding: str, mark: str, tmp_path: Path
) -> None:
    (tmp_path / "党员.csv").write_bytes(lines(mark).encode(encoding))
    roster_books.build({"sheets": roster_books.BASE}, tmp_path / "组织.xlsx")
    roster = read_roster([tmp_path])
    assert values(roster, *HEAD) == [
        ["张三", "001", "机械教工一支部", "2001年7月", "92.5", "示例路1号，二楼"],
        ["王毅", "002", "机械学生一支部", "2003年7月", "88", "None"],
    ]
    assert [one.organisation for one in roster.members] == ["00101", "00102"]


def test_text_keeps_long_numbers_and_what_a_system_wrapped(tmp_path: Path) -> None:
    path = tmp_path / "党员.csv"
    rows = 'sep=;\r\n姓名;身份证号;工号\r\n张三;990101198001010017;="0007"\r\n李四;;0\r\n'
    path.write_text(rows, encoding="utf-8", newline="")
    roster = read_roster([path])
    assert values(roster, "身份证号", "工号") == [
        ["990101198001010017", "0007"],
        ["None", "0"],
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"\xff\x00\x81\x00" * 9, "csv-encoding"),
        ('姓名,支部\n"张三,一支部\n'.encode(), "csv-shape"),
        (b"," * 2000, "gate-far"),
    ],
)
def test_text_that_is_none_is_one_finding(content: bytes, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert [one.rule for one in refused(path)] == [rule]


def ole(*names: str) -> bytes:
    """Make what begins like a file of the old kind and bears these names inside."""
    inside = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + inside


@pytest.mark.parametrize(
    ("name", "content", "rule", "words"),
    [
        ("名册.xlsm", b"PK", "gate-macro", "另存为 .xlsx"),
        ("名册.xlsx", ole("EncryptedPackage"), "gate-locked", "打开密码"),
        ("名册.xls", ole("EncryptedPackage"), "gate-locked", "打开密码"),
        ("名册.xls", ole("Workbook", "_VBA_PROJECT"), "gate-macro", "宏"),
        ("名册.xls", ole("WordDocument"), "gate-kind", "不是"),
        ("名册.xls", ole("Workbook"), "workbook-damaged", "已损坏"),
        ("名册.xls", b"<html><table><tr><td>", "gate-kind", "网页"),
        ("名册.xls", b"PK\x03\x04", "gate-kind", "新格式"),
        ("名册.ods", b"hello", "gate-kind", "不是"),
        ("名册.et", b"hello", "file-kind", "不认识"),
    ],
)
def test_what_is_not_read_is_told_in_one_sentence(
    name: str, content: bytes, rule: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    [finding] = refused(path)
    assert finding.rule == rule
    assert words in str(finding)


def test_an_encrypted_ods_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    out = io.BytesIO((DATA / "小名册.ods").read_bytes())
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("manifest.xml"):
                part = part.replace(b"/>", b"><manifest:encryption-data/></manifest:file-entry>", 1)
            new.writestr(name, part)
    assert "gate-locked" in {one.rule for one in refused(path)}


@pytest.mark.parametrize("lock", ["~$名册.xlsx", ".~lock.名册.xlsx#"])
def test_a_file_that_somebody_has_open_is_told(lock: str, tmp_path: Path) -> None:
    path = roster_books.build({"sheets": roster_books.BASE}, tmp_path / "名册.xlsx")
    (tmp_path / lock).write_bytes(b"")
    [told] = [one for one in read_roster([path]).findings if one.rule == "file-open"]
    assert "正在 Excel 或 WPS 里打开" in told.message


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    class Locked(type(tmp_path)):  # type: ignore[misc]  # the system's own kind of path
        """What Windows answers for a file that Excel holds."""

        def open(self, *_: object, **__: object) -> NoReturn:
            raise PermissionError(13, "Permission denied", str(self))

    roster_books.build({"sheets": roster_books.BASE}, tmp_path / "名册.xlsx")
    (tmp_path / "~$名册.xlsx").write_bytes(b"")
    [finding] = refused(Locked(tmp_path / "名册.xlsx"))
    assert finding.rule == "file-unreadable"
    assert "正在 Excel 或 WPS 里打开" in finding.message


def test_a_folder_holds_rosters_of_every_kind(tmp_path: Path) -> None:
    roster_books.build({"sheets": roster_books.BASE}, tmp_path / "1.xlsx")
    (tmp_path / "2.csv").write_text(lines(","), encoding="utf-8", newline="")
    (tmp_path / "3.XLS").write_bytes((DATA / "小名册.xls").read_bytes())
    assert {sheet.file for sheet in read_roster([tmp_path]).sheets} == {"1.xlsx", "2.csv", "3.XLS"}
    (tmp_path / "4.xlsm").write_bytes(b"PK")
    assert [one.rule for one in refused(tmp_path)] == ["gate-macro"]
