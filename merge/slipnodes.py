"""What a 发文单 becomes: the nodes that front matter becomes, made of its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import keys
from merge.addressees import Addressed, understand
from merge.covering import message
from merge.frontmatter import Mapping, Scalar, Sequence
from merge.rownames import BY_LINES, ENTRY, LETTER, OF_REMINDING, OWN, RETURNS, USUAL
from templates.gongwen import marks
from templates.gongwen.kinds import KINDS, Form
from templates.library import stem_of

if TYPE_CHECKING:
    from collections.abc import Mapping as Nodes

    from merge.frontmatter import Node
    from merge.slip import Slip
    from templates.gongwen.kinds import Kind

# 要素 that follow from others where they are not given: which, from which, and if which is there.
_FOLLOWING = (("署名", "发文机关", "发文机关"), ("印发日期", "成文日期", "印发机关"))
_LISTED = re.compile(r"^\s*(?:\d+\s*[.．、]|[（(]\d+[）)]|[①-⑳])\s*")
_COLON = re.compile(r"\s*[：:]$")
# 10.2 and 10.3: they have no 主送机关; nor has a 简报.
_FOR_NOBODY = (Form.MINUTES, Form.ORDER, Form.BULLETIN)
_FILES = re.compile(r"[、；;\n]+")


@dataclass(frozen=True, slots=True)
class SlipNodes:
    """A 发文单 on its way to nodes; what is wrong with it is among its findings.

    `alone` is one document, for nobody in particular; `opening` is the body's first paragraph,
    which may greet already.
    """

    slip: Slip
    alone: bool
    opening: str

    def root(self) -> Mapping:
        """Make the nodes."""
        nodes = self._nodes().items()
        return Mapping(tuple((Scalar(key, self._line(key, node)), node) for key, node in nodes), 0)

    def _line(self, key: str, node: Node) -> int:
        """Say where what is lacking is to be written: of 回执 in its rows, its deadline first."""
        due = self.slip.rows.get("截止时间")
        lacking = due is not None and not due.text
        return 0 if key != "回执" else due.line if due and lacking else node.line

    def _nodes(self) -> dict[str, Node]:
        rosters = self.slip.text("名册")
        nodes: dict[str, Node] = {}
        if self.alone:
            nodes["名册"] = Scalar("（不用名册）", 0)
        elif rosters is not None:
            nodes["名册"] = _several(rosters)
        else:
            advice = "请在 fawen.toml 的 [defaults] 里写上，或在发文单里加一行「名册」"
            self.slip.say(0, "job.missing", "没有说明用哪一本名册", advice)
            nodes["名册"] = Scalar("（没有）", 0)
        addressed = [self._addressed(entry) for entry in self.slip.entries]
        entries = [
            _pairs({key: _several(one) if key == "名单" else one for key, one in entry.items()})
            for entry in self.slip.entries
        ]
        if entries:
            nodes["文件"] = Sequence(tuple(entries), 0)
        elements = self._elements(next((one for one in addressed if one is not None), None))
        nodes["要素"] = _pairs(elements)
        nodes["信件"] = self._letter(elements, [one for one in addressed if one is not None])
        if self._judged:
            rules = {key: self.slip.text(key) for key in keys.AWARDS}
            nodes["评选"] = _pairs({key: one for key, one in rules.items() if one is not None})
        mentions = self.slip.text("可提及")
        if mentions is not None:
            nodes["可提及"] = _several(mentions)
        if self._owed and not self.alone:
            nodes["回执"] = _pairs(self._returns())
        return nodes

    @property
    def _judged(self) -> bool:
        """A row 推荐表 makes 公示, 党龄 and the like rows of 评选, and no 要素 of the writer's."""
        given = self.slip.rows.get("推荐表")
        return given is not None and bool(given.text)

    @property
    def _owed(self) -> bool:
        """截止时间 alone is a 要素 that a form prints; with any other row it is of 回执."""
        return any(self.slip.text(key) is not None for key in RETURNS if key != "截止时间")

    def _returns(self) -> dict[str, Node]:
        """Gather 回执 out of its rows; each of 节点 and 核验 stands on a line of its own."""
        made: dict[str, Node] = {}
        reminding: dict[str, Node] = {}
        for key, name in RETURNS.items():
            given = self.slip.text(key)
            if given is None:
                continue
            one = _several(given) if name in BY_LINES else given
            (reminding if name in OF_REMINDING else made).setdefault(name, one)
        if reminding:
            made["催报"] = _pairs(reminding)
        return made

    def _addressed(self, entry: dict[str, Scalar]) -> Addressed | None:
        """Put 每份 with 范围 or 名单 in the place of 发给."""
        given = entry.pop("发给", None) or self.slip.rows.pop("发给", None)
        for key in [key for key, value in entry.items() if not value.text and key != "文种"]:
            del entry[key]
        for key in [key for key in ENTRY if key in self.slip.rows]:  # a row above 文种
            entry.setdefault(key, self.slip.rows.pop(key))
        if self.alone:
            return self._greeted(given, KINDS.get(entry["文种"].text))
        if "每份" in entry:
            return None
        if given is None and self.slip.defaults.get("发给"):
            given = Scalar(self.slip.defaults["发给"], 0)
        if given is None or not given.text:
            self.slip.absent("发给", given)
        else:
            meant = understand(given.text)
            if isinstance(meant, Addressed):
                _address(entry, meant, given.line)
                return meant
            self.slip.say(given.line, "job.to", f"发给{meant[0]}", meant[1])
        entry["每份"] = Scalar("批次", 0)
        return None

    def _greeted(self, given: Scalar | None, kind: Kind | None) -> Addressed | None:
        """Take 发给 as 主送: of a document alone it may be words that no roster knows."""
        if given is None or not given.text or (kind is not None and kind.form in _FOR_NOBODY):
            return None
        meant = understand(given.text)
        words = meant.greeting if isinstance(meant, Addressed) else given.text.strip()
        said, colon = _COLON.subn("", self.opening.strip())
        if self._greets() or (colon and said == _COLON.sub("", words)):
            return None  # the body begins with it
        return Addressed("批次", greeting=words)

    def _greets(self) -> bool:
        """Tell whether the body of a letter begins with a salutation of its own."""
        kinds = (KINDS.get(entry["文种"].text) for entry in self.slip.entries)
        letter = any(kind is not None and kind.form is Form.PLAIN for kind in kinds)
        return letter and marks.salutes(self.opening)

    def _elements(self, addressed: Addressed | None) -> dict[str, Scalar]:
        """Gather 要素: those of the rows, those of fawen.toml, those that follow from others."""
        found: dict[str, Scalar] = {}
        passed = {"文种", "发给", *ENTRY, *LETTER, *OWN, *(RETURNS if self._owed else ())}
        passed |= set(keys.AWARDS) if self._judged else set()
        for key in dict.fromkeys((*USUAL, "标题", *self.slip.rows, *self.slip.defaults)):
            given = self.slip.text(key) if key not in passed else None
            if given is not None:
                found[key] = given
        if addressed is not None and addressed.greeting and not self._greets():
            found.setdefault("主送", Scalar(addressed.greeting, 0))
        for key, source, where in _FOLLOWING:
            if source in found and where in found:
                found.setdefault(key, Scalar(found[source].text, 0))
        if "附件说明" in found:
            given = found["附件说明"]
            lines = [_LISTED.sub("", line).strip() for line in given.text.split("\n")]
            found["附件说明"] = Scalar("\n".join(line for line in lines if line), given.line)
        return found

    def _letter(self, elements: dict[str, Scalar], addressed: list[Addressed]) -> Mapping:
        given = {name: self.slip.text(key) for key, name in LETTER.items() if self.slip.text(key)}
        letter: dict[str, Node] = {name: one for name, one in given.items() if one is not None}
        title = "".join(elements["标题"].text.split("\n")) if "标题" in elements else "文件"
        kind = self.slip.entries[0]["文种"].text if self.slip.entries else "文件"
        kind = stem_of(kind).rpartition("/")[2] or "文件"
        letter.setdefault("主题", Scalar(f"【{kind}】{title}（{{{{ 简称 }}}}）", 0))
        letter.setdefault("正文", Scalar(message(elements, title), 0))
        if self.alone or (addressed and all(one.per == "批次" for one in addressed)):
            letter.setdefault("全发", Scalar("是", 0))
        files = given.get("附件")
        if files is not None:
            letter["附件"] = _several(files)
        return _pairs(letter)


def _address(entry: dict[str, Scalar], meant: Addressed, line: int) -> None:
    entry["每份"] = Scalar(meant.per, line)
    if meant.scope:
        entry.setdefault("范围", Scalar(meant.scope, line))
    if meant.names:
        entry.setdefault("名单", Scalar("\n".join(meant.names), line))


def _pairs(nodes: Nodes[str, Node]) -> Mapping:
    pairs = tuple((Scalar(key, one.line), one) for key, one in nodes.items())
    return Mapping(pairs, min((one.line for _, one in pairs), default=0))


def _several(given: Scalar) -> Node:
    parts = [part.strip() for part in _FILES.split(given.text) if part.strip()]
    return Sequence(tuple(Scalar(part, given.line) for part in parts), given.line)
