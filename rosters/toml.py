"""A TOML text as a person wrote it: read, or where it cannot be and what was probably meant."""

from __future__ import annotations

import tomllib
from typing import Any

from rosters.pattern import later

_AT = later(r"\(at line (\d+), column (\d+)\)")
_USUAL = '每行写成 名称 = 值，文字加英文引号，例如 name = "某某大学"'
_PATH = r"""Windows 的路径要用单引号，例如 'D:\密码.txt'，或把 \ 都写成 /"""
# What stands where the parser stopped, behind what; the likeliest first.
_MEANT = (
    (later(r"[“”‘’＂]"), '引号要用英文的 "，不要用中文的 “ ”'),
    (later(r"[【［]"), "方括号要用英文的，例如 [unit]"),
    (later(r"[：＝]|:\s"), f"名称和值之间用英文的等号：{_USUAL}"),
    (later(r"[，、；。]"), "列在一起的用英文逗号隔开，行尾不加标点"),
    (later(r"(?i:yes|no|on|off|true|false|是|否)\b"), "写 true（是）或 false（否），都用小写"),
    (later(r"[^\x00-\x7f][^=]*\]"), "节的名称照新建工作区时的写，例如 [unit]"),
    (later(r"[^\x00-\x7f][^=]*="), '中文的名称要加英文引号，例如 "主送" ='),
    (later(r"$"), f"这一行没有写完，可能少了右边的引号或括号；{_USUAL}"),
)
_WORDS = (
    ("Unescaped", _PATH),
    ("Invalid hex", _PATH),
    ("Cannot", "前面已经写过一次，请合在一起，或删去一处"),
    ("Duplicate", "前面已经写过一次，请合在一起，或删去一处"),
)


class UnreadableError(ValueError):
    """A text that is no TOML: `said` is where, `advice` what to do."""

    def __init__(self, said: str, advice: str) -> None:
        super().__init__(f"{said}，{advice}")
        self.said, self.advice = said, advice


def parsed(text: str) -> dict[str, Any]:
    """Read a TOML text.

    Raises:
        UnreadableError: it is none; its words say which line, and what was probably meant.

    """
    try:
        return tomllib.loads(f"{text}\n")  # a fault in the last line is told by its line as well
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _told(text, str(error)) from error


def _told(text: str, words: str) -> UnreadableError:
    at = _AT.search(words)
    if at is None:
        return UnreadableError("不是有效的 TOML", f"可能少了右边的引号或括号；{_USUAL}")
    # The parser counts lines by \n alone.
    line = [*text.split("\n"), ""][int(at[1]) - 1][int(at[2]) - 1 :]
    meant = [said for start, said in _WORDS if words.startswith(start)]
    meant += [said for pattern, said in _MEANT if pattern.match(line)]
    said = f"第{at[1]}行第{at[2]}个字起不是有效的 TOML"
    return UnreadableError(said, f"请改正后再试：{[*meant, _USUAL][0]}")
