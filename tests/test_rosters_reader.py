from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import roster_books
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from rosters.finding import InputError
from rosters.reader import read_roster
from rosters.roster import Member, Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA = Path(__file__).parent / "data"
CASE = {
    "base": True,
    "sheets": {
        "党员": {"rows": [["姓名", "所在党支部", "工号"], ["张三", "机械教工一支部", "001"]]},
    },
}


def refused(paths: list[Path]) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_roster(paths)
    return [one.rule for one in raised.value.findings]


def test_what_there_is_nothing_to_build_on_is_refused(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    (tmp_path / "坏.xlsx").write_text("这不是工作簿", encoding="utf-8")
    empty = roster_books.build({"sheets": {"说明": {"rows": [["请阅读"]]}}}, tmp_path / "无表.xlsx")
    assert refused([tmp_path / "没有.xlsx"]) == ["file-missing"]
    assert refused([tmp_path / "空"]) == ["file-missing"]
    assert refused([]) == ["file-missing"]
    assert refused([tmp_path / "坏.xlsx"]) == ["gate-kind"]
    assert refused([empty])[0] == "table-missing"


def test_every_broken_file_is_told(tmp_path: Path) -> None:
    for name in ("甲.xlsx", "乙.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    assert refused([tmp_path]) == ["gate-kind", "gate-kind"]


def test_a_folder_is_read_in_order_without_what_excel_leaves_behind(tmp_path: Path) -> None:
    sheets = {**roster_books.BASE, **CASE["sheets"]}  # type: ignore[dict-item]  # a plain dict
    for number, (name, sheet) in enumerate(sheets.items()):
        roster_books.build({"sheets": {name: sheet}}, tmp_path / f"{number}.xlsx")
    (tmp_path / "~$0.xlsx").write_bytes(b"open in Excel")
    (tmp_path / "notes.txt").write_text("not read", encoding="utf-8")
    apart = read_roster([tmp_path], shown=lambda path: f"rosters/{path.name}")
    whole = roster_books.read(CASE, tmp_path)
    assert [one.file for one in apart.sheets] == [f"rosters/{n}.xlsx" for n in range(3)]
    assert {one.key: one.superior for one in apart.organisations} == {
        one.key: one.superior for one in whole.organisations
    }
    assert [one.organisation for one in apart.members] == [
        one.organisation for one in whole.members
    ]


@pytest.mark.parametrize("mark", ["秘密", "机密★10年", "绝密 ★ 长期", "密级：秘密"])
def test_a_mark_of_secrecy_is_refused(tmp_path: Path, mark: str) -> None:
    rows = [[mark], *CASE["sheets"]["党员"]["rows"]]  # type: ignore[index]  # a plain dict
    path = roster_books.build(
        {"base": True, "sheets": {"党员": {"rows": rows}}}, tmp_path / "a.xlsx"
    )
    with pytest.raises(InputError) as raised:
        read_roster([path])
    assert [(one.rule, one.place.cell) for one in raised.value.findings] == [("classified", "A1")]


def test_sources_carry_the_hash_of_each_file(tmp_path: Path) -> None:
    path = roster_books.build(CASE, tmp_path / "名册.xlsx")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_roster([path]).sources == (("名册.xlsx", digest),)


def test_a_sample_split_into_three_files_is_the_same_roster(tmp_path: Path) -> None:
    book = load_workbook(DATA / "东江理工大学名册.xlsx")
    names = ("二级党组织", "党支部", "党员信息")
    (tmp_path / "apart").mkdir()
    for number, name in enumerate(names):
        _copied(book, [name], tmp_path / "apart" / f"{number}.xlsx")
    _copied(book, names, tmp_path / "whole.xlsx")
    apart, whole = read_roster([tmp_path / "apart"]), read_roster([tmp_path / "whole.xlsx"])
    assert len(whole.members) > 200
    assert [_row(one) for one in apart.members] == [_row(one) for one in whole.members]
    assert [_row(one) for one in apart.organisations] == [_row(one) for one in whole.organisations]


def _copied(book: Workbook, names: Sequence[str], path: Path) -> None:
    """Copy the first rows of some sheets into a book of their own."""
    copy = Workbook()
    copy.remove(copy.worksheets[0])
    for name in names:
        sheet = copy.create_sheet(name)
        for row in book[name].iter_rows(max_row=260):
            for cell in row:
                if cell.value is not None:
                    new = sheet.cell(cell.row, cell.column, cell.value)
                    new.number_format = cell.number_format
    copy.save(path)


def _row(one: Member | Organisation) -> tuple[object, ...]:
    above = one.organisation if isinstance(one, Member) else one.superior
    return (one.name, above, one.row.number, one.row.values)


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _outcome(path: Path) -> tuple[object, ...]:
    """Return what was read, or why it was not; anything else is a fault of the reader."""
    try:
        return read_roster([path]).sheets
    except InputError as error:
        return error.findings


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_workbook_with_a_mutated_part_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = folder / "mutated.xlsx"
    parts = _parts(roster_books.build(CASE, path))
    name = data.draw(st.sampled_from(sorted(parts)))
    part = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(part) - 1))
        part[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in parts.items():
            archive.writestr(one, bytes(part) if one == name else content)
    path.write_bytes(out.getvalue())
    assert _outcome(path)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.integers(),
                st.floats(allow_nan=False, allow_infinity=False),
                st.text(max_size=8).filter(str.isprintable),
            ),
            max_size=6,
        ),
        max_size=6,
    )
)
def test_any_rows_under_a_head_are_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[object]]
) -> None:
    head = ["姓名", "身份证号", "所在党支部", "出生日期", "入党时间", "联系电话"]
    case = {"base": True, "sheets": {"党员": {"rows": [head, *rows]}}}
    roster = roster_books.read(case, tmp_path_factory.getbasetemp())
    assert len(roster.sheets) == 3
    assert len(roster.members) <= len(rows)
