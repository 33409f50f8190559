"""Nothing of a body in Word is lost without a word: it is in the blocks, or a finding says so."""

from __future__ import annotations

import random
import re
import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from test_merge_wordjob import CASES, DEFAULTS, NAMES, word

from merge.addressees import Addressed, understand
from merge.job import load
from merge.rownames import name_of
from rosters.finding import InputError
from templates.gongwen.blocks import Attachment, PageBreak, Paragraph, Picture
from templates.gongwen.numbering import UnknownError, written
from templates.gongwen.wordbody import WordBody

if TYPE_CHECKING:
    from pathlib import Path

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
THREE = '类别 in ["分党委", "党总支", "直属党支部"]'
# Characters that are no text of their own: marks of conditions and of what begins a page.
SPOKEN = {
    "numbers-again",
    "everything",
    "saved-by-libreoffice",
    "only-for-some",
    "merged-cells",
    "plain",
    "wps",
    "breaks",
    "landscape",
    "as-it-stands",
}


def texts(path: Path) -> str:
    """Read all the text below the first table, as a plain reader of the XML finds it."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("word/document.xml"))
        notes = [name for name in package.namelist() if name.endswith("footnotes.xml")]
        roots = [root, *(etree.fromstring(package.read(name)) for name in notes)]
    body = root.find(f"{W}body")
    for one in list(body):
        body.remove(one)
        if one.tag == f"{W}tbl":
            break
    return "".join(t.text or "" for one in roots for t in one.iter(f"{W}t"))


def kept(path: Path) -> tuple[str, list[str]]:
    """Read the text of the blocks, and what findings say."""
    reading = WordBody(path.read_bytes(), path.name)
    reading.form()
    outline = reading.outline()
    told = "".join(text for text, _ in outline.texts())
    told += "".join(one.inside for one in outline.statements())
    return told, [one.message for one in reading.findings]


@pytest.mark.parametrize("name", [n for n in NAMES if not n.startswith("fault")])
def test_every_character_is_there_or_something_is_said(name: str, tmp_path: Path) -> None:
    path = word(name, tmp_path)
    found, said = kept(path)
    missing = Counter(re.findall(r"\w", texts(path))) - Counter(re.findall(r"\w", found))
    if any("隐藏文字" in one for one in said):
        missing -= Counter("藏")
    if any("拼音" in one for one in said):
        missing -= Counter("zhe")
    assert set(missing) <= (set("仅附件分页横排竖1p") if name in SPOKEN else set("p"))


@pytest.mark.parametrize(
    ("words", "per", "scope", "names"),
    [
        (
            "各分党委、党总支、直属党支部：",
            "党组织",
            '类别 in ["分党委", "党总支", "直属党支部"]',
            (),
        ),
        (
            "各分党委，各党总支和各直属党支部",
            "党组织",
            '类别 in ["分党委", "党总支", "直属党支部"]',
            (),
        ),
        ("各级党组织", "党组织", "", ()),
        ("直属党支部", "党组织", '类别 in ["直属党支部"]', ()),
        ("每名党员", "党员", "", ()),
        ("全体正式党员", "党员", '人员类别 == "正式党员"', ()),
        ("受表彰的同志", "党员", '荣誉称号 != ""', ()),
        ("党员：张三、李四", "党员", "", ("张三", "李四")),
        ("文学院党委；数学院党委", "党组织", "", ("文学院党委", "数学院党委")),
        ("文学院党委、机关党委", "党组织", "", ("文学院党委", "机关党委")),
        ("机关党委", "党组织", "", ("机关党委",)),
        ("各机关党委", "党组织", '类别 in ["机关党委"]', ()),
        ("各分党委、机关党委", "党组织", '类别 in ["分党委", "机关党委"]', ()),
        ("只做一份", "批次", "", ()),
    ],
)
def test_to_whom_in_a_clerks_words(
    words: str, per: str, scope: str, names: tuple[str, ...]
) -> None:
    meant = understand(words)
    assert isinstance(meant, Addressed)
    assert (meant.per, meant.scope, meant.names) == (per, scope, names)


def test_every_branch_means_branches_of_every_kind() -> None:
    meant = understand("全体党支部")
    assert isinstance(meant, Addressed)
    assert {'"党支部"', '"联合党支部"', '"直属党支部"'} <= set(
        meant.scope.removeprefix("类别 in [").removesuffix("]").split(", ")
    )


@pytest.mark.parametrize("words", ["", "各学院", "全体", "各分党委、文学院第一支部", "！！"])
def test_what_is_not_understood_is_said_with_examples(words: str) -> None:
    found = understand(words)
    assert isinstance(found, tuple)
    assert "每名党员" in found[1]


@pytest.mark.parametrize(
    ("cell", "key"),
    [("发 给：", "发给"), ("*标题", "标题"), ("发文字号（必填）", "发文字号"), ("附件", "附件说明"),
     ("回执／截止", "回执"), ("kind", "文种"), ("成文时间", "成文日期")],
)  # fmt: skip
def test_a_row_is_known_by_its_label_however_it_is_set(cell: str, key: str) -> None:
    assert name_of(cell) == key


@pytest.mark.parametrize(
    ("way", "count", "text"),
    [("chineseCounting", 21, "二十一"), ("japaneseCounting", 10, "十"), ("decimal", 0, "0"),
     ("ideographDigital", 20, "二〇"), ("chineseLegalSimplified", 12, "壹拾贰"),
     ("upperLetter", 28, "BB"), ("lowerRoman", 14, "xiv"), ("decimalEnclosedCircle", 35, "㉟"),
     ("decimalZero", 7, "07"), ("decimalFullWidth", 12, "１２"), ("ideographZodiac", 12, "亥")],
)  # fmt: skip
def test_numbers_are_written_as_word_writes_them(way: str, count: int, text: str) -> None:
    assert written(count, way) == text


@pytest.mark.parametrize(
    ("way", "count"), [("bahtText", 1), ("ideographTraditional", 11), ("decimalEnclosedParen", 21),
                       ("upperLetter", 0), ("chineseCounting", -1)]
)  # fmt: skip
def test_a_number_that_has_no_sign_is_no_guess(way: str, count: int) -> None:
    with pytest.raises(UnknownError):
        written(count, way)


def test_a_file_that_is_no_word_file_is_refused_by_the_gate(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(InputError) as caught:
        load(tmp_path / "x.docx", shown="x.docx", defaults=DEFAULTS)
    assert [one.rule for one in caught.value.findings] == ["gate-kind"]


def test_embedded_files_are_refused_by_the_gate(tmp_path: Path) -> None:
    path = word("plain", tmp_path)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("word/embeddings/oleObject1.bin", b"x")
    with pytest.raises(InputError, match="嵌有其他文件或对象"):
        load(path, shown="x.docx", defaults=DEFAULTS)


def test_a_strict_file_reads_the_same(tmp_path: Path) -> None:
    path = word("levels-by-number", tmp_path)
    strict = tmp_path / "strict.docx"
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(strict, "w") as made:
        for name in package.namelist():
            data = package.read(name)
            if name.startswith("word/"):
                data = data.replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            made.writestr(name, data)
    assert kept(strict) == kept(path)


def test_pictures_and_pages_are_what_they_were(tmp_path: Path) -> None:
    body = load(word("picture-and-note", tmp_path), shown="x", defaults=DEFAULTS).body
    last = body.blocks[-1]
    assert isinstance(last, Paragraph)
    assert isinstance(last.runs[0], Picture)
    assert last.runs[0].content == (CASES.parent / "outline" / "示意图.png").read_bytes()
    pages = load(word("landscape", tmp_path), shown="x", defaults=DEFAULTS).body
    assert [one.landscape for one in pages.blocks if isinstance(one, (PageBreak, Attachment))] == [
        True
    ]


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_refused_or_read_and_never_a_traceback(seed: int, tmp_path: Path) -> None:
    luck = random.Random(seed)  # noqa: S311 - the same damage each time
    refused = []
    for name in ("everything", "numbers-of-every-kind", "comments-and-links", "merged-cells"):
        path = word(name, tmp_path)
        damaged = tmp_path / "damaged.docx"
        with zipfile.ZipFile(path) as package, zipfile.ZipFile(damaged, "w") as made:
            for part in package.namelist():
                data = package.read(part)
                if part.startswith("word/") and part.endswith(".xml"):
                    data = re.sub(rb'="[^":/]*"', lambda hit: bent(hit[0], luck), data)
                made.writestr(part, data)
        try:
            load(damaged, shown="x.docx", defaults=DEFAULTS)
        except InputError as error:
            refused.append(error)
    assert all(error.findings for error in refused)


def bent(attribute: bytes, luck: random.Random) -> bytes:
    if luck.random() < 0.9:
        return attribute
    return luck.choice([b'=""', b'="x"', b'="-1"', b'="99999999999"', b'="1.5"', b'="0"'])


def test_a_slip_of_one_character_in_a_kind_is_named() -> None:
    assert understand("各分党委、党总枝、直属党支部") == ("「党总枝」读不懂", "是不是「党总支」")
