# ruff: noqa: E501 (XML is read better on one line)
"""What Word can hold and a body cannot: refused or said, and no 密级 mark in any part goes through."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from test_merge_wordjob import CASES, DEFAULTS
from wordjobs import made

from merge.job import load
from rosters.finding import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from merge.job import Job

ROWS = [
    ["文种", "通知"],
    ["发给", "各分党委"],
    ["标题", "关于做好网格排查工作的通知"],
    ["发文字号", "示大组〔2026〕12号"],
    ["成文日期", "2026年11月20日"],
]
PLAIN = [*ROWS, ["版式", "原样"]]
PICTURE = "⟦图:示意图.png 10 10⟧"
LEVELS = '<w:abstractNum w:abstractNumId="1">' + "".join(
    f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{text}"/></w:lvl>'
    for at, text in enumerate(("%1", "%1.%2"))
) + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'  # fmt: skip
HIDDEN = '<w:style w:type="character" w:styleId="H"><w:name w:val="H"/><w:rPr><w:vanish/></w:rPr></w:style>'


def run(inner: str) -> str:
    return f"⟦<w:r>{inner}</w:r>⟧"


def drawing(inner: str, blip: str = '<a:blip r:embed="rIdP1"/>') -> str:
    return run(
        f'<w:drawing>{inner}<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:blipFill>{blip}</pic:blipFill><pic:spPr><a:xfrm rot="5400000"/></pic:spPr></pic:pic>'
        f"</a:graphicData></a:graphic>{'</wp:anchor>' if inner else ''}</w:drawing>"
    )


def box(text: str) -> str:
    return run(
        '<w:drawing><wp:anchor><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )


def read(folder: Path, body: list[object], rows: list[list[str]] | None = None, **more: str) -> Job:
    told = {"发文单": rows or ROWS, "正文": body, **more}
    path = made(told, folder / "通知.docx", CASES.parent / "outline")
    return load(path, shown="通知.docx", defaults=DEFAULTS)


def refusals(folder: Path, body: list[object], **more: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(folder, body, **more)  # type: ignore[arg-type] - rows, or texts
    return [one.message for one in caught.value.findings if one.level.value == "error"]


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        ({"xml": '<w:altChunk r:id="rIdZ"/>'}, "有认不得的内容"),
        ({"xml": "<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>字</w:t></w:r></w:p></mc:Choice></mc:AlternateContent>"}, "有认不得的内容"),
        (run('<w:pict><v:roundrect><v:imagedata r:id="rIdP1"/></v:roundrect></w:pict>'), "不是认得的图片"),
        (drawing("", blip=""), "不是认得的图片"),
        (run('<w:pict><v:shape><v:imagedata r:id="rIdGone"/></v:shape></w:pict>'), "有一张图片已经找不到了（在 Word 里是一个红叉）"),
        (run('<w:footnoteReference w:id="99"/>'), "有认不得的内容"),
        ('⟦<w:fldSimple w:instr=" MERGEFIELD 姓名 "><w:r><w:t>«姓名»</w:t></w:r></w:fldSimple>⟧', "有 Word「邮件合并」的域，不会换成各单位自己的"),
        (run('<w:fldChar w:fldCharType="begin"/>') + run("<w:instrText>mergefield 姓名</w:instrText>") + run('<w:fldChar w:fldCharType="separate"/>')
         + run("<w:t>«姓名»</w:t>") + run('<w:fldChar w:fldCharType="end"/>'), "有 Word「邮件合并」的域，不会换成各单位自己的"),
        ({"段": "先来第二级", "级": "1/1"}, "自动编号的第 1 级还没有出现，就用到了它的号"),
    ],
)  # fmt: skip
def test_what_would_be_lost_is_refused(piece: object, said: str, tmp_path: Path) -> None:
    assert refusals(tmp_path, ["正文。", piece], 编号=LEVELS) == [said]


def test_a_size_that_is_none_is_no_traceback(tmp_path: Path) -> None:
    style = "width:1.2.3pt;height:.pt"
    told = run(f'<w:pict><v:shape style="{style}"><v:imagedata r:id="rIdP1"/></v:shape></w:pict>')
    assert len(read(tmp_path, [PICTURE, told]).body.blocks) == 2


def test_what_changes_is_said(tmp_path: Path) -> None:
    floats = drawing('<wp:anchor behindDoc="1"><wp:extent cx="360000" cy="360000"/>')
    hidden = run('<w:rPr><w:rStyle w:val="H"/></w:rPr><w:t>藏在样式里</w:t>')
    job = read(tmp_path, [f"文字{floats}", PICTURE, f"明{hidden}"], 样式=HIDDEN)
    said = [one.message for one in job.findings]
    assert said == [
        "浮动的图片改排在文字里，位置会变",
        "图片转过方向，会转回去",
        "有隐藏文字，没有印出",
    ]
    assert "藏" not in "".join(text for text, _ in job.body.texts())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["", "2.另一个附件"], "第一列没有写行名，第二列的「2.另一个附件」用不上"),
        (["附注", "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"], "表格里又有表格"),
        (["印章", PICTURE], "发文单里有图片或脚注，用不上"),
    ],
)
def test_nothing_of_the_slip_is_lost(row: list[str], said: str, tmp_path: Path) -> None:
    assert said in refusals(tmp_path, ["正文。", PICTURE], rows=[*ROWS, row])


@pytest.mark.parametrize("rows", [ROWS, PLAIN])
@pytest.mark.parametrize(
    ("body", "more"),
    [
        ([f"框{box('机密★3年')}"], {}),
        (["正文。"], {"批注": "机密★3年"}),
        (["正文。"], {"页眉": "秘密"}),
        (["正文⟦注:秘密★1年⟧。"], {}),
        (["机\u200b密★3年"], {}),
    ],
)
def test_a_mark_of_secrecy_is_found_wherever_it_stands(
    rows: list[list[str]], body: list[object], more: dict[str, str], tmp_path: Path
) -> None:
    assert "这里有密级标志，涉密文件不能用本系统制发" in refusals(tmp_path, body, rows=rows, **more)


def test_as_it_stands_no_comment_goes_out_and_a_faulty_condition_is_refused(tmp_path: Path) -> None:
    own = read(tmp_path, ["正文。"], PLAIN, 批注="领导说这段先不发").own
    assert own is not None
    (tmp_path / "own.docx").write_bytes(own)
    with zipfile.ZipFile(tmp_path / "own.docx") as package:
        assert "领导" not in "".join(package.read(one).decode() for one in package.namelist())
    assert refusals(tmp_path, ["【仅 甲 乙】不给别人看"], rows=PLAIN) == ["「【仅 甲 乙】」读不懂"]


def test_a_year_that_is_a_slip_is_refused(tmp_path: Path) -> None:
    rows = [*ROWS[:-1], ["成文日期", "0026年11月20日"]]
    assert refusals(tmp_path, ["正文。"], rows=rows) == [
        "成文日期「0026年11月20日」不是真实存在的日期"
    ]


def test_what_nobody_sees_is_taken_out_and_said(tmp_path: Path) -> None:
    job = read(tmp_path, ["甲\u200b乙\u202e丙。⟦注:注\u2066文⟧", "软\u00ad连字符。"])
    assert next(text for text, _ in job.body.texts()).startswith("甲乙丙。")
    assert not any(one in repr(job.body) for one in ("\\u200b", "\\u202e", "\\u2066", "\\xad"))
    said = [(one.level, one.message) for one in job.findings]
    assert said == [("info", "有看不见的字符（零宽或改变文字方向的），已去掉")]
