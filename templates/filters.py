"""What a tag may call after |: each filter with its Chinese name, some with an English one too."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from rosters import order as orders
from rosters.dates import PartialDate
from rosters.masks import MASKED, WAYS, in_way
from templates import address, apart
from templates.gongwen.fitting import FITTINGS
from templates.numerals import digits, financial, numeral
from templates.placed import PAPERS, PICTURES
from templates.rich import said
from templates.room import ROOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Rows = Sequence[Any]


class FilterError(ValueError):
    """A filter cannot do its work on this value; the words say why, in Chinese."""


_UNSAID: Any = object()
PERSON = "姓名"  # the column that lists of persons are ordered by


def cell(row: Any, column: str) -> Any:  # noqa: ANN401
    """Return a row's value in a column.

    Raises:
        FilterError: the row has no such column, or is no row.

    """
    try:
        return row[column]
    except (KeyError, IndexError, TypeError):
        raise FilterError(f"名单里没有「{column}」这一列") from None


def _text(value: Any) -> str:  # noqa: ANN401
    """Return a value as text; a picture or rich text is none, and would bring its XML along."""
    if said(value):
        raise FilterError(f"{said(value)}不是文字，不能用 | 处理")
    return str.__str__(str(value))


def count(value: Any) -> int:  # noqa: ANN401 - a template hands over anything
    """数: how many rows a list has, or characters a text."""
    if value is None or isinstance(value, int | float):
        raise FilterError("「数」只能用在名单或文字上")
    return len(value)


def select(rows: Rows, column: str, value: Any = _UNSAID) -> list[Any]:  # noqa: ANN401
    """选: rows whose column is filled, or is this value, or is one of this list."""
    if value is _UNSAID:
        return [row for row in rows if not blank(cell(row, column))]
    wanted = value if isinstance(value, list | tuple) else (value,)
    return [row for row in rows if _same(cell(row, column), wanted)]


def leave(rows: Rows, column: str, value: Any = _UNSAID) -> list[Any]:  # noqa: ANN401
    """不选: what 选 leaves out."""
    chosen = {id(row) for row in select(rows, column, value)}
    return [row for row in rows if id(row) not in chosen]


def order(rows: Rows, column: str, direction: str = "升") -> list[Any]:
    """排序: by a column, 升 or 降; numbers by size, text by code point, empty cells last."""
    if direction not in {"升", "降"}:
        raise FilterError('「排序」的方向只能是 "升" 或 "降"')
    filled = [row for row in rows if not blank(cell(row, column))]
    empty = [row for row in rows if blank(cell(row, column))]
    return (
        sorted(filled, key=lambda row: _rank(cell(row, column)), reverse=direction == "降") + empty
    )


def by_strokes(rows: Rows, column: str = PERSON) -> list[Any]:
    """姓氏笔画: rows in the order of the names in 姓名, or in this column; or names themselves."""
    return orders.by_strokes(rows, lambda row: _name(row, column))


def by_pinyin(rows: Rows, column: str = PERSON) -> list[Any]:
    """拼音: as 姓氏笔画, by how names are read."""
    return orders.by_pinyin(rows, lambda row: _name(row, column))


def column_of(rows: Rows, column: str) -> list[Any]:
    """列: the values of a column, one for each row."""
    return [cell(row, column) for row in rows]


def total(rows: Rows, column: str) -> int | float:
    """合计: the sum of a column; empty cells count nothing."""
    numbers = [_number(cell(row, column), column) for row in rows if not blank(cell(row, column))]
    whole = sum(numbers)
    return int(whole) if whole == int(whole) else whole


def first(rows: Rows) -> Any:  # noqa: ANN401
    """首: the first of a list."""
    if not rows:
        raise FilterError("名单是空的，没有第一个")
    return rows[0]


def unique(values: Iterable[Any]) -> list[Any]:
    """去重: each value once, in order."""
    return list(dict.fromkeys(values))


def filled(value: Any) -> Any:  # noqa: ANN401
    """去空: a list without its blanks; a text without spaces around it."""
    if isinstance(value, list | tuple):
        return [one for one in value if not blank(one)]
    return "" if value is None else _text(value).strip()


def join(values: Iterable[Any], mark: str = "、", column: str = "") -> str:
    """连接: 甲、乙、丙; with a column's name, of that column of the rows."""
    parts = [cell(value, column) for value in values] if column else list(values)
    return str(mark).join("" if part is None else _text(part) for part in parts)


