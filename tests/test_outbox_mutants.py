"""Mutants of ledger, verdict, pace and courier: each fits the code, each is noticed (long)."""

from __future__ import annotations

import ast
from pathlib import Path

import mutants
import pytest

ALL = mutants.mutants()
AREAS = {"outbox/ledger/": 8, "post/verdict": 4, "post/pace": 4, "post/courier": 4}


@pytest.mark.parametrize("mutant", ALL, ids=[one.name for one in ALL])
def test_a_mutant_fits_the_code_as_it_is(mutant: mutants.Mutant) -> None:
    text = (mutants.ROOT / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1, "the code has changed: set the fault anew"
    changed = text.replace(mutant.old, mutant.new)
    assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text))
    assert all((Path(__file__).parent / name).is_file() for name in mutant.tests)


def test_there_are_enough_in_every_part() -> None:
    assert len({one.name for one in ALL}) == len(ALL) >= 20
    for area, least in AREAS.items():
        assert sum(area in one.file for one in ALL) >= least, area


def test_the_page_lists_each_with_the_test_that_noticed_it() -> None:
    page = mutants.PAGE.read_text(encoding="utf-8")
    found = dict.fromkeys((one.name for one in ALL), "")
    for line in page.splitlines():
        cells = [cell.strip(" `") for cell in line.split("|")]
        if len(cells) > 4 and cells[2] in found:
            found[cells[2]] = cells[4]
    for one in ALL:
        assert found[one.name].partition("::")[0] in one.tests, one.name
    assert mutants.page(found) == page


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mutants.copied(tmp_path_factory.mktemp("tree"))


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_every_mutant_is_noticed(tree: Path, part: int) -> None:
    survived = [one.name for one in ALL[part::4] if not mutants.killer(tree, one)]
    assert survived == []
