"""Many documents: shards that go on where they stopped, rows that travel, folders not too full."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import zlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from merge_office import AWARD, LIST, NOTICE, PEOPLE, Office, office
from word import text_of

from merge import crew
from merge.files import pour
from merge.finished import place
from merge.letter import Attachment, Document, Letter, Skipped
from merge.manifest import Account, Manifest
from merge.nursery import NURSERY
from merge.press import press
from merge.shard import Lent
from rosters.finding import InputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

DIGESTS = ["cefa14bcabfbafa5", "206c4ae19822b331", "45b3769e77c9791b"]
ALL = AWARD.replace('    范围: 荣誉称号 != ""\n', "")
EVERYBODY = """---
名册: 名册.xlsx
文种: 证书
每份: 党员
信件:
  主题: 证书
  正文: 请查收。
---
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr("merge.press._SHARD", 1)
    return office(tmp_path)


def files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize("job", [ALL, LIST, NOTICE], ids=["members", "lists", "counts"])
def test_rows_that_travel_with_their_shard_fill_the_same(desk: Office, job: str) -> None:
    made = desk.plan(job)
    assert desk.manifest(made, "one", 1) == desk.manifest(made, "two", 2)
    assert files(desk.root / "one") == files(desk.root / "two")


@pytest.mark.parametrize("limit", ["merge.shard._HANDFUL", "merge.shard._HEAVY"])
def test_documents_are_the_same_by_whatever_handfuls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr("merge.press._SHARD", 50)
    desk = office(tmp_path)
    notes = [f"第{at}号" if at % 3 else "前\ufdd0后" for at in range(70)]
    rows = [
        ["孙一", f"1{at:03}", "机械教工一支部", "正式党员", note, "优秀共产党员", None]
        for at, note in enumerate(notes)
    ]
    desk.template("证书", ["{{ 工号 }}，{{ 网格 }}"])
    made = desk.plan(EVERYBODY, desk.roster([PEOPLE[0], *rows]))
    endings = []
    for most in (None, 1):
        if most is not None:
            monkeypatch.setattr(limit, most)
        folder = tmp_path / str(most)
        with pytest.raises(InputError) as faulty:
            list(press(made, folder, key=b"k", workers=1))
        endings.append((files(folder), faulty.value.findings))
    assert endings[0] == endings[1]
    assert len(endings[0][0]) == sum(one.startswith("第") for one in notes)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_file_not_yet_whole_is_called_by_its_own_process(tmp_path: Path) -> None:
    def seen() -> Iterator[bytes]:
        yield "".join(sorted(os.listdir(tmp_path))).encode()  # noqa: PTH208 - names alone

    child = os.fork()
    if not child:
        pour(tmp_path / "child", seen())
        os._exit(0)
    os.waitpid(child, 0)
    assert (tmp_path / "child").read_text() == f".{child}.part"


def test_a_process_is_lent_nobody_else() -> None:
    lent = Lent()
    for walk in (len, list):
        with pytest.raises(RuntimeError, match="its shard alone"):
            walk(lent)


def test_what_is_noted_as_done_is_not_filled_again(desk: Office) -> None:
    made = desk.plan(ALL)
    steps = press(made, desk.root / "out", workers=1)
    first = [next(steps).document for _ in range(3)]
    steps.close()
    noted = place(desk.root / "out")
    assert len(noted.read_text(encoding="ascii").splitlines()) == 3
    with noted.open("a", encoding="ascii") as file:
        file.write('[3,[["ab')  # killed while writing
    shop = made.shop
    assert shop is not None
    # Only what is left can still be filled from this roster: the first rows are gone.
    gone = replace(made.roster, members=(None, *made.roster.members[1:]))
    told = replace(made, shop=None, supplies=made.supplies._replace(roster=gone), roster=gone)
    documents = [step.document for step in press(told, desk.root / "out", workers=1)]
    assert documents[:3] == first
    assert len(documents) == len(made.drafts) == 5
    assert documents == desk.press(made, "other")


