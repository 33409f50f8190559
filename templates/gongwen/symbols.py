"""Signs of symbol fonts, as forms use them, in the characters that every font has."""

from __future__ import annotations

_SYMBOLS = {
    "wingdings": {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0x75: "◆", 0xA1: "○",
                  0xA8: "□", 0xD8: "➢", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑", 0xE0: "→",
                  0x4A: "☺", 0x28: "☎", 0x2A: "✉"},
    "wingdings 2": {0x50: "√", 0x52: "☑", 0x53: "☒", 0xA3: "□", 0x4F: "×", 0x54: "☒"},
    "symbol": {0xB7: "·", 0xB4: "×", 0xB0: "°", 0xB1: "±", 0xA3: "≤", 0xB3: "≥", 0xB9: "≠"},
}  # fmt: skip


def sign(font: str, code: int) -> str | None:
    """Return the character for a w:sym, None where there is none."""
    return _SYMBOLS.get(font.lower(), {}).get(code & 0xFF)
