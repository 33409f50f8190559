"""Answers in a reply's own words: 收到, 无误 or what is wrong; what is not plain is not taken.

What is taken becomes values, as a form's fields do: 答复 and 更正 of a name check, 回信 for words
of an acknowledgement that somebody should read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from merge.returns import Returns

ANSWER, WRONG, NOTE, FILES, BATCH = "答复", "更正", "回信", "附件", "所答批次"
RIGHT, AMENDED = "无误", "有更正"
_MOST = 500  # characters of an answer that are kept
# What a machine writes in the place of a person, though its headers do not say so.
_MACHINE = re.compile(
    r"自动(?:回复|答复|应答|发送)|系统(?:自动)?(?:回复|邮件)|休假|不在办公室|离职|邮箱(?:已|将)停用"
    r"|(?:尽快|稍后)(?:给您|与您|为您)?(?:回复|联系|答复)|out of (?:the )?office|automatic",
    re.IGNORECASE,
)
_NOT_THERE = re.compile(
    r"(?:没有?|未能?|尚未|还没有?)\s*(?:收到|收着|看到)|收不到|打不开|乱码|[重补再]发|发错|转错|误发"
    r"|(?:不归|不属于|不是)我|与我.{0,4}无关"
)
_QUESTION = re.compile(r"[？?]|吗|请问|是否|能否|可否|怎么|如何")
# Of an acknowledgement these want a reader; a greeting and a signature do not.
_TELLING = re.compile(r"[？?]|请|附件|另|但|误|错|[^差]不|无法|建议|更正|改[为成]|困难|问题")
_PLAIN = re.compile(r"[\s,，。.!！:：]*(?:已|均已|已经)?\s*(?:收到|收悉|收讫|知悉|阅悉|已阅)")
# Our letter's own words: a quotation that no mark sets apart.
_OURS, _MOST_BESIDE = re.compile(r"回执编号|没有错的(?:写|请)"), 60
_RIGHT = re.compile(
    r"(?:核对|确认|经核对|已核对|名单|均|全部|都)?无误"
    r"|没有?(?:发现)?(?:任何|什么)?(?:错误|错别字|错|问题|差错|出入)|(?:正确|准确)无误"
    r"|(?:均|都|全部|完全)(?:正确|准确)"
)
_DENIED = re.compile(r"(?:不|非|未|难以)[^，,。；;\n]{0,4}无误")
_AMENDS = re.compile(
    r"应[为是作]|应[当该][为是]|改[为成]|更正|有误|写错|错[别写]?字|错误|漏|缺|多[了出]|删[去除掉]"
    r"|不是|不对|[加补]上|撤[下回销]|退出|去世|调[走离]"
)
_LATER = re.compile(r"明天|稍后|正在核|待(?:核|定|查|确认|报)|暂|尚未|还没|未核")
_BUT = re.compile(r"除|另|但|其余|其他|只是|不过")
_REST_RIGHT = re.compile(
    r"(?:其余|其他|其它|别的)[^，,。；;\n]{0,8}(?:无误|没有?错|没有?问题|正确)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What words come to: values, or why they are not taken."""

    values: dict[str, str] = field(default_factory=dict)
    unclear: str = ""


def read(returns: Returns, own: str) -> Told:
    """Read the answer that a demand without a form asks for."""
    return checked(own) if returns.checked else acknowledged(own)


def acknowledged(own: str) -> Told:
    """Read an acknowledgement: any words of a person, unless they say that nothing arrived."""
    machine, lacking = _MACHINE.search(own), _NOT_THERE.search(own)
    if machine:
        return Told(unclear=f"像是自动回复：写了「{machine[0]}」")
    if lacking:
        return Told(unclear=f"回信里写了「{lacking[0]}」")
    plain = not own.strip() or (_PLAIN.match(own) and not _TELLING.search(own))
    return Told({} if plain else {NOTE: _kept(own)})


def automatic(own: str) -> bool:
    """Tell whether words are a machine's, whatever its headers say."""
    return bool(_MACHINE.search(own))


def receipt(own: str) -> bool:
    """Tell whether words acknowledge by themselves, whatever they answer."""
    return bool(_PLAIN.match(own)) and not acknowledged(own).unclear


def checked(own: str) -> Told:
    """Read the answer to a name check: 无误, or whose name is wrong and what it should be."""
    rest = _RIGHT.sub("", own)
    why = next(_unclear(own, rest), "")
    if why:
        return Told(unclear=why)
    if _AMENDS.search(rest):
        return Told({ANSWER: AMENDED, WRONG: _kept(own)})
    return Told({ANSWER: RIGHT})


def insisted(returns: Returns, own: str) -> dict[str, str]:
    """Take words that are no plain answer as they stand: a person has read them."""
    if not returns.checked:
        return {NOTE: _kept(own)} if own.strip() else {}
    return {ANSWER: AMENDED, WRONG: _kept(own)} if own.strip() else {}


def _unclear(own: str, rest: str) -> Iterator[str]:
    """Say why words are no plain answer to a name check."""
    right, amends = rest != own, _AMENDS.search(rest)
    said = "写了无误，又" if right else "写了更正，又" if amends else "回信里"
    if _OURS.search(own) and len(own) > _MOST_BESIDE:
        yield "正文里有原信的文字，分不清是谁写的"
    for sign in (_MACHINE, _NOT_THERE, _QUESTION, _LATER, _DENIED):
        if found := sign.search(own):
            yield f"{said}写了「{found[0]}」"
    if not right and not amends:
        yield "没有写“无误”，也没有写哪里有错"
    if right and not amends and (found := _BUT.search(rest)):
        yield f"{said}写了「{found[0]}」"


def rest_right(words: str) -> bool:
    """Tell whether an answer with corrections says that all the others are right."""
    return bool(_REST_RIGHT.search(words))


def shown(values: Mapping[str, str]) -> str:
    """Say for people what an answer without a form says beyond its verdict."""
    said = [values[one] for one in (WRONG, NOTE) if values.get(one)]
    said += [f"附件 {values[FILES]}"] if values.get(FILES) else []
    return "；".join(said)


def _kept(own: str) -> str:
    return masked(" ".join(own.split()))[:_MOST]
