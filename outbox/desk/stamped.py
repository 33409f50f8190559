"""One scan of all stamped papers: split, shown for confirmation, put in the place of the files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import files
from merge.letter import check_code
from outbox.desk import folder as folders
from outbox.desk import sender
from outbox.desk.boxes import pictured
from outbox.desk.choosing import pick
from outbox.desk.outcome import WAITING, Outcome, Progress, finding_lines, finding_object
from outbox.desk.pile import Pile
from outbox.ledger.stamps import Part, Stamped, issued
from outbox.ledger.states import BatchState
from outbox.office.scan import MOST_BYTES, Scan, refusal
from outbox.office.split import split
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime
    from pathlib import Path

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.office.split import Split
    from outbox.workspace import Workspace
    from rosters.finding import Finding

SHEET = "盖章件核对.html"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A scan that fits, and what would take the place of what: nothing is written yet."""

    batch: str
    folder: Path
    stamped: Stamped
    files: tuple[bytes, ...]
    code: str
    lines: tuple[str, ...]
    object: dict[str, object]


def propose(
    workspace: Workspace, words: str | None, scan: Path, *, at: datetime
) -> Generator[Progress, None, Proposal]:
    """Split a scan by the pages that were signed, and write the sheet of thumbnails.

    Raises:
        InputError: the scan cannot be used, or a page is missing, doubled or foreign; the sheet
            shows which, and nothing is replaced.
        UsageError: there is no such batch or file.
        UnavailableError: there is nothing here that makes PDFs to compare with.

    """
    source = _read(scan)
    source.gate()
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words, (BatchState.APPROVED,))
        _refuse(ledger, batch)
        manifest = ledger.manifest(batch.name)
    folder = workspace.outbox / batch.folder
    altered = folders.altered(folder, manifest)
    if altered:
        raise InputError("签发后内容有变，没有拆分", "请重新 merge 并重新送签", altered)
    pile = Pile(manifest, folder, workspace.outbox)
    papers = yield from pile.expected()
    work = split(papers, source)
    while True:
        try:
            yield Progress(*next(work))
        except StopIteration as end:
            found = end.value
            break
    findings = [*pile.findings(found, scan.name), *pictured(folder, pile.documents)]
    sha256 = hashlib.sha256(source.content).hexdigest()
    code = _code(manifest.digest, sha256, found.cuts()) if found.whole else ""
    sheet = folder / SHEET
    files.write(str(sheet), pile.sheet(found, findings, scan.name, code).encode())
    if not found.whole:
        raise InputError(
            "扫描件和签发的文件对不上，什么也没有换", f"缩略图见 {sheet}{_hint(found)}", findings
        )
    made = source.parts(found.cuts())
    stamped = Stamped(manifest.digest, sha256, scan.name, found.pages, pile.parts(found, made))
    large = sender.too_large(workspace, issued(manifest, stamped))
    if large:
        raise InputError("换上盖章件后有的信太大，什么也没有换", "请用 150–200 dpi 重新扫描", large)
    lines = _lines(batch, stamped, findings, sheet)
    told = {
        "batch": batch.name,
        "digest": manifest.digest,
        "code": code,
        "sheet": str(sheet),
        "pages": found.pages,
        "blank": [one + 1 for one in found.blank],
        "turned": [one + 1 for one, turn in enumerate(found.turns) if turn],
        "moved": [one + 1 for one in found.sorted.moved],
        "doubtful": [one + 1 for one in found.sorted.doubtful],
        "proposed": pile.told(found),
        "findings": [finding_object(one) for one in findings],
    }
    return Proposal(batch.name, folder, stamped, tuple(made), code, lines, told)


