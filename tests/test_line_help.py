"""Help and refusals of every command are in Chinese, click's own words too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from bureau import CLI, fawen

import cli

if TYPE_CHECKING:
    from collections.abc import Iterator


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    yield before
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield (*before, name)


@pytest.mark.parametrize("words", list(commands(cli.fawen)), ids=" ".join)
def test_help_is_in_chinese(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    cli.fawen.main([*words, "--help"], prog_name="fawen", standalone_mode=False)
    said = capsys.readouterr().out
    assert said.startswith(f"用法：{' '.join(('fawen', *words))}")
    assert "显示这些说明" in said
    assert "选项:" in said
    english = r"Usage|Options|Commands|Show this|Show the|required|\b(?:TEXT|PATH|BATCH|KEY|JOB"
    english += r"|LETTER|WORDS|TEMPLATE|DIRECTORY|INTEGER|RANGE|FILENAME|OPTIONS|COMMAND|ARGS)\b"
    assert not re.search(english, said), said


def test_a_word_that_is_none_of_those_asked_for_is_said_in_chinese() -> None:
    with pytest.raises(click.BadParameter) as caught:
        cli._Choice(["qq", "other"]).convert("abc", None, None)
    assert caught.value.message == "没有「abc」这一项，可以写：qq、other"


@pytest.mark.parametrize("option", ["--json", "--quiet"])
def test_an_option_of_fawen_itself_behind_the_command_is_put_right(option: str) -> None:
    error = cli._usage(click.NoSuchOption(option))
    assert (error.message, error.advice) == (
        f"{option} 要写在命令的前面",
        f"例如 fawen {option} check",
    )


def test_a_number_that_is_none_or_too_small_is_said_in_chinese() -> None:
    for given, said in (("两", "「两」不是整数，请写阿拉伯数字"), ("0", "0 太小，至少写 1")):
        with pytest.raises(click.BadParameter) as caught:
            cli.fawen.main(["merge", "通知", "--limit", given], standalone_mode=False)
        assert cli._plainly(caught.value) == f"--limit 的值不对（{said}）"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("order", "--from", "."), "「.」是文件夹，不是文件"),
        (("order", "--from", "没有.txt"), "没有文件「没有.txt」"),
        (("collect", "--received", "昨天"), "「昨天」不是时间"),
        (("returns", "日报", "--said", "文学院"), "--said 后面要写 2 样"),
        (("print", "-o", "打印.pdf", "--order", "乱"), "没有「乱」这一项，可以写：单位、笔画"),
    ],
)
def test_what_click_finds_wrong_is_said_in_chinese(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ran = fawen(*words, cwd=tmp_path)
    assert ran.status == 2
    assert said in ran.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_refusal_that_cannot_be_written_is_no_fault_of_the_program(tmp_path: Path) -> None:
    for words in (("--json", "status"), ("status",)):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = subprocess.run(
                [sys.executable, str(CLI), *words],
                cwd=tmp_path,
                stdout=full,
                stderr=full if len(words) == 1 else subprocess.PIPE,
                check=False,
            )
        assert done.returncode == 2
        assert b"Traceback" not in (done.stderr or b"")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that nobody can read")
def test_settings_that_cannot_be_read_are_a_finding_of_doctor(tmp_path: Path) -> None:
    (tmp_path / "fawen.toml").symlink_to("/proc/self/mem")
    ran = fawen("--json", "doctor", cwd=tmp_path)
    assert ran.status == 4
    last = ran.object["findings"][-1]
    assert (last["level"], last["file"]) == ("error", "fawen.toml")
    assert "EIO" in last["message"]
