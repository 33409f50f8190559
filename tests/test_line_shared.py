"""The sample jobs on two universities' own workbooks, with only the roster's path changed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from bureau import fawen

DATA = Path(__file__).parent / "data"
JOBS = {"通知": 24, "表彰": 91, "支部": 171}


def _workspace(root: Path, book: str) -> Path:
    assert fawen("new", root, cwd=root.parent).status == 0
    shutil.copyfile(DATA / book, root / "rosters" / book)
    for job in (root / "jobs").glob("*.docx"):
        job.unlink()  # they take every book that lies in rosters/
    for job in (root / "jobs").glob("*.md"):
        text = job.read_text(encoding="utf-8")
        job.write_text(re.sub(r"(?m)^名册:.*$", f"名册: rosters/{book}", text), encoding="utf-8")
    return root


def test_the_jobs_run_on_another_university_s_roster(tmp_path: Path) -> None:
    root = _workspace(tmp_path / "w", "东江理工大学名册.xlsx")
    for job, documents in JOBS.items():
        ran = fawen("--json", "rehearse", job, cwd=root)
        assert ran.status == 0, ran.out + ran.err
        assert ran.object["received"] == ran.object["letters"]
        shown = fawen("--json", "show", ran.object["batch"], cwd=root).object
        assert (len(shown["documents"]), shown["skipped"]) == (documents, [])


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _workspace(tmp_path_factory.mktemp("by") / "w", "北原师范学院名册.xlsx")


@pytest.mark.parametrize("job", list(JOBS))
def test_a_faulty_roster_is_refused_at_its_cells(faulty: Path, job: str) -> None:
    before = sorted(faulty.rglob("*"))
    ran = fawen("--json", "merge", job, cwd=faulty)
    assert ran.status == 1
    planted = json.loads((DATA / "北原师范学院名册.json").read_text(encoding="utf-8"))["faults"]
    cells = {(one["sheet"], cell) for one in planted for cell in one["any_of"]}
    found = [one for one in ran.object["findings"] if one["level"] == "error"]
    assert {(one["sheet"], one["cell"]) for one in found} <= cells
    assert all(job in one["blocks"] for one in found)
    kept = [path for path in sorted(faulty.rglob("*")) if path.name != ".busy"]
    assert kept == [path for path in before if path.name != ".busy"]


# What each document must not hold, by the sheet's own rows: see 北原师范学院名册.json.
HELD = {
    "通知": {"1-001": "B173", "1-003": "H6", "1-006": "H9"},
    "支部": {"1-00404": "G34", "1-02103": "A2301", "1-00112": "B173", "1-00113": "B173"},
}


@pytest.mark.parametrize("job", list(HELD))
def test_exactly_the_documents_without_a_faulty_row_are_made(faulty: Path, job: str) -> None:
    ran = fawen("--json", "merge", job, "--skip-invalid", cwd=faulty)
    assert ran.status == 0, ran.out
    made = ran.object
    skipped = {one["key"]: one["reason"] for one in made["skipped"]}
    assert skipped.keys() == HELD[job].keys()
    for key, cell in HELD[job].items():
        assert cell in skipped[key]
    assert made["documents"] == made["rows"] - len(HELD[job])
    assert made["balanced"]


def test_certificates_that_cannot_be_delivered_are_left_out(faulty: Path) -> None:
    made = fawen("--json", "merge", "表彰", "--skip-invalid", cwd=faulty).object
    certificates = made["entries"][1]
    assert certificates["rows"] == 71
    assert certificates["documents"] + certificates["skipped"] == 71
    reasons = [one["reason"] for one in made["skipped"] if one["key"].startswith("2-")]
    assert reasons
    assert all("H6" in reason or "H9" in reason for reason in reasons)
