"""A clerk's road: draft, fill in, check, merge, typeset, all with Word files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest
from bureau import bureau, fawen

from merge.job import load
from merge.kinds import DRAFTS, PATTERNS
from rosters.finding import InputError
from templates.gongwen.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from docx.table import Table

FILLED = {
    "发给": "各分党委、党总支",
    "标题": "关于核对党员名册的事项",
    "发文字号": "测大组〔2026〕7号",
    "成文日期": "2026年11月23日",
    "出席": "甲、乙",
    "颁奖词": "在工作中事迹突出，",
    "证书编号": "自动 测大党证",
    "简报名": "党建工作简报",
    "期号": "3",
    "截止时间": "2026-12-05 12:00",
}


def fill(table: Table, values: dict[str, str]) -> None:
    for row in table.rows:
        label = row.cells[0].text
        if label in values and not row.cells[1].text:
            row.cells[1].paragraphs[0].add_run(values[label])


def filled(path: Path, values: dict[str, str], *body: str) -> None:
    """Fill in a drafted file as somebody does in Word."""
    document = docx.Document(str(path))
    fill(document.tables[0], values)
    for text in body:
        document.add_paragraph(text, style="公文正文")
    document.save(str(path))


def papers(batch: Path) -> list[Path]:
    """List the documents of a batch, without its copy of the job."""
    return sorted(one for one in batch.rglob("*.docx") if one.parent.name != "作业")


ISSUED = (
    *(
        "通知",
        "表彰决定",
        "通报",
        "荣誉证书",
        "简报",
        "慰问信",
        "考察表",
        "工作预案",
        "网格",
        "日报表",
    ),
    *("催报", "党员名册", "名单核对", "公示"),
)  # every paper that the department issues


def test_each_paper_of_the_department_can_be_drafted() -> None:
    assert set(ISSUED) <= set(DRAFTS)


@pytest.mark.parametrize("kind", DRAFTS)
def test_what_is_drafted_and_filled_in_is_a_job(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.docx"
    assert fawen("draft", kind, "-o", path, cwd=tmp_path).status == 0
    defaults = {"名册": "名册.xlsx", "发文机关": "中共测试大学委员会组织部"}
    with pytest.raises(InputError) as caught:
        load(path, shown=path.name, defaults=defaults)
    empty = {str(one.place) for one in caught.value.findings}
    assert all("发文单第" in place for place in empty), empty
    filled(path, FILLED, "请认真核对。")
    job = load(path, shown=path.name, defaults=defaults)
    built = PATTERNS[kind].kind if kind in PATTERNS else kind
    assert job.entries[0].kind == built
    needed = KINDS[built].required if built in KINDS else ()
    assert all(job.elements.get(name) for name in needed)
    assert not job.findings


@pytest.mark.parametrize("kind", ["公示", "名单核对"])
def test_a_drafted_list_has_room_for_a_name_of_four(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.docx"
    assert fawen("draft", kind, "-o", path, cwd=tmp_path).status == 0
    listed = docx.Document(str(path)).tables[1]
    at = [cell.text for cell in listed.rows[0].cells].index("姓名")
    whole = sum(one.width or 0 for one in listed.columns)
    room = 156 * (listed.columns[at].width or 0) / whole - 3.8  # mm, without the cell's margins
    assert room >= 4 * 16 * 25.4 / 72


def test_a_draft_is_written_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    path.write_bytes(b"mine")
    ran = fawen("draft", "通知", "-o", path, cwd=tmp_path)
    assert (ran.status, path.read_bytes()) == (2, b"mine")
    assert "没有覆盖" in ran.err
    ran = fawen("draft", "通之", "-o", tmp_path / "x.docx", cwd=tmp_path)
    assert ran.status == 2
    assert "「通知」" in ran.err
    assert f"可用：{'、'.join(DRAFTS)}" in ran.err
    assert [one.name for one in tmp_path.iterdir()] == ["通知.docx"]


def test_a_job_in_word_goes_the_whole_way(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    (root / "jobs" / "通知.md").unlink()
    path = root / "jobs" / "核对.docx"
    assert fawen("-C", root, "draft", "通知", "-o", path, cwd=tmp_path).status == 0
    filled(path, FILLED, "一、核对", "{{ 简称 }}现有党员{{ 党员数 }}名。", "【仅党总支】总支另报。")
    assert fawen("check", cwd=root).status == 0
    ran = fawen("--json", "merge", "核对", cwd=root)
    assert ran.object["documents"] == 3
    made = papers(root / "outbox" / ran.object["batch"])
    told = ["\n".join(p.text for p in docx.Document(str(one)).paragraphs) for one in made]
    assert sum("总支另报" in text for text in told) == 1
    assert sum("文学院党委现有党员3名" in text for text in told) == 1
    assert fawen("rehearse", "核对", cwd=root).status == 0


def test_two_jobs_of_one_name_are_not_guessed_between(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    fawen("draft", "通知", "-o", root / "jobs" / "通知.docx", cwd=root)
    ran = fawen("merge", "通知", cwd=root)
    assert ran.status == 2
    assert "通知.docx、通知.md" in ran.err


@pytest.mark.parametrize("ending", [".docx", ".md"])
def test_one_document_is_typeset_without_a_roster(ending: str, tmp_path: Path) -> None:
    source = tmp_path / f"函{ending}"
    if ending == ".md":
        source.write_text(
            "---\n文种: 函\n要素:\n  发文机关: 测试大学\n  标题: 关于核对的函\n"
            "  发文字号: 测大函〔2026〕1号\n  成文日期: 2026-11-23\n"
            "  署名: 测试大学\n---\n来函收悉。\n",
            encoding="utf-8",
        )
    else:
        fawen("draft", "函", "-o", source, cwd=tmp_path)
        document = docx.Document(str(source))
        fill(document.tables[0], {**FILLED, "标题": "关于核对的函", "发给": ""})
        row = document.tables[0].add_row()
        row.cells[0].text, row.cells[1].text = "发文机关", "测试大学"
        document.add_paragraph("来函收悉。")
        document.save(str(source))
    output = tmp_path / "排好.docx"
    ran = fawen("--json", "typeset", source, "-o", output, cwd=tmp_path)
    assert ran.status == 0, ran.out
    assert ran.object["file"] == str(output)
    text = "\n".join(one.text for one in docx.Document(str(output)).paragraphs)
    assert "来函收悉。" in text
    assert "关于核对的函" in text.replace("\n", "")
    again = fawen("typeset", source, "-o", output, cwd=tmp_path)
    assert (again.status, "没有覆盖" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("kind", "to", "body", "printed"),
    [
        ("函", "滨河市水务局", "来函收悉。", ["滨河市水务局：", "来函收悉。"]),
        ("通知", "各位老师：", "请核对。", ["各位老师：", "请核对。"]),
        ("函", "滨河市水务局", "滨河市水务局：", ["滨河市水务局："]),
        ("通知", "各分党委", "现通知如下：", ["各分党委：", "现通知如下："]),
        ("慰问信", "全校教职工", "亲爱的老师们：", ["亲爱的老师们："]),
        ("慰问信", "全校教职工", "节日好。", ["全校教职工：", "节日好。"]),
        ("纪要", "各分党委", "会议议定如下。", ["会议议定如下。"]),
        ("决定", "只做一份", "决定如下。", ["决定如下。"]),
        ("决定", "每名党员", "决定如下。", ["决定如下。"]),
    ],
)
def test_to_whom_is_printed_where_the_body_does_not_say_it(
    kind: str, to: str, body: str, printed: list[str], tmp_path: Path
) -> None:
    source = tmp_path / "稿.docx"
    fawen("draft", kind, "-o", source, cwd=tmp_path)
    filled(source, {**FILLED, "发给": to}, body)
    document = docx.Document(str(source))
    row = document.tables[0].add_row()
    row.cells[0].text, row.cells[1].text = "发文机关", "测试大学"
    document.save(str(source))
    ran = fawen("typeset", source, "-o", tmp_path / "排好.docx", cwd=tmp_path)
    assert ran.status == 0, ran.err
    texts = [one.text for one in docx.Document(str(tmp_path / "排好.docx")).paragraphs]
    assert [one for one in texts if one.endswith("：") or one == body] == printed


@pytest.mark.parametrize(
    ("kind", "to", "body", "greeting"),
    [
        ("慰问信", "全体党支部", "同志们：", ""),
        ("慰问信", "全体党支部", "节日将近，谨致问候。", "全体党支部"),
        ("慰问信", "全体党支部", "谨向你们致以如下问候：", "全体党支部"),
        ("通知", "全体党支部", "同志们：", "全体党支部"),
    ],
)
def test_a_letter_that_greets_in_its_body_gets_no_greeting_from_whom_it_is_for(
    kind: str, to: str, body: str, greeting: str, tmp_path: Path
) -> None:
    path = tmp_path / "信.docx"
    fawen("draft", kind, "-o", path, cwd=tmp_path)
    filled(path, {**FILLED, "发给": to}, body)
    job = load(path, shown="信.docx", defaults={"名册": "名册.xlsx", "发文机关": "测试大学"})
    assert job.elements.get("主送", "") == greeting


def test_a_tag_in_a_document_for_nobody_is_a_finding(tmp_path: Path) -> None:
    source = tmp_path / "通知.md"
    source.write_text(
        "---\n文种: 通知\n要素:\n  发文机关: 测试大学\n  标题: 关于核对的通知\n"
        "  发文字号: 测大〔2026〕1号\n  成文日期: 2026-11-23\n---\n请{{ 简称 }}核对。\n",
        encoding="utf-8",
    )
    ran = fawen("--json", "typeset", source, "-o", tmp_path / "x.docx", cwd=tmp_path)
    assert ran.status == 1
    assert [one["where"] for one in ran.object["findings"]] == ["第9行"]
    assert not (tmp_path / "x.docx").exists()


def test_what_goes_as_it_stands_keeps_its_look(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", jobs={})
    path = root / "jobs" / "邀请.docx"
    fawen("draft", "通知", "-o", path, cwd=root)
    filled(path, {**FILLED, "发给": "各分党委、党总支"})
    document = docx.Document(str(path))
    row = document.tables[0].add_row()
    row.cells[0].text, row.cells[1].text = "版式", "原样"
    line = document.add_paragraph()
    line.add_run("{{ 简")
    line.add_run("称 }}同志们")
    line.add_run("：").bold = True
    document.add_paragraph("【仅党总支】总支另报。")
    document.save(str(path))
    ran = fawen("--json", "merge", "邀请", cwd=root)
    assert ran.status == 0, ran.out
    made = papers(root / "outbox" / ran.object["batch"])
    told = [docx.Document(str(one)) for one in made]
    assert all(not one.tables for one in told)
    said = [[p.text for p in one.paragraphs if p.text] for one in told]
    assert ["文学院党委同志们："] in said
    assert ["后勤党总支同志们：", "总支另报。"] in said
    assert any(run.bold for one in told for p in one.paragraphs for run in p.runs)


def test_a_value_that_no_organisation_has_is_said(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", jobs={})
    path = root / "jobs" / "核对.docx"
    fawen("draft", "通知", "-o", path, cwd=root)
    filled(path, FILLED, "【仅文学院】文学院另报。", "正文。")
    ran = fawen("check", cwd=root)
    assert "这里的「文学院」，「类别」一列里一行也没有" in ran.out
    assert "正文第1段" in ran.out


def test_what_is_printed_anyway_and_written_again_is_said(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", jobs={})
    path = root / "jobs" / "核对.docx"
    fawen("draft", "通知", "-o", path, cwd=root)
    text = (FILLED["标题"], "正文。", "中共测试大学委员会组织部", "2026年11月23日")
    filled(path, FILLED, *text)
    found = fawen("--json", "check", cwd=root).object["findings"]
    said = [(one["where"], one["message"]) for one in found if one["rule"] == "job.twice"]
    assert said == [
        ("正文第1段", "正文里又写了标题，会印两遍"),
        ("正文第3段", "正文里又写了署名，会印两遍"),
        ("正文第4段", "正文里又写了成文日期，会印两遍"),
    ]


def test_a_name_that_the_roster_does_not_have_is_said_at_its_row(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w", jobs={})
    path = root / "jobs" / "核对.docx"
    fawen("draft", "通知", "-o", path, cwd=root)
    filled(path, {**FILLED, "发给": "文学院党委、数学学院党委"}, "正文。")
    ran = fawen("check", cwd=root)
    assert ran.status == 1
    assert "发文单第2行：名册里没有「数学学院党委」，是不是「数学院党委」" in ran.out
