"""Which tests run where: those that need a program of the system."""

from __future__ import annotations

import os
import shutil

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("libreoffice") is None or shutil.which("soffice"):
        return
    if os.environ.get("FAWEN_REQUIRE_PROGRAMS") == "1":
        pytest.fail(
            "soffice is missing and FAWEN_REQUIRE_PROGRAMS=1 forbids to skip", pytrace=False
        )
    pytest.skip("soffice is missing: apt install libreoffice-writer libreoffice-calc")
