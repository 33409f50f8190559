"""What has changed since a signature or a 送签, as a clerk says it: whose letter, what in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.manifest import Manifest
from outbox.desk.folder import MANIFEST
from outbox.office.stretches import Outline, changed
from rosters.finding import Finding, Level, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from merge.letter import Attachment, Letter, Skipped
    from outbox.ledger.values import LetterInfo

RULE = "batch.altered"
_FEW = 3  # places that a sentence names
_ADVICE = "请重新 merge；内容确实要改的，请重新送签"


def summary(findings: Sequence[Finding]) -> str:
    """Name what has changed in a bracket: （第3段、收件地址）; "" where nothing says it."""
    named = list(dict.fromkeys(one.place.where for one in findings if one.place.where))
    shown = "、".join(named[:_FEW])
    return f"（{shown}{'等' if len(named) > _FEW else ''}）" if shown else ""


def letters(
    signed: Iterable[Letter], now: Iterable[Letter | LetterInfo], shown: str
) -> list[Finding]:
    """Compare letters, field by field: addresses, subject, body, attachments, one more or less.

    `shown` is where they stand now, as findings call it.
    """
    before = {(one.organisation, one.kind): one for one in signed}
    after: dict[tuple[str, str], Letter | LetterInfo] = {}
    found = []
    for one in now:
        key = one.organisation, one.kind
        if key in after or key not in before:
            found.append(_finding(shown, "信件", f"多了一封给{one.name}的信"))
            continue
        after[key] = one
        found += _fields(before[key], one, shown)
    found += [
        _finding(shown, "信件", f"少了给{before[key].name}的信")
        for key in before.keys() - after.keys()
    ]
    return found


def _fields(before: Letter, now: Letter | LetterInfo, shown: str) -> Iterator[Finding]:
    who = before.name
    for field, what in (
        ("to", "收件地址"),
        ("cc", "抄送地址"),
        ("subject", "邮件主题"),
    ):
        old, new = getattr(before, field), getattr(now, field)
        if old != new:
            said = f"给{who}的{what}由「{_shown(old)}」变成了「{_shown(new)}」"
            yield _finding(shown, what, said)
    if before.body != now.body:
        line, said = _line(before.body, now.body)
        yield _finding(shown, f"邮件正文第{line}行", f"给{who}的邮件正文变了，第 {line} 行{said}")
    yield from _parts(before, now, shown)


def _parts(before: Letter, now: Letter | LetterInfo, shown: str) -> Iterator[Finding]:
    old = {one.name: one for one in before.attachments}
    new = {one.name: one for one in now.attachments}
    for name in [*old, *(one for one in new if one not in old)]:
        if name not in new:
            yield _finding(shown, f"附件{name}", f"给{before.name}的信少了附件「{name}」")
        elif name not in old:
            yield _finding(shown, f"附件{name}", f"给{before.name}的信多了附件「{name}」")
        elif old[name] != new[name]:
            said = f"给{before.name}的附件「{name}」已换成别的内容"
            yield _finding(shown, f"附件{name}", said)
    if list(old) != list(new) and {*old} == {*new}:
        yield _finding(shown, "附件", f"给{before.name}的附件次序变了")


def skipped(signed: Sequence[Skipped], now: Sequence[Skipped], shown: str) -> list[Finding]:
    """Compare the rows for which nothing was made."""
    before = [(one.entry, one.row, one.key, one.reason) for one in signed]
    after = [(one.entry, one.row, one.key, one.reason) for one in now]
    found = [
        _finding(shown, "略去名单", f"略去名单里多了「{one[2] or one[1]}」（{one[3]}）")
        for one in after
        if one not in before
    ]
    found += [
        _finding(shown, "略去名单", f"略去名单里少了「{one[2] or one[1]}」（{one[3]}）")
        for one in before
        if one not in after
    ]
    if before != after and not found:
        found.append(_finding(shown, "略去名单", "略去名单的次序变了"))
    return found


def manifests(signed: Manifest, now: Manifest, shown: str) -> list[Finding]:
    """Compare what was signed with what is there now, but for what the digest does not cover."""
    found = letters(signed.letters, now.letters, shown)
    found += skipped(signed.skipped, now.skipped, shown)
    if signed.sample != now.sample:
        found.append(_finding(shown, "样张", "样张与正式的批次不是一回事"))
    return found


def between(signed: Manifest, old: Path, now: Manifest, new: Path, shown: str) -> list[Finding]:
    """Compare two batches of one job, documents by their paragraphs too, in their two folders."""
    found = [
        one
        for one in manifests(signed, now, shown)
        if not one.place.where.startswith("附件") or "次序" in one.message
    ]
    known = {(one.organisation, one.kind): one for one in signed.letters}
    seen: set[tuple[str, str]] = set()
    for letter in now.letters:
        before = known.get((letter.organisation, letter.kind))
        if before is None:
            continue
        ours = {one.name: one for one in letter.attachments}
        theirs = {one.name: one for one in before.attachments}
        for name in dict.fromkeys((*theirs, *ours)):
            pair = theirs.get(name), ours.get(name)
            key = (pair[0].path if pair[0] else "", pair[1].path if pair[1] else "")
            if key not in seen and (pair[0] is None or pair[1] is None or _other(*pair)):
                found.append(_document(pair, old, new))
            seen.add(key)
    return found


def _other(old: Attachment | None, new: Attachment | None) -> bool:
    return old is None or new is None or old.sha256 != new.sha256


def _document(pair: tuple[Attachment | None, Attachment | None], old: Path, new: Path) -> Finding:
    before, now = pair
    if before is None and now is not None:
        return _finding(f"{new.name}/{now.path}", "多了文件", "送签时没有这份文件")
    if now is None:
        path = before.path if before else ""
        return _finding(f"{old.name}/{path}", "少了文件", "送签时有这份文件，现在没有了")
    where = said = ""
    try:
        outline = Outline.of((old / (before.path if before else "")).read_bytes())
        where, said = changed(outline, (new / now.path).read_bytes())
    except OSError:
        said = "原来的那一份已不在，比不出改在哪里"
    message = "内容变了" + (f"，{said}" if said else "")
    return _finding(f"{new.name}/{now.path}", where or "文件", message)


def recorded(folder: Path, signed: Mapping[str, object] | set[str]) -> tuple[Manifest | None, str]:
    """Read the list that lies in a batch's folder; None, and why, where it is not what was signed.

    `signed` holds the digests that were signed.
    """
    path = folder / MANIFEST
    try:
        found = Manifest.from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, "批次文件夹里的清单不见了"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None, "批次文件夹里的清单读不出来"
    return (found, "") if found.digest in signed else (found, "批次文件夹里的清单被改过")


def finding(shown: str, where: str, message: str, advice: str = _ADVICE) -> Finding:
    """Make a finding about something that has changed."""
    return Finding(Level.ERROR, RULE, Place(shown, where=where), message, advice)


def _finding(shown: str, where: str, message: str) -> Finding:
    return finding(shown, where, message)


def _shown(value: object) -> str:
    return "；".join(value) if isinstance(value, tuple) else str(value)[:60]


def _line(old: str, new: str) -> tuple[int, str]:
    """Tell which line of a body is the first that differs, and what stands there now."""
    before, after = old.split("\n"), new.split("\n")
    number = next(
        (n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
        min(len(before), len(after)),
    )
    text = after[number][:20] if number < len(after) else ""
    return number + 1, f"现在是「{text}」" if text else "没有了"
