"""Forms that LibreOffice has saved again, as clerks without Excel do: read as they were."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from clerk_forms import read, returned, sent, written
from openpyxl import load_workbook
from test_forms import first
from test_forms_word import SAID, SCORES
from test_forms_word import sent as word_sent

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.libreoffice
BOOKS = ("xlsx", "xls", "ods")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled form of each kind, saved again by LibreOffice in every format."""
    folder = tmp_path_factory.mktemp("office")
    content = returned(sent()[1], lambda sheet: first(sheet, D2="张三", C6="约3"))
    (folder / "表.xlsx").write_bytes(content)
    (folder / "考察.docx").write_bytes(written(word_sent("考察表")[1], SAID, SCORES))
    for ending in (*BOOKS, "docx:MS Word 2007 XML"):
        source = folder / ("考察.docx" if ending.startswith("docx") else "表.xlsx")
        subprocess.run(
            ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
             "--convert-to", ending, "--outdir", str(folder / "again"), str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    return folder


@pytest.mark.parametrize("ending", BOOKS)
def test_a_workbook_saved_again_says_the_same(ending: str, saved: Path) -> None:
    layout, _ = sent()
    before = read(layout, (saved / "表.xlsx").read_bytes())
    path = saved / "again" / f"表.{ending}"
    after = read(layout, path.read_bytes(), path.name)
    assert after == before
    assert [one.where for one in after.faults] == ["日报 › C6"]


def test_what_is_checked_and_locked_stays_so(saved: Path) -> None:
    sheet = load_workbook(saved / "again" / "表.xlsx").worksheets[0]
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert {"whole", "list"} <= kinds
    assert sheet.protection.sheet
    assert not sheet["B5"].protection.locked
    assert sheet["A5"].protection.locked


def test_a_word_form_saved_again_says_the_same(saved: Path) -> None:
    layout, _ = word_sent("考察表")
    before = read(layout, (saved / "考察.docx").read_bytes(), "考察.docx")
    assert read(layout, (saved / "again" / "考察.docx").read_bytes(), "考察.docx") == before
    assert before.faults == ()
