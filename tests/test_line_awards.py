"""A commendation at the command line: judged, made, and held against itself when people change."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from bureau import SETTINGS, Ran, fawen
from commendation import HONOUR, WORKER, Nominations, nominations, number, person, roster
from openpyxl import load_workbook
from wordjobs import made as word

from merge.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = 3  # organisations, each with three of one honour and one of another
AWARDS = f"""\
评选:
  推荐表: 评选/推荐表.xlsx
  基准日: 2026-06-30
  名额:
    {HONOUR}: 20%，四舍五入，至少2名
    {WORKER}: 10%，进一法
  党龄: 3年
  不兼得: [{HONOUR}、{WORKER}]
  间隔: 2年
  公示: 5个工作日
  依据:
    处分: 评选办法第七条
"""


def job(awards: str = AWARDS) -> str:
    """The shipped commendation, for our small university."""
    text = (SAMPLES / "表彰.md").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^名册:.*\n", f"名册: rosters/名册.xlsx\n{awards}", text)
    return text.replace("示例大学", "测试大学")


def lay(root: Path, text: str | None = None) -> Nominations:
    roster(root / "rosters" / "名册.xlsx", SIZE)
    made = nominations(planted=False, size=SIZE)
    made.save(root / "评选" / "推荐表.xlsx")
    (root / "jobs").mkdir()
    (root / "jobs" / "表彰.md").write_text(text or job(), encoding="utf-8")
    (root / "fawen.toml").write_text(SETTINGS.format(port=1, approvers="[]"), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Nominations]:
    """A workspace with a draft of its commendation."""
    root = tmp_path_factory.mktemp("awards") / "w"
    made = lay(root)
    ran = fawen("--json", "merge", "表彰", cwd=root)
    assert ran.status == 0, ran.out + ran.err
    return root, made


@pytest.fixture
def office(drafted: tuple[Path, Nominations], tmp_path: Path) -> tuple[Path, Nominations]:
    root, made = drafted
    shutil.copytree(root, tmp_path / "w")
    again = nominations(planted=False, size=SIZE)
    assert again.rows == made.rows
    return tmp_path / "w", again


def told(ran: Ran, *rules: str) -> Iterator[dict[str, Any]]:
    return (one for one in ran.object["findings"] if not rules or one["rule"] in rules)


def papers(ran: Ran) -> list[tuple[str, str]]:
    """Name the papers that no longer agree: file and place."""
    return sorted(
        (one["file"].rpartition("/")[2], one["where"]) for one in told(ran, "award.changed")
    )


def strike(made: Nominations, root: Path, unit: int, one: int) -> None:
    """Take a person off the list of nominations."""
    made.rows["推荐名单"] = [
        row for row in made.rows["推荐名单"] if "".join(row[2].split()) != person(unit, one)
    ]
    made.save(root / "评选" / "推荐表.xlsx")


def test_a_sound_commendation_goes_through(office: tuple[Path, Nominations]) -> None:
    root, _ = office
    ran = fawen("--json", "check", cwd=root)
    assert (ran.status, ran.object["errors"], ran.object["warnings"]) == (0, 0, 0), ran.out
    shown = fawen("--json", "show", "表彰", cwd=root).object
    assert len(shown["documents"]) == 1 + SIZE * 4
    assert (root / "outbox" / shown["batch"] / "评选" / "推荐表.xlsx").is_file()
    manifest = (root / "outbox" / shown["batch"] / "manifest.json").read_text(encoding="utf-8")
    assert "评选/推荐表.xlsx" in manifest


def test_one_person_struck_off_and_every_paper_is_named(
    office: tuple[Path, Nominations],
) -> None:
    root, made = office
    strike(made, root, 1, 11)
    ran = fawen("--json", "check", cwd=root)
    name = person(1, 11)
    batch = fawen("--json", "show", "表彰", cwd=root).object["batch"]
    found = papers(ran)
    assert {where for _, where in found} == {"表彰决定", "荣誉证书", "给「12院党委」的信件"}
    assert len(found) == 3
    assert any(name in file for file, where in found if where == "荣誉证书")
    for one in told(ran, "award.changed"):
        assert name in one["message"]
        assert one["file"].startswith(batch)
        assert one["level"] == "warning"
    assert "人数应为11名，写的是12名" in " ".join(one["message"] for one in told(ran))


def test_of_a_signed_batch_they_are_errors(office: tuple[Path, Nominations]) -> None:
    root, made = office
    assert fawen("takeover", "--yes", cwd=root).status == 0
    assert (
        fawen("approve", "表彰", "--by", "林一", "--basis", "当面", "--no-review", cwd=root).status
        == 0
    )
    strike(made, root, 0, 10)
    ran = fawen("--json", "check", cwd=root)
    assert ran.status == 1
    found = list(told(ran, "award.changed"))
    assert len(found) == 3
    assert {one["level"] for one in found} == {"error"}


def test_one_person_gone_from_the_roster(office: tuple[Path, Nominations]) -> None:
    root, _ = office
    book = load_workbook(root / "rosters" / "名册.xlsx")
    sheet = book["党员"]
    for row in range(sheet.max_row, 1, -1):
        if sheet.cell(row, 1).value == person(2, 7):
            sheet.delete_rows(row)
    book.save(root / "rosters" / "名册.xlsx")
    ran = fawen("--json", "check", cwd=root)
    assert ran.status == 1
    assert [one["rule"] for one in told(ran, "award.name")] == ["award.name"]
    assert len(papers(ran)) == 3


def test_a_breach_stops_the_job_and_nobody_is_left_out(
    office: tuple[Path, Nominations],
) -> None:
    root, made = office
    made.rows["处分"].append([person(0, 7), number(0, 7), "11院党委", "党内警告", None])
    made.save(root / "评选" / "推荐表.xlsx")
    for words in (["merge", "表彰"], ["merge", "表彰", "--skip-invalid"]):
        ran = fawen("--json", *words, cwd=root)
        assert ran.status == 1
        [found] = told(ran)
        assert (found["file"], found["sheet"]) == ("评选/推荐表.xlsx", "推荐名单")
        assert "评选办法第七条" in found["message"]
        assert found["blocks"] == ["表彰"]


def test_a_certificate_cannot_be_skipped_when_the_decision_names_its_owner(
    office: tuple[Path, Nominations],
) -> None:
    root, _ = office
    text = job().replace(
        '范围: 荣誉称号 != ""', f'范围: 荣誉称号 != "" and 姓名 != "{person(0, 7)}"'
    )
    (root / "jobs" / "表彰.md").write_text(text, encoding="utf-8")
    ran = fawen("--json", "merge", "表彰", cwd=root)
    assert ran.status == 1
    [found] = told(ran, "award.set")
    assert person(0, 7) in found["message"]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("经研究，决定表彰30名同志。", "30名"),
        ("经研究，决定表彰十三名同志。", "十三名"),
        ("授予张三等12名同志荣誉称号。", ""),
        ("授予九名同志荣誉称号，请于3个工作日内传达。", ""),
        ("请指定1名联系人。", ""),
        ("经研究，决定表彰３０名同志。", "30名"),
        ("经研究，决定表彰卅名同志。", "卅名"),
        ("经研究，决定表彰叁拾多名同志。", "叁拾多名"),
        ("受表彰人数为30。", "人数为30"),
        ("这是第三十名受到表彰的同志。", ""),
        (f"授予优秀共产党员3名、{WORKER}3名荣誉称号。", "3名"),
        (f"授予9名同志“{HONOUR}”称号、3名同志“{WORKER}”称号。", ""),
    ],
)
def test_a_number_that_somebody_typed_is_held_against_the_list(
    office: tuple[Path, Nominations], words: str, wrong: str
) -> None:
    root, _ = office
    text = job().rstrip() + f"\n\n{words}\n"
    (root / "jobs" / "表彰.md").write_text(text, encoding="utf-8")
    ran = fawen("--json", "check", "表彰", cwd=root)
    found = list(told(ran, "award.count"))
    assert [one["message"].partition("」")[0] for one in found] == ([f"「{wrong}"] if wrong else [])
    for one in found:
        assert one["where"] == f"第{text.count(chr(10))}行"
        assert one["level"] == "error"


def test_jobs_of_one_workbook_must_name_the_same_people_by_the_same_rules(
    office: tuple[Path, Nominations],
) -> None:
    root, _ = office
    other = job().replace("间隔: 2年", "间隔: 1年")
    other = other.replace('范围: 荣誉称号 != ""', f'范围: 荣誉称号 == "{HONOUR}"')
    other = other.replace("  - 文种: 表彰决定\n    每份: 批次\n    文件名: 表彰决定\n", "")
    other = other.replace('全部党员 | 选("荣誉称号")', f'全部党员 | 选("荣誉称号", "{HONOUR}")')
    other = "---\n".join([*other.split("---\n")[:2], ""])
    (root / "jobs" / "证书.md").write_text(other, encoding="utf-8")
    ran = fawen("--json", "check", cwd=root)
    assert [one["file"] for one in told(ran, "award.rules")] == ["jobs/证书.md"]
    assert not list(told(ran, "award.jobs"))  # one honour alone is no disagreement
    some = other.replace(
        f'荣誉称号 == "{HONOUR}"', f'荣誉称号 == "{HONOUR}" and 姓名 != "{person(0, 7)}"'
    )
    some = re.sub(r"(?s)\{% if 全部党员.*?\{% endif %\}", "", some)
    (root / "jobs" / "证书.md").write_text(some, encoding="utf-8")
    ran = fawen("--json", "check", cwd=root)
    [found] = told(ran, "award.jobs")
    assert person(0, 7) in found["message"]


def test_a_roster_that_says_otherwise_is_told(office: tuple[Path, Nominations]) -> None:
    root, _ = office
    book = load_workbook(root / "rosters" / "名册.xlsx")
    sheet = book["党员"]
    sheet.cell(1, 7).value = "荣誉称号"
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, 1).value in {person(0, 7), person(0, 20)}:
            sheet.cell(row, 7).value = HONOUR
    book.save(root / "rosters" / "名册.xlsx")
    ran = fawen("--json", "check", cwd=root)
    [found] = told(ran, "award.roster")
    assert person(0, 20) in found["message"]
    assert found["cell"].startswith("G")


def test_what_is_wrong_with_the_rules_is_said_at_its_line(
    office: tuple[Path, Nominations],
) -> None:
    root, _ = office
    wrong = (
        AWARDS.replace("20%，四舍五入，至少2名", "两成")
        .replace("党龄: 3年", "党令: 3年")
        .replace("基准日: 2026-06-30", "基准日: 2026年6月")
        .replace("    处分:", "    处罚:")
    )
    (root / "jobs" / "表彰.md").write_text(job(wrong), encoding="utf-8")
    ran = fawen("--json", "check", cwd=root)
    said = " ".join(f"{one['where']} {one['message']} {one['advice']}" for one in told(ran))
    for words in (
        "第5行",
        "到日的日期",
        "第7行",
        "「两成」读不懂",
        "「党令」",
        "是否「党龄」",
        "处罚",
    ):
        assert words in said, said


def test_other_commands_do_not_mind_rules(office: tuple[Path, Nominations]) -> None:
    root, _ = office
    (root / "单独.md").write_text(
        f"---\n{AWARDS}文种: 决定\n要素:\n  发文机关标志: 测试大学文件\n"
        "  发文字号: 测〔2026〕1号\n"
        "  标题: 关于表彰的决定\n  成文日期: 2026-07-07\n---\n予以表彰。\n", encoding="utf-8",
    )  # fmt: skip
    ran = fawen("typeset", "单独.md", "-o", "单独.docx", cwd=root)
    assert ran.status == 0, ran.out + ran.err
    assert fawen("show", "表彰", cwd=root).status == 0
    assert fawen("trace", "12院党委", cwd=root).status == 0


def test_a_slip_in_word_asks_for_the_same(office: tuple[Path, Nominations]) -> None:
    root, made = office
    rows = [
        ["文种", "表彰决定"], ["发给", "只做一份"], ["标题", "关于表彰的决定"],
        ["发文字号", "测大党〔2026〕9号"], ["成文日期", "2026年7月7日"],
        ["发文机关", "测试大学党委"],
        ["推荐表", "评选/推荐表.xlsx"], ["基准日", "2026年6月30日"],
        ["名额", f"{HONOUR}：20%，四舍五入，至少2名⏎{WORKER}：10%，进一法"],
        ["党龄", "3年"], ["不兼得", f"{HONOUR}、{WORKER}"], ["间隔", "2年"],
        ["公示", "5个工作日"], ["依据", "处分：评选办法第七条⏎名额：第五条"],
    ]  # fmt: skip
    body = '决定表彰{{ 全部党员 | 选("荣誉称号") | 数 }}名同志。'
    slip = {"发文单": [["发文单"], *rows], "正文": [body]}
    (root / "jobs" / "表彰.md").unlink()
    word(slip, root / "jobs" / "决定.docx")
    ran = fawen("--json", "check", cwd=root)
    assert ran.status == 0, ran.out
    made.rows["处分"].append([person(0, 7), number(0, 7), "11院党委", "党内警告", None])
    made.save(root / "评选" / "推荐表.xlsx")
    [found] = told_errors(fawen("--json", "check", cwd=root))
    assert "依据评选办法第七条" in found["message"]


def told_errors(ran: Ran) -> list[dict[str, Any]]:
    return [one for one in told(ran) if one["level"] == "error"]


def test_nothing_is_signed_that_came_under_discipline_after_it_was_merged(
    office: tuple[Path, Nominations],
) -> None:
    root, made = office
    signing = ("--json", "approve", "表彰", "--by", "林一", "--basis", "当面", "--no-review")
    assert fawen("takeover", "--yes", cwd=root).status == 0
    made.rows["处分"].append([person(0, 7), number(0, 7), "11院党委", "党内警告", None])
    made.save(root / "评选" / "推荐表.xlsx")
    ran = fawen(*signing, cwd=root)
    assert ran.status == 1
    assert "没有签发" in ran.out + ran.err
    made.rows["处分"].pop()
    made.save(root / "评选" / "推荐表.xlsx")
    ran = fawen(*signing, cwd=root)
    assert ran.status == 0, ran.out + ran.err


def test_what_is_issued_cannot_call_itself_an_earlier_stage(
    office: tuple[Path, Nominations],
) -> None:
    root, made = office
    made.rows["公示"].clear()
    made.save(root / "评选" / "推荐表.xlsx")
    text = job(AWARDS + "  阶段: 核对\n")
    (root / "jobs" / "表彰.md").write_text(text, encoding="utf-8")
    [found] = told_errors(fawen("--json", "check", cwd=root))
    assert found["rule"] == "award.stage"
    assert found["where"].endswith("行")


@pytest.mark.parametrize(
    ("line", "value"),
    [("党龄: 3年", "党龄: 9999"), ("公示: 5个工作日", "公示: 999999999999"),
     (f"[{HONOUR}、{WORKER}]", f"[[{HONOUR}]]")],
)  # fmt: skip
def test_rules_that_cannot_be_are_findings(
    office: tuple[Path, Nominations], line: str, value: str
) -> None:
    root, _ = office
    (root / "jobs" / "表彰.md").write_text(job(AWARDS.replace(line, value)), encoding="utf-8")
    ran = fawen("--json", "check", "表彰", cwd=root)
    assert ran.status == 1
    assert [one["rule"] for one in told_errors(ran)] in (["job.value"], ["award.honour"])
