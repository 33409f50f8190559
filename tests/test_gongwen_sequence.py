"""Numbers one after another: what comes twice or is skipped, and what may well begin anew."""

from __future__ import annotations

import pytest

from templates.gongwen.outline import read


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (("一、甲", "二、乙", "十、丙"), ["第3行 序号跳过：「十、」前面没有 3 号"]),
        (("一、甲", "文字。", "一、乙"), ["第3行 序号重复：「一、」前面已有"]),
        (("一、甲", "二、乙", "一、丙"), ["第3行 序号重复：「一、」前面已有"]),
        (("（一）甲", "（3）丙", "（三）乙"), ["第3行 序号跳过：「（三）」前面没有 2 号"]),
        (("1.甲", "2.乙", "2.丙"), ["第3行 序号重复：「2.」前面已有"]),
        (("1.甲", "1.乙"), ["第2行 序号重复：「1.」前面已有"]),
        (("1.甲", "2.乙", "另外：", "1.丙"), []),
        (("1.甲", "另外：", "1.丙"), []),
        (("1.甲", "2.乙", "1.丙"), []),
        (("一、甲", "（一）乙", "1.丙", "二、丁", "（一）戊", "1.己"), []),
        (("{% if 下级 %}", "一、甲", "{% else %}", "一、乙", "{% endif %}", "二、丙"), []),
        (("2026. 年", "2026. 年"), []),
        (
            ("九、甲", "十、乙", "十一、丙", "二十、丁"),
            ["第4行 序号跳过：「二十、」前面没有 12 号"],
        ),
    ],
)
def test_a_number_follows_the_one_before(body: tuple[str, ...], said: list[str]) -> None:
    escaped = [line.replace(".", "\\.") for line in body]
    _, found = read("\n\n".join(escaped), file="通知.md", line=1)
    told = [f"第{(int(one.place.where[1:-1]) + 1) // 2}行 {one.message}" for one in found]
    assert told == said
    assert all(one.level.word == "提醒" for one in found)
