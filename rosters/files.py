"""The files that a roster's paths mean, each read whole in its turn, or why it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rosters.finding import Finding, InputError, Level, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

READABLE = (".xlsx", ".xls", ".ods", ".csv")
_MACRO = (".xlsm", ".xltm", ".xlsb")
_OPEN = ("~${}", ".~lock.{}#", ".~{}")  # what Excel, LibreOffice and WPS lay beside an open file


class Source(NamedTuple):
    """A file: what findings call it, its ending, and where it lies."""

    shown: str
    kind: str
    path: Path

    def content(self) -> bytes:
        """Read the file.

        Raises:
            InputError: it cannot be read any more.

        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            finding = _unreadable(self.path, self.shown)
            raise InputError("名册读不了", findings=[finding]) from error


def sources(
    paths: Sequence[Path], shown: Callable[[Path], str]
) -> tuple[list[Source], list[Finding]]:
    """Find the files that paths mean; warn of those that somebody has open.

    Raises:
        InputError: a path leads nowhere, or one of the files cannot be read.

    """
    faults: list[Finding] = []
    found: list[Source] = []
    warned: list[Finding] = []
    for path in paths:
        files = _files(path)
        if not files:
            words = "文件夹里没有工作簿" if path.is_dir() else "没有这个文件"
            advice = "请核对名册的路径"
            faults.append(Finding(Level.ERROR, "file-missing", Place(shown(path)), words, advice))
        for file in files:
            try:
                kind = _kind(file, shown)
                with file.open("rb") as opened:
                    opened.read(1)
                found.append(Source(shown(file), kind, file))
            except InputError as error:
                faults.extend(error.findings)
            except OSError:
                faults.append(_unreadable(file, shown(file)))
            else:
                warned.extend(_open(file, shown(file)))
    if faults:
        raise InputError("名册找不到或读不了", findings=faults)
    if not found:
        words = "没有写明名册"
        finding = Finding(Level.ERROR, "file-missing", Place(), words, "请写明至少一个工作簿")
        raise InputError(words, findings=[finding])
    return found, warned


def _files(path: Path) -> list[Path]:
    """List the workbooks a path means, without what an open program leaves behind."""
    if path.is_dir():
        known = (*READABLE, *_MACRO)
        found = [one for one in path.iterdir() if one.suffix.lower() in known and one.is_file()]
        return sorted(one for one in found if not one.name.startswith(("~$", ".")))
    return [path] if path.is_file() else []


def _kind(file: Path, shown: Callable[[Path], str]) -> str:
    kind = file.suffix.lower()
    if kind in READABLE:
        return kind
    macro = kind in _MACRO
    finding = Finding(
        Level.ERROR,
        "gate-macro" if macro else "file-kind",
        Place(shown(file)),
        f"{kind} 工作簿可以含宏，不打开" if macro else f"不认识这种文件（{kind or '没有扩展名'}）",
        "请另存为 .xlsx",
    )
    raise InputError("读不了", findings=[finding])


def _lock(file: Path) -> bool:
    return any((file.parent / form.format(file.name)).exists() for form in _OPEN)


def _open(file: Path, shown: str) -> list[Finding]:
    if not _lock(file):
        return []
    words = "这个文件正在 Excel 或 WPS 里打开，读到的是上一次保存的内容"
    advice = "请保存并关闭后再试"
    return [Finding(Level.WARNING, "file-open", Place(shown), words, advice)]


def _unreadable(file: Path, shown: str) -> Finding:
    open_ = _lock(file)
    words = "文件正在 Excel 或 WPS 里打开，读不了" if open_ else "文件读不了"
    advice = "请关闭后再试"
    if not open_:
        advice = f"它可能正被 Excel 或 WPS 打开，{advice}；没有打开的，请核对有没有读它的权限"
    return Finding(Level.ERROR, "file-unreadable", Place(shown), words, advice)
