"""Checks of members: names, ID numbers, dates, kinds, phones, and people listed twice."""

from __future__ import annotations

import unicodedata
from itertools import groupby, islice
from typing import TYPE_CHECKING

from rosters import identity, mailbox, masks
from rosters.check_organisations import address, phone
from rosters.dates import PartialDate
from rosters.finding import Level
from rosters.pattern import later
from rosters.shelf import Sieve
from rosters.spot import error, spot, warning, words
from rosters.surnames import several

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rosters.finding import Finding
    from rosters.roster import Member, Row, Sheet, Value

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
_NUMBER = later(r"\d{5}|^[\d.]+$")
_SOME = 4096  # rows that are checked at once
_NEARLY_WHOLE = 15  # characters: what is shorter is 无, or no number
_OF_AGE = 18  # Party Constitution, article 1
_PROBATION = 1  # article 7


def members_findings(members: Sequence[Member]) -> list[Finding]:
    """Check the members' rows sheet by sheet, each column once, then all of them together.

    What two rows share is looked for in those alone that a sieve has kept: a million rows are taken
    off their shelf twice, and never stand in memory together.
    """
    found: list[Finding] = []
    numbers, names = Sieve(len(members)), Sieve(len(members))
    for sheet, ones in _portions(members):
        found.extend(_sheet(sheet, [one.row for one in ones], numbers))
        for one in ones:
            if one.name and one.organisation is not None:
                names.add((one.name, one.organisation))
    if numbers:
        found.extend(_same_id(one for one in members if _whole(one.row) in numbers))
    if names:
        twice = (one for one in members if (one.name, one.organisation) in names)
        found.extend(_same_name(twice))
    return found


def _portions(members: Iterable[Member]) -> Iterator[tuple[Sheet, list[Member]]]:
    """Hand out members of one sheet, some at a time."""
    for sheet, ones in groupby(members, lambda one: one.row.sheet):
        while some := list(islice(ones, _SOME)):
            yield sheet, some


def _sheet(sheet: Sheet, rows: Sequence[Row], numbers: Sieve) -> Iterator[Finding]:
    for row, value in _column(sheet, rows, "name"):
        if value is None:
            yield error("name-missing", (row, "name"), "姓名没有填写", "请补上")
        elif not (isinstance(value, str) and value.isalpha()):
            yield from _name(row, str(value))
    yield from _identities(sheet, rows, numbers)
    yield from _dates(sheet, rows)
    yield from _words(sheet, rows)
    for key in ("mobile", "tel"):
        for row, value in _column(sheet, rows, key):
            if value is not None and not identity.is_mobile(str(value)):
                yield from phone(row, key)
    for row, value in _column(sheet, rows, "email"):
        if value is not None and mailbox.normal(str(value)) != value:
            yield from address(row, "email")


def _name(row: Row, name: str) -> Iterator[Finding]:
    """Look at a name that is not all letters: it may be a number, or two names."""
    if _NUMBER.search(name):
        said = f"姓名「{name}」像是号码"
        yield error("name-number", (row, "name"), said, "请核对是否填错了列")
    elif any(one.isdigit() for one in name):
        said = f"姓名「{name}」里有数字"
        yield warning("name-digit", (row, "name"), said, "证书和名单会照原样印出，请核对")
    elif several(name):
        said = f"姓名「{' '.join(name.split())}」像是写了几个人"
        yield error("name-several", (row, "name"), said, "请一人一行；确是一个人时，只留一个姓名")
    else:
        yield from _signs(row, name)


def _signs(row: Row, name: str) -> Iterator[Finding]:
    """Look for what is no letter in a name: （女）, or a character that one computer has."""
    sorts = {char: unicodedata.category(char) for char in name}
    private = [char for char, sort in sorts.items() if sort == "Co"]
    if private:
        codes = "、".join(f"U+{ord(char):04X}" for char in private)
        said = f"姓名「{name}」里有造字区的字（{codes}），换一台电脑就印成空白或别的字"
        yield warning("name-private", (row, "name"), said, "请改成标准的字")
    usual = "· -'.’" if any(char.isascii() and char.isalpha() for char in name) else "· "
    odd = [char for char, sort in sorts.items() if sort[0] not in "LMC" and char not in usual]
    if odd:
        said = f"姓名「{name}」里有「{'」「'.join(odd)}」"
        yield warning("name-sign", (row, "name"), said, "证书和名单会照原样印出，请核对")


def _words(sheet: Sheet, rows: Sequence[Row]) -> Iterator[Finding]:
    for row, gender in _unknown(sheet, rows, "gender", lambda text: text in _GENDERS):
        said = f"不认识的性别「{gender}」"
        yield warning("gender", (row, "gender"), said, "应为男或女")
    for row, people in _unknown(sheet, rows, "ethnicity", _a_people):
        yield warning("ethnicity", (row, "ethnicity"), f"不认识的民族「{people}」", "请核对")
    for row, stage in _unknown(sheet, rows, "party_type", lambda text: text in STAGES):
        said = f"不认识的人员类别「{stage}」"
        advice = "应为正式党员、预备党员、发展对象、入党积极分子或入党申请人"
        yield warning("member-kind", (row, "party_type"), said, advice)


