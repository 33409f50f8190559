"""Which batch is meant: named, by its 发文字号, or the only one that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.letter import check_code
from outbox.ledger.states import BatchState
from rosters.finding import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from outbox.ledger.recorder import Recorder
    from outbox.ledger.values import BatchInfo

OPEN = (BatchState.DRAFT, BatchState.APPROVED, BatchState.SENDING, BatchState.HALTED)

_NUMBERS = 3  # of the newest are named where a number is unknown
_LIST = "用 fawen batches 看有哪些"


def pick(
    ledger: Recorder, words: str | None, states: Collection[BatchState] = tuple(BatchState)
) -> BatchInfo:
    """Return the batch that the words mean; without words, the only open one in these states.

    Raises:
        UsageError: none fits, or several do.

    """
    known = ledger.batches()
    if words is None:
        fitting = [one for one in known if _fits(one, states)]
        if not fitting:
            raise UsageError(*_why_none(known, states))
        return _only(fitting, "有几个批次等着办")
    exact = [one for one in known if one.name == words]
    if exact:
        return exact[0]
    near = [one for one in known if means(one, words)]
    near = [one for one in near if one.job == words] or near  # 表彰 is not 表彰通报
    if len(near) > 1:  # others have to be called by their names
        near = [one for one in near if _meant_first(one, words)] or near
    if not near:
        from templates.nearest import advice

        lasting = [one for one in known if one.state is not BatchState.SUPERSEDED]
        numbers = dict.fromkeys(one.number for one in lasting if one.number and not one.sample)
        if words.endswith("号") and numbers:  # of numbers none is like another
            latest_ones = "、".join(list(numbers)[-_NUMBERS:])
            raise UsageError(f"没有批次「{words}」", f"最近的字号是 {latest_ones}，{_LIST}")
        names = [one.name for one in lasting]
        raise UsageError(f"没有批次「{words}」", advice(words, names, otherwise=_LIST))
    return _only(near, f"「{words}」不止一个批次")


def latest(ledger: Recorder, words: str | None) -> BatchInfo:
    """Return the batch that the words mean; without words the open one, else the newest.

    Raises:
        UsageError: none fits, or several do.

    """
    whole = [one for one in ledger.batches() if not one.sample]
    lasting = [one for one in whole if one.state is not BatchState.SUPERSEDED]
    if words is None and lasting and not any(one.state in OPEN for one in lasting):
        return lasting[-1]
    return pick(ledger, words)


def _fits(batch: BatchInfo, states: Collection[BatchState]) -> bool:
    return not batch.sample and batch.state in states and batch.state in OPEN


def _why_none(known: Sequence[BatchInfo], states: Collection[BatchState]) -> tuple[str, str]:
    """Say what is in the way of the newest batch, and what to do."""
    whole = [one for one in known if not one.sample]
    if not known:
        return "还没有批次", "先用 fawen merge 合并一个作业"
    if not whole:
        newest = known[-1]
        advice = f"看过之后，用 fawen merge {newest.job} 合并全部，再签发、发送"
        return f"只有样张 {newest.name}，样张只供查看，不能签发和发送", advice
    newest = whole[-1]
    if newest.state is BatchState.DRAFT and BatchState.DRAFT not in states:
        advice = "先用 fawen review 送签，领导签批后用 fawen approve 登记"
        return f"批次 {newest.name} 还没有签发", advice
    return f"没有等着办的批次：{newest.name} 的状态是「{newest.state.word}」", _LIST


def _meant_first(batch: BatchInfo, words: str) -> bool:
    """Set aside samples, drafts that were overtaken, and a number whose draft was called back."""
    if batch.sample or batch.state is BatchState.SUPERSEDED:
        return False
    freed = batch.state is BatchState.CANCELLED and not batch.approved_by
    return not (freed and batch.number.endswith(words))


def means(batch: BatchInfo, words: str) -> bool:
    """Tell whether `12号`, `示大组〔2026〕12号`, `3F9A-21C0` or a beginning mean the batch."""
    if words.upper() == check_code(batch.digest):
        return True
    if batch.number and (batch.number == words or batch.number.endswith(f"〕{words}")):
        return True
    return batch.name.startswith(words)


def _only(found: Sequence[BatchInfo], several: str) -> BatchInfo:
    if len(found) > 1:
        named = "、".join(f"{one.name}（{one.state.word}）" for one in found)
        raise UsageError(several, f"请写全名字再试：{named}")
    return found[0]
