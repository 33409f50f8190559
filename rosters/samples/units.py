"""The invented university's Party organisations: 24 of the second level, and their branches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

UNIVERSITY = "示例大学"
ISSUER = f"中共{UNIVERSITY}委员会组织部"
DOMAIN = "shili.example"

COMMITTEE, GENERAL, DIRECT = "分党委", "党总支", "直属党支部"
_COUNT = "一二三四五六七八九十"


class People(StrEnum):
    """Who belongs to a branch; ages, schooling and deeds follow from it."""

    TEACHERS = "教工"
    STAFF = "职员"
    MEDICS = "医护"
    UNDERGRADUATES = "本科生"
    GRADUATES = "研究生"
    RETIRED = "离退休"


STUDENTS = (People.UNDERGRADUATES, People.GRADUATES)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: what stands before 党支部 in its short name, and who belongs to it."""

    code: str
    stem: str
    people: People

    @property
    def name(self) -> str:
        """Write the name on its seal."""
        return f"中共{UNIVERSITY}{self.stem}支部委员会"

    @property
    def short(self) -> str:
        """Write the name that people use."""
        return f"{self.stem}党支部"


@dataclass(frozen=True, slots=True)
class Unit:
    """A second-level organisation; a 直属党支部 has members and no branches."""

    code: str
    stem: str
    category: str
    box: str
    people: People
    branches: tuple[Branch, ...]

    @property
    def name(self) -> str:
        """Write the name on its seal."""
        ends = {COMMITTEE: "委员会", GENERAL: "总支部委员会", DIRECT: "支部委员会"}
        return f"中共{UNIVERSITY}{self.stem}{ends[self.category]}"

    @property
    def short(self) -> str:
        """Write the name that people use."""
        ends = {COMMITTEE: "党委", GENERAL: "党总支", DIRECT: "直属党支部"}
        return f"{self.stem}{ends[self.category]}"


# Stem, address, and how many branches of teachers, undergraduates, graduates and retired people.
_FACULTIES = (
    ("马克思主义学院", "mkszy", 3, 1, 4, 1),
    ("文学院", "wxy", 4, 3, 4, 1),
    ("外国语学院", "wgyxy", 4, 3, 2, 1),
    ("法学院", "fxy", 3, 2, 3, 1),
    ("经济与管理学院", "jgxy", 5, 4, 5, 1),
    ("数学与统计学院", "sxtj", 3, 2, 3, 1),
    ("物理学院", "wlxy", 3, 2, 3, 1),
    ("化学与材料学院", "hxcl", 3, 2, 4, 1),
    ("生命科学学院", "smkx", 3, 2, 3, 1),
    ("机械与动力工程学院", "jxdl", 5, 4, 4, 1),
    ("信息工程学院", "xxgc", 5, 5, 5, 1),
    ("土木与水利学院", "tmsl", 3, 3, 3, 1),
)

# The others: stem, address, category, people, and what stands before 党支部 after the stem.
_OTHERS = (
    ("机关", "jgdw", COMMITTEE, People.STAFF,
     ("党政办公室 组织部 宣传部 学生工作部 教务处 科学研究院 人事处 财务处 "
      "保卫处 国际合作交流处 审计处 国有资产管理处")),
    ("附属医院", "fsyy", COMMITTEE, People.MEDICS,
     "内科第一 内科第二 外科第一 外科第二 妇儿科 急诊重症 医技 护理 行政后勤"),
    ("后勤集团", "hqjt", COMMITTEE, People.STAFF,
     "饮食服务中心 宿舍管理中心 能源保障中心 校园环境中心 维修中心"),
    ("离退休工作处", "ltx", COMMITTEE, People.RETIRED,
     "在职 东区第一 东区第二 西区第一 西区第二 南区"),
    ("体育部", "tyb", GENERAL, People.TEACHERS, "球类教研室 田径教研室 体操教研室"),
    ("艺术学院", "ysxy", GENERAL, People.TEACHERS, "音乐系 美术系 设计系 舞蹈系"),
    ("继续教育学院", "jxjy", GENERAL, People.STAFF, "教学管理 招生培训 综合办公室"),
    ("附属中学", "fszx", GENERAL, People.TEACHERS, "初中部 高中部 行政后勤"),
    ("网络与信息中心", "wlzx", GENERAL, People.STAFF, "网络运行 数据服务"),
    ("图书馆", "tsg", DIRECT, People.STAFF, ""),
    ("档案馆", "dag", DIRECT, People.STAFF, ""),
    ("出版社", "cbs", DIRECT, People.STAFF, ""),
)  # fmt: skip


def _faculty_stems(stem: str, counts: tuple[int, ...]) -> list[tuple[str, People]]:
    """Name the branches of a faculty; each kind of people is numbered on its own."""
    kinds = (People.TEACHERS, People.UNDERGRADUATES, People.GRADUATES, People.RETIRED)
    found = []
    for people, count in zip(kinds, counts, strict=True):
        for place in range(count):
            number = f"第{_COUNT[place]}" if count > 1 else ""
            found.append((f"{stem}{people}{number}", people))
    return found


def _branches(code: str, stems: list[tuple[str, People]]) -> tuple[Branch, ...]:
    return tuple(
        Branch(f"{code}{number:02}", stem, people)
        for number, (stem, people) in enumerate(stems, start=1)
    )


def units() -> tuple[Unit, ...]:
    """List the second-level organisations in their usual order."""
    found: list[Unit] = []
    for stem, box, *counts in _FACULTIES:
        code = f"{len(found) + 1:03}"
        branches = _branches(code, _faculty_stems(stem, tuple(counts)))
        found.append(Unit(code, stem, COMMITTEE, box, People.TEACHERS, branches))
    for stem, box, category, people, parts in _OTHERS:
        code = f"{len(found) + 1:03}"
        # The office for retired people has a branch of those who work in it.
        kinds = [(part, People.STAFF if part == "在职" else people) for part in parts.split()]
        branches = _branches(code, [(f"{stem}{part}", kind) for part, kind in kinds])
        found.append(Unit(code, stem, category, box, people, branches))
    return tuple(found)
