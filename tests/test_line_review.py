"""review: 送签 holds all that a leader signs, opens offline, and masks what stands in lists."""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bureau import JOB, bureau, default_sheets, fawen, write_book

from outbox.desk.folder import opened
from outbox.workspace import find

AT = datetime(2026, 11, 26, tzinfo=UTC)
PHONE = "13812345678"


@dataclass
class Page(HTMLParser):
    """A page taken apart: its text by section, its tables, and all that could lead out of it."""

    sections: dict[str, str] = field(default_factory=dict)
    rows: list[list[str]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    leads: list[str] = field(default_factory=list)
    code: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._heading = self._cell = False
        self._name = "审批单"
        self._id = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = {name: value or "" for name, value in attrs}
        self.leads += [given[name] for name in ("src", "href", "action", "data") if name in given]
        self.leads += [name for name in given if name.startswith("on")]
        self._id = given.get("id", "")
        if tag == "h2":
            self._heading, self._name = True, ""
        elif tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self._cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._heading = False
            self._name = self._name.partition("、")[2]
        elif tag == "td":
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._heading:
            self._name += data
            return
        if self._id == "code":
            self.code, self._id = data, ""
        if self._cell:
            self.rows[-1][-1] += data
        self.sections[self._name] = self.sections.get(self._name, "") + data

    @property
    def text(self) -> str:
        return "\n".join(self.sections.values())


def parsed(file: Path) -> Page:
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def merged(root: Path, *words: str) -> dict[str, Any]:
    ran = fawen("--json", "merge", "通知", *words, cwd=root)
    assert ran.status == 0, ran.out
    return ran.object


def shown(root: Path, name: str = "送签.html", *words: str) -> tuple[dict[str, Any], Page]:
    ran = fawen("--json", "review", "-o", name, *words, cwd=root)
    assert ran.status == 0, ran.out
    return ran.object, parsed(root / name)


def changed(root: Path, *pairs: tuple[str, str]) -> None:
    """Change the job's file."""
    job = root / "jobs" / "通知.md"
    text = job.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    job.write_text(text, encoding="utf-8")


pytestmark = pytest.mark.usefixtures("no_office")


def test_the_page_holds_what_is_signed_and_its_code(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    made = merged(root)
    said, page = shown(root)
    assert said["code"] == page.code == f"{made['digest'][:4]}-{made['digest'][4:8]}".upper()
    assert said["file"] == "送签.html"
    sheet = page.sections["审批单"]
    for words in (
        "中共测试大学委员会组织部发文审批单",
        "关于核对党员名册的通知",
        "测大组〔2026〕7号",
        "分党委2个、党总支1个，共3个单位",
        *("通知3份", "3封", "没有略去的", "审核", "会签", "签发", f"同意 {page.code}"),
    ):
        assert words in sheet, words
    for address in ("wx@cs.example", "sx@cs.example", "bak@cs.example", "hq@cs.example"):
        assert address in page.sections["收件地址"]
    row = next(one for one in page.rows if "中共测试大学数学院委员会（002）" in one)
    assert row[2:4] == ["sx@cs.example", "bak@cs.example"]
    assert "文学院党委现有党员3名，请核对。" in page.sections["文件全文"]
    assert "林一同志：" in page.sections["随附邮件"]
    assert "没有发现问题" in page.sections["检查发现"]


def test_the_page_opens_offline_and_belongs_to_its_owner(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    merged(root)
    said, page = shown(root)
    data = (root / "送签.html").read_bytes()
    assert not page.tags & {"script", "link", "iframe", "object", "form", "base", "svg"}
    assert all(lead.startswith("data:image/jpeg;base64,") for lead in page.leads)
    assert not re.search(rb"url\(|@import|https?:|//[a-z]", data)
    assert b"default-src 'none'" in data
    assert stat.S_IMODE((root / "送签.html").stat().st_mode) == 0o600
    assert hashlib.sha256(data).hexdigest() == said["sha256"]


def test_what_was_shown_is_written_into_the_ledger(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    made = merged(root)
    said, _ = shown(root)
    with opened(find(root), AT) as ledger:
        noted = ledger.review(made["batch"])
    assert noted is not None
    assert (noted.digest, noted.code, noted.sha256) == (
        made["digest"],
        said["code"],
        said["sha256"],
    )


def test_nothing_of_the_data_becomes_markup(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["二级党组织"][1][2] = '文<script>alert(1)</script>"院'
    sheets["党支部"][1][3] = "中共测试大学文学院委员会"
    subject = "主题: <img src=x onerror=alert(1)>{{ 简称 }}"
    job = re.sub(r"(?m)主题:.*$", subject, JOB)
    root = bureau(tmp_path / "w", sheets=sheets, jobs={"通知": job})
    merged(root)
    _, page = shown(root)
    assert not page.tags & {"script", "img"}
    assert '<img src=x onerror=alert(1)>文<script>alert(1)</script>"院' in page.text


def test_lists_are_masked_and_documents_stand_as_they_are(tmp_path: Path) -> None:
    sheets = default_sheets()
    phones = [PHONE, "13912345679", "13712345670"]
    for row, phone in zip(sheets["二级党组织"][1:], phones, strict=True):
        row[6] = phone
    job = JOB.replace("请核对。", "请核对，电话{{ 联系电话 }}。").replace(
        "主题: 【通知】", "主题: 【通知】99010119900101001X"
    )
    root = bureau(tmp_path / "w", sheets=sheets, jobs={"通知": job})
    merged(root)
    _, page = shown(root)
    assert PHONE in page.sections["文件全文"]
    for phone in phones:
        assert phone not in page.sections["各单位不同之处"]
        assert f"{phone[:3]}****{phone[-4:]}" in page.sections["各单位不同之处"]
    assert "99010119900101001X" not in page.sections["收件地址"]
    assert "99010119900101001X" in page.sections["随附邮件"]


def test_an_address_is_never_masked(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["二级党组织"][1][7] = f"{PHONE}@cs.example"
    root = bureau(tmp_path / "w", sheets=sheets)
    merged(root)
    _, page = shown(root)
    assert f"{PHONE}@cs.example" in page.sections["收件地址"]


def test_what_varies_is_read_out_of_the_documents(tmp_path: Path) -> None:
    job = JOB + '\n{% if 类别 == "分党委" %}\n请于周五前回复。\n{% endif %}\n'
    root = bureau(tmp_path / "w", jobs={"通知": job})
    merged(root)
    _, page = shown(root)
    told = page.sections["各单位不同之处"]
    assert "〔单位〕现有党员①名，请核对。" in told
    assert ["3", "1", "文学院党委"] in page.rows
    assert ["1", "2", "数学院党委、后勤党总支"] in page.rows
    assert ["请于周五前回复。", "2", "文学院党委、数学院党委"] in page.rows
    assert ["（没有这一段）", "1", "后勤党总支"] in page.rows


def test_changes_since_the_last_batch_name_the_paragraph(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    first = merged(root)["batch"]
    sheets = default_sheets()
    sheets["二级党组织"][1][7] = "neu@cs.example"
    sheets["二级党组织"].append(
        ["004", "中共测试大学医学院委员会", "医学院党委", "分党委", "甲一", "乙二", "010-62750009",
         "yx@cs.example"]
    )  # fmt: skip
    write_book(root / "rosters" / "名册.xlsx", sheets)
    changed(root, ("请核对。", "请再次核对。"), ('"党总支"]', '"党总支"] and 简称 != "后勤党总支"'))
    merged(root)
    _, page = shown(root)
    told = page.sections["与上一批次的不同"]
    assert f"与批次 {first} 相比（" in told
    assert "新增单位（1）：中共测试大学医学院委员会" in told
    assert "不再发的单位（1）：中共测试大学后勤总支部委员会" in told
    assert ["中共测试大学文学院委员会", "wx@cs.example", "neu@cs.example"] in page.rows
    row = next(one for one in page.rows if one[:1] == ["第6段"])
    assert row[1:] == [
        "〔单位〕现有党员3名，请核对。", "〔单位〕现有党员3名，请再次核对。", "文学院党委",
    ]  # fmt: skip


def test_only_what_changed_since_the_signature(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    merged(root)
    none = fawen("--json", "review", "-o", "a.html", "--since-approved", cwd=root)
    assert none.status == 2
    assert "还没有签发过" in none.object["error"]["message"]
    shown(root, "第一次.html")
    signed = fawen("approve", "--by", "周明远", "--basis", "当面", cwd=root)
    assert signed.status == 0, signed.err
    changed(root, ("请核对。", "请核对{% if 简称 == '数学院党委' %}清楚{% endif %}。"))
    made = merged(root)
    _, page = shown(root, "第二次.html", "--since-approved", made["batch"])
    assert "数学院党委现有党员1名，请核对清楚。" in page.sections["文件全文"]
    assert [row[1] for row in page.rows if row and row[0] == "1"] == [
        "中共测试大学数学院委员会（002）"
    ]
    assert "各单位不同之处" not in page.sections
    assert "hq@cs.example" not in page.text


def test_a_document_that_is_not_what_was_recorded_is_refused(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    folder = root / "outbox" / merged(root)["batch"]
    paper = next(folder.rglob("通知-*.docx"))
    paper.write_bytes(paper.read_bytes() + b"\0")
    ran = fawen("--json", "review", "-o", "送签.html", cwd=root)
    assert ran.status == 1
    assert ran.object["findings"][0]["rule"] == "batch.altered"
    assert not (root / "送签.html").exists()


def test_nothing_is_written_over_and_the_usual_name_is_in_the_batch(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = merged(root)["batch"]
    (root / "送签.html").write_text("mine", encoding="utf-8")
    ran = fawen("--json", "review", "-o", "送签.html", cwd=root)
    assert ran.status == 2
    assert "没有覆盖" in ran.object["error"]["message"]
    assert (root / "送签.html").read_text(encoding="utf-8") == "mine"
    names = []
    for _ in range(2):
        names.append(Path(fawen("--json", "review", cwd=root).object["file"]))
        assert names[-1].parent.name == batch
    assert names[0].name.startswith("送签-")
    assert names[0] != names[1]
    assert fawen("review", "-o", "送签.docx", cwd=root).status == 2
    assert fawen("review", "-o", "jobs/送签.html", cwd=root).status == 2


def test_without_a_program_a_pdf_is_refused_with_its_cure(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    merged(root)
    ran = fawen("--json", "review", "-o", "送签.pdf", cwd=root)
    assert ran.status == 4
    assert "LibreOffice" in ran.object["error"]["advice"]
    assert "-o 送签.html" in ran.object["error"]["advice"]
    assert not (root / "送签.pdf").exists()
    assert "以文字代替页面" in shown(root)[1].sections["文件全文"]


def test_findings_and_what_was_skipped_are_shown(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["二级党组织"][3][7] = "不是地址"
    root = bureau(tmp_path / "w", sheets=sheets)
    made = merged(root, "--skip-invalid")
    assert len(made["skipped"]) == 1
    _, page = shown(root)
    assert "略去1项" in page.sections["审批单"]
    assert "中共测试大学后勤总支部委员会" in page.sections["略去未发"]
    assert "错误1处" in page.sections["检查发现"]
    assert "不是地址" in page.sections["检查发现"]


def test_a_sample_and_a_draft_that_was_overtaken_are_refused(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    sample = merged(root, "--limit", "1")["batch"]
    ran = fawen("--json", "review", sample, "-o", "a.html", cwd=root)
    assert (ran.status, "样张" in ran.object["error"]["message"]) == (2, True)
    old = merged(root)["batch"]
    changed(root, ("请核对。", "请再核对。"))
    merged(root)
    ran = fawen("--json", "review", old, "-o", "a.html", cwd=root)
    assert ran.status == 2
