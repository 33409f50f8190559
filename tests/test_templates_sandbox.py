"""What a template may not do, and how it is said."""

from __future__ import annotations

from typing import Any

import pytest
from word import written

from rosters.finding import InputError, Place
from templates.program import sandbox
from templates.sandbox import Condition, Text
from templates.tags import Names
from templates.template import Template

NAMES = Names(["简称", "类别", "人数", "下级", "党员", "姓名", "单位（全称）"])
PLACE = Place("任务.md", where="第3行")
RECORD: dict[str, Any] = {
    "简称": "文学院",
    "类别": "分党委",
    "人数": 12,
    "单位（全称）": "中共示例大学文学院委员会",
    "下级": [{"简称": f"{n}支部", "党员": [{"姓名": "甲"}]} for n in range(3)],
}

PAYLOADS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ 简称.__class__ }}",
    "{{ 简称.format('x') }}",
    "{{ 简称.upper() }}",
    "{{ 简称['__class__'] }}",
    "{{ 下级.append(1) }}",
    "{{ 下级.clear }}",
    "{{ 下级.__len__ }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ config }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ joiner() }}",
    "{{ namespace(a=1) }}",
    "{{ range(1000000000) }}",
    "{% for x in range(10) %}{{ x }}{% endfor %}",
    "{{ 'a' * 20000000 }}",
    "{{ 10 ** 10000000 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ '%s' % 简称 }}",
    "{% set a = 1 %}",
    "{% macro m() %}{% endmacro %}",
    "{% import 'os' as os %}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}{{ 简称 }}{% endautoescape %}",
    "{% for x in 下级 recursive %}{{ loop(x) }}{% endfor %}",
    "{% for x in 下级 %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in 下级 %}{{ loop.__init__ }}{% endfor %}",
    "{% for x in 下级 %}{{ loop._iterable }}{% endfor %}",
    "{% for x_record in 下级 %}{{ 简称 }}{% endfor %}",
    "{{ 简称|attr('__class__') }}",
    "{{ 下级|map(attribute='__class__')|list }}",
    "{{ 简称|safe }}",
    "{{ 简称|xmlattr }}",
    "{{ 下级|x_record(1) }}",
    "{{ x_record }}",
    "{{ 简称 is sameas 简称 }}",
    "{{ 下级[0:2] }}",
    "{{ {'a': 1} }}",
    "{{ (下级|首).__class__ }}",
    "{{ 下级|列('__class__')|连接 }}",
]


@pytest.mark.parametrize("payload", [*PAYLOADS, "{% raw %}{{ 没有 }}{% endraw %}"])
def test_an_attack_is_refused_in_text_and_word(payload: str) -> None:
    with pytest.raises(InputError) as refused:
        Text(payload, NAMES, PLACE).render(RECORD)
    assert refused.value.findings
    with pytest.raises(InputError):
        Template.open(written([payload]), NAMES, shown="例.docx").fill(RECORD)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_environment_alone_refuses_it_too(payload: str) -> None:
    with pytest.raises(Exception, match=r".") as refused:
        "".join(sandbox(escape=True).from_string(payload).render(RECORD))
    assert not isinstance(refused.value, MemoryError)


def test_loops_in_loops_are_paid_for() -> None:
    many = {"下级": [{"简称": "x"}] * 3000}
    source = "".join(f"{{% for a{n} in 下级 %}}" for n in range(5)) + "x" + "{% endfor %}" * 5
    with pytest.raises(InputError, match="循环太多"):
        Text(source, NAMES, PLACE).render(many)
    sorting = '{% for a in 下级 %}{{ 下级|排序("简称")|数 }}{% endfor %}'
    with pytest.raises(InputError, match="循环太多"):
        Text(sorting, NAMES, PLACE).render({"下级": [{"简称": "x"}] * 6000})


