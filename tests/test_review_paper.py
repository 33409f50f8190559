"""送签 of very many: the page lists every address, the paper some, and says so."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from docx import Document as Word

from merge.letter import Letter
from merge.manifest import Manifest
from outbox.ledger.states import BatchState
from outbox.ledger.values import BatchInfo
from outbox.office import review_page, review_paper
from outbox.office.review import Review
from templates.gongwen.settings import Fonts

AT = datetime(2026, 11, 26, tzinfo=UTC)
MANY = review_paper.ROWS + 500


def review(letters: int) -> Review:
    """Return 送签 of a batch of so many letters, without documents."""
    made = tuple(
        Letter(
            f"{n}",
            f"第{n}学院",
            f"{n}院",
            "分党委",
            "issue",
            (f"u{n}@x.example",),
            (),
            "题",
            "文",
            (),
        )
        for n in range(letters)
    )
    manifest = Manifest("通知", made, (), title="标题\x0b", number="1号", kinds=("通知",))
    state = BatchState.DRAFT
    batch = BatchInfo(
        *("通知-x", "通知", "标题", "1号", manifest.digest, state, "", "f"),
        *(False, letters, 0, 0, AT, "李晓梅"),
    )
    return Review("组织部", batch, manifest, "ABCD-EF01", "1111-2222", AT, AT)


def test_the_page_lists_every_address() -> None:
    text = "".join(review_page.pieces(review(MANY)))
    assert all(f"u{n}@x.example" in text for n in (0, MANY // 2, MANY - 1))
    assert text.count("@x.example</td>") == MANY + 1  # and the mail that is shown


def test_paper_ends_and_says_how_many_are_left() -> None:
    made = review_paper.back(review(MANY), Fonts(), pages=(2, 4))
    paper = Word(io.BytesIO(made))
    [table] = [one for one in paper.tables if len(one.rows) > 100]
    assert len(table.rows) == 1 + review_paper.ROWS
    assert any("其余500行见网页版" in one.text for one in paper.paragraphs)


def test_the_sheet_is_a_word_file_whatever_a_title_holds() -> None:
    made = review_paper.front(review(1), Fonts())
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert package.testzip() is None
    [form, code] = Word(io.BytesIO(made)).tables
    assert form.rows[-1].cells[0].text == "签发"
    assert code.rows[0].cells[1].text == "ABCD-EF01"
    assert review_paper.front(review(1), Fonts()) == made
