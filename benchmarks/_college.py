"""The university whose certificates are measured: its roster of N members, template and job."""

from __future__ import annotations

import random
import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OFFICES = 25
BRANCH = 400  # members in a branch, so that each finds as many of its name in any roster
SHEET = 10_000  # members in a workbook
HEADINGS = ["姓名", "工号", "性别", "民族", "所在党支部", "人员类别", "职务", "荣誉称号"]
JOB = """\
---
名册: rosters
文种: 证书
文件格式: Word
每份: 党员
要素:
  届次: 二〇二六年度
  署名: 中共测试大学委员会
  成文日期: 2026-11-23
信件:
  收件: 二级党组织
  主题: 【证书】{{ 简称 }}
  正文: 请查收。
---
"""
LINES = [
    "荣誉证书",
    "{{ 姓名 }}同志（{{ 工号 }}）：",
    "在{{ 届次 }}评选中，{{ 荣誉称号 }}授予你，特发此证，以资鼓励。",
    "{{ 署名 }}",
    "{{ 成文日期 }}",
]


def template() -> bytes:
    """Make a certificate of 15 KB: a seal, and the text of a real one."""
    from word import Picture, picture, written

    noise = random.Random(1).randbytes(2_600)  # noqa: S311 - what does not shrink
    chunk = len(noise).to_bytes(4, "big") + b"tEXt" + noise + b"\0\0\0\0"
    seal = picture()
    return written([Picture(seal[:-12] + chunk + seal[-12:]), *LINES])


def branches(count: int) -> int:
    """Return how many branches each organisation has."""
    return max(1, count // OFFICES // BRANCH)


def members(count: int) -> Iterator[list[Any]]:
    made = random.Random(count)  # noqa: S311 - a roster of a known size
    family, given = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "明华建国志强秀英丽芳伟敏静磊洋勇艳"
    each = branches(count)
    for number in range(count):
        name = made.choice(family) + made.choice(given) + made.choice(given)
        office, branch = divmod(number * OFFICES * each // count, each)
        home = f"第{office + 1:02d}学院第{branch + 1:03d}党支部"
        person = [name, f"{number:07d}", made.choice("男女"), "汉族", home]
        yield [*person, "正式党员", "教师", "优秀共产党员"]


def workbooks(folder: Path, count: int) -> None:
    """Write the roster: organisations in one workbook, members in as many as need be."""
    from openpyxl import Workbook

    folder.mkdir(parents=True)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("二级党组织")
    sheet.append(["党组织编码", "党组织名称", "简称", "类别", "电子邮箱"])
    for n in range(1, OFFICES + 1):
        name = f"第{n:02d}学院"
        sheet.append(
            [f"{n:03d}", f"中共测试大学{name}委员会", f"{name}党委", "分党委", f"a{n}@cs.example"]
        )
    sheet = book.create_sheet("党支部")
    sheet.append(["党组织编码", "党支部名称", "简称", "上级党组织"])
    for n in range(1, OFFICES + 1):
        for m in range(1, branches(count) + 1):
            name = f"第{n:02d}学院第{m:03d}党支部"
            sheet.append([f"{n:03d}{m:03d}", name, f"{n}院{m}支部", f"第{n:02d}学院党委"])
    book.save(folder / "组织.xlsx")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("党员")
    sheet.append(HEADINGS)
    for row in islice(members(count), SHEET):
        sheet.append(row)
    first = folder / "党员001.xlsx"
    book.save(first)
    for number in range(1, -(-count // SHEET)):
        copied(first, folder / f"党员{number + 1:03d}.xlsx", number, branches(count))


def copied(first: Path, path: Path, number: int, each: int) -> None:
    """Make the next workbook of the first: other people of those names, in other branches.

    openpyxl would take a minute and more for a million rows.
    """

    def staff(found: re.Match[str]) -> str:
        return f"<t>{int(found[1]) + number * SHEET:07d}</t>"

    def home(found: re.Match[str]) -> str:
        place = (int(found[1]) - 1) * each + int(found[2]) - 1 + number * SHEET // BRANCH
        office, branch = divmod(place, each)
        return f"第{office + 1:02d}学院第{branch + 1:03d}党支部"

    with ZipFile(first) as old, ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = re.sub(r"<t>(\d{7})</t>", staff, unescape(content.decode()))
                content = re.sub(r"第(\d\d)学院第(\d{3})党支部", home, text).encode()
            new.writestr(name, content)


def office(root: Path, count: int) -> Path:
    """Lay a workspace with a roster of so many members."""
    workbooks(root / "rosters", count)
    for name in ("jobs", "templates"):
        (root / name).mkdir()
    (root / "jobs" / "证书.md").write_text(JOB, encoding="utf-8")
    (root / "templates" / "证书.docx").write_bytes(template())
    (root / "fawen.toml").write_text('[unit]\nname = "中共测试大学委员会"\n', encoding="utf-8")
    return root