def test_what_is_noted_but_gone_or_cut_is_filled_again(desk: Office) -> None:
    made = desk.plan(ALL)
    documents = desk.press(made)
    whole = files(desk.root / "out")
    one, two = (desk.root / "out" / documents[at].file.path for at in (1, 2))
    one.unlink()
    two.write_bytes(two.read_bytes()[:-1])
    (two.parent / f"{two.name}.7.part").write_bytes(b"half")
    assert desk.press(made) == documents
    assert files(desk.root / "out") == whole


def test_notes_of_another_folder_are_forgotten(desk: Office) -> None:
    made = desk.plan(ALL)
    place(desk.root / "out").write_text('[0,[["ab",1]]]\n', encoding="ascii")
    documents = desk.press(made)
    assert documents == desk.press(made, "other")


def fillers() -> list[int]:
    """List the processes that this one has begun to fill documents with."""
    me = os.getpid()
    listed = Path(f"/proc/{me}/task/{me}/children").read_text(encoding="ascii").split()
    words = {int(one): Path(f"/proc/{one}/cmdline").read_bytes() for one in listed}
    return [one for one, said in words.items() if b"merge.crew" in said]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="/proc tells of children")
def test_a_process_that_ends_by_itself_is_said(desk: Office) -> None:
    many = range(900)  # more than are filled before they are killed
    rows = [PEOPLE[0]] + [["王毅", f"{n:04d}", *PEOPLE[1][2:]] for n in many]
    made = desk.plan(EVERYBODY, desk.roster(rows))
    steps = press(made, desk.root / "out", workers=2)
    next(steps)
    begun = fillers()
    assert len(begun) == 2
    for one in begun:
        os.kill(one, signal.SIGKILL)
    with pytest.raises(UnavailableError, match="意外结束"):
        list(steps)
    assert len(desk.press(made, workers=1)) == 900
    assert not fillers()


