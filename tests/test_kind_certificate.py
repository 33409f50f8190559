"""Certificates: every name on its line, every character in a shape of its own, and sent as PDF.

What a PDF shows is measured from its glyphs and its embedded typefaces, apart from the builder.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bureau import bureau, default_sheets, fawen
from docx import Document as DocxDocument
from measuring.glyphs import Drawn, drawn, typefaces
from measuring.rendering import rendered
from pypdf import PdfWriter
from word import written

from merge.substituted import instead
from rosters.finding import InputError
from templates.gongwen.widths import width
from templates.rich import UnfitError
from templates.room import fitting_size, in_columns, spaced, two_lines
from templates.samples.certificate import certificate, collective
from templates.samples.package import Package
from templates.samples.paper import KAI, Face, paragraph, run, styles
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

office_needed = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is missing")
FAKE = Path(__file__).with_name("fakeoffice.py")
# 20 characters outside GB 2312, of GBK, of extension A and of extension E.
RARE = "喆堃翀頔昇珺玥犇骉垚彧赟祎燚瑀焜玚䶮㛃𬭊"
NAMES = {
    2: "张三",
    3: "欧阳峰",
    4: "司徒美堂",
    5: "买买提明江",
    6: "古丽·买买提",
    7: "阿依古丽·热汗",
    8: "阿卜杜拉·买买提",
    9: "迪丽努尔·阿卜杜拉",
    10: "阿卜杜热西提·买买提",
    11: "买买提艾力·阿卜杜拉江",
    12: "阿卜杜热西提·买买提明江",
    13: "古丽巴哈尔·阿卜杜热西提江",
    14: "阿卜杜热西提江·买买提依明江",
    15: "阿卜杜热合曼江·买买提依明阿吉",
}
LONG = NAMES[15] + "·阿卜杜热西提"
ORGANS = (
    "文学院教工党支部",
    "中共示例大学机械工程学院教工第一党支部",
    "中共示例大学马克思主义学院思想政治理论课教学研究部教工第一联合党支部委员会",
)
SAID: dict[str, Any] = {
    "姓名": "",
    "名称": "",
    "颁奖词": "在疫情防控工作中坚守一线、服务师生，事迹突出，",
    "荣誉称号": "优秀共产党员",
    "署名": "中共示例大学委员会",
    "成文日期": "2026-12-10",
    "证书编号": "示大党证〔2026〕0001号",
}
NOWHERE = "\U000323af"  # the last character of extension H
LEFT, RIGHT = 42.3, 254.7  # mm: the edges of the place that the template leaves for the text
FRAME = 17, 280  # mm: its innermost line


def people() -> list[str]:
    """Names of 2 to 15 characters, one of 22, and names of which each character is rare."""
    return [*NAMES.values(), LONG, RARE[:2], RARE[2:5], RARE[5:20]]


def test_the_names_are_what_they_are_said_to_be() -> None:
    assert all(len(name) == count for count, name in NAMES.items())
    assert len(set(RARE)) == 20
    for char in RARE:
        with pytest.raises(UnicodeEncodeError):
            char.encode("gb2312")


def bound(documents: list[bytes]) -> bytes:
    """Put documents of one look into one, each on a page of its own: one start, one PDF."""
    bodies = []
    for content in documents:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            bodies.append(re.split("</?w:body>", package.read("word/document.xml").decode())[1])
    pages = [one[: one.rindex("<w:sectPr>")] for one in bodies]
    turned = [one.replace("<w:pPr>", "<w:pPr><w:pageBreakBefore/>", 1) for one in pages[1:]]
    section = bodies[0][len(pages[0]) :]
    return Package("".join([pages[0], *turned, section]), styles()).to_bytes()


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every certificate as a page of one PDF; on the last one a character that no typeface has."""
    own, joint = (
        Template.open(one().to_bytes(), Names(SAID), shown="证书.docx")
        for one in (certificate, collective)
    )
    made = [own.fill({**SAID, "姓名": name}) for name in people()]
    made += [joint.fill({**SAID, "名称": name}) for name in ORGANS]
    made.append(own.fill({**SAID, "姓名": f"张{NOWHERE}"}))
    return rendered({"证书": bound(made)}, tmp_path_factory.mktemp("证书"))["证书"]


