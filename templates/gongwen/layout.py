"""The numbers of an official page, each with its clause and how strongly it is said.

Source: GB/T 9704-2012. What the standard leaves open is practice (实务) or follows from other
numbers (推算), and is never called the standard's. docs/gongwen.md shows this table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

_TWIPS = {"mm": 1440 / 25.4, "磅": 20.0, "twip": 1.0}


class Strength(StrEnum):
    """How strongly a rule is said: 规定 binds, the next four advise, the last two only inform."""

    BINDING = "规定"
    USUAL = "一般"
    ADVISED = "推荐"
    ALLOWED = "可以"
    PRACTICE = "实务"
    DERIVED = "推算"


class Rule(NamedTuple):
    """One number: what it is of, how much, in which unit (mm, 磅, twip, 字, 行), and whence."""

    group: str
    name: str
    value: float
    unit: str
    clause: str  # of GB/T 9704-2012; empty where it says nothing
    strength: Strength
    note: str = ""

    @property
    def twips(self) -> int:
        """Return a length in twips, 1/20 of a point."""
        return round(self.value * _TWIPS[self.unit])

    @property
    def half_points(self) -> int:
        """Return a size of type as Word counts it."""
        return round(self.value * 2)


_PAGE, _HEAD, _MAIN, _FOOT = "版面", "版头", "主体", "版记和页码"
_LETTER, _ORDER, _MINUTES, _BULLETIN = "信函格式", "命令格式", "纪要格式", "简报"
_S = Strength

PAPER_WIDTH = Rule(_PAGE, "A4 纸宽", 210, "mm", "5.1", _S.BINDING)
PAPER_HEIGHT = Rule(_PAGE, "A4 纸高", 297, "mm", "5.1", _S.BINDING)
TOP = Rule(_PAGE, "天头（上白边）", 37, "mm", "5.2.1", _S.BINDING, "允许误差 ±1 mm")
LEFT = Rule(_PAGE, "订口（左白边）", 28, "mm", "5.2.1", _S.BINDING, "允许误差 ±1 mm")
WIDTH = Rule(_PAGE, "版心宽", 156, "mm", "5.2.1", _S.BINDING)
HEIGHT = Rule(_PAGE, "版心高", 225, "mm", "5.2.1", _S.BINDING)
BOTTOM = Rule(_PAGE, "下白边", 35, "mm", "", _S.DERIVED, "297－37－225")
RIGHT = Rule(_PAGE, "右白边", 26, "mm", "", _S.DERIVED, "210－28－156")
LINES = Rule(_PAGE, "每面行数", 22, "行", "5.2.3", _S.USUAL)
CHARS = Rule(_PAGE, "每行字数", 28, "字", "5.2.3", _S.USUAL)
PITCH = Rule(_PAGE, "行距固定值", 28.95, "磅", "", _S.PRACTICE, "225 mm÷22 取整到 1/20 磅")
SPACING = Rule(
    _PAGE, "字距紧缩", -0.25, "磅", "", _S.PRACTICE, "16 磅字 28 个宽 158 mm，紧缩后 156 mm"
)
CHAR = Rule(_PAGE, "一字宽", 316, "twip", "", _S.DERIVED, "版心宽÷28")
BODY_SIZE = Rule(_PAGE, "正文三号", 16, "磅", "5.2.2", _S.USUAL, "仿宋体")
TIGHTEST = Rule(_PAGE, "挤行时的最小行距", 27.75, "磅", "", _S.DERIVED, "再小每面就多于 22 行")

INK_TOP = Rule(_PAGE, "足墨方案：上页边距", 32.8, "mm", "", _S.PRACTICE, "首行墨迹距纸顶 37 mm")
INK_BOTTOM = Rule(_PAGE, "足墨方案：下页边距", 33.6, "mm", "", _S.PRACTICE, "末行墨迹距纸底 35 mm")
INK_PITCH = Rule(_PAGE, "足墨方案：行距", 29.7, "磅", "", _S.PRACTICE, "首末行墨迹相距 225 mm")

MARK_TOP = Rule(_HEAD, "发文机关标志上边缘至版心上边缘", 35, "mm", "7.2.4", _S.BINDING)
MARK_SIZE = Rule(
    _HEAD,
    "发文机关标志字高上限",
    36,
    "磅",
    "",
    _S.PRACTICE,
    "小标宋体、红色为推荐；字多时压扁或缩小到一行",
)
NUMBER_BELOW = Rule(_HEAD, "发文字号在标志下空", 2, "行", "7.2.5", _S.BINDING)
NUMBER_INDENT = Rule(_HEAD, "上行文发文字号居左空", 1, "字", "7.2.5", _S.BINDING)
SIGNER_INDENT = Rule(_HEAD, "签发人居右空", 1, "字", "7.2.6", _S.BINDING)
SIGNERS_A_LINE = Rule(_HEAD, "签发人每行", 2, "人", "7.2.6", _S.USUAL)
RULE_BELOW = Rule(_HEAD, "红色分隔线在发文字号下", 4, "mm", "7.2.7", _S.BINDING)
RULE_WEIGHT = Rule(_HEAD, "红色分隔线粗", 1.5, "磅", "", _S.PRACTICE, "标准只定长度与版心等宽")
SERIAL_DIGITS = Rule(_HEAD, "份号位数", 6, "位", "7.2.1", _S.USUAL)

TITLE_SIZE = Rule(_MAIN, "标题二号", 22, "磅", "7.3.1", _S.USUAL, "小标宋体")
TITLE_BELOW = Rule(_MAIN, "标题在红线下空", 2, "行", "7.3.1", _S.USUAL)
TITLE_PITCH = Rule(_MAIN, "标题行距固定值", 32, "磅", "", _S.PRACTICE)
TITLE_CHARS = Rule(_MAIN, "标题每行至多", 20, "字", "", _S.DERIVED, "156 mm÷22 磅")
ADDRESS_BELOW = Rule(_MAIN, "主送机关在标题下空", 1, "行", "7.3.2", _S.BINDING)
INDENT = Rule(_MAIN, "自然段左空", 2, "字", "7.3.3", _S.BINDING, "回行顶格")
NOTE_BELOW = Rule(_MAIN, "附件说明在正文下空", 1, "行", "7.3.4", _S.BINDING)
NOTE_INDENT = Rule(_MAIN, "附件说明左空", 2, "字", "7.3.4", _S.BINDING)
DATE_SEALED = Rule(_MAIN, "加盖印章：成文日期右空", 4, "字", "7.3.5.1", _S.USUAL)
SEAL_ROOM = Rule(_MAIN, "加盖印章：署名上空", 3, "行", "", _S.PRACTICE, "印章顶端上距正文一行之内")
SEAL_DIAMETER = Rule(_MAIN, "印章直径", 42, "mm", "", _S.PRACTICE)
PLAIN_ROOM = Rule(_MAIN, "不加盖印章：署名上空", 1, "行", "7.3.5.2", _S.BINDING)
ORGAN_PLAIN = Rule(
    _MAIN, "不加盖印章：署名右空", 2, "字", "7.3.5.2", _S.BINDING, "日期首字比署名首字右移二字"
)
STAMP_ROOM = Rule(_MAIN, "加盖签名章：署名上空", 2, "行", "7.3.5.3", _S.BINDING)
STAMP_INDENT = Rule(
    _MAIN, "加盖签名章：签名章右空", 4, "字", "7.3.5.3", _S.BINDING, "职务在签名章左空二字"
)
STAMP_DATE_ROOM = Rule(_MAIN, "加盖签名章：日期上空", 1, "行", "7.3.5.3", _S.USUAL)
REMARK_INDENT = Rule(_MAIN, "附注左空", 2, "字", "7.3.6", _S.BINDING, "加圆括号，在成文日期下一行")
ANNEX_TITLE = Rule(
    _MAIN, "附件标题在版心第", 3, "行", "7.3.7", _S.BINDING, "居中；“附件”二字及序号顶格在第一行"
)

IMPRINT_THICK = Rule(_FOOT, "版记首条、末条分隔线粗", 0.35, "mm", "7.4.1", _S.ADVISED)
IMPRINT_THIN = Rule(_FOOT, "版记中间分隔线粗", 0.25, "mm", "7.4.1", _S.ADVISED)
SMALL_SIZE = Rule(_FOOT, "版记四号", 14, "磅", "7.4.2", _S.USUAL, "仿宋体")
SMALL_INDENT = Rule(_FOOT, "版记左右各空", 1, "字", "7.4.2", _S.USUAL)
NUMBER_SIZE = Rule(_FOOT, "页码四号", 14, "磅", "7.5", _S.USUAL, "半角宋体阿拉伯数字")
DASH_BELOW = Rule(_FOOT, "页码一字线在版心下边缘之下", 7, "mm", "7.5", _S.USUAL)
PAGE_INDENT = Rule(_FOOT, "单页码居右空、双页码居左空", 1, "字", "7.5", _S.USUAL)

LETTER_TOP = Rule(_LETTER, "标志上边缘至上页边", 30, "mm", "10.1", _S.BINDING)
LETTER_RULE = Rule(_LETTER, "第一条红色双线在标志下", 4, "mm", "10.1", _S.BINDING, "上粗下细")
LETTER_FOOT = Rule(_LETTER, "第二条红色双线距下页边", 20, "mm", "10.1", _S.BINDING, "上细下粗")
LETTER_WIDTH = Rule(_LETTER, "红色双线长", 170, "mm", "10.1", _S.BINDING, "居中")
LETTER_GAP = Rule(_LETTER, "文字距红色双线", 14, "磅", "10.1", _S.BINDING, "三号汉字高度的 7/8")
LETTER_TITLE = Rule(_LETTER, "标题在最后一个要素下空", 2, "行", "10.1", _S.BINDING)

ORDER_TOP = Rule(_ORDER, "标志上边缘至版心上边缘", 20, "mm", "10.2", _S.BINDING)
ORDER_NUMBER = Rule(_ORDER, "令号在标志下空", 2, "行", "10.2", _S.BINDING, "居中")
ORDER_BODY = Rule(_ORDER, "正文在令号下空", 2, "行", "10.2", _S.BINDING)

MINUTES_TOP = Rule(_MINUTES, "标志上边缘至版心上边缘", 35, "mm", "10.3", _S.ALLOWED)
MINUTES_NAMES = Rule(
    _MINUTES, "出席、请假、列席左空", 2, "字", "10.3", _S.ALLOWED, "三号黑体，名单三号仿宋体"
)

BULLETIN_TOP = Rule(
    _BULLETIN, "简报名上边缘至版心上边缘", 12, "mm", "", _S.PRACTICE, "标准不管简报，依通行的样子"
)

RULES: tuple[Rule, ...] = tuple(one for one in list(globals().values()) if isinstance(one, Rule))


class Profile(NamedTuple):
    """The page as Word is told it, in twips: margins and line pitch."""

    top: int
    bottom: int
    pitch: int

    @property
    def lost(self) -> int:
        """Return how far the text begins above the standard's top edge, in twips."""
        return TOP.twips - self.top

    @property
    def below(self) -> int:
        """Return how far the text ends below the standard's bottom edge, in twips."""
        return BOTTOM.twips - self.bottom


# The first is what every Page Setup dialog and every checker expects; the second makes the ink
# itself begin and end where the standard draws the edges. They are never mixed.
PROFILES = {
    "nominal": Profile(TOP.twips, BOTTOM.twips, PITCH.twips),
    "ink": Profile(INK_TOP.twips, INK_BOTTOM.twips, INK_PITCH.twips),
}

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # twips, as Word writes A4
TEXT_WIDTH = WIDTH.twips
RIGHT_EDGE = RIGHT.twips
LEFT_EDGE = PAGE_WIDTH - TEXT_WIDTH - RIGHT_EDGE
SMALL_CHAR = SMALL_SIZE.twips  # 四号 without tightening
RED = "FF0000"  # 5.2.4 asks for black unless said otherwise; 7.2.4 advises red
# In a line of fixed height both Word and LibreOffice put the baseline at four fifths of it.
BASELINE = 0.8
EM_ABOVE = 0.85  # of a character's height stands its ink above the baseline (measured, 小标宋)
EM_BELOW = 0.1  # and so much of its height lies below
