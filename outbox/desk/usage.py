"""What click says of words that it does not understand, in Chinese; without click itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Said = tuple[str, str | Callable[[re.Match[str]], str]]  # a pattern of theirs, and our words


# What an argument is, where its name is an English word.
_WANTED = {
    "batch": "批次",
    "directory": "文件夹的名字，例如 我的工作区",
    "job": "作业的名字，例如 通知",
    "letter": "党组织编码或名称",
    "template": "模板名，例如 通知",
}
# What click says of a number that is none or too small, of a time, and of a file.
_VALUES = (
    (r"'(.*)' is not a valid integer(?: range)?\.", r"「\1」不是整数，请写阿拉伯数字"),
    (r"(.*) is not in the range x>=(\d+)\.", r"\1 太小，至少写 \2"),
    (r"'(.*)' does not match the formats .*", r"「\1」不是时间，请写成 2026-11-25 16:30"),
    (r"\w+ '(.*)' is not readable\.", r"没有读「\1」的权限"),
    (r"'(.*)': No such file or directory", r"没有文件「\1」"),
    (r"'(.*)': Is a directory", r"「\1」是文件夹，不是文件"),
    (r"'(.*)': Permission denied", r"没有读「\1」的权限"),
)


def _several(found: re.Match[str]) -> str:
    return "，是不是 " + "、".join(f"fawen {one}" for one in re.findall(r"[\w-]+", found[1]))


_SENTENCES: tuple[Said, ...] = (
    (r"No such command '(.*?)'\.", r"没有命令「\1」"),
    (r" Did you mean '(.*?)'\?", r"，是不是 fawen \1"),
    (r" \(?Did you mean one of: (.*?)\?\)?", _several),
    (r"Got unexpected extra arguments? \((.*?)\)", r"多了「\1」"),
    (r"Option '(.*?)' requires an argument\.", r"\1 后面要写内容"),
    (r"Option '(.*?)' requires (\d) arguments\.", r"\1 后面要写 \2 样，用空格隔开"),
)


def named(name: str, metavar: str | None) -> str:
    """Name an option as it is typed, an argument by what is to be written there."""
    return name if name.startswith("-") else _WANTED.get(name, (metavar or "参数").rstrip("…"))


def value(said: str) -> str:
    """Say what is wrong with the value of an option or argument."""
    return _reworded(said, _VALUES)


def sentence(said: str) -> str:
    """Say a whole sentence of click's; one that is not known stays as it is."""
    return _reworded(said, _SENTENCES)


def _reworded(said: str, known: Iterable[Said]) -> str:
    for theirs, ours in known:
        said = re.sub(theirs, ours, said)
    return said
