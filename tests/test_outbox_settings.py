"""fawen.toml as people write it: what is wrong is said in their language, at its place."""

from __future__ import annotations

import pytest

from outbox.settings import understood
from rosters.finding import InputError

WRONG = [
    ('[account]\nper_minute = "十"', "account.per_minute", "要写整数，不加引号"),
    ("[account]\nport = 0", "account.port", "不能小于 1"),
    ("[account]\nport = 65536", "account.port", "不能大于 65535"),
    ('[account]\nsecurity = "tls"', "account.security", "只能写 ssl、starttls、plain"),
    ('[account]\nquiet_hours = "夜里"', "account.quiet_hours", "不是这一项认得的写法"),
    ('[approve]\ntwo_persons = "是"', "approve.two_persons", "要写 true（是）或 false（否）"),
    ('[approve]\napprovers = "王芳"', "approve.approvers", "要写成一列"),
    ('[approve]\napprovers = [{name = ""}]', "approve.approvers.0.name", "不能空着"),
    ('unit = "某校"', "unit", "要写成一节"),
    ("[unit]\nname = 3", "unit.name", "要写文字，加英文引号"),
    ("[columns]\n'姓名' = 3", "columns.姓名", "要写文字，加英文引号"),
    ("[unti]", "unti", "没有这一项设置"),
]


@pytest.mark.parametrize(("text", "where", "said"), WRONG)
def test_a_wrong_setting_is_said_in_words(text: str, where: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        understood(text)
    (found,) = refused.value.findings
    assert found.place.where == where
    assert said in found.message


def test_a_broken_file_is_told_by_line_and_character() -> None:
    with pytest.raises(InputError) as refused:
        understood('[unit]\nname = = "某校"\n')
    (found,) = refused.value.findings
    assert found.message == "第2行第8个字起不是有效的 TOML"
    assert "at line" not in found.advice
