"""Templates by name or path: the workspace's own first, then 文种 that are built, then samples."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from rosters.finding import Finding, InputError, Level, Place
from templates.gongwen.kinds import KINDS, USUAL
from templates.gongwen.settings import Settings
from templates.nearest import nearest
from templates.stock import Stock

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = (".docx", ".xlsx")  # of one name, the first goes before the other

# What else Word and WPS keep a document or a template in.
OTHER = (".dotx", ".doc", ".dot", ".docm", ".dotm", ".wps", ".wpt", ".rtf")


class Library:
    """Where templates are looked for: these folders, then 文种, then the shipped samples."""

    def __init__(self, folders: Sequence[Path] = (), settings: Settings | None = None) -> None:
        self.folders = tuple(folders)
        self.settings = settings or Settings()

    def source(self, name: str, *, beside: Path | None = None) -> Stock:
        """Return the template that a name or a path means, ready to be opened.

        Raises:
            InputError: there is none, with the nearest names.
            OSError: it cannot be read.

        """
        asked = name.strip()
        path = self._file(asked, beside)
        kind = KINDS.get(asked.removesuffix(SUFFIXES[0]))
        if path is None and kind is not None:
            return Stock(kind.name, kind=kind, settings=self.settings)
        found = path or self.find(name, beside=beside)
        return Stock(found.name, found.read_bytes())

    def find(self, name: str, *, beside: Path | None = None) -> Path:
        """Return the Word or Excel file that a name or a path means.

        A path ends in .docx or .xlsx and is relative to `beside` (the job's folder), then to the
        folders and to what holds them (the workspace).

        Raises:
            InputError: there is none, with the nearest names.

        """
        asked = name.strip()
        path = self._file(asked, beside)
        if path is not None:
            return path
        stem = stem_of(asked)
        shipped = _shipped()
        found = next((shipped[one] for one in _called(asked) if one in shipped), None)
        if found is not None:
            return found
        near = nearest(stem, {*map(stem_of, shipped), *self._own(), *KINDS}, usual=USUAL)
        other = self._otherwise(asked)
        cure = (
            f"有「{other}」，请用 Word 或 WPS 打开，另存为 .docx" if other
            else f"是不是「{'」「'.join(near)}」？" if near
            else "请核对名称，或写出 .docx、.xlsx 的路径"
        )  # fmt: skip
        finding = Finding(Level.ERROR, "模板文件", Place(name), f"没有叫「{name}」的模板", cure)
        raise InputError(f"没有叫「{name}」的模板", cure, findings=[finding])

    def names(self) -> tuple[str, ...]:
        """Return the names of all templates there are."""
        return tuple(sorted({*self._own(), *map(stem_of, _shipped()), *KINDS}))

    def _file(self, asked: str, beside: Path | None) -> Path | None:
        """Return the workspace's own file of this name, or the one at this path."""
        candidates = self._paths(asked, beside) if asked.endswith(SUFFIXES) else []
        candidates += [folder / name for folder in self.folders for name in _called(asked)]
        return next((one for one in candidates if _inside(one) and one.is_file()), None)

    def _otherwise(self, asked: str) -> str:
        """Return the file of this name that is of a kind which nothing here reads."""
        stem = stem_of(asked).rpartition("/")[2]
        found = (folder / name for folder in self.folders for name in (stem + one for one in OTHER))
        return next((one.name for one in found if one.is_file()), "")

    def _paths(self, asked: str, beside: Path | None) -> list[Path]:
        bases = [beside] if beside else []
        bases += [base for folder in self.folders for base in (folder, folder.parent)]
        return [base / asked for base in bases] or [Path(asked)]

    def _own(self) -> set[str]:
        ends = ((folder, suffix) for folder in self.folders for suffix in SUFFIXES)
        found = (path for folder, suffix in ends for path in folder.glob(f"*{suffix}"))
        return {path.stem for path in found if not path.name.startswith("~$")}


def stem_of(name: str) -> str:
    """Return a template's name without its ending."""
    ending = next((one for one in SUFFIXES if name.endswith(one)), "")
    return name.removesuffix(ending)


def _called(asked: str) -> tuple[str, ...]:
    """List the files that a name may mean."""
    return (asked,) if asked.endswith(SUFFIXES) else tuple(asked + one for one in SUFFIXES)


def _inside(path: Path) -> bool:
    """Refuse what Word leaves beside an open file."""
    return not path.name.startswith("~$")


def _shipped() -> dict[str, Path]:
    """Return what is shipped by file name; the package lies in a folder, never in a zip file."""
    found = {}
    for item in files("templates").joinpath("samples").iterdir():
        if item.name.endswith(SUFFIXES):
            with as_file(item) as path:
                found[item.name] = path
    return found
