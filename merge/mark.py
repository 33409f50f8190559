"""印记: 60 bits by which a document is known again, whoever saved it under whatever name.

Each document has its own: of the workspace's key, who receives it and what it is made of. Without
the key nobody can make one, nor see from it for whom it is.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from typing import TYPE_CHECKING

from templates.imprint import read

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read", "sealing"]

_LENGTH = 12  # characters of base32, 5 bits each


def sealing(key: bytes, organisation: str) -> Callable[[bytes], str]:
    """Return what makes the mark of a document for an organisation ("": a 批次 document)."""
    head = f"{organisation}\0".encode()

    def seal(content: bytes) -> str:
        message = head + hashlib.sha256(content).hexdigest().encode()
        return b32encode(hmac.digest(key, message, "sha256")[:8])[:_LENGTH].decode("ascii")

    return seal
