"""Slips of a job, each at its line: tags in its body, and what a clerk meant otherwise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from merge_office import NOTICE, Office, office, sheet

import merge
from merge.job import load
from merge.plan import plan
from rosters.finding import InputError, Level
from rosters.reader import read_roster
from rosters.samples import __file__ as samples
from templates.library import Library

if TYPE_CHECKING:
    from merge.plan import Plan

HEAD = NOTICE.partition("一、")[0]
FIRST = HEAD.count("\n") + 1  # the line that the body begins on


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path)


def line(number: int) -> str:
    return f"作业.md › 第{number}行"


def said(made: Plan) -> dict[str, str]:
    """Lead from places to what is said there, of the job's own findings."""
    assert all(f.place.file in {"作业.md", "名册.xlsx"} for f in made.findings), made.findings
    return {str(f.place): str(f) for f in made.findings if f.place.file == "作业.md"}


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("{{ 简秤 }}", "是不是「简称」"),
        ("{{ 简称 简称 }}", "看不懂"),
        ("｛｛ 简秤 ｝｝", "是不是「简称」"),
        ("｛{ 简称 }", "没有成对"),
        ('{% if 简称 = "机械" %}某{% endif %}', "=="),
        ("{{ 简称.upper() }}", "不能调用函数"),
        ("{{ 简称 | 没有 }}", "没有「|没有」这种处理"),
        ("{% set 甲 = 1 %}", "不能用"),
        ("{% if 简称 %}某", "endif"),
        ("{{ 简称", "没有成对"),
        ("{{ 党员 }}", "名单"),
        ("{{ 上级.简称 }}", "名册里没有「简称」"),
    ],
)
@pytest.mark.parametrize(
    "around",
    ["一、甲。\n\n{}\n", "甲\n乙：{}丙\n", "| 甲 | 乙 |\n| --- | --- |\n| 丙 | {} |\n"],
    ids=["alone", "within", "table"],
)
def test_a_fault_in_the_body_stands_at_its_line(
    desk: Office, tag: str, words: str, around: str
) -> None:
    body = around.format(tag)
    number = FIRST + next(at for at, text in enumerate(body.split("\n")) if tag in text)
    try:
        made = desk.plan(HEAD + body)
        desk.press(made)
    except InputError as error:
        found = error.findings
    assert {str(one.place) for one in found} == {line(number)}, found
    assert words in "".join(map(str, found)), found


def test_statements_of_the_body_stand_at_their_lines(desk: Office) -> None:
    loop = "| 支部 |\n| --- |\n{% for 支 in 下级 %}\n| {{ 支.没有 }} |\n{% endfor %}\n"
    found = said(desk.plan(HEAD + "{% if 类别 == 丁 %}\n甲\n{% endif %}\n\n{{ 丙 }}\n\n" + loop))
    assert list(found) == [line(FIRST), line(FIRST + 4), line(FIRST + 9)]
    assert [word in text for word, text in zip("丁丙没", found.values(), strict=True)] == [True] * 3


def test_what_the_template_itself_holds_stands_there_as_its_writer_counts(desk: Office) -> None:
    desk.template("通知", ["{{ 标题 }}", "{{ 正文 }}", "{{ 丙 }}"])
    made = desk.plan(HEAD + "甲\n\n| 乙 |\n| --- |\n| 丙 |\n\n丁\n")
    assert [str(f.place) for f in made.stopping] == ["通知.docx › 正文第3段"]


@pytest.mark.parametrize(
    ("old", "new", "wrong", "right"),
    [
        ('文件名: "{{ 党组织编码 }}', '文件名: "{ 党组织编码 }', "文件名", "{{ 党组织编码 }}"),
        ("标题: 关于", "标题: 致{简称}关于", "标题", "{{ 简称 }}"),
        ("  成文", "  主送: { 简称 }\n  成文", "主送", "{{ 简称 }}"),
        ("主题: 【通知】", "主题: 【通知】{ 简称 }", "主题", "{{ 简称 }}"),
        ("请查收", "请{ 成文日期 | 日期 }查收", "正文:", "{{ 成文日期 | 日期 }}"),
        ("一、请", "一、请｛简称｝", "一、", "{{ 简称 }}"),
        ("一、请", "一、请{ 上级.简称 }", "一、", "{{ 上级.简称 }}"),
    ],
)
def test_single_braces_around_a_name(
    desk: Office, old: str, new: str, wrong: str, right: str
) -> None:
    assert NOTICE.count(old) == 1
    text = NOTICE.replace(old, new)
    number = next(at for at, one in enumerate(text.split("\n"), 1) if wrong in one)
    made = desk.plan(text)
    assert not made.ready
    (finding,) = [one for one in made.stopping if one.rule == "job.braces"]
    assert str(finding.place) == line(number)
    assert str(finding).endswith(f"少写了一层花括号，请写成 {right}")


