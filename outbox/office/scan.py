"""A scan as it comes from the machine: looked over at the gate, then asked for pages and parts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rosters.finding import Finding, InputError, Level, Place
from rosters.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 300 * 2**20
SHARE = 12  # pages that are rendered at once: the child's time limit is for these
_START = (
    "import sys; sys.path[:] = sys.argv[1:];"
    "from rosters.child import main; main('outbox.office.sheets')"
)
READER = Keeper(_START)
_AGAIN = "请用扫描仪重新扫描，存成一个 PDF"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as pixels: RGB, row by row; `number` counts from 0."""

    number: int
    width: int
    height: int
    points: float  # its longer side, in points
    rgb: bytes


@dataclass(frozen=True, slots=True)
class Scan:
    """A PDF that nobody vouches for, whole in memory; it is read in a child alone."""

    content: bytes
    shown: str

    def gate(self) -> None:
        """Refuse at once what is too large or no PDF at all.

        Raises:
            InputError: in a sentence.

        """
        if not self.content:
            raise refusal(self.shown, "是空的")
        if len(self.content) > MOST_BYTES:
            said = f"有 {len(self.content) / 1e6:.0f} MB，超过 {MOST_BYTES / 1e6:.0f} MB"
            raise refusal(self.shown, said, "请改用 300 dpi 扫描，或分成几个批次办理")
        if b"%PDF-" not in self.content[:1024]:
            raise refusal(self.shown, "不是 PDF")

    def count(self) -> int:
        """Count its pages.

        Raises:
            InputError: it cannot be read, or it killed the child.

        """
        return int(self._asked({"render": [0, 0]})[0][1])

    def pictures(self) -> Iterator[Picture]:
        """Yield each page, some rendered at a time.

        Raises:
            InputError: it cannot be read, or it killed the child.

        """
        first, total = 0, 1
        while first < total:
            (_, total), *pages = self._asked({"render": [first, first + SHARE]})
            for page in pages:
                yield Picture(*page[1:])
            first += SHARE

    def parts(self, parts: Sequence[Sequence[tuple[int, int]]]) -> list[bytes]:
        """Cut it: each part is a PDF of pages (number, degrees that it is turned by).

        Raises:
            InputError: it cannot be cut.

        """
        return [piece[2] for piece in self._asked({"parts": parts})]

    def _asked(self, what: dict[str, Any]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        try:
            READER.ask(self.content, json.dumps(what), self.shown, found.append)
        except InputError as error:
            if error.findings:  # the child's death: said for workbooks there
                words = error.findings[0].message.replace("这个文件", "它")
                raise refusal(self.shown, words) from None
            raise refusal(self.shown, error.message) from None
        return found


def refusal(shown: str, said: str, advice: str = _AGAIN) -> InputError:
    """Say that a scan cannot be used, and why."""
    found = Finding(Level.ERROR, "scan.file", Place(shown), said, advice)
    return InputError(f"扫描件 {shown} 不能用", findings=[found])
