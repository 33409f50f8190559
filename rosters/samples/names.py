"""Invented names of people: every character is in GB 2312, which 仿宋_GB2312 can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rosters.samples.draws import Draws

# Common surnames come up more often, as they do in life.
_COMMON = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜"
_OTHERS = (
    "叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺"
    "顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿"
)
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "皇甫", "令狐", "慕容")

_OF_MEN = (
    "伟强磊军勇杰涛明超刚平辉鹏飞斌波峰毅林浩宇轩博文建国华志东海亮新利清振民永世昌德成康"
    "洪祥裕达恒远泽楠俊凯航嘉瑞晨阳子昊然睿哲彬松柏柯钧铭锋栋承启维书恺立凡尧川舟岩"
)
_OF_WOMEN = (
    "芳娜敏静丽艳娟霞燕玲红玉萍颖琳雪梅婷洁云莉倩颜兰秀英慧巧美雅芝莲真环香月莺媛瑞凡佳"
    "嘉琼勤珍贞锦黛青欣怡婵雁蓓露瑶韵融园艺咏卿聪澜纯悦昭冰宁蓉菲晓思雨桐诗涵梓若彤"
)


def surname(draws: Draws) -> str:
    """Draw a surname."""
    lot = draws.below(100)
    if lot == 0:
        return draws.one(_COMPOUND)
    return draws.one(_COMMON if lot <= 60 else _OTHERS)  # noqa: PLR2004  # per cent


def given(draws: Draws, *, male: bool) -> str:
    """Draw a given name of one character or two different ones."""
    characters = _OF_MEN if male else _OF_WOMEN
    first = draws.one(characters)
    second = draws.one(characters)
    return first if draws.chance(22) or second == first else first + second


def spread(name: str, draws: Draws) -> str:
    """Write a name as offices do: now and then two characters stand as wide as three."""
    if len(name) == 2 and draws.chance(55):  # noqa: PLR2004  # surname and one character
        return name[0] + ("\u3000" if draws.chance(70) else "  ") + name[1]
    return name
