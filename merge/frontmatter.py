"""Front matter as nodes: every scalar is text and remembers its line; nothing is typed.

Read from PyYAML's nodes, not its values: `份号: 000012`, `截止: 12:30`, `编号: 1e3` and `状态: 否`
stay what was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import yaml

from merge.lines import Lines
from merge.source import fault

if TYPE_CHECKING:
    from collections.abc import Collection

    from merge.source import Source
    from rosters.finding import Finding


class Scalar(NamedTuple):
    """A text, and the line it starts on."""

    text: str
    line: int


class Mapping(NamedTuple):
    """Keys and values, in their order."""

    items: tuple[tuple[Scalar, Node], ...]
    line: int


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    line: int


Node: TypeAlias = Scalar | Mapping | Sequence

_SAID = {
    "mapping values are not allowed here": "缩进或冒号不对",
    "could not find expected ':'": "这一行缺少冒号",
    "expected ',' or ']'": "方括号没有闭合",
    "expected ',' or '}'": "花括号没有闭合",
    "found unexpected end of stream": "引号没有闭合",
    "unknown escape character": "双引号里的反斜杠 \\ 有特殊含义",
}
_CURE = "同一级的键要上下对齐，下一级多缩进两个空格，列表项以「- 」开头；拿不准的值请加英文引号"
_DEEPEST = 20


def parse(source: Source, shown: str, texts: Collection[str]) -> tuple[Mapping, list[Finding]]:
    """Read the front matter; what cannot be read is left out and found.

    `texts` names the keys whose lists hold plain text.
    """
    lines = Lines(shown, texts)
    text = "\n".join(lines.rewrite(source.front, source.front_line)) + "\n"
    reading = _Reading(shown, source.front_line, lines.findings)
    empty = Mapping((), source.front_line)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        reading.broken(error)
        return empty, lines.findings
    except (yaml.YAMLError, RecursionError):
        reading.say(source.front_line, "job.syntax", "各项要求读不懂", _CURE)
        return empty, lines.findings
    if root is None:
        return empty, lines.findings
    node = reading.node(root, 0)
    if isinstance(node, Mapping):
        return node, lines.findings
    reading.say(node.line, "job.syntax", "各项要求要写成「键: 值」", _CURE)
    return empty, lines.findings


class _Reading(NamedTuple):
    shown: str
    first: int
    findings: list[Finding]

    def say(self, line: int, rule: str, message: str, advice: str) -> None:
        self.findings.append(fault(self.shown, line, rule, message, advice))

    def broken(self, error: yaml.MarkedYAMLError) -> None:
        problem = error.problem or ""
        mark = error.problem_mark or error.context_mark
        if problem.startswith("expected ',' or"):  # the bracket itself, not where YAML gave up
            mark = error.context_mark or mark
        line = self.first + (mark.line if mark else 0)
        said = next((word for sign, word in _SAID.items() if sign in problem), "缩进或写法不对")
        self.say(line, "job.syntax", said, _CURE)

    def node(self, node: yaml.Node, depth: int) -> Node:
        line = self.first + node.start_mark.line
        if depth > _DEEPEST:
            self.say(line, "job.syntax", "括号套得太深", "请减少层次")
            return Scalar("", line)
        if isinstance(node, yaml.MappingNode):
            return Mapping(self._pairs(node, depth), line)
        if isinstance(node, yaml.SequenceNode):
            return Sequence(tuple(self.node(one, depth + 1) for one in node.value), line)
        return Scalar(str(node.value).rstrip("\n"), line)

    def _pairs(self, node: yaml.MappingNode, depth: int) -> tuple[tuple[Scalar, Node], ...]:
        pairs: list[tuple[Scalar, Node]] = []
        for key, value in node.value:
            name = self.node(key, depth + 1)
            if not isinstance(name, Scalar):
                self.say(name.line, "job.syntax", "键要是文字", "值以 { 或 [ 开头时请加英文引号")
                continue
            pairs.append((name, self.node(value, depth + 1)))
        return tuple(pairs)