@pytest.fixture(scope="module")
def pages(pdf: Path) -> dict[str, list[Drawn]]:
    """What stands on each page, by the name on it: none runs over onto a second."""
    found = drawn(pdf)
    names = [*people(), *ORGANS, f"张{NOWHERE}"]
    assert len(found) == len(names)
    return dict(zip(names, found, strict=True))


def rows(page: list[Drawn]) -> Iterator[list[Drawn]]:
    """Put together what stands on one line."""
    for baseline in dict.fromkeys(round(one.baseline, 1) for one in page):
        yield [one for one in page if round(one.baseline, 1) == baseline]


@pytest.mark.libreoffice
@office_needed
def test_each_name_stands_on_its_line_within_its_place(pages: dict[str, list[Drawn]]) -> None:
    seen = {}
    for name in people():
        page = pages[name]
        [line] = [row for row in rows(page) if "".join(one.text for one in row).startswith(name)]
        assert "".join(one.text for one in line) == f"{name}同志："
        assert line[0].x0 >= LEFT - 0.5
        assert line[-1].x1 <= RIGHT + 0.5
        [seen[name]] = {one.size for one in line[: len(name)]}
        assert all(one.x0 > FRAME[0] and one.x1 < FRAME[1] for one in page)
    assert seen.pop(LONG) == 23  # 22 characters on the 18.4 cm
    assert set(seen.values()) == {32}


@pytest.mark.libreoffice
@office_needed
def test_an_organisation_has_two_lines_of_about_one_length(pages: dict[str, list[Drawn]]) -> None:
    for name in ORGANS:
        found = [row for row in rows(pages[name]) if row[0].size >= 28 and row[0].size != 48]
        lines = ["".join(one.text for one in row) for row in found]
        assert "".join(lines) == f"{name}："
        assert all(row[0].x0 >= LEFT - 0.5 and row[-1].x1 <= RIGHT + 0.5 for row in found)
        assert len(lines) == (2 if len(name) > 20 else 1)
        assert len(lines) == 1 or abs(len(lines[0]) - len(lines[1])) <= 5


@pytest.mark.libreoffice
@office_needed
def test_every_character_has_its_shape_in_an_embedded_typeface(
    pdf: Path, pages: dict[str, list[Drawn]]
) -> None:
    fonts = typefaces(pdf)
    assert all(one.embedded for one in fonts)
    # The measure sees what is missing: one character that no typeface has, and no other.
    assert {char for one in fonts for char in one.without} == {NOWHERE}
    drawings = [one for name, page in pages.items() for one in page[4:] if NOWHERE not in name]
    assert {one.font for one in drawings} <= {one.name for one in fonts}
    assert {one.font for one in drawings if one.text not in RARE} == {"FandolKai-Regular"}
    rare = {one.text: one.font for one in drawings if one.text in RARE}
    assert set(rare) == set(RARE)
    assert all(re.match(r"NotoS(ans|erif)CJK|FandolKai", font) for font in rare.values())


@pytest.mark.parametrize(
    ("text", "room", "size", "fits"),
    [
        ("张三", 18.4, 64, 64),
        (NAMES[15] + "阿", 18.4, 64, 64),
        (NAMES[15] + "阿卜杜", 18.4, 64, 56),
        ("一" * 30, 18.4, 64, 34),
        ("Muhammad-Ali", 5, 64, 34),
        ("", 1, 64, 64),
    ],
)
def test_the_largest_size_that_fits(text: str, room: float, size: int, fits: int) -> None:
    found = fitting_size(text, room, size)
    assert found == fits
    assert width(text) * found / 2 * 2.54 / 72 <= room
    assert found == size or width(text) * (found + 4) / 2 * 2.54 / 72 > room * 0.8


def test_what_fits_at_no_size_is_said() -> None:
    with pytest.raises(UnfitError, match=r"有40个字，缩到一半大小，18\.4厘米宽的一行也放不下"):
        fitting_size("一" * 40, 18.4, 64)
    assert two_lines("一" * 40, 18.4, 64).count("\n") == 1


