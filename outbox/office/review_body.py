"""What 送签 says behind the 审批单, as blocks: the page and the paper set the same ones.

Lists are masked (ID numbers, phones) but for addresses, which stand as they will be written to;
documents and the mail stand as they are.
"""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

from merge.letter import called, check_code
from outbox.office import review_standing
from outbox.office.review import PICTURED
from outbox.office.review_blocks import Full, Gallery, Heading, Table, Text, cut, several
from outbox.office.review_differing import differing
from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.mandate import Standing
    from outbox.office.review import Review
    from outbox.office.review_blocks import Block
    from outbox.office.review_since import Since, Words

_CELL = 70  # characters of a place
_LONG = 400  # characters of a passage
_NAMED = 400  # skipped rows, findings, changed words that are listed one by one
_SOME = 6  # names in a narrow column
_DIGITS = "一二三四五六七八九十"


def sections(review: Review) -> Iterator[Block]:
    """Yield everything behind the 审批单, section by section; the headings are numbered."""
    numbers = count()
    parts = [
        ("文件全文", _full(review)),
        ("随附邮件", _mail(review)),
        ("各单位不同之处", differing(review)),
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
            yield Text(f"{word}（{len(names)}）：{several(names)}")
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
    who = one.who[0] if count == 1 else f"{count}个：{several(one.who, _SOME)}"
    if count >= total > 1:
        who = f"全部{total}个单位"
    said = [masked(cut(text, _LONG)) or "（没有）" for text in (one.before, one.after)]
    return (cut(one.place, _CELL), *said, masked(who))


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
