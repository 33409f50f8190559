"""What was called back before anybody signed it, and is merged again as it was: a draft again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from bureau import JOB, fawen
from numbered import Clerk, about, approve, ledger, merge, office, refused, run, states
from postal import START, make_batch

from outbox.ledger.lookups import batch_row, letter_row
from outbox.ledger.moves import Act, move_batch, reopen_letter
from outbox.ledger.states import BatchState, LetterState
from outbox.post.postoffice import PostOffice
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.server import Server

ONE, TWO = "测大组〔2026〕1号", "测大组〔2026〕2号"
ACT = Act(START, "王芳", "重新合并，内容未变")


@pytest.fixture
def post(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        yield office


def stands(root: Path, batch: str) -> tuple[str, int]:
    """Tell where a batch stands, and how many of its letters wait."""
    with ledger(root) as book:
        return book.batch(batch).state.value, book.counts(batch)[LetterState.QUEUED]


def sound(root: Path) -> None:
    """Nothing stands in the ledger that its chain does not explain."""
    assert run(root, "audit")["findings"] == []
    with ledger(root) as book:
        assert book.strayed_numbers() == []
        assert not any(book.unexplained(one.name) for one in book.batches())


def test_it_is_merged_again_shown_signed_and_sent(
    tmp_path: Path, place: Path | Server, post: PostOffice
) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事")}, place)
    settings = root / "fawen.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("port = 1\n", f"port = {post.port}\n"), encoding="utf-8")
    batch, numbers = merge(root, "甲")
    run(root, "cancel", batch)
    assert (stands(root, batch), states(root)) == (("cancelled", 0), {})
    said = fawen("merge", "甲", cwd=root).out
    assert f"待签发 {batch}" in said
    assert "此前撤销的 3 封信又待发了；其中仍不发的，再撤销：fawen cancel" in said
    assert (stands(root, batch), states(root)) == (("draft", 3), {ONE: "reserved"})
    sound(root)
    assert run(root, "merge", "甲")["requeued"] == 0, "nothing more came back"
    run(root, "review", batch, "-o", "送签.html")
    run(root, "approve", batch, "--by", "周明远", "--basis", "当面")
    sent = run(root, "send", batch, "--go")
    assert (sent["accepted"], sent["state"], numbers) == (3, "done", [ONE])
    assert states(root) == {ONE: "final"}
    sound(root)


def test_a_number_that_another_paper_took_meanwhile_stays_taken(
    tmp_path: Path, place: Path | Server
) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事"), "乙": about("乙事")}, place)
    first, _ = merge(root, "甲")
    run(root, "cancel", first)
    assert merge(root, "乙")[1] == [ONE]
    with ledger(root) as book:
        was = book.manifest(first)
        with pytest.raises(InputError, match="字号不能这样用") as told:
            book.record(was, first, datetime.now(UTC), "王芳")
    assert [one.message for one in told.value.findings] == [f"{ONE}已重新安排，这一批的号不作数"]
    assert stands(root, first) == ("cancelled", 0), "nothing of it was written"
    again, numbers = merge(root, "甲")
    assert (again != first, numbers) == (True, [TWO])
    sound(root)


def test_a_number_by_hand_that_was_signed_meanwhile_is_refused_in_words(
    tmp_path: Path, place: Path | Server
) -> None:
    jobs = {"甲": JOB, "乙": JOB.replace("核对党员名册", "乙事")}
    root = office(tmp_path / "w", jobs, place)
    first, _ = merge(root, "甲")
    run(root, "cancel", first)
    again = run(root, "merge", "甲")
    assert (again["batch"], again["state"]) == (first, "draft")
    run(root, "cancel", first)
    approve(root, merge(root, "乙")[0])
    assert "测大组〔2026〕7号已由作业「乙」" in refused(root, "merge", "甲")
    assert stands(root, first) == ("cancelled", 0)
    sound(root)


def test_single_letters_that_were_called_back_of_a_draft_come_back_with_it(
    tmp_path: Path, place: Path | Server
) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事")}, place)
    batch, _ = merge(root, "甲")
    run(root, "cancel", batch, "数学院党委")
    assert stands(root, batch) == ("draft", 2)
    assert run(root, "merge", "甲")["requeued"] == 0, "who called it back did not say otherwise"
    assert stands(root, batch) == ("draft", 2)
    told = fawen("cancel", batch, "文学院党委", cwd=root).out
    assert f"又要发的：fawen cancel {batch} 全部撤销，再合并一次" in told
    run(root, "cancel", batch)
    made = run(root, "merge", "甲")
    assert (made["state"], made["requeued"], states(root)) == ("draft", 3, {ONE: "reserved"})
    run(root, "cancel", batch, "文学院党委")
    approve(root, batch)
    assert run(root, "merge", "甲")["requeued"] == 0, "it is signed"
    assert stands(root, batch) == ("approved", 2)
    sound(root)


def test_it_overtakes_the_draft_that_was_made_since(tmp_path: Path) -> None:
    root = office(tmp_path / "w", {"甲": about("甲事")})
    first, _ = merge(root, "甲")
    run(root, "cancel", first)
    path = root / "jobs" / "甲.md"
    path.write_text(about("甲事").replace("请核对。", "请仔细核对。"), encoding="utf-8")
    second, numbers = merge(root, "甲")
    path.write_text(about("甲事"), encoding="utf-8")
    again = run(root, "merge", "甲")
    assert (again["batch"], again["overtook"], numbers) == (first, [second], [ONE])
    few, _ = merge(root, "甲", "--only", "数学院党委")
    run(root, "cancel", few)
    partly = run(root, "merge", "甲", "--only", "数学院党委")
    assert (partly["batch"], partly["state"]) == (few, "draft")
    assert stands(root, first) == ("draft", 3)
    sound(root)


def test_what_was_signed_once_stays_called_back(tmp_path: Path, place: Path | Server) -> None:
    batch = make_batch(tmp_path, 3, place=place)
    with batch.ledger as book:
        batch.approve()
        book.cancel(batch.name, START, "王芳", "不发了")
        again = book.record(batch.manifest, "outbox/x", START, "王芳")
        assert (again.state, again.requeued) == (BatchState.CANCELLED, 0)
        assert said(book) == []


@pytest.mark.parametrize("of", ["batch", "letter"])
def test_such_links_after_a_signature_are_found(
    tmp_path: Path, place: Path | Server, of: str
) -> None:
    batch = make_batch(tmp_path, 3, place=place)
    with batch.ledger as book:
        batch.approve()
        book.cancel(batch.name, START, "王芳", "不发了")
        with book._store.writing() as connection:
            if of == "batch":
                row = batch_row(connection, batch.name)
                assert row
                assert move_batch(connection, row, BatchState.DRAFT, ACT)
            else:
                own = letter_row(connection, book.letters(batch.name)[0].id)
                assert reopen_letter(connection, own, ACT)
        [found] = said(book)
    then = "已撤销 → 待签发" if of == "batch" else "已撤销 → 待发"
    assert f"{then}）不接上一次的状态" in found


def said(book: Ledger) -> list[str]:
    """Say what an audit finds, but for the folder, which these batches have not."""
    found = [one.message for one in book.inspect(UTC).findings]
    return [one for one in found if one != "批次的文件夹名被改动"]


@pytest.mark.parametrize("overtaken", [False, True])
def test_what_was_forgotten_has_nothing_to_send(
    tmp_path: Path, place: Path | Server, overtaken: bool
) -> None:
    batch = make_batch(tmp_path, 3, place=place)
    with batch.ledger as book:
        if overtaken:
            other = make_batch(tmp_path, 2, place=place)
            other.ledger.close()
        else:
            book.cancel(batch.name, START, "王芳", "不发了")
        state = book.batch(batch.name).state
        book.forget(batch.name, {"before": START.isoformat()}, ACT)
        again = book.record(batch.manifest, "outbox/x", START, "王芳")
        assert (again.state, again.requeued) == (state, 0)
        assert state is not BatchState.DRAFT
        assert said(book) == []


def test_killed_in_the_merge_it_is_called_back_or_whole(tmp_path: Path) -> None:
    with Clerk() as clerk:
        root = office(tmp_path / "w", {"甲": about("甲事")})
        batch, _ = merge(root, "甲")
        run(root, "cancel", batch)
        status, steps = clerk.do(root, "merge", "甲")
        assert (status, stands(root, batch)) == (0, ("draft", 3))
        seen = set()
        for n in range(8):
            run(root, "cancel", batch)
            # What is written of the batch is written last.
            status, _ = clerk.do(root, "merge", "甲", die=steps - 5 * n)
            assert status == -9
            seen.add(stands(root, batch))
            sound(root)
            run(root, "merge", "甲")
            assert stands(root, batch) == ("draft", 3)
        assert seen == {("cancelled", 0), ("draft", 3)}
        sound(root)
