"""The sample university, from rosters to the register, each step told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from outbox import workspace as workspaces
from outbox.desk import approve, check, new, preparation, report
from outbox.desk import merge as merging
from outbox.desk import rehearse as rehearsing
from outbox.desk import review as reviewing
from outbox.desk.outcome import Outcome
from rosters.finding import FawenError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime
    from pathlib import Path

    from outbox.desk.outcome import Progress
    from outbox.workspace import Workspace

UNIT = "中共示例大学委员会组织部"
ADDRESS = "zzb@sldx.example"
SENDER = "示例大学党委组织部"
SIGNER = "周明远"


@dataclass
class _Counts:
    steps: int = 0
    documents: int = 0
    letters: int = 0
    received: int = 0
    hash_mismatches: int = 0
    faults: list[str] = field(default_factory=list)  # of mails that came, or did not
    balanced: bool = True


def demo(
    folder: Path, *, now: Callable[[], datetime], tell: Callable[[str], None]
) -> Generator[Progress, None, Outcome]:
    """Lay a workspace and take each job through check, merge, review, rehearse, approve, report.

    Raises:
        InputError: the folder is not empty.

    """
    signers = f'["{SIGNER}"]'
    new.lay(folder, unit=UNIT, address=ADDRESS, sender=SENDER, approvers=signers, jobs=new.core())
    workspace = workspaces.find(folder)
    counts = _Counts()
    _tell(tell, counts, f"建好工作区 {workspace.root}：示例大学，名册一本，作业三个")
    checked = check.check(workspace.root, ())
    if checked.status:
        raise FawenError("示例名册没有通过检查", "这不应发生，请重新安装")
    _tell(tell, counts, f"检查名册、模板与作业：{checked.lines[-1]}")
    for path in workspace.all_jobs():
        yield from _job(workspace, path, counts, now=now, tell=tell)
    root = workspace.root
    lines = (
        "",
        *counts.faults,
        f"演示完成：{counts.documents} 份文件，{counts.letters} 封信，本机邮局收到 "
        f"{counts.received} 封，{'有不一致，见上' if counts.faults else '逐封核对无误'}，"
        f"账目{'相符' if counts.balanced else '不符'}。没有向任何真实邮箱发送。",
        f"文件：      {root / 'outbox'}/<批次>/<党组织>/",
        f"收到的邮件：{root / 'outbox'}/<批次>/演练/*.eml",
        f"送签：      {root}/送签-*.html",
        f"登记簿：    {root}/登记簿-*.xlsx",
    )
    good = counts.balanced and not counts.faults and counts.received == counts.letters
    return Outcome(
        lines,
        {
            "workspace": str(root),
            "steps": counts.steps,
            "documents": counts.documents,
            "letters": counts.letters,
            "received": counts.received,
            "balanced": counts.balanced,
            "hash_mismatches": counts.hash_mismatches,
        },
        status=0 if good else 3,
    )


def _job(
    workspace: Workspace,
    path: Path,
    counts: _Counts,
    *,
    now: Callable[[], datetime],
    tell: Callable[[str], None],
) -> Generator[Progress, None, None]:
    made = yield from merging.merged(workspace, path, preparation.Choice(), at=now())
    manifest = made.manifest
    texts = "、".join(one.text for one in manifest.numbers)
    numbers = f"，{texts}" if texts else ""
    _tell(tell, counts, f"合并作业「{path.stem}」：{len(manifest.documents)} 份文件，"
                        f"{len(manifest.letters)} 封信 → {manifest.batch}{numbers}")  # fmt: skip
    paper = workspace.root / f"送签-{path.stem}.html"
    asked = reviewing.Asked(paper, pictures=False)
    shown = yield from reviewing.review(workspace, manifest.batch, asked, at=now())
    _tell(tell, counts, f"送签「{path.stem}」：{paper.name}，核对码 {shown.object['code']}")
    heard = yield from rehearsing.rehearsed(workspace, manifest.batch, now=now)
    _tell(tell, counts, f"演练「{path.stem}」：经 SMTP 发出，本机邮局收到 {heard.mails} 封")
    approve.approve(workspace, manifest.batch, by=SIGNER, basis="当面", at=now())
    _tell(tell, counts, f"签发「{path.stem}」：签发人 {SIGNER}，依据 当面")
    register = workspace.root / f"登记簿-{path.stem}.xlsx"
    written = report.report(workspace, manifest.batch, register, at=now())
    _tell(tell, counts, f"登记「{path.stem}」：{register.name}")
    counts.documents += len(manifest.documents)
    counts.letters += len(manifest.letters)
    counts.received += heard.mails
    counts.hash_mismatches += heard.hash_mismatches
    counts.faults += heard.faults
    counts.balanced = counts.balanced and manifest.balanced and bool(written.object["balanced"])


def _tell(tell: Callable[[str], None], counts: _Counts, line: str) -> None:
    counts.steps += 1
    tell(f"[{counts.steps:>2}] {line}")
