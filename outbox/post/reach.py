"""Whether a server is there and to be believed, before anybody logs in: said for a clerk."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass

from outbox.post.network import asleep, worded


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What is in the way: `rule` is its name, the rest is for people."""

    rule: str
    message: str
    advice: str


def obstacle(
    host: str, port: int, *, tls: bool, timeout: float, context: ssl.SSLContext
) -> Obstacle | None:
    """Connect and hang up; with `tls` the connection is encrypted from its first byte."""
    where = f"{host}:{port}"
    try:
        with socket.create_connection((host, port), timeout) as sock:
            if tls:
                context.wrap_socket(sock, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return Obstacle(
            "certificate",
            f"{where} 的证书不可信（{error.verify_message}），没有登录",
            "请核对服务器名；单位自己签发的证书，请向网络中心要来，写进 fawen.toml 的 ca_file",
        )
    except ssl.SSLError as error:
        return Obstacle(
            "encryption",
            f"{where} 的加密方式对不上（{error.reason or '握手失败'}）",
            "465 和 993 端口用 ssl，587 和 143 端口用 starttls",
        )
    except OSError as error:
        return _unreachable(where, host, error)
    return None


def _unreachable(where: str, host: str, error: OSError) -> Obstacle:
    if asleep(error):
        said = f"暂时查不到服务器 {host} 的地址"
        return Obstacle("host", said, "多半是网络断了：请确认本机连着网，过一会儿再试")
    if isinstance(error, socket.gaierror | UnicodeError):
        return Obstacle(
            "host", f"找不到服务器 {host}", "请核对服务器名有没有写错，并确认本机连着网"
        )
    if isinstance(error, TimeoutError):
        return Obstacle(
            "port",
            f"连不上 {where}：一直没有回音",
            "多半是本单位的网络不许用这个端口，请问网络中心",
        )
    if isinstance(error, ConnectionRefusedError):
        return Obstacle("port", f"{where} 拒绝连接", "请核对端口：这台服务器在这个端口不收连接")
    return Obstacle("network", f"连不上 {where}（{worded(error)}）", "请确认本机连着网，再试一次")
