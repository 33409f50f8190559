"""Templates as people have them: filled right, or a finding at its place; no text is lost.

A case is a .docx and a .json of one name in tests/cases/templates: `record` is filled in, `text`
are the paragraphs that must come of it, `header` those of the header, `findings` what is said
instead, `notes` what is said besides, `unknown` the tags no roster has; `within` and `without` are
stretches of the body's XML, `no_part_says` of any part; with `oracle` docx-mailmerge2 fills it,
too.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from lxml import etree
from mailmerge import MailMerge

from rosters.finding import InputError
from templates.tags import Names
from templates.template import Template

CASES = sorted((Path(__file__).parent / "cases" / "templates").glob("*.json"))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> tuple[Path, dict[str, Any]]:
    return request.param.with_suffix(".docx"), json.loads(request.param.read_text("utf-8"))


def opened(path: Path, told: dict[str, Any]) -> Template:
    return Template.open(path, Names(told["record"]), shown=path.name)


def texts(data: bytes, part: str = "word/document.xml") -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = etree.fromstring(package.read(part))
    return [
        "".join(
            node.text or ""
            for node in paragraph.iter(f"{W}t")
            if next(node.iterancestors(f"{W}p")) is paragraph
        )
        for paragraph in root.iter(f"{W}p")
    ]


def test_it_is_filled_or_said(case: tuple[Path, dict[str, Any]]) -> None:
    path, told = case
    if "findings" in told:
        with pytest.raises(InputError) as fault:
            opened(path, told)
        found = [(one.place.where, one.message) for one in fault.value.findings]
        assert len(found) == len(told["findings"]), found
        for (where, message), wanted in zip(found, told["findings"], strict=True):
            assert where == wanted["where"]
            assert wanted["words"] in message
        assert all(one.advice for one in fault.value.findings)
        return
    template = opened(path, told)
    notes = [one.message for one in template.notes]
    assert len(notes) == len(told.get("notes", [])), notes
    assert all(word in note for word, note in zip(told.get("notes", []), notes, strict=True))
    if "unknown" in told:
        assert sorted(template.needs - set(told["record"])) == told["unknown"]
        return
    data = template.fill(told["record"])
    assert texts(data) == told["text"]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml").decode()
        every = b"".join(package.read(name) for name in package.namelist()).decode(
            "utf-8", "replace"
        )
    assert all(words in body for words in told.get("within", []))
    assert not [words for words in told.get("without", []) if words in body]
    assert not [words for words in told.get("no_part_says", []) if words in every]
    Document(io.BytesIO(data))


def test_its_header_is_filled(case: tuple[Path, dict[str, Any]]) -> None:
    path, told = case
    if "header" not in told:
        return
    data = opened(path, told).fill(told["record"])
    assert texts(data, "word/header1.xml") == told["header"]


def test_the_oracle_says_the_same() -> None:
    asked = 0
    for path in CASES:
        told = json.loads(path.read_text("utf-8"))
        if not told.get("oracle"):
            continue
        asked += 1
        made = io.BytesIO()
        with MailMerge(str(path.with_suffix(".docx"))) as document:
            document.merge(**told["record"])
            document.write(made)
        ours = opened(path.with_suffix(".docx"), told).fill(told["record"])
        assert texts(ours) == texts(made.getvalue()), path.stem
    assert asked >= 5


def test_there_are_enough_and_they_are_what_the_script_makes(tmp_path: Path) -> None:
    import templatecases

    assert len(CASES) >= 20
    templatecases.FOLDER, kept = tmp_path, templatecases.FOLDER
    try:
        templatecases.main()
    finally:
        templatecases.FOLDER = kept
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in kept.iterdir())
    assert all((tmp_path / name).read_bytes() == (kept / name).read_bytes() for name in made)
