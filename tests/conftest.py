"""Which tests run where: those that need a program of the system; and both stores of the ledger."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

# For each marker: what proves that the program is here, its name, and how to get it.
PROGRAMS = {
    "libreoffice": (["soffice"], "soffice", "libreoffice-writer libreoffice-calc"),
    "postgres": (["initdb", "/usr/lib/postgresql/*/bin/initdb"], "initdb", "postgresql"),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (places, name, packages) in PROGRAMS.items():
        if item.get_closest_marker(marker) is None or any(map(_there, places)):
            continue
        if os.environ.get("FAWEN_REQUIRE_PROGRAMS") == "1":
            pytest.fail(
                f"{name} is missing and FAWEN_REQUIRE_PROGRAMS=1 forbids to skip", pytrace=False
            )
        pytest.skip(f"{name} is missing: apt install {packages}")


def _there(place: str) -> bool:
    if place.startswith("/"):
        return any(Path("/").glob(place[1:]))
    return shutil.which(place) is not None
