"""CPU time for each document: our engine against docxtpl used as its manual shows.

Three templates of the sizes Word gives them: a notice of some 1,500 characters with 12 fields, the
same with a loop of 30 rows, a certificate with 5 fields and a picture of 50 KB. Rounds are
interleaved, so that both sides meet the same machine; ratios are medians within a round. Ours
includes the sandbox, the checks on values and a hash of each file.

    python benchmarks/fill.py [rounds]
"""

from __future__ import annotations

import io
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docxtpl import DocxTemplate

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from word import Picture, picture, written

from templates.archive import DEFLATER
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

THEIRS, OURS = 15, 400  # documents in a round
FIELDS = [f"字段{n}" for n in range(12)]
WORDS = "全面贯彻落实党中央决策部署坚持以人民为中心的发展思想推动学校各项事业"


def prose(length: int, seed: int) -> str:
    made = random.Random(seed)  # noqa: S311 - text of a known size
    return "".join(made.choice(WORDS) for _ in range(length))


def notice() -> list[Any]:
    return [f"{prose(60, n)}{{{{ 字段{n} }}}}{prose(65, n + 99)}。" for n in range(12)]


def table() -> list[Any]:
    rows = [["{%tr for 行 in 下级 %}", "", "", ""]]
    rows += [
        ["{{ loop.index }}", "{{ 行.名称 }}", "{{ 行.书记 }}", "{{ 行.人数 }}"],
        ["{%tr endfor %}", "", "", ""],
    ]
    return [*notice(), {"head": ["序号", "名称", "书记", "人数"], "rows": rows}]


def certificate() -> list[Any]:
    noise = random.Random(1).randbytes(50_000)  # noqa: S311 - what does not shrink
    big = Picture(picture()[:-12] + b"\x00\x00\xc3\x50tEXt" + noise + b"\0\0\0\0" + picture()[-12:])
    return [
        big,
        "{{ 字段0 }}同志：",
        "在{{ 字段1 }}中，{{ 字段2 }}，授予{{ 字段3 }}称号。",
        "{{ 字段4 }}",
    ]


def record(number: int) -> dict[str, Any]:
    rows = [{"名称": f"第{n}党支部", "书记": f"书记{n}", "人数": n + number} for n in range(30)]
    return {name: f"值{number}的{name}" for name in FIELDS} | {"下级": rows}


def theirs(template: bytes, number: int) -> bytes:
    made = DocxTemplate(io.BytesIO(template))
    made.render(record(number), autoescape=True)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def clocked(make: Callable[[int], object], count: int) -> float:
    records = range(count)
    start = time.process_time()
    for number in records:
        make(number)
    return (time.process_time() - start) / count * 1000


def main(rounds: int) -> None:
    names = Names([*FIELDS, "下级", "名称", "书记", "人数"])
    print(f"deflater {DEFLATER}; ms of CPU a document, median of {rounds} rounds")
    for title, lines in (("notice", notice()), ("table", table()), ("certificate", certificate())):
        content = written(lines)
        template = Template.open(content, names, shown=title)
        records = [record(n) for n in range(OURS)]

        def ours(number: int, t: Template = template, r: list[dict[str, Any]] = records) -> str:
            return t.made(r[number])[1]

        ours(0)
        pairs = []
        for _ in range(rounds):
            slow = clocked(lambda n, c=content: theirs(c, n), THEIRS)
            pairs.append((slow, clocked(ours, OURS)))
        ratio = statistics.median(slow / fast for slow, fast in pairs)
        slow, fast = (statistics.median(side) for side in zip(*pairs, strict=True))
        size = f"{len(content) // 1024} -> {len(template.fill(records[0])) // 1024} KB"
        print(f"{title:12} docxtpl {slow:7.2f}  ours {fast:7.3f}  {ratio:6.1f} x  {size}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
