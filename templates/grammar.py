"""What a template may contain: each tag's syntax, and a whitelist over the Jinja tree."""

from __future__ import annotations

import re
import unicodedata
from inspect import CO_VARARGS
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes

from rosters.finding import Finding, Level, Place
from templates.filters import FILTERS, KEEPS, PRESUMED, READS, TESTS
from templates.nearest import advice
from templates.tags import TAG, restore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinja2 import Environment

    from templates.tags import Tag

ALLOWED_TESTS = frozenset({"defined", "undefined", "none", "in", "odd", "even", *TESTS})
LOOP = frozenset(["index", "index0", "revindex", "revindex0", "first", "last", "length"])
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Const, nodes.List, nodes.Tuple, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.If, nodes.For,
)  # fmt: skip
_FORBIDDEN = {
    nodes.Call: "标签里不能调用函数",
    nodes.Slice: "标签里不能切片",
    nodes.BinExpr: "标签里不能做运算，请在名册里算好，或用 |合计",  # and, or are in _PLAIN
    nodes.Concat: "标签里不能用 ~ 连接，请直接把两个标签写在一起",
    nodes.Keyword: "标签里不能写 名字=值",
    nodes.Dict: "标签里不能写花括号",
    nodes.Neg: "标签里不能写负号",
}
_LONGEST = 2000  # characters of a tag
_LINKS = 100  # brackets opened, filters, operators in a tag
_LINK = re.compile(r"[(\[{|]|\b(?:and|or|not|if|in)\b|[<>=]=?|-")
# The ends of a tag, with the sign by which blanks around it go or stay.
_TRIM = re.compile(r"^(?:\{\{[-+]?|\{%[-+]?)|(?:-?\}\}|[-+]?%\})$")
_HUGE = re.compile(r"\d{50}")
_KINDS = {"if": "endif", "for": "endfor"}
_WRAP = {"if": "{{% {0} %}}{{%endif%}}", "elif": "{{%if 1%}}{{% {0} %}}{{%endif%}}",
         "for": "{{% {0} %}}{{%endfor%}}"}  # fmt: skip
_DOCXTPL = {"p": "一段", "tr": "表格的一行", "tc": "表格的一格", "r": "一处文字"}


def error(place: Place, message: str, cure: str = "", rule: str = "模板语法") -> Finding:
    """Make a finding about a tag."""
    return Finding(Level.ERROR, rule, place, message, cure)


def faults(source: str, tags: dict[int, Tag], environment: Environment) -> Iterator[Finding]:
    """Yield what is wrong with tags: each one's syntax and contents, then the blocks' ends.

    `tags` are those of the source, in order, by the lines that they stand on.
    """
    opened: list[tuple[str, Tag]] = []
    for found, tag in zip(TAG.finditer(source), tags.values(), strict=True):
        text = found.group()
        if text.startswith("{#"):
            continue
        inside = _TRIM.sub("", text)
        if text.startswith("{{"):
            yield from _parsed("{{ " + inside + " }}", tag, environment)
            continue
        inside = inside.strip()
        word = inside.partition(" ")[0].partition("(")[0].strip()
        yield from _statement(word, inside, tag, opened, environment)
    for word, tag in opened:
        cure = f"请在后面加上 {{% {_KINDS[word]} %}}"
        yield error(tag.place, f"「{tag.written}」没有结尾", cure)


def _statement(
    word: str, inside: str, tag: Tag, opened: list[tuple[str, Tag]], environment: Environment
) -> Iterator[Finding]:
    said = f"「{tag.written}」"
    if word in _KINDS:
        yield from _parsed(_WRAP[word].format(inside), tag, environment)
        opened.append((word, tag))
    elif word in {"elif", "else"}:
        if not opened or (word == "elif" and opened[-1][0] == "for"):
            yield error(tag.place, f"{said}前面没有 {{% if … %}}")
        elif word == "elif":
            yield from _parsed(_WRAP[word].format(inside), tag, environment)
    elif word in _KINDS.values():
        if opened and _KINDS[opened[-1][0]] == word:
            opened.pop()
        elif opened:
            first = opened.pop()[1]
            yield error(
                tag.place,
                f"{said}对不上前面的「{first.written}」",
                "每个 if 配 endif，每个 for 配 endfor",
            )
        else:
            yield error(tag.place, f"{said}前面没有开头")
    elif word in _DOCXTPL:
        yield error(tag.place, f"{said}要单独放在{_DOCXTPL[word]}里")
    else:
        yield error(
            tag.place,
            f"{said}里的「{restore(word)}」不能用",
            "语句只有 if、elif、else、endif、for、endfor",
        )


