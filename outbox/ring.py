"""The system's keyring: secrets kept in it and found again, whatever stands in its way."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol


class Keyring(Protocol):
    """What of the keyring package is used here."""

    def get_password(self, service: str, user: str) -> str | None:
        """Look a password up."""
        ...


# Backends raise what they like (dbus, Windows and macOS each have their own errors), and one that
# is configured and missing raises when it is looked for: whatever it is, nothing can be kept there.


def name() -> str:
    """Name the keyring of this machine; "" where there is none, or none that works."""
    with suppress(Exception):
        import keyring
        from keyring.backends import fail, null

        backend = keyring.get_keyring()
        if not isinstance(backend, (fail.Keyring, null.Keyring)):
            return str(backend.name)
    return ""


def recalled(service: str, user: str, ring: Keyring | None = None) -> str:
    """Look a secret up; "" where there is none, or no keyring that answers."""
    with suppress(Exception):
        if ring is not None:
            return ring.get_password(service, user) or ""
        import keyring

        return keyring.get_password(service, user) or ""
    return ""


def kept(service: str, user: str, secret: str) -> bool:
    """Put a secret in, and tell whether it is there: some take it and keep nothing."""
    with suppress(Exception):
        import keyring

        keyring.set_password(service, user, secret)
    return recalled(service, user) == secret
