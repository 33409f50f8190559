"""What pages made here show as boxes is said beside them: in 送签, and of a scan compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from bureau import JOB, bureau, default_sheets, fawen
from pypdf import PdfReader, PdfWriter

from merge import pdf

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.libreoffice
NOWHERE = "\U000323af"  # the last character of extension H
SAID = f"这台电脑上没有一种字体有「{NOWHERE}」（U+323AF），这里看到的这一页上是空框"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Lay an office with a notice in Word of which one copy holds such a character."""
    sheets = default_sheets()
    row = sheets["二级党组织"][1]
    row[row.index("林一")] = f"林{NOWHERE}"
    job = JOB.replace("范围:", "文件格式: Word\n范围:").replace("请核对。", "{{ 书记 }}请核对。")
    root = bureau(tmp_path / "w", jobs={"通知": job}, sheets=sheets, approvers='["周明远"]')
    assert fawen("merge", "通知", cwd=root).status == 0
    return root


def test_the_leader_is_told_what_the_pages_do_not_show(workspace: Path) -> None:
    ran = fawen("review", "-o", "送签.pdf", cwd=workspace)
    assert ran.status == 0, ran.err
    text = "".join(page.extract_text() for page in PdfReader(workspace / "送签.pdf").pages)
    assert "（U+323AF）" in "".join(text.split())
    assert fawen("review", "-o", "送签.html", cwd=workspace).status == 0
    assert SAID in (workspace / "送签.html").read_text(encoding="utf-8")


def test_a_scan_is_compared_with_a_box_and_that_is_said(workspace: Path) -> None:
    ran = fawen("approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=workspace)
    assert ran.status == 0, ran.err
    words = sorted((workspace / "outbox").glob("*/**/*.docx"))
    writer = PdfWriter()
    for paper in pdf.papers(words, workspace / "outbox" / ".pdf", pdf.engine()):
        writer.append(str(paper.kept))
    writer.write(workspace / "盖章.pdf")
    ran = fawen("--json", "stamped", "盖章.pdf", cwd=workspace)
    found = [one for one in json.loads(ran.out)["findings"] if one["rule"] == "font.nowhere"]
    assert [(one["level"], one["message"]) for one in found] == [("warning", SAID)], ran.out
