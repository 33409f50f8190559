"""Pictures that a roster names or holds: a value like the text of its cell, and its bytes.

Who gave a picture is not trusted: it is opened in a child alone, which turns it upright, leaves out
what else its file tells (where it was taken, by whom), and makes it no larger than it is printed.
"""

from __future__ import annotations

import hashlib
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from rosters.finding import InputError
from rosters.keeper import Keeper

LARGEST = 20 * 2**20  # bytes; a photograph of a good camera has some 10 MB
_KEPT = 128  # pictures that are not made anew within one run
STUDIO = Keeper(
    "import sys; sys.path[:] = sys.argv[1:]; from rosters.child import main; "
    "main('rosters.darkroom')"
)


class PhotoError(ValueError):
    """A picture that cannot be used; the words say why, in Chinese."""


class Shape(NamedTuple):
    """A picture as it is printed: "png" or "jpeg", its size in pixels, its bytes."""

    kind: str
    width: int
    height: int
    content: bytes


class Photo(str):
    """The text of a cell, and the picture that it stands for.

    `path` is a file, or a workbook of which `part` is the picture; `sha256` is the picture's own.
    """

    __slots__ = ("part", "path", "sha256")

    path: str
    part: str
    sha256: str

    @classmethod
    def of(cls, words: str, path: Path, part: str = "") -> Self:
        """Take a picture as it lies there now.

        Raises:
            PhotoError: it cannot be read, or is too large.

        """
        made = cls(words)
        made.path, made.part = str(path), part
        made.sha256 = hashlib.sha256(_bytes(made)).hexdigest()
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process without the picture's bytes."""
        return _again, (str.__str__(self), self.path, self.part, self.sha256)

    def shaped(self, most: int = 0) -> Shape:
        """Have it upright, at most so many pixels wide and high; 0: as large as it is.

        Raises:
            PhotoError: it is no picture that can be printed, or another one by now.

        """
        return _shaped(self.path, self.part, self.sha256, most)


class Paper(Photo):
    """The text of a cell, and the Word file that it names: to stand within a document."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process without the file's bytes."""
        return _again, (str.__str__(self), self.path, self.part, self.sha256, True)

    def content(self) -> bytes:
        """Return its bytes.

        Raises:
            PhotoError: it is gone, or another one by now.

        """
        return _checked(self.path, self.part, self.sha256)


def _again(words: str, path: str, part: str, sha256: str, paper: bool = False) -> Photo:
    made = Paper(words) if paper else Photo(words)
    made.path, made.part, made.sha256 = path, part, sha256
    return made


def _bytes(photo: Photo) -> bytes:
    try:
        if not photo.part:
            with Path(photo.path).open("rb") as file:
                content = file.read(LARGEST + 1)
        else:
            with zipfile.ZipFile(photo.path) as book, book.open(photo.part) as member:
                content = member.read(LARGEST + 1)
    except (OSError, KeyError, zipfile.BadZipFile) as fault:
        raise PhotoError("文件读不了，它可能正被别的程序打开") from fault
    if len(content) > LARGEST:
        raise PhotoError("文件超过20MB，太大")
    return content


@lru_cache(maxsize=_KEPT)
def _shaped(path: str, part: str, sha256: str, most: int) -> Shape:
    return shape(_checked(path, part, sha256), most)


def _checked(path: str, part: str, sha256: str) -> bytes:
    content = _bytes(_again("", path, part, sha256))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PhotoError("文件在制作的中途换了，请重新合并")
    return content


def shape(content: bytes, most: int = 0) -> Shape:
    """Have a picture looked at in the child, and made ready to be printed.

    Raises:
        PhotoError: it is none, or none of PNG and JPEG.

    """
    found: list[tuple[Any, ...]] = []
    try:
        STUDIO.ask(content, str(most), "图片", found.append)
        [(_, kind, width, height, made)] = found
    except InputError as error:
        said = error.findings[0].message if error.findings else error.message
        raise PhotoError(said) from None
    except ValueError:
        raise PhotoError("图片读不了") from None
    return Shape(str(kind), int(width), int(height), bytes(made))


def held(book: bytes) -> list[tuple[str, int, int, str]]:
    """List the pictures of an .xlsx: sheet, row and column (from 1), and the part of each."""
    found: list[tuple[Any, ...]] = []
    try:
        STUDIO.ask(book, ".xlsx", "名册", found.append)
    except InputError:
        return []  # the roster itself was read: what is odd about drawings costs the pictures
    return [(str(a), int(b), int(c), str(d)) for _, a, b, c, d in found]
