# ruff: noqa: ARG001 (a case changes the ledger or the folder, and is handed both)
"""One changed byte after the signature, and nothing leaves: each case with its reason.

In any document, address, subject, body, attachment, the skipped rows, or what the signature rests
on; before the first run of a sender, and between two of its runs.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from bureau import JOB, bureau, default_sheets, fawen

from outbox.post.postoffice import PostOffice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SCAN = b"\xff\xd8\xffscan of the paper that was signed"
WITH = JOB.replace("信件:\n", "信件:\n  附件: 附表.txt\n").replace('党总支"]', '党总支", "直属"]')


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Lay a signed batch with a skipped row and an attachment; tests work on copies."""
    root = tmp_path_factory.mktemp("signed") / "w"
    sheets = default_sheets()
    sheets["二级党组织"].append(["004", "中共测试大学图书馆直属党支部", "图书馆支部", "党总支",
                             "陈八", "周九", "010-62750004", "不是邮箱"])  # fmt: skip
    bureau(root, sheets=sheets, jobs={"通知": WITH}, approvers='["周明远"]')
    (root / "jobs" / "附表.txt").write_text("附表的内容", encoding="utf-8")
    made = fawen("--json", "merge", "通知", "--skip-invalid", cwd=root)
    assert made.status == 0, made.err + made.out
    assert len(made.object["skipped"]) == 1
    batch = made.object["batch"]
    (root / "审批单.jpg").write_bytes(SCAN)
    done = fawen(
        "approve", batch, "--by", "周明远", "--basis", "审批单.jpg", "--no-review", cwd=root
    )
    assert done.status == 0, done.err
    return root, batch


def sql(root: Path, statement: str, *words: object) -> None:
    with sqlite3.connect(root / "outbox" / "ledger.db") as connection:
        assert connection.execute(statement, words).rowcount > 0
    connection.close()


def relisted(root: Path, change: Callable[[dict[str, list[dict[str, object]]]], None]) -> None:
    """Change the list that the ledger keeps of what was signed."""
    with sqlite3.connect(root / "outbox" / "ledger.db") as connection:
        [packed] = connection.execute("select manifest from batch").fetchone()
        listed = json.loads(zlib.decompress(packed))
        change(listed)
        packed = zlib.compress(json.dumps(listed, ensure_ascii=False).encode())
        connection.execute("update batch set manifest = ?", (packed,))
    connection.close()


def rewritten(document: Path, old: str, new: str) -> None:
    """Change a Word file's text as Word would, the package whole again."""
    made = io.BytesIO()
    with zipfile.ZipFile(document) as package, zipfile.ZipFile(made, "w") as other:
        for one in package.infolist():
            data = package.read(one)
            if one.filename == "word/document.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            other.writestr(one, data)
    document.write_bytes(made.getvalue())


def a_word(root: Path, folder: Path) -> None:
    rewritten(next(folder.rglob("通知-文学院党委.docx")), "请核对", "请校对")


def a_byte(root: Path, folder: Path) -> None:
    document = next(folder.rglob("通知-文学院党委.docx"))
    document.write_bytes(document.read_bytes() + b"\0")


def gone(root: Path, folder: Path) -> None:
    next(folder.rglob("通知-文学院党委.docx")).unlink()


def an_attachment(root: Path, folder: Path) -> None:
    next(folder.rglob("附表.txt")).write_text("附表的內容", encoding="utf-8")


def an_address(root: Path, folder: Path) -> None:
    sql(root, """update letter set "to" = '["wy@cs.example"]' where organisation = '001'""")


def a_copy(root: Path, folder: Path) -> None:
    sql(root, """update letter set cc = '["x@cs.example"]' where organisation = '002'""")


def a_subject(root: Path, folder: Path) -> None:
    sql(root, "update letter set subject = subject || '！' where organisation = '001'")


def a_body(root: Path, folder: Path) -> None:
    sql(root, "update letter set body = replace(body, '查收', '签收') where organisation = '001'")


def skipped(root: Path, folder: Path) -> None:
    relisted(root, lambda listed: listed["skipped"].clear())


def listed_address(root: Path, folder: Path) -> None:
    relisted(root, lambda listed: listed["letters"][0].update(to=["wy@cs.example"]))


def folder_list(root: Path, folder: Path) -> None:
    path = folder / "manifest.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    listed["skipped"][0]["reason"] += "。"
    path.write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")


def evidence_changed(root: Path, folder: Path) -> None:
    next((folder / "签发依据").iterdir()).write_bytes(SCAN[:-1] + b"!")


