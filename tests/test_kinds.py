"""Every kind, as its page in docs/kinds says: by its one command, on two universities' rosters."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from math import gcd
from pathlib import Path
from typing import Any

import pytest
from bureau import Ran, fawen

from merge import example
from merge.job import Job, load
from merge.samples import CORE, SAMPLES, make
from outbox.desk.new import ROSTER
from outbox.workspace import find
from templates.gongwen.blocks import Table

ROOT = Path(__file__).parent.parent
KINDS = ROOT / "docs" / "kinds"
INDEX = KINDS / "README.md"
OTHER = "东江理工大学名册"  # as another university keeps it, with columns of its own
JOBS = sorted(SAMPLES.glob("*.md"))
_FENCE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^fawen rehearse (\S+)$", re.MULTILINE)
_PICTURE = re.compile(r"!\[[^\]]+\]\((\.\./pictures/kind-[a-z0-9-]+\.png)\)")
_THERE = re.compile(rf"^{OTHER}：(.*)$", re.MULTILINE)
_LACKS = re.compile(r"「([^」]+)」")


@dataclass(frozen=True)
class Page:
    """What a page of docs/kinds promises."""

    path: Path
    title: str
    jobs: tuple[str, ...]
    picture: str
    lacks: frozenset[str]  # columns that the other roster has not; none: it goes there too


def page(path: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# "), f"{path.name}: 没有标题"
    jobs = tuple(name for fence in _FENCE.findall(text) for name in _COMMAND.findall(fence))
    assert jobs, f"{path.name}: 没有一条 fawen rehearse 命令"
    [picture, *_] = _PICTURE.findall(text)
    [there] = _THERE.findall(text)
    lacks = frozenset(_LACKS.findall(there)) if there.startswith("缺") else frozenset()
    assert lacks or there.startswith("照样可用"), f"{path.name}: {there}"
    return Page(path, text.splitlines()[0].removeprefix("# "), jobs, picture, lacks)


PAGES = sorted(path for path in KINDS.glob("*.md") if path != INDEX)
NAMES = [path.stem for path in PAGES]
RUNS = [(path, job) for path in PAGES for job in page(path).jobs]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace as `fawen new` lays it."""
    root = tmp_path_factory.mktemp("kinds") / "办公室"
    assert fawen("new", root, cwd=root.parent).status == 0
    return root