def _column(sheet: Sheet, rows: Sequence[Row], key: str) -> Iterator[tuple[Row, Value]]:
    """Yield each row with its value under a field; nothing where there is no such column."""
    index = sheet.names.get(key)
    if index is not None:
        for row in rows:
            yield row, row.values[index]
    elif key == "name":
        for row in rows:
            yield row, None


def _unknown(
    sheet: Sheet, rows: Sequence[Row], key: str, known: Callable[[str], bool]
) -> list[tuple[Row, str]]:
    """List the rows whose word is none that the field knows; there are few words in a column."""
    index = sheet.names.get(key)
    if index is None:
        return []
    said = {row.values[index] for row in rows}
    odd = {one for one in said if one is not None and str(one) and not known(str(one))}
    if not odd:
        return []
    return [(row, str(row.values[index])) for row in rows if row.values[index] in odd]


def _a_people(text: str) -> bool:
    return text.removesuffix("族") in PEOPLES


def _identities(sheet: Sheet, rows: Sequence[Row], numbers: Sieve) -> Iterator[Finding]:
    """Check ID numbers against themselves and their row; those that are whole go to `numbers`."""
    birth_at, gender_at = sheet.names.get("birth"), sheet.names.get("gender")
    for row, value in _column(sheet, rows, "id_card"):
        if value is None:
            continue
        fault = None if identity.is_sound(value) else identity.id_fault(value)
        if fault:
            rule, message, advice = fault
            shown = masks.masked_id(value)
            yield error(rule, (row, "id_card"), f"{message}：{shown}", advice)
            number = _told(value, rule)
            if number:
                numbers.add(number)
            continue
        number = identity.normal_id(value)
        numbers.add(number)
        birth = None if birth_at is None else row.values[birth_at]
        told = identity.id_birth(number)
        if birth is not told and isinstance(birth, PartialDate) and told and _differ(birth, told):
            said = f"出生日期 {birth} 与身份号码里的 {told} 不一致"
            also = ((row, "id_card"),)
            yield warning("id-birth-differs", (row, "birth"), said, "请核对", also=also)
        gender = _GENDERS.get(str(row.values[gender_at]), "") if gender_at is not None else ""
        if gender and gender != identity.id_gender(number):
            said = f"性别「{gender}」与身份号码不一致"
            also = ((row, "id_card"),)
            yield warning("id-gender-differs", (row, "gender"), said, "请核对", also=also)


def _told(value: Value, rule: str) -> str:
    """Return a faulty ID number where it tells people apart, else an empty text."""
    number = identity.normal_id(value)
    # What Excel has cut off may have told two people apart.
    return number if rule != "id-damaged" and len(number) >= _NEARLY_WHOLE else ""


def _whole(row: Row) -> str:
    """Return the ID number of a row where it tells people apart, else an empty text."""
    index = row.sheet.names.get("id_card")
    value = None if index is None else row.values[index]
    if value is None:
        return ""
    fault = None if identity.is_sound(value) else identity.id_fault(value)
    return _told(value, fault[0]) if fault else identity.normal_id(value)


def _differ(one: PartialDate, other: PartialDate) -> bool:
    same = one.year == other.year and one.month == other.month and one.day == other.day
    return not same and one.differs(other)


def _dates(sheet: Sheet, rows: Sequence[Row]) -> Iterator[Finding]:
    birth_at, formal_at = sheet.names.get("birth"), sheet.names.get("formal_date")
    for row, joined in _column(sheet, rows, "join_date"):
        if not isinstance(joined, PartialDate):
            continue
        birth = None if birth_at is None else row.values[birth_at]
        formal = None if formal_at is None else row.values[formal_at]
        if isinstance(birth, PartialDate) and joined.surely_within(_OF_AGE, birth):
            said = f"入党日期 {joined} 时未满18周岁（出生日期 {birth}）"
            yield warning("join-age", (row, "join_date"), said, "请核对", also=((row, "birth"),))
        if isinstance(formal, PartialDate) and formal.surely_within(_PROBATION, joined):
            said = f"转正日期 {formal} 距入党日期 {joined} 不满一年"
            also = ((row, "join_date"),)
            yield warning("formal-early", (row, "formal_date"), said, "请核对", also=also)


def _same_id(members: Iterable[Member]) -> Iterator[Finding]:
    first: dict[str, Row] = {}
    for row, number in ((one.row, _whole(one.row)) for one in members):
        if not number:
            continue
        if number in first:
            other = first[number]
            place = other.place("id_card")
            said = f"身份号码 {masks.masked_id(number)} 与 {place.sheet} {place.cell} 重复"
            advice = "请核对是同一人重复列入，还是录错了号码"
            yield error("id-twice", (row, "id_card"), said, advice, also=((other, "id_card"),))
        else:
            first[number] = row


def _same_name(members: Iterable[Member]) -> Iterator[Finding]:
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
