"""Pictures per record: named in a cell, over a cell, within a cell; printed upright, never lost."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from bureau import bureau, default_sheets, fawen
from ooxml import faults
from openpyxl import load_workbook
from openpyxl.drawing.image import Image as Drawing
from PIL import Image
from word import written

if TYPE_CHECKING:
    from pathlib import Path

JOB = """\
---
名册: rosters/名册.xlsx
文种: 奖状.docx
每份: 党员
范围: 荣誉称号 != ""
文件名: "{{ 姓名 }}"
文件格式: Word
要素:
  成文日期: 2026-11-23
  印章: 章.png
  证书编号: 自动 测大党证
信件:
  收件: 二级党组织
  主题: 【奖状】{{ 简称 }}
  正文: 请查收。
---
"""
LINES = [
    "{{ 姓名 }}",
    "{{ 照片 | 图片(3.5, 4.9) }}",
    "{{ 印章 | 图片(4) }}",
    "{{ 证书编号 | 二维码(2) }}",
]
RED, BLUE = (200, 30, 30), (30, 30, 200)


def photograph(path: Path, colour: tuple[int, int, int] = RED, turned: int = 0) -> bytes:
    """Write a photograph of 300 x 400 pixels, its upper half white; or as a camera turns it."""
    image = Image.new("RGB", (300, 400), colour)
    image.paste((255, 255, 255), (0, 0, 300, 200))
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    if turned:
        image, exif[0x0112] = image.rotate(90, expand=True), 6
    image.save(path, exif=exif)
    return path.read_bytes()


def laid(root: Path, photos: list[Any], lines: list[Any] | None = None) -> Path:
    """Lay a workspace whose two honoured members have these in the column 照片."""
    sheets = default_sheets()
    sheets["党员"][0].append("照片")
    rows = [row for row in sheets["党员"][1:] if row[5]]
    for row, photo in zip(rows, photos, strict=True):
        row.append(photo)
    bureau(root, sheets=sheets, jobs={"奖状": JOB})
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(root / "章.png")
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates" / "奖状.docx").write_bytes(written(lines or LINES))
    return root


def documents(root: Path) -> dict[str, bytes]:
    """Merge, and return the documents by whose they are."""
    made = fawen("--json", "merge", "奖状", cwd=root)
    assert made.status == 0, made.out
    folder = root / "outbox" / made.object["batch"]
    return {path.stem: path.read_bytes() for path in folder.rglob("*.docx")} | {
        "": made.object["digest"].encode()
    }


def pictures(document: bytes) -> list[Image.Image]:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        names = [name for name in package.namelist() if name.startswith("word/media/fawen")]
        return [Image.open(io.BytesIO(package.read(name))) for name in names]


def coloured(document: bytes) -> tuple[int, int, int]:
    """Tell the colour at the foot of the one photograph, which is upright and bare of its tags."""
    [image] = [one for one in pictures(document) if one.format == "JPEG"]
    assert image.height > image.width
    assert dict(image.getexif()) == {}
    white: Any = image.getpixel((image.width // 2, 10))
    assert min(white) > 240
    found: Any = image.getpixel((image.width // 2, image.height - 10))
    return tuple(round(one / 100) * 100 for one in found)  # type: ignore[return-value]


def test_a_picture_is_named_relative_to_the_workbook_or_the_workspace(tmp_path: Path) -> None:
    root = laid(tmp_path / "w", ["照片/许七.jpg", "冯九.jpg"])
    (root / "rosters" / "照片").mkdir()
    photograph(root / "rosters" / "照片" / "许七.jpg")
    photograph(root / "冯九.jpg", BLUE, turned=1)
    made = documents(root)
    assert coloured(made["许七"]) == (200, 0, 0)
    assert coloured(made["冯九"]) == (0, 0, 200)
    for name in ("许七", "冯九"):
        assert faults(made[name]) == []
        assert [one.format for one in pictures(made[name])].count("PNG") == 2
    assert documents(root)[""] == made[""]
    photograph(root / "冯九.jpg", RED)
    assert documents(root)[""] != made[""]


def over(root: Path, places: dict[str, bytes]) -> None:
    """Lay pictures over cells of the members' sheet."""
    book = load_workbook(root / "rosters" / "名册.xlsx")
    for place, content in places.items():
        drawing = Drawing(io.BytesIO(content))
        drawing.width, drawing.height = 40, 50
        book["党员"].add_image(drawing, place)
    book.save(root / "rosters" / "名册.xlsx")


def test_a_picture_lies_over_its_cell(tmp_path: Path) -> None:
    root = laid(tmp_path / "w", [None, None])
    over(root, {
        "G3": photograph(tmp_path / "a.jpg"),
        "G6": photograph(tmp_path / "b.jpg", BLUE),
    })  # fmt: skip
    made = documents(root)
    assert coloured(made["许七"]) == (200, 0, 0)
    assert coloured(made["冯九"]) == (0, 0, 200)
