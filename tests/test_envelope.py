"""The right envelope: nothing of others in a document or letter, and no false alarm."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ahocorasick
import pytest
from bureau import JOB, bureau, default_sheets, fawen
from word import written

from merge.bench import Bench
from merge.guard import BATCH, Guard
from merge.job import load
from merge.orders import orders
from merge.plan import plan
from merge.press import press
from merge.shard import fill
from merge.watch import Named, Watch, ordinary
from rosters.finding import InputError
from rosters.identity import check_digit
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


# --- what a clerk meets -----------------------------------------------------------------------

NOTICE = JOB.replace("{{ 简称 }}现有党员{{ 党员数 }}名，请核对。", "BODY")


def merged(root: Path, body: str, *words: str, job: str = NOTICE, top: str = "") -> Any:
    text = job.replace("BODY", body).replace("文种: 通知\n", f"文种: 通知\n{top}")
    bureau(root, jobs={"通知": text})
    return fawen("--json", "merge", "通知", *words, cwd=root)


def rules(ran: Any) -> list[tuple[str, str]]:
    return [(one["rule"], one["message"]) for one in ran.object["findings"]]


def test_a_contact_named_to_everybody_is_a_finding_with_its_cure(tmp_path: Path) -> None:
    ran = merged(tmp_path / "a", "有问题请找文学院党委。")
    assert ran.status == 1
    [one] = [f for f in ran.object["findings"] if f["rule"] == "envelope.name"]
    assert "文学院党委" in one["message"]
    assert "等 2 份" in one["message"]  # not for the one that it names
    assert "可提及: 文学院党委" in one["advice"]
    assert "第" in str(one)  # the line of the body
    ran = merged(tmp_path / "b", "有问题请找文学院党委。", top="可提及: [文学院党委]\n")
    assert ran.status == 0, ran.out
    ran = merged(tmp_path / "c", "有问题请找文学院党委。", top="mentions: 001\n")
    assert ran.status == 0, ran.out


@pytest.mark.parametrize(
    "body",
    [
        "分组：文学院党委、数学院党委、后勤党总支各一组。",  # names all alike
        '{% if 简称 == "文学院党委" %}文学院党委先报。{% endif %}请核对。',
        "请各教工党支部、学生党支部和机关支部核对。",  # ordinary words
    ],
)
def test_what_everybody_expects_is_no_finding(tmp_path: Path, body: str) -> None:
    ran = merged(tmp_path / "w", body)
    assert ran.status == 0, ran.out


def test_a_key_that_is_misspelt_finds_its_nearest(tmp_path: Path) -> None:
    ran = merged(tmp_path / "w", "请核对。", top="可提到: 文学院党委\n")
    assert "是否「可提及」？" in ran.out


def test_a_wrong_cell_is_left_out_with_skip_invalid(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["二级党组织"] = [list(row) for row in sheets["二级党组织"]]
    sheets["二级党组织"][1][5] = "数学院党委罗四"
    job = NOTICE.replace("BODY", "联系人：{{ 联系人 }}")
    root = tmp_path / "w"
    bureau(root, sheets=sheets, jobs={"通知": job})
    ran = fawen("--json", "merge", "通知", cwd=root)
    assert ran.status == 1
    [one] = [f for f in ran.object["findings"] if f["rule"] == "envelope.name"]
    assert one["cell"] == "F3"
    assert not list((root / "outbox").glob("通知-*"))
    ran = fawen("--json", "merge", "通知", "--skip-invalid", cwd=root)
    assert (ran.status, ran.object["documents"], ran.object["letters"]) == (0, 2, 2)
    assert ran.object["balanced"]
    [left] = ran.object["skipped"]
    assert "F3" in left["reason"]
    assert not list((root / "outbox").glob(".staging*"))


def test_a_letter_is_looked_through_too(tmp_path: Path) -> None:
    job = NOTICE.replace("    请查收", "    也请告诉数学院党委。\n    请查收")
    ran = merged(tmp_path / "w", "请核对。", job=job)
    assert ran.status == 1
    assert [rule for rule, _ in rules(ran)] == ["envelope.name"] * 2
    assert "信件正文" in rules(ran)[0][1]


def test_an_id_number_is_nobody_elses_and_nothing_allows_it(tmp_path: Path) -> None:
    number = "990100196411026558"
    ran = merged(tmp_path / "w", f"请与{number}联系。", top="可提及: 全部\n")
    assert ran.status == 1
    assert {rule for rule, _ in rules(ran)} == {"envelope.person"}
    assert number not in ran.out


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("机关", True), ("文学院", True), ("教工第一党支部", False), ("教工党支部", True),
     ("离退休党支部", True), ("机关党委", False), ("后勤党总支", False), ("各分党委", True)],
)  # fmt: skip
def test_ordinary_words(name: str, is_one: bool) -> None:
    assert ordinary(name) is is_one


def watching(names: tuple[str, ...], bearers: tuple[tuple[int, ...], ...]) -> Watch:
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for number, one in enumerate(names):
        automaton.add_word(one, number)
    automaton.make_automaton()
    return Watch(names, bearers, above=(-1, -1), automaton=automaton)


def test_a_name_within_an_allowed_one_is_allowed() -> None:
    watch = watching(("文学院党委", "文学院党委教工支部"), ((0,), (1,)))
    assert watch.strangers("文学院党委教工支部", 1) == []
    assert watch.strangers("文学院党委教工支部和文学院党委", 1) == [Named("文学院党委", (0,))]
    assert watch.strangers("文学院党委教工支部", 0) == [Named("文学院党委教工支部", (1,))]


def test_a_value_is_clear_for_one_organisation_and_not_for_another() -> None:
    guard = Guard(watching(("文学院党委", "数学院党委"), ((0,), (1,))))
    number = "990100196411026558"
    for _ in range(2):  # as it is looked at, and as it is remembered
        assert guard.clear(["文学院 党委", "甲"], 0)
        assert not guard.clear(["文学院 党委", "甲"], 1)
        assert not guard.clear(["甲", "数学院党委"], 0)
        assert guard.clear(["文学院", "党委", "数学院党委"[:2]], 1)  # no name over two values
        assert guard.clear(["数学院党委", "文学院党委"], BATCH)
        assert not guard.clear(["甲", number], BATCH)
        assert not guard.clear([number, "文学院党委"], 0)
    for each in range(1000):  # what is remembered has a bound
        assert guard.clear([f"乙{each}"], each)
        assert guard.clear([f"乙{each}"], 0)
        assert not guard.clear([f"乙{each}", "数学院党委"], 0)
    assert sum(map(len, guard.remembered.values())) < 400
    for each in range(1000):
        assert guard.clear([f"丙{each}"], 1)
    assert sum(map(len, guard.remembered.values())) < 700


def numbered(sheets: dict[str, Any]) -> None:
    """Give the members sound ID numbers."""
    sheets["党员"][0].append("身份证号")
    for number, row in enumerate(sheets["党员"][1:]):
        body = f"9901011990010112{number}"
        row.append(body + str(check_digit(body)))


@pytest.mark.parametrize(
    "written_",
    ["数学院 党委", "数 学 院　党 委", "数学院\xa0党委", "{}", "{:.6} {:.8} {}", "{}-{}"],
)
def test_blanks_hide_nothing(tmp_path: Path, written_: str) -> None:
    """A name set apart with blanks, an ID number in groups: they are the same."""
    sheets = default_sheets()
    numbered(sheets)
    sheets["二级党组织"][0].append("备注")
    own = sheets["党员"][4][-1]
    parts = {1: (own,), 2: (own[:6], own[6:]), 3: (own[:6], own[6:14], own[14:])}
    note = written_.format(*parts[max(1, written_.count("{"))])
    for row in sheets["二级党组织"][1:]:
        row.append(note if row[0] == "001" else None)
    places = {
        "正文": JOB.replace("请核对。", "请核对。{{ 备注 }}"),
        "主题": JOB.replace("（{{ 简称 }}）", "（{{ 简称 }}）{{ 备注 }}"),
        "邮件": JOB.replace("请查收", "请查收{{ 备注 }}"),
        "文件名": JOB.replace('"通知-{{ 简称 }}"', '"通知-{{ 简称 }}{{ 备注 }}"'),
    }
    root = bureau(tmp_path / "w", sheets=sheets, jobs=places)
    for name in places:
        ran = fawen("--json", "merge", name, cwd=root)
        found = {one["rule"] for one in ran.object["findings"] if one["level"] == "error"}
        assert (ran.status, found) == (1, {f"envelope.{'person' if '{' in written_ else 'name'}"})
        assert own not in ran.out
