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
    ('[approve]\napprovers = [{name = ""}]', "approve.approvers.第1位.name", "不能空着"),
    ('unit = "某校"', "unit", "要写成一节"),
    ("[unit]\nname = 3", "unit.name", "要写文字，加英文引号"),
    ("[columns]\n'姓名' = 3", "columns.姓名", "要写文字，加英文引号"),
    ("[unti]", "unti", "没有这一项设置"),
    ('[approve]\napprovers = ["王芳、李明"]', "approve.approvers.第1位.name", "一个人一对引号"),
    ("[approve]\napprovers = ['王芳', 3]", "approve.approvers.第2位", "要写姓名"),
    (
        "[[approve.approvers]]\nname = '甲'\nadress = 'x'",
        "approve.approvers.第1位.adress",
        "没有这一项",
    ),
    ('[account]\nhost = "smtp.uni.example:465"', "account.host", "端口另写在 port"),
    ('[account]\nimap_host = "https://mail.uni.example"', "account.imap_host", "imap_port"),
    ('[account]\ntrial = ["a@b.example", "自己"]', "account.trial.第2项", "zhangsan@单位.example"),
    ('[account]\npassword_file = "D:\\new.txt"', "account.password_file", "要用单引号"),
    ('[ledger]\npath = ""', "ledger.path", '例如 "outbox/ledger.db"'),
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
        ("[[approve.approvers]]\nname = '甲'\naddres = 'a@b.example'", "是不是「address」？"),
        ("[unit]\ntime_zone = 'Asia/Shanghai'", "它要写在文件的最前面，各节之前；"),
        ("[unit]\ntwo_persons = true", "它要写在 [approve] 这一节里；"),
        ("address = 'a@b.example'", "它要写在 [account] 这一节里；"),
    ],
)
def test_what_is_nearly_a_setting_is_asked_after(text: str, meant: str) -> None:
    with pytest.raises(InputError) as refused:
        understood(text)
    (found,) = refused.value.findings
    assert found.message == "没有这一项设置"
    assert found.advice == f"{meant}请对照 README 里的 fawen.toml 说明改正"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("name = “某大学”", "引号要用英文的"),
        ("name：某大学", "用英文的等号"),
        ("name = 某大学", "文字加英文引号"),
        ("【unit】", "方括号要用英文的"),
        ("[单位]", "节的名称"),
        ("主送 = '各分党委'", "中文的名称要加英文引号"),
        (r'password_file = "C:\Users\密码.txt"', "Windows 的路径要用单引号"),
        (r'password_file = "D:\fawen\s.txt"', "Windows 的路径要用单引号"),
        ("two_persons = 是", "true（是）"),
        ('approvers = ["甲"，"乙"]', "英文逗号"),
        ('name = "某大学', "没有写完"),
        ("a = 1\na = 2", "前面已经写过一次"),
        ("quiet_hours = 22:00-07:00", "文字加英文引号"),
        ('approvers = ["甲"', "右边的引号或括号"),
    ],
)
def test_what_was_probably_meant_by_a_broken_line_is_said(line: str, meant: str) -> None:
    with pytest.raises(InputError) as refused:
        understood(line)
    (found,) = refused.value.findings
    assert meant in found.advice


@pytest.mark.parametrize("key", ["password", "passwd", "pwd"])
def test_a_password_in_it_is_refused_whatever_it_is_called(key: str) -> None:
    with pytest.raises(InputError) as refused:
        understood(f'[account]\n{key} = "geheim"')
    assert "密码不能写在" in refused.value.findings[0].message


def test_gbk_that_happens_to_be_utf_8_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "fawen.toml"
    path.write_bytes('[unit]\nname = "系校系"\n'.encode("gb18030"))
    with pytest.raises(InputError) as refused:
        read(path)
    assert "不是 UTF-8 编码" in refused.value.findings[0].message
    path.write_text('[unit]\nname = "组织部·Café"\n', encoding="utf-8")
    assert read(path).unit.name == "组织部·Café"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_told_from_wrong_toml(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "fawen.toml"
    path.write_text('[unit]\nname = "中共某某大学委员会组织部"\n', encoding=encoding)
    with pytest.raises(InputError) as refused:
        read(path)
    (found,) = refused.value.findings
    assert "不是 UTF-8 编码" in found.message
    assert "编码选 UTF-8" in found.advice
