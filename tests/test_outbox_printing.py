"""print: documents bound with their own pages, on sheets of their own, lists in front."""

from __future__ import annotations

import io
import json
import shutil
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pdfplumber
import pypdfium2 as pdfium
import pytest
from bureau import JOB, bureau, fawen
from faultserver import FaultServer
from printers import printing_office
from pypdf import PdfReader, PdfWriter
from scanner import DPI, pdf_of, scanned
from test_templates_plain import moved
from word import written

from merge.letter import Attachment, Document
from merge.manifest import Manifest
from outbox.desk.picking import chosen
from outbox.office.binder import Binder, UnboundError
from outbox.office.bookmarks import Chapter
from rosters.finding import UsageError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.libreoffice

MM = 72 / 25.4
# As they must lie: for all first, then as the roster has organisations, people by 姓氏笔画.
ORDER = [
    ("1-批次", 3),
    ("2-00101", 2),
    ("2-00102", 2),
    ("3-00101-王毅", 1),
    ("3-00102-邓八", 1),
    ("3-00101-许七", 1),
    ("2-00201", 1),
    ("3-003-马五", 1),
]


@dataclass
class Office:
    root: Path
    batch: str
    told: dict[str, Any]

    @property
    def documents(self) -> dict[str, Any]:
        path = self.root / "outbox" / self.batch / "manifest.json"
        found = json.loads(path.read_text(encoding="utf-8"))["documents"]
        return {one["key"]: one for one in found}

    def own(self, key: str) -> list[str]:
        """Return the text of each page of a document by itself."""
        file = self.documents[key]["file"]
        if file["path"].endswith(".pdf"):  # certificates leave as PDF
            return texts(self.root / "outbox" / self.batch / file["path"])
        return texts(self.root / "outbox" / ".pdf" / f"{file['sha256']}.pdf")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    root = tmp_path_factory.mktemp("print") / "w"
    batch = printing_office(root)
    done = fawen("--json", "print", "-o", "打印.pdf", cwd=root)
    assert done.status == 0, done.out
    return Office(root, batch, done.object)


def texts(path: Path) -> list[str]:
    with pdfplumber.open(path) as pdf:
        return ["".join((page.extract_text() or "").split()) for page in pdf.pages]


def outline(path: Path) -> list[tuple[str, int]]:
    """List bookmarks with their pages from 1; those below one follow it, indented."""
    reader = PdfReader(path)

    def walk(items: list[Any], depth: int) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for one in items:
            if isinstance(one, list):
                found += walk(one, depth + 1)
            else:
                page = reader.get_destination_page_number(one)
                assert page is not None
                found.append(("　" * depth + str(one["/Title"]), page + 1))
        return found

    return walk(reader.outline, 0)


def test_each_document_has_its_own_pages_on_its_own_sheets(office: Office) -> None:
    file = office.root / "打印.pdf"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    pages = texts(file)
    assert office.told["pages"] == len(pages) == 22
    assert (office.told["documents"], office.told["own_pages"], office.told["sheets"]) == (8, 12, 9)
    at = 4  # 总表 and 签收表, each on a sheet
    for key, count in ORDER:
        own = office.own(key)
        assert len(own) == count, key
        assert at % 2 == 0, key  # counted from 0: the front of a sheet
        assert pages[at : at + count] == own, key
        if count > 1:
            assert [f"—{n}—" in page for n, page in enumerate(own, 1)] == [True] * count, key
        at += count
        if count % 2:
            assert pages[at] == "", key
            at += 1
    assert at == len(pages)


def test_lists_say_what_lies_there_and_who_takes_what(office: Office) -> None:
    contents, back, receipt, back_again = texts(office.root / "打印.pdf")[:4]
    assert (back, back_again) == ("", "")
    for words in (
        "中共测试大学委员会组织部印件总表",
        "测大组〔2026〕7号",
        "周明远签发",
        "8份，给3个单位；12页，9张纸（双面",
        "3335–7",  # three documents on three pages, which are sheets 5 to 7
        "《表彰决定》各单位共用，只在这里印1份；发3个单位",
        "合计8129",
    ):
        assert words in contents, words
    assert "补印" not in contents
    for words in ("签收人", "签收时间", "备注", "中共测试大学数学院委员会", "表彰决定1份"):
        assert words in receipt, words
    assert receipt.count("表彰决定1份") == 3
    assert "（马五）" in receipt


