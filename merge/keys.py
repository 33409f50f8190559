"""The keys of a job: Chinese, each also accepted in English; a misspelt one finds its nearest."""

from __future__ import annotations

from typing import TypeAlias

Table: TypeAlias = dict[str, tuple[str, ...]]

TOP: Table = {
    "名册": ("rosters", "roster"),
    "文件": ("documents", "files"),
    "要素": ("elements",),
    "信件": ("letter", "letters"),
    "列名": ("columns",),
    "可提及": ("mentions", "mentionable"),
    "回执": ("returns", "return"),
    "评选": ("awards", "commendation"),
}
ENTRY: Table = {
    "文种": ("kind", "template"),
    "每份": ("per",),
    "范围": ("scope",),
    "名单": ("names",),
    "文件名": ("filename",),
    "文件格式": ("format",),
}
LETTER: Table = {
    "收件": ("receiver",),
    "主题": ("subject",),
    "正文": ("body",),
    "附件": ("attachments",),
    "全发": ("everyone",),
}
AWARDS: Table = {
    "推荐表": ("nominations",),
    "阶段": ("stage",),
    "基准日": ("base",),
    "名额": ("quotas",),
    "名额单位": ("by",),
    "基数": ("counted",),
    "只推正式党员": ("formal",),
    "党龄": ("years",),
    "不兼得": ("exclusive",),
    "间隔": ("apart",),
    "公示": ("published",),
    "节假日": ("holidays",),
    "调休上班": ("workdays",),
    "核对": ("answered",),
    "依据": ("clauses",),
}
RETURNS: Table = {
    "内容": ("what", "form", "表格"),
    "频次": ("cadence", "often"),
    "起止": ("span", "period"),
    "截止时间": ("due", "cutoff", "截止"),
    "零报告": ("nil",),
    "节点": ("milestones",),
    "纸质": ("paper",),
    "催报": ("reminding", "remind"),
    "核验": ("checks", "rules"),
    "采用": ("taking",),
    "汇总模板": ("summary", "汇总表"),
    "上报表": ("upward",),
}
REMINDING: Table = {
    "顺序": ("steps",),
    "最多": ("most",),
    "间隔": ("every",),
    "时段": ("hours",),
    "主题": ("subject",),
    "正文": ("body",),
}
LEVELS: dict[str, Table] = {
    "": {**TOP, **ENTRY},
    "文件": ENTRY,
    "信件": LETTER,
    "评选": AWARDS,
    "回执": RETURNS,
    "催报": REMINDING,
}
_SPELT = {**TOP, **LETTER, **ENTRY, **RETURNS}
TEXTS = frozenset(
    word
    for key in ("名册", "附件", "名单", "可提及", "核验", "节点", "零报告")
    for word in (key, *_SPELT[key])
)
_NEAR = 50.0  # of 100; below it a guess confuses more than it helps


def canonical(word: str, table: Table) -> str | None:
    """Return the Chinese key that a word means, None where it means none."""
    if word in table:
        return word
    return next((key for key, also in table.items() if word.lower() in also), None)


def advise(word: str, level: str) -> tuple[str, str]:
    """Say which key was probably meant, or where this one belongs; and name that key."""
    table = LEVELS[level]
    astray = _astray(word, level)
    if astray:
        return astray, ""
    spellings = {spelling: key for key, also in table.items() for spelling in (key, *also)}
    from rapidfuzz import process

    near = process.extractOne(word, list(spellings), score_cutoff=_NEAR)
    if near:
        meant = spellings[near[0]]
        return f"是否「{meant}」？", meant
    if not level:
        return "文件上的内容请写在「要素」下面；这里可用：" + "、".join(TOP), ""
    return "这里可用：" + "、".join(table), ""


def _astray(word: str, level: str) -> str:
    """Say where a key belongs that stands elsewhere; "" where it belongs nowhere."""
    for name, other in (("信件", LETTER), ("文件", ENTRY), ("回执", RETURNS)):
        if name not in {level, _ABOVE.get(level)} and canonical(word, other):
            return f"「{word}」要写在「{name}」下面，并比它多缩进两个空格"
    if level == "催报" and canonical(word, RETURNS):
        return f"「{word}」要写在「回执」下面，与「催报」对齐"
    if level == "回执" and canonical(word, REMINDING):
        return f"「{word}」要写在「催报」下面，并比它多缩进两个空格"
    if level and canonical(word, TOP):
        return f"「{word}」要顶格写"
    return ""


_ABOVE = {"催报": "回执"}
