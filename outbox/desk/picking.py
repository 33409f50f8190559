"""Which documents of a batch are meant: those of an organisation, of a name, of a 文种."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.finding import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from merge.letter import Document
    from merge.manifest import Manifest


def chosen(manifest: Manifest, only: Sequence[str], kinds: Sequence[str]) -> list[Document]:
    """Return the documents that the words mean, in the order of the manifest; all without words.

    Raises:
        UsageError: words mean none, or could mean several; a 文种 is not in the batch.

    """
    strange = [one for one in kinds if one not in manifest.kinds]
    if strange:
        known = "、".join(manifest.kinds)
        raise UsageError(f"这一批里没有文种「{'、'.join(strange)}」", f"有的是：{known}")
    of = [one for one in manifest.documents if not kinds or one.kind in kinds]
    if only:
        keys = {one.key for words in only for one in _meant(manifest, of, words)}
        of = [one for one in of if one.key in keys]
    return of


def _meant(manifest: Manifest, documents: Sequence[Document], words: str) -> list[Document]:
    """Find what a key, an organisation or a name means; an organisation's are its own documents."""
    found = [one for one in documents if one.key == words]
    if found:
        return found
    called = {
        one.organisation
        for one in manifest.letters
        if words in (one.organisation, one.name, one.short)
    }
    if len(called) > 1:
        raise UsageError(f"「{words}」不止一个单位", f"请用党组织编码：{'、'.join(sorted(called))}")
    if called:
        own = [one for one in documents if one.organisation in called]
        return own or [one for one in documents if not one.organisation]
    named = [one for one in documents if words in (one.name, _row(one))]
    if len({_row(one) for one in named}) > 1:
        raise UsageError(f"叫「{words}」的不止一个", f"请用文件的编号：{_keys(named)}")
    if not named:
        from rosters.nearness import advice

        names = [(one.short, one.name) for one in manifest.letters]
        units = {one.name for one in manifest.letters}  # each is named once, in its short form
        names += [(one.name, "") for one in documents if one.name not in units]
        otherwise = "请用党组织编码、全称或简称，姓名，或 fawen show 批次 列出的编号"
        otherwise += "，一次写一个" if "、" in words else ""
        raise UsageError(f"这一批里没有「{words}」的文件", advice(words, names, otherwise))
    return named


def _row(document: Document) -> str:
    """Return a document's key without its entry: the code of a branch, say."""
    return document.key.partition("-")[2]


def _keys(documents: Iterable[Document]) -> str:
    return "、".join(one.key for one in documents)
