"""What 送签 says behind the 审批单, as blocks: the page and the paper set the same ones.

Lists are masked (ID numbers, phones) but for addresses, which stand as they will be written to;
documents and the mail stand as they are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from merge.letter import called, check_code
from outbox.office import review_standing
from outbox.office.review import COMPARED, PICTURED
from outbox.office.review_varying import MARKS, OWN
from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from merge.mandate import Standing
    from outbox.office.review import Compared, Review, Sample, Thumb
    from outbox.office.review_since import Since, Words
    from outbox.office.review_varying import Spot

_ACROSS = 4  # columns of values in one table
_FEW = 4  # values that are told with those who have each, rather than one by one
_CELL = 70  # characters of a value
_NARROW, _WIDE = 8, 36  # characters that a column is made for
_LONG = 400  # characters of a passage
_NAMED = 400  # skipped rows, findings, changed words that are listed one by one
_SOME = 6  # names in a narrow column
_DIGITS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 begins a section."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `tone` is "", note, warn or quote."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: each column with its share of the width; `rows` may be many and are read once."""

    head: tuple[tuple[str, int], ...]
    rows: Iterable[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Full:
    """A document in full."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class Gallery:
    """A contact sheet."""

    thumbs: tuple[Thumb, ...]


Block = Heading | Text | Table | Full | Gallery


def sections(review: Review) -> Iterator[Block]:
    """Yield everything behind the 审批单, section by section; the headings are numbered."""
    numbers = count()
    parts = [
        ("文件全文", _full(review)),
        ("随附邮件", _mail(review)),
        ("各单位不同之处", _differing(review)),
        ("与上一批次的不同", _since(review)),
        ("检查发现", _remarks(review)),
        ("略去未发", _skipped(review)),
        ("收件地址", _addresses(review)),
        ("首页一览", _gallery(review)),
    ]
    if review.only_changes:
        parts = [parts[3], parts[0], parts[4], parts[5], parts[6], parts[7]]
    if review.manifest.standing is not None:
        parts.insert(2, ("常设签发", _standing(review.manifest.standing)))
    for name, blocks in parts:
        yield Heading(f"{_DIGITS[next(numbers)]}、{name}")
        yield from blocks


def _full(review: Review) -> Iterator[Block]:
    samples = review.samples
    if not samples:
        yield Text("没有内容有变的文件。" if review.only_changes else "这一批次没有文件。", "note")
        return
    few = "每种文件各取一份" if len(samples) > 1 else "取其中一份"
    if review.only_changes:
        few = "内容有变的文件中取一份"
    yield Text(f"{few}，照发出的样子全文列出，一字未改。{review.unpictured}", "note")
    for one in samples:
        receiver = f"，发{one.receiver}" if one.receiver else "，随每封信发出"
        pages = f"，共{one.pages}页" if one.pages else ""
        yield Heading(f"{one.kind}（{one.title}{receiver}{pages}）", 2)
        yield Full(one)


def _mail(review: Review) -> Iterator[Block]:
    if not review.manifest.letters:
        yield Text("没有信件。", "note")
        return
    letter = review.manifest.letters[0]
    yield Text(f"发给{letter.name}的一封，照发出的样子。", "note")
    rows = [("收件", "；".join(letter.to)), ("抄送", "；".join(letter.cc) or "—")]
    rows += [("主题", letter.subject)]
    rows += [("附件", "、".join(part.name for part in letter.attachments) or "—")]
    yield Table((("", 12), ("", 88)), rows)
    for line in letter.body.splitlines():
        yield Text(line, "quote")


def _standing(standing: Standing) -> Iterator[Block]:
    yield Text(review_standing.NOTE, "warn")
    yield Table((("", 14), ("", 86)), review_standing.terms(standing))
    for step, subject, body in review_standing.texts(standing):
        yield Heading(f"催{step}的邮件", 2)
        yield Table((("", 14), ("", 86)), [("主题", subject)])
        for line in body.splitlines():
            yield Text(line, "quote")


def _differing(review: Review) -> Iterator[Block]:
    yield Text(f"以下由程序逐份比对文件得出，不是由模板推算；{OWN}处是各单位自己的名称。", "note")
    for one in review.compared:
        yield from _kind(one)
    if not review.compared:
        yield Text("只有一份文件、一封信，无从比对。")


def _kind(one: Compared) -> Iterator[Block]:
    names, spots = one.varying.names, one.varying.spots
    unit = "封" if one.kind == "邮件" else "份"
    yield Heading(f"{one.kind}：{one.total}{unit}，{len(spots)}处不同", 2)
    if one.total > len(names):
        yield Text(
            f"共{one.total}{unit}，均匀抽取{len(names)}{unit}比对（上限{COMPARED}）。", "warn"
        )
    if not spots:
        yield Text(f"除各单位自己的名称外，全文{one.varying.fixed}段（行）都相同。")
        return
    yield Text(f"相同的有{one.varying.fixed}段（行），不同的如下。")
    listed: list[tuple[str, Spot]] = []
    for spot in spots:
        groups = _groups(spot, names)
        if groups is None:
            listed.append((spot.place, spot))
            continue
        if spot.pattern:
            yield Text(f"【{spot.place}】{masked(_cut(spot.pattern, _LONG))}")
        else:
            yield Text(f"【{spot.place}】只有部分单位有，或写法不同：")
        rows = [
            (masked(_cut(said, _LONG)) or "（没有这一段）", str(len(who)), _several(who))
            for said, who in groups
        ]
        yield Table((("写法", 46), ("份数", 8), ("单位", 46)), rows)
    for place, spot in listed:
        if spot.pattern != MARKS[0]:
            yield Text(f"【{place}】{masked(_cut(spot.pattern, _LONG))}")
        else:
            yield Text(f"【{place}】行数、内容各不相同，下表列出首行和末行。")
    columns = [
        (
            f"{place} {MARKS[hole]}" if len(spot.values[0]) > 1 else place,
            [v[hole] for v in spot.values],
        )
        for place, spot in listed
        for hole in range(len(spot.values[0]))
    ]
    for at in range(0, len(columns), _ACROSS):
        some = columns[at : at + _ACROSS]
        shares = [max(_NARROW, min(_WIDE, max(map(len, values)))) for _, values in some]
        head = (
            ("单位（文件）", 22),
            *(
                (place, 78 * one // sum(shares))
                for (place, _), one in zip(some, shares, strict=True)
            ),
        )
        values_of: list[tuple[str, ...]] = [
            (masked(name), *(masked(_cut(values[row], _CELL)) or "（空）" for _, values in some))
            for row, name in enumerate(names)
        ]
        yield Table(head, values_of)


def _groups(spot: Spot, names: Sequence[str]) -> list[tuple[str, Sequence[str]]] | None:
    """Return the texts of a spot with those who have each; None where there are too many."""
    if spot.variants:
        return list(spot.variants)
    having: dict[tuple[str, ...], list[str]] = {}
    for values, name in zip(spot.values, names, strict=True):
        having.setdefault(values, []).append(name)
    if len(having) > _FEW or len(having) == len(names):
        return None
    return [(_marked(values), who) for values, who in having.items()]


def _marked(values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return values[0] or "（空）"
    return "；".join(f"{MARKS[at]} {one or '（空）'}" for at, one in enumerate(values))


def _several(who: Sequence[str], most: int = 30) -> str:
    """Name some, as many as a leader reads; the number stands beside."""
    said = masked("、".join(who[:most]))
    return f"{said} 等" if len(who) > most else said


def _since(review: Review) -> Iterator[Block]:
    if review.before is None:
        yield Text("这个作业此前没有批次，没有可比的。")
        return
    other, since = review.before.batch, review.before.since
    signed = f"，{other.approved_by}签发" if other.approved_by else ""
    yield Text(
        f"与批次 {other.name} 相比（{other.state.word}{signed}，"
        f"核对码 {check_code(other.digest)}）。",
        "note",
    )
    if since.nothing:
        yield Text("内容、单位、地址全都没有变。")
        return
    yield from _lists(since)
    yield from _words(since, len(review.manifest.letters))


def _lists(since: Since) -> Iterator[Block]:
    for what, before, after in since.head:
        yield Text(f"{what}：原为「{masked(before) or '无'}」，现为「{masked(after) or '无'}」")
    for word, names in (
        ("新增单位", since.added),
        ("不再发的单位", since.removed),
        ("新增文件", since.made),
        ("不再有的文件", since.gone),
        ("本次略去、上次没有略去的", since.skipped),
        ("上次略去、本次不再略去的", since.unskipped),
        ("随信附件", since.files),
    ):
        if names:
            yield Text(f"{word}（{len(names)}）：{_several(names)}")
    if since.addresses:
        yield Text(f"名称、地址有变（{len(since.addresses)}）：")
        yield Table((("单位", 30), ("原来", 35), ("现在", 35)), since.addresses[:_NAMED])
        yield from _rest(len(since.addresses))


def _words(since: Since, total: int) -> Iterator[Block]:
    if since.changed:
        unread = f"，其中{since.unread}份只比了指纹" if since.unread else ""
        yield Text(f"内容有变的文件{since.changed}份{unread}。")
    if since.words:
        yield Table(
            (("位置", 14), ("原来", 32), ("现在", 32), ("单位", 22)),
            (_word(one, total) for one in since.words[:_NAMED]),
        )
        yield from _rest(len(since.words))


def _word(one: Words, total: int) -> tuple[str, ...]:
    count = len(one.who)
    who = one.who[0] if count == 1 else f"{count}个：{_several(one.who, _SOME)}"
    if count >= total > 1:
        who = f"全部{total}个单位"
    said = [masked(_cut(text, _LONG)) or "（没有）" for text in (one.before, one.after)]
    return (_cut(one.place, _CELL), *said, masked(who))


def _rest(total: int) -> Iterator[Block]:
    if total > _NAMED:
        yield Text(f"以上列出{_NAMED}条，还有{total - _NAMED}条没有列出。", "warn")


def _remarks(review: Review) -> Iterator[Block]:
    if not review.inspected:
        yield Text("合并时的检查结果没有留存，重新合并即可补上。", "warn")
    if not review.remarks:
        yield Text("没有发现问题。" if review.inspected else "其他没有发现问题。")
        return
    counts = Counter(one.level for one in review.remarks)
    yield Text("，".join(f"{level}{number}处" for level, number in counts.items()) + "。")
    rows = ((one.level, masked(one.where), masked(one.said)) for one in review.remarks[:_NAMED])
    yield Table((("级别", 9), ("位置", 31), ("内容", 60)), rows)
    yield from _rest(len(review.remarks))


def _skipped(review: Review) -> Iterator[Block]:
    skipped = review.manifest.skipped
    if not skipped:
        yield Text("没有略去的。范围内的都做了，都发。")
        return
    for reason, number in Counter(one.reason for one in skipped).most_common():
        yield Text(f"{masked(reason)}：{number}项")
    rows = (
        (masked(one.name or one.key), masked(one.row), masked(one.reason))
        for one in skipped[:_NAMED]
    )
    yield Table((("略去的", 30), ("名册里的位置", 30), ("为什么", 40)), rows)
    yield from _rest(len(skipped))


def _addresses(review: Review) -> Iterator[Block]:
    letters = review.letters
    if not letters:
        yield Text("没有要列的地址。", "note")
        return
    which = "新增或有变的" if review.only_changes else "全部"
    yield Text(f"{which}{len(letters)}封，照信封上的写法。", "note")
    yield Table(
        (("序号", 7), ("单位", 26), ("收件地址", 31), ("抄送", 14), ("邮件主题", 22)),
        (
            (
                str(number),
                called(letter.name, letter.organisation),
                "；".join(letter.to),
                "；".join(letter.cc) or "—",
                masked(letter.subject),
            )
            for number, letter in enumerate(letters, 1)
        ),
    )


def _gallery(review: Review) -> Iterator[Block]:
    total = len(review.manifest.documents)
    if not review.thumbs:
        yield Text(review.unpictured or "没有可列的首页。", "note")
        return
    shown = len(review.thumbs)
    if review.only_changes:
        yield Text(f"内容有变或新增的{shown}份。", "note")
    elif shown < total:
        yield Text(f"共{total}份，均匀抽取{shown}份（上限{PICTURED}）。", "warn")
    else:
        yield Text(f"全部{total}份的首页。", "note")
    yield Gallery(review.thumbs)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}……（共{len(text)}字）"
