"""The whole line on the sample university: every mail is its organisation's and nobody else's."""

from __future__ import annotations

import email
import hashlib
import io
import itertools
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any

import pytest
from bureau import drained, fawen, keyed
from docx import Document
from openpyxl import load_workbook

from outbox.desk import merge as merging
from outbox.desk.preparation import Choice
from outbox.workspace import find
from rosters.reader import read_roster

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Demo:
    root: Path
    object: dict[str, Any]

    def batch(self, job: str) -> Path:
        (found,) = (self.root / "outbox").glob(f"{job}-*")
        return found

    def manifest(self, job: str) -> dict[str, Any]:
        text = (self.batch(job) / "manifest.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    root = tmp_path_factory.mktemp("demo") / "D"
    ran = fawen("--json", "demo", root, cwd=root.parent)
    assert ran.status == 0, ran.err + ran.out
    return Demo(root, ran.object)


def _mails(folder: Path) -> list[EmailMessage]:
    found = []
    for path in sorted((folder / "演练").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        found.append(mail)
    return found


def _addresses(mail: EmailMessage, *headers: str) -> list[str]:
    values = [str(value) for header in headers for value in mail.get_all(header, [])]
    return [address for _, address in getaddresses(values)]


def test_every_letter_is_received_and_the_account_balances(demo: Demo) -> None:
    assert demo.object["letters"] >= 24 + 24 + 180
    assert demo.object["received"] == demo.object["letters"]
    assert demo.object["hash_mismatches"] == 0
    assert demo.object["balanced"] is True
    assert demo.object["documents"] >= 24 + 1 + 60 + 180
    assert {path.name for path in demo.root.glob("登记簿-*.xlsx")} == {
        "登记簿-支部.xlsx",
        "登记簿-表彰.xlsx",
        "登记簿-通知.xlsx",
    }


@pytest.mark.parametrize("job", ["通知", "表彰", "支部"])
def test_each_mail_goes_to_its_organisation_and_nobody_else(demo: Demo, job: str) -> None:
    roster = read_roster([demo.root / "rosters" / "示例大学名册.xlsx"])
    manifest = demo.manifest(job)
    wanted = {(tuple(letter["to"]), letter["subject"]): letter for letter in manifest["letters"]}
    mails = _mails(demo.batch(job))
    assert len(mails) == len(wanted)
    seen = set()
    for mail in mails:
        to = tuple(_addresses(mail, "To"))
        letter = wanted[to, str(mail["Subject"])]
        organisation = roster.by_key[letter["organisation"]]
        everyone = [*to, *_addresses(mail, "Cc")]
        assert everyone == list(organisation.addresses)
        assert _addresses(mail, "From") == ["zzb@sldx.example"]
        assert "示例大学党委组织部" in str(mail["From"])
        body = mail.get_body(("plain",))
        assert body is not None
        text = body.get_content().replace("\r\n", "\n")
        assert text.rstrip("\n") == letter["body"].rstrip("\n")
        assert organisation.short in text
        parts = [
            (part.get_filename(), hashlib.sha256(part.get_content()).hexdigest())
            for part in mail.iter_attachments()
        ]
        assert parts == [(one["name"], one["sha256"]) for one in letter["attachments"]]
        seen.add(mail["Message-ID"])
    assert len(seen) == len(mails)


def _text(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def test_each_notice_is_tailored_and_names_no_other_organisation(demo: Demo) -> None:
    roster = read_roster([demo.root / "rosters" / "示例大学名册.xlsx"])
    manifest = demo.manifest("通知")
    for document in manifest["documents"]:
        own = roster.by_key[document["organisation"]]
        text = _text((demo.batch("通知") / document["file"]["path"]).read_bytes())
        assert own.short in text
        assert f"党员共{len(roster.all_members(own))}名" in text
        for branch in roster.inferiors(own):
            assert branch.short in text
        strangers = [
            one for one in roster.organisations if one not in (own, *roster.inferiors(own))
        ]
        allowed = {own.short, *(one.short for one in roster.inferiors(own))}
        for stranger in strangers:
            if not any(stranger.short in name for name in allowed):
                assert stranger.short not in text, (own.short, stranger.short)
        assert ("四、分党委的责任" in text) == (own.category == "分党委")
        assert "{{" not in text
        assert "{%" not in text


def test_a_commendation_gives_each_model_member_one_certificate(demo: Demo) -> None:
    roster = read_roster([demo.root / "rosters" / "示例大学名册.xlsx"])
    models = [member for member in roster.members if member.row.get("荣誉称号")]
    folder = demo.batch("表彰")
    letters = demo.manifest("表彰")["letters"]
    assert len(letters) == 24
    decision = _text(next((folder / "批次").glob("*.docx")).read_bytes())
    certificates = [path for path in folder.rglob("荣誉证书-*.docx") if path.is_file()]
    assert len(certificates) == len(models)
    assert f"共计{len(models)}名" in decision
    for member in models:
        assert member.name in decision
        (path,) = [one for one in certificates if one.stem.endswith(f"-{member.name}")]
        assert f"{member.name}同志" in _text(path.read_bytes()).replace("\n", "")
        assert member.organisation is not None
        top = roster.second_level(roster.by_key[member.organisation])
        own = next(one for one in letters if one["organisation"] == top.key)
        assert path.name in [part["name"] for part in own["attachments"]]
    for letter in letters:
        assert letter["attachments"][0]["name"] == "表彰决定.docx"


def test_each_branch_gets_its_own_members_with_their_grids(demo: Demo) -> None:
    roster = read_roster([demo.root / "rosters" / "示例大学名册.xlsx"])
    folder = demo.batch("支部")
    for document in demo.manifest("支部")["documents"]:
        own = roster.by_key[document["organisation"]]
        read = Document(io.BytesIO((folder / document["file"]["path"]).read_bytes()))
        rows = [[cell.text for cell in row.cells] for row in read.tables[0].rows[1:]]
        wanted = [
            [str(number), member.name, str(member.row.get("人员类别")), str(member.row.get("网格"))]
            for number, member in enumerate(roster.all_members(own), start=1)
        ]
        assert rows == wanted, own.short


def test_the_same_inputs_on_another_day_make_the_same_bytes(demo: Demo, tmp_path: Path) -> None:
    other = tmp_path / "again"
    assert fawen("new", other, cwd=tmp_path).status == 0
    workspace = find(other)
    keyed(other, demo.root)
    tomorrow = datetime.now(UTC) + timedelta(days=400)
    for job in ("通知", "表彰"):
        path = workspace.job(job)
        manifest = drained(merging.merged(workspace, path, Choice(workers=2), at=tomorrow)).manifest
        assert manifest.batch == demo.batch(job).name
        for document in manifest.documents:
            here = other / "outbox" / manifest.batch / document.file.path
            there = demo.batch(job) / document.file.path
            assert here.read_bytes() == there.read_bytes()
        stamps = {
            path: path.read_bytes() for path in (other / "outbox").rglob("*") if path.is_file()
        }
        again = fawen("--json", "merge", job, cwd=other)
        assert again.object["batch"] == manifest.batch
        after = {
            path: path.read_bytes() for path in (other / "outbox").rglob("*") if path.is_file()
        }
        ledger = {path for path in stamps if path.name.startswith("ledger.db")}
        assert {path for path in after if path.suffix == ".docx"} == {
            path for path in stamps if path.suffix == ".docx"
        }
        assert all(after[path] == stamps[path] for path in stamps if path not in ledger)


def test_the_register_says_what_happened(demo: Demo) -> None:
    book = load_workbook(demo.root / "登记簿-通知.xlsx")
    assert book.sheetnames == ["发文登记簿", "送达明细", "对账单"]
    register = [[cell.value for cell in row] for row in book["发文登记簿"].iter_rows()]
    assert "示大组〔2026〕1号" in register[2]
    assert "周明远" in register[2]
    deliveries = list(book["送达明细"].iter_rows(min_row=3, max_col=9, values_only=True))
    assert len([row for row in deliveries if row[1]]) == 24
    sums = {str(row[0]).strip("　"): row[1] for row in book["对账单"].iter_rows(values_only=True)}
    assert (sums["信件"], sums["范围内的行"], sums["是否相符"]) == (24, 24, "相符")


def test_what_lies_in_the_workspace_is_private(demo: Demo) -> None:
    import os

    if os.name != "posix":
        pytest.skip("no modes here")
    for path in (demo.root / "outbox").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_folder_that_is_not_empty_is_refused(demo: Demo) -> None:
    ran = fawen("--json", "demo", demo.root, cwd=demo.root.parent)
    assert (ran.status, "不是空文件夹" in ran.object["error"]["message"]) == (1, True)


def test_a_mail_at_another_address_is_no_good_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbox.desk.new.CORE", ("通知",))
    asked = itertools.count()
    monkeypatch.setattr("outbox.post.rehearsal._addressed", lambda *_: next(asked) > 0)
    ran = fawen("demo", tmp_path / "D", cwd=tmp_path)
    assert ran.status == 3
    assert "的收件人与台账不符" in ran.out
    assert "有不一致，见上" in ran.out
    assert "逐封核对无误" not in ran.out


@pytest.mark.libreoffice
def test_every_kind_opens_in_libreoffice(demo: Demo, tmp_path: Path) -> None:
    samples = [
        next(demo.batch("通知").glob("0*/*.docx")),
        next(demo.batch("表彰").glob("批次/*.docx")),
        next(demo.batch("表彰").glob("0*/*.docx")),
        next(demo.batch("支部").glob("0*/*.docx")),
        demo.root / "登记簿-通知.xlsx",
    ]
    for number, sample in enumerate(samples):
        (tmp_path / f"{number}{sample.suffix}").write_bytes(sample.read_bytes())
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, *sorted(tmp_path.glob("[0-9].*"))],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert len(list(tmp_path.glob("*.pdf"))) == len(samples)
    text = subprocess.run(
        ["pdftotext", tmp_path / "0.pdf", "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    assert "关于做好网格排查和日报告工作的通知" in text.replace("\n", "")
