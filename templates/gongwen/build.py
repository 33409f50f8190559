"""Blocks and 要素 -> a Word template, compiled once and filled for each document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from templates.gongwen import annexes, closing, layout, solve
from templates.gongwen import bulletin as bulletins
from templates.gongwen.blocks import Attachment, PageBreak, Paragraph
from templates.gongwen.head import head, height
from templates.gongwen.honours import LIST, names
from templates.gongwen.imprint import imprint
from templates.gongwen.kinds import Form
from templates.gongwen.pages import Pages, break_
from templates.gongwen.parcel import root, settings
from templates.gongwen.prose import change, exact, paragraph, run, tiny
from templates.gongwen.styles import styles
from templates.gongwen.text import Text, kept
from templates.wml import Element, W, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rosters.finding import Place
    from templates.gongwen.blocks import Block
    from templates.gongwen.body import Outline
    from templates.gongwen.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Built:
    """A template, and where each paragraph of its body comes from, by its number from 1."""

    content: bytes
    origins: Mapping[int, Place] = field(default_factory=dict)


def build(sheet: Sheet, outline: Outline) -> Built:
    """Set a body and 要素. Same inputs, same bytes."""
    maker = _Maker(sheet)
    maker.document(outline.blocks)
    return maker.built()


class _Maker:
    """The document as it grows: its elements, its sections, its notes."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.text = Text(sheet)
        self.pages = Pages(sheet)
        self.body = element("body")
        self.across = False
        # Before the sections: the first of relations are those that every document has.
        sheet.parcel.part("styles", "styles", styles(sheet.settings))

    def document(self, blocks: Sequence[Block]) -> None:
        """Write everything in its order."""
        sheet = self.sheet
        moved = self._moved()
        main, attached = annexes.split(blocks)
        listed = sheet.kind.honours and not attached
        bulletin = sheet.form is Form.BULLETIN
        self._add(bulletins.head(sheet) if bulletin else head(sheet))
        greeted = sheet.has("主送") and not bulletin
        self._add(_title(sheet, lead=moved or not greeted))
        if greeted and not moved:
            self._add([_addressees(sheet)])
        begun = len(self.body)
        self._flow(main)
        self._add(bulletins.sections(sheet) if sheet.kind.deeds else ())
        noted = list(closing.notes(sheet, main, (LIST,) if listed else attached))
        if not (noted or bulletin):  # no signature stands below a 简报
            kept(self.body[begun:])
        self._add(noted)
        self._add(closing.attendance(sheet))
        self._add(() if bulletin else closing.signature(sheet))
        self._add(closing.remark(sheet))
        self._flow((LIST,) if listed else attached)
        if listed:
            self._add(names(sheet))
        closed = list(imprint(sheet, moved=moved)) if sheet.form is not Form.PLAIN else []
        if closed and self.across:
            self._turn(across=False)
            closed = [tiny(), *closed]  # no section can begin with what floats
        self._add(closed)
        self.body.append(self.pages.section(across=self.across))

    def built(self) -> Built:
        """Put the package together."""
        made = root("document")
        made.append(self.body)
        parcel, notes = self.sheet.parcel, self.text.footnotes
        if notes:
            parcel.part("footnotes", "footnotes", notes.part())
        parcel.part("settings", "settings", settings(even=True, notes=bool(notes)))
        numbered = enumerate(made.iter(W + "p"), 1)
        places = self.text.places
        origins = {number: places[one] for number, one in numbered if one in places}
        return Built(parcel.written(made), origins)

    def _add(self, made: Iterable[Element]) -> None:
        for one in made:
            self.body.append(one)

    def _flow(self, blocks: Sequence[Block]) -> None:
        """Set blocks, a part at a time: pages are broken and turned where blocks say so."""
        part: list[Block] = []
        broken = False
        for block in blocks:
            if not isinstance(block, Attachment | PageBreak):
                part.append(block)
                continue
            self._part(part, broken=broken)
            part = []
            turned = block.landscape != self.across
            self._turn(across=block.landscape)
            broken = isinstance(block, PageBreak) and not turned
            if isinstance(block, Attachment):
                self._add(annexes.opening(block, self.text, breaks=not turned))
        self._part(part, broken=broken)

    def _part(self, blocks: Sequence[Block], *, broken: bool) -> None:
        """Set what stands between two breaks; `broken`: it begins a page."""
        if broken and blocks and not isinstance(blocks[0], Paragraph):
            self.body.append(tiny(pageBreakBefore={}))
            broken = False
        for made in self.text.blocks(blocks, across=self.across):
            if broken:
                change(made, pageBreakBefore={})
            broken = False
            self.body.append(made)

    def _turn(self, *, across: bool) -> None:
        if across != self.across:
            self.body.append(break_(self.pages.section(across=self.across)))
            self.across = across

    def _moved(self) -> bool:
        """Tell whether 主送机关 are so many that page 1 would show no text (7.3.2)."""
        sheet = self.sheet
        if not sheet.has("主送") or sheet.form in {Form.PLAIN, Form.BULLETIN}:
            return False
        titles = len(solve.title_lines(sheet.foreseen("标题"))) * layout.TITLE_PITCH.twips
        used = height(sheet) + titles / sheet.line + layout.TITLE_BELOW.value + 1
        return solve.belongs_in_imprint(sheet.foreseen("主送"), int(layout.LINES.value - used))


def _title(sheet: Sheet, *, lead: bool) -> Iterator[Element]:
    """Write 标题, its lines solved for each document; names in it are never broken (7.3.1)."""
    if not sheet.wants("标题"):
        return
    whole = [*sheet.tags("标题"), *(one for one in ("署名", "发文机关") if sheet.has(one))]
    lines = f"标题 | 标题分行([{', '.join(whole)}])"
    above = 0 if sheet.form is Form.PLAIN else layout.TITLE_BELOW.value
    yield paragraph(
        "GwTitle",
        f"for 标题行 in {lines}",
        "if not loop.first",
        element("r", element("br")),
        "endif",
        run("{{ 标题行 }}"),
        "endfor",
        spacing=exact(layout.TITLE_PITCH.twips, round(above * sheet.line), sheet.line * lead),
    )


def _addressees(sheet: Sheet) -> Element:
    """Write 主送机关 one line below the title, flush left (7.3.2)."""
    colon = "" if sheet.text("主送").endswith(("：", ":")) else "："
    before = round(layout.ADDRESS_BELOW.value * sheet.line)
    text = run(f"{{{{ 主送 }}}}{colon}")
    return paragraph("GwAddressee", text, spacing=exact(sheet.line, before))
