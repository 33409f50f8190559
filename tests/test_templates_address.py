"""Forms of address: 同志, 家属, the full name of an organisation; never 先生 or 女士."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.finding import InputError, Place
from templates.address import AddressError, addressed
from templates.sandbox import Text
from templates.tags import Names

NAMES = Names(["姓名", "党组织名称", "全部党员"])


def said(text: str, **record: Any) -> str:
    return Text(text, NAMES, Place("信.md")).render(record)


@pytest.mark.parametrize(
    ("tag", "record", "words"),
    [
        ("{{ 姓名 | 称谓 }}：", {"姓名": "张三"}, "张三同志："),
        ("{{ 姓名 | 称谓 }}：", {"姓名": " 欧阳若兰 "}, "欧阳若兰同志："),
        ("{{ 姓名 | 称谓 }}：", {"姓名": "阿卜杜拉·买买提"}, "阿卜杜拉·买买提同志："),
        ("{{ 姓名 | 称谓 }}：", {"姓名": "张三同志"}, "张三同志："),
        ('{{ 姓名 | 称谓("家属") }}：', {"姓名": "张三"}, "尊敬的张三同志家属："),
        ('{{ 姓名 | 称谓("家属") }}：', {"姓名": "张三同志"}, "尊敬的张三同志家属："),
        ('{{ 党组织名称 | 称谓("党组织") }}：', {"党组织名称": "文学院党支部"}, "文学院党支部："),
        (
            '{{ 全部党员 | 列("姓名") | 称谓 }}：',
            {"全部党员": [{"姓名": "张三"}, {"姓名": "李四"}]},
            "张三、李四同志：",
        ),
    ],
)
def test_whom_a_letter_greets(tag: str, record: dict[str, Any], words: str) -> None:
    assert said(tag, **record) == words


@pytest.mark.parametrize(
    ("tag", "name", "words"),
    [
        ("{{ 姓名 | 称谓 }}", "张三先生", "党内一律称同志"),
        ('{{ 姓名 | 称谓("家属") }}', "李四女士", "带着“女士”"),
        ("{{ 姓名 | 称谓 }}", "", "名字是空的"),
        ("{{ 姓名 | 称谓 }}", None, "名字是空的"),
        ('{{ 姓名 | 称谓("先生") }}', "张三", "请用 同志、家属、党组织"),
    ],
)
def test_whom_no_letter_greets_so(tag: str, name: str | None, words: str) -> None:
    with pytest.raises(InputError) as caught:
        said(tag, 姓名=name)
    assert words in str(caught.value.findings[0])


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=15))
def test_a_name_is_in_what_is_said_of_it(name: str) -> None:
    try:
        comrade, family = addressed([name], "同志"), addressed([name], "家属")
    except AddressError:
        assert name.endswith(("先生", "女士", "小姐", "太太", "夫人"))
        return
    assert comrade.count("同志") == max(1, name.count("同志"))
    assert family == f"尊敬的{comrade}家属"
