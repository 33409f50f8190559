"""A scan from outside: refused in a sentence where it is none; cut without loss, and no more."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from bureau import bureau, fawen
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject

from merge.letter import Attachment, Document, Letter
from merge.manifest import Manifest
from outbox.desk.pile import Pile
from outbox.desk.stamped import Proposal, accept, declined, waiting
from outbox.ledger.stamps import Stamped, issued
from outbox.office import scan as scans
from outbox.office.contact import Named, Sheet, page
from outbox.office.pile import Sorted, sort
from outbox.office.scan import Scan
from outbox.office.split import Split
from outbox.workspace import find
from rosters.finding import InputError

if TYPE_CHECKING:
    from pathlib import Path

# The page tree leads back to itself.
LOOP = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Count 900000000>>endobj
trailer<</Root 1 0 R/Size 3>>
%%EOF
"""


def picture(words: str) -> Image.Image:
    image = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(image).text((60, 60), words, fill="black", font_size=40)
    return image


def three_pages() -> bytes:
    out = io.BytesIO()
    first, *rest = [picture(f"PAGE {number}") for number in range(3)]
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=75)
    return out.getvalue()


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(three_pages())))
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "是空的"),
        (b"\xff\xd8\xff\xe0 a photograph", "不是 PDF"),
        (b"%PDF-1.7\nnothing more", "不是完整的 PDF"),
        (three_pages()[:300], "不是完整的 PDF"),
        (locked(), "加了密码"),
        (LOOP, "不是完整的 PDF|用时太长|页，要在|画不出来"),
    ],
    ids=["empty", "photograph", "head alone", "cut off", "locked", "loop"],
)
def test_what_is_no_scan_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    one = Scan(content, "盖章.pdf")

    def all_of_it() -> None:
        one.gate()
        one.count()
        list(one.pictures())

    with pytest.raises(InputError, match="不能用") as caught:
        all_of_it()
    [found] = caught.value.findings
    assert found.rule == "scan.file"
    assert any(part in found.message for part in said.split("|")), found.message


def test_too_large_a_scan_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST_BYTES", 1000)
    with pytest.raises(InputError) as caught:
        Scan(three_pages(), "盖章.pdf").gate()
    assert "超过" in caught.value.findings[0].message


def test_parts_are_cut_without_loss_and_are_the_same_bytes_each_time() -> None:
    one = Scan(three_pages(), "x.pdf")
    first, second = one.parts([[(2, 180), (0, 0)], [(1, 90)]])
    assert one.parts([[(2, 180), (0, 0)], [(1, 90)]]) == [first, second]
    source, made = PdfReader(io.BytesIO(one.content)), PdfReader(io.BytesIO(first))
    assert [page.rotation for page in made.pages] == [180, 0]
    kept = [page.images[0].data for page in made.pages]
    assert kept == [source.pages[number].images[0].data for number in (2, 0)]
    assert PdfReader(io.BytesIO(second)).pages[0].rotation == 90


