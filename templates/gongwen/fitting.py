"""What a built template asks for each document: lines, sizes and indents that follow its values.

Filters like any other, made of pure arithmetic: `solve` is asked, its answers are handed over as
texts and whole numbers, or as rows of them. `solve` is loaded where something is to be solved: many
a template, and every check of one, needs the names of these filters alone.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

from templates.gongwen import layout
from templates.gongwen.organs import apart
from templates.gongwen.widths import width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from templates.gongwen.solve import Line, Mark, Signature

_CHAR = layout.CHAR.twips
_LINE = layout.PITCH.twips
_LEADING = 1.25  # a mark's line against its height: the baseline then lies one height below its top
_WIDE, _HALF = "\u3000", " "
_LABEL = "签发人："


def title_lines(title: Any, names: Sequence[Any] = ()) -> list[str]:  # noqa: ANN401
    """标题分行: the lines of a title; names are never broken."""
    return _titled(str(title), tuple(map(str, names)))


def mark_size(mark: Any) -> int:  # noqa: ANN401
    """标志字号: the height of a mark's characters, in half-points."""
    return _mark(str(mark)).size


def mark_scale(mark: Any) -> int:  # noqa: ANN401
    """标志缩放: their width against their height, in per cent."""
    return _mark(str(mark)).scale


def mark_line(mark: Any) -> int:  # noqa: ANN401
    """标志行高: the line that a mark stands on, in twips."""
    return round(_mark(str(mark)).size * 10 * _LEADING)


def mark_before(mark: Any, top: int = 0) -> int:  # noqa: ANN401
    """标志段前: what to leave above its line so that its ink begins `top` twips down."""
    return max(0, top - round(_mark(str(mark)).size * 10 * (1 - layout.EM_ABOVE)))


def mark_below(mark: Any, room: int = 0) -> int:  # noqa: ANN401
    """标志段后: what to leave below its line so that `room` twips lie below its characters."""
    size = _mark(str(mark)).size * 10
    return max(0, room - round(size * (_LEADING * (1 - layout.BASELINE) - layout.EM_BELOW)))


def sealed(organs: Any, date: Any) -> list[dict[str, object]]:  # noqa: ANN401
    """盖章署名: the lines of a signature under a seal: 文, 右 (twips), 前 (twips)."""
    return _rows(_sealed(apart(str(organs)), str(date))[0])


def sealed_date(organs: Any, date: Any) -> int:  # noqa: ANN401
    """盖章日期: the right indent of its date, in twips."""
    return _sealed(apart(str(organs)), str(date))[1]


def unsealed(organs: Any, date: Any) -> list[dict[str, object]]:  # noqa: ANN401
    """无章署名: the lines of a signature without a seal."""
    return _rows(_single(_unsealed(apart(str(organs)), str(date))))


def unsealed_date(organs: Any, date: Any) -> int:  # noqa: ANN401
    """无章日期: the right indent of its date, in twips."""
    return _unsealed(apart(str(organs)), str(date)).date.twips


def stamped(post: Any, date: Any) -> list[dict[str, object]]:  # noqa: ANN401
    """签章署名: the signer's post left of the stamp."""
    return _rows(_single(_stamped(str(post), str(date))))


def stamped_date(post: Any, date: Any) -> int:  # noqa: ANN401
    """签章日期: the right indent of the date below a stamp, in twips."""
    return _stamped(str(post), str(date)).date.twips


def seal_left(organs: Any, date: Any, across: int = 0) -> int:  # noqa: ANN401
    """印章左距: where a seal `across` EMU wide begins, from 版心's left, to stand over the date."""
    right = sealed_date(organs, date) + width(str(date)) * _CHAR / 2
    return round((layout.TEXT_WIDTH - right) * 635 - across / 2)


