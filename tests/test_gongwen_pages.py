"""Every golden case in Markdown, rendered and measured: what stands where, to the millimetre.

Line boxes are taken from baselines (baseline − 0.8 L, as LibreOffice sets lines of fixed height);
mark, rule, number's foot, dashes and the ink profile are taken from what is black or red on paper.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from measuring.gauge import Gauge
from measuring.pages import Pages
from measuring.rendering import rendered
from measuring.telling import told
from typesetter import made, read

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.libreoffice

_FOLDER = Path(__file__).parent / "cases" / "gongwen"
CASES = [
    one
    for one in sorted(_FOLDER.glob("*.md"))
    if one.stem != "README" and not one.stem.startswith("坏")
]
# Pages of body from edge to edge: 22 lines of 28 characters.
FULL = {"通知-三页": (2,), "通知-足墨": (2,)}


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    documents = {}
    for case in CASES:
        own = folder / case.stem
        own.mkdir()
        documents[case.stem] = made(case, own)
    return rendered(documents, folder)


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_a_document_stands_as_the_standard_asks(case: Path, pdfs: Mapping[str, Path]) -> None:
    with Pages(pdfs[case.stem]) as pages:
        gauge = Gauge(pages, told(read(case), FULL.get(case.stem, ())))
        assert [str(one) for one in gauge.deviations()] == []
        assert len(gauge.figures) > 12


def test_both_profiles_were_measured_on_a_full_page(pdfs: Mapping[str, Path]) -> None:
    for name, figure in (
        ("通知-三页", "first line box p.2"),
        ("通知-足墨", "ink: first to last p.2"),
    ):
        with Pages(pdfs[name]) as pages:
            gauge = Gauge(pages, told(read(_FOLDER / f"{name}.md"), FULL[name]))
            gauge.deviations()
            assert figure in gauge.figures
