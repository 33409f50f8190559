"""What the 发文单 of each kind asks for: its rows, what they hold, how each is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from merge import addressees
from templates.gongwen.kinds import KINDS, Form, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Row = tuple[str, str, str]  # label, what stands there already, how it is filled in
HINTS: Mapping[str, str] = {
    "发文字号": "自动 代字，如 自动 示大组；或写明，如 示大组〔2026〕12号",
    "成文日期": "领导签发的日期，如 2026年11月20日",
    "发给": addressees.SAID,
    "回执": "要对方做什么、什么时候回复，会写进信里；没有就空着",
    "附件": "印在正文后面的附件名称，一行一个；没有就空着",
    "签发人": "上行文才有",
    "出席": "人名之间用顿号",
    "请假": "没有就空着",
    "列席": "没有就空着",
    "发文机关": "写进 fawen.toml 的 [unit] name，就不必在这里写",
    "颁奖词": "印在证书上，如：在……工作中事迹突出，",
    "证书编号": "自动 代字，如 自动 示大党证，每证一号",
    "简报名": "印在头上的红字，如 党建工作简报",
    "期号": "第几期，只写数字就行，如 12",
    "编发单位": "不写就照署名",
    "刊登": "只登哪几个人的事迹，用顿号隔开；不写就是名册里「主要事迹」填了的每一个人",
    "照片": "名册里放照片的那一列，如 照片；不印照片就空着",
    "报": "送上级的，没有就空着",
    "送": "送平级的，没有就空着",
    "发": "发下级的，没有就空着",
    "印数": "印多少份，只写数字",
    "脱敏": "身份号码和电话怎么印：遮盖（不写就是）、完整、不印",
    "网格职责": "一行一个网格：网格｜责任区｜联系对象｜职责，中间用竖线隔开",
    "格式": "写 信函，就按信函格式排；空着是文件格式",
    "主送": "印在标题下面的称呼",
    "欠报名单": "有「欠报事项」一列的工作簿；空着就用 rosters/ 里的",
    "署名": "落款；不写就照发文机关",
    "抄送": "没有就不要这一行",
    "印发机关": "没有就不要这一行",
    "名册": "不写就用 rosters/ 里的",
    "每份": "批次、党组织、党员：一共一份，每个党组织一份，每人一份",
    "范围": '「发给」说不清的，写条件，如 类别 == "党支部"',
    "文件名": "如 通知-{{ 简称 }}",
    "收件": "本级、上级、二级党组织、本级并抄送上级",
    "主题": "邮件的主题；不写就照标题",
    "信件正文": "邮件里的话；不写就按发文单写一封",
    "随信附件": "随信带的文件，如 附件/报名表.xlsx；没有就空着",
    "全发": "是：没有文件的单位也发",
    "可提及": "文件里可以写到的别的单位",
    "回执内容": "要各单位报回来的：收到即可、无误或更正、随信的文种，或一张表的路径；不要报就空着",
    "报送频次": "一次、每天、工作日",
    "报送起止": "每天报的才写，如 2026-11-26 至 2026-12-25",
    "截止时间": "如 17:00；只报一次的连日期写，如 2026-11-30 17:00",
    "零报告": "是、否，或哪几栏都是 0 才算零报告，如 新增人数",
    "核验": "一行一条，如 合计人数 = 在校人数 + 在外人数；各栏 必填",
    "节点": "一行一个，如 2026-12-01 报送工作预案",
    "纸质件": "需要：另交纸质件，登记了才算齐",
    "采用": "自动、人工、全部：报来的怎样采用",
    "催报": "先催谁、再催谁，如 联系人 → 书记 → 领导名单",
    "最多催报": "一次回执最多催几封，如 2",
    "催报时段": "几点到几点催，如 09:00-21:00",
}  # fmt: skip
LABELS = {"回执": "回执／截止"}
_TITLES = {
    Form.MINUTES: "如：关于……的专题会议",
    Form.PLAIN: "如：致全校教职工的慰问信",
}
_CERTIFICATE, _COLLECTIVE = "荣誉证书", "集体荣誉证书"
_BODIES = Path(__file__).parent / "patterns"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind that is no 文种 of its own, or needs rows of its own.

    `kind` is its 文种: one that is built, or a template. `rows` are all that follow it. `body`
    tells whether a body is written below the table; what of it stands there already lies in
    merge/patterns.
    """

    kind: str
    rows: tuple[Row, ...]
    body: bool = True


