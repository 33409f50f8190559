"""File names that every system takes: safe on Windows, short enough, no two alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from merge.claims import Claims

LONGEST = 120  # bytes of UTF-8, the extension included
_MANY = 20_000  # names whose number is remembered
_WIDEST = 4  # bytes of a character in UTF-8
# What Windows does not take stands in its full-width form, which people read the same.
_WIDE = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")
_DEVICE = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)", re.IGNORECASE
)
_PLAIN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9（）〔〕-]+")  # names that are safe as they stand
_HANZI = re.compile("[\U0002ebf0-\U0002ee5d\U00031350-\U00033479]")  # extensions I, H and J
_SHARED = frozenset({"Cc", "Cf", "Cs", "Cn"})  # control, bidi and joiners, no characters


def safe(text: str, extension: str = "", *, instead: str = "未命名") -> str:
    """Make a file or folder name of a text; `instead` where nothing is left of it."""
    if _PLAIN.fullmatch(text) and not _DEVICE.match(text + extension):
        return _cut(text, LONGEST - len(extension.encode())) + extension
    kept = unicodedata.normalize("NFC", text).translate(_WIDE)
    kept = "".join(" " if sign.isspace() else sign for sign in kept)
    kept = "".join(map(_lasting, kept))
    name = _trimmed(" ".join(kept.split())) or instead
    if _DEVICE.match(name + extension):
        name = f"_{name}"
    return _cut(name, LONGEST - len(extension.encode())) + extension


@dataclass
class Folder:
    """The names taken in one folder, whatever their case.

    Where there are many, those that are given out go to `claims`, as a group of their own.
    """

    taken: set[str] = field(default_factory=set)
    claims: Claims | None = None
    group: int = 0
    _counts: dict[str, int] = field(default_factory=dict)  # of a name, the number given out last

    def take(self, text: str, extension: str = "") -> str:
        """Make a name that nothing in the folder has yet: 通知.docx, then 通知（2）.docx."""
        name = first = safe(text, extension)
        stem = name.removesuffix(extension)
        known = count = self._counts.get(first, 1)
        # What has had a number is taken, and need not be asked for.
        while known > 1 or not self._claim(_folded(name)):
            known, count = 1, count + 1
            suffix = f"（{count}）"
            name = _cut(stem, LONGEST - len((suffix + extension).encode())) + suffix + extension
        if count > 1:
            if len(self._counts) >= _MANY:
                self._counts.clear()  # they save time, and no more
            self._counts[first] = count
        return name

    def _claim(self, folded: str) -> bool:
        if folded in self.taken:
            return False
        if self.claims is not None:
            return self.claims.claim(self.group, folded)
        self.taken.add(folded)
        return True


def _lasting(sign: str) -> str:
    """Write a character that every system takes; hanzi may be newer than Python's table.

    What somebody drew for himself is another character elsewhere, so its number stands for it: two
    people whose names differ by it alone are told apart.
    """
    sort = unicodedata.category(sign)
    if sort == "Co":
        return f"（U+{ord(sign):04X}）"
    return sign if sort not in _SHARED or _HANZI.fullmatch(sign) else ""


def _folded(name: str) -> str:
    folded = name.casefold() if name.isascii() else unicodedata.normalize("NFC", name.casefold())
    return name if folded == name else folded  # one text in memory, not two


def _trimmed(name: str) -> str:
    """Drop what Windows would: blanks and dots at the end; and dots that hide a file."""
    return name.strip().rstrip(". ").lstrip(". ")


def _cut(name: str, size: int) -> str:
    if len(name) * _WIDEST > size:
        name = name.encode()[:size].decode(errors="ignore")
    return _trimmed(name)
