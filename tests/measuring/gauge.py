"""What of a rendered document is not as GB/T 9704 asks: each element found by its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from measuring import standard as std
from measuring.pages import is_black, is_red

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from measuring.pages import Page, Pages, Row, Ruled

_CLOSING = set("、，。；：！？）》”’〕】—…")
_OPENING = set("（《“‘〔【")


@dataclass(frozen=True, slots=True)
class Told:
    """What the document says, in its own words; what is empty is not there."""

    kind: str = "文件"  # 文件, 信函, 纪要, 命令, 书信
    upward: bool = False
    signers: tuple[str, ...] = ()
    mark: tuple[str, ...] = ()
    number: str = ""
    urgency: str = ""
    copies: str = ""
    title: str = ""
    addressees: str = ""
    body: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    organ: str = ""
    date: str = ""
    signed: str = "盖章"  # 盖章, 不盖章, 签名章
    remark: str = ""
    annexes: tuple[tuple[str, str], ...] = ()  # what stands on the first line, and its title
    copy: str = ""
    issued: str = ""
    issued_on: str = ""
    full: tuple[int, ...] = ()  # pages of nothing but body, from edge to edge
    profile: str = "nominal"
    across: bool = False  # some page lies across
    printed_head: bool = False  # 套打: the red head is on the paper already
    headings: dict[str, str] = field(default_factory=dict)  # its text -> the class of its typeface


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that is not as it should be."""

    what: str
    page: int
    measured: str
    asked: str

    def __str__(self) -> str:
        return f"p.{self.page} {self.what}: {self.measured}, asked {self.asked}"