def accept(workspace: Workspace, proposal: Proposal, code: str, *, at: datetime) -> Outcome:
    """Put the parts in place if a person confirms by the code that stands on the sheet.

    Raises:
        InputError: the code is another, or the batch has moved on.

    """
    if not code:
        return waiting(proposal)
    if code.strip().upper() != proposal.code:
        raise InputError(
            f"核对码不对：这次拆分的是 {proposal.code}", "请看过缩略图，再用上面的核对码确认"
        )
    with folders.opened(workspace, at) as ledger:  # parts that have left are not written over
        _refuse(ledger, ledger.batch(proposal.batch))
    for part, data in zip(proposal.stamped.parts, proposal.files, strict=True):
        target = proposal.folder / part.path
        files.make(target.parent)
        files.write(str(target), data)
    files.settled({(proposal.folder / part.path).parent for part in proposal.stamped.parts})
    with folders.opened(workspace, at) as ledger:
        ledger.stamp(proposal.batch, proposal.stamped, at, folders.who())
    parts = proposal.stamped.parts
    return Outcome(
        (
            f"已换上盖章件：{len(parts)} 份，{proposal.stamped.pages} 页的扫描件，"
            f"由 {folders.who()} 确认，签发的核对码 {check_code(proposal.stamped.digest)}",
            f"下一步：fawen send {proposal.batch}（先看试算），再 fawen send {proposal.batch} --go",
        ),
        {**proposal.object, "confirmed": True, "parts": [_part(one) for one in parts]},
    )


def waiting(proposal: Proposal) -> Outcome:
    """Say that nothing was replaced, and how to confirm."""
    hint = f"还没有换。逐份看过缩略图、都对，再运行一次，末尾加 --confirm {proposal.code}"
    told = {**proposal.object, "confirmed": False, "parts": []}
    return Outcome((*proposal.lines, hint), told, status=WAITING)


def declined(proposal: Proposal) -> Outcome:
    """Say that a person looked and did not confirm."""
    told = {**proposal.object, "confirmed": False, "parts": []}
    return Outcome(("没有换。请补好、重新扫描后再运行一次",), told, status=WAITING)


def _read(scan: Path) -> Scan:
    try:
        if scan.stat().st_size > MOST_BYTES:
            said = f"超过 {MOST_BYTES // 2**20} MB"
            raise refusal(scan.name, said, "请改用 150–200 dpi 重新扫描")
        return Scan(scan.read_bytes(), scan.name)
    except FileNotFoundError as error:
        raise UsageError(f"找不到扫描件「{scan}」", "请检查路径和文件名") from error
    except IsADirectoryError as error:
        raise UsageError(f"「{scan}」是文件夹", "请写扫描成的那一个 PDF") from error


def _refuse(ledger: Ledger, batch: BatchInfo) -> None:
    if batch.state is BatchState.DRAFT:
        raise InputError(
            f"批次「{batch.name}」还没有签发", f"先 fawen approve {batch.name}，再打印、盖章、扫描"
        )
    started = any(one.attempts or one.message_id for one in ledger.letters(batch.name))
    if batch.state is not BatchState.APPROVED or started:
        raise InputError(
            f"批次「{batch.name}」的状态是「{batch.state.word}」，不能再换盖章件",
            "盖章件要在签发之后、发送之前换上",
        )


def _code(digest: str, scan: str, cuts: Sequence[Sequence[tuple[int, int]]]) -> str:
    """Make the code that confirms just this split of just this scan."""
    return check_code(hashlib.sha256(json.dumps([digest, scan, cuts]).encode()).hexdigest())


def _hint(found: Split) -> str:
    """Say what may be the cause where nearly nothing fits."""
    own = found.sorted
    if len(own.missing) * 2 < len(own.place) or len(own.strangers) * 2 < found.pages:
        return ""
    return "；大多数页都不像：也许不是这一批，或不是在这台电脑上转成的 PDF 打印的"


def _lines(
    batch: BatchInfo, stamped: Stamped, findings: Sequence[Finding], sheet: Path
) -> tuple[str, ...]:
    pages = sum(part.pages for part in stamped.parts)
    return (
        *finding_lines(findings),
        f"批次 {batch.name}：扫描件 {stamped.pages} 页，拆成 {len(stamped.parts)} 份共 {pages} 页，"
        "每份的页数都与签发的相同",
        f"缩略图在 {sheet}，请用浏览器打开，逐份对照",
    )


def _part(part: Part) -> dict[str, object]:
    return {
        "signed": part.signed,
        "name": part.name,
        "path": part.path,
        "sha256": part.sha256,
        "size": part.size,
        "pages": part.pages,
    }
