"""File names: what Windows refuses, what is too long, what is the same but for its case."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import pytest
from bureau import bureau, default_sheets, fawen
from hypothesis import given
from hypothesis import strategies as st

from merge.filename import LONGEST, Folder, safe

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = set('<>:"/\\|?*')


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("通知", "通知.docx"),
        ("是/否:通知?", "是／否：通知？.docx"),
        ("../../etc", "／..／etc.docx"),
        ("con", "_con.docx"),
        ("LPT1.2026", "_LPT1.2026.docx"),
        ("通知. . ", "通知.docx"),
        ("一\n二\t三\u3000四", "一 二 三 四.docx"),
        ("abc\u202etxt\u200b", "abctxt.docx"),
        ("e\u0301", "\u00e9.docx"),
        ("孙\uf4f7", "孙（U+F4F7）.docx"),  # drawn by somebody; he is not 孙
        ("", "未命名.docx"),
        ("...", "未命名.docx"),
    ],
)
def test_a_name_is_safe_and_reads_the_same(text: str, name: str) -> None:
    assert safe(text, ".docx") == name


def test_a_long_name_is_cut_between_characters() -> None:
    name = safe("很" * 100, ".docx")
    assert name == "很" * 38 + ".docx"
    assert len(name.encode()) <= LONGEST


def test_no_two_names_are_alike_whatever_their_case() -> None:
    folder = Folder()
    assert [
        folder.take(text, ".docx") for text in ("A", "a", "A", "A（2）", "长" * 99, "长" * 99)
    ] == [
        "A.docx",
        "a（2）.docx",
        "A（3）.docx",
        "A（2）（2）.docx",
        "长" * 38 + ".docx",
        "长" * 36 + "（2）.docx",
    ]


@given(st.text(max_size=200), st.sampled_from(["", ".docx", ".xlsx"]))
def test_every_text_gives_a_name_that_windows_takes(text: str, extension: str) -> None:
    name = safe(text, extension)
    assert name
    assert not REFUSED & set(name)
    newer = [*range(0x2EBF0, 0x2EE5E), *range(0x31350, 0x3347A)]  # hanzi, after Unicode 14
    assert all(unicodedata.category(one)[0] != "C" or ord(one) in newer for one in name)
    assert not name.startswith((" ", "."))
    assert not name.endswith((" ", "."))
    assert len(name.encode()) <= LONGEST
    assert name == unicodedata.normalize("NFC", name)


def test_no_receiver_is_given_what_a_batch_keeps_for_itself(tmp_path: Path) -> None:
    own = {"作业", "名册", "演练", "签发依据", "manifest.json", "检查.json"}
    sheets = default_sheets()
    for number, code in enumerate(sorted(own), start=1):
        unit = [code, f"中共测试大学第{number}学院委员会", f"第{number}党委", "分党委"]
        sheets["二级党组织"].append(
            [*unit, "林一", "何二", "010-62750001", f"u{number}@cs.example"]
        )
    root = bureau(tmp_path / "w", sheets=sheets)
    made = fawen("--json", "merge", "通知", cwd=root)
    assert made.status == 0, made.out
    lists = json.loads((root / "outbox" / made.object["batch"] / "manifest.json").read_bytes())
    parts = [part["path"] for letter in lists["letters"] for part in letter["attachments"]]
    assert len(parts) == 3 + len(own)
    assert {path.partition("/")[0] for path in parts}.isdisjoint(own)