SAID = {
    "{{ 简 }}": "名册里没有「简」，最接近的名字是「简称」",
    "{{ 简称 + 1 }}": "标签里不能做运算",
    "{% if 类别 = '分党委' %}{% endif %}": "比较相等要写两个等号 ==",
    "{% if 类别 %}": "没有结尾，请在后面加上 {% endif %}",
    "{% endfor %}": "前面没有开头",
    "{% for 支 in 下级 %}{% endif %}{% endfor %}": "对不上前面的「{% for 支 in 下级 %}」",
    "{{ 下级 }}": "这里是一份名单或一行",
    "{{ 下级|排序 }}": "「|排序」要写明列名",
    "{{ 下级|排许('简称') }}": "没有「|排许」这种处理，是不是「排序」",
    "{{ 下级|排序(简称) }}": "列名要加引号",
    "{{ 简称": "没有配对",
    "｛｛简称｝｝": "全角",
    "{{ }}": "里面要写一个列名",
    "{{ \u200b姓名\ufeff }}": "看不见的字符",
    "{% if 类别 > 3 %}{% endif %}": "一个是文字一个是数",
    "{% for 支 in 简称 %}{% endfor %}": "后面要写一份名单",
    "{{ 下级|合计('简称') }}": "不是数",
    "{% if 类别 == （1） %}{% endif %}": "「（」是全角的",
}


@pytest.mark.parametrize(("source", "said"), SAID.items())
def test_a_fault_is_said_with_place_tag_and_cure(source: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        Text(source, NAMES, PLACE).render(RECORD)
    (finding, *_) = refused.value.findings
    assert said in str(finding)
    assert str(finding).startswith("任务.md › 第3行：")


def test_every_fault_is_found_before_stopping() -> None:
    lines = [
        "{{ 简称",
        "{{ 人数() }}",
        "{% set a = 1 %}",
        "{{ a b }}",
        "{% for x in 下级 %}",
        "｛｛人数｝｝",
    ]
    with pytest.raises(InputError) as refused:
        Template.open(written(lines, header="{{ 简称 + 1 }}"), NAMES, shown="例.docx")
    places = [str(finding.place) for finding in refused.value.findings]
    assert sorted(places) == sorted(
        [*(f"例.docx › 正文第{n}段" for n in range(1, 7)), "例.docx › 页眉第1段"]
    )


def test_conditions() -> None:
    def holds(source: str) -> bool:
        return Condition(source, NAMES, PLACE).test(RECORD)

    assert holds('类别 in ["分党委", "党总支"]')
    assert holds("类别 in [“分党委”， ‘党总支’]".replace("，", ","))
    assert holds("人数 > 5 and not 类别 == '党总支'")
    assert not holds("人数 > 5 and (类别 == '党总支' or 简称 is 空)")
    assert holds("单位（全称） is 有")
    assert holds("单位(全称) == “中共示例大学文学院委员会”")
    assert holds("")
    assert Condition("类别 in [简称]", NAMES, PLACE).needs == {"类别", "简称"}
    for wrong in ("类别 in [", "类别 = 1", "简称)", "简称 %}{% endif %}{% if 1"):
        with pytest.raises(InputError):
            Condition(wrong, NAMES, PLACE)
    with pytest.raises(InputError, match="名册里没有「籍贯」"):
        Condition("籍贯 == 'x'", NAMES, PLACE).test(RECORD)


def test_text_keeps_lines_and_escapes_nothing() -> None:
    text = Text("{{ 简称 }}同志：\n{% if 人数 > 3 %}\n多\n{% endif %}\n& <尾>\n", NAMES, PLACE)
    assert text.render({**RECORD, "简称": "A&B"}) == "A&B同志：\n多\n& <尾>\n"
    assert Text("没有标签", NAMES, PLACE).render({}) == "没有标签"


@pytest.mark.parametrize("value", ["\x00", "a\x07b", "\x0c", "\x1f", "\ud800", "\ufffe"])
def test_a_control_character_or_lone_surrogate_names_its_tag(value: str) -> None:
    template = Template.open(written(["一", "{{ 类别 }}{{ 简称 }}"]), NAMES, shown="例.docx")
    with pytest.raises(InputError) as refused:
        template.fill({**RECORD, "简称": value})
    assert "例.docx › 正文第2段：「{{ 简称 }}」" in str(refused.value)


def test_only_cells_that_are_printed_are_read() -> None:
    read: list[str] = []

    class Row(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            read.append(name)
            return super().__getitem__(name)

    template = Template.open(
        written(["{% if 类别 == '党总支' %}{{ 简称 }}{% endif %}{{ 人数 }}"]), NAMES, shown="例"
    )
    template.fill(Row(RECORD))
    assert read == ["类别", "人数"]
