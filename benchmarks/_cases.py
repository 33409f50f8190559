"""What the fill benchmark fills: three templates of Word's sizes, in each tool's tongue.

The packages are lean: python-docx's own default carries 790 KB of styles, which a template that
Word saved does not have, and which would double every ratio.
"""

from __future__ import annotations

import io
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from word import Picture, picture, written

FIELDS = [f"字段{n}" for n in range(12)]
COLUMNS = ("序", "名称", "书记", "人数")
NAMES = [*FIELDS, *COLUMNS, "下级"]
ROWS = 30
_WORDS = "全面贯彻落实党中央决策部署坚持以人民为中心的发展思想推动学校各项事业"
_TAG = re.compile(r"\{\{ (\w+?\.)?(\w+) \}\}")


@dataclass(frozen=True)
class Case:
    """A template in the words of each tool."""

    name: str
    docxtpl: bytes
    braces: bytes  # {field}, {#loop} … {/loop}: docxtemplater and easy-template-x
    fields: bytes  # Word's own merge fields
    loop: bool


def cases() -> list[Case]:
    """Make the notice, the table and the certificate."""
    return [_case("notice", _notice()), _case("table", _table()), _case("certificate", _paper())]


def record(number: int) -> dict[str, Any]:
    """Make the values of one document."""
    rows = [
        {"序": n + 1, "名称": f"第{n}党支部", "书记": f"书记{n}", "人数": n + number}
        for n in range(ROWS)
    ]
    return {name: f"值{number}的{name}" for name in FIELDS} | {"下级": rows}


def _notice() -> list[Any]:
    return [f"{_prose(60, n)}{{{{ 字段{n} }}}}{_prose(65, n + 99)}。" for n in range(12)]


def _table() -> list[Any]:
    cells = [f"{{{{ 行.{name} }}}}" for name in COLUMNS]
    rows = [["{%tr for 行 in 下级 %}"], cells, ["{%tr endfor %}"]]
    return [*_notice(), {"head": list(COLUMNS), "rows": rows}]


def _paper() -> list[Any]:
    noise = random.Random(1).randbytes(50_000)  # noqa: S311 - what does not shrink
    small = picture()
    big = small[:-12] + b"\x00\x00\xc3\x50tEXt" + noise + b"\0\0\0\0" + small[-12:]
    return [
        Picture(big),
        "{{ 字段0 }}同志：",
        "在{{ 字段1 }}中，{{ 字段2 }}，授予{{ 字段3 }}称号。",
        "{{ 字段4 }}",
    ]


def _prose(length: int, seed: int) -> str:
    made = random.Random(seed)  # noqa: S311 - text of a known size
    return "".join(made.choice(_WORDS) for _ in range(length))


def _case(name: str, lines: list[Any]) -> Case:
    braces = [_braces(line) for line in lines]
    plain = [_without_loop(line) for line in lines]
    loop = any(isinstance(line, dict) for line in lines)
    return Case(name, written(lines), written(braces), _merge_fields(written(plain)), loop)


def _braces(line: Any) -> Any:
    if isinstance(line, str):
        return _TAG.sub(r"{\2}", line)
    if isinstance(line, dict):
        cells = [_TAG.sub(r"{\2}", cell) for cell in line["rows"][1]]
        cells[0], cells[-1] = "{#下级}" + cells[0], cells[-1] + "{/下级}"
        return {**line, "rows": [cells]}
    return line


def _without_loop(line: Any) -> Any:
    return {**line, "rows": [line["rows"][1]]} if isinstance(line, dict) else line


def _merge_fields(package: bytes) -> bytes:
    """Turn each tag into a MERGEFIELD in a run of its own, as Word writes them."""
    document = docx.Document(io.BytesIO(package))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    for paragraph in [*document.paragraphs, *(p for cell in cells for p in cell.paragraphs)]:
        text = paragraph.text
        if not _TAG.search(text):
            continue
        for run in paragraph.runs:
            run._element.getparent().remove(run._element)  # noqa: SLF001 - python-docx has no other way
        at = 0
        for found in _TAG.finditer(text):
            paragraph.add_run(text[at : found.start()])
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), f" MERGEFIELD {found.group(2)} ")
            run = OxmlElement("w:r")
            run.append(OxmlElement("w:t"))
            run[0].text = f"«{found.group(2)}»"
            field.append(run)
            paragraph._element.append(field)  # noqa: SLF001 - as above
            at = found.end()
        paragraph.add_run(text[at:])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
