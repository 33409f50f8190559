"""What a setting wants: the faults that pydantic finds in one, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.pattern import later

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# How pydantic's kinds of errors begin, and what is said of them.
_WANTED = {
    "extra_forbidden": "没有这一项设置",
    "missing": "缺少这一项",
    "int_": "要写整数，不加引号，例如 30",
    "float_": "要写数，不加引号，例如 1.5",
    "bool_": "要写 true（是）或 false（否），不加引号",
    "string_pattern": "不是这一项认得的写法",
    "string_too_short": "不能空着",
    "string_": "要写文字，加英文引号",
    "tuple_": '要写成一列，例如 ["甲", "乙"]',
    "list_": '要写成一列，例如 ["甲", "乙"]',
    "dict_": '要写成一节，下面每行一项，例如 名称 = "值"',
    "model_": '要写成一节，下面每行一项，例如 名称 = "值"',
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "要大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "要小于 {lt}",
}
# What is written for settings that have a form of their own, by the names they go by.
_LIKE = {
    "quiet_hours": '"22:00-07:00"',
    "shift": '"1.5,-2"',
    "printers": '"1.5,-2"',
    "name": '"周明远"，一个人一对引号',
    "address": '"zhangsan@单位.example"',
    "code": '"示大组"',
    "host": '"smtp.单位.example"，端口另写在 port',
    "imap_host": '"imap.单位.example"，端口另写在 imap_port',
    "imap": '"imap.单位.example"，端口另写在 imap_port',
    "trial": '["zhangsan@单位.example"]',
    "password_file": r"'D:\密码.txt'（Windows 的路径要用单引号）",
    "ca_file": r"'D:\ca.pem'（Windows 的路径要用单引号）",
    "path": '"outbox/ledger.db"',
}
HOST = r"^$|^[^\s/:@,，]+$|^[0-9A-Fa-f:]+$"  # a name or number, without a port or a scheme
_ONE_OF = later(r"\^\(([a-z|]+)\)\$")


def said(error: ErrorDetails) -> str:
    """Say what is wrong with a setting."""
    kind, limits = error["type"], error.get("ctx", {})
    wanted = next((words for start, words in _WANTED.items() if kind.startswith(start)), "")
    words = wanted.format(**limits) if wanted else error["msg"].removeprefix("Value error, ")
    if kind in {"extra_forbidden", "missing"}:
        return words
    if one_of := _ONE_OF.fullmatch(str(limits.get("pattern", ""))):
        words = f"只能写 {one_of[1].replace('|', '、')}"
    elif kind == "string_pattern_mismatch":
        like = next((_LIKE[part] for part in reversed(error["loc"]) if part in _LIKE), "")
        words += f"，例如 {like}" if like else ""
    return f"写法不对：{words}"


def place(path: tuple[int | str, ...]) -> str:
    """Name a setting as it is written; of several in a list, which one, counted as people do."""
    word = "位" if "approvers" in path else "项"
    return ".".join(part if isinstance(part, str) else f"第{part + 1}{word}" for part in path)
