"""Typefaces that are installed here: whether any of them has a character, before it is printed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ENDINGS = (".ttf", ".ttc", ".otf", ".otc")


def nowhere(chars: Iterable[str]) -> str:
    """Return those characters that no typeface here has; none where no typeface is found at all."""
    wanted = set(chars)
    lister = shutil.which("fc-list")
    if lister:
        return "".join(sorted(char for char in wanted if not _listed(lister, char)))
    known = False
    for path in _files():
        if not wanted:
            break
        for codes in _characters(str(path)):
            known = True
            wanted = {char for char in wanted if ord(char) not in codes}
    return "".join(sorted(wanted)) if known else ""


@cache
def _listed(lister: str, char: str) -> bool:
    """Ask fontconfig, which LibreOffice asks as well."""
    words = [lister, f":charset={ord(char):x}", "file"]
    done = subprocess.run(words, capture_output=True, check=False, timeout=60)  # noqa: S603 - our own words
    return done.returncode != 0 or bool(done.stdout.strip())


def _files() -> Iterator[Path]:
    """Walk through the files of typefaces, those first that hold Chinese as a rule."""
    found = [
        Path(folder, name)
        for root in _folders()
        for folder, _, names in os.walk(root)
        for name in names
        if name.lower().endswith(_ENDINGS)
    ]
    yield from sorted(found, key=lambda path: -_size(path))  # the largest hold the most


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        own = os.environ.get("LOCALAPPDATA", "")
        root = Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")
        return [root, *([Path(own, "Microsoft", "Windows", "Fonts")] if own else [])]
    if sys.platform == "darwin":
        system = [Path(one) for one in ("/System/Library/Fonts", "/Library/Fonts")]
        return [*system, home / "Library" / "Fonts"]
    shared = [Path(one) for one in ("/usr/share/fonts", "/usr/local/share/fonts")]
    return [*shared, home / ".local" / "share" / "fonts", home / ".fonts"]


@cache
def _characters(path: str) -> tuple[frozenset[int], ...]:
    """Read which characters the typefaces of a file have; what is damaged has none."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        if path.lower().endswith("c"):
            fonts = TTCollection(path, lazy=True).fonts
        else:
            fonts = [TTFont(path, lazy=True)]
        # The typefaces of one file are forms of one another: the first tells for all.
        return (frozenset(fonts[0].getBestCmap() or ()),)
    except (TTLibError, OSError, ValueError, KeyError, IndexError, AssertionError):
        return ()
