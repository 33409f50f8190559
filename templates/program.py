"""Programs: Jinja source checked and compiled once, its tags known by their lines."""

from __future__ import annotations

from bisect import bisect
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.tests import TESTS as JINJAS

from rosters.finding import Finding, InputError, refuse
from templates import filters
from templates.environment import Sandbox, Scope
from templates.grammar import error, faults
from templates.nearest import nearest
from templates.placed import PICTURES
from templates.reads import Reader, Use
from templates.rich import ALONE, misplaced
from templates.straight import FAULTS, WORDED, Straight, sequence
from templates.tags import TAG, Tag
from templates.values import MissingError, marked_up, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from templates.straight import Light

_PROGRAM = "<模板>"  # what tracebacks call compiled source, to find the tag that failed
# What a tag asks for with a value of the roster's.
_ASKED = frozenset(
    getattr(one, "__code__", None)
    for one in (
        *filters.FILTERS.values(),
        *filters.TESTS.values(),
        *JINJAS.values(),
        marked_up,
        plain,
    )
)


def _again(source: str, tags: Mapping[int, Tag], escape: bool, pictures: int) -> Program:
    made = Program(source, tags, escape=escape)
    made.pictures = pictures
    return made


@cache
def sandbox(*, escape: bool) -> Sandbox:
    """Return the one environment: for Word (escape) or for plain text."""
    return Sandbox(escape=escape)


def numbered(source: str, tags: Mapping[int, Tag]) -> tuple[str, dict[int, Tag]]:
    """Put each tag's inside on a line of its own, so that line numbers name tags.

    `tags` leads from a tag's index in the source to the tag. A new line inside a tag is white
    space to Jinja and never reaches the text.
    """
    lines: dict[int, Tag] = {}
    out, end, line = [], 0, 1
    latest = Tag("")
    for index, found in enumerate(TAG.finditer(source)):
        latest = tags.get(index, latest)
        between = source[end : found.start()]
        line += between.count("\n") + 1
        lines[line] = latest
        text = found.group()
        head = 3 if text[2:3] in {"-", "+"} else 2
        out += [between, text[:head], "\n", text[head:].replace("\n", " ")]
        end = found.end()
    return "".join([*out, source[end:]]), lines


