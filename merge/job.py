"""A job: what is to be issued, for whom. Read from Markdown with YAML front matter.

Keys are Chinese, each also accepted in English (merge.keys). Every scalar is text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge import elements as rules
from merge.form import Entry, Letters
from merge.frontmatter import parse
from merge.keys import TEXTS
from merge.reading import Reading
from merge.source import fault, read
from rosters.finding import InputError, Place
from templates.gongwen import outline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from merge.elements import Element
    from merge.form import Form
    from rosters.finding import Finding
    from templates.gongwen.blocks import Outline

__all__ = ["Entry", "Job", "Letters", "load"]

_WORKSPACE = "fawen.toml"


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be issued. `lines` leads a path such as 信件.主题 to its line.

    `folders` are where its files are looked for: beside the job, then in the workspace.
    """

    name: str
    shown: str
    rosters: tuple[str, ...]
    entries: tuple[Entry, ...]
    elements: Mapping[str, Element]
    letter: Letters
    columns: Mapping[str, str]
    body: Outline
    folders: tuple[Path, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)
    findings: tuple[Finding, ...] = ()

    def place(self, key: str) -> Place:
        """Point at the line of a key: 要素.标题, 信件.主题, 文件.0.范围."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        line = self.lines.get(key)
        return Place(self.shown, where=f"第{line}行" if line else "")

    def find(self, words: str) -> Path | None:
        """Find a file or folder that the job names, beside the job or in its workspace."""
        return _found(words, self.folders)


def load(path: Path, *, shown: str) -> Job:
    """Read a job from a Markdown file.

    Raises:
        InputError: with every fault, each at its line.

    """
    source = read(path, shown)
    root, found = parse(source, shown, TEXTS)
    reading = Reading(shown)
    secret = rules.secrets(source.front, source.front_line, source.body, source.body_line, shown)
    found.extend(secret)
    if found and not root.items:
        raise _refusal(found)
    form, node = reading.read(root)
    elements, faults = rules.elements(node, shown)
    found += [*reading.findings, *faults]
    folders = _folders(path)
    body, wrong = outline.read(
        source.body, file=shown, line=source.body_line, find=lambda words: _bytes(words, folders)
    )
    found += wrong
    if form is not None:
        found += _attachments(form, reading, folders)
    if found or form is None:
        raise _refusal(found)
    return Job(
        name=path.stem,
        shown=shown,
        rosters=form.rosters,
        entries=form.entries,
        elements=elements,
        letter=form.letter,
        columns=dict(form.columns),
        body=body,
        folders=folders,
        lines=dict(reading.lines),
    )


def _folders(path: Path) -> tuple[Path, ...]:
    """Look beside the job, then in the workspace that it stands in."""
    beside = path.absolute().parent
    above = (one for one in (beside, *beside.parents) if (one / _WORKSPACE).is_file())
    return tuple(dict.fromkeys((beside, next(above, beside))))


def _found(words: str, folders: tuple[Path, ...]) -> Path | None:
    named = words.replace("\\", "/")
    for folder in folders:
        try:
            if (folder / named).exists():
                return folder / named
        except (OSError, ValueError):  # a name that no system takes, such as a too long one
            return None
    return None


def _bytes(words: str, folders: tuple[Path, ...]) -> bytes | None:
    path = _found(words, folders)
    try:
        return path.read_bytes() if path is not None and path.is_file() else None
    except OSError:
        return None


def _attachments(form: Form, reading: Reading, folders: tuple[Path, ...]) -> list[Finding]:
    found = []
    for index, words in enumerate(form.letter.attachments):
        path = _found(words, folders)
        if path is None or not path.is_file():
            line = reading.line(f"信件.附件.{index}")
            message = f"附件「{words}」不存在"
            advice = "请写相对于发文单或工作区的路径，并核对文件名"
            found.append(fault(reading.shown, line, "job.attachment", message, advice))
    return found


def _refusal(found: list[Finding]) -> InputError:
    ordered = sorted(dict.fromkeys(found), key=_line)
    return InputError(f"发文单有 {len(ordered)} 处错误", findings=ordered)


def _line(finding: Finding) -> int:
    digits = "".join(sign for sign in finding.place.where if sign.isdigit())
    return int(digits or 0)