class Gauge:
    """Measures one document."""

    def __init__(self, pages: Pages, told: Told) -> None:
        self._pages, self._told = pages, told
        self._all = pages.pages
        self._found: list[Deviation] = []
        # What was measured, at its first place on each page: the value, what is asked, how near.
        self.figures: dict[str, tuple[float, float, float]] = {}

    def deviations(self) -> list[Deviation]:
        """Measure everything; return what deviates."""
        for measure in (
            self._paper,
            self._pitch,
            self._full_pages,
            self._head,
            self._title,
            self._addressees,
            self._body,
            self._notes,
            self._signature,
            self._annexes,
            self._imprint,
            self._numbers,
        ):
            measure()
        return self._found

    # What all measures speak with.

    def _near(
        self, what: str, page: int, measured: float, asked: float, by: float = std.NEAR
    ) -> None:
        self.figures.setdefault(f"{what} p.{page}", (measured, asked, by))
        if abs(measured - asked) > by:
            self._found.append(Deviation(what, page, f"{measured:.2f}", f"{asked:.2f} ± {by:g}"))

    def _same(self, what: str, page: int, measured: object, asked: object) -> None:
        if measured != asked:
            self._found.append(Deviation(what, page, str(measured), str(asked)))

    def _look(self, what: str, rows: Sequence[Row], font: str, size: float) -> None:
        """Ask for one typeface and one size all through."""
        page = rows[0].page
        fonts = {glyph.font for row in rows for glyph in row.glyphs}
        self._same(f"{what}: typeface", page, "/".join(sorted(fonts)), font)
        sizes = {round(glyph.size * 2) / 2 for row in rows for glyph in row.glyphs}
        self._same(f"{what}: size", page, sorted(sizes), [size])

    def _colour(self, what: str, rows: Sequence[Row], *, red: bool = False) -> None:
        test = is_red if red else is_black
        good = all(test(glyph.colour) for row in rows for glyph in row.glyphs)
        self._same(f"{what}: colour", rows[0].page, good, True)  # noqa: FBT003 - a measured value

    def _get(self, what: str, text: str, page: int = 0) -> tuple[Row, ...] | None:
        """Find an element; that it is missing is a deviation."""
        rows = self._pages.find(text, lambda row: page in {0, row.page})
        if rows is None:
            self._found.append(Deviation(what, page, "missing", text[:12]))
        return rows

    @property
    def _line(self) -> float:
        """The pitch of the document's lines, as measured on its pages of body."""
        return self._measured_pitch

    def _box(self, row: Row) -> float:
        """Return the top of a row's line box: baseline − 0.8 L."""
        return row.baseline - std.BASELINE * self._line

    def _texts(self, page: Page) -> list[Row]:
        """Return the rows within 版心, without the page number."""
        return [row for row in page.rows if row.baseline < std.BOTTOM + 4]

    @cached_property
    def _paragraphs(self) -> list[tuple[Row, ...] | None]:
        """Where each paragraph of the body stands, in their order, below 主送."""
        before = (self._told.addressees or self._told.title,)
        return self._pages.follow((*before, *self._told.body))[1:]

    @cached_property
    def _body_rows(self) -> list[Row]:
        return [row for rows in self._paragraphs if rows for row in rows]

    @cached_property
    def _note_names(self) -> list[tuple[Row, ...] | None]:
        """Where each name of 附件说明 stands, below the body."""
        before = (self._told.addressees or self._told.title, *self._told.body, "附件：")
        return self._pages.follow((*before, *self._told.notes))[len(before) :]

    @cached_property
    def _note_rows(self) -> list[Row]:
        return [row for rows in self._note_names if rows for row in rows]

    # The measures.

    def _paper(self) -> None:
        if self._told.across:
            lie = any(self._across(page) for page in self._all)
            self._same("a page lies across", 0, lie, True)  # noqa: FBT003
        for page in self._all:
            self._same("a page with nothing on it", page.number, bool(self._texts(page)), True)  # noqa: FBT003
            wide, high = page.size
            if self._across(page):
                wide, high = high, wide
            self._near("paper width", page.number, wide, std.PAPER[0], 0.2)
            self._near("paper height", page.number, high, std.PAPER[1], 0.2)

    def _pitch(self) -> None:
        """Measure the pitch where rows of body follow each other."""
        rows = self._body_rows
        steps = [
            b.baseline - a.baseline
            for a, b in pairwise(rows)
            if a.page == b.page and 0 < b.baseline - a.baseline < 14
        ]
        self._measured_pitch = median(steps) if steps else std.LINE

    def _full_pages(self) -> None:
        for number in self._told.full:
            page = self._all[number - 1]
            rows = self._texts(page)
            self._same("lines a page", number, len(rows), std.LINES)
            if not rows:
                continue
            if self._told.profile == "nominal":
                self._near("first line box", number, self._box(rows[0]), std.TOP)
                bottom = self._box(rows[-1]) + self._line
                self._near("last line box", number, bottom, std.BOTTOM)
            else:
                box = page.ink(20, std.BOTTOM + 3)
                assert box is not None
                self._near("ink: first", number, box[1], std.TOP)
                self._near("ink: first to last", number, box[3] - box[1], std.HEIGHT)
            full = [row for row in rows if row.chars == std.CHARS]
            self._same("lines of 28 characters on a page", number, bool(full), True)  # noqa: FBT003
            left = min(row.x0 for row in rows)
            self._near("text from the left", number, left, std.LEFT)
            wide = max(row.x1 for row in rows) - left
            self._near("text width", number, wide, std.WIDTH)

    def _head(self) -> None:
        told = self._told
        if told.printed_head or not told.mark:
            return
        marks = [rows for text in told.mark if (rows := self._marked(text))]
        if not marks:
            return
        for text, rows in zip(told.mark, marks, strict=False):
            self._same(f"mark on one line: {text}", 1, len(rows), 1)
            self._colour("mark", rows, red=True)
            self._same("mark: typeface", 1, {g.font for r in rows for g in r.glyphs}, {"小标宋"})
        glyphs = [glyph for rows in marks for row in rows for glyph in row.glyphs]
        low = (
            max(glyph.baseline for glyph in glyphs) + max(g.size for g in glyphs) * std.POINT * 0.2
        )
        box = self._all[0].ink(10, low, red=True)
        if box is None:
            self._found.append(Deviation("mark", 1, "no red ink", "a red mark"))
            return
        if told.kind in std.MARK_TOP:
            self._near("mark: top", 1, box[1], std.MARK_TOP[told.kind])
        self._near("mark: centred", 1, (box[0] + box[2]) / 2, std.LEFT + std.WIDTH / 2)
        self._same("mark: within 版心", 1, box[0] > std.LEFT - 1 and box[2] < std.RIGHT + 1, True)  # noqa: FBT003
        if told.kind == "信函":
            self._letter_rules(box[3])
        elif told.number:
            self._number(box[3])

    def _marked(self, text: str) -> tuple[Row, ...] | None:
        """Find a line of the mark: of a joint one, one name may be part of another."""
        bare = "".join(text.split())
        whole = [row for row in self._all[0].rows if row.text == bare]
        return tuple(whole[:1]) or self._get("mark", text, 1)

    def _number(self, mark_bottom: float) -> None:
        told = self._told
        rows = self._get("number", told.number, 1)
        if rows is None:
            return
        self._look("number", rows, "仿宋", std.BODY)
        self._same("number: lines", 1, len(rows), 1)
        row = rows[0]
        if not told.upward:
            self._near("number: below the mark", 1, self._box(row) - mark_bottom, 2 * self._line)
        if told.upward:
            self._near("number: indent", 1, row.x0 - std.LEFT, std.CHAR)
            self._signers(row)
        else:
            self._near("number: centred", 1, row.middle, std.LEFT + std.WIDTH / 2)
        if told.kind == "文件":
            self._rule(row)

    def _signers(self, number: Row) -> None:
        rows = self._get("签发人", "签发人：", 1)
        if rows:
            self._look("签发人", rows, "仿宋", std.BODY)
        for name in self._told.signers:
            named = self._get(f"签发人 {name}", name, 1)
            if named:
                self._look("signer's name", named, "楷体", std.BODY)
        last = self._pages.find(self._told.signers[-1]) if self._told.signers else None
        if last:
            self._near("signer on the number's line", 1, last[0].baseline, number.baseline, 0.3)
            named = [self._pages.find(name) for name in self._told.signers]
            end = max(rows[-1].x1 for rows in named if rows)
            self._near("signer: right indent", 1, std.RIGHT - end, std.CHAR)

    def _rule(self, number: Row) -> None:
        red = [line for line in self._all[0].ruled if line.red]
        self._same("red rules", 1, len(red), 1)
        if not red:
            return
        line = red[0]
        box = self._all[0].ink(number.baseline - 6, line.y - line.weight, number.x0, number.x1)
        if box:
            self._near(
                "rule: below the number", 1, line.y - line.weight / 2 - box[3], std.RULE_BELOW
            )
        self._near("rule: width", 1, line.x1 - line.x0, std.WIDTH)
        self._near("rule: left", 1, line.x0, std.LEFT)
        low, high = std.RULE_WEIGHT
        self._near("rule: weight", 1, line.weight, (low + high) / 2, (high - low) / 2)

    def _letter_rules(self, mark_bottom: float) -> None:
        """Measure the two double lines of a letter (10.1): each is two lines close together."""
        red = [line for line in self._all[0].ruled if line.red]
        upper = [line for line in red if line.y < 150]
        lower = [line for line in red if line.y >= 150]
        for what, pair, thick in (("upper", upper, 0), ("lower", lower, -1)):
            self._same(f"{what} double line", 1, len(pair), 2)
            if len(pair) != 2:
                continue
            heaviest = max(pair, key=lambda line: line.weight)
            self._same(f"{what} double line: the thick one", 1, pair.index(heaviest), thick % 2)
            for line in pair:
                self._near(f"{what} double line: width", 1, line.x1 - line.x0, std.LETTER_WIDTH)
                self._near(f"{what} double line: centred", 1, (line.x0 + line.x1) / 2, 105.0)
        if len(upper) == 2:
            top = upper[0].y - upper[0].weight / 2
            self._near("upper double line: below the mark", 1, top - mark_bottom, std.RULE_BELOW)
            self._below_the_rule(upper[1])
        if len(lower) == 2:
            self._near("lower double line: place", 1, lower[1].y, std.LETTER_FOOT)

    def _below_the_rule(self, line: Ruled) -> None:
        rows = self._get("number", self._told.number, 1) if self._told.number else None
        if rows:
            self._look("number", rows, "仿宋", std.BODY)
            self._near("number: flush right", 1, rows[0].x1, std.RIGHT)
            box = self._all[0].ink(
                line.y + line.weight, rows[0].baseline + 1, rows[0].x0, rows[0].x1
            )
            if box:
                gap = box[1] - line.y
                self._near("number: below the double line", 1, gap, 14 * std.POINT, 1.5)

    def _title(self) -> None:
        told = self._told
        rows = self._get("title", told.title) if told.title else None
        if rows is None:
            return
        page = rows[0].page
        self._look("title", rows, "小标宋", std.TITLE)
        self._colour("title", rows)
        for row in rows:
            self._near("title: centred", page, row.middle, std.LEFT + std.WIDTH / 2)
            self._same("title: 20 characters a line", page, row.chars <= std.TITLE_CHARS, True)  # noqa: FBT003
        lengths = [row.chars for row in rows]
        rising = [b > a for a, b in pairwise(lengths) if a != b]
        waist = any(later and not earlier for earlier, later in pairwise(rising))
        self._same("title: 梯形 or 菱形", page, waist, False)  # noqa: FBT003
        red = [line for line in self._all[0].ruled if line.red]
        if told.kind == "文件" and red and page == 1:
            top = (
                rows[0].baseline - std.TITLE * std.POINT * 0.86
            )  # the upper edge of its characters
            lines = (top - red[0].y) / self._line
            self._near("title: below the rule, in lines", page, lines, 2.0, 0.5)
            self._near(
                "title: line box below the rule",
                page,
                self._title_box(rows) - red[0].y,
                2 * self._line,
            )

    def _title_box(self, rows: Sequence[Row]) -> float:
        """Return the top of the title's first line box; one line alone has the next one's pitch."""
        steps = [b.baseline - a.baseline for a, b in pairwise(rows)]
        pitch = steps[0] if steps else self._lone_title
        return rows[0].baseline - std.BASELINE * pitch

    @property
    def _lone_title(self) -> float:
        """The pitch of a title of one line: 实务, 32 pt."""
        return 32 * std.POINT

    def _addressees(self) -> None:
        told = self._told
        if not told.addressees or self._moved():
            return
        rows = self._get("主送", told.addressees)
        if rows is None:
            return
        page = rows[0].page
        self._look("主送", rows, "仿宋", std.BODY)
        for row in rows:
            self._near("主送: flush left", page, row.x0, std.LEFT)
        self._same("主送: colon", page, rows[-1].text[-1], "：")
        titled = self._pages.find(told.title)
        if titled and titled[-1].page == page:
            pitch = self._title_step(titled)
            bottom = titled[-1].baseline + (1 - std.BASELINE) * pitch
            self._near("主送: below the title", page, self._box(rows[0]) - bottom, self._line)

    def _moved(self) -> bool:
        """Measure 主送机关 that stand in 版记 since they left page 1 no room (7.3.2)."""
        bare = self._told.addressees.removesuffix("：")
        rows = self._pages.find(f"主送：{bare}")
        if rows is None:
            return False
        page = rows[0].page
        self._same("moved 主送: on the last page", page, page, len(self._all))
        self._look("moved 主送", rows, "仿宋", std.SMALL)
        shows = any(row.page == 1 for row in self._body_rows)
        self._same("page 1 shows the body", 1, shows, True)  # noqa: FBT003
        return True

    def _title_step(self, rows: Sequence[Row]) -> float:
        steps = [b.baseline - a.baseline for a, b in pairwise(rows)]
        return steps[0] if steps else self._lone_title

    def _body(self) -> None:
        for number, rows in enumerate(self._paragraphs, 1):
            if rows is None:
                text = self._told.body[number - 1]
                self._found.append(Deviation(f"paragraph {number}", 0, "missing", text[:12]))
                continue
            self._sizes(f"paragraph {number}", rows)
            self._near(
                f"paragraph {number}: indent", rows[0].page, rows[0].x0 - std.LEFT, 2 * std.CHAR
            )
            for row in rows[1:]:
                self._near(f"paragraph {number}: flush left", row.page, row.x0, std.LEFT)
            for at, (row, after) in enumerate(pairwise(rows)):
                self._full_line(f"paragraph {number}", row, after, 0 if at else 2)
        for heading, font in self._told.headings.items():
            rows = self._get("heading", heading)
            if rows:
                self._look(f"heading {heading[:4]}", rows, font, std.BODY)
        for page in sorted({row.page for row in self._body_rows}):
            self._grid(page)

    def _sizes(self, what: str, rows: Sequence[Row]) -> None:
        sizes = {round(glyph.size * 2) / 2 for row in rows for glyph in row.glyphs}
        self._same(f"{what}: size", rows[0].page, sorted(sizes), [std.BODY])
        self._colour(what, rows)

    def _full_line(self, what: str, row: Row, after: Row, indent: int) -> None:
        """Ask for a line that is full; punctuation that may not begin the next gives one or two."""
        asked = std.CHARS - indent
        loose = row.text[-1] in _CLOSING or after.text[0] in _CLOSING or after.text[0] in _OPENING
        loose = loose or any(
            glyph.text in _CLOSING | _OPENING for glyph in (*row.glyphs, *after.glyphs)
        )
        halves = any(glyph.text.isascii() for glyph in (*row.glyphs, *after.glyphs))
        least = asked - (2.0 if loose else 0.0) - (2.0 if halves else 0.0)
        if not least <= row.chars <= asked + (0.5 if loose or halves else 0):
            self._found.append(
                Deviation(f"{what}: characters a line", row.page, f"{row.chars:g}", f"{asked}")
            )

    def _grid(self, page: int) -> None:
        """Ask that rows of one page which follow each other keep one pitch: 22 on 225 mm."""
        self._near(
            "line pitch",
            page,
            self._line,
            std.LINE,
            0.06 if self._told.profile == "nominal" else 0.3,
        )

    def _notes(self) -> None:
        told = self._told
        if not told.notes:
            return
        label = self._get(
            "附件说明", "附件：" + ("1." if len(told.notes) > 1 else "") + told.notes[0]
        )
        if label is None:
            return
        self._near("附件说明: indent", label[0].page, label[0].x0 - std.LEFT, 2 * std.CHAR)
        self._look("附件说明", label, "仿宋", std.BODY)
        column = 5.0 if len(told.notes) == 1 else (6.0 if len(told.notes) < 10 else 6.5)
        for name, rows in zip(told.notes, self._note_names, strict=True):
            if rows is None:
                self._found.append(Deviation("附件说明", label[0].page, "missing", name))
                continue
            for row in rows:
                at = row.x0 - std.LEFT
                self._near(f"附件说明 {name[:4]}: column", row.page, at, column * std.CHAR)
        last = self._paragraphs[-1] if told.body else None
        if last and last[-1].page == label[0].page:
            step = label[0].baseline - last[-1].baseline
            self._near("附件说明: below the body", label[0].page, step, 2 * self._line)

    def _signature(self) -> None:
        told = self._told
        if not told.date:
            return
        dates = self._pages.find(told.date, lambda row: row.x0 > std.LEFT + 50)
        if dates is None:
            self._found.append(Deviation("date", 0, "missing", told.date))
            return
        date = dates[0]
        self._look("date", dates, "仿宋", std.BODY)
        above = [
            row for row in self._texts(self._all[date.page - 1]) if row.baseline < date.baseline
        ]
        self._same("date with text on its page", date.page, bool(above), True)  # noqa: FBT003
        if not told.organ:
            return
        organs = self._pages.find(
            told.organ, lambda row: row.page == date.page and 0 < date.baseline - row.baseline < 40
        )
        if organs is None:
            self._found.append(Deviation("organ", date.page, "missing", told.organ))
            return
        self._look("organ", organs, "仿宋", std.BODY)
        if told.signed == "签名章":
            self._stamped(organs, date)
            return
        page, wide = date.page, max(row.x1 - row.x0 for row in organs)
        self._near("date below the organ", page, date.baseline - organs[-1].baseline, self._line)
        left = date.x0 + date.inserted  # it stands at the right: what was inserted moved its left
        dated = date.x1 - left
        if told.signed == "盖章":
            room = max(4 * std.CHAR, (wide - dated) / 2)
            self._near("date: right indent", page, std.RIGHT - date.x1, room)
            for row in organs:
                self._near("organ: centred on the date", page, row.middle, (left + date.x1) / 2)
        elif dated > wide:
            self._near("date: right indent", page, std.RIGHT - date.x1, 2 * std.CHAR)
            self._near("organ: left of the date", page, left - organs[0].x0, 2 * std.CHAR)
        else:
            room = min(2 * std.CHAR, std.WIDTH - wide)
            self._near("organ: right indent", page, std.RIGHT - max(r.x1 for r in organs), room)
            self._near("date: right of the organ", page, left - organs[0].x0, 2 * std.CHAR)
        self._not_alone(organs[0])

    def _stamped(self, posts: Sequence[Row], date: Row) -> None:
        """Measure a signer's post and the date, a blank line between them (7.3.5.3)."""
        step = date.baseline - posts[-1].baseline
        self._near("date: below the stamp", date.page, step, 2 * self._line)
        self._near("date: right indent", date.page, std.RIGHT - date.x1, 4 * std.CHAR)
        room = std.RIGHT - max(row.x1 for row in posts)
        self._same("post: room for the stamp", date.page, room >= 6 * std.CHAR, True)  # noqa: FBT003
        above = [row for row in self._body_rows if row.page == date.page]
        if above:
            blank = (posts[0].baseline - above[-1].baseline) / self._line - 1
            self._near("signature: lines above", date.page, blank, 2, 0.2)

    def _not_alone(self, organ: Row) -> None:
        """Ask for text of the body on the signature's page (7.3.5.5)."""
        above = [
            row
            for row in (*self._body_rows, *self._note_rows)
            if row.page == organ.page and row.baseline < organ.baseline
        ]
        self._same("signature with text on its page", organ.page, bool(above), True)  # noqa: FBT003
        if above:
            last = max(above, key=lambda row: row.baseline)
            blank = (organ.baseline - last.baseline) / self._line - 1
            sealed = self._told.signed == "盖章"
            asked, by = (3, 1.1) if sealed else (1, 0.2)
            self._near("signature: lines above", organ.page, blank, asked, by)

    def _annexes(self) -> None:
        body = self._pages.find(self._told.date) if self._told.date else None
        after = body[0].page if body else 0
        for label, title in self._told.annexes:
            rows = self._pages.find(
                label, lambda row: row.page > after and row.baseline < std.TOP + 2 * std.LINE
            )
            if rows is None:
                self._found.append(Deviation("附件", 0, "not on a new page", label))
                continue
            page = rows[0].page
            self._look("附件", rows, "黑体", std.BODY)
            # A page that lies across is an upright one turned: its left edge was the lower one.
            across = self._across(self._all[page - 1])
            left, top = (std.PAPER[1] - std.BOTTOM, std.LEFT) if across else (std.LEFT, std.TOP)
            wide = std.HEIGHT if across else std.WIDTH
            self._near("附件: flush left", page, rows[0].x0, left)
            self._near("附件: first line", page, self._box(rows[0]), top)
            titled = self._pages.find(title, lambda row: row.page == page)  # noqa: B023 - used at once
            if titled is None:
                self._found.append(Deviation("附件 title", page, "missing", title))
                continue
            self._near("附件 title: centred", page, titled[0].middle, left + wide / 2)
            place = (titled[0].baseline - rows[0].baseline) / self._line + 1
            self._near("附件 title: on line", page, place, 3, 0.3)

    def _imprint(self) -> None:
        told = self._told
        if not (told.copy or told.issued):
            return
        page = self._all[-1]
        said = [text for text in (f"主送：{told.addressees[:4]}", told.copy, told.issued) if text]
        found = [rows for text in said if (rows := self._pages.find(text))]
        first = min(
            (rows[0].baseline for rows in found if rows[0].page == page.number), default=std.BOTTOM
        )
        # Those from its first text on: tables above have lines as well.
        ruled = [
            line
            for line in page.ruled
            if not line.red and line.y > first - 2 * std.SMALL * std.POINT
        ]
        asked = 1 + bool(told.copy) + bool(told.issued)
        if told.kind == "信函":  # its 版记 has no lines, and stands as low (10.1)
            asked = 0
            below = max(row.baseline for row in self._texts(page))
            self._near("版记: on the edge of 版心", page.number, below, std.BOTTOM - 2, 2.5)
        self._same("版记 lines", page.number, len(ruled), asked)
        if ruled and len(ruled) == asked:
            for at, line in enumerate(ruled):
                self._near("版记 line: width", page.number, line.x1 - line.x0, std.WIDTH)
                self._near("版记 line: left", page.number, line.x0, std.LEFT)
                edge = at in {0, len(ruled) - 1}
                weight = std.IMPRINT_THICK if edge else std.IMPRINT_THIN
                self._near("版记 line: weight", page.number, line.weight, weight, 0.03)
            self._near("版记: last line on the edge of 版心", page.number, ruled[-1].y, std.BOTTOM)
        for what, text in (
            ("抄送", told.copy),
            ("印发", told.issued),
            ("印发 date", told.issued_on),
        ):
            rows = self._get(what, text, page.number) if text else None
            if rows is None:
                continue
            self._look(what, rows, "仿宋", std.SMALL)
            small = std.SMALL * std.POINT
            if what == "印发 date":
                self._near("印发 date: right indent", page.number, std.RIGHT - rows[0].x1, small)
            else:
                self._near(f"{what}: indent", page.number, rows[0].x0 - std.LEFT, small)
            for row in rows[1:]:
                self._near(f"{what}: hanging", page.number, row.x0 - std.LEFT, 4 * small)

    def _numbers(self) -> None:
        for page in self._all:
            if self._across(page):
                self._turned(page)
                continue
            if page.number == 1 and self._told.kind == "信函":
                self._same("no number on a letter's first page", 1, self._foot(page), None)
                continue
            row = self._foot(page)
            if row is None:
                self._found.append(Deviation("page number", page.number, "missing", "— n —"))
                continue
            self._same("page number", page.number, row.text, f"—{page.number}—")
            self._look("page number", [row], "宋体", std.SMALL)
            dash = page.ink(row.baseline - 5, row.baseline + 2, row.x0, row.glyphs[0].x1)
            if dash:
                self._near("page number: dash", page.number, (dash[1] + dash[3]) / 2, std.DASH)
            small = std.SMALL * std.POINT
            if page.number % 2:
                self._near("page number: from the right", page.number, std.RIGHT - row.x1, small)
            else:
                self._near("page number: from the left", page.number, row.x0 - std.LEFT, small)

    def _across(self, page: Page) -> bool:
        return self._told.across and page.size[0] > page.size[1]

    def _turned(self, page: Page) -> None:
        """Measure the number of a page that lies across: where it stands on an upright one (8).

        Such a page is an upright one turned clockwise: what was below is at its left.
        """
        turned = page.turned
        said = "".join(text for text, _, _ in turned)
        self._same("turned page number", page.number, said, f"—{page.number}—")
        if said:
            self._near(
                "turned page number: dash", page.number, turned[0][1], std.PAPER[1] - std.DASH
            )
            small = std.SMALL * std.POINT
            odd = page.number % 2
            end = turned[-1][2] + small / 2 if odd else turned[0][2] - small / 2
            edge = std.RIGHT - small if odd else std.LEFT + small
            self._near("turned page number: from the edge", page.number, end, edge)

    def _foot(self, page: Page) -> Row | None:
        below = [row for row in page.rows if row.baseline >= std.BOTTOM + 4]
        return below[-1] if below else None


def deviations(pages: Pages, told: Told) -> Iterator[Deviation]:
    """Measure a document; walk through what deviates."""
    yield from Gauge(pages, told).deviations()