@pytest.fixture(scope="module")
def elsewhere(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same workspace at another university."""
    root = tmp_path_factory.mktemp("kinds") / "另一所"
    shutil.copytree(office, root, ignore=shutil.ignore_patterns("outbox"))
    book = Path(__file__).parent / "data" / f"{OTHER}.xlsx"
    shutil.copy(book, root / "rosters" / ROSTER)
    for path in find(root).all_jobs():
        job = load(path, shown=path.name, defaults={"名册": "rosters"})
        if len(job.rosters) == 1 and (own := job.find(job.rosters[0])) and own.is_file():
            shutil.copy(book, own)  # a job with a workbook of its own
    return root


def as_pdf(job: str) -> bool:
    """Tell whether what leaves is a PDF: where nothing makes one, the cure is named instead."""
    entries = load(SAMPLES / f"{job}.md", shown=job).entries
    return any(entry.format == "PDF" for entry in entries)


def rehearsed(root: Path, job: str) -> None:
    if as_pdf(job) and not shutil.which("soffice"):
        ran = fawen("--json", "rehearse", job, cwd=root)
        assert (ran.status, ran.object["error"]["kind"]) == (4, "unavailable")
        assert "LibreOffice" in ran.object["error"]["advice"]
        return
    ran = fawen("--json", "rehearse", job, cwd=root)
    assert ran.status == 0, ran.out + ran.err
    told = ran.object
    assert told["letters"] > 0
    assert told["received"] == told["letters"]
    assert told["hash_mismatches"] == 0
    assert len(list(Path(told["mails"]).glob("*.eml"))) == told["letters"]


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_page_has_what_it_must(path: Path) -> None:
    told = page(path)
    assert told.title
    assert (path.parent / told.picture).is_file(), told.picture
    for job in told.jobs:
        assert (SAMPLES / f"{job}.md").is_file(), job
    text = path.read_text(encoding="utf-8")
    for part in ("## 用在哪里", "## 要改什么", "## 会查什么"):
        assert part in text, f"{path.name}: 没有「{part}」"


@pytest.mark.parametrize("job", [job for _, job in RUNS], ids=[path.stem for path, _ in RUNS])
def test_a_kind_goes_from_the_sample_workspace_to_received_mails(job: str, office: Path) -> None:
    rehearsed(office, job)


@pytest.mark.parametrize(("path", "job"), RUNS, ids=[path.stem for path, _ in RUNS])
def test_a_kind_at_another_university(path: Path, job: str, elsewhere: Path) -> None:
    told = page(path)
    if not told.lacks:
        rehearsed(elsewhere, job)
        return
    ran = fawen("--json", "rehearse", job, cwd=elsewhere)
    assert ran.status == 1, ran.out + ran.err
    named = dict.fromkeys(told.lacks, 0)
    for finding in _errors(ran):
        mine = [column for column in told.lacks if f"「{column}」" in finding["message"]]
        assert mine, finding
        for column in mine:
            named[column] += 1
    assert all(named.values()), named


def _errors(ran: Ran) -> list[dict[str, Any]]:
    found = [one for one in ran.object["findings"] if one["level"] == "error"]
    assert found, ran.out
    return found


def test_every_example_and_every_page_is_told_of() -> None:
    """Each job has its page, and the index leads to each page."""
    jobs = [job for _, job in RUNS]
    assert sorted({path.stem for path in JOBS} - {*jobs, *CORE}) == []
    index = INDEX.read_text(encoding="utf-8")
    for path in PAGES:
        assert f"({path.name})" in index, path.name


def test_a_fresh_workspace_has_no_errors(office: Path) -> None:
    ran = fawen("--json", "check", cwd=office)
    assert ran.status == 0, ran.out
    without = [one for one in ran.object["findings"] if one["rule"] == "pdf.program"]
    assert not (without and shutil.which("soffice"))
    assert (ran.object["errors"], ran.object["warnings"]) == (0, len(without)), ran.out


def test_an_example_is_laid_in_word_where_there_is_one(office: Path, tmp_path: Path) -> None:
    word = {path.name for path in example.examples()}
    laid = {path.name for path in (office / "jobs").iterdir() if path.is_file()}
    assert laid == {
        path.with_suffix(".docx").name if path.name in word else path.name for path in JOBS
    }
    assert fawen("new", "--markdown", tmp_path / "w", cwd=tmp_path).status == 0
    laid = {path.name for path in (tmp_path / "w" / "jobs").iterdir() if path.is_file()}
    assert laid == {path.name for path in JOBS}


@pytest.mark.parametrize("name", make.FILES)
def test_what_goes_with_the_examples_is_current(name: str) -> None:
    assert (SAMPLES / name).read_bytes() == make.FILES[name](), "python -m merge.samples.make"


@pytest.mark.parametrize("path", example.examples(), ids=lambda path: path.stem)
def test_an_example_says_the_same_in_word(path: Path, office: Path) -> None:
    word = path.with_suffix(".docx")
    assert word.read_bytes() == example.make(path), "python -m merge.example"
    laid = office / "jobs" / word.name
    both = [comparable(load(one, shown="x", defaults={"名册": "rosters"})) for one in (path, laid)]
    assert both[0] == both[1]


def comparable(job: Job) -> Job:
    """Make the widths of columns small: they count against each other."""
    blocks = [
        replace(one, widths=tuple(part // gcd(*one.widths) for part in one.widths))
        if isinstance(one, Table)
        else one
        for one in job.body.blocks
    ]
    return replace(job, body=replace(job.body, blocks=tuple(blocks)))
