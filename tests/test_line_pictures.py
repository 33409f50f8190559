"""Pictures per record: named in a cell, over a cell, within a cell; printed upright, never lost."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from bureau import bureau, default_sheets, fawen
from docx import Document as DocxDocument
from ooxml import faults
from openpyxl import load_workbook
from openpyxl.drawing.image import Image as Drawing
from PIL import Image
from word import members, package_of, text_of, written

from rosters.photo import PhotoError, shape

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
  徽标: 章.png
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
    "{{ 徽标 | 图片(4) }}",
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


_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def related(part: str, *targets: str) -> dict[str, str]:
    folder, _, name = part.rpartition("/")
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{_R}/image" Target="{target}"/>'
        for number, target in enumerate(targets, 1)
    )
    rels = f'<Relationships xmlns="{_PACKAGE}">{inside}</Relationships>'
    return {f"{folder}/_rels/{name}.rels": rels}


def rewritten(book: Path, parts: dict[str, str | bytes], cells: dict[str, str]) -> None:
    """Put parts and cells into a workbook, as a program writes pictures within cells."""
    with zipfile.ZipFile(book) as package:
        known = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet3.xml"
    text = known[sheet].decode()
    for at, cell in cells.items():
        text = re.sub(rf'<c r="{at}"[^>]*?(/>|>.*?</c>)', cell, text)
        assert cell in text
    known |= {name: one.encode() if isinstance(one, str) else one for name, one in parts.items()}
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**known, sheet: text.encode()}.items():
            package.writestr(name, content)


def wps(root: Path, photos: list[bytes]) -> None:
    """Lay pictures into G3 and G6 as WPS does: =DISPIMG of an identity."""
    images = "".join(
        f'<etc:cellImage><xdr:pic xmlns:xdr="xdr"><xdr:nvPicPr><xdr:cNvPr id="{at}" '
        f'name="ID_{at}"/></xdr:nvPicPr><xdr:blipFill><a:blip xmlns:a="{_A}" xmlns:r="{_R}" '
        f'r:embed="rId{at}"/></xdr:blipFill></xdr:pic></etc:cellImage>'
        for at in (1, 2)
    )
    parts: dict[str, str | bytes] = {
        "xl/cellimages.xml": f'<etc:cellImages xmlns:etc="etc">{images}</etc:cellImages>',
        **related("xl/cellimages.xml", "media/image1.jpeg", "media/image2.jpeg"),
        "xl/media/image1.jpeg": photos[0],
        "xl/media/image2.jpeg": photos[1],
    }
    said = '<c r="{0}" t="str"><f>_xlfn.DISPIMG("ID_{1}",1)</f><v>=DISPIMG("ID_{1}",1)</v></c>'
    cells = {at: said.format(at, number) for number, at in enumerate(("G3", "G6"), 1)}
    rewritten(root / "rosters" / "名册.xlsx", parts, cells)


def excel(root: Path, photos: list[bytes]) -> None:
    """Lay pictures into G3 and G6 as Excel does: #VALUE! with a rich value behind it."""
    rich = "xl/richData/richValueRel.xml"
    blocks = "".join(
        f'<bk><extLst><ext><x:rvb xmlns:x="x" i="{at}"/></ext></extLst></bk>' for at in (0, 1)
    )
    values = "".join(f'<bk><rc t="1" v="{at}"/></bk>' for at in (0, 1))
    parts: dict[str, str | bytes] = {
        "xl/metadata.xml": f'<metadata xmlns="{_S}"><futureMetadata name="XLRICHVALUE" count="2">'
        f"{blocks}</futureMetadata><valueMetadata>{values}</valueMetadata></metadata>",
        "xl/richData/rdrichvalue.xml": '<rvData xmlns="v"><rv s="0"><v>0</v><v>5</v></rv>'
        '<rv s="0"><v>1</v><v>5</v></rv></rvData>',
        rich: f'<richValueRels xmlns="v" xmlns:r="{_R}"><rel r:id="rId1"/><rel r:id="rId2"/>'
        "</richValueRels>",
        **related(rich, "../media/image1.jpeg", "../media/image2.jpeg"),
        "xl/media/image1.jpeg": photos[0],
        "xl/media/image2.jpeg": photos[1],
    }
    said = '<c r="{0}" t="e" vm="{1}"><v>#VALUE!</v></c>'
    cells = {at: said.format(at, number) for number, at in enumerate(("G3", "G6"), 1)}
    rewritten(root / "rosters" / "名册.xlsx", parts, cells)


