"""Mail from outside is opened in a child, and kept by its hash."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from merge import files
from outbox.ledger.intakes import MAIL
from outbox.post.arrival import Arrival
from outbox.post.consent import Consent
from outbox.post.parcel import File, Parcel
from rosters.finding import InputError
from rosters.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from outbox.ledger.intakes import Version
    from outbox.workspace import Workspace

UNREADABLE = "unreadable"
_FRESH = 3600  # seconds
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from rosters.child import main; "
    "main('outbox.post.arrival')"
)
OPENER = Keeper(_START)
# Its own child, started where somebody's answer is waited for: it looks at the text of a mail.
READER = Keeper(_START.replace("outbox.post.arrival", "outbox.post.consent"))
# Likewise where something is to come back: it takes out the files of a mail.
UNPACKER = Keeper(_START.replace("outbox.post.arrival", "outbox.post.parcel"))


def opened(raw: bytes) -> Arrival:
    """Take a mail apart in the child; what kills the child is a mail that cannot be read."""
    found: list[tuple[Any, ...]] = []
    try:
        OPENER.ask(raw, ".eml", "来信", found.append)
        [(_, sort, sender, subject, tokens, failed, about, words)] = found
    except (InputError, ValueError):
        return Arrival(UNREADABLE, "", "", words="这封邮件读不了，原件已留存，请技术人员查看")
    return Arrival(
        str(sort),
        str(sender),
        str(subject),
        tuple(map(str, tokens)),
        tuple(map(str, failed)),
        str(about),
        str(words),
    )


def consent(raw: bytes) -> Consent:
    """Read in a child whether a mail agrees to something; what kills the child does not."""
    found: list[tuple[Any, ...]] = []
    try:
        READER.ask(raw, ".eml", "来信", found.append)
        [(_, standing, code, sender, words, vouches)] = found
    except (InputError, ValueError):
        return Consent()
    told = tuple((str(server), str(check), str(domain)) for server, check, domain in vouches)
    return Consent(str(standing), str(code), str(sender), str(words), told)


def unpacked(raw: bytes) -> Parcel | None:
    """Take out of a mail its writer's words and its files, in a child; None where it killed it."""
    found: list[File] = []
    told: list[tuple[Any, ...]] = []

    def take(piece: tuple[Any, ...]) -> None:
        if piece[0] == "file":
            found.append(File(str(piece[1]), str(piece[2]), bytes(piece[3])))
        else:
            told.append(piece)

    try:
        UNPACKER.ask(raw, ".eml", "来信", take)
        [(_, sender, subject, own, tokens, numbers, winmail, forwarded, *rest)] = told
        more, written, disproved, pasted, linked = rest
    except (InputError, ValueError):
        return None
    return Parcel(
        str(sender),
        str(subject),
        str(own),
        tuple(map(str, tokens)),
        tuple(map(str, numbers)),
        tuple(found),
        bool(winmail),
        bool(forwarded),
        bool(more),
        str(written),
        bool(disproved),
        bool(pasted),
        str(linked),
    )


def keep(workspace: Workspace, raw: bytes) -> str:
    """Write a mail into the workspace under its hash, readable by its owner alone; return that."""
    name = hashlib.sha256(raw).hexdigest()
    path = place(workspace, name)
    files.make(path.parent)
    files.write(str(path), raw)
    files.sync(path.parent)
    return name


def place(workspace: Workspace, sha256: str) -> Path:
    """Tell where a mail is kept."""
    return workspace.outbox / "来信" / sha256[:2] / f"{sha256}.eml"


def keep_file(workspace: Workspace, name: str, content: bytes) -> str:
    """Write a file that came into the workspace under its hash; return that."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = file_place(workspace, name, sha256)
    files.make(path.parent)
    files.write(str(path), content)
    files.sync(path.parent)
    return sha256


def file_place(workspace: Workspace, name: str, sha256: str) -> Path:
    """Tell where a file that came is kept: its ending stays, so that programs open it."""
    suffix = PurePosixPath(name).suffix.lower()
    suffix = suffix if suffix in _ENDINGS else ".bin"
    return workspace.outbox / "来件" / sha256[:2] / f"{sha256}{suffix}"


def original(workspace: Workspace, version: Version) -> Path:
    """Tell where what a report was taken from is kept: its file, else the mail that said it."""
    if version.sha256:
        return file_place(workspace, version.part, version.sha256)
    if version.how != MAIL:
        return file_place(workspace, version.name, version.source)
    return place(workspace, version.source)


def sweep(
    workspace: Workspace, gone: Collection[str], alive: Collection[str], at: datetime
) -> None:
    """Take away the files that came and are forgotten, and those that nothing speaks of.

    What is younger than an hour and not known yet may be on its way into the ledger.
    """
    for path in (workspace.outbox / "来件").glob("*/*"):
        name = path.name[:64]
        old = path.stat().st_mtime < at.timestamp() - _FRESH
        if name in gone or (name not in alive and old):
            path.unlink(missing_ok=True)


# What a double click opens harmlessly; anything else keeps no ending of its own.
_ENDINGS = frozenset(
    {".xlsx", ".docx", ".xls", ".doc", ".pdf", ".jpg", ".jpeg", ".png", ".heic", ".txt", ".csv"}
)
