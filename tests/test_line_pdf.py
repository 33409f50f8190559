"""merge --pdf: letters carry PDFs in the place of Word files, each the same one every time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from bureau import JOB, bureau, fawen

FAKE = Path(__file__).with_name("fakeoffice.py")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="a program there needs more than a mode")


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an office program on the path that does as the documents say."""
    folder = tmp_path / "office"
    folder.mkdir()
    journal = folder / "journal.txt"
    program = folder / "soffice"
    program.write_text(
        f'#!/bin/sh\nFAKE_OFFICE={journal} exec {sys.executable} {FAKE} "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return journal


def test_letters_carry_pdfs_and_merging_again_gives_the_same_batch(
    tmp_path: Path, office: Path
) -> None:
    workspace = bureau(tmp_path / "w")
    first = fawen("--json", "merge", "通知", "--pdf", cwd=workspace)
    assert first.status == 0, first.err
    letter = fawen("--json", "show", first.object["batch"], "001", cwd=workspace).object
    assert [part["name"] for part in letter["attachments"]] == ["通知-文学院党委.pdf"]
    folder = workspace / "outbox" / first.object["batch"]
    assert len(list(folder.rglob("*.pdf"))) == len(list(folder.rglob("通知-*.docx"))) == 3
    made = office.read_text(encoding="utf-8").count("made")
    again = fawen("--json", "merge", "通知", "--pdf", cwd=workspace)
    assert again.object["digest"] == first.object["digest"]
    assert office.read_text(encoding="utf-8").count("made") == made == 3


def test_a_batch_of_pdfs_can_be_rehearsed(tmp_path: Path) -> None:
    workspace = bureau(tmp_path / "w")
    batch = fawen("--json", "merge", "通知", "--pdf", cwd=workspace).object["batch"]
    done = fawen("--json", "rehearse", batch, cwd=workspace)
    assert done.status == 0, done.err
    assert done.object["received"] == 3


def test_a_document_that_cannot_be_converted_is_named_and_nothing_is_recorded(
    tmp_path: Path,
) -> None:
    job = JOB.replace("请核对。", "请核对。{% if 简称 == '数学院党委' %}DIE{% endif %}")
    workspace = bureau(tmp_path / "w", jobs={"通知": job})
    done = fawen("--json", "merge", "通知", "--pdf", cwd=workspace)
    assert done.status == 1
    [found] = done.object["findings"]
    assert found["rule"] == "pdf.failed"
    assert "数学院党委" in found["file"]
    assert fawen("--json", "batches", cwd=workspace).object["batches"] == []


def test_without_an_office_program_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = bureau(tmp_path / "w")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("merge.soffice._PLACES", ())
    done = fawen("--json", "merge", "通知", "--pdf", cwd=workspace)
    assert done.status == 4
    assert "LibreOffice" in done.object["error"]["advice"]


def test_a_document_that_cannot_be_converted_costs_the_leader_one_remark(tmp_path: Path) -> None:
    job = JOB.replace("请核对。", "请核对。{% if 简称 == '数学院党委' %}DIE{% endif %}")
    workspace = bureau(tmp_path / "w", jobs={"通知": job})
    assert fawen("merge", "通知", cwd=workspace).status == 0
    done = fawen("--json", "review", "-o", "送签.html", cwd=workspace)
    assert done.status == 0, done.out
    assert (done.object["findings"], done.object["pictures"]) == (1, 2)
    page = (workspace / "送签.html").read_text(encoding="utf-8")
    assert "通知-数学院党委.docx</td><td>LibreOffice 转不成 PDF" in page
