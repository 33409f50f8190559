"""What a connection that failed is called: in a clerk's words, the system's name behind them."""

from __future__ import annotations

import errno
import re
import socket
import ssl

_CUT = "连接被对方切断"
_BY_KIND: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "证书不可信"),
    (ssl.SSLEOFError, _CUT),
    (ssl.SSLZeroReturnError, _CUT),
    (ssl.SSLError, "加密方式对不上"),
    (socket.gaierror, "找不到这台服务器"),
    (ConnectionRefusedError, "服务器拒绝连接"),
    (TimeoutError, "一直没有回音"),
    (ConnectionError, _CUT),
)
_BY_NUMBER = {
    errno.ENETUNREACH: "网络不通",
    errno.EHOSTUNREACH: "网络不通",
    errno.ENETDOWN: "网络不通",
    errno.ETIMEDOUT: "一直没有回音",
}

# What smtplib and imaplib raise as errors of their own, by what they say.
_BY_WORDS = (
    ("connection unexpectedly closed", _CUT),
    ("please run connect() first", "连接已经断开"),
    ("timed out", "一直没有回音"),
    ("socket error", _CUT),
)
_NUMBER = re.compile(r"\[(?:Errno|WinError) -?\d+\] ?")  # as Python writes it before the words
_PLACE = re.compile(r" ?\(_ssl\.c:\d+\)$")


def worded(error: BaseException) -> str:
    """Say in Chinese what failed, its cause in brackets; the cause alone where it is unusual.

    The cause is for a technician: the system's name of the error (ECONNREFUSED), the same on every
    machine and in every language; else the error's own words. Its number is for nobody.
    """
    cause = _name(error) or _own(error)
    low = str(error).lower()
    said = next((words for told, words in _BY_WORDS if told in low), "")
    if asleep(error):
        said = "暂时查不到服务器的地址，多半是网络断了"
    if not said and isinstance(error, OSError):
        said = _BY_NUMBER.get(error.errno or 0, "")
    if not said:
        said = next((words for kind, words in _BY_KIND if isinstance(error, kind)), "")
    if not said and cause != _own(error):
        said = "系统报错"
    return f"{said} ({cause})" if said else cause


def asleep(error: BaseException) -> bool:
    """Tell whether nobody answered which address a name has, so that it may well be right."""
    return isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN


def _name(error: BaseException) -> str:
    """Name a system's error; "" for TLS, which counts by itself, and for what is no system's."""
    if isinstance(error, ssl.SSLError) or not isinstance(error, OSError):
        return ""
    if isinstance(error, socket.gaierror):
        return _LOOKUPS.get(error.errno or 0, "")
    return errno.errorcode.get(error.errno or 0, "")


def _own(error: BaseException) -> str:
    """Return an error's own words without numbers; its kind where it has none."""
    return _PLACE.sub("", _NUMBER.sub("", str(error))) or type(error).__name__


_LOOKUPS = {getattr(socket, name): name for name in dir(socket) if name.startswith("EAI_")}
