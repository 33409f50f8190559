"""The right envelope: nothing of others in a document or letter, and no false alarm."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from word import written

from merge.job import load
from merge.plan import plan
from merge.press import press
from rosters.finding import InputError
from rosters.reader import read_roster
from rosters.roster import Kind, Row
from rosters.samples import make
from templates.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from merge.looking import Sighting
    from merge.plan import Plan
    from rosters.finding import Finding
    from rosters.roster import Member, Organisation, Roster

HERE = Path(__file__).parent
JOBS = HERE.parent / "merge" / "samples"
BOOKS = {
    "示例大学": Path(make.__file__).with_name(make.FILE),
    "东江理工大学": HERE / "data" / "东江理工大学名册.xlsx",
    "北原师范学院": HERE / "data" / "北原师范学院名册.xlsx",
}
KEY = b"k" * 32


@pytest.fixture(scope="module")
def rosters() -> dict[str, Roster]:
    return {name: read_roster([book]) for name, book in BOOKS.items()}


def planned(job: str, roster: Roster, **options: Any) -> Plan:
    loaded = load(JOBS / f"{job}.md", shown=f"jobs/{job}.md")
    return plan(loaded, roster, Library([]), **options)


def pressed(made: Plan, folder: Path) -> list[Finding]:
    """Fill a plan; return what was found of others' in it."""
    try:
        for _ in press(made, folder, key=KEY, workers=1):
            pass
    except InputError as error:
        return list(error.findings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return []


@pytest.mark.parametrize("name", list(BOOKS))
@pytest.mark.parametrize("job", ["通知", "表彰", "支部"])
def test_no_false_alarm(rosters: dict[str, Roster], tmp_path: Path, name: str, job: str) -> None:
    made = planned(job, rosters[name], skip_invalid=name == "北原师范学院")
    assert made.ready, made.findings
    assert not [one for one in made.findings if one.rule.startswith("envelope")]
    assert pressed(made, tmp_path / "out") == []


# --- 500 planted misplacements ----------------------------------------------------------------

TEMPLATE = [
    "{{ 简称 }}：{{ 党员数 }}名",
    "{{ 备注 }}",
    "{% for 员 in 党员 %}{{ 员.姓名 }}{% endfor %}",
]
PLANTED = """---
名册: 名册.xlsx
文种: 单
每份: 党组织
信件:
  主题: 通知（{{ 简称 }}）
  正文: 请查收。
---
"""


def noted(roster: Roster, notes: dict[str, str]) -> Roster:
    """Give organisations a column 备注 with something in it."""
    sheets, made = {}, []
    for one in roster.organisations:
        sheet = one.row.sheet
        if sheet.key not in sheets:
            column = replace(sheet.columns[-1], index=len(sheet.columns), letter="Z",
                             heading="备注", field="remark")  # fmt: skip
            names = {**sheet.names, "备注": len(sheet.columns), "remark": len(sheet.columns)}
            sheets[sheet.key] = replace(sheet, columns=(*sheet.columns, column), names=names)
        row = Row(sheets[sheet.key], one.row.number, (*one.row.values, notes.get(one.key)))
        made.append(replace(one, row=row))
    kept = tuple(sheets.get(sheet.key, sheet) for sheet in roster.sheets)
    return replace(roster, organisations=tuple(made), sheets=kept, findings=())


def kin(roster: Roster, one: Organisation, other: Organisation) -> bool:
    return other in roster.line(one) or one in roster.line(other)


def plants(
    roster: Roster, wanted: int, usable: set[str]
) -> Iterator[tuple[Organisation, str, str]]:
    """Draw organisations, and what of another one is planted into their documents."""
    draw = random.Random(6)  # noqa: S311 - what is planted, no secret
    kinds: list[tuple[str, Callable[[Organisation], str]]] = [
        ("full", lambda one: one.name),
        ("short", lambda one: one.short),
        ("branch", lambda one: one.name if one.row.sheet.kind is Kind.BRANCHES else ""),
        ("code", lambda one: one.code if len(one.code) >= 5 else ""),
        ("id", lambda one: draw.choice([id_of(m) for m in roster.own_members(one)] or [""])),
    ]
    frames = (
        "{}",
        "请{}按时报送",
        "联系单位：{}。",
        "（{}）",
        "见{}、附表",
        "\n{}\n",
        "由 {} 转发",
    )
    done = 0
    while done < wanted:
        one, other = draw.sample(roster.organisations, 2)
        kind, take = kinds[done % len(kinds)]
        word = take(other)
        if not word or kin(roster, one, other) or one.key not in usable:
            continue
        done += 1
        yield one, kind, draw.choice(frames).format(word)


def id_of(member: Member) -> str:
    return str(member.row.get("id_card") or "")


def test_500_planted_misplacements_are_all_found(
    rosters: dict[str, Roster], tmp_path: Path
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "单.docx").write_bytes(written(TEMPLATE))
    (tmp_path / "单.md").write_text(PLANTED, encoding="utf-8")
    job, library = load(tmp_path / "单.md", shown="单.md"), Library([tmp_path / "templates"])
    planted: Counter[str] = Counter()
    for name, share in (("示例大学", 180), ("东江理工大学", 160), ("北原师范学院", 160)):
        clean = noted(rosters[name], {})
        usable = {one.receiver for one in plan(job, clean, library, skip_invalid=True).drafts}
        left = list(plants(rosters[name], share, usable))
        while left:  # as many as go into one merge, one of each organisation
            notes = {one.key: (kind, text) for one, kind, text in reversed(left)}
            left = [one for one in left if notes[one[0].key] != (one[1], one[2])]
            roster = noted(rosters[name], {key: text for key, (_, text) in notes.items()})
            found = sightings(plan(job, roster, library, skip_invalid=True), tmp_path / "out")
            for key, (kind, text) in notes.items():
                own = [one for one in found if one.path.startswith(f"{key}/")]
                assert [one for one in own if one.word in text], (name, key, kind, text)
                assert own[0].origin.place == roster.by_key[key].row.place("备注")
                planted[kind] += 1
            assert {one.path.partition("/")[0] for one in found} == set(notes)
    assert planted.total() == 500
    assert min(planted.values()) >= 90


def sightings(made: Plan, folder: Path) -> list[Sighting]:
    from merge.bench import Bench
    from merge.orders import orders
    from merge.shard import fill

    made.require()
    assert made.shop is not None
    folder.mkdir()
    for draft in made.drafts:
        (folder / draft.folder).mkdir(parents=True)
    filled = fill(Bench.of(made.shop, KEY), orders(made.drafts), folder, fresh=True)
    assert not filled.findings
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*.docx")}
    assert on_disk.isdisjoint(one.path for one in filled.strange)
    shutil.rmtree(folder)
    return filled.strange