_GREETED = (
    '给个人写 {{ 姓名 | 称谓 }}；给家属写 {{ 姓名 | 称谓("家属") }}；'
    '给党组织写 {{ 党组织名称 | 称谓("党组织") }}；写给大家的，如 全校教职工'
)
PATTERNS: Mapping[str, Pattern] = {
    "通知": Pattern(
        "通知",
        (
            ("发给", "", HINTS["发给"]),
            ("标题", "", "如：关于……的通知；换行处按 Shift+Enter"),
            *((label, "", HINTS[label]) for label in ("发文字号", "成文日期")),
            (LABELS["回执"], "", HINTS["回执"]),
            *((label, "", HINTS[label]) for label in ("附件", "随信附件", "格式")),
        ),
    ),
    "慰问信": Pattern(
        "慰问信",
        (
            ("发给", "", "如：每名党员；受表彰的同志；全体党支部"),
            ("标题", "", _TITLES[Form.PLAIN]),
            ("主送", "", _GREETED),
            ("成文日期", "", HINTS["成文日期"]),
            ("署名", "", HINTS["署名"]),
        ),
    ),
    "催报": Pattern(
        "通知",
        (
            ("名册", "", HINTS["欠报名单"]),
            ("每份", "党组织", "名单里每个欠报的单位一份；不用改"),
            ("范围", '欠报事项 != ""', "「欠报事项」填了的；不用改"),
            ("标题", "", "如：关于催报……的通知"),
            ("主送", '{{ 党组织名称 | 称谓("党组织") }}', "各单位的全称；不用改"),
            *((label, "", HINTS[label]) for label in ("发文字号", "成文日期")),
            (LABELS["回执"], "", "什么时候以前补报、怎么报，会写进信里"),
        ),
    ),
    "日报表": Pattern(
        "日报表",
        (
            ("发给", "各二级党组织", HINTS["发给"]),
            ("标题", "", "印在表的最上面，如：……工作日报表"),
            ("署名", "", HINTS["署名"]),
            ("成文日期", "", HINTS["成文日期"]),
            ("填报起止", "", "从哪天报到哪天，一天一行，如：2026-11-26 至 2026-12-09"),
            ("截止时间", "17:00", "每天几点以前报；印在表上"),
        ),
        body=False,
    ),
    "考察表": Pattern(
        "考察表",
        (
            ("每份", "党员", "考察谁，每人一份；不用改"),
            ("范围", '党内职务 in ["党委书记", "党总支书记"]', "考察担任哪些职务的人"),
            ("标题", "", "如：领导班子成员考察表"),
            ("署名", "", HINTS["署名"]),
            ("成文日期", "", HINTS["成文日期"]),
            ("回执内容", "考察表", "填好的表收回来自动登记到各人；不用改"),
            ("截止时间", "", "连日期写全：如 2026-12-11 12:00"),
            ("核验", "", "如 总分 = 一问担当得分 + 二问落实得分 + 三问联系得分 + 四问作风得分"),
        ),
        body=False,
    ),
    "工作预案": Pattern(
        "工作预案",
        (
            ("发给", "各二级党组织", HINTS["发给"]),
            ("标题", "", "如：……工作预案"),
            ("关键节点", "", "一行一个，写 日期｜事项；有几个，预案里就有几节"),
            ("署名", "", HINTS["署名"]),
            ("成文日期", "", HINTS["成文日期"]),
            ("回执内容", "工作预案", "写好的预案收回来自动登记；不用改"),
            ("截止时间", "", "连日期写全：如 2026-12-05 12:00"),
            ("核验", "各栏 必填", "空着的一节要指出来；不必写的另起一行，如 物资场所 可空"),
        ),
        body=False,
    ),
    _CERTIFICATE: Pattern(
        _CERTIFICATE,
        (
            ("发给", "受表彰的同志", "名册里「荣誉称号」一列填了的人，每人一份"),
            ("标题", "", "不印在证书上，记入发文登记簿，如：2026年度优秀共产党员荣誉证书"),
            ("成文日期", "", HINTS["成文日期"]),
            ("颁奖词", "", HINTS["颁奖词"]),
            ("证书编号", "", HINTS["证书编号"]),
        ),
        body=False,
    ),
    _COLLECTIVE: Pattern(
        _COLLECTIVE,
        (
            ("发给", "", "受表彰的单位，用顿号隔开；每个单位一份，印的是名册里的全称"),
            ("荣誉称号", "", "印在证书上，如：先进基层党组织"),
            ("标题", "", "不印在证书上，记入发文登记簿，如：先进基层党组织荣誉证书"),
            ("成文日期", "", HINTS["成文日期"]),
            ("颁奖词", "", HINTS["颁奖词"]),
            ("证书编号", "", HINTS["证书编号"]),
        ),
        body=False,
    ),
    "公示": Pattern(
        "公示",
        (
            ("发给", "只做一份", "所有单位收到同一份，各自张贴；不用改"),
            ("标题", "", "如：关于……拟表彰人选的公示"),
            ("公示期", "", "如：2026年12月1日至12月7日（5个工作日）"),
            ("受理部门", "", "向谁反映，如：党委组织部组织科"),
            ("受理电话", "", "如：校内电话 5123（工作日8:30至17:30）"),
            ("受理邮箱", "", "收意见的邮箱"),
            ("成文日期", "", HINTS["成文日期"]),
            ("收件", "二级党组织", "哪一级收；不用改"),
        ),
    ),
    "名单核对": Pattern(
        "名单核对",
        (
            ("每份", "党组织", "每个单位一份；不用改"),
            (
                "范围",
                '类别 in ["分党委", "党总支", "直属党支部"] and 全部党员 | 选("荣誉称号") | 数 > 0',
                "有人选的二级党组织；不用改",
            ),
            ("标题", "{{ 简称 }}拟表彰人选名单核对表", "各单位自己的；可以改"),
            ("答复期限", "", "如：11月27日（星期五）12:00"),
            ("成文日期", "", HINTS["成文日期"]),
            ("回执内容", "无误或更正", "答复收回来自动登记；不用改"),
            ("截止时间", "", "答复期限写全：如 2026-11-27 12:00"),
        ),
    ),
    "简报": Pattern(
        "简报",
        (
            ("发给", "只做一份", "所有单位收到同一份"),
            ("简报名", "", HINTS["简报名"]),
            ("期号", "", HINTS["期号"]),
            ("编发单位", "", HINTS["编发单位"]),
            ("标题", "", "这一期的标题，如：坚守一线的人"),
            ("成文日期", "", HINTS["成文日期"]),
            *(
                (label, "", HINTS[label])
                for label in ("刊登", "照片", "报", "送", "发", "印数", "回执")
            ),
        ),
    ),
    "网格": Pattern(
        "网格责任表",
        (
            ("发给", "全体党支部", HINTS["发给"]),
            ("标题", "网格责任表", "印在支部名称的下一行"),
            ("成文日期", "", HINTS["成文日期"]),
            *((label, "", HINTS[label]) for label in ("网格职责", "脱敏", "回执")),
        ),
    ),
    "党员名册": Pattern(
        "党员名册",
        (
            ("发给", "全体党支部", HINTS["发给"]),
            ("标题", "党员名册", "印在支部名称的后面"),
            ("成文日期", "", HINTS["成文日期"]),
            *((label, "", HINTS[label]) for label in ("脱敏", "回执")),
        ),
    ),
}
DRAFTS = tuple(dict.fromkeys((*KINDS, *PATTERNS)))