def test_bookmarks_lead_to_each_receiver_and_each_document(office: Office) -> None:
    assert outline(office.root / "打印.pdf") == [
        ("总表", 1),
        ("签收表", 3),
        ("各单位", 5),
        ("中共测试大学文学院委员会", 9),
        ("　支部责任清单（文学院教工党支部）", 9),
        ("　支部责任清单（文学院学生党支部）", 11),
        ("　荣誉证书（王毅）", 13),
        ("　荣誉证书（邓八）", 15),
        ("　荣誉证书（许七）", 17),
        ("中共测试大学数学院委员会", 19),
        ("中共测试大学后勤总支部委员会", 21),
    ]


def test_a_reader_prints_it_at_its_size_on_both_sides(office: Office) -> None:
    catalog = PdfReader(office.root / "打印.pdf").trailer["/Root"]
    assert dict(catalog["/ViewerPreferences"]) == {
        "/PrintScaling": "/None",
        "/Duplex": "/DuplexFlipLongEdge",
    }
    with pdfium.PdfDocument(office.root / "打印.pdf") as pdf:  # another reader finds it sound
        assert len(pdf) == 22


def test_the_same_batch_makes_the_same_file(office: Office) -> None:
    words = ("--json", "print", "--no-lists", "-o")
    for name in ("一次.pdf", "又一次.pdf"):
        assert fawen(*words, name, cwd=office.root).status == 0
    first, second = ((office.root / name).read_bytes() for name in ("一次.pdf", "又一次.pdf"))
    assert first == second
    assert not list(office.root.glob(".*.part"))


def test_some_are_printed_again_under_the_same_number(office: Office) -> None:
    again = fawen(
        "print", "--only", "文学院党委", "--only", "马五", "-o", "补印.pdf", cwd=office.root
    )
    assert again.status == 0, again.err
    assert "页是总表、签收表和空白背面" in again.out
    bare = ("print", "--only", "马五", "--no-lists", "-o")
    assert "1 页是空白背面" in fawen(*bare, "无表.pdf", cwd=office.root).out
    assert "其余" not in fawen(*bare, "单面.pdf", "--single", cwd=office.root).out
    assert "补印：文学院党委、马五；字号、内容与签发的相同" in again.out
    pages = texts(office.root / "补印.pdf")
    assert "补印：文学院党委、马五" in pages[0]
    assert "测大组〔2026〕7号" in pages[0]
    keys = ["2-00101", "2-00102", "3-00101-王毅", "3-00102-邓八", "3-00101-许七", "3-003-马五"]
    assert [one for one in pages[4:] if one] == [page for key in keys for page in office.own(key)]
    assert "数学院" not in pages[2]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["--only", "2-00201"], ["2-00201"]),  # by its key
        (["--only", "00201"], ["2-00201"]),  # a branch that its superior receives for
        (["--only", "后勤党总支", "--kind", "荣誉证书"], ["3-003-马五"]),
        (["--kind", "荣誉证书", "--only", "001", "--order", "笔画"],
         ["3-00101-王毅", "3-00102-邓八", "3-00101-许七"]),
        (["--kind", "荣誉证书", "--order", "笔画"],
         ["3-003-马五", "3-00101-王毅", "3-00102-邓八", "3-00101-许七"]),
    ],
)  # fmt: skip
def test_what_is_meant_by_only_and_kind(office: Office, words: list[str], keys: list[str]) -> None:
    out = office.root / "选.pdf"
    done = fawen("--json", "print", *words, "--no-lists", "--single", "-o", out, cwd=office.root)
    assert done.status == 0, done.out
    assert texts(out) == [page for key in keys for page in office.own(key)]  # no blank backs
    assert PdfReader(out).trailer["/Root"]["/ViewerPreferences"] == {"/PrintScaling": "/None"}
    out.unlink()


def test_contents_move_by_millimetres_to_the_right_and_down(office: Office) -> None:
    root = office.root
    settings = root / "fawen.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}[print]\nprinters = {{"彩机" = "1.5,-2"}}\n', encoding="utf-8")
    words = ("--json", "print", "--kind", "荣誉证书", "--only", "马五", "-o")
    still = fawen(*words, "原.pdf", "--shift", "0,0", "--no-lists", cwd=root)
    moved = fawen(*words, "移.pdf", "--printer", "彩机", cwd=root)
    assert (still.object["shift"], moved.object["shift"]) == ([0, 0], [1.5, -2])
    with pdfplumber.open(root / "原.pdf") as before, pdfplumber.open(root / "移.pdf") as after:
        was, now = before.pages[0], after.pages[4]
        told = {
            (
                one["text"] == other["text"],
                round((other["x0"] - now.bbox[0] - one["x0"]) / MM, 2),
                round((other["top"] - now.bbox[1] - one["top"]) / MM, 2),
            )
            for one, other in zip(was.chars, now.chars, strict=True)
        }
        assert told == {(True, 1.5, -2.0)}
        assert after.pages[0].bbox[:2] == (0, 0)  # what lies on ordinary paper stays
    assert "文件的内容向右1.5毫米、向上2毫米" in texts(root / "移.pdf")[0]
    settings.write_text(text, encoding="utf-8")


