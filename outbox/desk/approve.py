"""Record exactly this content as signed, by whom, on what evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from merge.letter import CORRECTS, check_code
from outbox.desk import agreement, alterations, consents, persons, sender, traces
from outbox.desk import basis as bases
from outbox.desk import folder as folders
from outbox.desk.choosing import pick
from outbox.desk.outcome import Outcome
from outbox.ledger.fate import called_back
from outbox.ledger.states import BatchState
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from merge.manifest import Manifest
    from outbox.desk.basis import Basis
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo, Review
    from outbox.workspace import Workspace


def approve(
    workspace: Workspace,
    words: str | None,
    *,
    by: str,
    basis: str,
    at: datetime,
    no_review: bool = False,
) -> Outcome:
    """Sign a draft: the digest is computed again from the files that lie there.

    Raises:
        InputError: the signer is not on the list, or is the typist where two are required; the
            content was not 送签 as it is; the files differ from what was recorded; the evidence is
            no such file, or agrees to another content.
        UsageError: no such batch, or the evidence is not one that is understood.

    """
    signer = persons.signer(workspace, by)
    typist = persons.typist(workspace)
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words, (BatchState.DRAFT,))
        _signable(batch)
        folder = workspace.outbox / batch.folder
        manifest = ledger.manifest(batch.name)
        review = None if no_review else _reviewed(workspace, ledger, batch, manifest)
        _whole(workspace, ledger, batch, manifest, review)
        some = manifest.partial or CORRECTS in manifest.meta
        agreement.require(workspace, batch, at, partial=some)
        evidence = _evidence(workspace, ledger, batch, signer, basis)
        evidence.keep(folder)
        traces.keep(folder, manifest, ledger.key)
        signed = ledger.approve(
            batch.name,
            digest=manifest.digest,
            by=signer,
            basis=evidence.words,
            basis_sha256=evidence.sha256,
            typed_by=typist.login,
            at=at,
            evidence={
                "file": evidence.file,
                "sort": evidence.sort,
                "note": evidence.note,
                "typist": typist.name,
                "two": int(workspace.config.approve.two_persons),
                "review": review.code if review else "",
            },
        )
    shown = at.astimezone(workspace.zone)
    lines = [
        f"已签发 {batch.name}：签发人 {signer}，依据 {evidence.words}，"
        f"核对码 {check_code(manifest.digest)}，{shown:%Y年%m月%d日 %H:%M}，录入 {typist.shown}",
        f"签发的是：{batch.documents} 份文件，{batch.letters} 封信，略去 {batch.skipped} 项"
        + ("，其中有未选的单位没有做" if manifest.partial else ""),
        *([f"依据：{evidence.note}"] if evidence.note else []),
        *([_unlisted()] if not workspace.config.approve.approvers else []),
        *(["说明：没有送签（--no-review），登记簿上会写明"] if review is None else []),
        f"下一步：fawen send {batch.name}（先看试算），再 fawen send {batch.name} --go",
    ]
    return Outcome(
        tuple(lines),
        {
            "batch": signed.name,
            "digest": manifest.digest,
            "code": check_code(manifest.digest),
            "by": signer,
            "basis": evidence.words,
            "basis_sha256": evidence.sha256,
            "typed_by": typist.login,
            "reviewed": review is not None,
            "at": shown.isoformat(timespec="seconds"),
        },
    )


def _unlisted() -> str:
    return "说明：fawen.toml 没有列出签发人（[approve] approvers），任何姓名都会被接受"


def _signable(batch: BatchInfo) -> None:
    if batch.sample:
        raise InputError(f"批次「{batch.name}」是样张，不能签发", "请去掉 --limit 重新合并")
    if batch.state is BatchState.CANCELLED:
        raise InputError(f"批次「{batch.name}」已经撤销，没有签发", called_back(batch))
    if batch.state is not BatchState.DRAFT:
        advice = "用 fawen batches 看现在等着签发的是哪一个"
        if batch.state in {BatchState.APPROVED, BatchState.SENDING}:
            advice = f"接着发：fawen send {batch.name} --go"
        raise InputError(f"批次「{batch.name}」{batch.state.word}，不能再签发", advice)


def _reviewed(workspace: Workspace, ledger: Ledger, batch: BatchInfo, manifest: Manifest) -> Review:
    """Return the 送签 of this very content.

    Raises:
        InputError: there was none, or what was 送签 was another content; then it says what changed.

    """
    review = ledger.review(batch.name)
    code = check_code(manifest.digest)
    if review is not None and review.digest == manifest.digest:
        return review
    advice = f"请先 fawen review {batch.name} -o 送签.pdf，给领导看过再登记"
    again = advice.replace("请先", "请重新")
    if review is not None:
        raise InputError(
            f"送签时的核对码是 {review.code}，现在是 {code}，没有签发",
            again,
        )
    earlier = _earlier(ledger, batch)
    if earlier is None:
        raise InputError(
            f"批次「{batch.name}」还没有送签，没有签发",
            f"{advice}；不送签也要登记的，加 --no-review，登记簿上会写明",
        )
    old, shown = earlier
    found = alterations.between(
        ledger.manifest(old.name),
        workspace.outbox / old.folder,
        manifest,
        workspace.outbox / batch.folder,
        batch.name,
    )
    raise InputError(
        f"送签后内容有变{alterations.summary(found)}，没有签发，请重新送签",
        f"送签的是 {shown.code}（批次 {old.name}），现在是 {code}：{again}",
        found,
    )


def _earlier(ledger: Ledger, batch: BatchInfo) -> tuple[BatchInfo, Review] | None:
    """Find the last 送签 of another content of the same job."""
    others = [one for one in ledger.batches() if one.job == batch.job and one.name != batch.name]
    seen = [(one, review) for one in others if (review := ledger.review(one.name)) is not None]
    return max(seen, key=lambda pair: pair[1].at, default=None)


def _whole(
    workspace: Workspace,
    ledger: Ledger,
    batch: BatchInfo,
    manifest: Manifest,
    review: Review | None,
) -> None:
    """Refuse files that are not those of the manifest, and letters that no mailbox takes."""
    altered = folders.altered(workspace.outbox / batch.folder, manifest, ledger.key)
    if altered:
        when = "送签后内容有变" if review else "文件与登记的不一致"
        raise InputError(
            f"{when}{alterations.summary(altered)}，没有签发", "请重新 merge 并重新送签", altered
        )
    large = sender.too_large(workspace, manifest)
    if large:
        raise InputError("有的信太大，邮箱发不出去，没有签发", findings=large)


def _evidence(
    workspace: Workspace, ledger: Ledger, batch: BatchInfo, signer: str, words: str
) -> Basis:
    """Understand what the signature rests on.

    Raises:
        UsageError: it is not understood.
        InputError: it is no such file, or speaks of another content.

    """
    number = consents.named(words)
    if number is not None:
        return consents.from_mailbox(workspace, ledger, batch, signer, number)
    spoken = bases.spoken(words)
    if spoken:
        return spoken
    path = Path(words.strip())
    if _is_file(path) and words.strip():
        found = bases.from_file(path)
        if found.sort == bases.MAIL:
            note = consents.from_file(workspace, batch, signer, found.content)
            return replace(found, note=note)
        return found
    if path.suffix or "/" in words or "\\" in words:
        raise UsageError(f"找不到作为依据的文件「{words[:80]}」", "请检查路径和文件名")
    raise UsageError(
        f"看不懂依据「{words[:80]}」",
        "写一个文件（扫描件、照片、邮件）、邮件（collect 收到的回信）、当面，或 OA:编号",
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
