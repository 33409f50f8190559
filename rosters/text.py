"""Text as it was meant: without full-width letters, odd spaces and characters nobody sees."""

from __future__ import annotations

import re
import unicodedata

from rosters.pattern import later

# Full-width letters and digits, and the signs of addresses; Chinese punctuation stays as it is.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDE |= {code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)}
_SPACES = dict.fromkeys((0x3000, 0xA0, 0x2007, 0x202F, *range(0x2000, 0x2007)), " ")
_SPACES |= dict.fromkeys((0x2008, 0x2009, 0x200A, 0x09), " ")
_UNSEEN = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x200E, 0x200F), "")
_UNSEEN |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "")
_TABLE: dict[int, int | str] = {**_WIDE, **_SPACES, **_UNSEEN, 0x2028: "\n", 0x2029: "\n"}
# Radicals and compatibility forms that come out of PDFs: ⼈ for 人.
_COMPATIBLE = later("[\u2e80-\u2fdf\uf900-\ufaff]")
# Radicals that Unicode does not equate with the character: ⺠ for 民.
_RADICALS = str.maketrans(
    "⺠⻓⻔⻋⻢⻅⻛⻜⻩⻬⻰⻄⻘⻆⻉⻚⻥⻦⻁⻝⻣⻤⻨⻮",
    "民长门车马见风飞黄齐龙西青角贝页鱼鸟虎食骨鬼麦齿",
)
_ESCAPE = later(r"_x([0-9A-Fa-f]{4})_")  # Excel's way of writing what XML cannot hold
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PLAIN = re.compile(r"[!-~\u4e00-\u9fff，。、；：（）《》“”！？·—…〔〕]*")
_MARKS = frozenset({"Mn", "Me"})  # they stand on, or choose the form of, the one before
_GAPS = later(r"(?<=[^ -~])\s+|\s+(?=[^ -~])")
# What people type for the dot of a name; a full stop is one only between hanzi: 次仁.卓玛.
_DOTS = re.compile("[•‧・･．∙⋅●․﹒⸱⸳]")
_STOPS = later(r"(?<=.)[.。｡](?=.)")
_BRACKETS = str.maketrans("（）【】［］〔〕：；，＊－＠．", "()[][][]:;,*-@.")


def clean(text: str) -> str:
    """Normalise a cell's text; forbidden characters stay, so that `forbidden` can tell."""
    if plain(text):
        return text
    if "_x" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    text = _COMPATIBLE.sub(_compatible, text)
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def plain(text: str) -> bool:
    """Tell whether there is nothing to normalise in a text, or in several joined by "|"."""
    return _PLAIN.fullmatch(text) is not None and "_x" not in text


def _compatible(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0].translate(_RADICALS))


def forbidden(text: str) -> str:
    """Name the control characters and lone surrogates in a text, as U+0007; empty if none."""
    return "、".join(dict.fromkeys(f"U+{ord(one):04X}" for one in _FORBIDDEN.findall(text)))


def unseen(text: str) -> str:
    """Name the characters in a text that nobody sees, as U+202E; empty if none."""
    return "、".join(dict.fromkeys(f"U+{ord(one):04X}" for one in text if ord(one) in _UNSEEN))


def without_unseen(text: str) -> str:
    """Drop the characters that nobody sees: of no width, or that turn the text around."""
    return text.translate(_UNSEEN)


def without_forbidden(text: str) -> str:
    """Drop the characters that neither XML nor a mail can hold."""
    return _FORBIDDEN.sub("", text)


def unmarked(text: str) -> str:
    """Drop what has no place of its own: accents, and selectors that say how 葛 is drawn."""
    if text.isalpha():  # hanzi, nearly always
        return text
    return "".join(char for char in text if unicodedata.category(char) not in _MARKS)


def person(text: str) -> str:
    """Write a person's name without inner spaces and with the usual dot: 王　毅 is 王毅."""
    return _dotted(_GAPS.sub("", text.replace("\n", " ")))


def folded(text: str) -> str:
    """Fold a name for comparison: no spaces, one kind of brackets and dots, lower case."""
    text = unicodedata.normalize("NFKC", clean(text)).translate(_BRACKETS)
    return _dotted("".join(text.split())).casefold()


def _dotted(text: str) -> str:
    if text.isalpha():  # nearly always
        return text
    return _STOPS.sub(_dot, _DOTS.sub("·", text))


def _dot(found: re.Match[str]) -> str:
    """Take a full stop for a dot between hanzi; a pattern of all hanzi is long in compiling."""
    beside = found.string[found.start() - 1], found.string[found.end()]
    return "·" if min(beside) >= "\u3400" and max(beside) <= "\u9fff" else found[0]


def decoded(content: bytes) -> str | None:
    """Read bytes as Excel or Notepad may have saved them; None where they are no text."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