def test_two_lines_are_broken_between_words_and_shared_out() -> None:
    first, second = two_lines(ORGANS[2], 20.2, 64).split("\n")
    assert first + second == ORGANS[2]
    assert abs(width(first) - width(second)) <= 4
    assert two_lines(ORGANS[0], 20.2, 64) == ORGANS[0]
    assert two_lines(ORGANS[2]) == ORGANS[2]  # in a file name or a letter


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张　三"), ("欧阳峰", "欧阳峰"), ("Li", "Li"), ("", ""),
     ("郑葛\U000e0100", "郑　葛\U000e0100"), ("葛\ufe00郑", "葛\ufe00　郑"), ("张张", "张　张"),
     ("㐂王", "㐂　王"), ("王\U000323af", "王　\U000323af"),
     ("孙葛\U000e0100三", "孙葛\U000e0100三")]
)  # fmt: skip
def test_a_name_of_two_characters_may_be_spaced(name: str, shown: str) -> None:
    assert spaced(name) == shown


def opened(*runs: str) -> Template:
    body = paragraph(*runs) + "<w:sectPr/>"
    content = Package(body, styles()).to_bytes()
    return Template.open(content, Names(SAID), shown="例.docx")


def sizes(content: bytes) -> list[int]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        document = package.read("word/document.xml").decode()
    return [int(one) for one in re.findall(r'<w:sz w:val="(\d+)"/>', document)]


