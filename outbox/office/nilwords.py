"""零报告 in a mail's own words: said plainly, for which day; or not plainly, and then not taken."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_SAYS = re.compile(r"零\s*报\s*告|(?<![\d０-９])[0０]\s*报告")
# With one of these it is no plain 零报告.
_BUT = re.compile(
    r"不[是能报适算]|并非|非零|没有?零|未能|尚未|[无不]需|勿|取消|撤[回销消]|作废|更正|改[为成报]|修改"
    r"|有误|暂|待[报定核]|若|如果|吗|？|\?|除了|除[^，,。；;\n]{0,12}外|以外|但|补[报上交]|其余|其他|制度"
    r"|怎么|如何|怎样|请问|何时|是否|[：:为]\s*否|需要|将[于会]|明[天日]|[今以]后"
    r"|说明|联系|自动(?:回复|答复|发送)|休假"
    r"|(?<![\d-])[1-9１-９]\d{0,4}[ \t\u3000]*(?:个|[名例起件位]|人(?![文事才力民]))"
    r"|[一二两三四五六七八九十百][ \t\u3000]*[人名例起件位]"
)
# Our letter's own foot: a quotation that no mark sets apart.
_OURS, _MOST_BESIDE = re.compile(r"回执编号"), 60
_MOST = 400  # characters of plain words; what is longer may say anything
# With its year in any spelling; without it only as 11月26日, or 11.26 alone: phones have dashes.
_DAY = re.compile(
    r"(?<!\d)(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})(?!\d)"
    r"|(?<!\d)()(\d{1,2})\s*月\s*(\d{1,2})(?!\d)"
    r"|(?<![\d.-])()(\d{1,2})[./](\d{1,2})(?![\d.-])"
)
# 二〇二六年十一月二十六日: with its month, else 三日 may be three days.
_WRITTEN = re.compile(
    r"(?:([〇○零一二三四五六七八九]{4})\s*年\s*)?([一二三四五六七八九十]{1,3})\s*月"
    r"\s*([一二三四五六七八九十]{1,3})(?=\s*[日号])"
)
_TIME = re.compile(r"\d{1,2}\s*[:：]\s*\d{2}")
_YESTERDAY = re.compile(r"昨日|昨天")
_SPAN = re.compile(
    r"(?:(?<!截)至|[到~～、和及—–－-])\s*\d{1,2}\s*[日号月]|[./]\d{1,2}\s*[-~～至到—－]+\s*\d{1,2}[./]"
)
# A day of the month alone, and no house in a street.
_HOUSE = r"(?![楼院线厅门馆室公宿])"
_BARE = re.compile(
    rf"(?<![\d路街道巷弄第近续每前后共])(\d{{1,2}})\s*(?:日(?!内)|号{_HOUSE})(?!\s*[1一]\s*报)"
)
_RECENT = 7  # days back that a day of the month alone may mean
# Days that are meant, and cannot be told.
_LOOSE = re.compile(
    rf"前[天日]|[上本这]周|[上本这]个?[星月]|[一1全整]周|近日|连日|周末(?!愉快|快乐)|今明"
    rf"|[\d两二三四五六七几多]\s*天|(?:近|连续|[前后共])\s*\d{{1,2}}\s*日"
    rf"|[一二两三四五六七八九十]+\s*(?:日(?!一报)|号{_HOUSE})"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_WEEK = "一二三四五六日"
_UNITS, _NEVER = "〇一二三四五六七八九", 99


# With one of these a reply without a form corrects what was reported.
_AMENDS = re.compile(
    r"更正|[报填写弄算]错|有误|作废|撤[回销]|以此为准|改[为成]|[漏少多误]报|重新?报"
    r"|新增\s*[1-9１-９一二两三四五六七八九十]"
)
# Who is to be written to, and where, is no number of a report.
_PEOPLE = re.compile(
    r"(?:联系人|联系方式|负责人|联络员|邮箱|电话|手机|地址|书记)[^，,。；;\n]{0,12}"
    r"(?:改[为成]|更正|有误|[填写]错|作废)"
)
# Words of whom nothing has happened to, without 零报告; and with which they are a question.
_LIKE = re.compile(
    r"(?:[无没]有?|未(?:发现|出现|见|发生))(?:任何|其他|其它|新的?|特殊|突发)*(?:异常|变[化动]|新增|情况)"
    r"|(?:一切|情况|均|都|全部)(?:正常|平安|如常)|新增(?:人数)?\s*[:：为]?\s*[0０零]|平安无事"
    r"|[无没]有?[^，,。；;\n]{0,8}(?:学生|人员|师生|教职工|情况)|报告\s*[:：为]\s*[无零〇0０]"
    r"|〇\s*报告|[“\"「]零[”\"」]\s*报告|[同与和跟]昨[日天]|^\s*(?:[无零0０]|没有|正常)\s*[。.！!]?\s*$"
)
_ASKS = re.compile(r"[？?]|吗|请问|是否|怎么|如何|怎样|如果|若")
_MOST_LIKE = 120


@dataclass(frozen=True, slots=True)
class Said:
    """What words say: whether 零报告, for which day (None: none is named), or why it is unclear."""

    nil: bool = False
    day: dt.date | None = None
    unclear: str = ""


def says(text: str) -> bool:
    """Tell whether the words 零报告 stand in a text, whatever it says of them."""
    return bool(_SAYS.search(text))


def said(own: str, came: dt.date) -> Said:
    """Read a mail's own words; `came` is the day on which it came, where its reader lives."""
    if not _SAYS.search(own):
        return Said()
    own = _WRITTEN.sub(_figures, own)
    against = _against(own)
    if against:
        return Said(unclear=against)
    days = set(_days(own, came))
    if _YESTERDAY.search(own):
        days.add(came - dt.timedelta(days=1))
    if None in days:
        return Said(unclear="写了零报告，写的日期看不准")
    if len(days) > 1 or _SPAN.search(own):
        return Said(unclear="写了零报告，说的不止一天")
    day = next(iter(days), None)
    loose = _loose(own, day or came)
    return (
        Said(unclear=f"写了零报告，「{loose}」是哪一天看不准") if loose else Said(nil=True, day=day)
    )


