"""A small office for the tests of merge: a real workbook, real templates, jobs as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from roster_books import BASE, read
from word import written

from merge.job import load
from merge.plan import plan
from merge.press import attach, manifest, press
from templates.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from merge.letter import Document
    from merge.manifest import Manifest
    from merge.plan import Plan
    from rosters.roster import Roster

PEOPLE: list[list[Any]] = [
    ["姓名", "工号", "所在党支部", "人员类别", "网格", "荣誉称号", "个人邮箱号"],
    ["王毅", "0001", "机械教工一支部", "正式党员", "第1网格", "优秀共产党员", None],
    ["李娜", "0002", "机械教工一支部", "预备党员", "第2网格", None, None],
    ["张强", "0003", "机械学生一支部", "正式党员", "第1网格", "优秀共产党员", None],
    ["赵敏", "0004", "图书馆直属党支部", "正式党员", "第3网格", None, None],
]
NOTICE = """---
名册: 名册.xlsx
文种: 通知
每份: 党组织
范围: 类别 in ["分党委", "直属党支部"]
文件名: "{{ 党组织编码 }}-{{ 简称 }}-通知"
要素:
  标题: 关于做好工作的通知
  成文日期: 2026-11-23
信件:
  主题: 【通知】{{ 标题 }}（{{ 简称 }}）
  正文: "{{ 简称 }}：请查收。"
---
一、请认真做好。
"""
AWARD = """---
名册: 名册.xlsx
文件:
  - 文种: 决定
    每份: 批次
  - 文种: 证书
    每份: 党员
    范围: 荣誉称号 != ""
要素:
  标题: 关于表彰的决定
  成文日期: 2026-11-23
信件:
  收件: 二级党组织
  全发: 是
  主题: 【表彰】{{ 标题 }}（{{ 简称 }}）
  正文: 请查收。
---
"""
LIST = """---
名册: 名册.xlsx
文种: 名单
每份: 党组织
范围: 类别 == "党支部"
要素:
  网格职责:
    - {网格: 第1网格, 职责: 巡查}
    - {网格: 第2网格, 职责: 走访}
信件:
  主题: 名单（{{ 简称 }}）
  正文: 请查收。
---
"""
TEMPLATES: dict[str, list[Any]] = {
    "通知": [
        "{{ 标题 }}",
        "{{ 正文 }}",
        "{% for 支 in 下级 %}{{ 支.简称 }}{{ 支.党员数 }}人；{% endfor %}共{{ 党员数 }}人",
        "{{ 成文日期 }}",
    ],
    "决定": [
        '{% for 员 in 全部党员|选("荣誉称号") %}{{ 员.姓名 }}（{{ 员.党组织.简称 }}）{% endfor %}'
    ],
    "证书": ["{{ 序号 }} {{ 姓名 }}同志：{{ 荣誉称号 }}", "{{ 二级党组织.简称 }}"],
    "名单": [
        "{{ 简称 }}（{{ 上级.简称 }}）",
        "{% for 员 in 党员 %}{{ 员.姓名 }}{{ 员.网格 }}；{% endfor %}",
        "{% for 项 in 网格职责 %}{{ 项.网格 }}：{{ 项.职责 }}；{% endfor %}",
    ],
}


@dataclass
class Office:
    """A folder with templates; `sheets` replace those of the base."""

    root: Path

    def roster(self, people: list[list[Any]] | None = None, **sheets: list[list[Any]]) -> Roster:
        told = {name: {"rows": rows} for name, rows in sheets.items()}
        told["党员"] = {"rows": PEOPLE if people is None else people}
        return read({"base": True, "sheets": told}, self.root)

    def template(self, name: str, lines: list[Any]) -> None:
        (self.root / "templates").mkdir(exist_ok=True)
        (self.root / "templates" / f"{name}.docx").write_bytes(written(lines))

    def plan(self, text: str, roster: Roster | None = None, **options: Any) -> Plan:
        (self.root / "作业.md").write_text(text, encoding="utf-8")
        job = load(self.root / "作业.md", shown="作业.md")
        library = Library([self.root / "templates"])
        return plan(job, self.roster() if roster is None else roster, library, **options)

    def press(self, made: Plan, folder: str = "out", workers: int = 1) -> list[Document]:
        steps = list(press(made, self.root / folder, workers=workers))
        assert [step.done for step in steps] == list(range(1, len(steps) + 1))
        return [step.document for step in steps]

    def manifest(self, made: Plan, folder: str = "out", workers: int = 1) -> Manifest:
        documents = self.press(made, folder, workers)
        return manifest(made, documents, attach(made, self.root / folder))


def office(root: Path) -> Office:
    made = Office(root)
    for name, lines in TEMPLATES.items():
        made.template(name, lines)
    return made


def sheet(name: str) -> list[list[Any]]:
    """Copy a sheet of the base, to be changed."""
    return [list(row) for row in BASE[name]["rows"]]
