"""Jobs in Word: each a description in tests/cases/wordjobs, beside it what must come of it.

`case.yaml` is made into a Word file (wordjobs.py), or `case.docx` is one as an office program saved
it. `case.txt` is what is understood, or every finding. Where there is a `case.md`, it is the same
job in Markdown: both must give one Job, and the same bytes of documents.
"""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import wordcases
from merge_office import Office
from outlines import told
from wordjobs import described, made

from merge.covering import message
from merge.frontmatter import Scalar
from merge.job import load
from merge.plan import plan
from merge.press import press
from rosters.finding import InputError
from templates.library import Library

if TYPE_CHECKING:
    from merge.job import Job

CASES = Path(__file__).parent / "cases" / "wordjobs"
NAMES = sorted({path.stem for path in CASES.iterdir() if path.suffix in {".yaml", ".docx"}})
PAIRS = sorted(path.stem for path in CASES.glob("*.md"))
DEFAULTS = {"名册": "名册.xlsx", "发文机关": "中共示例大学委员会组织部"}


def word(name: str, folder: Path) -> Path:
    (folder / "日报表.xlsx").write_bytes((CASES.parent / "jobs" / "form.xlsx").read_bytes())
    ready = CASES / f"{name}.docx"
    if ready.is_file():
        (folder / ready.name).write_bytes(ready.read_bytes())
        return folder / ready.name
    return made(described(CASES / f"{name}.yaml"), folder / f"{name}.docx")


def written(job: Job) -> str:
    lines = [
        " ".join(f"{key}={value!r}" for key, value in one.model_dump().items() if value)
        for one in job.entries
    ]
    lines += [f"{key}: {str(value).replace(chr(10), '⏎')}" for key, value in job.elements.items()]
    lines += [f"主题: {job.letter.subject}", f"信: {job.letter.body.replace(chr(10), '⏎')}"]
    lines += [f"名册: {'、'.join(job.rosters)}"]
    if job.returns is not None:
        lines += [f"回执 {key}: {value}" for key, value in job.returns.said().items()]
        own = {"汇总模板": job.returns.summary, "上报表": job.returns.upward}
        lines += [f"回执 {key}: {value}" for key, value in own.items() if value]
    lines += ["全发"] if job.letter.everyone else []
    lines += ["原样"] if job.own is not None else []
    lines += [line for block in job.body.blocks for line in told(block)]
    return "\n".join([*lines, *(f"{one.level.word} {one}" for one in job.findings)]) + "\n"


def outcome(path: Path) -> str:
    try:
        return written(load(path, shown=path.name, defaults=DEFAULTS))
    except InputError as error:
        return "".join(f"{one.level.word} {one.rule} {one}\n" for one in error.findings)


@pytest.mark.parametrize("name", NAMES)
def test_a_word_file_is_understood_as_meant(name: str, tmp_path: Path) -> None:
    expected = (CASES / f"{name}.txt").read_text(encoding="utf-8")
    assert outcome(word(name, tmp_path)) == expected


def test_every_case_has_its_expectation() -> None:
    assert {path.stem for path in CASES.glob("*.txt")} == set(NAMES)
    assert set(PAIRS) <= set(NAMES)


def test_what_libreoffice_saved_reads_the_same(tmp_path: Path) -> None:
    """`saved-by-libreoffice.docx` is `everything.yaml` as a Word file, saved by LibreOffice 7.4."""
    both = [
        load(word(name, tmp_path), shown="x", defaults=DEFAULTS)
        for name in ("everything", "saved-by-libreoffice")
    ]
    assert replace(both[1], name=both[0].name) == both[0]


@pytest.mark.libreoffice
def test_a_file_that_libreoffice_saves_reads_the_same(tmp_path: Path) -> None:
    path = word("everything", tmp_path)
    (tmp_path / "saved").mkdir()
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "docx:MS Word 2007 XML", "--outdir", tmp_path / "saved", path],
        check=True, capture_output=True,
    )  # fmt: skip
    saved = load(tmp_path / "saved" / path.name, shown="x", defaults=DEFAULTS)
    assert saved == load(path, shown="x", defaults=DEFAULTS)


@pytest.mark.parametrize("name", PAIRS)
def test_word_and_markdown_give_one_job_and_the_same_bytes(name: str, tmp_path: Path) -> None:
    (tmp_path / "示意图.png").write_bytes((CASES.parent / "outline" / "示意图.png").read_bytes())
    (tmp_path / f"{name}.md").write_bytes((CASES / f"{name}.md").read_bytes())
    roster = Office(tmp_path).roster()
    both = [
        load(path, shown=path.name, defaults=DEFAULTS)
        for path in (word(name, tmp_path), tmp_path / f"{name}.md")
    ]
    assert both[0] == both[1]
    sums = []
    for number, job in enumerate(both):
        ready = plan(job, roster, Library())
        assert ready.ready, "\n".join(map(str, ready.findings))
        done = list(press(ready, tmp_path / str(number), workers=1))
        sums.append([step.document.file.sha256 for step in done])
    assert sums[0] == sums[1]
    assert sums[0]


@pytest.mark.parametrize("name", wordcases.CHOSEN)
def test_the_golden_cases_in_word_are_what_their_script_makes(name: str, tmp_path: Path) -> None:
    told = wordcases.description(wordcases.CASES / f"{name}.md")
    fresh = made(told, tmp_path / "x.docx", wordcases.CASES)
    assert fresh.read_bytes() == (wordcases.CASES / f"{name}.docx").read_bytes()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({}, "有问题请直接回复本邮件。"),
        ({"附注": "（此件公开发布）"}, "有问题请直接回复本邮件。"),
        ({"附注": "（联系人：李四，电话 5123）"}, "本邮件；联系人：李四，电话 5123。"),
        ({"回执": "请于周五前报送。"}, "{{ 回执 }}\n\n主题请保持不变，便于登记；"),
    ],
)
def test_the_letter_says_how_to_answer_and_whom_to_ask(rows: dict[str, str], said: str) -> None:
    written = message({key: Scalar(text, 1) for key, text in rows.items()}, "标题")
    assert said in written
    assert "\n\n\n" not in written