def signers(names: Any) -> list[dict[str, object]]:  # noqa: ANN401
    """签发人分行: 签 (the label, or its room), 名, and 末, true in the last line."""
    each = list(apart(str(names)))
    most = int(layout.SIGNERS_A_LINE.value)
    lines = [each[at : at + most] for at in range(0, len(each), most)] or [[""]]
    return [
        {
            "签": _WIDE * len(_LABEL) if number else _LABEL,
            "名": _WIDE.join(names),
            "末": number == len(lines) - 1,
        }
        for number, names in enumerate(lines)
    ]


def signers_at(names: Any) -> int:  # noqa: ANN401
    """签发人位置: where 签发人 begins, in twips, its widest line ending one 字 from the edge."""
    wide = max(width(f"{row['签']}{row['名']}") for row in signers(names))
    return layout.TEXT_WIDTH - round((wide + layout.SIGNER_INDENT.value) * _CHAR)


@lru_cache(maxsize=4096)
def _titled(title: str, names: tuple[str, ...]) -> list[str]:
    from templates.gongwen import solve

    words = frozenset(filter(None, (one.strip() for one in names)))
    return list(solve.title_lines(title, words)) or [""]


@lru_cache(maxsize=4096)
def _mark(text: str) -> Mark:
    from templates.gongwen import solve

    return solve.mark(text)


@lru_cache(maxsize=4096)
def _unsealed(organs: tuple[str, ...], date: str) -> Signature:
    from templates.gongwen import solve

    return solve.unsealed(organs or ("",), date)


@lru_cache(maxsize=4096)
def _sealed(organs: tuple[str, ...], date: str) -> tuple[tuple[tuple[str, int, int], ...], int]:
    """Return each line's text, right indent and room above it, and the date's right indent."""
    from templates.gongwen import solve

    if len(organs) < 2:  # noqa: PLR2004 - one organ, or none
        alone = solve.sealed(organs[0] if organs else "", date)
        return tuple(_single(alone)), alone.date.twips
    joint = solve.joint_sealed(organs, date)
    found: list[tuple[str, int, int]] = []
    for number, row in enumerate(joint.rows):
        room = (joint.blank_between if number else joint.blank_before) * _LINE
        for at, lines in enumerate(zip_longest(*row)):
            text, right = _beside([line for line in lines if line is not None])
            found.append((text, right, 0 if at else room))
    return tuple(found), joint.date.twips


def _stamped(post: str, date: str) -> Signature:
    from templates.gongwen import solve

    return solve.stamped(post, date)


def _single(signature: Signature) -> Iterator[tuple[str, int, int]]:
    room = signature.blank_before * _LINE
    for number, line in enumerate(signature.organ):
        yield line.text, line.twips, 0 if number else room


def _beside(organs: Sequence[Line]) -> tuple[str, int]:
    """Write organs of one row with blanks between: half a 字 is as near as blanks bring them."""
    text = organs[0].text
    for left, right in pairwise(organs):
        halves = max(1, round(2 * (left.right - right.right - width(right.text))))
        text += _WIDE * (halves // 2) + _HALF * (halves % 2) + right.text
    return text, organs[-1].twips


def _rows(lines: Iterable[tuple[str, int, int]]) -> list[dict[str, object]]:
    return [{"文": text, "右": right, "前": before} for text, right, before in lines]


FITTINGS: dict[str, Callable[..., Any]] = {
    "标题分行": title_lines,
    "标志字号": mark_size,
    "标志缩放": mark_scale,
    "标志行高": mark_line,
    "标志段前": mark_before,
    "标志段后": mark_below,
    "盖章署名": sealed,
    "盖章日期": sealed_date,
    "无章署名": unsealed,
    "无章日期": unsealed_date,
    "签章署名": stamped,
    "签章日期": stamped_date,
    "印章左距": seal_left,
    "签发人分行": signers,
    "签发人位置": signers_at,
}
# A loop over their lines prints the value itself.
LINES = frozenset({"标题分行", "盖章署名", "无章署名", "签章署名", "签发人分行", "分段"})
