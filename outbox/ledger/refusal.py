"""Why a database refused, in a clerk's words, with its own behind them for a technician."""

from __future__ import annotations

import re

# What libpq, psycopg and SQLite say, the first that fits.
_WORDS = (
    ("connection refused", "数据库服务器拒绝连接"),
    ("failed to resolve host", "找不到数据库服务器"),
    ("could not translate host name", "找不到数据库服务器"),
    ("timeout", "数据库服务器一直没有回音"),
    ("timed out", "数据库服务器一直没有回音"),
    ("unreachable", "网络不通"),
    ("server closed the connection", "与数据库的连接断了"),
    ("authentication failed", "用户或密码不对"),
    ("no password supplied", "没有给密码"),
    ("permission denied", "这个用户没有权限"),
    ("does not exist", "没有这个数据库或用户"),
    ("too many", "数据库的连接已满"),
    ("malformed", "文件已损坏"),
    ("not a database", "文件已损坏，或不是台账"),
    ("is full", "磁盘满了"),
    ("disk i/o", "磁盘读写出错"),
    ("readonly", "只能读，不能写"),
    ("locked", "正被别的程序占用"),
    ("unable to open", "打不开，也许没有读写这个文件夹的权限"),
)
_NUMBER = re.compile(r"\[Errno -?\d+\] ?")


def worded(own: str) -> str:
    """Say in Chinese what a database's words mean, these in brackets; alone where unusual."""
    bare = _NUMBER.sub("", " ".join(own.split()))
    low = bare.lower()
    said = next((ours for theirs, ours in _WORDS if theirs in low), "")
    return f"{said} ({bare})" if said else bare
