"""The sheets of the workbook as an office keeps them: rows under their heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rosters.samples.draws import Draws
from rosters.samples.names import spread
from rosters.samples.people import FILLED_IN
from rosters.samples.spellings import Hand, to_the_month
from rosters.samples.units import DOMAIN, ISSUER, UNIVERSITY, Unit
from rosters.samples.university import Group, leaders, secretary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rosters.samples.people import Person

Cells = list["str | int | date | None"]
_OLD_FILES = 1985  # before then many files tell the month alone
_TWO_BOXES = ("jgdw", "fsyy")  # two addresses in one cell


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: `groups` are the upper heads of a two-row head, as (text, columns)."""

    sheet: str
    title: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Cells, ...]
    notes: tuple[str, ...]
    groups: tuple[tuple[str, int], ...] = ()
    hidden: str = ""


def _unit(first: Group, order: int) -> Cells:
    unit = first.unit
    boss, liaison = leaders(first)
    box = f"{unit.box}@dw.{DOMAIN}"
    if unit.box in _TWO_BOXES:
        box += f"；{unit.box}-dj@dw.{DOMAIN}"
    phone = f"026-8880{order:02}00"  # 026 is an area code of no place
    return [unit.code, unit.name, unit.short, unit.category, boss.name, liaison.name, phone, box]


def unit_table(groups: Sequence[Group]) -> Table:
    """Lay out 二级党组织."""
    firsts = [group for group in groups if not group.branch]
    return Table(
        sheet="二级党组织",
        title=f"中共{UNIVERSITY}委员会二级党组织一览表",
        head=("党组织编码", "党组织名称", "简称", "类别", "书记", "联系人", "联系电话", "电子邮箱"),
        widths=(12, 44, 24, 13, 11, 11, 16, 48),
        rows=tuple(_unit(group, order) for order, group in enumerate(firsts, start=1)),
        notes=(
            "注：1. 本表按党组织编码排列，编码前面的“0”不能省略；",
            "    2. 电子邮箱用于接收文件，有两个的用分号隔开。",
        ),
    )


def _branch(group: Group, unit: Unit) -> Cells:
    full, short = group.names
    boss = secretary(group)
    # Half of the units give their own full name as the superior, the others the short one.
    superior = unit.name if int(unit.code) % 2 else unit.short
    box = f"{unit.box}{group.code[-2:]}@zb.{DOMAIN}"
    return [group.code, full, short, superior, boss.name, boss.mobile, box]


def branch_table(groups: Sequence[Group]) -> Table:
    """Lay out 党支部; a 直属党支部 stands on the other sheet."""
    return Table(
        sheet="党支部",
        title=f"中共{UNIVERSITY}委员会党支部一览表",
        head=("党组织编码", "党支部名称", "简称", "上级党组织", "书记", "联系电话", "电子邮箱"),
        widths=(12, 50, 34, 40, 11, 15, 26),
        rows=tuple(_branch(one, one.unit) for one in groups if one.branch is not None),
        notes=("注：直属党支部填入《二级党组织一览表》，不在本表重复填写。",),
    )


def _dates(person: Person, hand: Hand) -> list[date | str | None]:
    """Write when someone joined and was confirmed, as old files tell it or in full."""
    if person.confirmed is None:
        return [hand.write(person.joined), None]
    if person.joined.year < _OLD_FILES and int(person.mobile) % 2:
        return [to_the_month(person.joined), to_the_month(person.confirmed)]
    return [hand.write(person.joined), hand.write(person.confirmed)]


def _member(person: Person, branch: str, hand: Hand, draws: Draws) -> Cells:
    return [
        spread(person.name, draws),
        "男" if person.male else "女",
        person.ethnicity,
        person.citizen,
        hand.write(person.birth),
        person.education,
        "正式党员" if person.confirmed else "预备党员",
        branch,
        *_dates(person, hand),
        person.number,
        person.mobile,
        person.post or None,
        person.grid,
        person.award or None,
        person.deeds or None,
    ]


def _members(groups: Sequence[Group]) -> Iterator[Cells]:
    """List all members, numbered; each branch has its hand, and writes itself in two ways."""
    count = 0
    for group in groups:
        draws = Draws(f"填表{group.code}")
        hand = Hand(draws)
        for person in group.persons:
            count += 1
            branch = group.names[0 if draws.chance(35) else 1]
            yield [count, *_member(person, branch, hand, draws)]


def member_table(groups: Sequence[Group]) -> Table:
    """Lay out 党员名册."""
    return Table(
        sheet="党员名册",
        title=f"中共{UNIVERSITY}委员会党员名册",
        groups=(("", 1), ("基本情况", 6), ("组织关系", 4), ("岗位情况", 4), ("评选表彰", 2)),
        head=(
            *("序号", "姓名", "性别", "民族", "公民身份号码", "出生日期", "学历"),
            *("人员类别", "所在党支部", "加入党组织日期", "转为正式党员日期"),
            *("工号", "手机号码", "党内职务", "网格", "荣誉称号", "主要事迹"),
        ),
        widths=(7, 10, 6, 10, 21, 17, 12, 10, 44, 17, 18, 13, 14, 12, 10, 16, 60),
        rows=tuple(_members(groups)),
        notes=(
            "注：1. 预备党员不填“转为正式党员日期”；学生党员“工号”一栏填学号；",
            "    2. “荣誉称号”“主要事迹”只填拟表彰对象。",
        ),
        hidden="公民身份号码",
    )


NOTES = (
    "填 表 说 明",
    f"一、本名册由各二级党组织填报，{ISSUER}汇总，每半年更新一次。",
    "二、党组织编码、公民身份号码、工号、手机号码一律按文本填写，前面的“0”不能省略。",
    "三、日期填写到日；早年档案只记到月的，填写到月。",
    "四、“所在党支部”填支部全称或简称，应与《党支部一览表》一致。",
    "五、网格按学校网格化管理方案填写，从第1网格到第12网格。",
    "六、学校、单位、人员、号码和邮箱均为虚构，仅作示例。",
)
SIGNATURES = ("填表人：", "审核人：")
FILLED = (
    f"填报单位：{ISSUER}",
    f"填报日期：{FILLED_IN.year}年{FILLED_IN.month}月{FILLED_IN.day}日",
)
