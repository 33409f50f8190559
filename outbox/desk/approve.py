"""Record exactly this content as signed, by whom, on what evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from merge.letter import check_code
from outbox.desk import folder as folders
from outbox.desk import sender
from outbox.desk.choosing import pick
from outbox.desk.outcome import Outcome
from outbox.ledger.states import BatchState
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.workspace import Workspace


def approve(
    workspace: Workspace, words: str | None, *, by: str, basis: str, at: datetime
) -> Outcome:
    """Sign a draft: the digest is computed again from the files that lie there.

    Raises:
        InputError: the signer is not on the list, or the files differ from what was recorded.
        UsageError: no such batch, or the evidence is not one that is understood.

    """
    signer = _signer(workspace, by)
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words, (BatchState.DRAFT,))
        folder = workspace.outbox / batch.folder
        manifest = ledger.manifest(batch.name)
        altered = folders.altered(folder, manifest)
        if altered:
            raise InputError("文件与登记的不一致，没有签发", "请重新 merge", altered)
        large = sender.too_large(workspace, manifest)
        if large:
            raise InputError("有的信太大，邮箱发不出去，没有签发", findings=large)
        evidence, sha256 = _evidence(folder, basis)
        signed = ledger.approve(
            batch.name,
            digest=manifest.digest,
            by=signer,
            basis=evidence,
            basis_sha256=sha256,
            typed_by=folders.who(),
            at=at,
        )
    shown = at.astimezone(workspace.zone)
    lines = [
        f"已签发 {batch.name}：签发人 {signer}，依据 {evidence}，"
        f"核对码 {check_code(manifest.digest)}，{shown:%Y年%m月%d日 %H:%M}",
        f"签发的是：{batch.documents} 份文件，{batch.letters} 封信，略去 {batch.skipped} 项"
        + ("，其中有未选的单位没有做" if manifest.partial else ""),
        f"下一步：fawen send {batch.name}（先看试算），再 fawen send {batch.name} --go",
    ]
    if not workspace.config.approve.approvers:
        lines.insert(
            1, "说明：fawen.toml 没有列出签发人（[approve] approvers），任何姓名都会被接受"
        )
    return Outcome(
        tuple(lines),
        {
            "batch": signed.name,
            "digest": manifest.digest,
            "code": check_code(manifest.digest),
            "by": signer,
            "basis": evidence,
            "at": shown.isoformat(timespec="seconds"),
        },
    )


def _signer(workspace: Workspace, by: str) -> str:
    signer = by.strip()
    if not signer:
        raise UsageError("--by 要写签发人的姓名")
    known = workspace.config.approve.approvers
    if known and signer not in known:
        raise InputError(f"「{signer}」不在 fawen.toml 的签发人名单里", f"名单：{'、'.join(known)}")
    return signer


def _evidence(folder: Path, basis: str) -> tuple[str, str]:
    words = basis.strip()
    if words == "当面" or (words.startswith(("OA:", "OA：")) and len(words) > len("OA:")):
        return words.replace("：", ":"), ""
    path = Path(words)
    try:
        found = bool(words) and path.is_file()
    except (OSError, ValueError):
        found = False
    if found:
        return path.name, folders.store_basis(folder, path)
    if path.suffix or "/" in words or "\\" in words:
        raise UsageError(f"找不到作为依据的文件「{basis[:80]}」", "请检查路径和文件名")
    raise UsageError(
        f"看不懂依据「{basis[:80]}」", "写一个文件（扫描件、照片、邮件）、当面，或 OA:编号"
    )
