"""review -o 送签.pdf: the 审批单, a document as it is, all lists and a contact sheet in one PDF."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from bureau import bureau, fawen
from pypdf import PdfReader

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.libreoffice


@dataclass
class Shown:
    root: Path
    batch: str
    paper: dict[str, Any]
    page: dict[str, Any]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    root = bureau(tmp_path_factory.mktemp("review") / "w")
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    paper = fawen("--json", "review", "-o", "送签.pdf", cwd=root)
    assert paper.status == 0, paper.out
    page = fawen("--json", "review", "-o", "送签.html", cwd=root)
    assert page.status == 0, page.out
    return Shown(root, batch, paper.object, page.object)


def test_it_begins_with_the_sheet_and_ends_with_the_first_pages(shown: Shown) -> None:
    file = shown.root / "送签.pdf"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    reader = PdfReader(file)
    assert len(reader.pages) == shown.paper["pages"]
    texts = ["".join(page.extract_text().split()) for page in reader.pages]
    for words in ("发文审批单", "测大组〔2026〕7号", "共3个单位", "签发", shown.paper["code"]):
        assert words in texts[0], words
    rest = "".join(texts)
    for address in ("wx@cs.example", "sx@cs.example", "bak@cs.example", "hq@cs.example"):
        assert address in rest
    assert "首页一览" in texts[-1]
    assert len(reader.pages[-1].images) == 3
    assert [one["/Title"] for one in reader.outline if isinstance(one, dict)] == [
        "发文审批单",
        "通知（全文）",
        "各项清单",
    ]


def test_the_document_in_it_is_the_one_that_leaves(shown: Shown) -> None:
    shelf = shown.root / "outbox" / ".pdf"
    own = {"".join(PdfReader(one).pages[0].extract_text().split()) for one in shelf.glob("*.pdf")}
    assert len(own) == 3  # each made once, for the paper and for the page
    second = "".join(PdfReader(shown.root / "送签.pdf").pages[1].extract_text().split())
    assert second in own


def test_the_page_shows_pages_where_they_can_be_made(shown: Shown) -> None:
    text = (shown.root / "送签.html").read_text(encoding="utf-8")
    assert text.count('src="data:image/jpeg;base64,') == 2 + 3  # two pages, three first pages
    assert "以文字代替" not in text
    assert shown.page["code"] == shown.paper["code"]
    assert shown.page["pictures"] == 3


def test_letters_of_pdfs_are_shown_by_their_own_pages(shown: Shown) -> None:
    made = fawen("--json", "merge", "通知", "--pdf", cwd=shown.root)
    assert made.status == 0, made.out
    said = fawen("--json", "review", made.object["batch"], "-o", "信装PDF.html", cwd=shown.root)
    assert said.status == 0, said.out
    text = (shown.root / "信装PDF.html").read_text(encoding="utf-8")
    assert "现有党员①名，请核对。" in text  # read out of the Word files that the PDFs were made of
    assert said.object["pictures"] == 3
