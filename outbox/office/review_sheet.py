"""发文审批单: what the leader signs, row by row; the page and the paper set the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.letter import CORRECTS
from merge.title import on_one_line
from outbox.ledger.states import BatchState
from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.office.review import Review


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what stands beside it; `tall`: room for a hand to write; `wide`: its share."""

    label: str
    value: str = ""
    tall: bool = False
    wide: int = 2


def name(review: Review) -> str:
    """Name the sheet: 中共示例大学委员会组织部发文审批单."""
    return f"{review.unit}发文审批单"


def rows(review: Review) -> Sequence[tuple[Field, ...]]:
    """Return the rows above the code: what is to be issued, then the lines for handwriting."""
    manifest, batch = review.manifest, review.batch
    title = on_one_line(manifest.title, manifest.job)
    skipped = f"略去{len(manifest.skipped)}项" if manifest.skipped else "没有略去的"
    partial = "，其中有未选的单位没有做" if manifest.partial else ""
    kinds = "、".join(manifest.kinds)
    made = [
        (Field("标题", masked(title)),),
        (
            Field("文种", f"{kinds}（更正）" if CORRECTS in manifest.meta else kinds),
            Field("发文字号", manifest.number or "（无）", wide=3),
            Field("紧急程度", manifest.meta.get("紧急程度", "") or "—"),
        ),
        (Field("发往", review.addressees),),
        (Field("文件", review.copies),),
        (Field("信件", f"{len(manifest.letters)}封；{skipped}{partial}"),),
    ]
    if review.enclosures:
        made.append((Field("随信附件", masked("、".join(review.enclosures))),))
    drafted = f"{batch.recorded_by}　{review.drafted_at:%Y年%m月%d日}"
    return [
        *made,
        (Field("拟稿", drafted), Field("送签", f"{review.made_at:%Y年%m月%d日 %H:%M}")),
        (Field("审核", "", tall=True), Field("会签", "", tall=True)),
        (Field("签发", "", tall=True),),
    ]


def answer(review: Review) -> tuple[str, str]:
    """Say how to answer by mail, and with which words."""
    return "用邮件答复的，只需回一行：", f"同意 {review.code}"


def fine_print(review: Review) -> tuple[str, ...]:
    """Return the lines below the code."""
    said = [
        "核对码由全部收件单位、地址、主题、正文、附件和略去名单算出。签发以后其中任何一处有变，"
        "核对码即不同，签发作废，须重新送签。",
        f"批次 {review.batch.name}　　台账码 {review.head_code}",
    ]
    if review.only_changes and review.before:
        said.insert(0, f"本件只列与上次签发的批次 {review.before.batch.name} 相比有变化的内容。")
    if review.batch.state is not BatchState.DRAFT:
        said.insert(0, f"这一批次现在的状态是「{review.batch.state.word}」，本件供查阅。")
    return tuple(said)


def counted(review: Review) -> str:
    """Sum up what the leader should look at first: findings, skipped, changes."""
    errors = sum(one.level == "错误" for one in review.remarks)
    warnings = sum(one.level == "提醒" for one in review.remarks)
    parts = [
        f"检查：错误{errors}处、提醒{warnings}处",
        f"略去{len(review.manifest.skipped)}项",
    ]
    if review.before is not None:
        since = review.before.since
        parts.append(
            f"比上一批次：新增{len(since.added)}个单位、减少{len(since.removed)}个、"
            f"内容有变{since.changed}份"
        )
    return "；".join(parts)
