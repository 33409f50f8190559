"""Templates by name or path: the workspace's own first, then those that are shipped."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from rosters.finding import Finding, InputError, Level, Place
from templates.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUFFIX = ".docx"


class Library:
    """Where templates are looked for: these folders in turn, then the shipped samples."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self.folders = tuple(folders)

    def find(self, name: str, *, beside: Path | None = None) -> Path:
        """Return the template that a name or a path means.

        A path ends in .docx and is relative to `beside` (the job's folder), then to the folders
        and to what holds them (the workspace).

        Raises:
            InputError: there is none, with the nearest names.

        """
        asked = name.strip()
        candidates = self._paths(asked, beside) if asked.endswith(_SUFFIX) else []
        stem = asked.removesuffix(_SUFFIX)
        candidates += [folder / f"{stem}{_SUFFIX}" for folder in self.folders]
        for path in candidates:
            if _inside(path) and path.is_file():
                return path
        shipped = _shipped()
        if stem in shipped:
            return shipped[stem]
        near = nearest(stem, {*shipped, *self._own()})
        cure = f"是不是「{'」「'.join(near)}」？" if near else "请核对名称，或写出 .docx 的路径"
        finding = Finding(Level.ERROR, "模板文件", Place(name), f"没有叫「{name}」的模板", cure)
        raise InputError(f"没有叫「{name}」的模板", cure, findings=[finding])

    def names(self) -> tuple[str, ...]:
        """Return the names of all templates there are."""
        return tuple(sorted({*self._own(), *_shipped()}))

    def _paths(self, asked: str, beside: Path | None) -> list[Path]:
        bases = [beside] if beside else []
        bases += [base for folder in self.folders for base in (folder, folder.parent)]
        return [base / asked for base in bases] or [Path(asked)]

    def _own(self) -> set[str]:
        found = (path for folder in self.folders for path in folder.glob(f"*{_SUFFIX}"))
        return {path.stem for path in found if not path.name.startswith("~$")}


def _inside(path: Path) -> bool:
    """Refuse what Word leaves beside an open file."""
    return not path.name.startswith("~$")


def _shipped() -> dict[str, Path]:
    """Return the shipped templates; the package lies in a folder, never in a zip file."""
    found = {}
    for item in files("templates").joinpath("samples").iterdir():
        if item.name.endswith(_SUFFIX):
            with as_file(item) as path:
                found[item.name.removesuffix(_SUFFIX)] = path
    return found
