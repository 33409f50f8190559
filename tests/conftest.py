"""Which tests run where: those that need a program of the system."""

from __future__ import annotations

import os
import shutil

import pytest

# Where Debian keeps what only root starts; PATH need not name it.
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))


def _without_soffice() -> str:
    if shutil.which("soffice"):
        return ""
    return "soffice is missing: apt install libreoffice-writer libreoffice-calc"


def _without_mailserver() -> str:
    if not all(shutil.which(name, path=_PLACES) for name in ("postfix", "dovecot")):
        return "postfix or dovecot is missing: apt install postfix dovecot-imapd dovecot-lmtpd"
    return "" if os.geteuid() == 0 else "Postfix starts for root alone"


_NEEDS = {"libreoffice": _without_soffice, "mailserver": _without_mailserver}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name, missing in _NEEDS.items():
        said = missing() if item.get_closest_marker(name) else ""
        if not said:
            continue
        if os.environ.get("FAWEN_REQUIRE_PROGRAMS") == "1":
            pytest.fail(f"{said}, and FAWEN_REQUIRE_PROGRAMS=1 forbids to skip", pytrace=False)
        pytest.skip(said)