def begun(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [int(one) for one in listed]


@pytest.mark.skipif(sys.platform != "linux", reason="others start their processes anew")
def test_a_nursery_forks_who_fills_and_ends_with_them(desk: Office) -> None:
    made = desk.plan(ALL)
    alone = desk.press(made, "alone", workers=1)
    known = set(begun(os.getpid()))
    with NURSERY.begun(crew.work):
        (nursery,) = set(begun(os.getpid())) - known
        steps = press(made, desk.root / "out", workers=2)
        documents = [next(steps).document]
        for _ in range(1000):  # the first may have a document before the second is there
            if len(begun(nursery)) == 2:
                break
            time.sleep(0.01)
        assert len(begun(nursery)) == 2
        assert not fillers()
        documents += [step.document for step in steps]
    assert documents == alone
    assert set(begun(os.getpid())) == known


@pytest.mark.skipif(sys.platform != "linux", reason="others start their processes anew")
def test_without_its_nursery_a_crew_starts_anew(desk: Office) -> None:
    made = desk.plan(ALL)
    known = set(begun(os.getpid()))
    with NURSERY.begun(crew.work):
        (nursery,) = set(begun(os.getpid())) - known
        os.kill(nursery, signal.SIGKILL)
        os.waitpid(nursery, 0)
        steps = press(made, desk.root / "out", workers=2)
        documents = [next(steps).document]
        assert len(fillers()) == 2
        documents += [step.document for step in steps]
    assert documents == desk.press(made, "alone", workers=1)
    assert not fillers()


def test_processes_are_taken_where_there_is_much_to_do() -> None:
    assert crew.size(crew.MANY - 1, None) == 1
    assert (
        crew.size(crew.MANY, None) == len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count()
    )
    assert crew.size(1, 3) == 3


def test_a_receiver_of_many_has_numbered_folders(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [draft.folder for draft in desk.plan(ALL).drafts]
    assert before == ["批次", "001", "001", "001", "002"]
    monkeypatch.setattr("merge.homes.FULL", 2)
    made = desk.plan(ALL)
    assert [draft.folder for draft in made.drafts] == [
        "批次",
        "001/001",
        "001/001",
        "001/002",
        "002",
    ]
    result = desk.manifest(made)
    assert sorted(files(desk.root / "out")) == sorted(one.file.path for one in result.documents)
    names = [part.name for part in result.letters[0].attachments]
    assert names == ["决定.docx", "王毅-证书.docx", "李娜-证书.docx", "张强-证书.docx"]


def test_many_receivers_have_numbered_groups(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [list(row) for row in PEOPLE]
    rows[0][6] = "电子邮箱"
    for at, row in enumerate(rows[1:]):
        row[6] = f"p{at}@a.example"
    roster = desk.roster(rows)
    own = [draft.folder for draft in desk.plan(EVERYBODY, roster).drafts]
    assert own == ["00101-0001", "00101-0002", "00102-0003", "002-0004"]
    monkeypatch.setattr("merge.homes.FULL", 3)
    made = desk.plan(EVERYBODY, roster)
    assert [draft.folder for draft in made.drafts] == [
        *(f"第001组/{name}" for name in own[:3]),
        f"第002组/{own[3]}",
    ]
    desk.manifest(made)
    assert len(list((desk.root / "out").iterdir())) == 2


def test_members_that_are_alike_are_told_apart_where_one_is_faulty(desk: Office) -> None:
    rows = [list(row) for row in PEOPLE]
    rows += [["孙一", "0005", "没有的支部", "正式党员", "第1网格", "优秀共产党员", None]]
    made = desk.plan(EVERYBODY.replace("信件:\n", "信件:\n  收件: 二级党组织\n"), desk.roster(rows))
    assert not made.ready
    assert [one.place.cell for one in made.stopping] == ["C6"]
    left = desk.plan(
        EVERYBODY.replace("信件:\n", "信件:\n  收件: 二级党组织\n"),
        desk.roster(rows),
        skip_invalid=True,
    )
    assert [one.key for one in left.skipped] == ["1-无-0005"]
    assert len(left.drafts) == 4


def samples() -> Iterator[Manifest]:
    part = Attachment('证"书\\\n.docx', "001/证书.docx", "ab" * 32, 7)
    letter = Letter(
        "001", "机械", "机", "分党委", "issue", ("a@b.example",), (), "\u2028题", "", ()
    )
    document = Document("1-001", 0, "证书", "001", "证书", part)
    for count in (0, 1, 3):
        yield Manifest(
            job="作业",
            letters=tuple(replace(letter, attachments=(part,) * at) for at in range(count)),
            skipped=(Skipped(0, "党员 › 第3行", "k", "未选"),) * count,
            documents=(document,) * count,
            accounts=(Account(0, "证书", "党员", 3, 0, 2, 1),) * count,
            kinds=("证书",) * count,
            sample=count == 1,
            meta={"乙": "1", "甲": "2"} if count else {},
        )


@pytest.mark.parametrize("made", list(samples()), ids=["none", "one", "three"])
def test_a_manifest_written_in_pieces_is_the_same_json(made: Manifest) -> None:
    plain = json.dumps(asdict(made), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    assert made.to_json() == plain
    assert zlib.decompress(made.packed).decode() == plain
    assert b"".join(made.portions()).decode() == plain
    assert Manifest.from_json(plain) == made


def test_the_digest_has_not_changed() -> None:
    assert [made.digest[:16] for made in samples()] == DIGESTS


def test_numbers_are_those_of_the_whole_batch(desk: Office) -> None:
    made = desk.plan(ALL)
    last = desk.press(made, workers=2)[-1]
    assert text_of((desk.root / "out" / last.file.path).read_bytes())[0].startswith("4 赵敏")