def test_a_clerk_s_own_template_says_how_wide_a_place_is() -> None:
    """Split into runs as Word does it, in the size of the run or of its style."""
    template = opened(
        run("{{ 姓名 | 一", Face(KAI, 60)), run("行(8) }}", Face(KAI, 60)), run("同志")
    )
    assert template.road == "一次编译，逐份填写"
    assert sizes(template.fill({**SAID, "姓名": "张三"})) == [60, 32]
    assert sizes(template.fill({**SAID, "姓名": NAMES[10]})) == [44, 32]
    styled = opened("<w:r><w:t>{{ 姓名 | 默认(“无”) | 一行(4) }}</w:t></w:r>")
    assert sizes(styled.fill({**SAID, "姓名": NAMES[10]})) == [22]
    plain = written(["{{ 名称 | 两行(8) }}"])
    made = Template.open(plain, Names(SAID), shown="例.docx").fill({**SAID, "名称": ORGANS[1]})
    assert len(sizes(made)) == 1


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ 姓名 | 一行 }}", "要写明多宽"),
        ("{{ 姓名 | 一行(0) }}", "要写明多宽"),
        ("{{ 姓名 | 一行(8) | 默认('无') }}", "写在最后"),
        ("{{ 姓名 | 一行(8) }}{{ 名称 | 一行(8) }}", "同一处文字里"),
    ],
)
def test_a_place_that_is_not_said_rightly_is_a_finding_at_its_tag(tag: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(run(tag))
    [found] = caught.value.findings
    assert said in found.message
    assert found.place.where == "正文第1段"


def test_a_name_too_long_for_its_place_is_named_at_its_tag() -> None:
    with pytest.raises(InputError) as caught:
        opened(run("{{ 姓名 | 一行(2) }}")).fill({**SAID, "姓名": NAMES[15]})
    [found] = caught.value.findings
    assert "「{{ 姓名 | 一行(2) }}」有15个字" in str(found)


JOB = """\
---
名册: rosters/名册.xlsx
文件:
  - 文种: 荣誉证书
    每份: 党员
    范围: 荣誉称号 != ""
要素:
  署名: 中共测试大学委员会
  成文日期: 2026-11-23
  颁奖词: 表现突出，
  证书编号: 自动 测大党证
信件:
  收件: 二级党组织
  主题: 【证书】{{ 简称 }}
  正文: 请查收。
---
"""


DECISION = """\
---
名册: rosters/名册.xlsx
文种: 表彰决定
每份: 批次
要素:
  标题: 关于表彰先进的决定
  发文机关标志: 中共测试大学委员会文件
  发文字号: 测大党〔2026〕1号
  主送: 各党组织
  署名: 中共测试大学委员会
  成文日期: 2026-11-23
  抄送: 各部门
  印发机关: 中共测试大学委员会办公室
  印发日期: 2026-11-23
信件:
  收件: 二级党组织
  全发: 是
  主题: 【表彰】{{ 简称 }}
  正文: 请查收。
---
予以表彰。
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an office program on the path that does as the documents say."""
    program = tmp_path / "office" / "soffice"
    program.parent.mkdir()
    journal = tmp_path / "journal.txt"
    program.write_text(
        f'#!/bin/sh\nFAKE_OFFICE={journal} exec {sys.executable} {FAKE} "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def carried(workspace: Path, batch: str) -> list[str]:
    letter = fawen("--json", "show", batch, "001", cwd=workspace).object
    return sorted(part["name"] for part in letter["attachments"])


@pytest.mark.skipif(os.name == "nt", reason="a program there needs more than a mode")
@pytest.mark.usefixtures("office")
def test_certificates_leave_as_pdf_unless_the_job_says_otherwise(tmp_path: Path) -> None:
    decision = JOB.replace("文件:\n", "文件:\n  - 文种: 通报\n    每份: 批次\n").replace(
        "要素:", "要素:\n  发文机关标志: 测大\n  发文字号: 测〔2026〕1号\n  标题: 关于表彰的通报"
    )
    workspace = bureau(tmp_path / "w", jobs={"证书": decision + "表彰。\n"})
    made = fawen("--json", "merge", "证书", cwd=workspace)
    assert made.status == 0, made.out
    assert carried(workspace, made.object["batch"]) == ["许七-荣誉证书.pdf", "通报.docx"]
    assert [one for one in made.object["findings"] if one["rule"] == "pdf.typeface"] == []
    again = fawen("--json", "merge", "证书", cwd=workspace)
    assert again.object["digest"] == made.object["digest"]
    done = fawen("--json", "rehearse", made.object["batch"], cwd=workspace)
    assert (done.status, done.object["received"]) == (0, made.object["letters"])
    job = decision.replace("    范围:", "    文件格式: word\n    范围:")
    (workspace / "jobs" / "证书.md").write_text(job, encoding="utf-8")
    made = fawen("--json", "merge", "证书", cwd=workspace)
    assert carried(workspace, made.object["batch"]) == ["许七-荣誉证书.docx", "通报.docx"]


def test_without_a_program_for_pdf_nothing_is_filled_and_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = bureau(tmp_path / "w", jobs={"证书": JOB})
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("merge.soffice._PLACES", ())
    checked = fawen("--json", "check", "证书", cwd=workspace)
    assert checked.status == 0
    [warned] = [one for one in checked.object["findings"] if one["rule"] == "pdf.program"]
    assert "荣誉证书要转成 PDF 发出" in warned["message"]
    assert warned["where"] == "第4行"
    done = fawen("--json", "merge", "证书", cwd=workspace)
    assert done.status == 4
    assert "文件格式: Word" in done.object["error"]["advice"]
    assert not list((workspace / "outbox").rglob("*.docx"))


def test_a_file_format_that_nobody_knows_is_a_finding_at_its_line(tmp_path: Path) -> None:
    job = JOB.replace("    范围:", "    文件格式: 图片\n    范围:")
    workspace = bureau(tmp_path / "w", jobs={"证书": job}, sheets=default_sheets())
    [found] = [
        one
        for one in fawen("--json", "check", "证书", cwd=workspace).object["findings"]
        if one["level"] == "error"
    ]
    assert (found["where"], found["message"]) == ("第6行", "「文件格式」不能是「图片」")
    assert "PDF、Word" in found["advice"]


def test_a_certificate_of_people_for_organisations_is_led_to_the_other(tmp_path: Path) -> None:
    job = JOB.replace("每份: 党员", "每份: 党组织").replace('荣誉称号 != ""', '类别 == "党总支"')
    job = job.replace("要素:", "要素:\n  荣誉称号: 先进基层党组织")
    workspace = bureau(tmp_path / "w", jobs={"证书": job}, sheets=default_sheets())
    found = fawen("--json", "check", "证书", cwd=workspace).object["findings"]
    [lost] = [one for one in found if one["level"] == "error"]
    assert "标签「姓名」是党员的一列，这份文件却是每个党组织一份" in lost["message"]
    assert "文种写「集体荣誉证书」" in lost["advice"]


def test_what_would_be_printed_as_a_box_is_not_printed(tmp_path: Path) -> None:
    sheets = default_sheets()
    first = sheets["党员"][1]
    sheets["党员"] += [[f"许{NOWHERE}", *first[1:]], ["孙\uf4f7", *first[1:]], ["王䶮", *first[1:]]]
    job = JOB.replace("    范围:", "    文件格式: Word\n    范围:")
    workspace = bureau(tmp_path / "w", jobs={"证书": job}, sheets=sheets)
    assert fawen("merge", "证书", cwd=workspace).status == 0
    ran = fawen("--json", "print", "-o", "打印.pdf", cwd=workspace)
    assert ran.status == 1, ran.out
    lost = {one["file"].rpartition("/")[2]: one for one in ran.object["findings"]}
    assert set(lost) == {f"许{NOWHERE}-荣誉证书.docx", "孙（U+F4F7）-荣誉证书.docx"}
    assert "「\uf4f7」（U+F4F7）" in lost["孙（U+F4F7）-荣誉证书.docx"]["message"]
    assert not (workspace / "打印.pdf").exists()


def test_only_of_a_superior_names_those_below_who_receive(tmp_path: Path) -> None:
    job = JOB.replace("    范围:", "    文件格式: Word\n    范围:").replace(
        "收件: 二级党组织", "收件: 本级"
    )
    workspace = bureau(tmp_path / "w", jobs={"证书": job}, sheets=default_sheets())
    ran = fawen("merge", "证书", "--only", "数学院党委", cwd=workspace)
    assert ran.status == 2
    assert "这些文件发给它下面的单位，请写 --only 数教工支部" in ran.err
    assert fawen("merge", "证书", "--only", "数教工支部", cwd=workspace).status == 0
    ran = fawen("merge", "证书", "--only", "后勤党总支", cwd=workspace)
    assert "请核对党组织或文件的编号" in ran.err


def numbered(root: Path, job: str, numbers: list[str | None]) -> list[tuple[str, str]]:
    """Say what is wrong with the numbers of three certificates, in the roster or in the job."""
    sheets = default_sheets()
    head, first, *_ = sheets["党员"]
    column = ["证书编号"] if any(numbers) else []
    sheets["党员"] = [[*head, *column]]
    for name, one in zip(("许七", "邱一", "尤二"), numbers, strict=True):
        sheets["党员"].append([name, *first[1:], *([one] if column else [])])
    job = job.replace("    范围:", "    文件格式: Word\n    范围:")
    workspace = bureau(root, jobs={"证书": job}, sheets=sheets)
    found = fawen("--json", "check", "证书", cwd=workspace).object["findings"]
    assert all("证书" in one["blocks"] for one in found if one["rule"].startswith("number."))
    return [(one["rule"], one["cell"] or one["where"]) for one in found if "number." in one["rule"]]


def test_numbers_that_people_write_are_there_and_no_two_alike(tmp_path: Path) -> None:
    own = JOB.replace("  证书编号: 自动 测大党证\n", "")
    assert own != JOB
    good = ["测证1号", "测证2号", "测证3号"]
    assert numbered(tmp_path / "a", own, [*good]) == []
    assert numbered(tmp_path / "b", own, ["测证1号", None, "测证 1号"]) == [
        ("number.none", "G4"),
        ("number.twice", "G5"),
    ]
    assert numbered(tmp_path / "c", own, ["测证1号", "测证2号", "测证1号"]) == [
        ("number.twice", "G5")
    ]
    one = JOB.replace("自动 测大党证", "测大党证〔2026〕1号")
    assert numbered(tmp_path / "d", one, [None] * 3) == [("number.one", "第12行")]
    placed = JOB.replace("自动 测大党证", '"测大党证{{ 序号 }}号"')
    assert numbered(tmp_path / "e", placed, [None] * 3) == []
    assert numbered(tmp_path / "f", JOB, [None] * 3) == []


def test_people_of_one_name_in_a_decision_are_a_reminder(tmp_path: Path) -> None:
    sheets = default_sheets()
    first = sheets["党员"][1]
    sheets["党员"] += [["许　七", *first[1:]], ["冯九", *first[1:]], ["许八", *first[1:]]]
    workspace = bureau(tmp_path / "w", jobs={"表彰": DECISION}, sheets=sheets)
    found = fawen("--json", "check", "表彰", cwd=workspace).object["findings"]
    told = [one for one in found if one["rule"] == "award.namesakes"]
    assert [(one["level"], one["message"]) for one in told] == [
        ("warning", "受表彰的有2名「许七」（文教工支部、文教工支部）"),
        ("warning", "受表彰的有2名「冯九」（数教工支部、文教工支部）"),
    ]


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["丁一", "于谦益", "欧阳长风"], "丁一\t于谦益\t欧阳长风"),
        (["丁一"] * 6, "丁一\t丁一\t丁一\t丁一\t丁一\n丁一"),
        # 11 字 take three columns, so 12 字 have no room behind them
        (["木合塔尔·阿不都克里木", "阿卜杜热西提·买买提艾力", "王毅"],
         "木合塔尔·阿不都克里木\n阿卜杜热西提·买买提艾力\t王毅"),
        (["古丽·艾则孜", "吉克·阿呷", "次仁·卓玛", "丁一"],
         "古丽·艾则孜\t吉克·阿呷\t次仁·卓玛\n丁一"),
        (["甲乙丙丁戊"] * 2 + ["丁一"] * 2, "甲乙丙丁戊\t甲乙丙丁戊\t丁一\n丁一"),
        (["丁一"] * 4 + ["甲乙丙丁戊己", "甲乙丙丁戊己庚"],
         "丁一\t丁一\t丁一\t丁一\t甲乙丙丁戊己\n甲乙丙丁戊己庚"),
        (["阿" * 30, "丁一"], f"{'阿' * 30}\n丁一"),
        ([], ""),
    ],
)  # fmt: skip
def test_names_stand_in_columns_and_none_is_broken(names: list[str], shown: str) -> None:
    assert in_columns(names) == shown


