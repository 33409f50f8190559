"""Make the tables of strokes and readings: `python -m rosters.characters.make FOLDER`.

FOLDER holds, as fetched by their ordinary clients (licences: NOTICE.txt):

- cn_sort-0.14.0-py3-none-any.whl    pip download --no-deps cn_sort==0.14.0
- cnchar-order-3.2.6.tgz    npm pack cnchar-order@3.2.6
- Unihan_IRGSources.txt and Unihan_Readings.txt    of Unihan 15.0.0, which
  https://www.unicode.org/Public/15.0.0/ucd/Unihan.zip and Debian's unicode-data hold

The order is cn_sort's; a sequence of strokes is kept where it fits that order, so that what
`fawen order --explain` prints can only defend the order. Counts of the rest and all readings are
Unihan's.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
import unicodedata
import zipfile
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_T = TypeVar("_T", int, tuple[int, str])
_PAIR = re.compile('"([\u3400-\u9fff])":"([a-z]+)"')
# cnchar's letters for the kinds of GB 13000.1: 横(提) 1, 竖(竖钩) 2, 撇 3, 点(捺) 4, 折 5.
_KINDS = dict(zip("jifgskdl", "11223444", strict=True))
_TONES = dict(zip("\u0304\u0301\u030c\u0300", "1234", strict=True))
_HEXADECIMAL = 16
_BLOCK = 64  # characters on a line of counts
_READ_TO = 0x9FFF  # readings are kept for the characters that people are named with


def order(folder: Path) -> list[str]:
    """Return cn_sort's characters in the order of their strokes."""
    with zipfile.ZipFile(next(folder.glob("cn_sort-*.whl"))) as wheel:
        entries = json.loads(wheel.read("cn_sort/res/all_word.json"))["all_word"]
    ranks = {one["chinese"]: one["stroke_increment_level"] for one in entries}
    return sorted((one for one in ranks if "\u4e00" <= one <= "\u9fff"), key=ranks.__getitem__)


def sequences(folder: Path) -> dict[str, str]:
    """Return cnchar's sequences of strokes, in the digits of the five kinds."""
    with tarfile.open(next(folder.glob("cnchar-order-*.tgz"))) as package:
        script = package.extractfile("package/cnchar.order.min.js")
        text = script.read().decode() if script else ""
    return {
        char: "".join(_KINDS.get(letter, "5") for letter in letters)
        for char, letters in _PAIR.findall(text)
    }


def counts(folder: Path) -> dict[str, int]:
    """Return Unihan's counts of strokes."""
    told = _unihan(folder / "Unihan_IRGSources.txt", "kTotalStrokes")
    return {one: int(count) for one, count in told.items()}


def readings(folder: Path) -> dict[str, str]:
    """Return Unihan's customary reading of each character, with its tone: dan1, lv3."""
    told = _unihan(folder / "Unihan_Readings.txt", "kMandarin")
    return {one: _numbered(said) for one, said in told.items() if ord(one) <= _READ_TO}


def _unihan(file: Path, key: str) -> dict[str, str]:
    """Return a field of Unihan; of several values the first, which is the mainland's."""
    lines = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
    rows = (line for line in lines if line[0].startswith("U+") and line[1] == key)
    return {chr(int(code[2:], _HEXADECIMAL)): value.split()[0] for code, _, value in rows}


def _numbered(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v").replace("e\u0302", "e")
    tone = next((_TONES[one] for one in plain if one in _TONES), "5")
    return "".join(one for one in plain if one.isascii()) + tone


def rising(values: Sequence[_T]) -> set[int]:
    """Return the places of a longest run of values that never falls."""
    tails: list[_T] = []
    places: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        at = bisect_right(tails, value)
        tails[at : at + 1] = [value]
        places[at : at + 1] = [place]
        before.append(places[at - 1] if at else -1)
    chain, place = set(), places[-1] if places else -1
    while place >= 0:
        chain.add(place)
        place = before[place]
    return chain


def strokes_table(folder: Path) -> str:
    """Write the characters in their order, a line for each count, with the kinds known to fit."""
    listed, codes, unihan = order(folder), sequences(folder), counts(folder)
    known = [one for one in listed if one in codes]
    fitting = rising([(len(codes[one]), codes[one]) for one in known])
    kinds = {known[place]: codes[known[place]] for place in fitting}
    lines: dict[int, list[str]] = {}
    numbers = [len(kinds[one]) if one in kinds else unihan.get(one, 0) for one in listed]
    sure, count = rising(numbers), 1
    for place, one in enumerate(listed):
        count = numbers[place] if place in sure else count
        lines.setdefault(count, []).append(one + kinds.get(one, ""))
    return "".join(f"{count}\t{''.join(ones)}\n" for count, ones in sorted(lines.items()))


def counts_table(folder: Path) -> str:
    """Write the counts of characters without a place in the order: a first character, digits."""
    ordered = set(order(folder))
    rest = {one: count for one, count in counts(folder).items() if one not in ordered}
    return "".join(f"{start:X}\t{digits}\n" for start, digits in _blocks(rest))


def _blocks(found: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    start, digits = 0, ""
    for code in sorted(map(ord, found)):
        if code != start + len(digits) or len(digits) == _BLOCK:
            if digits:
                yield start, digits
            start, digits = code, ""
        digits += chr(ord("0") + found[chr(code)])
    if digits:
        yield start, digits


def readings_table(folder: Path) -> str:
    """Write a line for each reading, with the characters that are read so."""
    lines: dict[str, list[str]] = {}
    for one, said in readings(folder).items():
        lines.setdefault(said, []).append(one)
    return "".join(f"{said}\t{''.join(ones)}\n" for said, ones in sorted(lines.items()))


def main(folder: Path, target: Path) -> None:
    """Write the three tables."""
    for name, table in (
        ("strokes.txt", strokes_table),
        ("counts.txt", counts_table),
        ("readings.txt", readings_table),
    ):
        (target / name).write_text(table(folder), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent)
