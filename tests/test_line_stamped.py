"""Print all, stamp all, scan once: the scan is split right, or what is odd in it is said."""

from __future__ import annotations

import email
import hashlib
import re
import shutil
from dataclasses import dataclass
from email import policy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from bureau import Ran, fawen
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader
from scanner import Sheet, papers_office, pdf_of, printed, scanned

from merge import pdf
from outbox.office import split as splitting
from outbox.office.pile import sort
from outbox.post.postoffice import PostOffice

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.libreoffice

# 24 papers, each third of one page, the others of two.
OWNERS = [paper for paper in range(24) for _ in range(1 if paper % 3 == 2 else 2)]
UPSIDE_DOWN = 7  # a page of the 40, counted from 0


@dataclass
class Office:
    """The signed batch, its pages as they lie on the desk, and what the first run came to."""

    root: Path
    batch: str
    sheets: list[Sheet]
    ran: Ran
    alike: Any
    between: Any

    @property
    def folder(self) -> Path:
        return self.root / "outbox" / self.batch


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Sign, print, stamp and scan 24 papers on 40 pages, and have the scan split once."""
    folder = tmp_path_factory.mktemp("stamped")
    root = folder / "w"
    batch = papers_office(root, 1)
    words = sorted((root / "outbox" / batch).rglob("*.docx"))
    made = list(pdf.papers(words, root / "outbox" / ".pdf", pdf.engine()))
    assert [one.fault for one in made] == [""] * 24
    sheets = printed(root, batch)
    assert [one.paper for one in sheets] == OWNERS
    pages = [scanned(one.image, number) for number, one in enumerate(sheets)]
    pages[UPSIDE_DOWN] = pages[UPSIDE_DOWN].transpose(Image.Transpose.ROTATE_180)
    (root / "盖章.pdf").write_bytes(pdf_of(pages))
    seen: dict[str, Any] = {}

    def spied(alike: Any, between: Any, blank: Any = ()) -> Any:
        seen.update(alike=alike, between=between)
        return sort(alike, between, blank)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "sort", spied)  # looked at, not replaced
        ran = fawen("--json", "stamped", "盖章.pdf", cwd=root)
    return Office(root, batch, sheets, ran, seen["alike"], seen["between"])


def test_forty_pages_are_split_into_24_papers_and_nothing_is_replaced_yet(office: Office) -> None:
    told = office.ran.object
    assert office.ran.status == 3, office.ran.out
    pages: list[list[int]] = [[] for _ in range(24)]
    for number, paper in enumerate(OWNERS, start=1):
        pages[paper].append(number)
    assert [one["pages"] for one in told["proposed"]] == pages
    assert [one["organisation"] for one in told["proposed"]] == [f"{n:03}" for n in range(1, 25)]
    assert (told["turned"], told["moved"], told["doubtful"]) == ([UPSIDE_DOWN + 1], [], [])
    assert (told["parts"], told["confirmed"]) == ([], False)
    assert not list(office.folder.rglob("*.pdf"))
    show = fawen("--json", "show", office.batch, "001", cwd=office.root).object
    assert [one["name"] for one in show["attachments"]] == ["通知-文学院分党委.docx"]


def test_the_sheet_shows_every_page_opens_offline_and_is_its_owners_alone(office: Office) -> None:
    sheet = office.folder / "盖章件核对.html"
    text = sheet.read_text(encoding="utf-8")
    assert sheet.stat().st_mode & 0o777 == 0o600
    assert text.count("<img ") == 24 + 40
    assert office.ran.object["code"] in text
    assert "中共测试大学外国语院分党委" in text
    assert "http" not in text
    assert "src=" not in text.replace('src="data:image/jpeg;base64,', "")


def test_any_page_that_is_missing_is_found(office: Office) -> None:
    for page in range(40):
        found = sort(np.delete(office.alike, page, axis=0), office.between)
        assert [OWNERS[one] for one in found.missing] == [OWNERS[page]], page
        assert (found.doubled, found.strangers, found.moved) == ({}, (), ())


def test_any_page_that_is_there_twice_is_found(office: Office) -> None:
    for page in range(40):
        found = sort(np.insert(office.alike, page, office.alike[page], axis=0), office.between)
        assert (found.missing, found.strangers, found.moved) == ((), (), ()), page
        assert [OWNERS[column] for column in found.doubled.values()] == [OWNERS[page]]
        assert set(found.doubled) <= {page, page + 1}


def test_any_two_papers_that_are_swapped_are_put_right(office: Office) -> None:
    starts = [OWNERS.index(paper) for paper in range(25 - 1)] + [40]
    spans = [list(range(*starts[paper : paper + 2])) for paper in range(24)]
    for first, second in [(0, 1), (2, 5), (3, 23), (8, 9), (11, 12), (22, 23)]:
        order = list(range(24))
        order[first], order[second] = second, first
        pile = [page for paper in order for page in spans[paper]]
        found = sort(office.alike[pile], office.between)
        assert found.whole
        assert found.moved
        owners = [OWNERS[pile[page]] for page in found.place if page is not None]
        firsts = [owners[start] for start in starts[:-1]]
        assert firsts == list(range(24)), (first, second)  # second pages all look the same


def test_what_is_odd_is_named_with_its_page_and_its_organisation(office: Office) -> None:
    pages = [scanned(one.image, 100 + number) for number, one in enumerate(office.sheets)]
    blank = scanned(Image.new("RGB", pages[0].size, (255, 255, 255)), 99)
    foreign = Image.new("RGB", pages[0].size, (255, 255, 255))
    for number in range(12):
        foreign.paste((20, 20, 20), (90, 80 + 70 * number, 700, 100 + 70 * number))
    # Page 4 of paper 2 is gone, page 10 of paper 6 comes twice, a back and a stranger lie within.
    pile = [*pages[:3], *pages[4:10], pages[9], blank, *pages[10:20], foreign, *pages[20:]]
    (office.root / "乱.pdf").write_bytes(pdf_of(pile))
    ran = fawen("--json", "stamped", office.batch, "乱.pdf", cwd=office.root)
    assert ran.status == 1, ran.out
    assert "什么也没有换" in ran.object["error"]["message"]
    found = {one["rule"]: f"{one['where']} {one['message']}" for one in ran.object["findings"]}
    assert len(found) == len(ran.object["findings"]) == 4, found
    assert "第 3 页之后 缺中共测试大学历史院分党委 第 2 页（共 2 页）" in found["scan.missing"]
    assert "页相同：中共测试大学经济院党总支 第 1 页" in found["scan.doubled"]
    assert set(re.findall(r"\d+(?= 页)", found["scan.doubled"])) == {"9", "10", "1"}
    assert found["scan.blank"].startswith("第 11 页")
    assert found["scan.foreign"].startswith("第 22 页")
    assert not list(office.folder.rglob("*.pdf"))
    assert "缺这一页" in (office.folder / "盖章件核对.html").read_text(encoding="utf-8")


def test_confirmed_parts_are_what_leaves_and_nothing_else(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "w"
    shutil.copytree(office.root, root)
    monkeypatch.setenv("FAWEN_STATE", str(tmp_path / "state"))  # on another machine
    assert fawen("takeover", "--yes", cwd=root).status == 0
    with PostOffice(tmp_path / "mails", lambda token: token) as post:
        settings = root / "fawen.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("port = 1\n", f"port = {post.port}\n"), encoding="utf-8")
        code = office.ran.object["code"].lower()
        done = fawen("--json", "stamped", "盖章.pdf", "--confirm", code, cwd=root)
        assert done.status == 0, done.out
        parts = done.object["parts"]
        assert [one["pages"] for one in parts] == [1 if n % 3 == 2 else 2 for n in range(24)]
        folder = root / "outbox" / office.batch
        files = [folder / one["path"] for one in parts]
        assert [hashlib.sha256(one.read_bytes()).hexdigest() for one in files] == [
            one["sha256"] for one in parts
        ]
        assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
        assert [page.rotation for page in PdfReader(files[4]).pages] == [180, 0]

        part = files[5]
        whole = part.read_bytes()
        part.write_bytes(whole + b"\0")
        halted = fawen("--json", "send", "--go", cwd=root)
        assert halted.status == 1
        assert part.name in halted.object["findings"][0]["file"]
        assert not list((tmp_path / "mails").glob("*.eml"))
        part.write_bytes(whole)

        sent = fawen("--json", "send", "--go", cwd=root)
        assert (sent.status, sent.object["accepted"], sent.object["balanced"]) == (0, 24, True)
    received = {}
    for path in (tmp_path / "mails").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        [file] = mail.iter_attachments()  # type: ignore[attr-defined]
        assert file.get_content_type() == "application/pdf"
        received[mail["To"]] = hashlib.sha256(file.get_content()).hexdigest()
    assert received == {f"o{n}@cs.example": one["sha256"] for n, one in enumerate(parts, start=1)}

    late = fawen("--json", "stamped", office.batch, "盖章.pdf", cwd=root)
    assert late.status == 1
    assert "不能再换盖章件" in late.object["error"]["message"]
    shown = fawen("show", office.batch, cwd=root).out
    signed = office.ran.object["digest"][:8].upper()
    assert f"盖章件（扫描 PDF）24 份，签发的电子稿核对码 {signed[:4]}-{signed[4:]}" in shown
    report = fawen("--json", "report", office.batch, "-o", "登记簿.xlsx", cwd=root)
    assert report.object["balanced"]
    said = [
        str(cell.value)
        for sheet in load_workbook(root / "登记簿.xlsx")
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert sum(f"{signed[:4]}-{signed[4:]}" in one and "盖章件" in one for one in said) == 2
    assert any("盖章.pdf（40 页" in one for one in said)
    assert fawen("--json", "audit", cwd=root).object["findings"] == []
