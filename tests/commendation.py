"""A university that commends: a roster, and nominations in which breaches are planted."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from rosters.identity import check_digit

if TYPE_CHECKING:
    from pathlib import Path

UNITS, PEOPLE = 30, 40
HONOUR, WORKER = "优秀共产党员", "优秀党务工作者"
KINDS = ("名额", "正式党员", "党龄", "重复推荐", "不兼得", "间隔", "处分", "公示", "异议", "核对")
RULE_OF = {
    "award.quota": "名额", "award.formal": "正式党员", "award.years": "党龄",
    "award.twice": "重复推荐", "award.double": "不兼得", "award.apart": "间隔",
    "award.discipline": "处分", "award.published": "公示", "award.objection": "异议",
    "award.answer": "核对",
}  # fmt: skip
RULES: dict[str, Any] = {
    "推荐表": "推荐表.xlsx",
    "基准日": "2026年6月30日",
    "名额": {HONOUR: "20%，四舍五入，至少2名", WORKER: "10%，进一法"},
    "党龄": "3年",
    "不兼得": [f"{HONOUR}、{WORKER}"],
    "间隔": "2年",
    "公示": "5个工作日",
    "依据": {"名额": "评选办法第五条", "处分": "评选办法第七条第二款"},
}
HEADS = {
    "推荐名单": ["序号", "推荐单位", "姓名", "公民身份号码", "荣誉称号"],
    "公示": ["单位", "姓名", "公示开始日期", "公示截止日期"],
    "异议": ["被反映人", "所在单位", "处理结果"],
    "处分": ["姓名", "身份证号码", "单位", "处分种类", "影响期至"],
    "历年表彰": ["姓名", "所在单位", "荣誉称号", "表彰年度"],
    "名单核对": ["推荐单位", "姓名", "核对结果"],
}
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
_GIVEN = "建文志国明华海峰丽娟芳敏静秀兰玉梅春晓东平安康宁永祥瑞云霞光辉林森山川江河湖海松柏"


def full(unit: int) -> str:
    return f"中共测试大学第{unit + 11}学院委员会"


def person(unit: int, one: int) -> str:
    """Name a person; no two people of the university have one name."""
    return f"{_SURNAMES[unit]}{_GIVEN[one]}{_GIVEN[(one * 7 + unit) % len(_GIVEN)]}"


def number(unit: int, one: int) -> str:
    text = f"9901{unit:02}1980{one % 12 + 1:02}{unit % 28 + 1:02}{one * 10 + 1:03}"
    return text + check_digit(text)


def roster(path: Path, size: int = UNITS) -> None:
    """Write organisations of two branches and forty people: one 预备, one new."""
    book = Workbook()
    units, branches, people = (book.create_sheet(n) for n in ("二级党组织", "党支部", "党员"))
    book.remove(book.worksheets[0])
    units.append(["党组织编码", "党组织名称", "简称", "类别", "曾用名", "书记", "电子邮箱"])
    branches.append(["党组织编码", "党支部名称", "简称", "上级党组织", "电子邮箱"])
    people.append(["姓名", "公民身份号码", "所在党支部", "人员类别", "入党时间", "转正时间"])
    for unit in range(size):
        short = f"{unit + 11}院党委"
        was = f"测试学院第{unit + 11}分党委"
        units.append(
            [f"{unit + 11}", full(unit), short, "分党委", was, "林一", f"u{unit}@cs.example"]
        )
        for half in (1, 2):
            name = f"第{unit + 11}学院第{half}党支部"
            branches.append(
                [f"{unit + 11}{half:02}", name, name, short, f"b{unit}{half}@cs.example"]
            )
        for one in range(PEOPLE):
            kind = "正式党员" if one else "预备党员"
            formal = [None, "2023-07-01"][one] if one < 2 else "2016.05"
            home = f"第{unit + 11}学院第{one % 2 + 1}党支部"
            people.append([person(unit, one), number(unit, one), home, kind, "2015-05-04", formal])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


@dataclass
class Nominations:
    """The workbook on its way, with what is to be found in it."""

    planted: bool
    draw: random.Random
    rows: dict[str, list[list[Any]]] = field(default_factory=lambda: {one: [] for one in HEADS})
    expected: Counter[tuple[str, str]] = field(default_factory=Counter)

    def unit(self, unit: int, one: int = -1) -> str:
        """Spell an organisation in one of the ways that people spell it."""
        ways = [full(unit), f"{unit + 11}院党委", f"{unit + 11}", f"测试学院第{unit + 11}分党委",
                f"中共测试大学 第{unit + 11}学院委员会"]  # fmt: skip
        if one >= 0:
            ways.append(f"第{unit + 11}学院第{one % 2 + 1}党支部")
        return self.draw.choice(ways)

    def name(self, name: str) -> str:
        return self.draw.choice([name, f"{name[0]}　{name[1:]}", f" {name} ", " ".join(name)])

    def nominate(self, unit: int, one: int, honour: str, *kinds: str) -> None:
        """Add a row; `kinds` are the breaches that must be found at its name."""
        spelt = number(unit, one)
        spelt = self.draw.choice(
            ["", spelt, spelt.lower(), f"{spelt[:6]} {spelt[6:14]} {spelt[14:]}"]
        )
        rows = self.rows["推荐名单"]
        rows.append(
            [len(rows) + 1, self.unit(unit, one), self.name(person(unit, one)), spelt, honour]
        )
        for kind in kinds:
            self.expected[kind, f"C{len(rows) + 2}"] += 1

    def beside(self, unit: int, one: int, kind: str = "") -> None:
        """Add what the other sheets say of a nominee."""
        name = person(unit, one)
        year = "2025年度" if kind == "间隔" else 2024
        end = "2026-07-03" if kind == "公示" else "2026年7月6日"
        told = {
            "历年表彰": [self.name(name), self.unit(unit, one), HONOUR, year],
            "处分": [self.name(name), number(unit, one) if one % 2 else None, self.unit(unit),
                     "党内警告", "2026-06-30" if kind == "处分" else "2026.06.29"],
            "公示": [self.unit(unit), self.name(name), "2026-06-30", end],
            "异议": [self.name(name), self.unit(unit), None if kind == "异议" else "不成立"],
            "名单核对": [self.unit(unit), self.name(name),
                         "姓名有误" if kind == "核对" else "无误"],
        }  # fmt: skip
        for sheet, row in told.items():
            self.rows[sheet].append(row)

    def save(self, path: Path) -> None:
        """Write the workbook with a title above each head, and a line of signatures below."""
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, heads in HEADS.items():
            sheet = book.create_sheet(name)
            sheet.append([f"测试大学2026年评选表彰{name}"])
            sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(heads))
            sheet.append(heads)
            for row in self.rows[name]:
                sheet.append(row)
            sheet.append(["填表人：何二", None, "审核人：林一"])
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)


def nominations(*, planted: bool, seed: int = 7, size: int = UNITS) -> Nominations:
    """Nominate in each organisation; with ten breaches in each, or none."""
    made = Nominations(planted, random.Random(seed))  # noqa: S311 - a fixed order, no secret
    singles = {2: "间隔", 3: "处分", 4: "公示", 5: "异议", 6: "核对", 1: "党龄", 0: "正式党员"}
    for unit in range(size):
        ones = [*([0, 1, 2, 3, 4, 5, 6] if planted else []), 7, *([8] if planted else [11, 12])]
        made.draw.shuffle(ones)
        for place, one in enumerate(ones):
            kinds = [singles[one]] if one in singles else []
            kinds += ["名额"] if planted and place == len(ones) - 1 else []
            made.nominate(unit, one, HONOUR, *kinds)
            made.beside(unit, one, singles.get(one, ""))
        made.nominate(unit, 10, WORKER)
        made.beside(unit, 10)
        if planted:
            made.nominate(unit, 7, WORKER, "不兼得")
            made.nominate(unit, 10, WORKER, "重复推荐")
    return made
