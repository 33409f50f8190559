"""What a job's file says, before it is checked: the same for Word and for Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from merge import keys
from merge.frontmatter import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from merge.frontmatter import Node
    from rosters.finding import Finding
    from templates.gongwen.body import Outline


@dataclass(slots=True)
class Told:
    """Nodes and a body, with what was found on the way: in the form, and in the body.

    `form` is what the place of a line is called: 发文单第2行, or "" where lines are the file's.
    `own` is the Word file itself as a template, where it goes as it stands.
    """

    root: Mapping
    body: Outline
    findings: list[Finding] = field(default_factory=list)
    of_body: list[Finding] = field(default_factory=list)
    form: str = ""
    own: bytes | None = None

    def placed(self, finding: Finding) -> Finding:
        """Put a finding at a row of the 发文单, where lines are rows; one of fawen.toml stays."""
        if not self.form or finding.place.where.startswith((self.form, "[defaults]")):
            return finding
        where = f"{self.form}{finding.place.where}"
        return replace(finding, place=replace(finding.place, where=where))


def alone(root: Mapping) -> Mapping:
    """Make of a job's nodes those of one document that is for nobody in particular."""
    kept = [(key, node) for key, node in root.items if _kept(key)]
    single = any(_is(key, "文种", keys.ENTRY) for key, _ in kept)
    made = [(key, _entries(node) if _is(key, "文件", keys.TOP) else node) for key, node in kept]
    letter = Mapping(tuple((Scalar(key, 0), Scalar("—", 0)) for key in ("主题", "正文")), 0)
    everyone = ((Scalar("全发", 0), Scalar("是", 0)),)
    letter = letter._replace(items=(*letter.items, *everyone))
    made += [(Scalar("名册", 0), Scalar("—", 0)), (Scalar("信件", 0), letter)]
    if single:
        made.append((Scalar("每份", 0), Scalar("批次", 0)))
    return root._replace(items=tuple(made))


def _is(key: Scalar, name: str, level: keys.Table) -> bool:
    return keys.canonical(key.text, level) == name


def _kept(key: Scalar) -> bool:
    dropped = keys.canonical(key.text, keys.TOP) in {"名册", "信件", "回执"}
    return not dropped and keys.canonical(key.text, keys.ENTRY) not in _WHOM


_WHOM = {"每份", "范围", "名单", "文件名"}


def _entries(node: Node) -> Node:
    if isinstance(node, Sequence):
        return node._replace(items=tuple(_entries(one) for one in node.items))
    if not isinstance(node, Mapping):
        return node
    items = [(key, value) for key, value in node.items if _kept(key)]
    return node._replace(items=(*items, (Scalar("每份", 0), Scalar("批次", 0))))