@pytest.mark.parametrize("lay", [wps, excel])
def test_a_picture_is_the_value_of_its_cell(tmp_path: Path, lay: Any) -> None:
    root = laid(tmp_path / "w", ["甲", "乙"])
    lay(root, [photograph(tmp_path / "a.jpg"), photograph(tmp_path / "b.jpg", BLUE)])
    made = documents(root)
    assert coloured(made["许七"]) == (200, 0, 0)
    assert coloured(made["冯九"]) == (0, 0, 200)


def test_a_picture_lies_over_its_cell(tmp_path: Path) -> None:
    root = laid(tmp_path / "w", [None, None])
    over(root, {
        "G3": photograph(tmp_path / "a.jpg"),
        "G6": photograph(tmp_path / "b.jpg", BLUE),
    })  # fmt: skip
    made = documents(root)
    assert coloured(made["许七"]) == (200, 0, 0)
    assert coloured(made["冯九"]) == (0, 0, 200)


def findings(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = fawen("--json", "check", "奖状", cwd=root).object["findings"]
    return [one for one in found if one["rule"].startswith("picture")]


def test_what_is_missing_or_no_picture_is_said_at_its_cell(tmp_path: Path) -> None:
    root = laid(tmp_path / "w", ["没有.jpg", "信.jpg"])
    (root / "信.jpg").write_bytes(b"not a picture")
    lost, wrong = findings(root)
    assert (lost["level"], lost["rule"], lost["cell"]) == ("error", "picture.missing", "G3")
    assert "找不到图片「没有.jpg」" in lost["message"]
    assert (wrong["level"], wrong["rule"], wrong["cell"]) == ("error", "picture.kind", "G6")
    assert "不是 PNG 或 JPEG 图片" in wrong["message"]
    left = fawen("--json", "merge", "奖状", "--skip-invalid", cwd=root)
    assert left.status == 1  # both are left out: nobody would get anything


def colleagues(root: Path, photos: list[str | None]) -> Path:
    """Lay a workspace whose honoured members are all of one branch."""
    sheets = default_sheets()
    head, first, *_ = sheets["党员"]
    names = ["许七", "邱一", "尤二"]
    sheets["党员"] = [[*head, "照片"]]
    sheets["党员"] += [[n, *first[1:], p] for n, p in zip(names, photos, strict=True)]
    root = bureau(root, sheets=sheets, jobs={"奖状": JOB})
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(root / "章.png")
    (root / "templates").mkdir()
    (root / "templates" / "奖状.docx").write_bytes(written(LINES))
    return root


def test_each_of_a_branch_has_a_picture_of_his_own(tmp_path: Path) -> None:
    root = colleagues(tmp_path / "w", ["许七.jpg", "邱一.jpg", None])
    photograph(root / "许七.jpg")
    photograph(root / "邱一.jpg", BLUE)
    [reminded] = findings(root)
    assert (reminded["rule"], reminded["cell"]) == ("picture.none", "G5")
    made = documents(root)
    assert coloured(made["许七"]) == (200, 0, 0)
    assert coloured(made["邱一"]) == (0, 0, 200)


def test_a_picture_that_lacks_is_said_of_each_of_a_branch(tmp_path: Path) -> None:
    root = colleagues(tmp_path / "w", ["许七.jpg", "没有.jpg", "尤二.heic"])
    photograph(root / "许七.jpg")
    (root / "尤二.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(500))
    found = {(one["cell"], one["rule"]) for one in findings(root)}
    assert found == {("G4", "picture.missing"), ("G5", "picture.kind")}


def test_a_picture_that_may_be_somebody_else_s_is_said(tmp_path: Path) -> None:
    root = colleagues(tmp_path / "w", ["照片/尤二0003.jpg", "文学院-邱一.jpg", "无名.jpg"])
    (root / "照片").mkdir()
    photograph(root / "照片" / "尤二0003.jpg")
    photograph(root / "文学院-邱一.jpg", BLUE)
    (root / "无名.jpg").write_bytes((root / "文学院-邱一.jpg").read_bytes())
    found = {one["cell"]: (one["level"], one["rule"], one["message"]) for one in findings(root)}
    assert found == {
        "G3": ("warning", "picture.whose", "「照片/尤二0003.jpg」写着「尤二」，这一行是「许七」"),
        "G5": ("warning", "picture.twice", "和「邱一」（G4）是同一张照片"),
    }


def test_a_name_within_a_longer_one_is_another_person_s(tmp_path: Path) -> None:
    sheets = default_sheets()
    head, first, *_ = sheets["党员"]
    names = ["李娜娜", "李娜", "古丽·艾则孜"]
    files = ["李娜.jpg", "李娜娜.jpg", "古丽艾则孜.jpg"]
    sheets["党员"] = [[*head, "照片"]]
    sheets["党员"] += [[n, *first[1:], f] for n, f in zip(names, files, strict=True)]
    root = bureau(tmp_path / "w", sheets=sheets, jobs={"奖状": JOB})
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(root / "章.png")
    (root / "templates").mkdir()
    (root / "templates" / "奖状.docx").write_bytes(written(LINES))
    for colour, name in zip((RED, BLUE, (1, 2, 3)), files, strict=True):
        photograph(root / name, colour)
    assert [(one["cell"], one["rule"]) for one in findings(root)] == [
        ("G3", "picture.whose"),
        ("G4", "picture.whose"),
    ]


def test_a_picture_of_few_pixels_is_a_reminder(tmp_path: Path) -> None:
    root = colleagues(tmp_path / "w", ["许七.jpg", "邱一.jpg", "尤二.png"])
    photograph(root / "许七.jpg")
    Image.new("RGB", (119, 400), RED).save(root / "邱一.jpg")
    Image.new("RGB", (120, 160), BLUE).save(root / "尤二.png")
    [small] = findings(root)
    assert (small["level"], small["rule"], small["cell"]) == ("warning", "picture.small", "G4")
    assert "119×400 像素" in small["message"]


def test_the_largest_photograph_of_a_telephone_is_taken_and_a_bomb_is_called_one() -> None:
    upright = Image.new("RGB", (8000, 6000), RED)
    exif = Image.Exif()
    exif[0x0112] = 6  # 48 million pixels, held upright
    out = io.BytesIO()
    upright.save(out, "JPEG", exif=exif)
    made = shape(out.getvalue(), 413)
    assert (made.kind, made.width, made.height) == ("jpeg", 310, 413)
    assert b"Exif" not in made.content
    for size in ((9000, 9000), (30000, 20000)):
        out = io.BytesIO()
        Image.new("1", size).save(out, "PNG")
        with pytest.raises(PhotoError, match="像素太多，请缩小"):
            shape(out.getvalue(), 413)


def test_an_empty_cell_is_a_reminder_and_leaves_the_place_empty(tmp_path: Path) -> None:
    root = laid(tmp_path / "w", ["许七.jpg", None])
    photograph(root / "许七.jpg")
    [reminded] = findings(root)
    assert (reminded["level"], reminded["rule"]) == ("warning", "picture.none")
    assert reminded["cell"] == "G6"
    assert [one.format for one in pictures(documents(root)["冯九"])] == ["PNG", "PNG"]


def test_a_picture_that_a_job_names_and_nobody_has_is_said_at_its_line(tmp_path: Path) -> None:
    root = laid(tmp_path / "w", [None, None])
    (root / "章.png").unlink()
    [lost] = [one for one in findings(root) if one["level"] == "error"]
    assert (lost["rule"], lost["where"]) == ("picture.missing", "第10行")


def test_a_word_file_that_a_cell_names_stands_within_the_document(tmp_path: Path) -> None:
    lines = ["{{ 姓名 }}", "{{p 照片 | 子文档 }}", "尾"]
    root = laid(tmp_path / "w", ["许七.docx", None], lines)
    (root / "许七.docx").write_bytes(written(["先进事迹", {"head": ["年"], "rows": [["2026"]]}]))
    made = documents(root)
    assert text_of(made["许七"])[:3] == ["许七", "先进事迹", "尾"]
    assert "先进事迹" not in "".join(text_of(made["冯九"]))
    assert faults(made["许七"]) == []
    assert documents(root)[""] == made[""]
    (root / "许七.docx").write_bytes(written(["{{ 姓名 }}"]))
    found = fawen("--json", "check", "奖状", cwd=root).object["findings"]
    [wrong] = [one for one in found if one["rule"] == "document.kind"]
    assert (wrong["level"], wrong["cell"]) == ("error", "G3")
    assert "写有标签" in wrong["message"]
    [empty] = [one for one in found if one["rule"] == "document.none"]
    assert (empty["level"], empty["cell"]) == ("warning", "G6")


def marked(content: bytes, inside: str) -> bytes:
    """Put XML at the end of a Word file's body."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode("latin-1")
            if name == "word/document.xml":
                at = data.rindex("<w:sectPr")
                data = data[:at] + inside + data[at:]
            new.writestr(name, data.encode("latin-1"))
    return out.getvalue()


def test_what_of_a_word_file_must_not_travel_or_stays_behind_is_said(tmp_path: Path) -> None:
    lines = ["{{ 姓名 }}", "{{p 照片 | 子文档 }}", "尾"]
    root = laid(tmp_path / "w", ["许七.docx", "冯九.docx"], lines)
    plain = written(["先进事迹"])
    edged = DocxDocument(io.BytesIO(plain))
    edged.sections[0].footer.paragraphs[0].text = "内部资料"
    edged.save(str(root / "冯九.docx"))
    for inside, words in (
        ('<w:p><w:del w:id="1" w:author="a"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>',
         "修订"),
        ('<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>', "批注"),
        ('<w:p><w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
         "</w:sectPr></w:pPr></w:p>", "分了节"),
    ):  # fmt: skip
        (root / "许七.docx").write_bytes(marked(plain, inside))
        found = fawen("--json", "check", "奖状", cwd=root).object["findings"]
        [wrong] = [one for one in found if one["rule"] == "document.kind"]
        assert (wrong["level"], wrong["cell"]) == ("error", "G3")
        assert words in wrong["message"]
        [left] = [one for one in found if one["rule"] == "document.edges"]
        assert (left["level"], left["cell"]) == ("warning", "G6")
        assert "页眉页脚不会印出来" in left["message"]
    (root / "许七.docx").write_bytes(plain)
    assert "先进事迹" in text_of(documents(root)["冯九"])


def led(content: bytes, kind: str, target: str, inside: str) -> bytes:
    """Lead from a Word file to what is not in it, by rId77."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = members(marked(content, inside.replace("r:id", f'xmlns:r="{office}" r:id')))
    name = "word/_rels/document.xml.rels"
    lead = f'<Relationship Id="rId77" Type="{office}/{kind}" Target="{target}"/></Relationships>'
    parts[name] = parts[name].replace(b"</Relationships>", lead.encode())
    return package_of(parts)


def test_what_a_word_file_leads_to_and_is_not_there(tmp_path: Path) -> None:
    root = laid(tmp_path / "w", ["许七.docx", None], ["{{ 姓名 }}", "{{p 照片 | 子文档 }}"])
    plain = written(["先进事迹"])
    gone = '<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:v" r:id="rId77"/></w:pict></w:r></w:p>'
    (root / "许七.docx").write_bytes(led(plain, "image", "../NULL", gone))
    found = fawen("--json", "check", "奖状", cwd=root).object["findings"]
    [wrong] = [one for one in found if one["rule"] == "document.kind"]
    assert (wrong["level"], wrong["cell"]) == ("error", "G3")
    assert "图片已经找不到" in wrong["message"]
    link = '<w:p><w:hyperlink r:id="rId77"><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>'
    (root / "许七.docx").write_bytes(led(plain, "hyperlink", "#_top", link))
    made = documents(root)["许七"]
    assert faults(made) == []
    assert "link" in members(made)["word/document.xml"].decode()


@pytest.mark.parametrize("name", ["../../秘.jpg", "{}/秘.jpg", "照片/../../../秘.jpg"])
def test_a_cell_reaches_no_file_outside_the_workspace(tmp_path: Path, name: str) -> None:
    photograph(tmp_path / "秘.jpg")
    root = laid(tmp_path / "w", [name.format(tmp_path), "../照片/一.jpg"])
    (root / "照片").mkdir()
    photograph(root / "照片" / "一.jpg")
    ran = fawen("--json", "check", cwd=root)
    [found] = [one for one in ran.object["findings"] if one["level"] == "error"]
    assert found["rule"] == "picture.missing"


def test_a_damaged_document_within_a_document_is_a_finding(tmp_path: Path) -> None:
    root = laid(tmp_path / "w", ["一.docx", "一.docx"], ["{{ 姓名 }}", "{{p 照片 | 子文档 }}"])
    made, whole = io.BytesIO(), io.BytesIO(written(["好"]))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w") as new:
        for one in old.namelist():
            data = old.read(one)
            new.writestr(one, data[:-20] if one == "word/document.xml" else data)
    (root / "rosters" / "一.docx").write_bytes(made.getvalue())
    ran = fawen("--json", "merge", "奖状", cwd=root)
    assert ran.status == 1
    assert "打不开" in ran.out
