"""Names of persons taken apart: surname and given name, and how surnames are read."""

from __future__ import annotations

from rosters.pattern import later

# Compound surnames in use today. Left out are those that are far oftener a surname of one
# character and a given name that happens to follow it (东方, 宗政, 第五 …).
_COMPOUND = """
欧阳 司马 上官 诸葛 尉迟 公孙 慕容 令狐 司徒 皇甫 夏侯 端木 轩辕 长孙 鲜于 闾丘 淳于 单于 澹台 公冶
濮阳 太史 申屠 呼延 赫连 拓跋 宇文 独孤 南宫 西门 东郭 百里 完颜 纳兰 叶赫 万俟 钟离 公羊 左丘 东野
微生 乐正 巫马 漆雕 壤驷 公良 夹谷 仲孙 亓官 司寇 司空 颛孙 谷梁 子车 梁丘 歐陽 司馬 諸葛
"""
COMPOUND = frozenset(_COMPOUND.split())
# The commonest surnames: two words that both begin with one of them are two people, while
# 买买提 艾力 is one.
_USUAL = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃"
    "武戴莫孔向汤"
)
_APART = later(r"[、，,；;/\n]")
_NAME = later(r"[\u4e00-\u9fff]{2,3}")
_GAP = later(r"([\u3400-\u9fff]{2,})[ \u3000]+[\u3400-\u9fff]{2,}")
# Surnames that are read otherwise than the character usually is.
_SAID = """
单shan4 仇qiu2 曾zeng1 解xie4 任ren2 区ou1 朴piao2 查zha1 盖ge3 华hua4 纪ji3 缪miao4
卜bu3 乐yue4 翟zhai2 覃qin2 冼xian3 员yun4 贠yun4 繁po2 折she2 黑he4 秘bi4 盛sheng4
石shi2 隗wei3 种chong2 那na1 宁ning4 能nai4 祭zhai4 召shao4 车che1 燕yan1 於yu1 应ying1
阚kan4 佴nai4 亓qi2 乜nie4 谌chen2 逄pang2 郗xi1 都du1 臧zang1 强qiang2 柏bai3 沈shen3
褚chu3 过guo1 葛ge3 尹yin3 曲qu1 宿su4 幺yao1 尉wei4 罗luo2 卓zhuo2 兴xing1 撒sa4
洗xian3 句gou1 钭tou3 昝zan3 麴qu1 相xiang4 哈ha3 殷yin1 牟mu4 郇xun2 呙guo1 厍she4
鲍bao4 晁chao2 眭sui1 筰zuo2 訾zi1 郏jia2 郤xi4 妫gui1 逯lu4 禚zhuo2 菅jian1 靳jin4
"""
_SAID_COMPOUND = """
尉迟yu4,chi2 万俟mo4,qi2 长孙zhang3,sun1 澹台tan2,tai2 令狐ling2,hu2 单于chan2,yu2 皇甫huang2,fu3
夏侯xia4,hou2 鲜于xian1,yu2 子车zi3,ju1 乐正yue4,zheng4 钟离zhong1,li2 司马si1,ma3
"""
# Characters that are read otherwise in given names than Unihan's customary reading says.
_GIVEN = "罗luo2 卓zhuo2 兴xing1 绩ji4 迹ji4 驯xun4 著zhu4 仔zi3 诤zheng4 帧zhen1 拓tuo4 地di4"


def _split(words: str, width: int) -> dict[str, tuple[str, ...]]:
    return {one[:width]: tuple(one[width:].split(",")) for one in words.split()}


SAID = _split(_SAID, 1) | _split(_SAID_COMPOUND, 2)
GIVEN = {name: said[0] for name, said in _split(_GIVEN, 1).items()}


def parted(name: str) -> tuple[str, str]:
    """Take a name apart: 欧阳修 is 欧阳 and 修; every other surname is the first character."""
    if len(name) > 2 and name[:2] in COMPOUND:  # noqa: PLR2004 - a name that is more than a surname
        return name[:2], name[2:]
    return name[:1], name[1:]


def several(text: str) -> bool:
    """Tell whether a cell for one name surely or very likely holds several."""
    parts = [part for part in _APART.split(text) if part.strip()]
    if len(parts) > 1:
        return all(len(part.strip()) > 1 for part in parts)
    words = text.split()
    return len(words) > 1 and all(_NAME.fullmatch(one) and one[0] in _USUAL for one in words)


def gapped(text: str) -> bool:
    """Tell whether a name stands in two words that a dot may belong between."""
    if any(len(word) == 1 for word in text.split()):  # 李 娜: the pattern is long in compiling
        return False
    found = _GAP.fullmatch(text)
    return found is not None and found[1] not in COMPOUND and not several(text)
