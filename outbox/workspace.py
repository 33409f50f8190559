"""A workspace: the folder with a fawen.toml, and where what belongs to it lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from outbox.settings import FILE, read
from rosters.finding import Place, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from outbox.settings import Config
    from templates.gongwen.settings import Settings

JOBS = (".docx", ".md")  # how a job's file ends
OLD_ADVICE = "请用 Word 或 WPS 打开，另存为 .docx"
_OLD = (".doc", ".wps", ".rtf")  # what else Word and WPS write, which nothing here reads


@dataclass(frozen=True)
class Workspace:
    """A workspace: its folder and its settings."""

    root: Path
    config: Config

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which dates are decided and shown."""
        return ZoneInfo(self.config.time_zone)

    @property
    def settings(self) -> Settings:
        """How official documents are set."""
        from templates.gongwen.settings import Fonts, Settings

        chosen = {name: font for name, font in self.config.fonts if font}
        return Settings(Fonts(**chosen), self.config.layout.profile)

    @property
    def outbox(self) -> Path:
        """The folder of batches."""
        return self.root / "outbox"

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.named(self.config.ledger.path)

    def named(self, path: str) -> Path:
        """Find what fawen.toml names: from the workspace on, or from ~, the user's own folder."""
        return self.root / os.path.expanduser(path)  # noqa: PTH111 - Path's raises for an unknown user

    @property
    def has_ledger(self) -> bool:
        """Tell whether there is a ledger: on a server, or a file that has been made."""
        return bool(self.config.ledger.url) or self.ledger.exists()

    @property
    def templates(self) -> Path:
        """The unit's own Word templates."""
        return self.root / "templates"

    @property
    def jobs(self) -> Path:
        """What is to be issued."""
        return self.root / "jobs"

    def shown(self, path: Path) -> str:
        """Name a file as people know it: relative to the workspace where it lies inside."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name

    @property
    def defaults(self) -> dict[str, str]:
        """What a 发文单 need not say, by the names of its rows."""
        usual = {"名册": "rosters"} if (self.root / "rosters").is_dir() else {}
        if self.config.unit.name:
            usual["发文机关"] = self.config.unit.name
        return {**usual, **self.config.defaults}

    @property
    def column_places(self) -> dict[str, Place]:
        """Where the headings of [columns] are told about, for findings."""
        return {one: Place(FILE, where=f"[columns] {one}") for one in self.config.columns}

    def all_jobs(self) -> tuple[Path, ...]:
        """List the jobs of the workspace by name."""
        if not self.jobs.is_dir():
            return ()
        return tuple(
            sorted(
                path
                for path in self.jobs.iterdir()
                if path.suffix.lower() in JOBS and not path.name.startswith((".", "~$"))
            )
        )

    def job(self, words: str) -> Path:
        """Find a job by its path or by its name in jobs/.

        Raises:
            UsageError: there is no such job.

        """
        both = [self.jobs / f"{words}{suffix}" for suffix in JOBS]
        if all(_is_file(path) for path in both) and not _is_file(Path(words)):
            names = "、".join(path.name for path in both)
            raise UsageError(
                f"有两个作业都叫「{words}」（{names}）", "请写出文件名，或改掉一个的名字"
            )
        for path in self._places(words):
            if _is_file(path):
                return path
        raise self.unknown(words, "作业")

    def unknown(
        self, words: str, what: str, others: Iterable[str] = (), *, otherwise: str = ""
    ) -> UsageError:
        """Make the error that says why the words name no job, nor others, and what was meant.

        `otherwise` is what else can be done, where it is not to look at the list of jobs.
        """
        from templates.nearest import advice

        for path in self.old_jobs():
            if words in {path.name, path.stem, self.shown(path)}:
                return UsageError(f"{self.shown(path)} 是旧格式，读不了", OLD_ADVICE)
        stems = [path.stem for path in self.all_jobs()]
        listed = f"现有作业：{'、'.join(stems) or '（jobs/ 里还没有）'}"
        return UsageError(
            f"没有{what}「{words}」",
            advice(words, [*stems, *others], otherwise=otherwise or listed),
        )

    def old_jobs(self) -> tuple[Path, ...]:
        """List what lies among the jobs in a format that is not read."""
        found = self.jobs.iterdir() if self.jobs.is_dir() else ()
        return tuple(
            sorted(one for one in found if one.suffix.lower() in _OLD and one.name[:2] != "~$")
        )

    def is_job(self, words: str) -> bool:
        """Tell whether the words name a job file."""
        return any(_is_file(path) for path in self._places(words))

    def _places(self, words: str) -> Iterable[Path]:
        named = Path(words)
        yield named
        if not named.is_absolute():
            yield self.root / named
            yield self.jobs / named
            yield from (self.jobs / f"{words}{suffix}" for suffix in JOBS)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL in it, names no file
        return False


def find(start: Path) -> Workspace:
    """Walk up from a folder to the workspace it lies in.

    Raises:
        UsageError: there is no fawen.toml there or above.
        InputError: fawen.toml has errors.

    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return Workspace(folder, read(folder / FILE))
    raise UsageError(
        f"这里不是工作区（{here} 及其上级都没有 {FILE}）",
        "请先用 fawen new 文件夹 新建，或用 -C 指明工作区",
    )