def like(own: str) -> str:
    """Name the words that may mean 零报告 in a mail that says little else; "" for none."""
    found = _LIKE.search(own)
    return found[0].strip() if found and len(own) <= _MOST_LIKE and not _ASKS.search(own) else ""


def amends(own: str) -> str:
    """Name the word by which a mail's own words correct a report; "" for none."""
    found = None if _OURS.search(own) else _AMENDS.search(_PEOPLE.sub("", own))
    return found[0] if found else ""


def _figures(found: re.Match[str]) -> str:
    """Write a date in figures: 十一月二十六日 is 11月26日."""
    year, month, day = found.groups()
    digits = "".join(str(max(0, _UNITS.find(one))) for one in year or "")  # 零 and ○ are 〇
    return f"{digits}{'年' * bool(year)}{_figure(month)}月{_figure(day)}"


def _figure(word: str) -> int:
    """Read 二十六; what is no number below a hundred comes out as no day of a month."""
    tens, ten, ones = word.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in (tens, ones):
        return _NEVER
    high = _UNITS.find(tens) if tens else 1
    return 10 * high * bool(ten) + (_UNITS.find(ones) if ones else 0)


def _loose(own: str, day: dt.date) -> str:
    """Name the words that mean another day than this, or nobody knows which; "" for none."""
    found = _LOOSE.search(own)
    if found:
        return found[0]
    told = ((one[0], _WEEK.index(one[1].replace("天", "日"))) for one in _WEEKDAY.finditer(own))
    return next((word for word, number in told if number != day.weekday()), "")


def _against(own: str) -> str:
    """Say what keeps the words from being plain; "" where nothing does."""
    if _OURS.search(own) and len(own) > _MOST_BESIDE:
        return "正文里有原信的文字，分不清零报告是谁写的"
    if len(own) > _MOST:
        return "写了零报告，正文却很长"
    but = _BUT.search(own)
    return f"写了零报告，又写了「{but[0]}」" if but else ""


def _days(own: str, came: dt.date) -> list[dt.date | None]:
    found: list[dt.date | None] = []
    text = _TIME.sub(" ", own)
    for groups in _DAY.findall(text):
        year = groups[0]
        month, day = (next(one for one in groups[at::3] if one) for at in (1, 2))
        try:
            one = dt.date(int(year or came.year), int(month), int(day))
        except ValueError:
            found.append(None)
            continue
        if not year and one - came > dt.timedelta(days=180):
            one = one.replace(year=one.year - 1)  # 12月31日, read on the first of January
        found.append(one)
    lately = [came + dt.timedelta(days=away) for away in range(1, -_RECENT - 1, -1)]
    alone = map(int, _BARE.findall(_DAY.sub(" ", text)))
    found += [next((one for one in lately if one.day == number), None) for number in alone]
    return found