class Program:
    """Source compiled in the sandbox; rendered as often as wanted, into pieces of text.

    Raises:
        InputError: the source has faults; each is a finding at its tag's place.

    """

    def __init__(self, source: str, tags: Mapping[int, Tag], *, escape: bool) -> None:
        self._made_of = source, tags, escape
        self._environment = sandbox(escape=escape)
        text, self._tags = numbered(source, tags)
        self._lines = list(self._tags)
        refuse(faults(text, self._tags, self._environment))
        try:
            tree = self._environment.parse(text)
        except TemplateSyntaxError as fault:  # each tag was asked alone before: not by itself
            tag = self.tag(fault.lineno)
            refuse([error(tag.place, f"「{tag.written}」和前后的标签合起来看不懂", "请重新打一遍")])
            raise
        alone = frozenset(
            line
            for index, (line, tag) in enumerate(self._tags.items())
            if index in tags and ALONE.match(tag.written)
        )
        self.tagged = bool(self._tags)
        self.uses: tuple[Use, ...] = Reader(self.tag).uses(tree)
        self.pictures = 0  # how many numbers of pictures the template has taken itself
        self.pictured = any(one.name in PICTURES for one in tree.find_all(nodes.Filter))
        self.looped = frozenset(
            text.data
            for loop in tree.find_all(nodes.For)
            for text in loop.find_all(nodes.TemplateData)
        )
        fixed = dict.fromkeys(text.data for text in tree.find_all(nodes.TemplateData))
        tree.alone = alone  # type: ignore[attr-defined] # a node takes what one hangs on it
        written = [] if alone else sequence(tree)
        code = self._environment.compile(tree, filename=_PROGRAM)
        self._template = self._environment.template_class.from_code(
            self._environment, code, self._environment.globals
        )
        self.pieces = self._template.root_render_func
        self.code = self.pieces.__code__
        consts = self.code.co_consts
        self.straight = Straight.of(written, consts) if written else None
        # Its fixed text, and whether a fill shows by its pieces that a text is in it.
        seen = {one for one in consts if isinstance(one, str)} - self.looped
        self.fixed: dict[str, bool] = {text: text in seen for text in fixed}

    def __reduce__(self) -> tuple[Callable[..., Program], tuple[object, ...]]:
        """Travel to another process as the source, and be compiled there."""
        return _again, (*self._made_of, self.pictures)

    def tag(self, line: int) -> Tag:
        """Return the tag on a line of the numbered source."""
        at = bisect(self._lines, line)
        return self._tags[self._lines[max(at - 1, 0)]] if self._lines else Tag("")

    def scope(self, record: Mapping[str, object]) -> Scope:
        """Begin a fill."""
        made = Scope(self._environment, record, None, {})
        if self.pictures:
            made.before = self.pictures
        return made

    def render(
        self,
        record: Mapping[str, object],
        clerk: Any = None,  # noqa: ANN401 - docxtpl ships no types
    ) -> tuple[list[str], Scope | Light]:
        """Fill; return the pieces, and the fill itself, which knows what values were among them.

        Raises:
            InputError: the record lacks a name, or a value cannot stand where a tag wants it.
            NeedsPartsError: a value needs parts of its own, and there is no clerk to make them.

        """
        if self.straight is not None and clerk is None:
            found = self.straight.fill(record, self._environment.fit)
            if isinstance(found, tuple):
                return found
            if found is not None:
                record = found  # read once: whoever hears what is read hears it once
        return self.generally(record, clerk)

    def generally(
        self,
        record: Mapping[str, object],
        clerk: Any = None,  # noqa: ANN401 - as above
    ) -> tuple[list[str], Scope]:
        """Fill as `render` does, by Jinja's code whatever the program is.

        Raises:
            InputError, NeedsPartsError: as `render`.

        """
        scope = self.scope(record)
        scope.clerk = clerk
        try:
            pieces = list(self.pieces(scope))
        except FAULTS as fault:
            raise InputError(*self._said(fault)) from fault
        if scope.rich:
            refuse(self._misplaced(scope))
        return pieces, scope

    def _misplaced(self, scope: Scope) -> Iterator[Finding]:
        for line, value in scope.rich:
            tag = self.tag(self._template.get_corresponding_lineno(line))
            words = misplaced(value, tag.written)
            if words:
                yield error(tag.place, f"「{tag.written}」的值{words}", "请改模板里的标签", "填写")

    def _said(self, fault: Exception) -> tuple[str, str, tuple[Finding, ...]]:
        tag, inside = self._failed(fault.__traceback__)
        if tag is None or not (inside or isinstance(fault, (*WORDED, RecursionError))):
            raise fault  # no value's doing: a fault of the program
        words, cure = str(fault), ""
        if isinstance(fault, MissingError):
            words = f"名册里没有「{fault.name}」"
            near = nearest(fault.name, fault.known)
            cure = f"最接近的名字是「{'」「'.join(near)}」" if near else "请核对列名"
        elif not isinstance(fault, WORDED):
            words, cure = (
                "两边一个是文字一个是数，或不是名单，没法这样用",
                "请核对名册里这一列的内容",
            )
        finding = error(tag.place, f"「{tag.written}」{words}", cure, "填写")
        return str(finding), "", (finding,)

    def _failed(self, trace: TracebackType | None) -> tuple[Tag | None, bool]:
        """Return the tag that failed, and whether at its value or in a filter or test of it."""
        found, inside = None, False
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename == _PROGRAM:
                found = self.tag(self._template.get_corresponding_lineno(trace.tb_lineno))
            inside = (
                inside or code in _ASKED or (code.co_filename == _PROGRAM and not trace.tb_next)
            )
            trace = trace.tb_next
        return found, inside