def _parsed(source: str, tag: Tag, environment: Environment) -> Iterator[Finding]:
    # Before any parser sees it: what nests or chains this deep nobody wrote by hand.
    if len(source) > _LONGEST or len(_LINK.findall(source)) > _LINKS or _HUGE.search(source):
        yield error(tag.place, f"「{tag.written[:40]}…」太长、太深或数字太大", "请拆成几个标签")
        return
    try:
        yield from check(environment.parse(source), tag)
    except TemplateSyntaxError as fault:
        yield error(tag.place, f"「{tag.written}」看不懂", _cure(tag.written, fault.message or ""))


def _cure(written: str, message: str) -> str:
    inside = written[2:-2]
    wide = next((char for char in "（）［］，．＝＜＞｜｛｝！" if char in inside), "")
    if wide:
        return f"里面的「{wide}」是全角的，请改成半角；若是列名的一部分，请核对名册里有没有这一列"
    if any(unicodedata.category(char) == "Cf" for char in inside):
        return "里面有看不见的字符，多半是从网页、微信里复制来的，请删去这个标签，重新打一遍"
    if not inside.strip():
        return "里面要写一个列名"
    if re.search(r"[^=!<>]=[^=]", inside):
        return "比较相等要写两个等号 =="
    unexpected = re.search(r"unexpected '(.*?)'|got '(.*?)'", message)
    if unexpected and "end of" not in message:
        word = restore(unexpected.group(1) or unexpected.group(2) or "")
        if word and word not in {"integer", "name", "string", "float"}:
            return f"问题出在「{word}」；若它是列名的一部分，请核对名册里有没有这一列"
    return '请核对列名、引号和括号；列名里有特殊符号的，可以写成 行["列名"]'


def check(tree: nodes.Template, tag: Tag) -> Iterator[Finding]:
    """Yield what a tree holds that a template may not hold."""
    for node in tree.find_all(nodes.Node):
        problem = _problem(node)
        if problem:
            yield error(tag.place, f"「{tag.written}」：{problem[0]}", problem[1], "模板限制")


def _problem(node: nodes.Node) -> tuple[str, str] | None:  # noqa: PLR0911 - a table of refusals
    if isinstance(node, nodes.Mul) and _spans(node):
        return None
    if not isinstance(node, _PLAIN):
        return _refused(node)
    if isinstance(node, nodes.Filter):
        return _filter(node)
    if isinstance(node, nodes.Test) and node.name not in ALLOWED_TESTS:
        return f"没有「is {restore(node.name)}」这种判断", advice(node.name, ALLOWED_TESTS)
    if isinstance(node, nodes.For) and (node.recursive or not isinstance(node.target, nodes.Name)):
        return "循环只能写成 for 名字 in 名单", ""
    if isinstance(node, nodes.Name) and node.ctx == "store" and node.name.startswith("x_"):
        return f"循环里的名字不能是「{restore(node.name)}」", "请换一个简单的名字，例如 支、人"
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return f"没有「{node.attr}」", ""
    return None


def _refused(node: nodes.Node) -> tuple[str, str]:
    for kind, words in _FORBIDDEN.items():
        if isinstance(node, kind):
            return words, ""
    return "这种写法不能用", "可以用：列名、判断 if、循环 for、列出的 | 处理"


def _spans(node: nodes.Mul) -> bool:
    """Allow what docxtpl writes for {% hm %}: a number times loop.length."""
    left, right = node.left, node.right
    return (
        isinstance(left, nodes.Const)
        and isinstance(left.value, int)
        and isinstance(right, nodes.Getattr)
        and isinstance(right.node, nodes.Name)
        and (right.node.name, right.attr) == ("loop", "length")
    )


def _takes(done: Callable[..., object], arguments: int) -> bool:
    """Tell whether a filter takes a value and so many arguments."""
    code = done.__code__
    if code.co_flags & CO_VARARGS:
        return True
    most = code.co_argcount - 1
    return most - len(done.__defaults__ or ()) <= arguments <= most


def _filter(node: nodes.Filter) -> tuple[str, str] | None:
    name = restore(node.name)
    if node.dyn_args or node.dyn_kwargs or node.kwargs:
        return f"「|{name}」里不能写 名字=值 或 *", ""
    if name not in FILTERS:
        return f"没有「|{name}」这种处理", advice(name, FILTERS)
    at = 0 if name in KEEPS else READS.get(name, -1)
    column = node.args[at] if 0 <= at < len(node.args) else None
    if column is None and name in (KEEPS | {"列", "合计"}) - PRESUMED.keys():
        return f"「|{name}」要写明列名", f'例如 |{name}("列名")'
    if column is not None and not (
        isinstance(column, nodes.Const) and isinstance(column.value, str)
    ):
        return f"「|{name}」的列名要加引号", f'例如 |{name}("列名")'
    if not _takes(FILTERS[name], len(node.args)):
        return f"「|{name}」的括号里写多了或写少了", "请看 docs/word.md 里它的写法"
    return None
