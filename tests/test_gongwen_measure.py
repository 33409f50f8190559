"""The measuring program itself: a good document has no deviation, each wrong one has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from measuring import handmade
from measuring.gauge import Gauge, Told
from measuring.mutants import MUTANTS, Mutant
from measuring.pages import Pages
from measuring.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.libreoffice

_TEXT = handmade.TEXT
TOLD = Told(
    mark=(_TEXT["mark"],),
    number=_TEXT["number"],
    title="".join(_TEXT["title"]),
    addressees=_TEXT["addressees"],
    body=handmade.BODY,
    organ=_TEXT["organ"],
    date=_TEXT["date"],
    copy=_TEXT["copy"],
    issued=_TEXT["issued"],
    issued_on=_TEXT["issued_on"],
    full=(2, 3),
    headings={"一、总体要求": "黑体", "（一）基本原则。": "楷体"},
)


@pytest.fixture(scope="session")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    documents = {"good": handmade.packed(handmade.parts())}
    documents |= {mutant.name: mutant.made() for mutant in MUTANTS}
    return rendered(documents, tmp_path_factory.mktemp("measuring"))


def measured(pdf: Path) -> list[str]:
    with Pages(pdf) as pages:
        return [str(one) for one in Gauge(pages, TOLD).deviations()]


def test_a_document_by_the_numbers_has_no_deviation(pdfs: Mapping[str, Path]) -> None:
    assert measured(pdfs["good"]) == []


def test_every_part_of_it_was_measured(pdfs: Mapping[str, Path]) -> None:
    with Pages(pdfs["good"]) as pages:
        gauge = Gauge(pages, TOLD)
        gauge.deviations()
    said = {name.partition(" p.")[0] for name in gauge.figures}
    assert {
        "first line box",
        "last line box",
        "text from the left",
        "text width",
        "mark: top",
        "number: below the mark",
        "rule: below the number",
        "title: line box below the rule",
        "主送: below the title",
        "date: right indent",
        "organ: centred on the date",
        "版记: last line on the edge of 版心",
        "page number: dash",
    } <= said


def test_there_are_twenty_wrong_documents_and_more() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_a_wrong_document_is_measured_as_wrong(mutant: Mutant, pdfs: Mapping[str, Path]) -> None:
    said = [one.partition(" ")[2] for one in measured(pdfs[mutant.name])]
    assert [one for one in said if one.startswith(mutant.noticed)], said
