"""fawen.toml as people write it: what is wrong is said in their language, at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outbox.settings import read, understood
from rosters.finding import InputError

if TYPE_CHECKING:
    from pathlib import Path

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
    ('[account]\nquiet_hours = "夜里"', "account.quiet_hours", '例如 "22:00-07:00"'),
    ('[print]\nprinters = {"彩机" = "1"}', "print.printers.彩机", '例如 "1.5,-2"'),
]


@pytest.mark.parametrize(("text", "where", "said"), WRONG)
def test_a_wrong_setting_is_said_in_words(text: str, where: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        understood(text)
    (found,) = refused.value.findings
    assert found.place.where == where
    assert said in found.message
    assert ("是不是" in found.advice) == ("没有这一项" in said)


def test_a_broken_file_is_told_by_line_and_character() -> None:
    with pytest.raises(InputError) as refused:
        understood('[unit]\nname = = "某校"\n')
    (found,) = refused.value.findings
    assert found.message == "第2行第8个字起不是有效的 TOML"
    assert "at line" not in found.advice


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("[aprove]", "是不是「approve」？"),
        ("[unti]", "是不是「unit」？"),
        ("[account]\nper_minut = 3", "是不是「per_minute」？"),
        ('[account]\n"密码" = 3', ""),
        ("[[approve.approvers]]\nname = '甲'\naddres = 'a@b.example'", ""),
    ],
)
def test_what_is_nearly_a_setting_is_asked_after(text: str, meant: str) -> None:
    with pytest.raises(InputError) as refused:
        understood(text)
    (found,) = refused.value.findings
    assert found.message == "没有这一项设置"
    assert found.advice == f"{meant}请对照 README 里的 fawen.toml 说明改正"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_told_from_wrong_toml(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "fawen.toml"
    path.write_text('[unit]\nname = "中共某某大学委员会组织部"\n', encoding=encoding)
    with pytest.raises(InputError) as refused:
        read(path)
    (found,) = refused.value.findings
    assert "不是 UTF-8 编码" in found.message
    assert "编码选 UTF-8" in found.advice
