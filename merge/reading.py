"""From nodes to a form: keys named canonically, faults said to a clerk at their lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError as Invalid

from merge import keys
from merge.form import Form
from merge.frontmatter import Mapping, Scalar
from merge.source import fault

if TYPE_CHECKING:
    from merge.frontmatter import Node
    from rosters.finding import Finding

PathPart: TypeAlias = "int | str"


@dataclass
class Reading:
    """From nodes to a Form; `lines` keeps the line of every path, such as 信件.主题."""

    shown: str
    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    meant: set[str] = field(default_factory=set)  # paths that a misspelt key probably stands for
    asked: dict[str, str] = field(default_factory=dict)  # workbooks of 回执, as they are written

    def read(self, root: Mapping) -> tuple[Form | None, Mapping]:
        """Check everything but 要素, which is handed back as it stands."""
        data = self._data(root, "", "")
        elements = next((node for key, node in root.items if _is(key, "要素")), None)
        data.pop("要素", None)
        self._lift(data, root.line)
        told = data.get("回执")
        told = told if isinstance(told, dict) else {"内容": told}
        named = {key: told.get(key) for key in ("内容", "汇总模板", "上报表")}
        self.asked = {key: one for key, one in named.items() if isinstance(one, str)}
        if not isinstance(elements, Mapping):
            if elements is not None and not (isinstance(elements, Scalar) and not elements.text):
                self._say(elements.line, "job.value", "「要素」下面要写「键: 值」", "每项一行")
            elements = Mapping((), root.line)
        else:
            self._plain(elements, "要素")
        try:
            form = _form_of(data).model_validate(data)
        except Invalid as invalid:
            for error in invalid.errors(include_url=False):
                self._translate(error["type"], error["loc"], error.get("ctx", {}), error["input"])
            return None, elements
        if not form.entries and not form.letter.everyone:
            advice = "请在「文件」下写明文种和每份；只发信不带文件的，请写「全发: 是」"
            self._say(root.line, "job.missing", "没有要制作的文件", advice)
        return form, elements

    def _say(self, line: int, rule: str, message: str, advice: str) -> None:
        self.findings.append(fault(self.shown, line, rule, message, advice))

    def _data(self, node: Mapping, level: str, path: str) -> dict[str, Any]:
        """Name the keys of a level canonically; unknown and repeated ones are findings."""
        table = keys.LEVELS[level]
        data: dict[str, Any] = {}
        for key, value in node.items:
            name = keys.canonical(key.text, table)
            if name is None:
                advice, meant = keys.advise(key.text, level)
                self.meant.add(f"{path}.{meant}".strip("."))
                self._say(key.line, "job.key", f"不认识的键「{key.text}」", advice)
                continue
            here = f"{path}.{name}" if path else name
            if self._repeated(here, key):
                continue
            self.lines[here] = value.line if isinstance(value, Scalar) else key.line
            data[name] = self._plain(value, here) if name != "要素" else None
        return data

    def _plain(self, node: Node, path: str) -> Any:  # noqa: ANN401  what pydantic then checks
        if isinstance(node, Scalar):
            return node.text
        if isinstance(node, Mapping):
            level, _, rest = path.partition(".")
            entry = level == "文件" and rest.isdecimal()
            if entry or path in keys.LEVELS:
                return self._data(node, level, path)
            if path == "回执.催报":
                return self._data(node, "催报", path)
            return self._free(node, path)
        for index, one in enumerate(node.items):
            self.lines[f"{path}.{index}"] = one.line
        return [self._plain(one, f"{path}.{index}") for index, one in enumerate(node.items)]

    def _free(self, node: Mapping, path: str) -> dict[str, Any]:
        """Read keys that the job's writer chose: of 要素 and 列名."""
        data: dict[str, Any] = {}
        for key, value in node.items:
            here = f"{path}.{key.text}"
            if not self._repeated(here, key):
                self.lines[here] = value.line if isinstance(value, Scalar) else key.line
                data[key.text] = self._plain(value, here)
        return data

    def _repeated(self, path: str, key: Scalar) -> bool:
        if path not in self.lines:
            return False
        message = f"「{key.text}」写了两次，第{self.lines[path]}行已有"
        self._say(key.line, "job.duplicate", message, "请留一处，删去另一处")
        return True

    def _lift(self, data: dict[str, Any], line: int) -> None:
        """Take 文种, 每份 … at the top level for the one entry of 文件."""
        if isinstance(data.get("文件"), dict):
            data["文件"] = [data["文件"]]
            self._moved("文件.", "文件.0.")
        single = {key: data.pop(key) for key in keys.ENTRY if key in data}
        if not single:
            return
        if data.get("文件"):
            advice = "请都写在「文件」的各项里"
            where = min(self.lines[key] for key in single)
            message = "「文件」和顶格的" + "、".join(f"「{key}」" for key in single) + "不能同时写"
            self._say(where, "job.key", message, advice)
            return
        data["文件"] = [single]
        self.lines["文件.0"] = self.lines["文件"] = line
        for key in single:
            self.lines[f"文件.0.{key}"] = self.lines[key]

    def _moved(self, old: str, new: str) -> None:
        for path in [path for path in self.lines if path.startswith(old)]:
            self.lines[new + path.removeprefix(old)] = self.lines[path]

    def _translate(
        self, kind: str, loc: tuple[PathPart, ...], ctx: dict[str, Any], given: object
    ) -> None:
        """Say pydantic's error in the words of the office, at the line of the node."""
        name = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
        line = self.line(".".join(map(str, loc)))
        if kind == "missing":
            if ".".join(map(str, loc)) in self.meant:
                return
            owner = next((str(p) for p in reversed(loc[:-1]) if isinstance(p, str)), "")
            where = f"「{owner}」里" if owner else ""
            self._say(line, "job.missing", f"{where}缺少「{name}」", f"请补上一行「{name}: …」")
        elif kind in {"literal_error", "bool_parsing", "bool_type"}:
            allowed = ctx.get("expected", "'是' or '否'").replace("'", "")
            words = "、".join(filter(None, allowed.replace(" or ", ", ").split(", ")))
            said = given if isinstance(given, str) else "…"
            self._say(line, "job.value", f"「{name}」不能是「{said}」", f"只能是：{words}")
        elif kind == "told":
            self._say(line, "job.value", ctx["message"], ctx["advice"])
        elif kind.startswith(("int_", "greater_than", "less_than")):
            said = given if isinstance(given, str) else "…"
            advice = "请写一个整数" + _bounds(name)
            self._say(line, "job.value", f"「{name}」不能是「{said}」", advice)
        elif kind == "value_error":  # what a rule's own reading says, with its cure
            message, _, advice = str(ctx.get("error", "")).partition("|")
            self._say(line, "job.value", f"「{name}」：{message}", advice)
        elif kind in {"string_too_short", "too_short"}:
            self._say(line, "job.value", f"「{name}」没有填写", f"请在「{name}:」后面写上内容")
        else:
            shape = _SHAPES.get(kind, "要写成文字")
            advice = "请核对缩进；以 [ 或 { 开头的文字请加英文引号"
            self._say(line, "job.value", f"「{name}」{shape}", advice)

    def line(self, path: str) -> int:
        """Return the line of a path, or of the nearest one above it; 1 where there is none."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)


def _form_of(data: dict[str, Any]) -> type[Form]:
    """Choose the form for what a job holds: the rules of 回执 and 评选 take long to load."""
    if data.keys().isdisjoint(("回执", "评选")):
        return Form
    from merge.fullform import FullForm

    return FullForm


def _bounds(name: str) -> str:
    """Say between which numbers a setting of 催报 stands."""
    low, high = {"最多": (0, 9), "间隔": (1, 72)}.get(name, (0, 0))
    return f"，{low} 到 {high}" if high else ""


_SHAPES = {
    "string_type": "只能是一段文字",
    "tuple_type": "要写成一项或几项，每项以「- 」开头",
    "dict_type": "下面要写「键: 值」",
    "model_type": "下面要写「键: 值」",
    "model_attributes_type": "下面要写「键: 值」",
}


def _is(key: Scalar, name: str) -> bool:
    return keys.canonical(key.text, keys.TOP) == name
