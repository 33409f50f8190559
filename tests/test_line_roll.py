"""党员名册: a branch's own members and nobody else, in order, counted, masked as the job says."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pdfplumber
import pytest
from bureau import fawen
from docx import Document
from measuring.rendering import rendered
from papersheets import HEAD, job, office, people

if TYPE_CHECKING:
    from pathlib import Path

BRANCH, CODE, MANY = "数学院教工党支部", "00201", 200
SURNAMES, GIVEN = "丁王马田白冯刘孙李陈黄", "一七八文平安宁明佳勇"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = [f"{one}{a}{b}" for one in SURNAMES for a in GIVEN for b in GIVEN][::5][: MANY - 1]
    more = (
        (name, BRANCH, "预备党员" if n % 7 == 0 else "正式党员", "第1网格", None)
        for n, name in enumerate(names)
    )
    return office(
        tmp_path_factory.mktemp("roll") / "w",
        people(*more),
        名册=job("党员名册"),
        完整=job("党员名册", 遮盖="full"),
        不印=job("党员名册", 遮盖="不印"),
    )


def made(root: Path, name: str, branch: str) -> Path:
    ran = fawen("--json", "merge", name, "--only", branch, cwd=root)
    assert ran.status == 0, ran.out
    [path] = (root / "outbox" / ran.object["batch"]).rglob("*.docx")
    return path


def rows(path: Path) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(str(path)).tables[0].rows]


def test_a_roll_lists_its_own_members_in_order_and_counts_them(root: Path) -> None:
    head, *people_, last = rows(made(root, "名册", "文教工支部"))
    assert head == ["序号", "姓名", "性别", "民族", "出生日期", "公民身份号码", "学历", "人员类别",
                    "加入党组织日期", "转为正式党员日期", "手机号码"]  # fmt: skip
    assert [row[:2] for row in people_] == [["1", "丁一"], ["2", "王毅"], ["3", "许七"]]
    assert [row[9] for row in people_] == ["", "2011.07.01", "2011.07.01"]
    assert [row[5][4:-4] for row in people_] == ["*" * 10] * 3
    assert [row[10][3:-4] for row in people_] == ["*" * 4] * 3
    counted = "共3名，其中正式党员1名，预备党员1名，其他1名"
    assert last[0].startswith(f"{counted}\n支部书记（签字）")


def test_numbers_stand_whole_or_not_at_all_as_the_job_says(root: Path) -> None:
    whole = rows(made(root, "完整", "文教工支部"))
    assert [row[5][:4] for row in whole[1:-1]] == ["9901"] * 3
    assert not any("*" in cell for row in whole for cell in row)
    bare = rows(made(root, "不印", "文教工支部"))
    assert not {"公民身份号码", "手机号码"} & set(bare[0])
    assert len(bare[0]) == len(HEAD) - 6
    assert not any("9901" in cell for row in bare for cell in row)


@pytest.mark.libreoffice
def test_two_hundred_run_over_pages_with_their_head_and_number(root: Path, tmp_path: Path) -> None:
    path = made(root, "名册", CODE)
    listed = rows(path)[1:-1]
    assert [row[0] for row in listed] == [str(n) for n in range(1, MANY + 1)]
    names = [row[1] for row in listed]
    ordered = fawen("--json", "order", *names, cwd=tmp_path).object["names"]
    assert names == ordered
    [pdf] = rendered({"名册": path.read_bytes()}, tmp_path).values()
    with pdfplumber.open(pdf) as pages:
        assert {(round(page.width), round(page.height)) for page in pages.pages} == {(842, 595)}
        texts = [page.extract_text() for page in pages.pages]
        edges = [max(word["x1"] for word in page.extract_words()) for page in pages.pages]
    assert 5 < len(texts) < 10
    seen: list[int] = []
    for number, text in enumerate(texts, 1):
        assert "公民身份号码" in text
        assert f"数教工支部党员名册 第{number}页,共{len(texts)}页" in (
            text.replace(" ", "").replace("，", ",").replace("名册第", "名册 第")
        )
        seen += [int(line.split()[0]) for line in text.split("\n") if line.split()[0].isdigit()]
    assert all(b - a == 1 for a, b in pairwise(seen))
    assert (seen[0], seen[-1]) == (1, MANY)
    assert max(edges) < 842 - 40
    assert "支部书记" in texts[-1]
    assert f"共{MANY}名" in texts[-1].replace(" ", "")
    assert str(MANY) in texts[-1].split("共")[0], "a signature never stands alone"
