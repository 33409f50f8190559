"""CPU time of an official document: built, compiled, and filled; the same body in a Word template.

A notice of three pages is built from its blocks and 要素, compiled, and filled; beside it the same
body stands in a plain Word template of one paragraph, {{ 正文 }}, compiled and filled likewise:
what a further record costs of any compiled template. Values differ from fill to fill. Each figure
is the median of the rounds, each round takes both in turn; everything is imported and warm.

    python -P benchmarks/gongwen.py [rounds]      # -P: beside it lies a rosters.py of its own
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

from rosters.dates import PartialDate
from templates.gongwen.build import build
from templates.gongwen.kinds import KINDS
from templates.gongwen.outline import parse
from templates.gongwen.sheet import Sheet
from templates.samples.package import Package
from templates.samples.paper import TEXT, paragraph, run, section, styles
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

    from templates.gongwen.body import Outline

FILLS = 400
ORGAN = "中共示例大学委员会组织部"
ELEMENTS: dict[str, object] = {
    "发文机关标志": f"{ORGAN}文件",
    "发文字号": "示大组〔2026〕12号",
    "标题": "关于做好网格排查和日报告工作的通知",
    "主送": "各分党委、党总支、直属党支部",
    "署名": ORGAN,
    "成文日期": PartialDate(2026, 11, 20),
    "抄送": "学校党委委员，党委办公室",
    "印发机关": ORGAN,
}
_SENTENCE = "各级党组织要把思想和行动统一到学校党委的决策部署上来，切实增强做好工作的责任感。"
BODY = "\n\n".join(
    f"{numeral}、总体要求\n\n（一）划清网格。{_SENTENCE * 3}\n\n"
    f"1.{{{{ 简称 }}}}登记在册党员{{{{ 人数 }}}}名。\n\n{_SENTENCE * 4}"
    for numeral in "一二三四"
)


def plain() -> bytes:
    """Write a Word template that is little more than a place for the body."""
    body = paragraph(run("{{ 标题 }}"), form=TEXT) + paragraph(run("{{ 正文 }}"), form=TEXT)
    number = section().replace('<w:footerReference w:type="default" r:id="footer1"/>', "")
    number = number.replace('<w:footerReference w:type="even" r:id="footer2"/>', "")
    return Package(body + number, styles()).to_bytes()


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU milliseconds of some work."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def turn(outline: Outline, base: bytes) -> dict[str, float]:
    """Do everything once; return the CPU milliseconds of each."""
    names = Names([*ELEMENTS, "简称", "人数"])
    records = [{**ELEMENTS, "简称": f"机械学院第{n}党支部", "人数": n} for n in range(FILLS)]
    built = build(Sheet(KINDS["通知"], ELEMENTS), outline)
    official = Template.open(built.content, names, shown="通知", origins=built.origins)
    ordinary = Template.open(base, names, shown="模板", body=outline)
    return {
        "read the body": cpu(lambda: parse(BODY, file="正文.md", line=1)),
        "build": cpu(lambda: build(Sheet(KINDS["通知"], ELEMENTS), outline)),
        "compile": cpu(lambda: Template.open(built.content, names, shown="通知")),
        "compile the plain one": cpu(lambda: Template.open(base, names, shown="x", body=outline)),
        "fill": cpu(lambda: [official.fill(one) for one in records]) / FILLS,
        "fill the plain one": cpu(lambda: [ordinary.fill(one) for one in records]) / FILLS,
    }


def main(rounds: int) -> None:
    """Measure, and print."""
    outline, base = parse(BODY, file="正文.md", line=1), plain()
    found: dict[str, list[float]] = {}
    for _ in range(rounds + 1):  # the first is thrown away: it imports
        for name, spent in turn(outline, base).items():
            found.setdefault(name, []).append(spent)
    for name, each in found.items():
        print(f"{name:24} {statistics.median(each[1:]):8.3f} ms")
    ratio = [a / b for a, b in zip(found["fill"][1:], found["fill the plain one"][1:], strict=True)]
    print(f"{'fill, against the plain':24} {statistics.median(ratio):8.2f} x")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
