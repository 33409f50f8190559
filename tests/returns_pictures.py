"""Pictures of docs/returns.md: `python tests/returns_pictures.py`.

A notice asks the organisations of the sample workspace for a form each day; two days come back
through a folder. Made are the form as it arrives, what the keyboard is told, and the summary.
Needs LibreOffice and Noto Sans Mono CJK.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import subprocess
import tempfile
from pathlib import Path

import pdfplumber
from bureau import fawen
from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font
from ownbooks import growing, superior
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps
from replies import BLOCK, FIELDS, ZONE, filled, form_book

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
TODAY = dt.datetime.now(ZONE).date()
DAYS = [TODAY - dt.timedelta(days=back) for back in (2, 1)]
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_BOLD = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
_MONO = 5  # Noto Sans Mono CJK JP … SC: which face of the collection
_WIDE, _LINE, _SIZE = 1100, 24, 15


def handsome(path: Path) -> None:
    """Lay the form out as an office would."""
    form_book(path)
    book = load_workbook(path)
    sheet = book["日报表"]
    for column, width in zip("ABCDEF", (14, 12, 12, 12, 12, 30), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.merge_cells("A1:F1")
    sheet["A1"].alignment, sheet["A1"].font = Alignment("center"), Font("黑体", 14)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.save(path)


def office(root: Path) -> str:
    """Lay the sample workspace with a notice that asks for the form; sign it."""
    fawen("new", root, "--markdown", cwd=root.parent)
    settings = root / "fawen.toml"
    unit = "示例大学党委组织部"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r'(?m)^name = ""', f'name = "{unit}"', text, count=1), "utf-8")
    assert unit in settings.read_text(encoding="utf-8")
    handsome(root / "forms" / "返校日报表.xlsx")
    job = root / "jobs" / "通知.md"
    text = job.read_text(encoding="utf-8")
    last = TODAY + dt.timedelta(days=20)
    text = re.sub(r"(?m)^信件:\n", BLOCK.format(first=DAYS[0], last=last), text)
    (root / "jobs" / "返校日报.md").write_text(text, encoding="utf-8")
    made = fawen("--json", "merge", "返校日报", cwd=root)
    assert made.status == 0, made.out + made.err
    batch: str = made.object["batch"]
    words = ("approve", batch, "--by", "周明远", "--basis", "当面", "--no-review")
    done = fawen(*words, cwd=root)
    assert done.status == 0, done.out + done.err
    return batch


def reported(root: Path, batch: str) -> None:
    """Let the organisations report for two days, each in its way."""
    die = random.Random(3)  # noqa: S311 (a picture's numbers)
    forms = sorted((root / "outbox" / batch / "回执").glob("返校日报表*.xlsx"))
    told = [{} for _ in forms]
    for day in DAYS:
        folder = root / "微信收到" / f"{day}"
        folder.mkdir(parents=True)
        for number, (form, rows) in enumerate(zip(forms, told, strict=True)):
            if day == DAYS[-1] and number in {4, 11, 17}:
                continue
            here, away = 300 + 17 * number + die.randrange(-20, 20), die.randrange(9)
            new = 0 if number % 4 else die.randrange(1, 5)
            total = here + away + (7 if day == DAYS[-1] and number == 8 else 0)
            words = "一人发热，已就医" if day == DAYS[-1] and number == 12 else ""
            said = (here, away, total, new, words)
            rows[day] = dict(zip(FIELDS, map(str, said), strict=True))
            (folder / form.name).write_bytes(filled(form.read_bytes(), rows))
        if day == DAYS[-1]:
            (folder / "IMG_0412.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"0" * 900)
        else:
            _collect(root, day)


def _collect(root: Path, day: dt.date) -> list[str]:
    words = ("collect", "--folder", f"微信收到/{day}", "--received", f"{day} 16:30")
    done = fawen(*words, cwd=root)
    shown = " ".join(f'"{word}"' if " " in word else word for word in words)
    return [f"$ fawen {shown}", *(done.out + done.err).splitlines(), ""]


def keyboard(root: Path) -> list[str]:
    """Do what a clerk does at the end of the last day; return what the terminal shows."""
    day = DAYS[-1]
    lines = _collect(root, day)
    for words in (("quarantine",), ("returns", "返校日报", "--day", f"{day}")):
        done = fawen(*words, cwd=root)
        lines += ["$ fawen " + " ".join(words), *(done.out + done.err).splitlines(), ""]
    words = ("returns", "返校日报", "--day", f"{day}", "-o", "汇总.xlsx", "--upward", "上报.xlsx")
    fawen(*words, cwd=root)
    return lines[:-1]


def own(root: Path) -> None:
    """Have the unit's own workbooks filled: its summary, and its superior's form."""
    growing(root / "forms" / "汇总.xlsx")
    superior(root / "forms" / "上报.xlsx")
    job = root / "jobs" / "返校日报.md"
    keys = "回执:\n  汇总模板: forms/汇总.xlsx\n  上报表: forms/上报.xlsx\n"
    text = job.read_text(encoding="utf-8").replace("回执:\n", keys)
    job.write_text(text, encoding="utf-8")
    words = ("returns", "返校日报", "--day", f"{DAYS[-1]}", "-o", "汇总-本单位.xlsx",
             "--upward", "上报-本单位.xlsx")  # fmt: skip
    done = fawen(*words, cwd=root)
    assert "提醒" not in done.out, done.out


def terminal(lines: list[str], path: Path) -> None:
    """Draw what a terminal shows."""
    faces = [ImageFont.truetype(file, _SIZE, index=_MONO) for file in (_FONT, _BOLD)]
    rows = []
    for line in lines:
        rest = line
        while rest or line == "":
            cut = len(rest)
            while faces[0].getlength(rest[:cut]) > _WIDE - 40:
                cut -= 1
            rows.append((line.startswith("$"), rest[:cut]))
            rest = rest[cut:]
            if not rest:
                break
    image = Image.new("RGB", (_WIDE, 32 + _LINE * len(rows)), "#1e1e1e")
    draw = ImageDraw.Draw(image)
    for number, (asked, text) in enumerate(rows):
        colour = "#8fe08f" if asked else "#e6e6e6"
        draw.text((20, 16 + _LINE * number), text, colour, faces[asked])
    image.quantize(64).save(path, optimize=True)


def drawn(books: dict[str, tuple[Path, str]], home: Path) -> None:
    """Draw one sheet of each workbook, as LibreOffice prints it."""
    for name, (path, title) in books.items():
        book = load_workbook(path)
        for sheet in book.worksheets:
            sheet.sheet_state = "visible" if sheet.title == title else "hidden"
        book.active = book.worksheets.index(book[title])
        one = home / f"{name}.xlsx"
        book.save(one)
        words = ["soffice", f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless",
                 "--convert-to", "pdf", "--outdir", str(home), str(one)]  # fmt: skip
        subprocess.run(words, check=True, capture_output=True, timeout=120, env=os.environ)
        with pdfplumber.open(home / f"{name}.pdf") as opened:
            image = opened.pages[0].to_image(resolution=110, antialias=True).original
        bare = image.convert("RGB")
        box = ImageChops.difference(bare, Image.new("RGB", bare.size, "white")).getbbox()
        bare = ImageOps.expand(bare.crop(box), 12, "white")
        ImageOps.expand(bare, 1, "#999999").quantize(64).save(
            PICTURES / f"{name}.png", optimize=True
        )


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["FAWEN_STATE"] = str(home / "state")
        root = home / "w"
        batch = office(root)
        reported(root, batch)
        terminal(keyboard(root), PICTURES / "returns-day.png")
        form = next(iter(sorted((root / "outbox" / batch / "回执").glob("返校日报表*.xlsx"))))
        own(root)
        books = {
            "returns-form": (form, "日报表"),
            "returns-summary": (root / "汇总.xlsx", "汇总"),
            "returns-groups": (root / "汇总.xlsx", "分类合计"),
            "returns-own": (root / "汇总-本单位.xlsx", "汇总"),
            "returns-upward": (root / "上报-本单位.xlsx", "日报"),
        }
        drawn(books, home)


if __name__ == "__main__":
    main()
