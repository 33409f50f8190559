"""The 发文单 of a Word file: the rows of its table become the nodes that front matter becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge import keys
from merge.addressees import Addressed, understand
from merge.frontmatter import Mapping, Scalar, Sequence
from merge.source import fault
from rosters.nearness import nearest
from rosters.secrecy import is_secret
from templates.gongwen import marks
from templates.gongwen.kinds import KINDS, Form
from templates.library import stem_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Nodes

    from merge.frontmatter import Node
    from rosters.finding import Finding
    from templates.gongwen.kinds import Kind
    from templates.gongwen.wordbody import FormRow

ROWS = ("文种", "发给", "标题", "发文字号", "成文日期", "回执", "附件说明")
_ENTRY = ("每份", "范围", "名单", "文件名", "文件格式")
_LETTER = {"收件": "收件", "主题": "主题", "信件主题": "主题", "信件正文": "正文", "信件": "正文",
           "随信附件": "附件", "全发": "全发"}  # fmt: skip
_ALIAS = {"截止": "回执", "报送要求": "回执", "成文时间": "成文日期", "日期": "成文日期",
          "文号": "发文字号", "字号": "发文字号", "主送机关": "主送", "发往": "发给",
          "抄送机关": "抄送", "附件": "附件说明", "联系方式": "附注"}  # fmt: skip
_OWN = ("名册", "版式", "可提及")
# Rows of 回执: what organisations are to send back. 回执／截止 alone is a sentence of the letter.
_RETURNS = {"回执内容": "内容", "报送内容": "内容", "回执表": "内容", "频次": "频次",
            "报送频次": "频次", "起止": "起止", "报送起止": "起止",
            "截止时间": "截止时间", "零报告": "零报告",
            "节点": "节点", "纸质": "纸质", "纸质件": "纸质", "催报": "顺序", "最多催报": "最多",
            "催报时段": "时段", "核验": "核验", "采用": "采用", "汇总模板": "汇总模板",
            "汇总表": "汇总模板", "上报表": "上报表"}  # fmt: skip
_OF_REMINDING = frozenset({"顺序", "最多", "时段"})
_BY_LINES = frozenset({"节点", "核验"})
_USUAL = ("发文机关", "发文机关标志", "主送", "署名", "抄送", "印发机关", "印发日期", "附注",
          "签发人", "份号", "紧急程度", "密级", "格式", "用印", "印章", "套打", "出席", "请假",
          "列席")  # fmt: skip
_KNOWN = (*ROWS, *_ENTRY, *_LETTER, *_OWN, *_RETURNS, *_USUAL)
# 要素 that follow from others where they are not given: which, from which, and if which is there.
_FOLLOWING = (("署名", "发文机关", "发文机关"), ("印发日期", "成文日期", "印发机关"))
_MADE = frozenset({"发文机关标志", "署名"})  # of 发文机关, where they are not given
_LAYOUTS = ("重排", "原样")
_CLEAN = re.compile(r"[\s\u3000*＊:：]|[（(].*?[）)]")
_LISTED = re.compile(r"^\s*(?:\d+\s*[.．、]|[（(]\d+[）)]|[①-⑳])\s*")
_CONTACT = re.compile("联系|电话|咨询|询问")
_BRACKETS = re.compile(r"^[（(]\s*|[）)。\s]*$")
_SHOWN = 10  # characters of a value that a finding repeats
_COLON = re.compile(r"\s*[：:]$")
# 10.2 and 10.3: they have no 主送机关; nor has a 简报.
_FOR_NOBODY = (Form.MINUTES, Form.ORDER, Form.BULLETIN)
_NEAR = 50  # of 100: one of two characters
_FILES = re.compile(r"[、；;\n]+")


@dataclass
class Slip:
    """A 发文单 on its way to nodes. Line numbers are numbers of rows; 0 is a default."""

    shown: str
    defaults: Nodes[str, str]
    alone: bool = False  # one document, for nobody in particular
    opening: str = ""  # the body's first paragraph, which may greet already
    findings: list[Finding] = field(default_factory=list)
    layout: str = _LAYOUTS[0]
    _rows: dict[str, Scalar] = field(default_factory=dict)
    _entries: list[dict[str, Scalar]] = field(default_factory=list)
    _strange: dict[str, int] = field(
        default_factory=dict
    )  # rows of the writer's own, their numbers

    def read(self, rows: Iterable[FormRow]) -> Mapping:
        """Read the rows; what is wrong with them is among the findings."""
        for row in rows:
            self._row(row)
        self._take_layout()
        self._lacking()
        nodes = self._nodes().items()
        return Mapping(tuple((Scalar(key, self._line(key, node)), node) for key, node in nodes), 0)

    def _line(self, key: str, node: Node) -> int:
        """Say where what is lacking is to be written: of 回执 in its rows, its deadline first."""
        due = self._rows.get("截止时间")
        lacking = due is not None and not due.text
        return 0 if key != "回执" else due.line if due and lacking else node.line

    def _say(self, line: int, rule: str, message: str, advice: str) -> None:
        self.findings.append(fault(self.shown, line, rule, message, advice))

    def _row(self, row: FormRow) -> None:
        if not row.cells or not (key := name_of(row.cells[0])):
            lost = next((one for one in row.cells[1:2] if one.strip()), "")
            if lost:
                message = f"第一列没有写行名，第二列的「{lost.strip()[:_SHOWN]}」用不上"
                advice = "请补上行名，或者把它并到上一行的格子里"
                self._say(row.number, "job.missing", message, advice)
            return
        text = row.cells[1].strip() if len(row.cells) > 1 else ""
        if len(row.cells) == 1 and key not in _KNOWN:
            return  # a heading above the rows
        if key not in _KNOWN:
            self._strange[key] = row.number
        value = Scalar(text, row.number)
        if key == "文种" and (text or not self._entries):
            self._entries.append({"文种": value})
        elif key in ("发给", *_ENTRY):
            self._put(self._entries[-1] if self._entries else self._rows, key, value)
        else:
            self._put(self._rows, key, value)

    def _put(self, into: dict[str, Scalar], key: str, value: Scalar) -> None:
        if key in into and into[key].text and value.text:
            message = f"「{key}」写了两次，第{into[key].line}行已有"
            self._say(value.line, "job.duplicate", message, "请留一处，删去另一处")
        elif value.text or key not in into:
            into[key] = value

    def _take_layout(self) -> None:
        given = self._text("版式")
        if given is not None and given.text not in _LAYOUTS:
            message = f"「版式」不能是「{given.text}」"
            self._say(given.line, "job.value", message, "只能是：" + "、".join(_LAYOUTS))
        elif given is not None:
            self.layout = given.text

    def _lacking(self) -> None:
        """Find rows that are missing or empty, though nothing can be made without them."""
        if not self._entries:
            self._absent("文种", None)
        for entry in self._entries:
            if not entry["文种"].text:
                self._absent("文种", entry["文种"])
        first = KINDS.get(self._entries[0]["文种"].text) if self._entries else None
        order = first is not None and first.form is Form.ORDER  # its text begins below the number
        needed = dict.fromkeys(("成文日期",) if order else ("标题", "成文日期"))
        if first is not None and self.layout == _LAYOUTS[0]:
            needed.update(dict.fromkeys(key for key in first.required if key not in _MADE))
        for key in needed:
            if self._text(key) is None:
                self._absent(key, self._rows.get(key))
        made = [key for key in _MADE if first is not None and key in first.required]
        bare = self._text("发文机关") is None and any(self._text(key) is None for key in made)
        if bare and self.layout == _LAYOUTS[0]:
            advice = "请在发文单里加一行「发文机关」，或写进 fawen.toml 的 [unit] name"
            self._say(0, "job.missing", "没有说明发文机关", advice)

    def _absent(self, key: str, given: Scalar | None) -> None:
        near = nearest(key, self._strange, _NEAR) if given is None else ""
        if near:
            message, advice = f"缺少「{key}」一行", f"这里的「{near}」，是不是「{key}」？"
            self._say(self._strange[near], "job.missing", message, advice)
        elif given is None:
            self._say(0, "job.missing", f"缺少「{key}」一行", "请在发文单里加上这一行，写在第一列")
        else:
            self._say(given.line, "job.missing", f"「{key}」没有填写", "请在第二列写上")

    def _text(self, key: str) -> Scalar | None:
        """Return what a row says, else the default; None for neither."""
        given = self._rows.get(key)
        if given is not None and given.text:
            return given
        return Scalar(self.defaults[key], 0) if self.defaults.get(key) else None

    def _nodes(self) -> dict[str, Node]:
        rosters = self._text("名册")
        nodes: dict[str, Node] = {}
        if self.alone:
            nodes["名册"] = Scalar("（不用名册）", 0)
        elif rosters is not None:
            nodes["名册"] = _several(rosters)
        else:
            advice = "请在 fawen.toml 的 [defaults] 里写上，或在发文单里加一行「名册」"
            self._say(0, "job.missing", "没有说明用哪一本名册", advice)
            nodes["名册"] = Scalar("（没有）", 0)
        addressed = [self._addressed(entry) for entry in self._entries]
        entries = [
            _pairs({key: _several(one) if key == "名单" else one for key, one in entry.items()})
            for entry in self._entries
        ]
        if entries:
            nodes["文件"] = Sequence(tuple(entries), 0)
        elements = self._elements(next((one for one in addressed if one is not None), None))
        nodes["要素"] = _pairs(elements)
        nodes["信件"] = self._letter(elements, [one for one in addressed if one is not None])
        if self._judged:
            rules = {key: self._text(key) for key in keys.AWARDS}
            nodes["评选"] = _pairs({key: one for key, one in rules.items() if one is not None})
        mentions = self._text("可提及")
        if mentions is not None:
            nodes["可提及"] = _several(mentions)
        if self._owed and not self.alone:
            nodes["回执"] = _pairs(self._returns())
        return nodes

    @property
    def _judged(self) -> bool:
        """A row 推荐表 makes 公示, 党龄 and the like rows of 评选, and no 要素 of the writer's."""
        given = self._rows.get("推荐表")
        return given is not None and bool(given.text)

    @property
    def _owed(self) -> bool:
        """截止时间 alone is a 要素 that a form prints; with any other row it is of 回执."""
        return any(self._text(key) is not None for key in _RETURNS if key != "截止时间")

    def _returns(self) -> dict[str, Node]:
        """Gather 回执 out of its rows; each of 节点 and 核验 stands on a line of its own."""
        made: dict[str, Node] = {}
        reminding: dict[str, Node] = {}
        for key, name in _RETURNS.items():
            given = self._text(key)
            if given is None:
                continue
            one = _several(given) if name in _BY_LINES else given
            (reminding if name in _OF_REMINDING else made).setdefault(name, one)
        if reminding:
            made["催报"] = _pairs(reminding)
        return made

    def _addressed(self, entry: dict[str, Scalar]) -> Addressed | None:
        """Put 每份 with 范围 or 名单 in the place of 发给."""
        given = entry.pop("发给", None) or self._rows.pop("发给", None)
        for key in [key for key, value in entry.items() if not value.text and key != "文种"]:
            del entry[key]
        for key in [key for key in _ENTRY if key in self._rows]:  # a row above 文种
            entry.setdefault(key, self._rows.pop(key))
        if self.alone:
            return self._greeted(given, KINDS.get(entry["文种"].text))
        if "每份" in entry:
            return None
        if given is None and self.defaults.get("发给"):
            given = Scalar(self.defaults["发给"], 0)
        if given is None or not given.text:
            self._absent("发给", given)
        else:
            meant = understand(given.text)
            if isinstance(meant, Addressed):
                _address(entry, meant, given.line)
                return meant
            self._say(given.line, "job.to", f"发给{meant[0]}", meant[1])
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
        kinds = (KINDS.get(entry["文种"].text) for entry in self._entries)
        letter = any(kind is not None and kind.form is Form.PLAIN for kind in kinds)
        return letter and marks.salutes(self.opening)

    def _elements(self, addressed: Addressed | None) -> dict[str, Scalar]:
        """Gather 要素: those of the rows, those of fawen.toml, those that follow from others."""
        found: dict[str, Scalar] = {}
        passed = {"文种", "发给", *_ENTRY, *_LETTER, *_OWN, *(_RETURNS if self._owed else ())}
        passed |= set(keys.AWARDS) if self._judged else set()
        for key in dict.fromkeys((*_USUAL, "标题", *self._rows, *self.defaults)):
            given = self._text(key) if key not in passed else None
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
        given = {name: self._text(key) for key, name in _LETTER.items() if self._text(key)}
        letter: dict[str, Node] = {name: one for name, one in given.items() if one is not None}
        title = "".join(elements["标题"].text.split("\n")) if "标题" in elements else "文件"
        kind = self._entries[0]["文种"].text if self._entries else "文件"
        kind = stem_of(kind).rpartition("/")[2] or "文件"
        letter.setdefault("主题", Scalar(f"【{kind}】{title}（{{{{ 简称 }}}}）", 0))
        letter.setdefault("正文", Scalar(_message(elements, title), 0))
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


