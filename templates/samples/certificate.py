"""荣誉证书, for a person or an organisation: A4 landscape, framed, a place for the seal.

No seal is ever drawn.
"""

from __future__ import annotations

from dataclasses import replace

from templates.samples.package import Package
from templates.samples.paper import BIAO, KAI, Face, Form, paragraph, run, styles

_GOLD, _DEEP, _CREAM = "B8892B", "9C1C1C", "FFFDF6"
_BIG = Face(BIAO, 96, colour=_DEEP, spacing=240)
_TEXT = Face(KAI, 50, spacing=0)
_NAME = Face(KAI, 64, bold=True, spacing=0)
_HONOUR = Face(KAI, 52, bold=True, colour=_DEEP, spacing=0)
_SIGNED = Face(KAI, 42, spacing=0)
_NUMBER = Face(KAI, 28, spacing=0)
_FIRST = Form("left", line=900, before=600, left=1000, right=1000)
_NAME_ROOM = 18.4  # cm: the line is 21.2 cm wide, and 同志： takes 2.7
_ORGAN_ROOM = 20.2  # cm: beside ：, which takes 0.9
_EMU = 36000  # to a millimetre
_SEAL = 42  # mm: the usual round seal of a Party committee
_PAGE, _MARGIN = 16838, 1400  # twips
_ORGAN_LEFT, _ORGAN_RIGHT = 7000, 600
_SEAL_TOP = -9  # mm from the top of the signature's first line: the seal's middle on its foot


def certificate() -> Package:
    """Write the template of a certificate for a person."""
    name = run(f"{{{{ 姓名 | 一行({_NAME_ROOM}) }}}}", _NAME)
    return _package(paragraph(name, run("同志：", _TEXT), form=_FIRST))


def collective() -> Package:
    """Write the template of a certificate for an organisation, its name on one line or two."""
    name = run(f"{{{{ 名称 | 两行({_ORGAN_ROOM}) }}}}", _NAME)
    return _package(paragraph(name, run("：", _TEXT), form=_FIRST))


def _package(first: str) -> Package:
    text = Form("both", line=900, left=1000, right=1000, first=960)
    organ = Form("center", line=700, left=_ORGAN_LEFT, right=_ORGAN_RIGHT)
    parts = (
        paragraph(_frame(), run("荣誉证书", _BIG), form=Form("center", line=1500, before=300)),
        first,
        paragraph(
            run("{{ 颁奖词 }}荣获", _TEXT),
            run("“{{ 荣誉称号 }}”", _HONOUR),
            run("称号。", _TEXT),
            form=text,
        ),
        paragraph(run("特发此证，以资鼓励。", _TEXT), form=replace(text, after=400)),
        paragraph(_seal(), run("{{ 署名 }}", _SIGNED), form=organ),
        paragraph(run('{{ 成文日期 | 日期("汉字") }}', _SIGNED), form=organ),
        paragraph(
            run("编号：{{ 证书编号 }}", _NUMBER),
            form=Form("left", line=500, before=100, left=1000),
        ),
        _section(),
    )
    return Package("".join(parts), styles())


def _section() -> str:
    return (
        '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="1400" w:right="1400" w:bottom="1100" w:left="1400" w:header="851" '
        'w:footer="851" w:gutter="0"/></w:sectPr>'
    )


def _frame() -> str:
    """Draw a heavy line around the page, a fine one with hollow corners within, and a flourish."""
    middle = _PAGE / 2 * 25.4 / 1440
    return "".join(
        (
            _shape(1, (10, 10, 277, 190), "rect", _line(_GOLD, 4.5), fill=_CREAM),
            _shape(2, (14.5, 14.5, 268, 181), "plaque", _line(_GOLD, 1.5), adjust=5200),
            _shape(3, (17, 17, 263, 176), "plaque", _line(_DEEP, 0.5), adjust=5200),
            _shape(4, (middle - 62, 60.4, 52, 0.5), "rect", _line(_GOLD, 0.25), fill=_GOLD),
            _shape(5, (middle + 10, 60.4, 52, 0.5), "rect", _line(_GOLD, 0.25), fill=_GOLD),
            _shape(6, (middle - 4, 56.7, 8, 8), "star5", _line(_DEEP, 0.25), fill=_DEEP),
        )
    )


def _seal() -> str:
    """Draw a light dashed circle over the signature's middle: the seal goes there."""
    middle = (_ORGAN_LEFT + _PAGE - 2 * _MARGIN - _ORGAN_RIGHT) / 2 + _MARGIN
    left = middle * 25.4 / 1440 - _SEAL / 2
    where = (left, _SEAL_TOP, _SEAL, _SEAL)
    return _shape(9, where, "ellipse", _line("D0D0D0", 0.75, "dash"), beside="paragraph")


def _line(colour: str, points: float, dash: str = "solid") -> str:
    return (
        f'<a:ln w="{int(points * 12700)}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        f'<a:prstDash val="{dash}"/><a:miter lim="800000"/></a:ln>'
    )


def _shape(
    number: int,
    where: tuple[float, float, float, float],
    form: str,
    line: str,
    *,
    fill: str = "",
    adjust: int = 0,
    beside: str = "page",
) -> str:
    """Anchor a shape behind the text, in millimetres from the page's left and from `beside`."""
    left, top, width, height = (int(one * _EMU) for one in where)
    filled = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    guide = f'<a:gd name="adj" fmla="val {adjust}"/>' if adjust else ""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        f'relativeHeight="{number}" behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="{beside}"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="frame{number}"/><wp:cNvGraphicFramePr/>'
        "<a:graphic><a:graphicData "
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/>'
        f'</a:xfrm><a:prstGeom prst="{form}"><a:avLst>{guide}</a:avLst></a:prstGeom>{filled}{line}'
        "</wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
        "</mc:Choice></mc:AlternateContent></w:r>"
    )
