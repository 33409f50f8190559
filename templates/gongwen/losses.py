"""What of a Word file is not kept: an error where text would be lost, else said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level
from templates.gongwen import pictures

if TYPE_CHECKING:
    from rosters.finding import Place

_WHAT = {
    "tracked": ("有没有定下来的修订", "请在「审阅」里接受或拒绝全部修订，再保存"),
    "box": ("有文本框", "请把文字移到正文里，删去文本框"),
    "shape": ("有图形（线条、形状或艺术字）", "请删去；要印的，请存成图片再插入"),
    "smartart": ("有 SmartArt 图", "请存成图片再插入"),
    "chart": ("有图表", "请存成图片再插入"),
    "object": ("嵌有其他文件或对象", "请删去；要印的，请存成图片再插入"),
    "equation": ("有公式", "请改成文字，或存成图片再插入"),
    "merge": ("有 Word「邮件合并」的域，不会换成各单位自己的", "请改写成 {{ 列名 }}"),
    "field": ("有域，它的结果不是文字（如带圈字符、合并字符）", "请改成直接输入的文字"),
    "nested": ("表格里又有表格", "请改成一个表格，或分成两个"),
    "slip": ("发文单里有图片或脚注，用不上", "请删去；印章等图片，请写它的文件名"),
    "symbol": ("有特殊符号，换了字体就会变样", "请用输入法的符号重新录入"),
    "picture": (pictures.NONE, pictures.ADVICE),
    "gone": ("有一张图片已经找不到了（在 Word 里是一个红叉）", "请删去它，或重新插入"),
    "unknown": ("有认不得的内容", "请删去，或改成文字、表格、图片"),
}
_NOTED = {
    "comment": (Level.INFO, "批注不会印出", ""),
    "unseen": (Level.INFO, "有看不见的字符（零宽或改变文字方向的），已去掉", ""),
    "link": (Level.INFO, "超链接只留下文字", ""),
    "result": (Level.INFO, "域按现在的结果当作文字", "以后不会自动更新"),
    "hidden": (Level.WARNING, "有隐藏文字，没有印出", "要印的，请取消「隐藏」"),
    "struck": (Level.WARNING, "有加了删除线的文字，照样印出", "不要的，请删去"),
    "marked": (Level.WARNING, "有突出显示（涂色）的文字", "请确认不是待定的内容；颜色不保留"),
    "ruby": (Level.WARNING, "拼音没有保留", "只留下了文字"),
    "cropped": (Level.WARNING, "图片裁剪过，裁去的部分会重新出现", "请在画图里裁好再插入"),
    "floating": (Level.WARNING, "浮动的图片改排在文字里，位置会变", "请核对"),
    "turned": (Level.WARNING, "图片转过方向，会转回去", "请在画图里转好再插入"),
    "dotted": (Level.WARNING, "着重号、字符边框没有保留", "要强调的，请用加粗"),
    "frame": (Level.WARNING, "图文框、首字下沉没有保留", "文字照排，请核对"),
    "column": (Level.WARNING, "分栏符没有保留", "请核对"),
    "bare": (Level.WARNING, "只有自动编号，没有文字，没有印出", "请补上文字，或删去这一段"),
    "bullet": (Level.WARNING, "项目符号（圆点等）没有保留", "并列的事项请写成「1.」「（1）」"),
    "page": (Level.WARNING, "表格里的分页符没有保留", "请核对"),
    "ragged": (Level.WARNING, "这一行比别的行短，后面补了空格", "请核对表格"),
    "upright": (Level.WARNING, "竖排的文字改成横排", "请核对表格"),
    "endnote": (Level.WARNING, "尾注改作脚注", "请核对"),
}  # fmt: skip


@dataclass(slots=True)
class Losses:
    """Findings in the order in which they were made, each once."""

    findings: dict[Finding, None] = field(default_factory=dict)

    def refuse(self, what: str, place: Place) -> None:
        """Note what cannot be kept, as an error."""
        rule = "job.tracked" if what == "tracked" else "正文"
        self.findings[Finding(Level.ERROR, rule, place, *_WHAT[what])] = None

    def note(self, what: str, place: Place) -> None:
        """Note what changes."""
        level, message, advice = _NOTED[what]
        rule = "job.comment" if what == "comment" else "正文"
        self.findings[Finding(level, rule, place, message, advice)] = None

    def fault(self, place: Place, message: str, advice: str) -> None:
        """Note an error in words of its own."""
        self.findings[Finding(Level.ERROR, "正文", place, message, advice)] = None
