"""A part made ready for pictures: its relations kept at hand, their kinds known to the package."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rosters.finding import Place, refuse
from templates.grammar import error

if TYPE_CHECKING:
    from templates.part import Part

_TYPES = "[Content_Types].xml"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_KINDS = {"png": "image/png", "jpeg": "image/jpeg"}


def readied(part: Part, rest: list[tuple[str, bytes]], shown: str) -> Part:
    """Take a part's relations out of the package where its tags bring pictures.

    Raises:
        InputError: no picture can stand there.

    """
    if not part.program.pictured:
        return part
    folder, _, name = part.name.decode().rpartition("/")
    if folder == "docProps":
        refuse([error(Place(shown, where="文档属性"), "文档属性里放不下图片", "请删去这个标签")])
    wanted = f"{folder}/_rels/{name}.rels"
    found = next((at for at, one in enumerate(rest) if one[0] == wanted), None)
    own = _EMPTY if found is None else rest.pop(found)[1].decode()
    types = next(at for at, one in enumerate(rest) if one[0] == _TYPES)
    rest[types] = (_TYPES, _with_kinds(rest[types][1]))
    return replace(part, relations=_opened(own))


def _opened(relations: str) -> str:
    """Have an empty list of relations end in its end tag, too."""
    head, end, _ = relations.rpartition("/>")
    whole = "</Relationships>" in relations or not end
    return relations if whole else f"{head}></Relationships>"


def _with_kinds(types: bytes) -> bytes:
    text = types.decode()
    lacking = (
        f'<Default Extension="{suffix}" ContentType="{kind}"/>'
        for suffix, kind in _KINDS.items()
        if f'Extension="{suffix}"' not in text
    )
    at = text.index(">", text.index("<Types")) + 1
    return (text[:at] + "".join(lacking) + text[at:]).encode()
