"""Pictures of 考察登记表 and 预案登记表: `python tests/register_pictures.py`.

Forms of a small office are taken out of the batch, filled in, and come back through a folder.
Needs LibreOffice.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bureau import fawen
from clerk_forms import written
from leading import ORGANISATIONS, PEOPLE, assessed, lay
from returns_pictures import drawn
from test_returns_plans import said

SCORES = (("90", "85", "88", "91.5"), ("80", "82", "79", "84"), ("95", "92", "96", "93"))


def signed(root: Path, job: str) -> Path:
    """Merge and sign a job; return the folder of its batch."""
    batch = fawen("--json", "merge", job, cwd=root).object["batch"]
    words = ("approve", batch, "--by", "周明远", "--basis", "当面", "--no-review")
    assert fawen(*words, cwd=root).status == 0
    return root / "outbox" / batch


def filled(root: Path) -> Path:
    """Fill in what most have to: one has no score, two are not back."""
    batch, folder = signed(root, "考察"), root / "收到"
    folder.mkdir()
    for key, names in PEOPLE.items():
        for at, name in enumerate(names):
            if name in {"杨沐", "秦可"}:
                continue
            scores = SCORES[at % 3] if name != "许七" else ("88", "", "90", "86")
            total = f"{sum(map(float, scores)):g}" if all(scores) else ""
            form = (batch / key / f"考察表-{name}.docx").read_bytes()
            made = assessed(form, scores, total, "好，应再抓实", 考察人="周明远")
            (folder / f"{name}.docx").write_bytes(made)
    return folder


def planned(root: Path) -> Path:
    """Write the plans of two; one of them leaves a section empty."""
    batch, folder = signed(root, "预案"), root / "预案收到"
    folder.mkdir()
    for key in ("001", "002", "003"):
        values, cells = said(key)
        if key == "002":
            del values["应急处置"]
        form = next((batch / key).glob("*.docx")).read_bytes()
        (folder / f"{key}.docx").write_bytes(written(form, values, cells))
    return folder


def main() -> None:
    """Make both."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["FAWEN_STATE"] = str(home / "state")
        root = home / "w"
        lay(root, 1, 1)
        for files in (filled(root), planned(root)):
            fawen("collect", "--folder", files.name, cwd=root)
        fawen("returns", "预案", "--accept", ORGANISATIONS["002"][1], cwd=root)
        for job in ("考察", "预案"):
            fawen("returns", job, "-o", f"{job}.xlsx", cwd=root)
        drawn(
            {
                "assessment-register": (root / "考察.xlsx", "考察登记表"),
                "plan-register": (root / "预案.xlsx", "预案登记表"),
            },
            home,
        )


if __name__ == "__main__":
    main()
