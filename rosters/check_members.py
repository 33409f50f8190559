"""Checks of members: names, ID numbers, dates, kinds, phones, and people listed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters import identity
from rosters.check_organisations import address, phone
from rosters.dates import PartialDate
from rosters.finding import Level
from rosters.spot import error, spot, warning, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rosters.finding import Finding
    from rosters.roster import Member, Row

_STAGES = """
正式党员 预备党员 发展对象 入党积极分子 入党申请人 正式 预备 正 预 积极分子 申请人 党员
中共党员 中共正式党员 中共预备党员 中共党员（正式） 中共党员（预备） 中共党员(正式) 中共党员(预备)
共青团员 群众
"""
STAGES = frozenset(_STAGES.split())
# GB/T 3304-1991; a name of one character is also written without 族.
_PEOPLES = """
汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜
水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒
乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
其他 穿青人 外国血统中国籍人士
"""
PEOPLES = frozenset(_PEOPLES.split())
_GENDERS = {"男": "男", "女": "女", "男性": "男", "女性": "女"}
_OF_AGE = 18  # Party Constitution, article 1
_PROBATION = 1  # article 7


def members_findings(members: Sequence[Member]) -> list[Finding]:
    """Check every member's row, then all of them together."""
    found: list[Finding] = []
    for member in members:
        found.extend(_member(member.row))
    return [*found, *_same_id(members), *_same_name(members)]


def _member(row: Row) -> Iterator[Finding]:
    if row.get("name") is None:
        yield error("name-missing", (row, "name"), "姓名没有填写", "请补上")
    yield from _identity(row)
    yield from _dates(row)
    gender = words(row, "gender")
    if gender and gender not in _GENDERS:
        said = f"不认识的性别「{gender}」"
        yield warning("gender", (row, "gender"), said, "应为男或女")
    people = words(row, "ethnicity")
    if people and people.removesuffix("族") not in PEOPLES:
        yield warning("ethnicity", (row, "ethnicity"), f"不认识的民族「{people}」", "请核对")
    stage = words(row, "party_type")
    if stage and stage not in STAGES:
        said = f"不认识的人员类别「{stage}」"
        advice = "应为正式党员、预备党员、发展对象、入党积极分子或入党申请人"
        yield warning("member-kind", (row, "party_type"), said, advice)
    yield from phone(row, "mobile")
    yield from phone(row, "tel")
    yield from address(row, "email")


def _identity(row: Row) -> Iterator[Finding]:
    value = row.get("id_card")
    if value is None:
        return
    fault = identity.id_fault(value)
    if fault:
        rule, message, advice = fault
        shown = identity.masked_id(value)
        yield error(rule, (row, "id_card"), f"{message}：{shown}", advice)
        return
    number = identity.normal_id(value)
    birth, told = row.get("birth"), identity.id_birth(number)
    if isinstance(birth, PartialDate) and told is not None and birth.differs(told):
        said = f"出生日期 {birth} 与身份号码里的 {told} 不一致"
        yield warning("id-birth-differs", (row, "birth"), said, "请核对", also=((row, "id_card"),))
    gender = _GENDERS.get(words(row, "gender"), "")
    if gender and gender != identity.id_gender(number):
        said = f"性别「{gender}」与身份号码不一致"
        yield warning(
            "id-gender-differs", (row, "gender"), said, "请核对", also=((row, "id_card"),)
        )


def _dates(row: Row) -> Iterator[Finding]:
    birth, joined, formal = (row.get(key) for key in ("birth", "join_date", "formal_date"))
    if isinstance(joined, PartialDate):
        if isinstance(birth, PartialDate) and joined.surely_within(_OF_AGE, birth):
            said = f"入党日期 {joined} 时未满18周岁（出生日期 {birth}）"
            yield warning("join-age", (row, "join_date"), said, "请核对", also=((row, "birth"),))
        if isinstance(formal, PartialDate) and formal.surely_within(_PROBATION, joined):
            said = f"转正日期 {formal} 距入党日期 {joined} 不满一年"
            yield warning(
                "formal-early", (row, "formal_date"), said, "请核对", also=((row, "join_date"),)
            )


def _same_id(members: Sequence[Member]) -> Iterator[Finding]:
    first: dict[str, Row] = {}
    for member in members:
        value = member.row.get("id_card")
        if value is None or identity.id_fault(value):
            continue
        number = identity.normal_id(value)
        if number in first:
            other = first[number]
            place = other.place("id_card")
            said = f"身份号码 {identity.masked_id(number)} 与 {place.sheet} {place.cell} 重复"
            advice = "请核对是同一人重复列入，还是录错了号码"
            yield error(
                "id-twice", (member.row, "id_card"), said, advice, also=((other, "id_card"),)
            )
        else:
            first[number] = member.row


def _same_name(members: Sequence[Member]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Row] = {}
    for member in members:
        if not member.name or member.organisation is None:
            continue
        other = first.setdefault((member.name, member.organisation), member.row)
        if other is member.row:
            continue
        mine, theirs = words(member.row, "id_card"), words(other, "id_card")
        said = f"「{member.name}」与同一党支部 {other.place('name').cell} 同名"
        at, also = (member.row, "name"), ((other, "name"),)
        if mine and theirs and mine != theirs:
            yield spot(Level.INFO, "name-same", at, f"{said}，身份号码不同", also=also)
        else:
            yield spot(
                Level.WARNING, "name-twice", at, said, "请确认是两个人，还是重复列入", also=also
            )
