"""What a template reads and says before it is filled, and the same bytes whenever it is."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from word import members, package_of, text_of, written

from rosters.dates import PartialDate
from rosters.finding import InputError, Place
from templates import archive
from templates.filters import FILTERS, date
from templates.gongwen.outline import parse
from templates.library import Library
from templates.lint import unknown
from templates.numerals import financial, numeral
from templates.sandbox import Text
from templates.tags import Names
from templates.template import Template

NAMES = Names(["简称", "类别", "下级", "党员", "上级", "姓名", "人数", "网格（片）"])
ROWS: list[dict[str, Any]] = [
    {"简称": "二支部", "人数": 7, "党员": [{"姓名": "甲"}, {"姓名": ""}]},
    {"简称": "一支部", "人数": "12", "党员": []},
    {"简称": "三支部", "人数": None, "党员": [{"姓名": "丙"}]},
]
RECORD = {"简称": "A&B <C>", "类别": "分党委", "下级": ROWS, "上级": {"简称": "学校"}}


def opened(*lines: Any, **parts: Any) -> Template:
    return Template.open(written(list(lines), **parts), NAMES, shown="通知.docx")


def test_uses_follow_loops_relations_and_filters() -> None:
    template = opened(
        "{{ 简称 }}{{ 上级.简称 }}{{ 行.类别 }}",
        "{% for 支 in 下级 if 支.类别 == “x” %}",
        '{{ 支.简称 }}{{ loop.index }}{{ 支.党员|选("姓名")|排序("网格（片）")|数 }}',
        "{% for 人 in 支.党员|排序('姓名') %}",
        "{{ 人.姓名 }}{{ 简称 }}{{ 人.党组织.类别 }}",
        "{% endfor %}",
        "{% endfor %}",
        {"head": ["甲"], "rows": [["{% if 类别 %}{{ 下级|连接('、', '简称') }}{% endif %}"]]},
        header="{{ 简称 }}",
    )
    assert [(use.path, use.name, use.kind, use.place.where) for use in template.uses] == [
        ((), "简称", "value", "正文第1段"),
        ((), "上级", "value", "正文第1段"),
        (("上级",), "简称", "value", "正文第1段"),
        ((), "类别", "value", "正文第1段"),
        ((), "下级", "list", "正文第2段"),
        (("下级",), "类别", "condition", "正文第2段"),
        (("下级",), "简称", "value", "正文第3段"),
        (("下级",), "党员", "list", "正文第3段"),
        (("下级", "党员"), "姓名", "value", "正文第3段"),
        (("下级", "党员"), "网格（片）", "value", "正文第3段"),
        (("下级",), "党员", "list", "正文第4段"),
        (("下级", "党员"), "姓名", "value", "正文第4段"),
        (("下级", "党员"), "姓名", "value", "正文第5段"),
        ((), "简称", "value", "正文第5段"),
        (("下级", "党员"), "党组织", "value", "正文第5段"),
        (("下级", "党员", "党组织"), "类别", "value", "正文第5段"),
        ((), "类别", "condition", "表格1第2行第1列"),
        ((), "下级", "list", "表格1第2行第1列"),
        (("下级",), "简称", "value", "表格1第2行第1列"),
        ((), "简称", "value", "页眉第1段"),
    ]
    assert template.needs == {"简称", "上级", "类别", "下级"}
    assert len(template.fields()) == len({(use.path, use.name) for use in template.uses})
    assert template.road == "一次编译，逐份填写"


def test_unknown_names_are_found_with_the_nearest() -> None:
    template = opened(
        "{{ 简城 }}{% for 支 in 下级 %}{{ 支.姓名 }}{% endfor %}", "{{ 上极.简称 }}{{ 简称 }}"
    )
    scopes: dict[tuple[str, ...], set[str]] = {(): {"简称", "下级", "上级"}, ("下级",): {"简称"}}
    found = [str(finding) for finding in unknown(template.uses, lambda path: scopes[path])]
    assert found == [
        "通知.docx › 正文第1段：标签「简城」在名册和要素里没有，是不是「简称」？",
        "通知.docx › 正文第1段：标签「姓名」在「下级」里没有，请核对写法",
        "通知.docx › 正文第2段：标签「上极」在名册和要素里没有，是不是「上级」？",
    ]


def test_values_arrive_as_they_are() -> None:
    template = opened(
        "{{ 简称 }}|{{ 类别 }}|{{ 人数 }}", header="眉{{ 简称 }}", title="{{ 简称 }}通知"
    )
    record = {**RECORD, "类别": None, "人数": True}
    made = template.fill(record)
    assert text_of(made) == ["A&B <C>||是"]
    document = docx.Document(io.BytesIO(made))
    assert document.sections[0].header.paragraphs[0].text == "眉A&B <C>"
    assert document.core_properties.title == "A&B <C>通知"
    field = '" \' </w:t><w:fldSimple w:instr="DDEAUTO c:\\\\x"/>'
    assert text_of(template.fill({**record, "简称": field}))[0].startswith(field)


def test_a_body_is_placed_and_filled_with_its_template() -> None:
    source = "各{{ 类别 }}：\n\n一、{{ 单位（全称） }}\n\n{% if 简称 %}\n\n有\n\n{% endif %}\n"
    names = Names(["类别", "简称", "单位（全称）"])
    outline = parse(source, file="任务.md", line=9)
    content = written(["头", "{{ 正文 }}", "尾"])
    template = Template.open(content, names, shown="例.docx", body=outline)
    record = {"类别": "分党委", "简称": "", "单位（全称）": "甲&乙"}
    assert text_of(template.fill(record)) == ["头", "各分党委：", "一、甲&乙", "尾"]
    assert template.sha256 != Template.open(content, names, shown="例.docx").sha256


def test_lines_and_tabs_in_a_value() -> None:
    template = opened("{{ 简称 }}")
    assert text_of(template.fill({"简称": "一\r\n二\r三\n四\t五"})) == ["一\n二\n三\n四\t五"]


def test_a_missing_name_says_template_tag_and_nearest() -> None:
    with pytest.raises(InputError) as refused:
        opened("一", "{{ 简称 }}").fill({"支部简称": "x", "类别": "y"})
    assert (
        str(refused.value)
        == "通知.docx › 正文第2段：「{{ 简称 }}」名册里没有「简称」，最接近的名字是「支部简称」"
    )


def test_a_fault_of_the_program_is_not_laid_to_the_clerk() -> None:
    class Broken(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            return len(5)  # type: ignore[arg-type] # the fault

    with pytest.raises(TypeError, match="len"):
        opened("{{ 简称 }}").fill(Broken())


_SAME = """
import hashlib, sys
from templates.tags import Names
from templates.template import Template
content = sys.stdin.buffer.read()
template = Template.open(content, Names(["简称", "下级"]), shown="x")
made = template.fill({"简称": "甲", "下级": [{"简称": "乙"}]})
print(hashlib.sha256(made).hexdigest(), template.sha256)
"""


def test_the_same_bytes_in_another_process_and_at_another_time() -> None:
    content = written(
        ["{{ 简称 }}{% for 支 in 下级 %}{{ 支.简称 }}{% endfor %}"], header="{{ 简称 }}"
    )
    runs = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", _SAME], input=content, capture_output=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip
        runs.append(done.stdout)
        time.sleep(1.1)
    assert runs[0] == runs[1]
    template = Template.open(content, Names(["简称", "下级"]), shown="y")
    made = template.fill({"简称": "甲", "下级": [{"简称": "乙"}]})
    assert (
        template.made({"简称": "甲", "下级": [{"简称": "乙"}]})[1]
        == hashlib.sha256(made).hexdigest()
    )
    assert runs[0].decode().split() == [hashlib.sha256(made).hexdigest(), template.sha256]


def test_the_package_is_plain_and_in_order() -> None:
    content = written(["{{ 简称 }}"])
    made = opened("{{ 简称 }}").fill(RECORD)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert package.testzip() is None
        infos = package.infolist()
        assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
        assert infos[0].filename == "[Content_Types].xml"
        assert {info.filename for info in infos} == set(members(content))
        for name, part in members(content).items():
            if name != "word/document.xml":
                assert package.read(name) == part
    assert opened("没有标签").fill({}) == opened("没有标签").fill(RECORD)


_LOOPED = """
import sys
if sys.argv[1] == "without": sys.modules["isal"] = None
import hashlib, io, zipfile
from templates.tags import Names
from templates.template import Template
template = Template.open(sys.stdin.buffer.read(), Names(["简称", "下级"]), shown="x")
made = template.fill({"简称": "甲", "下级": [{"简称": f"第{n}支部"} for n in range(400)]})
assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None
assert ("isal" in sys.modules and sys.modules["isal"] is not None) == (sys.argv[1] == "with")
print(hashlib.sha256(made).hexdigest())
"""


def test_the_same_bytes_whether_isal_is_there_or_not() -> None:
    """Its deflate is not used: it makes now and then other bytes of the same text."""
    if importlib.util.find_spec("isal") is None:
        pytest.skip("isal has no wheel for this machine")
    content = written(["{% for 支 in 下级 %}", "{{ 支.简称 }}：责任清单", "{% endfor %}"])
    runs = [
        subprocess.run(
            [sys.executable, "-c", _LOOPED, way], input=content, capture_output=True, check=True,
            env={"PYTHONPATH": str(Path(__file__).parent.parent)},
        ).stdout
        for way in ("with", "without")
    ]  # fmt: skip
    assert runs[0] == runs[1]


def test_more_than_four_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LIMIT", 1000)
    with pytest.raises(InputError, match="太大"):
        opened("{{ 简称 }}").fill(RECORD)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        package_of({"a.txt": b"x"}),
        written(["x"])[:-30],
        b"\xd0\xcf\x11\xe0" * 200,
    ],
)
def test_what_is_no_docx_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(content)
    for source in (path, content):
        with pytest.raises(InputError) as refused:
            Template.open(source, NAMES, shown="坏.docx")
        assert refused.value.findings
    with pytest.raises(InputError):
        Template.open(tmp_path / "没有.docx", NAMES, shown="没有.docx")


def test_a_template_is_found_by_name_or_path(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (tmp_path / "jobs").mkdir()
    for path in (own / "通知.docx", own / "慰问信.docx", tmp_path / "jobs" / "专用.docx"):
        path.write_bytes(written(["x"]))
    (own / "~$通知.docx").write_bytes(b"")
    library = Library([own])
    assert library.find("慰问信") == own / "慰问信.docx"
    assert library.find("通知") == own / "通知.docx"
    assert library.find("templates/慰问信.docx", beside=tmp_path / "jobs") == own / "慰问信.docx"
    assert library.find("专用.docx", beside=tmp_path / "jobs") == tmp_path / "jobs" / "专用.docx"
    assert "慰问信" in library.names()
    assert "~$通知" not in library.names()
    with pytest.raises(InputError, match="没有叫「慰问」的模板，是不是「慰问信」"):
        library.find("慰问")
    (own / "感谢状.dotx").write_bytes(b"PK")
    for asked in ("感谢状", "感谢状.docx", "templates/感谢状.docx"):
        with pytest.raises(InputError, match=r"有「感谢状\.dotx」.*另存为 \.docx"):
            library.find(asked)


FILTERED = {
    "{{ 下级|数 }}{{ 简称|数 }}": "37",
    '{{ 下级|选("人数")|连接("、","简称") }}': "二支部、一支部",
    '{{ 下级|选("简称", "一支部")|首 is defined }}': "是",
    '{{ 下级|选("简称", ["一支部", "三支部"])|连接("/","简称") }}': "一支部/三支部",
    '{{ 下级|不选("人数")|连接("、","简称") }}': "三支部",
    '{{ 下级|排序("人数")|列("简称")|连接 }}': "二支部、一支部、三支部",
    '{{ 下级|排序("人数", "降")|列("简称")|join(" ") }}': "一支部 二支部 三支部",
    '{{ 下级|合计("人数") }}': "19",
    "{{ (下级|首).简称 }}": "二支部",
    '{{ 下级|列("人数")|去空|数 }}': "2",
    '{{ ["甲", "乙", "甲"]|去重|连接 }}': "甲、乙",
    '{{ 没有|默认("（无）") }}{{ "  "|default("空") }}{{ 人数|默认 }}': "（无）空",
    '{{ " 甲 "|去空 }}{{ 7|补零 }}{{ 12|补零(4) }}': "甲0070012",
    '{{ "2020-02-01"|日期 }} {{ "2020.2"|日期("点") }}': "2020年2月1日 2020.02",
    '{{ "2020年12月1日"|日期("汉字") }}': "二〇二〇年十二月一日",
    '{{ 123|汉字数字 }}{{ 1005|大写数字 }}{{ ""|日期 }}': "一百二十三壹仟零伍",
}


@pytest.mark.parametrize(("source", "expected"), FILTERED.items())
def test_filters(source: str, expected: str) -> None:
    assert Text(source, NAMES, Place("例")).render(RECORD) == expected


@pytest.mark.parametrize(
    "source",
    [
        '{{ 下级|排序("人数", "左") }}',
        '{{ 下级|排序("籍贯") }}',
        "{{ 简称|日期 }}",
        '{{ "2020"|日期("x") }}',
        "{{ 人|汉字数字 }}",
        "{{ 1.5|大写数字 }}",
        "{{ 7|补零(99) }}",
        "{{ []|首 }}",
        "{{ 5|数 }}",
        '{{ 简称|选("x") }}',
        "{{ 简称|排序('x', y=1) }}",
        "{{ 简称|首(*下级) }}",
        "{{ 简称 is 没有 }}",
    ],
)
def test_a_filter_that_cannot_is_a_finding(source: str) -> None:
    with pytest.raises(InputError) as refused:
        Text(source, NAMES, Place("例")).render(RECORD)
    assert refused.value.findings


def test_numbers_and_dates_in_characters() -> None:
    said = {
        0: "零",
        10: "十",
        11: "十一",
        20: "二十",
        101: "一百零一",
        110: "一百一十",
        1000: "一千",
    }
    said |= {10_000: "一万", 10_010: "一万零一十", 100_100: "十万零一百", 20_001: "二万零一"}
    said |= {100_000_000: "一亿", 100_000_001: "一亿零一", 123_456: "十二万三千四百五十六"}
    assert {number: numeral(number) for number in said} == said
    assert financial(20_306) == "贰万零叁佰零陆"
    assert date(PartialDate(2021, 7), "点") == "2021.07"
    assert date(PartialDate(2021, 7, 1), "横") == "2021-07-01"
    assert all(done.__doc__ for done in FILTERS.values())


def test_local_headers_agree_with_the_directory() -> None:
    made = opened("{{ 简称 }}").fill(RECORD)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        for info in package.infolist():
            head = struct.unpack("<4s5H3L2H", made[info.header_offset : info.header_offset + 30])
            assert head[0] == b"PK\3\4"
            assert head[6:9] == (info.CRC, info.compress_size, info.file_size)
