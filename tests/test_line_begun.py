"""What a merge that did not come to its end leaves in outbox/, and who takes it away."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from bureau import JOB, bureau, fawen

if TYPE_CHECKING:
    from pathlib import Path


def _begun(root: Path) -> list[str]:
    return sorted(one.name for one in (root / "outbox").glob(".staging*"))


def test_a_merge_that_cannot_be_filled_leaves_nothing(tmp_path: Path) -> None:
    text = JOB.replace("{{ 党员数 }}", "{{ 简称|日期 }}")
    root = bureau(tmp_path / "w", jobs={"通知": text})
    ran = fawen("merge", "通知", cwd=root)
    assert ran.status == 1
    assert "填写不成" in ran.err
    assert _begun(root) == []


def test_what_was_broken_off_waits_a_week(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    (root / "outbox").mkdir()
    for name, days in (("a", 6), ("b", 8)):
        folder = root / "outbox" / f".staging-{name}"
        (folder / "机械").mkdir(parents=True)
        (folder / "机械" / "通知.docx").write_bytes(b"PK")
        for one in (folder.with_name(f"{folder.name}.done"), folder):
            one.touch()
            os.utime(one, (time.time() - days * 86400,) * 2)
    (root / "outbox" / ".staging-c.done").touch()
    os.utime(root / "outbox" / ".staging-c.done", (1, 1))
    assert fawen("merge", "通知", cwd=root).status == 0
    assert _begun(root) == [".staging-a", ".staging-a.done"]
