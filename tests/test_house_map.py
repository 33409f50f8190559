"""ARCHITECTURE.md draws the house as it stands."""

from __future__ import annotations

from house_map import BEGIN, END, ROOMS, ROOT, drawn, first_line, replaced


def test_the_map_is_current() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert BEGIN in text
    assert END in text
    assert replaced(text) == text, "run python tests/house_map.py"


def test_every_module_says_what_it_is() -> None:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(paths) > 100
    assert [path for path in paths if path.stat().st_size and not first_line(path)] == []
    assert "outbox/" in drawn()
