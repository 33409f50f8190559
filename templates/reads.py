"""What a template reads: a typed walk over its tree, loops and relations followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from jinja2 import nodes

from templates.filters import KEEPS, PRESUMED, READS
from templates.gongwen.fitting import LINES
from templates.placed import NAMED
from templates.tags import original

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rosters.finding import Place
    from templates.tags import Tag

MANY = frozenset({"下级", "党员", "全部党员"})
OWN = "行"
_STROKES = "姓氏笔画"


class Use(NamedTuple):
    """A read of one name: `path` is the chain of relations from the document's own row.

    `kind` is "value", "list" (a loop or a list filter runs over it), "condition", "strokes" (rows
    are ordered by 姓氏笔画 of it) or "picture" or "document" (it names one). `font` is the one that
    the tag stands in, empty where nothing is printed or the font is not known.
    """

    path: tuple[str, ...]
    name: str
    place: Place
    kind: str
    font: str = ""


class _Row(NamedTuple):
    path: tuple[str, ...]


class _Rows(NamedTuple):
    path: tuple[str, ...]


class _Name(NamedTuple):
    """A name not yet known to be a value, a row or a list: how it is used decides."""

    path: tuple[str, ...]
    name: str


_Type: TypeAlias = "_Row | _Rows | _Name | None"
_Local: TypeAlias = "Mapping[str, _Type]"


class Reader:
    """Walks a tree and collects its uses, each once."""

    def __init__(self, tag_of: Callable[[int], Tag]) -> None:
        self._tag_of = tag_of
        self._found: dict[Use, None] = {}

    def uses(self, tree: nodes.Template) -> tuple[Use, ...]:
        """Return every static read of a template."""
        self._all(tree.body, {})
        return tuple(self._found)

    def _all(self, found: list[nodes.Node], local: _Local) -> None:
        for node in found:
            self._statement(node, local)

    def _statement(self, node: nodes.Node, local: _Local) -> None:
        if isinstance(node, nodes.For):
            row = self._rows(self._typed(node.iter, local, "list"), node.lineno)
            inner = {**local, getattr(node.target, "name", ""): row, "loop": None}
            if node.test is not None:
                self._read(node.test, inner, "condition")
            self._all(node.body, inner)
            self._all(node.else_, local)
        elif isinstance(node, nodes.If):
            self._read(node.test, local, "condition")
            for branch in (node.body, node.elif_, node.else_):
                self._all(list(branch), local)
        elif isinstance(node, nodes.Output):
            for child in node.nodes:
                self._read(child, local, "value")

    def _read(self, node: nodes.Node, local: _Local, kind: str) -> None:
        self._settle(self._typed(node, local, kind), kind, node.lineno)

    def _settle(self, found: _Type, kind: str, line: int, *, printed: bool = True) -> None:
        if isinstance(found, _Name):
            kind = "list" if found.name in MANY and kind != "condition" else kind
            tag = self._tag_of(line)
            font = tag.font if printed and kind == "value" else ""
            self._found[Use(found.path, found.name, tag.place, kind, font)] = None

    def _typed(self, node: nodes.Node, local: _Local, kind: str) -> _Type:
        """Return what an expression is, having noted what it reads on the way."""
        if isinstance(node, nodes.Name):
            if node.name in local:
                return local[node.name]
            name = original(node.name)
            return _Row(()) if name == OWN else _Name((), name)
        if isinstance(node, nodes.Getattr):
            return self._step(node.node, original(node.attr), local, kind, node.lineno)
        if isinstance(node, nodes.Getitem):
            return self._item(node, local, kind)
        if isinstance(node, nodes.Filter):
            return self._filtered(node, local, kind)
        if isinstance(node, nodes.CondExpr):
            self._read(node.test, local, "condition")
            children: Iterator[nodes.Node] = iter([n for n in (node.expr1, node.expr2) if n])
        else:
            children = node.iter_child_nodes()
        for child in children:
            self._read(child, local, kind)
        return None

    def _item(self, node: nodes.Getitem, local: _Local, kind: str) -> _Type:
        key = node.arg
        if isinstance(key, nodes.Const) and isinstance(key.value, str):
            return self._step(node.node, key.value, local, kind, node.lineno)
        self._read(node.node, local, kind)
        self._read(key, local, kind)
        return None

    def _step(self, of: nodes.Node, name: str, local: _Local, kind: str, line: int) -> _Type:
        if isinstance(of, nodes.Name) and of.name == "loop" and "loop" in local:
            return None
        found = self._typed(of, local, kind)
        row = self._row(found, line)
        if row is None:
            return None
        return row if name == OWN and not row.path else _Name(row.path, name)

    def _row(self, found: _Type, line: int) -> _Row | None:
        """Take something as one row: 党组织.简称 reads 党组织 first."""
        if isinstance(found, _Name):
            self._settle(found, "list" if found.name in MANY else "value", line)
            return _Row((*found.path, found.name))
        return found if isinstance(found, _Row) else None

    def _rows(self, found: _Type, line: int) -> _Row | None:
        """Take something as a list; return what each of its rows is."""
        if isinstance(found, _Name):
            self._settle(found, "list", line)
            return _Row((*found.path, found.name))
        return _Row(found.path) if isinstance(found, _Rows) else None

    def _filtered(self, node: nodes.Filter, local: _Local, kind: str) -> _Type:
        name = original(node.name)
        kind = "value" if name in LINES else kind
        kind = NAMED.get(name, kind) if kind == "value" else kind
        found = None if node.node is None else self._typed(node.node, local, kind)
        at = 0 if name in KEEPS else READS.get(name, -1)
        column = node.args[at] if 0 <= at < len(node.args) else None
        for arg in node.args:
            if arg is not column:
                self._read(arg, local, kind)
        if column is None and name in PRESUMED:
            column = nodes.Const(PRESUMED[name])
        if column is None and name not in {"首", "first"}:
            self._settle(found, kind, node.lineno)
            return None
        row = self._rows(found, node.lineno)
        if row is None:
            return None
        if isinstance(column, nodes.Const):
            use = "condition" if kind == "condition" else "value"
            use = "strokes" if name == _STROKES else use
            settled = _Name(row.path, str(column.value))
            self._settle(settled, use, node.lineno, printed=name not in KEEPS)
        if name in KEEPS:
            return _Rows(row.path)
        return row if column is None else None
