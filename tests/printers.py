"""An office that prints: a decision for all, a list for each branch, certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau import JOB, MEMBERS, bureau, default_sheets, fawen

if TYPE_CHECKING:
    from pathlib import Path

_ENTRIES = """\
文件:
  - 文种: 表彰决定
    每份: 批次
    文件名: 表彰决定
  - 文种: 支部责任清单
    每份: 党组织
    范围: 类别 == "党支部"
    文件名: "清单-{{ 简称 }}"
  - 文种: 荣誉证书
    每份: 党员
    范围: 荣誉称号 != ""
    文件名: "证书-{{ 姓名 }}"
"""
# 许 6 strokes, 王 and 邓 4 (横 before 折), all of one organisation; the roster has them otherwise.
_HONOURED = [
    ["许七", "男", "文学院教工党支部", "正式党员", "第1网格", "优秀共产党员"],
    ["邓八", "女", "文学院学生党支部", "正式党员", "第2网格", "优秀共产党员"],
    ["王　毅", "男", "文教工支部", "正式党员", "第2网格", "优秀共产党员"],
    ["马五", "男", "后勤党总支", "正式党员", None, "优秀党务工作者"],
]
_MORE = """\
  抄送: 党委办公室
  颁奖词: 表现突出，
  证书字号: 测大
  网格职责:
    - 网格: 第1网格
      职责: 值守校门
    - 网格: 第2网格
      职责: 走访公寓
  其他网格职责: 服从统一调配
"""
_BODY = "\n\n".join(
    f"第{one}，各党支部要召开支部党员大会，组织全体党员学习有关文件，结合实际查摆问题，提出整改措施，"
    "明确责任人和完成时限，并将会议记录和整改台账报组织部备案。"
    for one in "一二三四"
)


def job() -> str:
    """Write the job."""
    before, _, after = JOB.partition("文种: 通知\n")
    elements = after.partition("要素:")[2].partition("---\n")[0]
    text = f"{before}{_ENTRIES}要素:{elements}---\n{_BODY}\n"
    text = text.replace("  抄送: 党委办公室\n", _MORE)
    return text.replace("信件:\n", "信件:\n  收件: 二级党组织\n  全发: 是\n")


def printing_office(root: Path, *, signed: bool = True) -> str:
    """Lay the workspace, merge the job, sign it if asked; return its batch."""
    sheets = {**default_sheets(), "党员": [MEMBERS[0], *_HONOURED]}
    bureau(root, sheets=sheets, jobs={"表彰": job()})
    made = fawen("--json", "merge", "表彰", cwd=root)
    assert made.status == 0, made.out
    if signed:
        done = fawen(
            "--json", "approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=root
        )
        assert done.status == 0, done.out
    batch: str = made.object["batch"]
    return batch
