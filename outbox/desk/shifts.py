"""How far what is printed is moved: as the command line says it, else as the printer needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rosters.finding import UsageError

if TYPE_CHECKING:
    from outbox.settings import PrintPart

MOST = 30.0  # mm; beyond it a slip of the pen is likelier than a printer
_FORM = re.compile(r"([-+]?\d{1,3}(?:\.\d{1,2})?)\s*[,，]\s*([-+]?\d{1,3}(?:\.\d{1,2})?)")
_EXAMPLE = "例如 --shift 1.5,-2：向右 1.5 毫米、向上 2 毫米"


@dataclass(frozen=True, slots=True)
class Shift:
    """Millimetres to the right and down."""

    right: float = 0.0
    down: float = 0.0

    @property
    def said(self) -> str:
        """Say it to a clerk; "" where nothing moves."""
        across = f"向{'右' if self.right > 0 else '左'} {abs(self.right):g} 毫米"
        along = f"向{'下' if self.down > 0 else '上'} {abs(self.down):g} 毫米"
        moves = [said for said, by in ((across, self.right), (along, self.down)) if by]
        return f"内容{'、'.join(moves)}" if moves else ""


def shift(words: str, printer: str, settings: PrintPart) -> Shift:
    """Say how far to move: as the words say, else as the printer or all of them need it.

    Raises:
        UsageError: the words are no shift, or no printer has that name.

    """
    if words and printer:
        raise UsageError("--shift 和 --printer 只写一个", "两个都会移动内容")
    if printer and printer not in settings.printers:
        known = "、".join(settings.printers) or "（还没有）"
        raise UsageError(
            f"fawen.toml 的 [print] 里没有打印机「{printer}」", f"已有的：{known}；或直接写 --shift"
        )
    return _read(words or settings.printers.get(printer, settings.shift))


def _read(words: str) -> Shift:
    found = _FORM.fullmatch(words.strip())
    if not found:
        raise UsageError(f"移动的写法不对：「{words}」", _EXAMPLE)
    right, down = map(float, found.groups())
    if max(abs(right), abs(down)) > MOST:
        raise UsageError(f"移动「{words}」超过 {MOST:g} 毫米", f"单位是毫米，{_EXAMPLE}")
    return Shift(right, down)
