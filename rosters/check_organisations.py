"""Checks of organisations and branches: kinds, phones, addresses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rosters import identity, mailbox, masks
from rosters.columns import cure
from rosters.finding import Cell, Finding, Level, Place
from rosters.roster import Kind
from rosters.spot import error, warning, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rosters.roster import Member, Organisation, Row, Sheet

_KINDS = """
党委 基层党委 二级党委 分党委 党工委 机关党委 院系党委 临时党委 党组
党总支 总支 二级党总支 直属党总支 基层党总支 临时党总支
党支部 支部 直属党支部 直属支部 联合党支部 临时党支部 功能型党支部 党小组
教工党支部 教师党支部 学生党支部 离退休党支部
党委（分党委） 党的基层委员会 党的总支部委员会 党的支部委员会
"""
KINDS = frozenset(_KINDS.split())


def organisations_findings(
    organisations: Sequence[Organisation], members: Sequence[Member], sheets: Sequence[Sheet]
) -> list[Finding]:
    """Check every organisation's row."""
    found = [
        _column(sheet)
        for sheet in sheets
        if sheet.kind is not Kind.MEMBERS and not sheet.has("email")
    ]
    for one in organisations:
        found.extend(_kind(one.row))
        found.extend(address(one.row, "email", needed=True))
        found.extend(address(one.row, "cc_email"))
        found.extend(phone(one.row, "liaison_mobile"))
        found.extend(phone(one.row, "tel"))
    return [*found, *_shared(organisations), *_counted(organisations, members)]


def _column(sheet: Sheet) -> Finding:
    return Finding(
        Level.WARNING,
        "address-column",
        Place(sheet.file, sheet.name, f"第{sheet.head}行"),
        "表头里没有「电子邮箱」一列，发不了信",
        f"要向这些党组织发信的，{cure(sheet, 'email')}",
        (Cell(sheet.key, 0, "email"),),
    )


def _kind(row: Row) -> list[Finding]:
    kind = words(row, "org_type")
    if not kind or kind in KINDS:
        return []
    said = f"不认识的类别「{kind}」"
    advice = "常用的有分党委、党总支、直属党支部、党支部，请核对"
    return [warning("org-kind", (row, "org_type"), said, advice)]


def address(row: Row, key: str, *, needed: bool = False) -> list[Finding]:
    """Check the addresses of a cell."""
    if not row.sheet.has(key):
        return []
    found = mailbox.split(row.get(key))
    if needed and not found.usable and not found.faulty:
        said = "电子邮箱没有填写"
        return [error("address-missing", (row, key), said, "请补上接收文件的邮箱")]
    if not found.faulty:
        return []
    written = "」「".join(found.faulty) if found.usable else words(row, key)
    said = f"「{written}」不是有效的邮箱地址"
    return [error("address-invalid", (row, key), said, "请核对后改正")]


def phone(row: Row, key: str) -> list[Finding]:
    """Check the phone numbers of a cell: a mobile or an office number, as its column says."""
    value = row.get(key)
    if value is None:
        return []
    column = row.sheet.column(key)
    either = key == "tel" or column is None or "手机" not in column.heading
    faulty = [
        one
        for one in identity.phones(value)
        if not identity.is_mobile(one)
        and not (either and identity.is_tel(one))
        and not (key == "tel" and identity.is_extension(one))
    ]
    if not faulty:
        return []
    shown = "、".join(masks.masked_phone(one) for one in faulty)
    what = "电话号码" if either else "手机号码"
    return [warning("phone", (row, key), f"「{shown}」不是有效的{what}", "请核对位数")]


def _shared(organisations: Sequence[Organisation]) -> list[Finding]:
    """Warn of an address that two organisations have, whatever others stand beside it."""
    owners: dict[str, list[Organisation]] = {}
    for one in organisations:
        for mail in one.addresses:
            owners.setdefault(mail.casefold(), []).append(one)
    return [
        warning(
            "address-shared",
            (ones[-1].row, "email"),
            f"邮箱 {mail} 也是{'、'.join(f'「{one.short}」' for one in ones[:-1])}的",
            "请确认不是误填",
            also=tuple((one.row, "email") for one in ones[:-1]),
        )
        for mail, ones in owners.items()
        if len(ones) > 1
    ]


_COUNTED = {  # a column of counts -> its rule, and what it counts, in what unit
    "members": ("members-count", "党员数", "人"),
    "formal_members": ("formal-count", "正式党员数", "人"),
    "probationers": ("probationer-count", "预备党员数", "人"),
    "branches": ("branches-count", "支部数", "个"),
}
_STAGES = {"正": "formal_members", "预": "probationers"}


def _counted(organisations: Sequence[Organisation], members: Sequence[Member]) -> list[Finding]:
    """Compare the counts that organisations give with what is listed under them.

    What is not listed at all is no other count: of an organisation without members, or whose
    members' rows do not say what they are, nothing is said.
    """
    if not any(words(one.row, key) for one in organisations for key in _COUNTED):
        return []  # nobody gives any, and the members need not be gone through
    listed = _listed(organisations, members)
    found = []
    for one in organisations:
        for key, (rule, what, unit) in _COUNTED.items():
            told, counted = words(one.row, key).removesuffix(unit), listed[key][one.key]
            known = listed["branches" if key == "branches" else "members"][one.key]
            staged = key in _STAGES.values() and not listed["staged"][one.key]
            if known and not staged and told.isdecimal() and int(told) != counted:
                said = f"「{one.short}」的{what}是{told}，名册里列了{counted}{unit}"
                found.append(warning(rule, (one.row, key), said, "请核对"))
    return found


def _listed(
    organisations: Sequence[Organisation], members: Sequence[Member]
) -> dict[str, Counter[str]]:
    """Count for each organisation what is listed under it, its own included."""
    above = {one.key: one.superior for one in organisations}
    listed: dict[str, Counter[str]] = {key: Counter() for key in (*_COUNTED, "staged")}

    def count(key: str, at: str | None, times: int = 1) -> None:
        while at is not None:
            listed[key][at] += times
            at = above[at]

    for one in organisations:
        if one.row.sheet.kind is Kind.BRANCHES:
            count("branches", one.superior)
    alike = Counter((member.organisation, member.row.get("party_type")) for member in members)
    for (home, kind), times in alike.items():
        count("members", home, times)
        stage = str(kind or "").removeprefix("中共")[:1]
        if stage:
            count("staged", home, times)
        if stage in _STAGES:
            count(_STAGES[stage], home, times)
    return listed
