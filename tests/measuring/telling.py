"""What a case says, as the measuring program is told it: texts alone, from the case's own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from measuring.gauge import Told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typesetter import Case

_DATE = re.compile(r"(\d{4})-0?(\d{1,2})-0?(\d{1,2})")
_FORM = {"函": "信函", "命令": "命令", "纪要": "纪要"}
_LETTERS = {"慰问信", "感谢信", "贺信", "倡议书", "公开信"}
_UPWARD = {"请示", "报告"}
_UNSEALED = {"纪要", *_LETTERS}
_HEADING = re.compile(r"[一二三四五六七八九十]+、.*")
_SECOND = re.compile(r"（[一二三四五六七八九十]+）[^。]*。?")
_CONDITION = re.compile(r'\{% if (\w+) == "(\w+)" %\}(.*?)\{% endif %\}', re.DOTALL)
_ANNEX = re.compile(r"附件\d*")


def told(case: Case, full: tuple[int, ...] = ()) -> Told:
    """Say what stands in a document, element by element."""
    said = {name: str(value).strip() for name, value in case.elements.items()}
    body, annexes = _body(_CONDITION.sub(lambda m: _chosen(m, case.values), case.body))
    kind = _FORM.get(case.kind, "书信" if case.kind in _LETTERS else "文件")
    if said.get("格式", "").startswith("信函"):
        kind = "信函"
    addressees = said.get("主送", "")
    date = _day(said.get("成文日期", ""))
    return Told(
        kind=kind,
        upward=case.kind in _UPWARD or bool(said.get("签发人")),
        signers=tuple(re.split(r"[、\s]+", said["签发人"])) if said.get("签发人") else (),
        mark=() if kind == "书信" else tuple(_marks(said.get("发文机关标志", ""))),
        number=said.get("发文字号", ""),
        urgency=said.get("紧急程度", ""),
        copies=said.get("份号", ""),
        title=said.get("标题", "").replace("\n", ""),
        addressees=addressees and addressees.removesuffix("：") + "：",
        body=body,
        notes=_notes(said.get("附件说明", ""), annexes),
        organ=said.get("署名", "").replace("\n", ""),
        date=date,
        signed=said.get("用印") or _signed(case.kind),
        remark=said.get("附注", ""),
        annexes=annexes,
        copy=f"抄送：{said['抄送'].removesuffix('。')}。" if said.get("抄送") else "",
        issued=said.get("印发机关", "") if kind != "信函" else "",
        issued_on=f"{_day(said['印发日期'])}印发"
        if said.get("印发日期") and kind != "信函"
        else "",
        full=full,
        profile=case.profile,
        across="【横排】" in case.body,
        printed_head=said.get("套打") == "是",
        headings=_headings(body),
    )


def _notes(text: str, annexes: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """List what 附件说明 names: what it says, or else the titles of the document's own 附件."""
    given = tuple(one.strip() for one in re.split(r"[；\n]", text) if one)
    return given or tuple(title for _, title in annexes)


def _signed(kind: str) -> str:
    """Say how a kind is signed when nobody says otherwise: 命令 by its signer's stamp (7.3.5)."""
    return "签名章" if kind == "命令" else "不盖章" if kind in _UNSEALED else "盖章"


def _marks(text: str) -> list[str]:
    """Take a joint mark apart: the organs, and the 文件 that stands at their right."""
    parts = [part for part in re.split(r"[\n、；]+", text) if part]
    if len(parts) > 1 and parts[-1].endswith("文件"):
        return [*parts[:-1], parts[-1].removesuffix("文件"), "文件"]
    return parts


def _day(text: str) -> str:
    return _DATE.sub(lambda m: f"{m[1]}年{m[2]}月{m[3]}日", text)


def _chosen(condition: re.Match[str], values: Mapping[str, str]) -> str:
    """Keep what stands between {% if 名 == "值" %} and {% endif %} where it is so."""
    return condition[3] if values.get(condition[1]) == condition[2] else ""


def _body(markdown: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Take the paragraphs of a body, and the labels and titles of its 附件."""
    lines = [line.replace("**", "").strip() for line in markdown.split("\n")]
    lines = [line for line in lines if line]
    body: list[str] = []
    annexes: list[tuple[str, str]] = []
    for at, line in enumerate(lines):
        if _ANNEX.fullmatch(line):
            annexes.append((line, next(one for one in lines[at + 1 :] if one[0] != "【")))
        elif not annexes and not line.startswith(("|", "![", "{%", "[^", "<", "【")):
            body.append(re.sub(r"\[\^.*?\]", "", line))
    return tuple(body), tuple(annexes)


def _headings(body: tuple[str, ...]) -> dict[str, str]:
    found = {text: "黑体" for text in body if _HEADING.fullmatch(text) and len(text) < 20}
    seconds = (_SECOND.match(text) for text in body)
    return found | {match[0]: "楷体" for match in seconds if match}