def test_a_page_of_rulers_measures_true(office: Office) -> None:
    done = fawen("--json", "print", "--ruler", "-o", "标尺.pdf", cwd=office.root)
    assert (done.status, done.object["pages"]) == (0, 2), done.out
    with pdfplumber.open(office.root / "标尺.pdf") as pdf:
        for page, wide, high in ((pdf.pages[0], 210, 297), (pdf.pages[1], 297, 210)):
            assert (round(page.width / MM), round(page.height / MM)) == (wide, high)
            long = [one for one in page.lines if max(one["width"], one["height"]) > 150 * MM]
            upright = {round(one["x0"] / MM, 1) for one in long if one["height"] > one["width"]}
            flat = {round(one["top"] / MM, 1) for one in long if one["width"] > one["height"]}
            assert (upright, flat) == ({20.0, wide - 20.0}, {20.0, high - 20.0})
            text = page.extract_text()
            assert "--shift 1.5,-2" in text
            assert f"两条竖线相距 {wide - 40}.0 毫米" in " ".join(text.split())
    both = fawen("print", "--ruler", "--only", "001", "-o", "标尺2.pdf", cwd=office.root)
    assert both.status == 2


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["-o", "打印.pdf"], 2, "已经有了，没有覆盖"),
        (["-o", "打印.docx"], 2, "要写成 .pdf"),
        (["-o", "jobs/甲.pdf"], 2, "不能写进 jobs/"),
        (["-o", "没有/甲.pdf"], 2, "没有文件夹"),
        (["没有的批次", "-o", "甲.pdf"], 2, "没有批次"),
        (["--only", "法学院", "-o", "甲.pdf"], 2, "没有「法学院」的文件"),
        (["--kind", "通报", "-o", "甲.pdf"], 2, "有的是：表彰决定、支部责任清单、荣誉证书"),
        (["--shift", "一毫米", "-o", "甲.pdf"], 2, "例如 --shift 1.5,-2"),
        (["--shift", "150,0", "-o", "甲.pdf"], 2, "超过 30 毫米"),
        (["--printer", "新机", "-o", "甲.pdf"], 2, "没有打印机「新机」"),
        (["--printer", "新机", "--shift", "1,1", "-o", "甲.pdf"], 2, "只写一个"),
    ],
)
def test_what_is_refused(office: Office, words: list[str], status: int, said: str) -> None:
    before = sorted(office.root.iterdir())
    done = fawen("print", *words, cwd=office.root)
    assert done.status == status
    assert said in done.err
    assert sorted(office.root.iterdir()) == before


def test_two_of_one_name_are_told_apart() -> None:
    file = Attachment("a.docx", "a.docx", "", 0)
    both = tuple(Document(f"1-{n}-王毅", 0, "证书", n, "证书", file, "", "王毅") for n in "AB")
    manifest = Manifest("证书", (), (), both, kinds=("证书",))
    with pytest.raises(UsageError, match="叫「王毅」的不止一个") as told:
        chosen(manifest, ["王毅"], [])
    assert "1-A-王毅、1-B-王毅" in told.value.advice
    assert chosen(manifest, ["1-B-王毅"], []) == [both[1]]


def test_what_has_changed_is_not_printed(office: Office) -> None:
    path = office.root / "outbox" / office.batch / office.documents["2-00201"]["file"]["path"]
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0")
    done = fawen("--json", "print", "-o", "改过.pdf", cwd=office.root)
    other = fawen(
        "--json", "print", "--only", "001", "--no-lists", "-o", "别的.pdf", cwd=office.root
    )
    path.write_bytes(whole)
    assert done.status == 1
    [found] = done.object["findings"]
    assert (found["rule"], found["file"].endswith("清单-数教工支部.docx")) == (
        "batch.altered",
        True,
    )
    assert not (office.root / "改过.pdf").exists()
    assert other.status == 0  # what is printed is as it was signed


