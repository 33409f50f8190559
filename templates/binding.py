"""Names led to the record: a step on the Jinja tree before it becomes Python."""

from __future__ import annotations

from typing import Any

from jinja2 import nodes

from templates.tags import original

RECORD = "x_record"  # the record itself, and the loops' filter: a name that no tag can write
LEAST = 200  # what one turn of a loop, or one row of a filter, costs at least


def bind(node: nodes.Node, local: frozenset[str]) -> None:
    """Lead each name that no loop binds to the record, when it is read and not before.

    Jinja would look up every name of a block as the block begins; so a fill would seem to read
    cells that a condition leaves out. A loop pays for its rows before it starts.
    """
    if isinstance(node, nodes.For):
        inner = local | {getattr(node.target, "name", ""), "loop"}
        _swap(node, "iter", local)
        weight = max(LEAST, sum(len(d.data) for d in node.find_all(nodes.TemplateData)))
        node.iter = nodes.Filter(
            node.iter, RECORD, [nodes.Const(weight)], [], None, None, lineno=node.lineno
        )
        if node.test is not None:
            _swap(node, "test", inner)
        _each_of(node, "body", inner)
        _each_of(node, "else_", local)
        return
    for field, value in node.iter_fields():
        if isinstance(value, list):
            _each_of(node, field, local)
        elif isinstance(value, nodes.Node):
            _swap(node, field, local)


def _each_of(parent: nodes.Node, field: str, local: frozenset[str]) -> None:
    bound = [_bound(child, local) for child in getattr(parent, field)]
    setattr(parent, field, bound)


def _swap(parent: nodes.Node, field: str, local: frozenset[str]) -> None:
    setattr(parent, field, _bound(getattr(parent, field), local))


def _bound(child: Any, local: frozenset[str]) -> Any:  # noqa: ANN401 - a field may hold anything
    if isinstance(child, nodes.Name) and child.ctx == "load" and child.name not in local:
        record = nodes.Name(RECORD, "load", lineno=child.lineno)
        return _item(record, child.name, child.lineno)
    if isinstance(child, nodes.Node):
        bind(child, local)
        if isinstance(child, nodes.Getattr) and not _loop(child.node):
            return _item(child.node, child.attr, child.lineno)
    return child


def _item(of: nodes.Expr, name: str, line: int) -> nodes.Getitem:
    return nodes.Getitem(of, nodes.Const(original(name), lineno=line), "load", lineno=line)


def _loop(node: nodes.Node) -> bool:
    """Tell whether it is a loop's own loop, which no template can bind itself."""
    return isinstance(node, nodes.Name) and node.name == "loop"
