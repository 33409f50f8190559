"""A command's start imports what it uses, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("cli", "rosters", "templates", "merge", "outbox")
# What opens and mends templates that are not plain, with all that it brings.
DOCXTPL = {"docx", "docxtpl", "docxcompose", "docxtpl_lint", "babel"}
TOLD = """
import atexit, sys
sys.argv = ["fawen", *sys.argv[1:]]
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
import cli
cli.main()
"""


def loaded(*words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", TOLD, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return set(done.stderr.splitlines()[-1].split())


def packages(modules: set[str]) -> set[str]:
    """The packages that are neither Python's nor made by an installer or a compiler."""
    tops = {name.partition(".")[0] for name in modules}
    return {name for name in tops - set(sys.stdlib_module_names) if not name.startswith("_")}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("start") / "办公室"
    loaded("new", str(folder))
    for job in (folder / "jobs").iterdir():
        if job.name != "通知.md" and job.is_file():  # one of them is enough to see what is imported
            job.unlink()
    return folder


def test_help_needs_click_alone() -> None:
    for words in (["--help"], ["send", "--help"], ["account", "set", "--help"]):
        modules = loaded(*words)
        assert packages(modules) - {"cython_runtime"} == {"cli", "click"}
        assert not {"json", "asyncio", "ssl", "email", "multiprocessing"} & modules


def test_status_reads_the_ledger_and_no_document(workspace: Path) -> None:
    modules = loaded("-C", str(workspace), "status")
    assert packages(modules) & {"sqlalchemy", "pydantic"} == {"sqlalchemy", "pydantic"}
    # What these two bring along is theirs; no Word, no Excel, no mail, no template.
    brought = {"annotated_types", "pydantic_core", "typing_extensions", "typing_inspection"}
    brought |= {"greenlet", "cython_runtime"}
    ours = {"cli", "click", "merge", "outbox", "rosters", "sqlalchemy", "pydantic"}
    assert packages(modules) - brought == ours
    rooms = {name for name in modules if name.startswith(("merge.", "rosters.", "outbox."))}
    assert {name for name in rooms if name.startswith(("merge.", "rosters."))} == {
        "merge.canonical",
        "merge.letter",
        "merge.mandate",
        "merge.manifest",
        "merge.number",
        "merge.title",  # of a batch without a number
        "rosters.files",
        "rosters.finding",
        "rosters.masks",  # a finding masks what it says
        "rosters.pattern",
        "rosters.toml",  # fawen.toml is read by it
    }
    assert not {name for name in rooms if name.startswith("outbox.post")}
    assert "outbox.ledger.links" not in rooms  # what `audit` walks the chain with
    office = {name for name in rooms if name.startswith("outbox.office.")}
    assert office == {"outbox.office.evidence"}  # words of what happened; no workbook


def test_what_is_open_and_what_would_go_need_neither_document_nor_courier(workspace: Path) -> None:
    flows = {"arrears": [], "estimate": ["send"], "remind": ["remind", "日报"]}
    for flow, words in flows.items():
        modules = loaded("-C", str(workspace), *words)
        assert f"outbox.desk.{flow}" in modules
        assert not {"templates.part", "templates.form", "jinja2", "openpyxl"} & modules
        assert not {"rosters.reader", "merge.job", "merge.plan", "outbox.desk.receiving"} & modules
        assert flow == "remind" or not {"outbox.desk.send", "outbox.post.courier"} & modules


def test_check_reads_documents_and_no_mail(workspace: Path) -> None:
    shutil.rmtree(workspace / "outbox", ignore_errors=True)  # numbers are asked of a ledger
    modules = loaded("-C", str(workspace), "check")
    assert {"rosters.reader", "templates.part", "jinja2"} <= modules  # it did read them
    # Workbooks are parsed in a child; openpyxl only writes.
    strangers = {
        "openpyxl",
        "python_calamine",
        "yagmail",
        "aiosmtpd",
        "smtplib",
        "keyring",
        "sqlalchemy",
        "rich",
        "filelock",
    }
    assert strangers & modules == set()
    assert not {"asyncio", "ssl", "multiprocessing"} & modules
    assert not {name for name in modules if name.startswith(("outbox.post", "outbox.ledger"))}


def test_a_workbook_alone_needs_no_template(workspace: Path) -> None:
    modules = loaded("-C", str(workspace), "check", "rosters/示例大学名册.xlsx")
    assert "rosters.reader" in modules
    assert not {"docx", "docxtpl", "jinja2", "markdown_it", "templates"} & modules


def test_the_fields_of_a_template_need_no_workbook(workspace: Path) -> None:
    modules = loaded("-C", str(workspace), "fields", "通知")
    assert {"templates.part", "docxtpl"} <= modules  # its body is a list of blocks, {%p by {%p
    assert not {"openpyxl", "rosters.reader", "email_validator", "sqlalchemy"} & modules


@pytest.mark.parametrize("job", ["荣誉证书", "培训通知", "支部"])
def test_the_fields_of_a_plain_template_need_no_docxtpl(job: str, tmp_path: Path) -> None:
    loaded("new", str(tmp_path / "办公室"))
    modules = loaded("-C", str(tmp_path / "办公室"), "fields", job)
    assert "templates.part" in modules
    assert not DOCXTPL & modules


def test_a_merge_of_certificates_loads_nothing_of_other_papers(tmp_path: Path) -> None:
    loaded("new", "--markdown", str(tmp_path / "办公室"))
    job = tmp_path / "办公室" / "jobs" / "荣誉证书.md"
    text = job.read_text("utf-8").replace("每份: 党员", "每份: 党员\n    文件格式: Word")
    job.write_text(text, "utf-8")
    modules = loaded("-C", str(tmp_path / "办公室"), "--quiet", "merge", "荣誉证书")
    assert {
        "merge.press",
        "outbox.ledger.recorder",
        "templates.template",
    } <= modules  # it did merge
    # An address and a key as they usually are need no library; workbooks are parsed in a child.
    strangers = {
        "email_validator",
        "rapidfuzz",
        "markdown_it",
        "openpyxl",
        "python_calamine",
        "numpy",
        "chinese_calendar",
        "yagmail",
        "rich",
        "PIL",
        "pypdf",
    }
    assert (strangers | DOCXTPL) & modules == set()
    returns = {"merge.returns", "merge.owed", "merge.request", "merge.demand", "merge.checks"}
    returns |= {"merge.calendar", "templates.form"}
    awards = {"merge.awards", "merge.laurels", "merge.jury", "outbox.desk.confirmations"}
    written = ("blocks", "outline", "solve", "titles", "breaks")
    official = {f"templates.gongwen.{name}" for name in written}
    desk = {"merge.pdf", "outbox.desk.printing", "outbox.desk.readdress"}
    ledger = {f"outbox.ledger.{name}" for name in ("ledger", "audit", "stamps", "mailtables")}
    assert not (returns | awards | official | desk | ledger) & modules
    assert not {name for name in modules if name.startswith(("outbox.post", "outbox.office"))}