def test_what_was_called_back_is_not_printed(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
    assert fawen("cancel", batch, cwd=root).status == 0
    done = fawen("print", batch, "-o", "甲.pdf", cwd=root)
    assert done.status == 2
    assert "已撤销，不能打印" in done.err


def test_a_copy_that_was_called_back_does_not_call_the_letter_back(tmp_path: Path) -> None:
    with FaultServer() as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
        signing = ("--by", "周明远", "--basis", "当面", "--no-review")
        assert fawen("approve", batch, *signing, cwd=root).status == 0
        assert fawen("cancel", batch, "002", cwd=root).status == 0  # the letter itself
        assert fawen("send", batch, "--go", cwd=root).status == 0
        assert fawen("resend", batch, "001", "--why", "没收到", cwd=root).status == 0
        assert fawen("cancel", batch, "001", cwd=root).status == 0
    assert fawen("print", batch, "-o", "甲.pdf", cwd=root).status == 0
    receipt = texts(root / "甲.pdf")[2]
    assert receipt.count("信件已撤") == 1  # its last character is on the next line of the cell
    assert receipt.index("文学院") < receipt.index("信件已撤") < receipt.index("后勤")


def test_a_document_whose_text_lies_under_another_name_is_refused(tmp_path: Path) -> None:
    head, _, _ = JOB.replace("文种: 通知", "文种: 便函纸").partition("\n---\n")
    root = bureau(tmp_path / "w", jobs={"便函": f"{head}\n---\n"})
    (root / "templates").mkdir()
    own = moved(written(["{{ 标题 }}", "{{ 简称 }}："]), "word/document2.xml")
    (root / "templates" / "便函纸.docx").write_bytes(own)
    assert fawen("merge", "便函", cwd=root).status == 0
    done = fawen("print", "-o", "甲.pdf", cwd=root)
    assert done.status == 1
    assert "不是完整的 Word 文件" in done.err


def test_printed_stamped_scanned_and_printed_again(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "w"
    shutil.copytree(office.root, root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAWEN_STATE", str(tmp_path / "state"))  # on another machine
        assert fawen("takeover", "--yes", cwd=root).status == 0
        with pdfium.PdfDocument(root / "打印.pdf") as pdf:
            pages = [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in pdf]
        pile = [scanned(one, number) for number, one in enumerate(pages[4:])]
        (root / "盖章.pdf").write_bytes(pdf_of(pile))
        found = fawen("--json", "stamped", "盖章.pdf", cwd=root)
        assert found.status == 3, found.out
        # The pile lies as `print` laid it; of blank backs it knows.
        assert (found.object["moved"], found.object["doubtful"]) == ([], [])
        assert [one["document"] for one in found.object["proposed"]] == [key for key, _ in ORDER]
        code = found.object["code"]
        assert fawen("--json", "stamped", "盖章.pdf", "--confirm", code, cwd=root).status == 0
        done = fawen("--json", "print", "--no-lists", "-o", "盖章件.pdf", cwd=root)
    assert (done.status, done.object["stamped"], done.object["own_pages"]) == (0, 8, 12)
    assert set(texts(root / "盖章件.pdf")) == {""}  # pictures
    with pdfium.PdfDocument(root / "盖章件.pdf") as pdf:
        dark = [page.render(scale=0.5, grayscale=True).to_numpy().min() < 128 for page in pdf]
    assert [n for n, one in enumerate(dark) if not one] == [3, 9, 11, 13, 15, 17]


def test_a_file_that_is_no_pdf_cannot_be_bound() -> None:
    locked = PdfWriter()
    locked.add_blank_page(100, 100)
    locked.encrypt("geheim")
    kept = io.BytesIO()
    locked.write(kept)
    for data, said in ((b"%PDF-1.4 broken", "内部结构有错"), (kept.getvalue(), "加了密码")):
        with pytest.raises(UnboundError, match=said):
            Binder(io.BytesIO()).bind(io.BytesIO(data), "甲")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_is_turned_moves_on_the_paper(turn: int) -> None:
    made = PdfWriter()
    made.add_blank_page(100, 200).rotate(turn)
    source, out = io.BytesIO(), io.BytesIO()
    made.write(source)
    binder = Binder(out)
    binder.end([Chapter("甲", (binder.bind(source, "甲", (10, -5)),))], "甲")
    page = PdfReader(out).pages[0]
    box = [round(float(one) / MM, 2) for one in page.mediabox]
    across, along = -10, -5  # the window moves against what is seen: 10 to the left, 5 down
    want = {
        0: (across, along), 90: (-along, across), 180: (-across, -along), 270: (along, -across)
    }[turn]  # fmt: skip
    assert tuple(box[:2]) == want
    assert page.rotation == turn