def form_of_address(value: Any, style: str = address.COMRADE) -> str:  # noqa: ANN401
    """称谓: 张三同志; with 家属 尊敬的张三同志家属; with 党组织 its full name."""
    many = value if isinstance(value, list | tuple) else [value]
    try:
        return address.addressed(["" if blank(one) else _text(one) for one in many], style)
    except address.AddressError as error:
        raise FilterError(str(error)) from None


def default(value: Any, instead: Any = "") -> Any:  # noqa: ANN401
    """默认: something else where a value is missing or blank."""
    return instead if blank(value) else value


def date(value: Any, style: str = "公文") -> str:  # noqa: ANN401
    """日期: 公文 2020年2月1日, 点 2020.02.01, 横 2020-02-01, 汉字 二〇二〇年二月一日."""
    if blank(value):
        return ""
    when = _date(value)
    parts = [part for part in (when.year, when.month, when.day) if part]
    if style == "公文":
        return when.chinese()
    if style in {"点", "横"}:
        mark = "." if style == "点" else "-"
        return mark.join(f"{part:04d}" if not i else f"{part:02d}" for i, part in enumerate(parts))
    if style == "汉字":
        words = [digits(parts[0]), *(numeral(part) for part in parts[1:])]
        return "".join(word + unit for word, unit in zip(words, "年月日", strict=False))
    raise FilterError(f"「日期」没有「{style}」这种样式，请用 公文、点、横 或 汉字")


def chinese_number(value: Any) -> str:  # noqa: ANN401
    """汉字数字: 123 as 一百二十三."""
    return numeral(_whole(value))


def financial_number(value: Any) -> str:  # noqa: ANN401
    """大写数字: 123 as 壹佰贰拾叁, as on receipts."""
    return financial(_whole(value))


def zeros(value: Any, width: int = 3) -> str:  # noqa: ANN401
    """补零: 7 as 007."""
    if not 0 < width <= 30:  # noqa: PLR2004 - longer than any number on a certificate
        raise FilterError("「补零」的位数应在 1 到 30 之间")
    return _text(value).zfill(width)


def masked(value: Any, way: str = MASKED) -> str:  # noqa: ANN401
    """脱敏: an ID number or a phone as it is to be printed: 遮盖 9901**********1234, 完整, 不印."""
    if way not in WAYS:
        raise FilterError(f"「脱敏」只能是 {'、'.join(WAYS)}，不能是「{way}」")
    return "" if blank(value) else in_way(_text(value), way)


def paragraphs(value: Any) -> list[str]:  # noqa: ANN401
    """分段: the paragraphs of a text, as a cell has them on its lines; none that is blank."""
    return apart.lines("" if value is None else _text(value))


def lined(value: Any, *columns: str) -> list[Any]:  # noqa: ANN401
    """分列: the rows of a text whose lines have these columns, ｜ between them; a table stays."""
    if isinstance(value, list | tuple):
        return list(value)
    try:
        return list(apart.rows("" if value is None else _text(value), columns))
    except ValueError as error:
        said = f"「{error.args[0]}」多于 {len(columns)} 列"
        raise FilterError(f"{said}，每行写 {'｜'.join(columns)}") from None


