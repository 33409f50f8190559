"""Codes of Word's mail merge, as tags: MERGEFIELD 姓名 is {{ 姓名 }}."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from templates.tags import Names

_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|“([^”]*)”|(\S+)', re.DOTALL)
_DATES = {  # pictures of \@ that a tag can say
    "yyyy年m月d日": "", "yyyy'年'm'月'd'日'": "", "yyyy.mm.dd": "点", "yyyy-mm-dd": "横",
    "eeee年o月a日": "汉字", "ee年o月a日": "汉字",
}  # fmt: skip
# Formats of \* that change nothing of a Chinese text, or nothing that a tag does not keep.
_HARMLESS = frozenset(
    {"mergeformat", "charformat", "mergeformatinet", "upper", "lower", "firstcap", "caps", "arabic"}
)
_FORMATS = re.compile(rf"(?:\\\*\s*(?:{'|'.join(sorted(_HARMLESS))})\s*)+$", re.IGNORECASE)
_CURES = {
    "NEXT": "一页印几个人的写法：请改成表格里的一行，前后加 {% for 人 in 党员 %} 和 {% endfor %}",
    "NEXTIF": "请改为 {% if … %}，或在发文单里用「范围」挑选",
    "SKIPIF": "请在发文单里用「范围」挑选",
    "ADDRESSBLOCK": "请直接写 {{ 列名 }}",
    "GREETINGLINE": "请直接写称呼，例如 {{ 姓名 }}同志：",
    "ASK": "请改为发文单里的要素",
    "FILLIN": "请改为发文单里的要素",
    "SET": "请改为发文单里的要素",
    "MERGEBARCODE": "请删去，改写 {{ 列名|二维码(2) }}",
}
COUNTS = frozenset({"MERGEREC", "MERGESEQ"})
_LONGEST = 40  # characters of a field's name that Word keeps


class Told(NamedTuple):
    """What a field comes to: a tag and its text, or why there is none and what to do instead."""

    tag: str = ""
    fault: str = ""
    cure: str = ""


def kind_of(code: str) -> str:
    """Return a field's first word, in capitals."""
    words = code.split(maxsplit=1)
    word = words[0].upper() if words else ""
    return "MERGEFIELD" if word.startswith("MERGEFIELD") else word


def merges(code: str) -> bool:
    """Tell whether a field is one of mail merge."""
    kind = kind_of(code)
    return kind in {"MERGEFIELD", "IF"} | COUNTS or kind in _CURES


def tag_of(code: str, names: Names) -> Told:
    """Turn a field's code into a tag; fields within it are tags already."""
    kind = kind_of(code)
    if kind in COUNTS:
        return Told("{{ 序号 }}")
    if kind == "IF":
        return _condition(code)
    if kind in _CURES:
        return Told(fault=f"邮件合并的 {kind} 域不能照用", cure=_CURES[kind])
    words = _words(code)[1:]
    if not words or words[0].startswith("\\"):
        return Told(fault="邮件合并域没有写列名", cure="请删去，改写 {{ 列名 }}")
    name = _heading(words[0], names)
    if name is None:
        return Told(
            fault=f"邮件合并域「{words[0]}」可以指名册里的几列", cure="请删去，改写 {{ 列名 }}"
        )
    return _switched(name, words[1:])


def _words(code: str) -> list[str]:
    return [
        re.sub(r"\\(.)", r"\1", quoted) if quoted else curly or bare
        for quoted, curly, bare in _WORDS.findall(code)
    ]


def _heading(field: str, names: Names) -> str | None:
    """Return the column that a field's name stands for; None where it may be one of several.

    Word writes _ for whatever is no letter or digit, and cuts the name to 40 characters.
    """
    if field in names:
        return field
    found = sorted(name for name in names.names if _as_field(name) == _as_field(field))
    if len(found) > 1:
        return None
    if found:
        return found[0]
    return field if field.isidentifier() else f'行["{field}"]'


def _as_field(name: str) -> str:
    return re.sub(r"\W", "_", name).rstrip("_")[:_LONGEST]


def _switched(name: str, words: list[str]) -> Told:
    """Apply the switches of a field: texts around it, pictures of dates and numbers."""
    shown, before, after = name, "", ""
    at = 0
    while at < len(words):
        switch, value = words[at], words[at + 1] if at + 1 < len(words) else ""
        at += 2
        if switch == "\\b":
            before = value
        elif switch == "\\f":
            after = value
        elif switch == "\\@":
            style = _DATES.get(value.replace(" ", "").lower())
            if style is None:
                return _unsaid(name, f"日期格式 {value}", "日期")
            shown = f'{name}|日期("{style}")' if style else f"{name}|日期"
        elif switch == "\\#":
            return _unsaid(name, f"数字格式 {value}", "")
        elif switch == "\\*" and value.lower() not in _HARMLESS:
            return _unsaid(name, f"格式 {value}", "大写数字")
        elif switch in {"\\m", "\\v"}:
            at -= 1
    tag = f"{{{{ {shown} }}}}"
    return _between(name, tag, before, after) if before or after else Told(tag)


def _between(name: str, tag: str, before: str, after: str) -> Told:
    """Put texts around a field that stand there only where it has a value."""
    if "{" in before + after:
        return Told(
            fault=f"邮件合并域「{name}」前后的字里有花括号，不能照用",
            cure=f"请删去，改写 {{{{ {name} }}}}",
        )
    return Told(f"{{% if {name} is not 空 %}}{before}{tag}{after}{{% endif %}}")


def _unsaid(name: str, what: str, use: str) -> Told:
    cure = f"{{{{ {name}|{use} }}}}" if use else f"{{{{ {name} }}}}，并在 Excel 里设好数字格式"
    return Told(fault=f"邮件合并域「{name}」带有{what}，不能照用", cure=f"请删去，改写 {cure}")


def _condition(code: str) -> Told:
    """Turn IF 域 = "值" "是" "否" into {% if %}; anything else is left to a person."""
    fault = Told(
        fault="邮件合并的 IF 域不能照用",
        cure='请改为 {% if 列名 == "值" %}……{% else %}……{% endif %}',
    )
    found = re.match(
        r"\s*IF\s+\"?\{\{ (.+?) \}\}\"?\s*(=|<>)\s*(.*)$", code, re.DOTALL | re.IGNORECASE
    )
    if not found:
        return fault
    name, sign, rest = found.groups()
    words = _words(_FORMATS.sub("", rest))
    odd = words and re.search(r'[{"*?\\]', words[0])  # * and ? stand for any text in Word
    if not 2 <= len(words) <= 3 or odd:  # noqa: PLR2004 - 值, 是, 否
        return fault
    value, yes, no = (*words, "")[:3]
    if not value:
        test = f"{name} is {'空' if sign == '=' else 'not 空'}"
    else:
        test = f'{name} {"==" if sign == "=" else "!="} "{value}"'
    other = f"{{% else %}}{no}" if no else ""
    return Told(f"{{% if {test} %}}{yes}{other}{{% endif %}}")
