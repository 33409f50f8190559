"""The dictionary of fields: what each is called, on which kind of sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.roster import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORGANISATION = (Kind.ORGANISATIONS, Kind.BRANCHES)
_MEMBER = (Kind.MEMBERS,)
_ALL = (*_ORGANISATION, *_MEMBER)


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its key, its label, the kinds of sheet it stands on and what it is called there."""

    key: str
    label: str
    kinds: tuple[Kind, ...]
    aliases: tuple[str, ...] = ()
    only: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)  # aliases on one kind

    def names(self, kind: Kind) -> tuple[str, ...]:
        """List what the field is called on a sheet of this kind, its label first."""
        return (self.label, *self.aliases, *self.only.get(kind, ()))


def _field(
    key: str,
    label: str,
    kinds: tuple[Kind, ...],
    aliases: str = "",
    only: Mapping[Kind, str] | None = None,
) -> Field:
    special = {kind: tuple(words.split()) for kind, words in (only or {}).items()}
    return Field(key, label, kinds, tuple(aliases.split()), special)


# Collected from published forms of universities and the 2017 national collection of Party data.
_LIST = (
    _field("seq", "序号", _ALL, "序 No 编号 顺序号"),
    _field(
        "name",
        "姓名",
        _MEMBER,
        "名字 党员姓名 人员姓名 教师姓名 学生姓名 获奖人 受表彰人 联络员姓名 同志姓名",
    ),
    _field("gender", "性别", _MEMBER, "男/女"),
    _field("ethnicity", "民族", _MEMBER, "族别"),
    _field("native_place", "籍贯", _MEMBER, "祖籍"),
    _field("birth", "出生日期", _MEMBER, "出生年月 出生年月日 生日 出生时间"),
    _field(
        "id_card",
        "公民身份号码",
        _MEMBER,
        "身份证号 身份证号码 公民身份证号码 公民身份证号 证件号码 居民身份证 身份证 "
        "居民身份证号码 身份号码",
    ),
    _field("education", "学历", _MEMBER, "文化程度 最高学历 全日制学历"),
    _field("degree", "学位", _MEMBER, "最高学位"),
    _field(
        "party_type",
        "人员类别",
        _MEMBER,
        "党员类别 党员类型 党籍 预/正 政治面貌 党员阶段 党籍状态",
    ),
    _field(
        "branch",
        "所在党支部",
        _MEMBER,
        "所属党支部 党支部 党支部名称 支部 所在支部 所属支部 支部名称 组织关系所在党支部 "
        "目前所在党支部 组织关系所在支部",
    ),
    _field(
        "org",
        "所属党组织",
        _MEMBER,
        "分党委 二级党组织 基层党委 党总支 学院党委 隶属党组织 所在党组织 所属党委 所在党委 "
        "党委 党组织 党组织名称 单位 所在单位 部门 学院 填报单位 报送单位",
    ),
    _field(
        "join_date",
        "加入党组织日期",
        _MEMBER,
        "入党日期 入党时间 入党年月 成为预备党员日期 接收预备党员日期 加入党组织时间",
    ),
    _field(
        "formal_date",
        "转为正式党员日期",
        _MEMBER,
        "转正日期 转正时间 按期转正 转为正式党员时间 转正年月",
    ),
    _field("party_age", "党龄", _MEMBER),
    _field("party_post", "党内职务", _MEMBER, "党内岗位 支部职务"),
    _field("post", "工作岗位", _MEMBER, "岗位"),
    _field(
        "position",
        "现任职务",
        _MEMBER,
        "职务 职务职称 行政职务 工作单位及职务 拟任职务",
    ),
    _field("title", "职称", _MEMBER, "专业技术职务 技术职称"),
    _field("staff_no", "工号", _MEMBER, "学号 学工号 职工号 人员编号 工号/学号 学号/工号"),
    _field(
        "mobile",
        "手机号码",
        _MEMBER,
        "手机 手机号 移动电话 联系电话 联系方式 电话 本人电话 电话号码",
    ),
    _field("tel", "固定电话", _ALL, "办公电话 座机 座机号码 办公室电话 固话"),
    _field(
        "email",
        "电子邮箱",
        _ALL,
        "邮箱 E-mail 邮箱地址 电子邮件 联系邮箱 邮件地址 电子邮箱地址 邮件 电子信箱 mail",
    ),
    _field("cc_email", "抄送邮箱", _ORGANISATION, "抄送地址 抄送"),
    _field("address", "家庭住址", _MEMBER, "住址 现居住地 详细地址 通讯地址 家庭地址"),
    _field("membership", "党籍状况", _MEMBER, "是否停止党籍 党籍状态"),
    _field("lost", "是否失联党员", _MEMBER, "失联党员 是否失联"),
    _field("lost_date", "失联日期", _MEMBER, "失去联系日期"),
    _field("floating", "是否流动党员", _MEMBER, "流动党员"),
    _field("flow_to", "外出流向", _MEMBER),
    _field("award", "荣誉称号", _ALL, "称号 奖项 表彰类别 拟授称号 拟表彰称号"),
    _field("award_level", "等次", _ALL, "获奖等级 奖项等级"),
    _field("cert_no", "证书编号", _ALL, "", {Kind.MEMBERS: "编号"}),
    _field("deeds", "主要事迹", _ALL, "事迹简介 推荐理由 事迹 先进事迹"),
    _field("score", "测评得分", _ALL, "民主测评 测评分 得分"),
    _field("grade", "考核等次", _ALL, "考核结果 年度考核等次"),
    _field("grid", "网格", _ALL, "所属网格 所在网格 网格名称"),
    _field("remark", "备注", _ALL, "说明"),
    _field(
        "org_code",
        "党组织编码",
        _ORGANISATION,
        "党组织代码 组织代码 组织编码 编号 编码 代码 支部代码 支部编码 党支部代码 党支部编码 "
        "支部编号 党支部编号 党组织编号",
    ),
    _field(
        "org_name",
        "党组织名称",
        _ORGANISATION,
        "党组织全称 组织名称 党组织 全称 名称 组织全称",
        {
            Kind.ORGANISATIONS: "二级党组织 二级党组织名称 基层党组织 基层党组织名称 分党委 "
            "党委名称 单位名称 单位 党支部 支部 党支部名称 支部名称",
            Kind.BRANCHES: "党支部 党支部名称 支部名称 支部 党支部全称 支部全称",
        },
    ),
    _field("short", "简称", _ORGANISATION, "党组织简称 支部简称 党支部简称 党内统计用党组织简称"),
    _field(
        "org_type",
        "类别",
        _ORGANISATION,
        "组织类别 党组织类别 组织类型 党组织类型 支部类型 支部类别 类型",
    ),
    _field(
        "parent",
        "上级党组织",
        _ORGANISATION,
        "隶属 上级 上级组织 上级党组织名称 隶属党组织 隶属关系 所属党组织 所属党委 所在党委 "
        "所属上级党组织 上级党委 所属分党委 所属二级党组织",
        {Kind.BRANCHES: "二级党组织 二级党组织名称 分党委 党委 党总支 基层党委 学院党委"},
    ),
    _field("secretary", "书记", _ORGANISATION, "党组织书记 支部书记 党支部书记 负责人 书记姓名"),
    _field("deputy", "副书记", _ORGANISATION, "党组织副书记 支部副书记 副书记姓名"),
    _field(
        "liaison",
        "联系人",
        _ORGANISATION,
        "党组织联系人 信息采集员 联络员 报送人 联系人姓名 联络员姓名 组织员",
    ),
    _field(
        "liaison_mobile",
        "联系电话",
        _ORGANISATION,
        "手机 手机号 手机号码 移动电话 电话 联系方式 联系人电话 联系人手机 联络员电话 "
        "联络员手机 电话号码",
    ),
    _field("members", "党员数", _ORGANISATION, "党员人数 党员总数 党员数量"),
    _field("formal_members", "正式党员数", _ORGANISATION, "正式党员人数 正式党员"),
    _field("probationers", "预备党员数", _ORGANISATION, "预备党员人数 预备党员"),
    _field("branches", "支部数", _ORGANISATION, "党支部数 下设支部数 党支部个数"),
    _field("former", "曾用名", _ORGANISATION, "曾用名称 原名称 原名"),
    _field("founded", "成立日期", _ORGANISATION, "成立时间 建立日期"),
    _field("term_start", "换届日期", _ORGANISATION, "换届时间 本届起始"),
    _field("term_end", "届满日期", _ORGANISATION, "任期届满 届满时间"),
    _field("office", "地址", _ORGANISATION, "办公地址 通讯地址 详细地址"),
    _field("overdue", "欠报事项", _ORGANISATION, "未报事项 欠报材料 未报材料 应报未报事项"),
    _field("order", "排序号", _ORGANISATION, "排序"),
)

FIELDS: Mapping[str, Field] = {one.key: one for one in _LIST}
DATES = frozenset(
    "birth join_date formal_date lost_date founded term_start term_end".split()  # noqa: SIM905 - reads better
)
