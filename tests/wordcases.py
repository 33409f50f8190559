"""Golden cases in Markdown written as a clerk writes them in Word: python tests/wordcases.py.

Beside `case.md` in tests/cases/gongwen it puts `case.docx`, a 发文单 with the body below; both have
to come out as one document, byte by byte.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from docx.image.image import Image
from wordjobs import made

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CASES = Path(__file__).parent / "cases" / "gongwen"
CHOSEN = (
    "倡议书", "函-信函", "函-附件", "慰问信", "纪要", "请示-上行", "报告-三位签发人",
    "通知-一个附件", "通知-下行", "通知-不盖章", "通知-主送很长", "通知-信函格式", "通知-加粗",
    "通知-十二个附件", "通知-图片", "通知-套打", "通知-标题自己换行", "通知-横排表", "通知-脚注",
    "通知-表格", "通知-长标题", "通知-附件",
)  # fmt: skip
_NOTE = re.compile(r"\[\^([^\]]+)\]:\s*(.*)")
_WAYS = {(True, True): "中:", (False, True): "右:", (True, False): "", (False, False): ""}
_IMAGE = re.compile(r"!\[(.*?)\]\((.*?)\)")


def description(case: Path) -> dict[str, Any]:
    """Describe a Markdown case as a Word file, as wordjobs.made takes it."""
    _, front, body = case.read_text(encoding="utf-8").split("---\n", 2)
    told = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - text alone, nothing is made
    rows = [["文种", told["文种"]], *([key, one] for key, one in told["要素"].items())]
    lines = body.split("\n")
    notes = {found[1]: found[2] for line in lines if (found := _NOTE.fullmatch(line))}
    kept = [line for line in lines if line.strip() and not _NOTE.fullmatch(line)]
    return {"发文单": rows, "正文": [*pieces(kept, notes), ""]}


def pieces(lines: Sequence[str], notes: dict[str, str]) -> Iterator[Any]:
    """Make pieces of lines: a paragraph each, the rows of a table together."""
    rows: list[str] = []
    joined = ""
    for line in (*lines, ""):
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            yield table(rows, notes)
            rows = []
        joined += line.removesuffix("\\")
        if line.endswith("\\"):
            joined += "⏎"
        elif joined:
            yield inline(joined, notes)
            joined = ""


def table(lines: Sequence[str], notes: dict[str, str]) -> dict[str, Any]:
    """Make a table of its lines; the second tells how wide the columns are."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    ways = [_WAYS[cell.startswith(":"), cell.endswith(":")] for cell in cells[1]]
    rows = [
        [way + inline(cell, notes) for way, cell in zip(ways, row, strict=True)]
        for row in (cells[0], *cells[2:])
    ]
    return {"表": rows, "列宽": [cell.count("-") for cell in cells[1]], "表头": True}


def inline(text: str, notes: dict[str, str]) -> str:
    """Write pictures and notes as descriptions do."""
    text = re.sub(r"\[\^([^\]]+)\]", lambda found: f"⟦注:{notes[found[1]]}⟧", text)
    return _IMAGE.sub(picture, text)


def picture(found: re.Match[str]) -> str:
    """Write a picture with its own size, in millimetres."""
    image = Image.from_file(str(CASES / found[2]))
    wide, high = (int(size) / 36_000 for size in (image.width, image.height))
    return f"⟦图:{found[2]} {wide} {high} {found[1]}⟧"


def main() -> None:
    """Write all of them."""
    for name in CHOSEN:
        made(description(CASES / f"{name}.md"), CASES / f"{name}.docx", CASES)


if __name__ == "__main__":
    main()