def test_a_part_holds_nothing_of_other_peoples_pages() -> None:
    """Some programs give each page the pictures of all; a link leads from page to page."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(three_pages())))
    pictures = DictionaryObject()
    for number, leaf in enumerate(writer.pages):
        [(name, one)] = leaf["/Resources"]["/XObject"].items()  # type: ignore[index]
        pictures[NameObject(f"/P{number}")] = one.indirect_reference
        content = leaf.get_contents()
        assert content is not None
        content.set_data(content.get_data().replace(name.encode(), b"/P%d" % number))
        leaf[NameObject("/Contents")] = writer._add_object(content)
    for leaf in writer.pages:
        leaf["/Resources"][NameObject("/XObject")] = pictures  # type: ignore[index]
    writer.add_annotation(0, Link(rect=(0, 0, 50, 50), target_page_index=2))
    writer.add_metadata({"/Author": "somebody"})
    content = written(writer)
    whole = PdfReader(io.BytesIO(content))
    one, _ = Scan(content, "x.pdf").parts([[(0, 0)], [(1, 0)]])
    [alone] = PdfReader(io.BytesIO(one)).pages
    assert [image.data for image in alone.images] == [whole.pages[0].images["/P0"].data]
    assert len(one) < len(content) / 2
    assert b"/Annots" not in one
    assert b"somebody" not in one


def test_a_batch_that_is_not_signed_and_a_file_that_is_not_there_are_said(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    (root / "x.pdf").write_bytes(three_pages())
    draft = fawen("--json", "stamped", batch, "x.pdf", cwd=root)
    assert (draft.status, draft.object["error"]["kind"]) == (1, "input")
    assert "还没有签发" in draft.object["error"]["message"]
    for words in (["没有.pdf"], ["rosters"], [], ["a", "b", "c"]):
        assert fawen("--json", "stamped", *words, cwd=root).status == 2


def test_a_part_stands_beside_the_signed_file_and_takes_nobodys_name(tmp_path: Path) -> None:
    def file(path: str, name: str) -> Attachment:
        return Attachment(name, path, "0" * 64, 1)

    files = [
        file("001/甲.docx", "甲.docx"),  # a Word file
        file("001/乙.pdf", "乙.pdf"),  # signed as PDF: it must not be written over
        file("批次/丙.docx", "丙.docx"),  # whose name the job's own attachment has
    ]
    own = file("附件/丙.pdf", "丙.pdf")
    letter = Letter("001", "甲院", "甲", "", "issue", ("a@b.example",), (), "s", "b", (*files, own))
    documents = tuple(
        Document(str(n), 0, "通知", "" if n == 2 else "001", "题", one)
        for n, one in enumerate(files)
    )
    pile = Pile(Manifest("通知", (letter,), (), documents), tmp_path, tmp_path)
    pages = Sorted((0, 1, 2, 3), {}, (), (), ())
    split = Split((0, 0, 1, 2), pages, (0,) * 4, (), (1.0,) * 4, (b"",) * 3, (b"",) * 4)
    assert split.whole
    made = pile.parts(split, [b"one", b"two", b"three"])
    assert [(one.path, one.name, one.pages) for one in made] == [  # as `print` laid them
        ("批次/丙.pdf", "丙（盖章）.pdf", 2),
        ("001/甲.pdf", "甲.pdf", 1),
        ("001/盖章件/乙.pdf", "乙.pdf", 1),
    ]
    assert [one["name"] for one in pile.told(split)] == ["各单位", "甲院", "甲院"]
    leaves = issued(pile.manifest, Stamped("d", "s", "n", 4, made)).letters[0].attachments
    assert [one.name for one in leaves] == ["甲.pdf", "乙.pdf", "丙（盖章）.pdf", "丙.pdf"]


def test_a_paper_without_ink_is_never_split_off() -> None:
    none = sort(np.zeros((2, 0), dtype=np.float32), np.zeros((0, 0), dtype=np.float32), (0,))
    assert none.strangers == (1,)
    assert not Split((), none, (0, 0), (0,), (), (b"",), (b"", b"")).whole
    assert not Split((0,), Sorted((0,), {}, (), (), ()), (0,), (), (1.0,), (b"", b""), (b"",)).whole


def test_another_code_than_that_of_the_sheet_confirms_nothing(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    stamped = Stamped("d" * 64, "s" * 64, "x.pdf", 1, ())
    proposal = Proposal("通知", root, stamped, (), "3F9A-21C0", ("拆成 1 份",), {"pages": 1})
    with pytest.raises(InputError, match="核对码不对"):
        accept(find(root), proposal, "3F9A-21C1", at=datetime(2026, 11, 25, tzinfo=UTC))
    for outcome in (waiting(proposal), declined(proposal)):
        assert (outcome.status, outcome.object["parts"]) == (3, [])
    assert "--confirm 3F9A-21C0" in waiting(proposal).lines[-1]


def test_names_on_the_sheet_are_text() -> None:
    split = Split((0,), Sorted((0,), {}, (), (), ()), (180,), (), (1.0,), (b"j",), (b"j",))
    head = Sheet("盖章件核对", ["<i>"], ["<b>"], "")
    text = page(head, [Named("<script>甲院", "A&B 13800138000")], split)
    assert "<script>" not in text
    assert "<i>" not in text.replace("<img", "")
    assert "A&amp;B 138" in text
    assert "13800138000" not in text
    assert "已转正" in text
    assert "什么也没有换" in text
