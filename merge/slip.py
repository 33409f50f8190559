"""The 发文单 of a Word file as it was filled in: its rows, and those that are missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.frontmatter import Scalar
from merge.rownames import ENTRY, KNOWN, name_of
from merge.source import fault
from rosters.nearness import nearest
from templates.gongwen.kinds import KINDS, Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rosters.finding import Finding
    from templates.gongwen.wordbody import FormRow

_MADE = frozenset({"发文机关标志", "署名"})  # of 发文机关, where they are not given
_LAYOUTS = ("重排", "原样")
_SHOWN = 10  # characters of a value that a finding repeats
_NEAR = 50  # of 100: one of two characters


@dataclass
class Slip:
    """A 发文单 as it was filled in. Line numbers are numbers of rows; 0 is a default."""

    shown: str
    defaults: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    layout: str = _LAYOUTS[0]
    rows: dict[str, Scalar] = field(default_factory=dict)
    entries: list[dict[str, Scalar]] = field(default_factory=list)
    _strange: dict[str, int] = field(
        default_factory=dict
    )  # rows of the writer's own, their numbers

    def read(self, rows: Iterable[FormRow]) -> None:
        """Read the rows; what is wrong with them is among the findings."""
        for row in rows:
            self._row(row)
        self._take_layout()
        self._lacking()

    def say(self, line: int, rule: str, message: str, advice: str) -> None:
        """Say what is wrong with a row."""
        self.findings.append(fault(self.shown, line, rule, message, advice))

    def _row(self, row: FormRow) -> None:
        if not row.cells or not (key := name_of(row.cells[0])):
            lost = next((one for one in row.cells[1:2] if one.strip()), "")
            if lost:
                message = f"第一列没有写行名，第二列的「{lost.strip()[:_SHOWN]}」用不上"
                advice = "请补上行名，或者把它并到上一行的格子里"
                self.say(row.number, "job.missing", message, advice)
            return
        text = row.cells[1].strip() if len(row.cells) > 1 else ""
        if len(row.cells) == 1 and key not in KNOWN:
            return  # a heading above the rows
        if key not in KNOWN:
            self._strange[key] = row.number
        value = Scalar(text, row.number)
        if key == "文种" and (text or not self.entries):
            self.entries.append({"文种": value})
        elif key in ("发给", *ENTRY):
            self._put(self.entries[-1] if self.entries else self.rows, key, value, row)
        else:
            self._put(self.rows, key, value, row)

    def _put(self, into: dict[str, Scalar], key: str, value: Scalar, row: FormRow) -> None:
        if key in into and into[key].text and value.text:
            said = row.cells[0].strip().rstrip("：:")
            what = f"「{key}」写了两次" if said == key else f"「{said}」就是「{key}」"
            message = f"{what}，第{into[key].line}行已有"
            self.say(value.line, "job.duplicate", message, "请留一处，删去另一处")
        elif value.text or key not in into:
            into[key] = value

    def _take_layout(self) -> None:
        given = self.text("版式")
        if given is not None and given.text not in _LAYOUTS:
            message = f"「版式」不能是「{given.text}」"
            self.say(given.line, "job.value", message, "只能是：" + "、".join(_LAYOUTS))
        elif given is not None:
            self.layout = given.text

    def _lacking(self) -> None:
        """Find rows that are missing or empty, though nothing can be made without them."""
        if not self.entries:
            self.absent("文种", None)
        for entry in self.entries:
            if not entry["文种"].text:
                self.absent("文种", entry["文种"])
        first = KINDS.get(self.entries[0]["文种"].text) if self.entries else None
        order = first is not None and first.form is Form.ORDER  # its text begins below the number
        needed = dict.fromkeys(("成文日期",) if order else ("标题", "成文日期"))
        if first is not None and self.layout == _LAYOUTS[0]:
            needed.update(dict.fromkeys(key for key in first.required if key not in _MADE))
        for key in needed:
            if self.text(key) is None:
                self.absent(key, self.rows.get(key))
        made = [key for key in _MADE if first is not None and key in first.required]
        bare = self.text("发文机关") is None and any(self.text(key) is None for key in made)
        if bare and self.layout == _LAYOUTS[0]:
            advice = "请在发文单里加一行「发文机关」，或写进 fawen.toml 的 [unit] name"
            self.say(0, "job.missing", "没有说明发文机关", advice)

    def absent(self, key: str, given: Scalar | None) -> None:
        """Say that a row is missing, or is empty."""
        near = nearest(key, self._strange, _NEAR) if given is None else ""
        if near:
            message, advice = f"缺少「{key}」一行", f"这里的「{near}」，是不是「{key}」？"
            self.say(self._strange[near], "job.missing", message, advice)
        elif given is None:
            self.say(0, "job.missing", f"缺少「{key}」一行", "请在发文单里加上这一行，写在第一列")
        else:
            self.say(given.line, "job.missing", f"「{key}」没有填写", "请在第二列写上")

    def text(self, key: str) -> Scalar | None:
        """Return what a row says, else the default; None for neither."""
        given = self.rows.get(key)
        if given is not None and given.text:
            return given
        return Scalar(self.defaults[key], 0) if self.defaults.get(key) else None
