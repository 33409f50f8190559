"""更正: what a job that corrects another one says of it, and what has changed between the two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from merge.letter import CORRECTS
from rosters.dates import PartialDate
from rosters.finding import Finding, Level
from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from merge.elements import Element
    from merge.job import Job
    from templates.reads import Use

NOTE = "更正说明"  # the 要素 that says 以此件为准, and what has changed
TAG = f"{{{{ {NOTE} }}}}"
HOLE = "（请在这里写明改了什么）"
MARK = "【更正】"
# A time such as 16:00 is one word: its colon ends no clause.
_TOKENS = later(r"\{\{.*?\}\}|\{%.*?%\}|\d+(?:[:：.,]\d+)+|.", re.DOTALL)
_ENDS = frozenset("，。；：、！？,;:\n")
_LONGEST = 60  # tokens of a passage that is quoted
_NUMBER = "发文字号"
_OWN = frozenset({CORRECTS, NOTE, _NUMBER})
_STATEMENT = later(r"\{%|【\s*仅")


def corrected(job: Job) -> str:
    """Name the batch that a job corrects; "" where it corrects none."""
    value = job.elements.get(CORRECTS, "")
    return value.strip() if isinstance(value, str) else ""


def unsaid(job: Job) -> Iterator[Finding]:
    """Find a correction that does not say what it corrects."""
    if not corrected(job):
        return
    note = job.elements.get(NOTE, "")
    if isinstance(note, str) and note.strip() and HOLE not in note:
        return
    advice = f"请把「{HOLE}」换成改动的内容；或改好正文，再运行一次 fawen correct，由系统比较填上"
    place = job.place(f"要素.{NOTE}")
    yield Finding(Level.ERROR, "job.correction", place, "还没有写明更正了什么", advice)


def unprinted(job: Job, uses: Iterable[Use], shown: Iterable[str]) -> Iterator[Finding]:
    """Find a correction whose documents do not say what is corrected; its letters always do.

    Args:
        job: the correction.
        uses: what its templates read.
        shown: what its templates are called.

    """
    if not corrected(job) or any(NOTE in text for text, _ in job.body.texts()):
        return
    if any(NOTE in (*use.path, use.name) for use in uses):
        return
    names = "」「".join(dict.fromkeys(shown))
    message = f"「{names}」里没有 {TAG}，文件上不会写明更正了什么，只有邮件里写"
    advice = (
        "要印在文件上的，请把模板另存一份，另起一段写上这个标签，再把这份发文单的「文种」改成它；"
        "改了模板的，也请把改动写进这一行"
    )
    place = job.place(f"要素.{NOTE}")
    yield Finding(Level.WARNING, "job.correction", place, message, advice)


def statement(number: str, title: str, found: Sequence[str]) -> str:
    """Say what is corrected, that this one counts, and what has changed."""
    what = f"{number}《{''.join(title.split())}》"
    listed = "；".join(f"（{n}）{one}" for n, one in enumerate(found, 1)) if len(found) > 1 else ""
    said = listed or "".join(found) or HOLE
    return f"更正：此前印发的{what}有误，请以此件为准，原件作废。更正内容：{said}。"


def changes(old: Job, new: Job) -> list[str]:
    """List what differs between two jobs in the words of the office: values, then the text."""
    found = []
    for key in dict.fromkeys((*old.elements, *new.elements)):
        before, after = _said(old.elements.get(key)), _said(new.elements.get(key))
        if key not in _OWN and before != after:
            found.append(_passage(before, after, key))
    found += _texts(_body(old), _body(new))
    if [one.model_dump() for one in old.entries] != [one.model_dump() for one in new.entries]:
        found.append("发文范围有调整")
    if old.letter.attachments != new.letter.attachments:
        found.append(f"随信附件改为{'、'.join(new.letter.attachments) or '没有'}")
    return found


def _body(job: Job) -> list[str]:
    return [text.strip() for text, _ in job.body.texts() if text.strip() and NOTE not in text]


def _said(value: Element | None) -> str:
    if value is None:
        return ""
    if isinstance(value, PartialDate):
        parts = zip((value.year, value.month, value.day), "年月日", strict=True)
        return "".join(f"{part}{unit}" for part, unit in parts if part)
    if isinstance(value, str):
        return value.strip()
    return "；".join(_strings(value))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        for one in value:
            yield from _strings(one)
    else:
        yield str(value)


def _texts(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Compare paragraphs; what has moved, come or gone is said at its place."""
    import difflib

    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for what, begin, end, start, stop in matcher.get_opcodes():
        if what == "equal":
            continue
        pairs = min(end - begin, stop - start)
        for n in range(pairs):
            yield _passage(old[begin + n], new[start + n], f"正文第{begin + n + 1}段")
        for n in range(begin + pairs, end):
            yield _passage(old[n], "", f"正文第{n + 1}段")
        for n in range(start + pairs, stop):
            yield _passage(
                "", new[n], f"正文第{begin + pairs}段后" if begin + pairs else "正文开头"
            )


def _passage(old: str, new: str, where: str) -> str:
    """Say how a text has changed, no more of it than the clause that differs."""
    if _STATEMENT.search(old + new):
        return f"{where}有改动"
    if not old or not new:
        return f"{where}删去“{_cut(_TOKENS.findall(old))}”" if old else (
            f"{where}增加“{_cut(_TOKENS.findall(new))}”"
        )  # fmt: skip
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    while head and before[head - 1] not in _ENDS:
        head -= 1
    while tail and before[-tail] not in _ENDS:
        tail -= 1
    ends = (one[head : len(one) - tail] for one in (before, after))
    was, now = (_cut(one) for one in ends)
    if not was:
        return f"{where}增加“{now}”"
    return f"{where}“{was}”改为“{now}”" if now else f"{where}删去“{was}”"


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _cut(tokens: Iterable[str]) -> str:
    listed = list(tokens)
    text = "".join(listed[:_LONGEST]).strip("".join(_ENDS))
    return f"{text}……" if len(listed) > _LONGEST else text