def rows(name: str) -> Iterator[Row]:
    """Walk through the rows of one of DRAFTS, or of a template of another name."""
    pattern = PATTERNS.get(name)
    yield "文种", pattern.kind if pattern else name, "要什么样的文件；不用改"
    yield from pattern.rows if pattern else _built(KINDS.get(name))


def has_body(name: str) -> bool:
    """Tell whether a body is written below the table."""
    return name not in PATTERNS or PATTERNS[name].body


def body(name: str) -> str:
    """Return what of the body stands there already, in Markdown."""
    path = _BODIES / f"{name}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _built(kind: Kind | None) -> Iterator[Row]:
    form = kind.form if kind is not None else None
    yield "发给", "", HINTS["发给"]
    if form is not Form.ORDER:
        ending = kind.name[-2:] if kind is not None else "决定"
        hint = _TITLES.get(form) if form is not None else None
        yield "标题", "", hint or f"如：关于……的{ending}；换行处按 Shift+Enter"
    if kind is None or "发文字号" in kind.required:
        yield "发文字号", "", HINTS["发文字号"]
    yield "成文日期", "", HINTS["成文日期"]
    more = ["回执", "附件"]
    if kind is not None and kind.upward:
        more.insert(0, "签发人")
    if form is Form.MINUTES:
        more = ["出席", "请假", "列席", *more]
    for key in more:
        yield LABELS.get(key, key), "", HINTS[key]