def test_braces_around_what_is_no_name(desk: Office) -> None:
    made = desk.plan(NOTICE.replace("一、请", "一、集合{1, 2}、{某}，请{{简称}}"))
    assert made.ready, made.stopping
    assert made.findings == ()


@pytest.mark.parametrize("wide", ["｛｛ 简称 ｝｝", "{{ 简称 ｝｝", "简称 }}"])
def test_an_element_with_braces_that_would_be_printed(desk: Office, wide: str) -> None:
    made = desk.plan(NOTICE.replace("标题: 关于", f"标题: 关于{wide}"))
    assert {str(one.place) for one in made.stopping} == {line(8)}


def test_an_element_that_nothing_reads(desk: Office) -> None:
    more = ["发文机关: 某某", "附注: 公开", "甲: 某", "乙: '{{ 甲 }}'", "发文字号: 示〔2026〕1号"]
    made = desk.plan(NOTICE.replace("  成文", "".join(f"  {one}\n" for one in more) + "  成文"))
    assert made.ready, made.stopping
    assert {one.level for one in made.findings} == {Level.WARNING}
    found = said(made)
    assert list(found) == [line(10), line(12), line(13)]
    assert "要素「附注」哪里也没有用到，请核对：是不是模板里没有这一项？" in found[line(10)]
    assert "「乙」" in found[line(12)]
    assert "只记入发文登记簿" in found[line(13)]


@pytest.mark.parametrize("key", ["标题", "主送", "署名", "发文机关标志", "印发机关"])
def test_an_element_without_its_value(desk: Office, key: str) -> None:
    desk.template("通知", ["{{ 标题 }}{{ 抄送 }}{{ 成文日期 }}{{ %s }}" % key, "{{ 正文 }}"])  # noqa: UP031 - braces
    text = NOTICE.replace("  标题: 关于做好工作的通知\n", "")
    others = "" if key == "标题" else "  标题: 通知\n"
    made = desk.plan(text.replace("要素:\n", f"要素:\n  {key}:\n{others}  抄送:\n"))
    assert not made.ready
    assert [str(one.place) for one in made.stopping] == [line(8)]
    assert f"「{key}」没有填写" in str(made.stopping[0])
    assert made.findings == made.stopping


@pytest.mark.parametrize(("year", "ready"), [(2026, True), (2025, False)])
def test_the_number_is_of_the_year_of_the_date(desk: Office, year: int, *, ready: bool) -> None:
    desk.template("通知", ["{{ 发文字号 }}{{ 标题 }}{{ 成文日期 }}", "{{ 正文 }}"])
    made = desk.plan(NOTICE.replace("  成文", f"  发文字号: 示大组〔{year}〕2号\n  成文"))
    assert made.ready
    found = said(made)
    assert list(found) == ([] if ready else [line(10)])
    if not ready:
        assert "成文日期是 2026 年，发文字号却是〔2025〕" in found[line(10)]


def signed(desk: Office, names: list[str], *elements: str) -> dict[str, str]:
    organisations = sheet("党组织")
    head, model = organisations[0], organisations[2]
    at = head.index("党组织名称")
    rows = [[f"9{n}", *model[1:]] for n in range(len(names))]
    for row, name in zip(rows, names, strict=True):
        row[at] = name
        row[at + 1] = name[-6:]
        row[head.index("电子邮箱")] = f"a{row[0]}@a.example"
    keys = [one.partition(":")[0].replace("发文机关", "发文机关标志")[:6] for one in elements]
    tags = "".join(f"{{{{ {key} }}}}" for key in keys)
    desk.template("通知", ["{{ 标题 }}{{ 成文日期 }}" + tags, "{{ 正文 }}"])
    more = "".join(f"  {one}\n" for one in elements)
    text = NOTICE.replace('范围: 类别 in ["分党委", "直属党支部"]\n', "")
    made = desk.plan(
        text.replace("  成文", f"{more}  成文"), desk.roster([], 党组织=[head, *rows], 党支部=[])
    )
    return {str(f.place): str(f) for f in made.findings if f.rule == "job.issuer"}