def test_the_list_of_a_decision_breaks_no_name(tmp_path: Path) -> None:
    sheets = default_sheets()
    people = ["木合塔尔·阿不都克里木", "古丽·艾则孜", "欧阳䶮", "王一"]
    first = sheets["党员"][1]
    sheets["党员"] = [sheets["党员"][0], *([one, *first[1:]] for one in people)]
    workspace = bureau(tmp_path / "w", jobs={"表彰": DECISION}, sheets=sheets)
    made = fawen("--json", "merge", "表彰", cwd=workspace)
    assert made.status == 0, made.out
    rare = [one for one in made.object["findings"] if one["rule"] == "font.rare"]
    assert [one["cell"] for one in rare] == ["A5"]
    [path] = (workspace / "outbox" / made.object["batch"] / "批次").glob("*.docx")
    [listed] = [one for one in DocxDocument(str(path)).paragraphs if "王一" in one.text]
    assert listed.text == "王一\t木合塔尔·阿不都克里木\t古丽·艾则孜\n欧阳䶮"


def test_a_character_that_no_typeface_here_has_is_an_error_at_its_cell(tmp_path: Path) -> None:
    sheets = default_sheets()
    sheets["党员"][1][0] = f"许{NOWHERE}"
    sheets["党员"][4][0] = "冯喆"
    sheets["党员"].append(["尤䶮", *sheets["党员"][1][1:]])  # of one branch with the first
    sheets["党员"].append(["孙\uf4f7", *sheets["党员"][1][1:]])  # somebody drew it for himself
    job = JOB.replace("署名: 中共测试", f"署名: 中共{NOWHERE}测试")
    workspace = bureau(tmp_path / "w", jobs={"证书": job}, sheets=sheets)
    found = fawen("--json", "check", "证书", cwd=workspace).object["findings"]
    lost, drawn, signed = (one for one in found if one["rule"] == "font.nowhere")
    assert (lost["level"], lost["cell"]) == ("error", "A3")
    assert (drawn["level"], drawn["cell"]) == ("error", "A9")
    assert (signed["level"], signed["where"]) == ("error", "第8行")
    assert f"没有一种字体有「{NOWHERE}」" in lost["message"]
    rare = {one["cell"] or one["where"] for one in found if one["rule"] == "font.rare"}
    assert rare == {"A3", "A6", "A8", "第8行"}
    job = JOB.replace("    范围:", "    文件格式: Word\n    范围:")
    (workspace / "jobs" / "证书.md").write_text(job, encoding="utf-8")
    found = fawen("--json", "check", "证书", cwd=workspace).object["findings"]
    assert [one for one in found if one["rule"] == "font.nowhere"] == []


@pytest.mark.libreoffice
@office_needed
def test_what_stands_in_for_a_typeface_is_told(pdf: Path, tmp_path: Path) -> None:
    template = Template.open(certificate().to_bytes(), Names(SAID), shown="证书.docx")
    missing, others = instead(template.fill({**SAID, "姓名": "张三"}), pdf)
    assert missing == ["方正小标宋简体", "楷体_GB2312"]  # the stand-ins of the font map
    assert {"FandolKai-Regular"} < set(others)
    blank = tmp_path / "a.pdf"
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(blank)
    assert instead(template.fill({**SAID, "姓名": "张三"}), blank) == ([], [])
