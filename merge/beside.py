"""Files that a job names: looked for beside it and in its workspace; those that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.source import fault
from rosters.secrecy import ADVICE, is_secret, names_secret, where_secret
from rosters.text import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from merge.form import Form
    from merge.reading import Reading
    from rosters.finding import Finding

_WORKSPACE, _JOBS = "fawen.toml", "jobs"
_PACKAGES = frozenset({".docx", ".xlsx", ".docm", ".xlsm", ".dotx", ".xltx"})
_PLAIN = frozenset({".txt", ".csv", ".md"})


def folders_of(path: Path) -> tuple[Path, ...]:
    """Look beside the job, then in the workspace that it stands in, and in that one's jobs/.

    The copy of a job that a batch keeps names what lies beside its original.
    """
    beside = path.absolute().parent
    above = (one for one in (beside, *beside.parents) if (one / _WORKSPACE).is_file())
    root = next(above, beside)
    return tuple(dict.fromkeys((beside, root, root / _JOBS)))


def found(words: str, folders: tuple[Path, ...]) -> Path | None:
    """Find a file or folder in the first of these folders that has it; None where none has."""
    named = words.replace("\\", "/")
    for folder in folders:
        try:
            if (folder / named).exists():
                return folder / named
        except (OSError, ValueError):  # a name that no system takes, such as a too long one
            return None
    return None


def content_of(words: str, folders: tuple[Path, ...]) -> bytes | None:
    """Read a file that the job names; None where it is not there, or cannot be read."""
    path = found(words, folders)
    try:
        return path.read_bytes() if path is not None and path.is_file() else None
    except OSError:
        return None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""  # said where it is to be sent


def attachments(form: Form, reading: Reading, folders: tuple[Path, ...]) -> list[Finding]:
    """Find attachments of the letters that are not there, or bear a mark of secrecy."""
    faults: list[Finding] = []
    for index, words in enumerate(form.letter.attachments):
        path = found(words, folders)
        line = reading.line(f"信件.附件.{index}")
        faults += _secret(words, path, reading.shown, line)
        if path is None or not path.is_file():
            message = f"附件「{words}」不存在"
            advice = "请写相对于发文单或工作区的路径，并核对文件名"
            faults.append(fault(reading.shown, line, "job.attachment", message, advice))
    return faults


def returnables(reading: Reading, folders: tuple[Path, ...]) -> Iterator[Finding]:
    """Find the workbooks of 回执 that are not there, whatever else is wrong with the job."""
    if not reading.asked:
        return
    from merge.returns import FORMS

    for key, words in reading.asked.items():
        endings = (*FORMS, ".xls") if key == "内容" else (".xlsx",)
        if words.lower().endswith(endings):
            yield from _form(words, reading, folders, key)
        elif words and key != "内容":
            message = f"「{key}」不能是「{words}」"
            advice = "请写一个 .xlsx 的路径；.xls 请另存为 .xlsx"
            line = reading.line(f"回执.{key}")
            yield fault(reading.shown, line, "job.returns", message, advice)


def _form(
    words: str, reading: Reading, folders: tuple[Path, ...], key: str = "内容"
) -> Iterator[Finding]:
    """Find a form of 回执 that is not there, or bears a mark of secrecy."""
    path, line = found(words, folders), reading.line(f"回执.{key}")
    yield from _secret(words, path, reading.shown, line)
    if path is None or not path.is_file():
        message = f"回执的{'表格' if key == '内容' else key}「{words}」不存在"
        advice = "请写相对于发文单或工作区的路径，并核对文件名"
        advice += "；不用表格的写 收到即可" if key == "内容" else ""
        yield fault(reading.shown, line, "job.returns", message, advice)


def _secret(words: str, path: Path | None, shown: str, line: int) -> Iterator[Finding]:
    """Find the marks of secrecy in an attachment's name, and in it if it is Word or Excel."""
    where = ["文件名"] if names_secret(words) else []
    if path is not None and path.suffix.lower() in _PACKAGES:
        where += where_secret(_content(path))
    elif path is not None and path.suffix.lower() in _PLAIN:
        where += ["文字"] * is_secret(decoded(_content(path)) or "")
    for one in where:
        message = f"附件的{one}有密级标志，涉密文件不能用本系统制发"
        yield fault(shown, line, "job.secret", message, ADVICE)
