from __future__ import annotations

import datetime as dt
import pickle
from typing import TYPE_CHECKING

import pytest
import roster_books
from hypothesis import given
from hypothesis import strategies as st

from rosters import identity, mailbox, masks, text
from rosters.dates import PartialDate
from rosters.fields import FIELDS, by_name, label, lexicon, normalised
from rosters.roster import Kind
from rosters.shown import Number, as_shown

if TYPE_CHECKING:
    from pathlib import Path


def test_the_textbook_number_is_right_and_each_wrong_digit_is_noticed() -> None:
    good = "11010519491231002X"
    assert identity.id_fault(good) is None
    assert identity.id_fault(good.lower()) is None
    assert identity.id_gender(good) == "女"
    assert identity.id_birth(good) == PartialDate(1949, 12, 31)
    for place in range(17):
        wrong = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]
        assert identity.id_fault(wrong), wrong


@given(st.from_regex(r"\A[0-9]{17}\Z"))
def test_the_check_digit_makes_a_number_valid_but_for_its_date(digits: str) -> None:
    fault = identity.id_fault(digits + identity.check_digit(digits))
    assert fault is None or fault[0] == "id-birth"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        (110105194912310016, "id-damaged"),
        (1.10105194912310e17, "id-damaged"),
        ("1.10105E+17", "id-damaged"),
        (110105491231002, "id-length"),
        ("", "id-length"),
        ("1101051949123100２X", "id-shape"),
        ("110105194912310021", "id-checksum"),
    ],
)
def test_what_is_wrong_with_an_id_number(written: str | float, rule: str) -> None:
    fault = identity.id_fault(written)
    assert fault is not None
    assert fault[0] == rule


@pytest.mark.parametrize(
    "number", ["13912345678", "+86 139-1234-5678", "8613912345678", "139 1234 5678"]
)
def test_mobiles(number: str) -> None:
    assert identity.is_mobile(number)


@pytest.mark.parametrize(
    "number", ["0990-8765432", "(0990)8765432", "87654321", "010-87654321-123", "4008123123"]
)
def test_office_phones(number: str) -> None:
    assert identity.is_tel(number)
    assert not identity.is_mobile(number)


@pytest.mark.parametrize("number", ["1391234567", "12912345678", "电话", "139123456789"])
def test_no_phones(number: str) -> None:
    assert not identity.is_mobile(number)
    assert not identity.is_tel(number)


@given(st.text("0123456789Xx", min_size=15, max_size=18), st.from_regex(r"\A1[3-9][0-9]{9}\Z"))
def test_masked_text_holds_no_whole_number(number: str, phone: str) -> None:
    said = masks.masked(f"号码{number}，电话{phone}。")
    assert phone not in said
    if number[:15].isdigit():
        assert number not in said


@pytest.mark.parametrize(
    "written",
    ["+8613912345678", "8613912345678", "139 1234 5678", "139-1234-5678", "１３９１２３４５６７８",
     "0571-87654321", "0571 8765 4321", "（010）87654321", "(021) 5555-1234",
     "０５７１－８７６５４３２１",
     "990100 19800201 001X", "990100-19800201-0012", "９９０１００１９８００２０１００１２"],
)  # fmt: skip
def test_numbers_are_masked_however_they_are_written(written: str) -> None:
    said = masks.masked(f"「{written}」不对")
    assert "**" in said
    assert written not in said


@pytest.mark.parametrize(
    "written",
    [
        "示大组〔2026〕12号",
        "2026-11-20 2026-11-21",
        "139123456789",
        "001 002",
        "05712345678",
        "001-20261120",
        "0571-123456789",
        # A file's hash, in which somebody's mobile seems to stand.
        "来件/21750331f6fbf2b00a15389100430ffc94737c768786409b16402f0c2ec64675.xlsx",
    ],
)
def test_other_numbers_stay(written: str) -> None:
    assert masks.masked(written) == written


def test_masks() -> None:
    assert masks.masked_id("990100198002010012") == "9901**********0012"
    assert masks.masked_phone("13912345678") == "139****5678"
    assert "12345" not in masks.masked_id("12345")


@pytest.mark.parametrize(
    ("cell", "usable", "faulty"),
    [
        ("a@b.example", ["a@b.example"], []),
        ("a＠b.example；c@d.example", ["a@b.example", "c@d.example"], []),
        (
            "a@b.example, c@d.example、a@b.example\ne@f.example",
            ["a@b.example", "c@d.example", "e@f.example"],
            [],
        ),
        ("a＠＠b.example", [], ["a@@b.example"]),
        ("a@b", [], ["a@b"]),
        ("张三@b.example", [], ["张三@b.example"]),
        ("a@党建.example", ["a@xn--2nq93q.example"], []),
        ("a@b.example\r\nBcc: x@y.example", ["a@b.example", "x@y.example"], ["Bcc:"]),
        ("x" * 300 + "@b.example", [], ["x" * 300 + "@b.example"]),
        (None, [], []),
        (123, [], ["123"]),
    ],
)
def test_addresses(cell: str | None, usable: list[str], faulty: list[str]) -> None:
    found = mailbox.split(cell)
    if "党建" not in str(cell):
        assert (list(found.usable), list(found.faulty)) == (usable, faulty)
    assert all(one.isascii() for one in found.usable)
    assert len(found.usable) == len(usable)


