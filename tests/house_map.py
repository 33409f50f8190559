"""The map of the house in ARCHITECTURE.md, drawn from the modules' own first lines.

`python tests/house_map.py` draws it anew; tests/test_house_map.py sees that it is current.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
ROOMS = ("rosters", "templates", "merge", "outbox")
BEGIN, END = "<!-- the house -->\n", "<!-- end of the house -->\n"
WIDTH = 26


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring, without its full stop."""
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else ""
    return (told or "").split("\n")[0].rstrip(".")


def _room(folder: Path, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for path in sorted(folder.glob("*.py")):
        if path.name != "__init__.py":
            yield f"{indent}{path.name}".ljust(WIDTH) + first_line(path)
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and inner.name != "__pycache__":
            said = first_line(inner / "__init__.py") or "Files that are shipped"
            yield f"{indent}{inner.name}/".ljust(WIDTH) + said
            if inner.name != "samples":
                yield from _room(inner, depth + 1)


def drawn() -> str:
    """Draw the map."""
    lines = ["cli.py".ljust(WIDTH) + first_line(ROOT / "cli.py")]
    for name in ROOMS:
        room = ROOT / name
        lines += ["", f"{name}/".ljust(WIDTH) + first_line(room / "__init__.py"), *_room(room, 1)]
    return "```\n" + "\n".join(lines) + "\n```\n"


def replaced(text: str) -> str:
    """Return ARCHITECTURE.md with the map as it is now."""
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    return head + BEGIN + drawn() + END + tail


if __name__ == "__main__":
    page = ROOT / "ARCHITECTURE.md"
    page.write_text(replaced(page.read_text(encoding="utf-8")), encoding="utf-8")
