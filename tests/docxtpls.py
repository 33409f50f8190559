"""docxtpl itself, in our environment: what each part that we fill is compared with."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from docx.oxml import parse_xml
from docxtpl import DocxTemplate, InlineImage
from lxml import etree
from word import picture

from templates.environment import Sandbox
from templates.rich import Kind, kind_of
from templates.values import marked_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOLDERS = [W + name for name in ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent")]


class Theirs(Sandbox):
    """Our sandbox, in which docxtpl's own kinds bring what docxtpl makes of them."""

    def __init__(self) -> None:
        super().__init__(escape=True)
        self.fit = lambda fill, value: (
            marked_up(fill, value) if kind_of(type(value)) is Kind.PLAIN else value.__html__()
        )


ENVIRONMENT = Theirs()


def image(template: Any = None, side: int = 2) -> InlineImage:
    return InlineImage(template, io.BytesIO(picture(side)))


def theirs(
    template: bytes,
    record: Mapping[str, object] | Callable[[DocxTemplate], Mapping[str, object]],
    engine: type[DocxTemplate] = DocxTemplate,
) -> bytes:
    """docxtpl's own output; a record may be made for its template, as docxtpl wants pictures."""
    tpl = engine(io.BytesIO(template))
    tpl.render(dict(record(tpl) if callable(record) else record), ENVIRONMENT)
    out = io.BytesIO()
    tpl.save(out)
    return out.getvalue()


def canonical(package: bytes) -> dict[str, bytes]:
    """Each part in canonical XML, relations in order, pictures as they are.

    Left out are the parts that python-docx writes anew and those that docxtpl escapes twice. An
    empty cell gets the paragraph that Word wants: ours has it, docxtpl's has not.
    """
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    made = {}
    for name, part in parts.items():
        if name.startswith(("docProps/", "[Content")):
            continue
        if name.endswith(".rels"):
            made[name] = b"\n".join(
                sorted(
                    etree.tostring(one, method="c14n")
                    for one in etree.fromstring(part)
                    if not one.get("Type").endswith("/core-properties")  # python-docx adds them
                )
            )
        elif name.endswith(".xml"):
            made[name] = etree.tostring(mended(parse_xml(part)), method="c14n")
        else:
            made[name] = part
    return made


def mended(root: Any) -> Any:
    for holder in root.iter(*HOLDERS):
        if len(holder) == 0 or holder[-1].tag != W + "p":
            etree.SubElement(holder, W + "p")
    return root


def differing(ours: bytes, expected: bytes) -> list[str]:
    """Name the parts that differ."""
    made, wanted = canonical(ours), canonical(expected)
    return sorted(
        name for name in made.keys() | wanted.keys() if made.get(name) != wanted.get(name)
    )
