"""A small SMTP server over TLS that takes whatever comes, in a process of its own; it is cheap.

python benchmarks/_smtp.py CERTIFICATE PASSWORD   prints its port, then serves until it is ended
"""

from __future__ import annotations

import base64
import socket
import ssl
import sys
import threading

PIECE = 1 << 18


def serve(raw: socket.socket, context: ssl.SSLContext, password: bytes) -> None:
    """Talk to one client; a mail is read to its end, answered with 250, and forgotten."""
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with context.wrap_socket(raw, server_side=True) as sock:
        sock.sendall(b"220 bench.example ESMTP\r\n")
        seen = b""
        while True:
            while b"\r\n" not in seen:
                more = sock.recv(PIECE)
                if not more:
                    return
                seen += more
            line, _, seen = seen.partition(b"\r\n")
            verb = line[:4].upper()
            if verb == b"EHLO":
                sock.sendall(b"250-bench.example\r\n250-SIZE 100000000\r\n250 AUTH PLAIN\r\n")
            elif verb == b"AUTH":
                good = base64.b64decode(line.split()[2]).split(b"\0")[2] == password
                sock.sendall(b"235 welcome\r\n" if good else b"535 no\r\n")
            elif verb == b"DATA":
                sock.sendall(b"354 go\r\n")
                seen = body(sock, seen)
                sock.sendall(b"250 taken\r\n")
            elif verb == b"QUIT":
                sock.sendall(b"221 bye\r\n")
                return
            else:
                sock.sendall(b"250 ok\r\n")


def body(sock: ssl.SSLSocket, seen: bytes) -> bytes:
    """Read a mail to its terminator; return what came after it."""
    tail = b"\r\n" + seen
    while (at := tail.find(b"\r\n.\r\n")) < 0:
        more = sock.recv(PIECE)
        if not more:
            raise EOFError
        tail = tail[-4:] + more
    return tail[at + 5 :]


def quietly(raw: socket.socket, context: ssl.SSLContext, password: bytes) -> None:
    """Serve one client; how it hangs up is its affair."""
    try:
        serve(raw, context, password)
    except (OSError, EOFError):
        pass
    finally:
        raw.close()


def main(certificate: str, password: str) -> None:
    """Listen on 127.0.0.1 until the process is ended."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            raw, _ = listener.accept()
            words = (raw, context, password.encode())
            threading.Thread(target=quietly, args=words, daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
