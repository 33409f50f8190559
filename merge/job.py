"""A job: what is to be issued, for whom. Read from Word or from Markdown: two readers, one Job.

Keys are Chinese, each also accepted in English (merge.keys). Every scalar is text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge import beside
from merge import elements as rules
from merge.form import Entry, Letters
from merge.frontmatter import parse
from merge.keys import TEXTS
from merge.reading import Reading
from merge.source import fault, read, seen
from merge.told import Told
from merge.told import alone as alone_of
from rosters.finding import InputError, Level, Place
from rosters.secrecy import names_secret
from templates.gongwen.body import Outline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from merge.awards import Rules
    from merge.elements import Element
    from merge.form import Form
    from merge.returns import Returns
    from merge.source import Source
    from rosters.finding import Finding

__all__ = ["Entry", "Job", "Letters", "load"]


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be issued. `lines` leads a path such as 信件.主题 to its line.

    `mentions` are the names that everybody may read; `returns` is what is to come back.
    `folders` are where its files are looked for: beside the job, then in the workspace. `form` is
    what lines are lines of: 发文单, whose rows they are, or "" for the file. `own` is the Word
    file itself as a template, where it goes as it stands. Jobs are equal that say the same, however
    they were written down; `findings` say what a person should know, none of them an error.
    """

    name: str
    shown: str = field(compare=False)
    rosters: tuple[str, ...]
    entries: tuple[Entry, ...]
    elements: Mapping[str, Element]
    letter: Letters
    columns: Mapping[str, str]
    body: Outline
    mentions: tuple[str, ...] = ()
    returns: Returns | None = None
    awards: Rules | None = None
    folders: tuple[Path, ...] = field(default=(), compare=False)
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    form: str = field(default="", compare=False)
    own: bytes | None = field(default=None, repr=False)

    def place(self, key: str) -> Place:
        """Point at the line of a key: 要素.标题, 信件.主题, 文件.0.范围."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        line = self.lines.get(key)
        return Place(self.shown, where=f"{self.form}第{line}行" if line else self.form)

    @property
    def enclosed(self) -> int | None:
        """Which of 文件 is to come back, filled in; None where none is."""
        if self.returns is None or not self.returns.enclosed:
            return None
        labels = [one.label for one in self.entries]
        return labels.index(self.returns.what)

    @property
    def individual(self) -> bool:
        """Tell whether an organisation owes a form for each of several people."""
        return self.enclosed is not None and self.entries[self.enclosed].per == "党员"

    def find(self, words: str) -> Path | None:
        """Find a file or folder that the job names, beside the job or in its workspace."""
        return beside.found(words, self.folders)


def load(
    path: Path, *, shown: str, defaults: Mapping[str, str] | None = None, alone: bool = False
) -> Job:
    """Read a job from a Word file that begins with a 发文单, or from a Markdown file.

    Args:
        path: the file.
        shown: what findings call it.
        defaults: what a 发文单 need not say, by the names of its rows.
        alone: one document for nobody in particular: no 名册, 发给 and 信件 are asked for.

    Raises:
        InputError: with every fault, each at its line, or at its row and paragraph.

    """
    folders = beside.folders_of(path)
    if path.suffix.lower() == ".docx":
        from merge import wordjob

        told = wordjob.read(path, shown, defaults or {}, alone=alone)
    else:
        told = _markdown(path, shown, folders)
    root = alone_of(told.root) if alone else told.root
    found = told.findings
    if names_secret(path.name):
        found.append(rules.marked(Place(shown)))
    if found and not told.root.items:
        raise _refusal(told)
    reading = Reading(shown)
    form, node = reading.read(root)
    demand, awards = form.demands if form is not None else (None, None)
    elements, faults = rules.elements(node, shown, defaults or {})
    found += [*reading.findings, *faults]
    returns = None
    if form is not None:
        found += beside.attachments(form, reading, folders)
        if demand is not None:
            returns, lacking = _returns(
                demand, form, reading, folders, urgent=bool(elements.get("紧急程度"))
            )
            found += lacking
    else:
        found += beside.returnables(reading, folders)
    wrong = (*found, *told.of_body)
    if form is None or any(one.level is Level.ERROR for one in wrong):
        raise _refusal(told)
    return Job(
        name=path.stem,
        shown=shown,
        rosters=form.rosters,
        entries=form.entries,
        elements=elements,
        letter=form.letter,
        columns=dict(form.columns),
        mentions=form.mentions,
        returns=returns,
        awards=awards,
        body=told.body,
        folders=folders,
        lines={key: line for key, line in reading.lines.items() if line},
        findings=tuple(wrong),
        form=told.form,
        own=told.own,
    )


def _markdown(path: Path, shown: str, folders: tuple[Path, ...]) -> Told:
    source, unseen = seen(read(path, shown), shown)
    root, found = parse(source, shown, TEXTS)
    secret = rules.secrets(source.front, source.front_line, source.body, source.body_line, shown)
    body, wrong = _body(source, shown, folders)
    return Told(root, body, [*found, *secret, *unseen], wrong)


def _body(source: Source, shown: str, folders: tuple[Path, ...]) -> tuple[Outline, list[Finding]]:
    if not source.body.strip():  # many a job has none, and needs no reader of Markdown
        return Outline(), []
    from templates.gongwen import outline

    def find(words: str) -> bytes | None:
        return beside.content_of(words, folders)

    return outline.read(source.body, file=shown, line=source.body_line, find=find)


def _returns(
    demand: Returns, form: Form, reading: Reading, folders: tuple[Path, ...], *, urgent: bool
) -> tuple[Returns, list[Finding]]:
    """Settle 回执, and find what does not fit together in it, and a form that is not there."""
    from merge.returns import faults, settled

    returns, shown = settled(demand, urgent=urgent), reading.shown
    found = [
        fault(shown, reading.line(f"回执.{key}"), "job.returns", message, advice)
        for key, message, advice in faults(returns, [one.label for one in form.entries])
    ]
    return returns, [*found, *beside.returnables(reading, folders)]


def _refusal(told: Told) -> InputError:
    own = [told.placed(one) for one in dict.fromkeys(told.findings)]
    ordered = sorted(own, key=_line)
    ordered = [*ordered, *told.of_body] if told.form else sorted((*own, *told.of_body), key=_line)
    errors = sum(one.level is Level.ERROR for one in ordered)
    return InputError(f"发文单有 {errors} 处错误", findings=ordered)


def _line(finding: Finding) -> int:
    digits = "".join(sign for sign in finding.place.where if sign.isdigit())
    return int(digits or 0)