def test_labels_are_the_first_meaning_of_themselves() -> None:
    for one in FIELDS.values():
        for kind in one.kinds:
            assert lexicon(kind)[normalised(one.label)][0] == one.key, one


def test_names_lead_to_fields() -> None:
    assert by_name("所属网格", Kind.MEMBERS) == "grid"
    assert by_name("党支部", Kind.BRANCHES) == "org_name"
    assert by_name("党支部", Kind.MEMBERS) == "branch"
    assert by_name("邮箱（必填）") == "email"
    assert by_name("没有这样的") is None
    assert label("id_card") == "公民身份号码"
    assert label("片区") == "片区"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1, "000", "001"),
        (12, "General", "12"),
        (19.990000000002, "General", "19.99"),
        (0.00001, "General", "0.00001"),
        (0.85, "0%", "85%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (4, '"第"0"网格"', "第4网格"),
        (95, '0"分"', "95分"),
        (2020.1, "0.00", "2020.10"),
        (-3, "0;(0)", "(3)"),
        (-3.5, "0.0", "-3.5"),
        (2.5, "0", "3"),
        (0.5, "#.##", ".5"),
        (3, "[DBNum1]0", "3"),
        (1234, "[$¥-804]#,##0", "¥1,234"),
        (True, "General", "TRUE"),
        (dt.datetime(2020, 2, 1), "yyyy/m/d", "2020年2月1日"),  # noqa: DTZ001 - Excel has no zones
        (dt.datetime(2020, 2, 1), 'yyyy"年"m"月"', "2020年2月"),  # noqa: DTZ001 - as above
        (dt.datetime(2020, 2, 1), "yyyy", "2020年"),  # noqa: DTZ001 - as above
        (dt.datetime(2020, 2, 1, 8, 30), "yyyy/m/d h:mm", "2020年2月1日 08:30"),  # noqa: DTZ001 - as above
        (float("nan"), "General", "None"),
        (0.285, "0%", "29%"),  # 28.499999999999996 only to a float
        (1234567, "#,##0,", "1,235"),
        (123456789012345678, "0.000000000000", "123456789012345678"),
    ],
)
def test_values_as_excel_shows_them(value: object, code: str, shown: str) -> None:
    assert str(as_shown(value, code)) == shown


@given(
    st.floats(-1e9, 1e9),
    st.sampled_from(["General", "0", "0.00", "#,##0.0", "0%", '0.0"分"', "000"]),
)
def test_any_number_is_shown_and_stays_a_number(value: float, code: str) -> None:
    found = as_shown(value, code)
    assert str(found)
    if isinstance(found, int | float):
        assert float(found) == value


def test_a_shown_number_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(Number(0.85, "85%")))  # noqa: S301 - our own bytes
    assert (again, str(again), f"{again}", f"{again:.1f}") == (0.85, "85%", "85%", "0.8")


@given(st.text())
def test_cleaned_text_is_stable_and_holds_nothing_forbidden(written: str) -> None:
    once = text.without_forbidden(text.clean(written))
    assert not text.forbidden(once)
    once.encode()
    assert not any(one in once for one in "\u200b\ufeff\u3000\xa0\r")


def test_persons_and_folding() -> None:
    assert text.person("王　毅") == "王毅"
    assert text.person("阿卜杜拉•买买提") == "阿卜杜拉·买买提"
    assert text.person("John Smith") == "John Smith"
    assert text.folded("机械（第一） 党支部") == text.folded("机械(第一)党支部")
    assert text.clean("⼈⺠") == "人民"


def test_a_near_name_of_another_college_is_not_asked_about(tmp_path: Path) -> None:
    rows = [[name, f"{at:03}"] for at, name in enumerate(("机械学院党委", "机械学院教工党支部"))]
    wrong = ["电子学院教工党支部", "机戒学院教工党支部"]
    case = {
        "党组织": {"rows": [["党组织名称", "党组织编码"], *rows]},
        "党员": {"rows": [["姓名", "所在党支部"], ["张三", wrong[0]], ["李四", wrong[1]]]},
    }
    said = {
        one.place.cell: one.advice
        for one in roster_books.read({"sheets": case}, tmp_path).findings
        if one.rule == "branch-unknown"
    }
    assert "机械" not in said["B2"]
    assert "是否「机械学院教工党支部」" in said["B3"]


@pytest.mark.parametrize(("number", "is_one"), [("8001", True), ("51234", True), ("0123", False)])
def test_campus_extensions(number: str, *, is_one: bool) -> None:
    assert identity.is_extension(number) is is_one
    assert not identity.is_tel(number)
