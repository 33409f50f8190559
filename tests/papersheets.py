"""A small office whose roster has all that 简报, 网格责任表 and 党员名册 print."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from bureau import bureau, default_sheets

from merge.samples import SAMPLES
from rosters.samples.draws import Draws
from rosters.samples.identity import Numbers

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "姓名", "性别", "民族", "公民身份号码", "出生日期", "学历", "人员类别", "所在党支部",
    "加入党组织日期", "转为正式党员日期", "工号", "手机号码", "网格", "荣誉称号", "主要事迹",
)  # fmt: skip
PEOPLE = (  # name, branch, kind, grid, deeds
    ("许七", "文学院教工党支部", "正式党员", "第1网格", "值守校门四十天。\n从没有请过假。"),
    ("丁一", "文学院教工党支部", "预备党员", "第2网格", None),
    ("王毅", "文学院教工党支部", "发展对象", "第2网格", "为二十户独居老人送药。"),
    ("邓八", "文学院学生党支部", "预备党员", "第2网格", None),
    ("冯九", "数学院教工党支部", "正式党员", "第1网格", "修好三台呼吸机。"),
)


def people(*more: tuple[str, str, str, str | None, str | None]) -> list[list[Any]]:
    """Write the sheet of members: those of PEOPLE, and more."""
    numbers = Numbers(Draws("papersheets"))
    rows: list[list[Any]] = [list(HEAD)]
    for name, branch, kind, grid, deeds in (*PEOPLE, *more):
        born = date(1980, 5, 20)
        formal = None if kind == "预备党员" else "2011-07-01"
        rows.append(
            [name, "男", "汉族", numbers.citizen(born, male=True), "1980-05-20", "大学本科", kind,
             branch, "2010-07-01", formal, numbers.staff(), numbers.mobile(), grid,
             "优秀共产党员" if deeds else None, deeds]
        )  # fmt: skip
    return rows


# The examples go to the branches of two committees of the sample university.
TWO = ' and 上级.简称 in ["马克思主义学院党委", "外国语学院党委"]'


def job(name: str, **changed: str) -> str:
    """Return an example job, for all branches of this roster, with pieces of its text changed."""
    text = (SAMPLES / f"{name}.md").read_text(encoding="utf-8")
    text = text.replace(TWO, "")
    for old, new in changed.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def office(root: Path, members: list[list[Any]], **jobs: str) -> Path:
    """Lay the office with these members and jobs."""
    return bureau(root, sheets={**default_sheets(), "党员": members}, jobs=jobs)
