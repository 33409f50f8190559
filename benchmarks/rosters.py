"""Read and check a roster of 15 columns, against openpyxl's read-only mode merely reading it.

1,000, 10,000 and 100,000 members with their branches and organisations, in a workbook as Excel
writes it (shared strings). Rounds are interleaved, each side in a process of its own, so that both
meet the same machine; the ratio is the median within a round. Memory is the peak of the largest
process. A summary for docs/benchmarks.md and docs/rosters.svg is printed and written.

    python benchmarks/rosters.py [rounds]
"""

from __future__ import annotations

import datetime as dt
import html
import json
import random
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SIZES = (1_000, 10_000, 100_000)
MOST_RATIO, MOST_MB = 1 / 3, 300
HEAD = [
    *("序号", "姓名", "性别", "民族", "身份证号", "出生日期", "学历", "人员类别", "所在党支部"),
    *("入党日期", "转正日期", "工号", "手机号码", "电子邮箱", "家庭住址"),
]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
DAY = 1  # the style number of a date
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

OURS = """
from pathlib import Path
from rosters.keeper import KEEPER
from rosters.reader import read_roster
found = read_roster([Path(sys.argv[1])])
assert len(found.members) == int(sys.argv[2]), len(found.members)
KEEPER.close()
"""
THEIRS = """
from openpyxl import load_workbook
book = load_workbook(sys.argv[1], read_only=True)
rows = sum(1 for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
assert rows > int(sys.argv[2])
"""
AROUND = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[3])
begin = time.perf_counter()
{}
wall = time.perf_counter() - begin
who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
print(json.dumps([wall, max(resource.getrusage(one).ru_maxrss for one in who) / 1024]))
"""


class Book:
    """Collects cells as Excel writes them."""

    def __init__(self) -> None:
        self.strings: dict[str, int] = {}
        self.sheets: list[tuple[str, str]] = []

    def add(self, name: str, rows: list[list[object]]) -> None:
        """Add a sheet."""
        lines = []
        for number, row in enumerate(rows, 1):
            cells = "".join(
                self.cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row)
            )
            lines.append(f'<row r="{number}">{cells}</row>')
        data = "".join(lines)
        self.sheets.append(
            (name, f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>')
        )

    def cell(self, place: str, value: object) -> str:
        """Write a cell."""
        if isinstance(value, dt.date):
            serial = (value - dt.date(1899, 12, 30)).days
            return f'<c r="{place}" s="{DAY}"><v>{serial}</v></c>'
        if isinstance(value, int):
            return f'<c r="{place}"><v>{value}</v></c>'
        index = self.strings.setdefault(str(value), len(self.strings))
        return f'<c r="{place}" t="s"><v>{index}</v></c>'

    def save(self, path: Path) -> None:
        """Write the package."""
        numbers = range(1, len(self.sheets) + 1)
        parts = {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
            'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{OFFICE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{OFFICE}.styles+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{OFFICE}.sharedStrings+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                f'ContentType="{OFFICE}.worksheet+xml"/>'
                for n in numbers
            )
            + "</Types>",
            "_rels/.rels": self.links([("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINK}"><sheets>'
            + "".join(
                f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
                for n, (name, _) in zip(numbers, self.sheets, strict=True)
            )
            + "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": self.links(
                [
                    *(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
                    ("styles", "styles.xml"),
                    ("sharedStrings", "sharedStrings.xml"),
                ]
            ),
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
            '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
            '<borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2">'
            '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>",
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'
            + "".join(f"<si><t>{html.escape(one)}</t></si>" for one in self.strings)
            + "</sst>",
        }
        parts |= {f"xl/worksheets/sheet{n}.xml": self.sheets[n - 1][1] for n in numbers}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)

    @staticmethod
    def links(targets: list[tuple[str, str]]) -> str:
        """Write the relations of a part."""
        lines = "".join(
            f'<Relationship Id="rId{n}" Type="{LINK}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets, 1)
        )
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        return f'<Relationships xmlns="{space}">{lines}</Relationships>'


def roster(size: int, path: Path) -> None:
    dice = random.Random(size)  # noqa: S311 - people who do not exist
    upper, branches = max(size // 1000, 2), max(size // 20, 2)
    book = Book()
    head = ["党组织编码", "党组织名称", "简称", "类别", "电子邮箱"]
    rows: list[list[object]] = [
        [f"{n:03}", f"中共示例大学第{n}学院委员会", f"第{n}学院党委", "分党委", f"x{n}@a.example"]
        for n in range(upper)
    ]
    book.add("党组织", [[*head], *rows])
    head = ["支部代码", "党支部名称", "简称", "上级党组织", "邮箱"]
    rows = [
        [
            f"{n % upper:03}{n:05}",
            f"第{n % upper}学院第{n}党支部",
            f"第{n}支部",
            f"第{n % upper}学院党委",
            f"b{n}@a.example",
        ]
        for n in range(branches)
    ]
    book.add("党支部", [[*head], *rows])
    book.add("党员", [[*HEAD], *(person(dice, n, branches) for n in range(size))])
    book.save(path)


def person(dice: random.Random, n: int, branches: int) -> list[object]:
    born = dt.date(1960, 1, 1) + dt.timedelta(dice.randrange(14_000))
    body = f"990101{born:%Y%m%d}{dice.randrange(50):02}{dice.randrange(5) * 2 + n % 2}"
    check = "10X98765432"[sum(a * int(b) for a, b in zip(WEIGHTS, body, strict=True)) % 11]
    joined = born + dt.timedelta(366 * 19 + dice.randrange(3000))
    family = dice.choice("王李张刘陈杨黄赵吴周徐孙马朱胡")
    name = family + "".join(dice.choices("伟芳娜敏静丽强磊军洋", k=2))
    return [
        *(n + 1, name, "女男"[n % 2], "汉族", body + check, born, "本科", "正式党员"),
        *(f"第{n % branches}支部", joined, joined + dt.timedelta(400), f"{n:08}"),
        *(f"13{dice.randrange(10**9):09}", f"p{n}@a.example", f"示例区第{dice.randrange(999)}号"),
    ]


def measured(code: str, path: Path, size: int) -> tuple[float, float]:
    words = [sys.executable, "-c", AROUND.format(code), str(path), str(size), str(ROOT)]
    done = subprocess.run(words, capture_output=True, check=True, cwd=ROOT)
    wall, memory = json.loads(done.stdout)
    return wall, memory


def svg(lines: list[tuple[int, float, float]]) -> str:
    """Draw a bar for each side of each size: its share of openpyxl's time."""
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="230" font-family="sans-serif" '
        'font-size="13"><rect width="640" height="230" fill="white"/>',
        '<text x="16" y="24">Wall time of reading and checking, as a share of openpyxl '
        "read-only merely reading</text>",
    ]
    for at, (size, theirs, share) in enumerate(lines):
        y = 48 + at * 54
        out += [
            f'<text x="16" y="{y + 26}">{size:,} rows</text>',
            f'<rect x="120" y="{y}" width="420" height="16" fill="#c8c8c8"/>',
            f'<text x="548" y="{y + 13}">{theirs:.2f} s</text>',
            f'<rect x="120" y="{y + 20}" width="{420 * share:.0f}" height="16" fill="#b01c1c"/>',
            f'<text x="{126 + 420 * share:.0f}" y="{y + 33}">{share:.2f}</text>',
        ]
    x = 120 + 420 * MOST_RATIO
    out.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="40" y2="206" stroke="black"/>')
    out.append(f'<text x="{x - 20:.0f}" y="222">a third</text></svg>')
    return "\n".join(out) + "\n"


