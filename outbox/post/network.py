"""What a connection that failed is called: in a clerk's words, the system's own behind them."""

from __future__ import annotations

import errno
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
    ("socket error: eof", _CUT),
    ("timed out", "一直没有回音"),
)


def worded(error: BaseException) -> str:
    """Say in Chinese what failed, the error's own words in brackets; these alone where unusual."""
    own = str(error) or type(error).__name__
    low = own.lower()
    said = next((words for told, words in _BY_WORDS if told in low), "")
    if not said and isinstance(error, OSError):
        said = _BY_NUMBER.get(error.errno or 0, "")
    if not said:
        said = next((words for kind, words in _BY_KIND if isinstance(error, kind)), "")
    return f"{said} ({own})" if said else own
