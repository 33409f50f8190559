"""docxtpl itself at work on one document: for values that need parts of their own.

A picture, a document within a document and a link bring parts and relations into the package, so
docxtpl opens the template, places them and saves it; the tags are filled by our compiled programs
all the same, in the same sandbox. Slow, and right.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from docxtpl import DocxTemplate

from rosters.finding import Place, refuse
from templates.archive import Archive
from templates.grammar import error
from templates.paragraphs import W
from templates.steps import fitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from templates.part import Part
    from templates.said import Said

_FIRST_ID = 1000  # docxtpl numbers pictures from the next one on


class Clerk(DocxTemplate):  # type: ignore[misc] # docxtpl ships no types
    """docxtpl for one document: its `build_url_id` and `new_subdoc` make values for this one."""

    def __init__(self, content: bytes, shown: str) -> None:
        super().__init__(io.BytesIO(content))
        self.render_init()
        self.shown = shown
        self._begun = False

    def fill(self, parts: Iterable[Part], record: Mapping[str, object]) -> tuple[bytes, bytes, str]:
        """Make the document, in halves as an archive writes them, and its sha256.

        Raises:
            InputError: this clerk has made one already, or a value does not fit.

        """
        return Archive(self.members(parts, record)).write([])

    def members(
        self, parts: Iterable[Part], record: Mapping[str, object], said: Said | None = None
    ) -> list[tuple[str, bytes]]:
        """Make the members of the document's package; `said` hears what it says.

        Raises:
            InputError: this clerk has made one already, or a value does not fit.

        """
        if self._begun:
            words = "同一个 clerk 只能填写一份文件"
            refuse([error(Place(self.shown), words, "请为每一份另开一个", "填写")])
        self._begun = True
        known = {str(one.partname).lstrip("/"): one for one in self.docx.part.package.iter_parts()}
        properties: dict[str, bytes] = {}
        for part in parts:
            name = part.name.decode()
            target = self.current_rendering_part = known.get(name)
            text = part.text(record, self, said).encode()
            if name.startswith("docProps/"):
                properties[name] = text
            elif target is self.docx.part:
                self._body(text)
            else:
                self._edge(target, text)
        return self._saved(properties)

    def _body(self, text: bytes) -> None:
        tree = fitted(self, text)
        self.docx_ids_index = _FIRST_ID
        self.fix_docpr_ids(tree)
        self.map_tree(tree.find(f"{W}body"))

    def _edge(self, target: Any, text: bytes) -> None:  # noqa: ANN401 - docxtpl ships no types
        """Put a header, a footer or notes in their place, as docxtpl does."""
        for uri in (self.HEADER_URI, self.FOOTER_URI):
            for key, part in self.get_headers_footers(uri):
                if part is target:
                    self.map_headers_footers_xml(key, text)
                    return
        target._blob = text  # noqa: SLF001 - as docxtpl does

    def _saved(self, properties: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
        """Save, to be packed anew: no clock, and a second fill makes the same bytes."""
        out = io.BytesIO()
        self.docx.save(out)
        with zipfile.ZipFile(out) as package:
            members = [(name, package.read(name)) for name in package.namelist()]
        return [(name, properties.get(name, data)) for name, data in members]