def name_of(cell: str) -> str:
    """Return the key that a first cell names: without blanks, colons, stars and brackets."""
    word = re.split(r"[/／]", _CLEAN.sub("", cell))[0]
    for level in (keys.ENTRY, keys.LETTER, keys.TOP):
        word = keys.canonical(word, level) or word if word.isascii() else word
    return _ALIAS.get(word, word)


def is_slip(rows: Iterable[FormRow]) -> bool:
    """Tell whether a table is a 发文单: two of its usual rows stand in it."""
    return len({name_of(row.cells[0]) for row in rows if row.cells} & set(ROWS)) > 1


def secret_rows(rows: Iterable[FormRow]) -> list[int]:
    """Find the rows that carry a 密级 mark."""
    return [
        row.number
        for row in rows
        if any(map(is_secret, (*row.cells[:2], "：".join(row.cells[:2]))))
    ]


def _pairs(nodes: Nodes[str, Node]) -> Mapping:
    pairs = tuple((Scalar(key, one.line), one) for key, one in nodes.items())
    return Mapping(pairs, min((one.line for _, one in pairs), default=0))


def _several(given: Scalar) -> Node:
    parts = [part.strip() for part in _FILES.split(given.text) if part.strip()]
    return Sequence(tuple(Scalar(part, given.line) for part in parts), given.line)


def _message(elements: dict[str, Scalar], title: str) -> str:
    """Write the letter where nobody has: what it is, by when, how to answer, whom to ask.

    What the 发文单 does not say is left out; no number or code stands in it that looks strange.
    """
    number = "{{ 发文字号 }}" if "发文字号" in elements else ""
    asked = _CONTACT.search(elements["附注"].text) if "附注" in elements else None
    whom = f"；{_BRACKETS.sub('', elements['附注'].text)}" if asked else ""
    lines = ["{{ 简称 }}：", "", f"附件是{number}《{title}》，请查收。", ""]
    if "回执" in elements:
        lines += ["{{ 回执 }}", "", f"主题请保持不变，便于登记；有问题也请直接回复本邮件{whom}。"]
    else:
        lines.append(f"有问题请直接回复本邮件{whom}。")
    lines += ["", *(["{{ 署名 }}"] if "署名" in elements else []), "{{ 成文日期 | 日期 }}"]
    return "\n".join(lines)