OWN = ["中共甲大学数学学院委员会", "中共甲大学数据学院委员会", "中共甲大学数字学院委员会"]


@pytest.mark.parametrize(
    ("names", "elements", "lines"),
    [
        (OWN, ["署名: 中共乙大学委员会组织部", "印发机关: 中共甲大学委员会"], [8]),
        (OWN, ["署名: 甲大学党委", "发文机关标志: 中共甲大学委员会文件"], []),
        (OWN, ["发文机关: 中共乙大学委员会"], [8]),
        (OWN, ["署名: 中共{{ 简称 }}"], []),
        (OWN[:2], ["署名: 中共乙大学委员会"], []),
        ([one.removeprefix("中共") for one in OWN], ["署名: 中共甲大学委员会"], []),
        (["中共甲县水利局", "中共甲县水务站", "中共甲县水产站"], ["署名: 中共甲县委员会"], []),
        (["数学学院党委", "文学院党委", "法学院党委"], ["署名: 中共乙大学委员会"], []),
    ],
)
def test_the_issuer_is_that_of_the_roster(
    desk: Office, names: list[str], elements: list[str], lines: list[int]
) -> None:
    found = signed(desk, names, *elements)
    assert list(found) == [line(number) for number in lines], found
    for words in found.values():
        assert "中共乙大学委员会" in words
        assert "名册是「中共甲大学」的，请核对" in words


def test_nothing_in_scope_is_one_error(desk: Office) -> None:
    made = desk.plan(NOTICE.replace('"分党委", "直属党支部"', '"分党尾"'))
    assert [one.rule for one in made.findings] == ["job.scope"]
    text = NOTICE.replace('"分党委", "直属党支部"', '"分党尾"').replace("请认真", "{{ 简秤 }}")
    assert [one.rule for one in desk.plan(text).findings] == ["job.scope", "未知标签"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"分党委"', '"分党尾"', "「分党尾」，「类别」一列里一行也没有，是不是「分党委」"),
        ('"分党委"', '"党总支"', ""),
        ('"分党委"', '"党委"', "「党委」，「类别」一列里一行也没有，是不是「分党委」"),
        (
            '"直属党支部"',
            '"直属支部"',
            "「直属支部」，「类别」一列里一行也没有，是不是「直属党支部」",
        ),
        ("类别 in", "党组织编码 != '999' and 类别 in", "「999」"),
    ],
)
def test_a_value_of_the_scope_that_no_row_has(desk: Office, old: str, new: str, words: str) -> None:
    made = desk.plan(NOTICE.replace(old, new))
    assert made.ready
    found = said(made)
    assert list(found) == ([line(5)] if words else [])
    assert words in found.get(line(5), "")


@pytest.mark.parametrize(("kind", "told"), [("党委", True), ("机关党委", True), ("党总支", False)])
def test_a_unit_whose_kind_is_another_word_for_one_in_scope_is_told(
    desk: Office, kind: str, *, told: bool
) -> None:
    rows = [
        *sheet("党组织"),
        ["003", "中共示例大学地理学院委员会", "地理党委", kind, "d@a.example"],
    ]
    made = desk.plan(NOTICE, desk.roster(党组织=rows))
    assert made.ready
    words = f"类别是「{kind}」的 1 个党组织（地理党委）不在范围里，不会收到"
    found = [one.message for one in made.findings if one.rule == "job.scope"]
    assert found == ([words] if told else [])


@pytest.mark.parametrize("name", ["通知", "表彰", "支部"])
def test_the_jobs_that_are_shipped_have_none(name: str, tmp_path: Path) -> None:
    (shipped,) = Path(merge.__file__).parent.glob(f"samples/{name}.md")
    roster = read_roster([Path(samples).parent / "示例大学名册.xlsx"])
    job = load(shipped, shown=f"{name}.md")
    made = plan(job, roster, Library([tmp_path]))
    assert made.ready, made.stopping
    assert [one for one in made.findings if one.level is not Level.INFO] == []


