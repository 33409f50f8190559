"""The press: whole files or none, the same bytes each time, in one process or in several."""

from __future__ import annotations

import hashlib
import os
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from merge_office import AWARD, LIST, NOTICE, PEOPLE, Office, office
from word import text_of

from merge.manifest import Manifest
from merge.press import attach, press, staging
from rosters.finding import InputError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_each_document_lies_in_its_receivers_folder_with_its_hash(desk: Office) -> None:
    result = desk.manifest(desk.plan(AWARD))
    made = files(desk.root / "out")
    assert sorted(made) == ["001/张强-证书.docx", "001/王毅-证书.docx", "批次/决定.docx"]
    for document in result.documents:
        data = made[document.file.path]
        assert document.file.sha256 == hashlib.sha256(data).hexdigest()
        assert document.file.size == len(data)
    assert Manifest.from_json(result.to_json()) == result


def test_the_same_inputs_give_the_same_bytes_and_the_same_batch(desk: Office) -> None:
    first = desk.manifest(desk.plan(NOTICE), "one")
    second = desk.manifest(desk.plan(NOTICE), "two")
    assert files(desk.root / "one") == files(desk.root / "two")
    assert first.batch == second.batch
    other = desk.plan(NOTICE.replace("年度", "").replace("请认真做好", "请抓紧做好"))
    assert desk.manifest(other, "three").batch != first.batch


def test_several_processes_make_the_same(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("merge.press._SHARD", 1)
    made = desk.plan(LIST)
    assert desk.manifest(made, "one") == desk.manifest(made, "two", workers=2)
    assert files(desk.root / "one") == files(desk.root / "two")


def test_what_is_there_and_whole_is_kept_and_what_is_not_is_made_again(desk: Office) -> None:
    made = desk.plan(NOTICE)
    desk.press(made)
    before = files(desk.root / "out")
    kept = desk.root / "out" / "001" / "001-机械学院党委-通知.docx"
    broken = desk.root / "out" / "002" / "002-图书馆直属党支部-通知.docx"
    os.utime(kept, (1, 1))
    broken.write_bytes(broken.read_bytes()[:100])
    (broken.parent / (broken.name + ".part")).write_bytes(b"half")
    desk.press(made)
    assert files(desk.root / "out") == before
    assert kept.stat().st_mtime == 1


def test_a_run_that_stops_leaves_only_whole_files(desk: Office) -> None:
    made = desk.plan(NOTICE)
    steps = press(made, desk.root / "out")
    next(steps)
    steps.close()
    assert list(files(desk.root / "out")) == ["001/001-机械学院党委-通知.docx"]
    assert len(desk.press(made)) == 2


def test_the_staging_folder_is_named_by_the_inputs(desk: Office) -> None:
    roster = desk.roster()  # once: a workbook bears the time at which it was written
    made = desk.plan(NOTICE, roster)
    assert staging(made, desk.root) == staging(desk.plan(NOTICE, roster), desk.root)
    assert staging(made, desk.root) != staging(desk.plan(NOTICE, roster, limit=1), desk.root)
    assert staging(made, desk.root) != staging(desk.plan(LIST, roster), desk.root)


def test_every_document_that_cannot_be_filled_is_said_at_once(desk: Office) -> None:
    desk.template("名单", ["{% for 员 in 党员 %}{{ 员.网格|日期 }}{% endfor %}"])
    with pytest.raises(InputError) as caught:
        desk.press(desk.plan(LIST))
    assert "2 份文件" in caught.value.message
    assert caught.value.findings
    assert not [name for name in files(desk.root / "out") if name.endswith(".docx")]


def test_a_plan_that_is_stopped_is_not_pressed(desk: Office) -> None:
    made = desk.plan(NOTICE.replace("{{ 简称 }}）", "{{ 错名 }}）"))
    with pytest.raises(InputError):
        desk.press(made)
    assert not (desk.root / "out").exists()


def test_attachments_go_with_every_letter_under_names_of_their_own(desk: Office) -> None:
    for folder in ("甲", "乙"):
        (desk.root / folder).mkdir()
        (desk.root / folder / "日报表.xlsx").write_bytes(folder.encode())
    job = NOTICE.replace("信件:\n", "信件:\n  附件:\n    - 甲/日报表.xlsx\n    - 乙/日报表.xlsx\n")
    made = desk.plan(job)
    result = desk.manifest(made)
    names = [part.name for part in result.letters[0].attachments]
    assert names == ["001-机械学院党委-通知.docx", "日报表.xlsx", "日报表（2）.xlsx"]
    assert files(desk.root / "out")["附件/日报表（2）.xlsx"] == "乙".encode()
    (desk.root / "乙" / "日报表.xlsx").unlink()
    with pytest.raises(InputError, match="附件"):
        attach(made, desk.root / "again")


def test_two_documents_of_one_name_in_a_letter_are_told_apart(desk: Office) -> None:
    rows = [list(row) for row in PEOPLE]
    rows[3][0] = rows[1][0]
    result = desk.manifest(desk.plan(AWARD, desk.roster(rows)))
    names = [part.name for part in result.letters[0].attachments]
    assert names == ["决定.docx", "王毅-证书.docx", "王毅-证书（2）.docx"]


def test_numbers_and_headings_reach_the_page(desk: Office) -> None:
    made = desk.plan(AWARD)
    [first, *_] = [one for one in desk.press(made) if one.kind == "证书"]
    page = text_of((desk.root / "out" / first.file.path).read_bytes())
    assert page == ["1 王毅同志：优秀共产党员", "机械学院党委"]


def test_supplies_travel_and_fill_the_same(desk: Office) -> None:
    made = desk.plan(LIST)
    there = pickle.loads(pickle.dumps(made.supplies))  # noqa: S301  our own bytes, made just here
    copied = replace(made, supplies=there, shop=None)
    desk.press(made, "one")
    desk.press(copied, "two")
    assert files(desk.root / "one") == files(desk.root / "two")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_files_are_their_owners_alone(desk: Office) -> None:
    desk.press(desk.plan(NOTICE))
    path = desk.root / "out" / "001"
    assert path.stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in path.iterdir()} == {0o600}
