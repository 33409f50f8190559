"""Pictures of the kinds' first pages: `python tests/kind_pictures.py [notice …]`.

For each page of docs/kinds its first job is merged in a new workspace, and the first document
becomes docs/pictures/kind-<page>.png. Needs LibreOffice and the typefaces of tests/data/fonts.conf.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import pdfplumber
from bureau import fawen
from measuring.rendering import rendered
from PIL import ImageOps

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
PAGES = ROOT / "docs" / "kinds"
_RESOLUTION = 75


def first(root: Path, job: str) -> bytes:
    """Return the first Word document of a job's sample."""
    ran = fawen("--json", "merge", job, "--limit", "1", cwd=root)
    batch = root / "outbox" / ran.object["batch"]
    found = [one for one in batch.rglob("*.docx") if one.parent.name != "作业"]
    found.sort(key=lambda one: (one.parent.name != "批次", one))
    return found[0].read_bytes()


def main(names: list[str]) -> None:
    """Make the pictures of these pages, or of all."""
    pages = [PAGES / f"{name}.md" for name in names] or sorted(PAGES.glob("[a-z]*.md"))
    with tempfile.TemporaryDirectory() as home:
        root = Path(home) / "w"
        fawen("new", root, cwd=root.parent)
        documents = {}
        for page in pages:
            found = re.search(r"(?m)^fawen rehearse (\S+)$", page.read_text(encoding="utf-8"))
            if found:
                documents[page.stem] = first(root, found[1])
        for name, pdf in rendered(documents, Path(home)).items():
            with pdfplumber.open(pdf) as opened:
                image = (
                    opened.pages[0]
                    .to_image(resolution=_RESOLUTION, antialias=True)
                    .original.convert("RGB")
                )
            framed = ImageOps.expand(image, 1, "#999999").quantize(64)
            framed.save(PICTURES / f"kind-{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
