"""ID numbers and phones never appear whole in anything a command says, or writes for people."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from bureau import fawen
from openpyxl import Workbook, load_workbook

DATA = Path(__file__).parent / "data"
BOOK = "北原师范学院名册.xlsx"
# Not inside a hash, where any eleven digits may stand by chance.
ID = re.compile(r"(?<![0-9a-f])\d{17}[\dXx](?![0-9a-f])")
MOBILE = re.compile(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])")


@pytest.fixture(scope="module")
def numbers() -> set[str]:
    """Every ID number and mobile of the workbook, damaged and misspelt ones too."""
    book = load_workbook(DATA / BOOK, read_only=True)
    cells = {
        str(value)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if value is not None
    }
    book.close()
    bare = {re.sub(r"[\s-]", "", one) for one in cells} | cells
    found = {one for one in bare if re.fullmatch(r"\d{15,}[\dXx]*|(?:\+?86)?1\d{10}", one)}
    assert len(found) > 2000
    return found


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("masked") / "w"
    assert fawen("new", root, cwd=root.parent).status == 0
    shutil.copyfile(DATA / BOOK, root / "rosters" / BOOK)
    for job in (root / "jobs").glob("*.docx"):
        job.unlink()  # they take every book that lies in rosters/
    for job in (root / "jobs").glob("*.md"):
        text = job.read_text(encoding="utf-8")
        job.write_text(re.sub(r"(?m)^名册:.*$", f"名册: rosters/{BOOK}", text), encoding="utf-8")
    return root


_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def whole(text: str, numbers: set[str]) -> list[str]:
    """Find what stands whole in a text: of the workbook, or of its shape at all."""
    told = _HASH.sub("", text)
    return [one for one in numbers if one in told] + ID.findall(text) + MOBILE.findall(text)


WORDS = [
    *(["check", "--explain"], ["check", f"rosters/{BOOK}"]),
    *(
        ["merge", "支部"],
        ["merge", "表彰", "--skip-invalid"],
        ["merge", "支部", "--skip-invalid"],
        ["rehearse", "支部"],
    ),
    *(["status"], ["show", "支部"], ["show", "表彰"]),
    *(["check", "--since", "支部"], ["check", f"rosters/{BOOK}", "--fix", "-o", "改.xlsx"]),
]


@pytest.mark.parametrize("json", [[], ["--json"]], ids=["words", "json"])
def test_nothing_said_holds_a_number_whole(
    workspace: Path, numbers: set[str], json: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    said = 0
    for words in WORDS:
        ran = fawen(*json, *words, cwd=workspace)
        assert whole(ran.out + ran.err, numbers) == [], words
        said += len(ran.out)
    logged = capfd.readouterr()
    assert whole(logged.out + logged.err, numbers) == []
    assert said > 10_000


def test_no_comment_of_a_corrected_copy_holds_a_number_whole(
    workspace: Path, numbers: set[str], tmp_path: Path
) -> None:
    copy = tmp_path / "改.xlsx"
    fawen("check", f"rosters/{BOOK}", "--fix", "-o", copy, cwd=workspace)
    book = load_workbook(copy)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len(cells) > 20
    for cell in cells:
        assert whole(cell.comment.text, numbers) == [], cell.coordinate


def test_no_log_and_no_manifest_holds_a_number_whole(workspace: Path, numbers: set[str]) -> None:
    fawen("merge", "通知", "--skip-invalid", cwd=workspace)
    seen = 0
    for path in workspace.rglob("*"):
        if path.is_file() and path.suffix in {".json", ".log", ".txt"}:
            seen += 1
            assert whole(path.read_text(encoding="utf-8"), numbers) == [], path.name
    assert seen


PERSON, OTHER, CALL = "990101198002010018", "990101198001010027", "13912345678"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Make a workbook with numbers where nobody expects them: its name, a title, heads, names."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = PERSON
    for row in (
        [f"{CALL} 名册"],
        ["姓名", "所在党支部", CALL, OTHER],
        [int(CALL), f"支部{PERSON}", "甲", "=1/0"],
        [PERSON, f"甲支部（{CALL}）", "乙", None],
        ["张三", f"甲支部（{CALL}）", f"电话{CALL}", f"\x0b{OTHER}".replace("\x0b", "_x0007_")],
    ):
        page.append(row)
    units = book.create_sheet("党支部")
    units.append(["党支部名称", "上级党组织", "邮箱", "曾用名"])
    units.append([f"甲支部（{OTHER}）", PERSON, f"{CALL}＠a.example", f"乙支部{CALL}"])
    book.create_sheet(CALL).append([OTHER])
    path = tmp_path / f"{PERSON}.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("json", [[], ["--json"]], ids=["words", "json"])
def test_numbers_in_titles_headings_and_names_are_masked_too(odd: Path, json: list[str]) -> None:
    numbers = {PERSON, OTHER, CALL}
    copy = odd.with_name("改.xlsx")
    for words in ([], ["--explain"], ["--fix", "-o", copy]):
        ran = fawen(*json, "check", odd, *words, cwd=odd.parent)
        assert ran.status == 1
        assert whole(ran.out.replace(str(odd), "").replace(str(copy), "") + ran.err, numbers) == []
        assert len(ran.out) > 500
    missing = fawen(*json, "check", f"{OTHER}.xlsx", cwd=odd.parent)
    assert missing.status == 2
    assert whole(missing.out + missing.err, numbers) == []
    notes = [
        cell.comment.text
        for sheet in load_workbook(copy)
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    ]
    assert notes
    assert whole("\n".join(notes), numbers) == []
