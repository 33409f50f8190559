"""A ledger that has lived, with its workspace and what the machine remembers: for audits."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bureau import JOB, bureau, fawen

from outbox import workspace as workspaces
from outbox.desk import folder as folders
from outbox.desk import opening
from outbox.ledger.moves import Act
from outbox.ledger.states import EntryKind, MarkKind
from outbox.ledger.values import Arrived, Mark
from outbox.post.postoffice import PostOffice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOUNCE = b"From: postmaster@cs.example\r\nSubject: bounce\r\n\r\nwx@cs.example: no such user\r\n"
SECOND = JOB.replace("7号", "8号").replace("核对党员名册", "报送党费").replace("请核对", "请报送")


@dataclass(frozen=True)
class Life:
    """A workspace, the state folder of its machine, its batches, and an older ledger of it."""

    root: Path
    state: Path
    batch: str
    second: str
    older: Path
    codes: tuple[str, ...]  # of the head, as it grew

    @property
    def ledger(self) -> Path:
        return self.root / "outbox" / "ledger.db"

    def copied(self, to: Path) -> Life:
        """Copy all of it, so that a test may do what it likes."""
        root, state = to / "w", to / "state"
        shutil.copytree(self.root, root)
        shutil.copytree(self.state, state)
        return Life(root, state, self.batch, self.second, self.older, self.codes)


@contextmanager
def machine(state: Path, host: str = "") -> Iterator[None]:
    """Be on the machine whose state folder that is."""
    import socket

    before, name = os.environ["FAWEN_STATE"], socket.gethostname
    os.environ["FAWEN_STATE"] = str(state)
    if host:
        socket.gethostname = lambda: host
    try:
        yield
    finally:
        os.environ["FAWEN_STATE"] = before
        socket.gethostname = name


def live(folder: Path) -> Life:
    """Live: a batch signed on a scan and sent, a bounce, an entry; a second batch, signed."""
    state = folder / "state"
    with machine(state), PostOffice(folder / "mails", lambda token: token) as office:
        root = bureau(folder / "w", port=office.port, jobs={"通知": JOB, "党费": SECOND})
        (folder / "批示.jpg").write_bytes(b"\xff\xd8\xff\xe0 scan")
        codes = []
        batch = fawen("--json", "merge", "通知", cwd=root).object["batch"]
        assert fawen("rehearse", batch, cwd=root).status == 0
        basis = str(folder / "批示.jpg")
        signed = fawen(
            "approve", batch, "--by", "周明远", "--basis", basis, "--no-review", cwd=root
        )
        assert signed.status == 0, signed.err
        codes.append(fawen("--json", "audit", cwd=root).object["head"])
        assert fawen("send", batch, "--go", cwd=root).status == 0
        _bounce(root, batch)
        older = folder / "older.db"
        shutil.copy(root / "outbox" / "ledger.db", older)
        second = fawen("--json", "merge", "党费", cwd=root).object["batch"]
        assert (
            fawen(
                "approve", second, "--by", "李明", "--basis", "OA:77", "--no-review", cwd=root
            ).status
            == 0
        )
        assert fawen("cancel", second, "003", "--why", "并入下一批", cwd=root).status == 0
        codes.append(fawen("--json", "audit", cwd=root).object["head"])
    root = root.rename(folder / "kept")  # so that a copy of it is no copy, but the one that moved
    return Life(root, state, batch, second, older, tuple(codes))


def _bounce(root: Path, batch: str) -> None:
    workspace = workspaces.find(root)
    at = datetime.now(UTC)
    sha256 = opening.keep(workspace, BOUNCE)
    assert sha256 == hashlib.sha256(BOUNCE).hexdigest()
    with folders.opened(workspace, at) as ledger:
        letter = ledger.letters(batch)[0]
        mail = Arrived(
            "zzb@cs.example", 7, 41, sha256, "bounce", letter.id, "postmaster@cs.example",
            "bounce", "no such user", at,
        )  # fmt: skip
        mark = Mark(letter.id, MarkKind.BOUNCED, letter.to[0], "查无此人", sha256, at)
        assert ledger.file(mail, [mark], "王芳")
        data = {"code": "3F9A-21C0", "sha256": sha256}
        ledger.enter(EntryKind.EVIDENCE, data, Act(at + timedelta(seconds=1), "王芳"), batch)
