"""Characters that are boxes on pages made here: no typeface of this machine has them."""

from __future__ import annotations

import unicodedata
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from merge.installed import nowhere
from outbox.desk.bindery import is_word
from rosters.finding import Finding, Level, Place
from templates.typefaces import common

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from merge.letter import Document

_BODY = "word/document.xml"
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
_SORTS = {"Lo", "Co", "Cn"}  # letters, private ones, and those that are newer than Python's table
_FIRST = "\u3400"  # what stands before the rare hanzi is in every typeface for Chinese


def boxes(folder: Path, documents: Iterable[Document]) -> Iterator[Finding]:
    """Find the Word files of a batch that hold such characters: they are not to be printed."""
    for place, lost in _lost(folder, documents):
        advice = "请安装有这个字的字体，或到有的电脑上打印"
        yield Finding(Level.ERROR, "font.nowhere", place, f"{lost}，印出来是空框", advice)


def pictured(folder: Path, documents: Iterable[Document]) -> Iterator[Finding]:
    """Say which of the Word files show boxes where their pages are but looked at here."""
    for place, lost in _lost(folder, documents):
        advice = "文件本身不受影响；请安装有这个字的字体再做一次，或打开文件核对这个字"
        said = f"{lost}，这里看到的这一页上是空框"
        yield Finding(Level.WARNING, "font.nowhere", place, said, advice)


def _lost(folder: Path, documents: Iterable[Document]) -> Iterator[tuple[Place, str]]:
    rare = {one: _rare(folder / one.file.path) for one in documents if is_word(one)}
    lost = nowhere(set().union(*rare.values()))
    for document, chars in rare.items():
        here = sorted(chars & set(lost))
        if here:
            codes = "、".join(f"「{char}」（U+{ord(char):04X}）" for char in here)
            yield Place(document.file.path), f"这台电脑上没有一种字体有{codes}"


def _rare(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as package:
        if _BODY not in package.namelist():
            return set()  # who converts it says that he does not
        with package.open(_BODY) as part:
            texts = (one.text or "" for _, one in etree.iterparse(part, tag=_TEXT))
            return {
                char for text in texts if not common(text) for char in text
                if char >= _FIRST and not common(char) and unicodedata.category(char) in _SORTS
            }  # fmt: skip