def evidence_gone(root: Path, folder: Path) -> None:
    next((folder / "签发依据").iterdir()).unlink()


def evidence_other(root: Path, folder: Path) -> None:
    kept = next((folder / "签发依据").iterdir())
    kept.rename(kept.with_name("another.jpg"))
    kept.with_name("审批单.jpg").write_bytes(SCAN + b"2")


def evidence_words(root: Path, folder: Path) -> None:
    sql(root, "update approval set basis = '当面', basis_sha256 = ''")


def signer(root: Path, folder: Path) -> None:
    sql(root, "update approval set by = '周明达'")


CASES = [
    (a_word, "第6段", "请校对"),
    (a_byte, "文件", "不一致"),
    (gone, "文件", "不见了"),
    (an_attachment, "文件", "不一致"),
    (an_address, "收件地址", "给中共测试大学文学院委员会的收件地址由「wx@cs.example」"),
    (a_copy, "抄送地址", "x@cs.example"),
    (a_subject, "邮件主题", "！」"),
    (a_body, "邮件正文第2行", "请签收"),
    (skipped, "略去名单", "略去名单里少了「"),
    (listed_address, "收件地址", "wy@cs.example"),
    (folder_list, "清单", "批次文件夹里的清单被改过"),
    (evidence_changed, "签发依据", "已不是当时的那一份"),
    (evidence_gone, "签发依据", "不见了"),
    (evidence_other, "签发依据", "不见了"),
    (evidence_words, "签发依据", "签发依据与当时记下的不一致"),
    (signer, "签发依据", "签发人"),
]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        yield office


def laid(signed: tuple[Path, str], tmp_path: Path, port: int) -> tuple[Path, Path]:
    root = tmp_path / "w"
    shutil.copytree(signed[0], root)
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8").replace("port = 1\n", f"port = {port}\n")
    path.write_text(text, encoding="utf-8")
    assert fawen("takeover", "--yes", cwd=root).status == 0, "a copy is read-only until then"
    return root, root / "outbox" / signed[1]


@pytest.fixture(autouse=True)
def another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each copy lie on a machine that has heard of no other."""
    monkeypatch.setenv("FAWEN_STATE", str(tmp_path / "state"))


@pytest.mark.parametrize(
    ("change", "where", "said"), CASES, ids=lambda one: getattr(one, "__name__", "")
)
def test_what_changed_after_the_signature_leaves_nobody(
    signed: tuple[Path, str],
    tmp_path: Path,
    office: PostOffice,
    change: Callable[[Path, Path], None],
    where: str,
    said: str,
) -> None:
    root, folder = laid(signed, tmp_path, office.port)
    change(root, folder)
    refused = fawen("--json", "send", signed[1], "--go", cwd=root)
    assert refused.status == 1, refused.out
    message = refused.object["error"]["message"]
    assert message.startswith("签发后内容有变（"), message
    assert message.endswith("一封未发，请重新送签")
    assert where in message
    told = [one for one in refused.object["findings"] if said in one["message"]]
    assert told, refused.object["findings"]
    assert list((tmp_path / "mails").glob("*.eml")) == []
    dry = fawen("send", signed[1], cwd=root)
    assert (dry.status, said in dry.out) == (1, True), "the dry run says it too"
    dry = fawen("--json", "send", signed[1], cwd=root)
    assert dry.object["error"]["kind"] == "input"
    assert [one for one in dry.object["findings"] if said in one["message"]], dry.out


def test_as_it_was_it_leaves(signed: tuple[Path, str], tmp_path: Path, office: PostOffice) -> None:
    root, _ = laid(signed, tmp_path, office.port)
    sent = fawen("--json", "send", signed[1], "--go", cwd=root)
    assert (sent.status, sent.object["accepted"]) == (0, 3), sent.err


@pytest.mark.parametrize("change", [a_word, an_address, evidence_gone, skipped])
def test_what_changes_between_two_runs_stops_the_rest(
    signed: tuple[Path, str],
    tmp_path: Path,
    office: PostOffice,
    change: Callable[[Path, Path], None],
) -> None:
    root, folder = laid(signed, tmp_path, office.port)
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8").replace("per_day = 10000", "per_day = 1")
    path.write_text(text, encoding="utf-8")
    assert fawen("--json", "send", signed[1], "--go", cwd=root).object["accepted"] == 1
    path.write_text(text.replace("per_day = 1", "per_day = 10000"), encoding="utf-8")
    change(root, folder)
    refused = fawen("--json", "send", signed[1], "--go", cwd=root)
    assert refused.status == 1, refused.out
    assert "其余的一封未发" in refused.object["error"]["message"]
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 1
