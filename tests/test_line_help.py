"""The help of every command is in Chinese, click's own words too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

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
    assert caught.value.message == "没有「abc」这一项，请照上面列出的写"


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