def named(rows: Rows, column: str, names: Any = "") -> list[Any]:  # noqa: ANN401
    """选人: the rows that these names mean, each just one row; all of them where there is none.

    Rows that tell their own name are not read for it: a document prints those alone that it chose.

    Raises:
        FilterError: a name is nobody's in these rows, or several people's.

    """
    wanted = apart.names("" if blank(names) else _text(names))
    if not wanted:
        return list(rows)
    called: dict[str, list[Any]] = {}
    for row in rows:
        name = getattr(row, "called", None) or _name(row, column)
        called.setdefault("".join(name.split()), []).append(row)
    for name in wanted:
        if len(called.get(name, ())) != 1:
            said = f"有 {len(called[name])} 个「{name}」" if name in called else f"没有「{name}」"
            raise FilterError(f"名单里{said}，请核对姓名")
    meant = {id(called[name][0]) for name in wanted}
    return [row for row in rows if id(row) in meant]


def blank(value: Any) -> bool:  # noqa: ANN401
    """空 (a test): None, nothing, or only spaces; also a name that is missing."""
    if value is None or getattr(value, "is_missing", False) is True:
        return True
    return isinstance(value, str | list | tuple) and not (
        value.strip() if isinstance(value, str) else value
    )


def _name(row: Any, column: str) -> str:  # noqa: ANN401
    name = row if isinstance(row, str) else cell(row, column)
    return "" if name is None else str(name)


def _same(value: Any, wanted: Iterable[Any]) -> bool:  # noqa: ANN401
    return any(value == one or _text(value) == _text(one) for one in wanted)


def _rank(value: Any) -> tuple[int, Any]:  # noqa: ANN401
    if isinstance(value, PartialDate):
        return 1, (value.year, value.month, value.day)
    try:
        return 0, float(value)
    except (TypeError, ValueError, OverflowError):
        return 2, _text(value)


def _number(value: Any, column: str) -> float:  # noqa: ANN401
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = nan
    if not isfinite(number):
        raise FilterError(f"「合计」的列「{column}」里有不是数的内容")
    return number


def _whole(value: Any) -> int:  # noqa: ANN401
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = nan
    if not isfinite(number):
        raise FilterError("这里要一个整数")
    if number != int(number) or not 0 <= number < 10**12:
        raise FilterError("这里要一个不超过一万亿的整数")
    return int(number)


def _date(value: Any) -> PartialDate:  # noqa: ANN401
    if isinstance(value, PartialDate):
        return value
    parts = _text(value).strip().replace("年", "-").replace("月", "-").replace("日", "")
    numbers = parts.replace(".", "-").replace("/", "-").strip("-").split("-")
    if not (1 <= len(numbers) <= 3 and all(n.isdecimal() and len(n) <= 4 for n in numbers)):  # noqa: PLR2004
        raise FilterError(f"「{value}」不是日期")
    return PartialDate(*(int(n) for n in numbers))


FILTERS: dict[str, Callable[..., Any]] = {
    "数": count,
    "length": count,
    "count": count,
    "选": select,
    "不选": leave,
    "排序": order,
    "姓氏笔画": by_strokes,
    "拼音": by_pinyin,
    "列": column_of,
    "合计": total,
    "首": first,
    "first": first,
    "去重": unique,
    "去空": filled,
    "连接": join,
    "join": join,
    "称谓": form_of_address,
    "默认": default,
    "default": default,
    "日期": date,
    "汉字数字": chinese_number,
    "大写数字": financial_number,
    "补零": zeros,
    "脱敏": masked,
    "分段": paragraphs,
    "分列": lined,
    "选人": named,
    **FITTINGS,
    **ROOM,
    **PICTURES,
    **PAPERS,
}
# Their first argument names a column of the rows; the result is a list of the same rows.
KEEPS = frozenset({"选", "不选", "选人", "排序", "姓氏笔画", "拼音"})
# Of those, the ones that may leave the column out, and what it is then.
PRESUMED = {"姓氏笔画": PERSON, "拼音": PERSON}
# Their argument of this position names a column of the rows; the result is no list of rows.
READS = {"列": 0, "合计": 0, "连接": 1, "join": 1}
TESTS: dict[str, Callable[..., bool]] = {"空": blank, "有": lambda value: not blank(value)}
