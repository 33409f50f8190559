"""The shipped templates and jobs: current, well-formed for Word and WPS, and of one mind."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections import ChainMap
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from lxml import etree

from merge.job import load
from merge.record import OFFERED, RESERVED, Book, View
from merge.samples import CORE, SAMPLES
from rosters.finding import Place
from rosters.reader import read_roster
from templates import wml
from templates.body import holds
from templates.filters import FILTERS
from templates.gongwen.body import Outline
from templates.gongwen.build import build
from templates.gongwen.kinds import KINDS as KINDS_BUILT
from templates.gongwen.outline import parse
from templates.gongwen.sheet import Sheet
from templates.library import Library
from templates.samples.make import BOOKS, TEMPLATES, main
from templates.sandbox import Condition, Text
from templates.tags import TAG, Names

if TYPE_CHECKING:
    from merge.job import Job
    from rosters.roster import Roster

W = wml.W
FOLDER = resources.files("templates") / "samples"
JOBS = [SAMPLES / f"{stem}.md" for stem in CORE]
ROSTER = Path(str(resources.files("rosters") / "samples" / "示例大学名册.xlsx"))
KINDS = sorted(TEMPLATES)


def shipped(kind: str) -> bytes:
    return (FOLDER / f"{kind}.docx").read_bytes()


def parts(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name for name in package.namelist() if name.startswith("word/")]
        return {name: etree.fromstring(package.read(name)) for name in names if "_rels" not in name}


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_templates_are_current(kind: str) -> None:
    assert TEMPLATES[kind]().to_bytes() == shipped(kind), "python -m templates.samples.make"


def test_the_script_writes_every_template(tmp_path: Path) -> None:
    main(tmp_path)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {
        **{f"{kind}.docx": shipped(kind) for kind in KINDS},
        **{f"{name}.xlsx": (FOLDER / f"{name}.xlsx").read_bytes() for name in BOOKS},
    }
    assert {one.name for one in FOLDER.iterdir() if one.name.endswith((".docx", ".xlsx"))} == {
        one.name for one in tmp_path.iterdir()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_run_names_its_font_in_all_slots(kind: str) -> None:
    for root in parts(shipped(kind)).values():
        for fonts in root.iter(W + "rFonts"):
            slots = {fonts.get(W + slot) for slot in ("ascii", "hAnsi", "eastAsia", "cs")}
            assert len(slots) == 1
            assert None not in slots
            assert fonts.get(W + "hint") == "eastAsia"
            assert not [key for key in fonts.keys() if "heme" in key]  # noqa: SIM118 - attributes
        for run in root.iter(W + "r"):
            if run.find(W + "t") is not None:
                assert run.find(f"{W}rPr/{W}rFonts") is not None


@pytest.mark.parametrize("kind", KINDS)
def test_properties_stand_in_the_order_of_the_schema(kind: str) -> None:
    for root in parts(shipped(kind)).values():
        for properties in root.iter(W + "pPr", W + "rPr"):
            order = wml._ORDER[properties.tag]
            ranks = [order.index(child.tag.removeprefix(W)) for child in properties]
            assert ranks == sorted(set(ranks)), etree.tostring(properties, encoding="unicode")


@pytest.mark.parametrize("kind", KINDS)
def test_tables_say_their_widths_to_word_and_wps(kind: str) -> None:
    for table in parts(shipped(kind))["word/document.xml"].iter(W + "tbl"):
        width = int(table.find(f"{W}tblPr/{W}tblW").get(W + "w"))
        grid = [int(one.get(W + "w")) for one in table.findall(f"{W}tblGrid/{W}gridCol")]
        assert sum(grid) == width
        for row in table.findall(W + "tr"):
            assert sum(int(one.get(W + "w")) for one in row.iter(W + "tcW")) == width
        rules = [
            one.get(W + "lineRule") for one in table.iter(W + "spacing") if one.get(W + "line")
        ]
        assert "exact" not in rules


@pytest.mark.parametrize("kind", KINDS)
def test_widow_control_is_off_everywhere(kind: str) -> None:
    for paragraph in parts(shipped(kind))["word/document.xml"].iter(W + "p"):
        assert paragraph.find(f"{W}pPr/{W}widowControl").get(W + "val") == "0"


def test_a_certificate_lies_across() -> None:
    page = docx.Document(io.BytesIO(shipped("荣誉证书"))).sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (297, 210)  # type: ignore[union-attr] # it says both


@pytest.fixture(scope="module")
def roster() -> Roster:
    return read_roster([ROSTER])


def names_of(job: Job, roster: Roster) -> Names:
    headings = (name for sheet in roster.sheets for name in sheet.names)
    return Names([*RESERVED, *OFFERED, *job.elements, *headings])


def documents(path: Path, roster: Roster) -> dict[str, list[tuple[View, bytes]]]:
    """Fill every document of a job, as merge does, and keep it with its row."""
    job = load(path, shown=path.name)
    names, book, blank = names_of(job, roster), Book(roster), Book(roster, blank=True)
    made: dict[str, list[tuple[View, bytes]]] = {}
    for entry in job.entries:
        stock = Library().source(entry.kind)
        holds_body = stock.kind is not None or holds(stock.content)
        body = job.body if holds_body else None
        template = stock.open(names, elements=job.elements, body=body)
        scope = Condition(entry.scope or "", names, Place())
        subjects = {"党组织": roster.organisations, "党员": roster.members}.get(entry.per, (None,))
        chosen = [one for one in subjects if one is None or scope.test(View(blank, one))]
        made[entry.kind] = [
            (view, template.fill(ChainMap({}, dict(job.elements), view)))  # type: ignore[arg-type] # a view is only read
            for view in (View(book, one, n) for n, one in enumerate(chosen, 1))
        ]
    return made


def lines(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return [*(one.text for one in document.paragraphs), *cells]


def test_the_jobs_fill_every_document_of_the_sample_university(roster: Roster) -> None:
    counts: dict[str, int] = {}
    for path in JOBS:
        for kind, made in documents(path, roster).items():
            counts[kind] = len(made)
            for _, content in made[:: max(1, len(made) // 5)]:
                text = "\n".join(lines(content))
                assert not TAG.search(text)
                assert "正文" not in text
    assert counts["通知"] == 24
    assert counts["表彰决定"] == 1
    assert counts["荣誉证书"] == sum(1 for one in roster.members if one.row.get("荣誉称号"))
    assert counts["支部责任清单"] >= 180


def test_a_notice_lists_the_branches_of_its_own_organisation(roster: Roster) -> None:
    made = documents(JOBS_BY_NAME["通知"], roster)["通知"]
    for view, content in made:
        text = lines(content)
        below: Any = view["下级"]
        assert [one["简称"] in text for one in below] == [True] * len(below)
        assert ("四、分党委的责任" in text) == (view["类别"] == "分党委")
        assert ("党支部" in text) == bool(below)  # the head of the table


def test_the_decision_names_and_counts_the_same_rows(roster: Roster) -> None:
    ((_, content),) = documents(JOBS_BY_NAME["表彰"], roster)["表彰决定"]
    honoured = [one for one in roster.members if one.row.get("荣誉称号")]
    paragraphs = docx.Document(io.BytesIO(content)).paragraphs
    text = [paragraph.text for paragraph in paragraphs]
    listed = [one.text for one in paragraphs if one.style and one.style.name == "公文名单"]
    names = [name for line in listed for name in line.replace("\n", "\t").split("\t")]
    assert sorted(names) == sorted(one.name for one in honoured)
    assert any(f"共计{len(honoured)}名" in line for line in text)


def test_a_branch_reads_the_duties_of_its_own_grids(roster: Roster) -> None:
    job = load(JOBS_BY_NAME["支部"], shown="支部.md")
    duties: Any = job.elements["网格职责"]
    for view, content in documents(JOBS_BY_NAME["支部"], roster)["支部责任清单"][:20]:
        everyone: Any = view["全部党员"]
        grids = {one["网格"] for one in everyone}
        text = lines(content)
        assert [d["职责"] in text for d in duties] == [d["网格"] in grids for d in duties]
        assert {one["姓名"] for one in everyone} <= set(text)


def test_an_empty_copy_list_leaves_no_line(roster: Roster) -> None:
    job = load(JOBS_BY_NAME["通知"], shown="通知.md")
    body = parse("甲", file="", line=1)
    elements = {**job.elements, "抄送": "{{ 简称 }}"}  # which may be empty in a document
    template = Library().source("通知").open(names_of(job, roster), elements=elements, body=body)
    rows = {}
    for copied in ("校办", ""):
        filled = template.fill({**job.elements, "抄送": copied})
        rows[copied] = [
            row.cells[0].text for row in docx.Document(io.BytesIO(filled)).tables[0].rows
        ]
    assert rows["校办"][0] == "抄送：校办。"
    assert rows[""] == rows["校办"][1:]


def test_letters_read_well(roster: Roster) -> None:
    book = Book(roster)
    for path in JOBS:
        job = load(path, shown=path.name)
        names = names_of(job, roster)
        subject = Text(job.letter.subject, names, job.place("信件.主题"))
        body = Text(job.letter.body, names, job.place("信件.正文"))
        for one in roster.organisations:
            record: Any = ChainMap({}, dict(job.elements), View(book, one))  # type: ignore[arg-type] # a view is only read
            text = body.render(record)
            assert one.short in subject.render(record)
            assert text.startswith(one.short)
            assert "5123" in text  # whom to ask
            assert re.search(r"\d+月\d+日", text)  # by when
            assert "\n\n\n" not in text


def test_jobs_use_only_what_any_roster_offers() -> None:
    """A roster of another university has no column that only ours has."""
    allowed = {
        *(
            "姓名",
            "名称",
            "党组织名称",
            "简称",
            "网格",
            "荣誉称号",
            "人员类别",
            "书记",
            "类别",
            "党员数",
        ),
        *("支部数", "主要事迹", "公民身份号码", "手机号码", "性别", "民族", "出生日期", "学历"),
        *("加入党组织日期", "转为正式党员日期"),
        *("序号", "下级", "党员", "全部党员", "loop", "index", "first", "脱敏"),
        *("支", "人", "单位", "格", "项", "称号"),  # named in loops
        *("职责", "责任区", "联系对象"),  # in 网格职责
        *("点", "事项", "关键节点"),  # in the dates of a 工作预案
        # Written with 默认, or told as lacking by the page of their kind.
        *("二级党组织", "所在党支部", "党内职务", "联系人", "联系电话"),
        *("标题行", "落款行", "文", "右", "前", "r"),  # what a built template loops over
        *("if", "elif", "else", "endif", "for", "endfor", "in", "not", "tr", "p", "正文", *FILTERS),
    }
    sources = [path.read_text(encoding="utf-8") for path in JOBS]
    sources += ["".join(parts(shipped(kind))["word/document.xml"].itertext()) for kind in KINDS]
    commended = build(Sheet(KINDS_BUILT["表彰决定"], {}), Outline()).content
    sources.append("".join(parts(commended)["word/document.xml"].itertext()))
    elements = {key for path in JOBS for key in load(path, shown="").elements}
    for source in sources:
        for tag in TAG.findall(source):
            words = set(re.findall(r"[^\W\d]\w*", re.sub(r'"[^"]*"', "", tag)))
            columns = set(re.findall(r'(?:选|列|连接)\("(?:、", ")?([^"]*)"', tag))
            assert words | columns <= allowed | elements, tag


JOBS_BY_NAME = {path.stem: path for path in JOBS}


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is missing")
def test_libreoffice_sets_a_certificate_on_one_page(roster: Roster, tmp_path: Path) -> None:
    for kind, job in (("荣誉证书", "表彰"), ("通知", "通知")):
        made = documents(JOBS_BY_NAME[job], roster)[kind]
        (tmp_path / f"{kind}.docx").write_bytes(made[0][1])
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    files = [str(one) for one in tmp_path.glob("*.docx")]
    subprocess.run([*command, *files], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    pages = {
        one.stem: len(re.findall(rb"/Type\s*/Page\b", one.read_bytes()))
        for one in tmp_path.glob("*.pdf")
    }
    assert pages["荣誉证书"] == 1
    assert pages["通知"] in {2, 3, 4}
