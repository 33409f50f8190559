"""The environment that templates run in: Jinja with nothing but what a tag may use.

Names and attributes lead to `obj[name]` on mappings and nowhere else: no Python attribute, method
or call can be reached from a tag. What a template costs is bounded: each loop pays its rows times
the text it repeats out of one budget for each fill.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from templates.binding import LEAST, RECORD, bind
from templates.filters import FILTERS, KEEPS, READS, TESTS
from templates.grammar import ALLOWED_TESTS, LOOP, check
from templates.rich import UnfitError
from templates.tags import Tag, original
from templates.values import KINDS, Absent, alone, mapping, marked_up, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from templates.placed import Placed

OWN = "行"
_FIRST_PICTURE = 70_000  # docxtpl and Word number pictures from 1 and 1000 on
_BUDGET = 50_000_000  # characters that loops may repeat in one fill


class Scope(Context):
    """A fill: leads to its record and keeps count of what loops cost."""

    spent = 0
    breaks = False  # a value held a line break or tab
    rich: list[tuple[int, object]] = []  # noqa: RUF012 - never changed: values that brought XML, replaced by a longer list
    clerk: Any = None  # docxtpl itself, where it fills this document
    bold = False  # a value held what is to be bold
    rare = False  # a value held a character that a typeface may lack
    pictures: dict[str, Placed] = {}  # noqa: RUF012 - never changed: by their relations' ids
    before = 0  # pictures of ours that stand in the template already

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - as Jinja makes it
        super().__init__(*args, **more)
        self.said: list[str] = []  # the values, as they came

    def resolve_or_missing(self, key: str) -> Any:  # noqa: ANN401 - whatever the record holds
        """Look a name up in the record, and nowhere else."""
        if key == RECORD:
            return self.parent
        try:
            return self.parent[original(key)]
        except KeyError:
            return missing

    def pictured(self, picture: Placed) -> tuple[str, int]:
        """Take a picture up; return its relation's id, and a number no other picture has.

        Raises:
            UnfitError: this part of the file can hold none.

        """
        number = _FIRST_PICTURE + self.before + len(self.pictures)
        if self.clerk is not None:
            part = self.clerk.current_rendering_part
            if not hasattr(part, "get_or_add_image"):
                raise UnfitError("这里放不下图片：图片只能放在正文、页眉和页脚里")
            identity, _ = part.get_or_add_image(io.BytesIO(picture.shape.content))
            self.pictures = {**self.pictures, f"{identity}/{number}": picture}
            return str(identity), number
        identity = f"rIdFawen{self.before + len(self.pictures) + 1}"
        self.pictures = {**self.pictures, identity: picture}
        return identity, number

    def charge(self, amount: int) -> None:
        """Pay for a loop.

        Raises:
            UnfitError: the budget of a fill is spent.

        """
        self.spent += amount
        if self.spent > _BUDGET:
            raise UnfitError("循环太多，一份文件装不下，请检查是否循环套循环")


class _Code(CodeGenerator):
    """Python in which each value passes `fit`, and nothing else, on its way into the text.

    What a turn of a loop writes in one go is joined there and then: one piece instead of many.
    """

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write an output; in a loop as one piece, else as Jinja does."""
        if not frame.loop_frame or len(node.nodes) < 2:  # noqa: PLR2004 - nothing to join
            super().visit_Output(node, frame)
            return
        self.writeline("yield ''.join((", node)
        self.indent()
        finalize = self._make_finalize()
        for child in node.nodes:
            self.newline(child)
            if isinstance(child, nodes.TemplateData):
                self.write(self._output_const_repr([child.data]))
            else:
                self._output_child_pre(child, frame, finalize)
                self.visit(child, frame)
                self._output_child_post(child, frame, finalize)
            self.write(",")
        self.outdent()
        self.writeline("))")

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - as above
        """Take down which tags stand alone, if any do."""
        self._alone: frozenset[int] = getattr(node, "alone", frozenset())
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, *_: object) -> None:
        alone = "environment.alone(" if node.lineno in self._alone else "("
        self.write(f"environment.fit(context, {alone}")

    def _output_child_post(self, *_: object) -> None:
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with nothing but what a template may use."""

    context_class = Scope
    code_generator_class = _Code

    def __init__(self, *, escape: bool) -> None:
        super().__init__(
            autoescape=escape,
            undefined=Absent,
            keep_trailing_newline=True,
            trim_blocks=not escape,
            lstrip_blocks=not escape,
            cache_size=0,
        )
        self.fit = marked_up if escape else plain
        self.alone = alone
        self.globals = {}
        self.filters = {name: _charged(name, done) for name, done in FILTERS.items()}
        self.filters[RECORD] = _each
        self.tests = {n: test for n, test in self.tests.items() if n in ALLOWED_TESTS} | TESTS

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        for finding in check(source, Tag("")):
            raise UnfitError(str(finding))
        bind(source, frozenset())
        return super()._generate(source, name, filename, defer_init)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401
        """Tell a loop's own numbers; every other attribute has become an item, see `_bound`."""
        if type(obj) is LoopContext and attribute in LOOP:
            return getattr(obj, attribute)
        return self.undefined(name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """Look up a name in a mapping, or a number in a list."""
        if type(obj) is dict or KINDS.get(type(obj)) or mapping(obj):
            try:
                return obj[argument]
            except KeyError:
                return obj if argument == OWN else self.undefined(obj=obj, name=str(argument))
        if isinstance(obj, list | tuple) and type(argument) is int and argument < len(obj):
            return obj[argument]
        if isinstance(obj, Absent):
            obj.fail()
        return self.undefined(name=str(argument))

    def call(self, *_: object, **__: object) -> NoReturn:
        """Refuse: nothing in a template calls."""
        raise UnfitError("标签里不能调用函数")


@pass_context
def _each(context: Scope, rows: Any, weight: int) -> Any:  # noqa: ANN401
    """Pay for a loop over these rows before it starts."""
    if isinstance(rows, str | Mapping) or not hasattr(rows, "__len__"):
        if isinstance(rows, Absent):
            rows.fail()
        raise UnfitError("for … in 后面要写一份名单，例如 下级、党员")
    context.charge(len(rows) * weight)
    return rows


def _charged(name: str, done: Callable[..., Any]) -> Callable[..., Any]:
    if name not in KEEPS and name not in READS:
        return done

    @pass_context
    def paying(context: Scope, rows: Any, *args: Any) -> Any:  # noqa: ANN401
        return done(_each(context, rows, LEAST), *args)

    return update_wrapper(paying, done)