def main() -> int:
    if sys.argv[1:2] == ["--make"]:
        roster(int(sys.argv[2]), Path(sys.argv[3]))
        return 0
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    table = [
        "| rows | openpyxl read-only reads | fawen reads and checks | ratio | peak MB, both |",
        "|---|---|---|---|---|",
    ]
    drawn: list[tuple[int, float, float]] = []
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.xlsx"
            # In a process of its own: what it leaves behind would count as the others' memory.
            subprocess.run([sys.executable, __file__, "--make", str(size), str(path)], check=True)
            runs = [
                (measured(THEIRS, path, size), measured(OURS, path, size)) for _ in range(rounds)
            ]
            theirs = statistics.median(one[0][0] for one in runs)
            ours = statistics.median(one[1][0] for one in runs)
            share = statistics.median(one[1][0] / one[0][0] for one in runs)
            memory = [max(one[side][1] for one in runs) for side in (0, 1)]
            table.append(
                f"| {size:,} | {theirs:.2f} s | {ours:.2f} s | {share:.2f} "
                f"| {memory[0]:.0f} · {memory[1]:.0f} |"
            )
            drawn.append((size, theirs, share))
            good &= size < SIZES[-1] or (share <= MOST_RATIO and memory[1] <= MOST_MB)
    print("\n".join(table))
    target = ROOT / "docs" / "pictures" / "rosters.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(svg(drawn), encoding="utf-8", newline="\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