@pytest.mark.parametrize(
    ("kind", "greeting", "opening", "rule"),
    [
        ("慰问信", "主送: '{{ 简称 }}全体同志'", "同志们：", "job.twice"),
        ("慰问信", "主送: '{{ 简称 }}全体同志'", "亲爱的{{ 简称 }}的同志们:", "job.twice"),
        ("慰问信", "主送: '{{ 简称 }}全体同志'", "谨向你们致以如下问候：", ""),
        ("慰问信", "主送: '{{ 简称 }}全体同志'", "节日好。", ""),
        ("慰问信", "附注: 无", "同志们：", ""),
        ("倡议书", "附注: 无", "节日好。", ""),
        ("慰问信", "附注: 无", "节日好。", "job.greeting"),
        ("通知", "主送: 各分党委", "各 分党委:", "job.twice"),
        ("通知", "主送: 各分党委", "同志们：", ""),
        ("通知", "附注: 无", "请认真核对。", ""),
    ],
)
def test_a_letter_greets_once(
    desk: Office, kind: str, greeting: str, opening: str, rule: str
) -> None:
    text = HEAD.replace("文种: 通知", f"文种: {kind}").replace("  成文", f"  {greeting}\n  成文")
    made = desk.plan(f"{text}{opening}\n\n请认真核对。\n")
    found = [one for one in made.findings if one.rule in {"job.twice", "job.greeting"}]
    assert [(one.rule, str(one.place)) for one in found] == (
        [(rule, line(FIRST + 1))] if rule else []
    )


@pytest.mark.parametrize(
    ("kind", "title", "named"),
    [
        ("公告", "关于核对党员名册的通知", "通知"),
        ("通知", "关于核对党员名册的请示（送审稿）", "请示"),
        ("函", "关于核对党员名册的复函", ""),
        ("通知", "关于转发《情况通报》的通知（试行）", ""),
        ("表彰决定", "关于表彰先进的决定", ""),
        ("决定", "关于核对名册的事项", ""),
        ("通知", "{{ 简称 }}", ""),
    ],
)
def test_a_title_names_its_kind(desk: Office, kind: str, title: str, named: str) -> None:
    text = NOTICE.replace("文种: 通知", f"文种: {kind}")
    made = desk.plan(re.sub("  标题: .*", f"  标题: '{title}'", text))
    told = [one for one in made.findings if one.rule == "job.kind"]
    assert [one.message for one in told] == (
        [f"文种是「{kind}」，标题写的却是「{named}」"] if named else []
    )
    assert all(one.level is Level.WARNING and one.place.where for one in told)


def test_an_unknown_kind_is_led_to_the_usual_one(desk: Office) -> None:
    for wrong in ("通支", "通之", "同知"):
        made = desk.plan(NOTICE.replace("文种: 通知", f"文种: {wrong}"))
        [told] = [one for one in made.findings if "没有叫" in one.message]
        assert told.advice.startswith("是不是「通知」")


WHOLE = "中共示例大学机械学院委员会"


@pytest.mark.parametrize(
    ("names", "count", "told"),
    [
        ("机械学院党委, 图书馆直属党支部", 2, []),
        (f"机械学院党委, {WHOLE}", 1, [f"「机械学院党委」和「{WHOLE}」是同一个单位"]),
        ("机械学院党委, 图书馆直属党支部, 机械学院党委", 2, ["「机械学院党委」写了两次"]),
        ("001, 机械学院党委, 001", 1, ["「001」和「机械学院党委」是同一个单位", "「001」写了两次"]),
    ],
)
def test_a_unit_that_is_named_twice_is_told(
    desk: Office, names: str, count: int, told: list[str]
) -> None:
    made = desk.plan(re.sub("范围: .*", f"名单: [{names}]", NOTICE).replace("001", '"001"'))
    found = [one for one in made.findings if one.rule == "job.names"]
    assert [one.message for one in found] == [f"{one}，只做一份" for one in told]
    assert {(one.level, str(one.place)) for one in found} <= {(Level.WARNING, line(5))}
    assert len(made.drafts) == count
