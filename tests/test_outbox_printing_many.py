"""print of 182 branches: each document with its own head and numbers, on even sheets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pdfplumber
import pytest
from bureau import fawen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.libreoffice, pytest.mark.long]


def texts(path: Path) -> list[str]:
    with pdfplumber.open(path) as pdf:
        found = []
        for page in pdf.pages:
            found.append("".join((page.extract_text() or "").split()))
            page.close()
        return found


def test_every_branch_has_its_own_head_and_numbers_on_even_sheets(tmp_path: Path) -> None:
    root = tmp_path / "w"
    assert fawen("new", root, cwd=tmp_path).status == 0
    batch = fawen("--json", "merge", "支部", cwd=root).object["batch"]
    done = fawen("--json", "print", "-o", "打印.pdf", cwd=root)
    assert done.status == 0, done.out
    manifest = json.loads((root / "outbox" / batch / "manifest.json").read_text(encoding="utf-8"))
    receivers = [one["name"] for one in manifest["letters"]]
    documents = {one["organisation"]: one for one in manifest["documents"]}
    assert len(receivers) == len(documents) == 182

    pages = texts(root / "打印.pdf")
    assert len(pages) == done.object["pages"]
    assert len(pages) % 2 == 0
    at = len(pages) - 2 * done.object["sheets"]
    front = "".join(pages[:at])
    for letter in manifest["letters"]:
        one = documents[letter["organisation"]]
        own = texts(root / "outbox" / ".pdf" / f"{one['file']['sha256']}.pdf")
        assert letter["name"] in front
        assert at % 2 == 0
        assert pages[at].startswith(letter["short"]), letter["name"]  # its own head
        assert pages[at : at + len(own)] == own
        assert all(f"—{n}—" in page for n, page in enumerate(own, start=1)), letter["name"]
        at += len(own)
        if len(own) % 2:
            assert pages[at] == ""
            at += 1
    assert at == len(pages)
    heads = [page for page in pages[: len(pages) - 2 * done.object["sheets"]] if page]
    assert all("序号党组织文件" in page for page in heads)  # repeated on every page
