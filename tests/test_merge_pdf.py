"""Word to PDF: each document made once, a bad one reported, and a hanging program stopped."""

from __future__ import annotations

import io
import os
import stat
import sys
import time
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfWriter
from word import written

from merge import pdf, soffice, winword
from rosters.finding import UnavailableError

FAKE = Path(__file__).with_name("fakeoffice.py")
posix = pytest.mark.skipif(os.name == "nt", reason="a program there needs more than a mode")


class Office:
    """The misbehaving office program, and what it has done."""

    def __init__(self, folder: Path) -> None:
        self.journal = folder / "journal.txt"
        program = folder / "soffice"
        program.write_text(
            f'#!/bin/sh\nFAKE_OFFICE={self.journal} exec {sys.executable} {FAKE} "$@"\n',
            encoding="utf-8",
        )
        program.chmod(0o755)
        self.engine = soffice.LibreOffice(str(program))

    def lines(self, word: str) -> list[str]:
        said = self.journal.read_text(encoding="utf-8").splitlines()
        return [line.removeprefix(word).strip() for line in said if line.startswith(word)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    (tmp_path / "office").mkdir()
    return Office(tmp_path / "office")


def sources(folder: Path, *texts: str) -> list[Path]:
    made = []
    for number, text in enumerate(texts):
        home = folder / f"单位{number}"  # as in a batch: one name in many folders
        home.mkdir(parents=True)
        made.append(home / "通知.docx")
        made[-1].write_bytes(written([f"{number} {text}"]))
    return made


def rewritten(file: Path, parts: dict[str, bytes]) -> None:
    """Put other bytes into a Word file."""
    with zipfile.ZipFile(file) as package:
        known = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(file, "w") as package:
        for name, data in {**known, **parts}.items():
            package.writestr(name, data)


def converted(
    files: list[Path], shelf: Path, by: pdf.Engine, *, patience: float = 30, workers: int = 1
) -> dict[Path, pdf.Paper]:
    papers = list(pdf.papers(files, shelf, by, workers=workers, patience=patience))
    assert len(papers) == len(files)
    return {paper.source: paper for paper in papers}


@posix
def test_each_gets_its_own_pdf_though_all_have_one_name(office: Office, tmp_path: Path) -> None:
    files = sources(tmp_path / "in", "PAGES 1", "PAGES 2", "PAGES 3")
    found = converted(files, tmp_path / "shelf", office.engine)
    assert [found[file].pages for file in files] == [1, 2, 3]
    assert [found[file].fault for file in files] == ["", "", ""]
    assert len({found[file].kept for file in files}) == 3
    assert stat.S_IMODE(found[files[0]].kept.stat().st_mode) == 0o600


@posix
def test_what_is_on_the_shelf_is_not_made_again(office: Office, tmp_path: Path) -> None:
    files = sources(tmp_path / "in", "a", "b")
    before = converted(files, tmp_path / "shelf", office.engine)
    bytes_before = [before[file].kept.read_bytes() for file in files]
    again = converted(files, tmp_path / "shelf", office.engine)
    assert [again[file].kept.read_bytes() for file in files] == bytes_before
    assert len(office.lines("made")) == 2


@posix
def test_files_of_the_same_bytes_share_one(office: Office, tmp_path: Path) -> None:
    first, second = sources(tmp_path / "in", "a", "b")
    second.write_bytes(first.read_bytes())
    found = converted([first, second], tmp_path / "shelf", office.engine)
    assert found[first].kept == found[second].kept
    assert len(office.lines("made")) == 1


@posix
@pytest.mark.parametrize("how", ["DIE", "HALF", "HANG"])
def test_one_bad_document_costs_one_report(office: Office, tmp_path: Path, how: str) -> None:
    files = sources(tmp_path / "in", "a", "b", how, "c", "d")
    found = converted(files, tmp_path / "shelf", office.engine, patience=5)
    faults = [found[file].fault for file in files]
    assert "LibreOffice 转不成 PDF" in faults[2]
    assert faults[:2] == ["", ""]
    assert faults[3:] == ["", ""]
    assert not found[files[2]].kept.exists()


@posix
def test_two_bad_documents_do_not_hide_what_stands_between(office: Office, tmp_path: Path) -> None:
    files = sources(tmp_path / "in", "DIE", "a", "DIE", "b", "DIE")
    found = converted(files, tmp_path / "shelf", office.engine)
    assert [bool(found[file].fault) for file in files] == [True, False, True, False, True]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to look into")
def test_nothing_is_left_of_a_program_that_hung(office: Office, tmp_path: Path) -> None:
    files = sources(tmp_path / "in", "HANG")
    converted(files, tmp_path / "shelf", office.engine, patience=3)
    [child] = office.lines("child")
    for _ in range(100):  # until the system has taken notice
        if not _alive(int(child)):
            break
        time.sleep(0.1)
    assert not _alive(int(child))
    assert list((tmp_path / "shelf").iterdir()) == []


def _alive(process: int) -> bool:
    """Tell whether a process runs; one that waits to be buried does not."""
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return said.rpartition(")")[2].split()[0] != "Z"


@posix
def test_several_programs_have_a_profile_each(office: Office, tmp_path: Path) -> None:
    files = sources(tmp_path / "in", *"abcdef")
    found = converted(files, tmp_path / "shelf", office.engine, workers=2)
    assert [found[file].fault for file in files] == [""] * 6
    profiles = office.lines("start")
    assert len(profiles) == 2
    assert len(set(profiles)) == 2


@posix
def test_what_is_no_word_file_never_reaches_the_program(office: Office, tmp_path: Path) -> None:
    good, text, cut = sources(tmp_path / "in", "a", "b", "c")
    text.write_text("LibreOffice would print this", encoding="utf-8")
    cut.write_bytes(cut.read_bytes()[:-200])
    found = converted([good, text, cut], tmp_path / "shelf", office.engine)
    assert found[good].fault == ""
    assert "不是完整的 Word 文件" in found[text].fault
    assert "不是完整的 Word 文件" in found[cut].fault
    assert len(office.lines("made")) == 1


@posix
def test_a_half_written_pdf_on_the_shelf_is_made_again(office: Office, tmp_path: Path) -> None:
    [file] = sources(tmp_path / "in", "a")
    kept = converted([file], tmp_path / "shelf", office.engine)[file].kept
    kept.write_bytes(kept.read_bytes()[:40])
    assert converted([file], tmp_path / "shelf", office.engine)[file].pages == 1
    assert len(office.lines("made")) == 2


@posix
def test_the_pages_that_word_counted_are_told_beside_ours(office: Office, tmp_path: Path) -> None:
    [file] = sources(tmp_path / "in", "PAGES 2")
    rewritten(file, {"docProps/app.xml": b"<Properties><Pages>3</Pages></Properties>"})
    paper = converted([file], tmp_path / "shelf", office.engine)[file]
    assert (paper.pages, paper.told) == (2, 3)


@posix
def test_word_is_told_by_a_file_which_files_and_where_to(tmp_path: Path) -> None:
    # A stand-in for PowerShell: it reads the orders that the script names, and obeys them.
    shell = tmp_path / "powershell"
    shell.write_text(
        f"#!{sys.executable}\n"
        "import base64, json, re, sys\n"
        "from pathlib import Path\n"
        "script = base64.b64decode(sys.argv[-1]).decode('utf-16-le')\n"
        "orders = json.loads(Path(re.search(r\"LiteralPath '(.+?)'\", script)[1]).read_text())\n"
        "assert orders['application'] == 'KWPS.Application'\n"
        "for one in orders['files']:\n"
        "    assert Path(one['source']).is_file()\n"
        f"    Path(one['target']).write_bytes({blank()!r})\n",
        encoding="utf-8",
    )
    shell.chmod(0o755)
    files = sources(tmp_path / "in", "a", "b")
    word = winword.WinWord(str(shell), "KWPS.Application")
    found = converted(files, tmp_path / "shelf", word)
    assert word.name == "WPS"
    assert [found[file].pages for file in files] == [1, 1]


def blank() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_without_a_program_one_sentence_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(soffice, "_PLACES", ())
    with pytest.raises(UnavailableError, match="请安装 Word、WPS 或 LibreOffice"):
        pdf.engine()


@pytest.mark.libreoffice
def test_libreoffice_itself_and_a_damaged_document_in_the_middle(tmp_path: Path) -> None:
    files = sources(tmp_path / "in", "第一份", "第二份", "第三份")
    with zipfile.ZipFile(files[1]) as package:
        text = package.read("word/document.xml")
    rewritten(files[1], {"word/document.xml": text[: len(text) // 2]})
    found = converted(files, tmp_path / "shelf", pdf.engine(), patience=90)
    assert [bool(found[file].fault) for file in files] == [False, True, False]
    assert [found[file].pages for file in (files[0], files[2])] == [1, 1]
