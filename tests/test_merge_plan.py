"""From a small real roster and real templates to documents, letters and the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from merge_office import AWARD, LIST, NOTICE, PEOPLE, Office, office, sheet
from word import text_of

from rosters.finding import InputError, Level, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from merge.plan import Plan


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path)


def rules(made: Plan) -> list[str]:
    return [finding.rule for finding in made.stopping]


def texts(desk: Office, made: Plan) -> dict[str, list[str]]:
    return {
        one.key: text_of((desk.root / "out" / one.file.path).read_bytes())
        for one in desk.press(made)
    }


def people(*changes: tuple[int, int, object]) -> list[list[object]]:
    rows: list[list[object]] = [list(row) for row in PEOPLE]
    for row, column, value in changes:
        rows[row][column] = value
    return rows


def test_a_notice_goes_to_each_organisation_in_scope(desk: Office) -> None:
    made = desk.plan(NOTICE)
    assert made.ready, made.stopping
    assert [draft.key for draft in made.drafts] == ["1-001", "1-002"]
    assert [draft.filename for draft in made.drafts] == [
        "001-机械学院党委-通知.docx",
        "002-图书馆直属党支部-通知.docx",
    ]
    account = made.accounts[0]
    assert (account.rows, account.outside, account.documents, account.skipped) == (2, 2, 2, 0)
    assert [letter.to for letter in made.letters] == [("jx@a.example",), ("ts@a.example",)]
    assert made.letters[0].subject == "【通知】关于做好工作的通知（机械学院党委）"
    assert texts(desk, made)["1-001"] == [
        "关于做好工作的通知",
        "一、请认真做好。",
        "机械教工一支部2人；机械学生一支部1人；共3人",
        "2026年11月23日",
    ]


def test_a_commendation_reaches_every_second_level_organisation(desk: Office) -> None:
    made = desk.plan(AWARD)
    assert made.ready, made.stopping
    result = desk.manifest(made)
    assert [letter.organisation for letter in result.letters] == ["001", "002"]
    names = [[part.name for part in letter.attachments] for letter in result.letters]
    assert names == [["决定.docx", "王毅-证书.docx", "张强-证书.docx"], ["决定.docx"]]
    decision, certificates = result.accounts
    assert (decision.rows, decision.documents, decision.listed) == (1, 1, 2)
    assert (certificates.rows, certificates.outside) == (2, 2)
    assert result.balanced
    assert [draft.key for draft in made.drafts] == ["1-批次", "2-00101-0001", "2-00102-0003"]


def test_a_list_for_each_branch_with_the_tables_of_the_job(desk: Office) -> None:
    made = desk.plan(LIST)
    assert texts(desk, made)["1-00101"] == [
        "机械教工一支部（机械学院党委）",
        "王毅第1网格；李娜第2网格；",
        "第1网格：巡查；第2网格：走访；",
    ]


@pytest.mark.parametrize(
    ("how", "to", "cc"),
    [
        ("本级", "j1@a.example", ()),
        ("上级", "jx@a.example", ("jx2@a.example",)),
        ("二级党组织", "jx@a.example", ("jx2@a.example",)),
        ("本级并抄送上级", "j1@a.example", ("jx@a.example", "jx2@a.example")),
    ],
)
def test_the_envelope_holds_the_receivers_own_addresses(
    desk: Office, how: str, to: str, cc: tuple[str, ...]
) -> None:
    organisations = sheet("党组织")
    organisations[1][4] = "jx@a.example；jx2@a.example"
    made = desk.plan(
        LIST.replace("信件:\n", f"信件:\n  收件: {how}\n"), desk.roster(党组织=organisations)
    )
    assert made.ready, made.stopping
    assert made.letters[0].to == (to,)
    assert made.letters[0].cc == cc


def test_a_member_without_an_address_is_reached_through_the_nearest_organisation(
    desk: Office,
) -> None:
    rows = people((0, 6, "电子邮箱"), (1, 6, "wang@a.example"))
    job = AWARD.replace("收件: 二级党组织\n  全发: 是", "收件: 本级")
    job = job.replace("（{{ 简称 }}）", "（{{ 党组织.简称 }}）")
    made = desk.plan(job, desk.roster(rows))
    assert made.ready, made.stopping
    letters = {letter.name: letter.to for letter in made.letters}
    assert letters == {
        "机械学院党委学生第一党支部": ("x1@a.example",),
        "王毅": ("wang@a.example",),
    }
    said = [finding for finding in made.findings if finding.rule == "letter.nearest"]
    assert [finding.level for finding in said] == [Level.INFO]
    assert "1 名党员" in str(said[0])


def test_an_error_blocks_only_the_job_that_reads_its_column(desk: Office) -> None:
    rows = people((3, 0, None))  # 张强's name is missing
    assert desk.plan(NOTICE, desk.roster(rows)).ready
    blocked = desk.plan(LIST, desk.roster(rows))
    assert rules(blocked) == ["name-missing"]
    assert blocked.stopping[0].blocks == ("作业",)
    with pytest.raises(InputError, match="1 处错误"):
        blocked.require()


def test_exactly_the_documents_that_hold_a_faulty_row_are_left_out(desk: Office) -> None:
    made = desk.plan(LIST, desk.roster(people((3, 0, None))), skip_invalid=True)
    assert made.ready
    assert [draft.key for draft in made.drafts] == ["1-00101"]
    assert [(one.key, one.entry) for one in made.skipped] == [("1-00102", 0)]
    assert "姓名没有填写" in made.skipped[0].reason
    assert made.accounts[0].balanced
    assert made.accounts[0].skipped == 1


def test_what_a_condition_leaves_unread_is_no_reason_to_leave_out(desk: Office) -> None:
    lines = ['{{ 简称 }}{% if 简称 == "机械学生一支部" %}{{ 党员|连接("、", "姓名") }}{% endif %}']
    desk.template("名单", lines)
    rows = people((2, 0, None))  # 李娜, of the other branch
    made = desk.plan(LIST, desk.roster(rows), skip_invalid=True)
    assert [draft.key for draft in made.drafts] == ["1-00101", "1-00102"]
    assert made.skipped == ()


def test_a_receiver_with_a_faulty_address_gets_nothing(desk: Office) -> None:
    organisations = sheet("党组织")
    organisations[2][4] = "ts at a.example"
    roster = desk.roster(党组织=organisations)
    assert rules(desk.plan(AWARD, roster)) == ["address-invalid"]
    made = desk.plan(AWARD, roster, skip_invalid=True)
    assert [letter.organisation for letter in made.letters] == ["001"]
    assert [(one.entry, one.key) for one in made.skipped] == [(-1, "002")]


def test_no_letter_speaks_of_a_decision_that_was_left_out(desk: Office) -> None:
    rows = people((4, 0, None), (4, 5, "优秀共产党员"))
    made = desk.plan(AWARD, desk.roster(rows), skip_invalid=True)
    assert {one.key for one in made.skipped} == {"1-批次", "2-002-0004", "002"}
    assert [letter.organisation for letter in made.letters] == ["001"]


def test_a_missing_column_is_said_at_the_head_and_never_skipped(desk: Office) -> None:
    rows = [[cell for at, cell in enumerate(row) if at != 4] for row in PEOPLE]
    for skip in (False, True):
        made = desk.plan(LIST, desk.roster(rows), skip_invalid=skip)
        assert rules(made) == ["column.missing"]
        finding = made.stopping[0]
        assert "缺少「网格」一列" in finding.message
        assert finding.place.sheet == "党员"
        assert finding.cells[0].row == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("（{{ 简称 }}）\n  正", "（{{ 简成 }}）\n  正", "简称"),
        ("{{ 党组织编码 }}-", "{{ 党组织编吗 }}-", "党组织编码"),
        ('类别 in ["分党委", "直属党支部"]', '类型别 == "分党委"', "类型别"),
        ("标题: 关于做好工作", "标题: 关于{{ 不知道什么 }}做好工作", "不知道什么"),
    ],
)
def test_an_unknown_name_is_found_before_anything_is_filled(
    desk: Office, old: str, new: str, words: str
) -> None:
    assert old in NOTICE
    made = desk.plan(NOTICE.replace(old, new))
    assert not made.ready
    assert any(words in str(finding) for finding in made.stopping), made.stopping


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('类别 in ["分党委", "直属党支部"]', '类别 == "无"', "job.scope"),
        ("每份: 党组织", "每份: 批次", "job.scope"),
        ("  标题: 关于", "  简称: 某\n  标题: 关于", "job.element"),
        ("  标题: 关于", "  下级: 某\n  标题: 关于", "job.element"),
        ("标题: 关于做好", "甲: '{{ 标题 }}'\n  标题: '{{ 甲 }}'\n  乙: 关于", "job.circle"),
        ("文种: 通知", "文种: 没有的模板", "模板文件"),
        ("文种: 通知", "文种: " + "长" * 300 + ".docx", "job.template"),
        ("文种: 通知", "文种: 证书", "job.body"),
    ],
)
def test_a_fault_of_the_job_stops_it(desk: Office, old: str, new: str, rule: str) -> None:
    assert old in NOTICE
    made = desk.plan(NOTICE.replace(old, new), skip_invalid=True)
    assert rule in rules(made), made.stopping
    assert all(finding.place.file for finding in made.stopping)


def test_a_template_that_is_no_word_file(desk: Office) -> None:
    (desk.root / "templates" / "通知.docx").write_bytes(b"no zip")
    made = desk.plan(NOTICE)
    assert not made.ready
    assert made.stopping[0].place.file == "通知.docx"


def test_the_same_element_may_use_the_row_and_other_elements(desk: Office) -> None:
    job = NOTICE.replace("标题: 关于做好", "对象: '{{ 简称 }}'\n  标题: 关于{{ 对象 }}做好")
    made = desk.plan(job)
    assert [draft.title for draft in made.drafts] == [
        "关于机械学院党委做好工作的通知",
        "关于图书馆直属党支部做好工作的通知",
    ]


@pytest.mark.parametrize("words", ["002", "图书馆直属党支部", "1-002"])
def test_only_what_was_asked_for(desk: Office, words: str) -> None:
    made = desk.plan(NOTICE, only=[words])
    assert [draft.key for draft in made.drafts] == ["1-002"]
    assert [(one.key, one.reason) for one in made.skipped] == [("1-001", "未选")]
    assert [letter.organisation for letter in made.letters] == ["002"]
    assert made.accounts[0].balanced


def test_a_document_that_prints_no_title_is_called_by_its_file_name(desk: Office) -> None:
    job = AWARD.replace("标题: 关于表彰的决定", "标题: 关于表彰{{ 简称 }}的决定")
    made = desk.plan(job)
    assert made.ready, made.stopping
    assert [draft.title for draft in made.drafts] == ["决定", "王毅-证书", "张强-证书"]
    assert made.letters[0].subject.startswith("【表彰】关于表彰机械学院党委的决定")


def test_only_an_organisation_takes_its_batch_document_along(desk: Office) -> None:
    made = desk.plan(AWARD, only=["001"])
    assert [draft.entry for draft in made.drafts] == [0, 1, 1]
    assert [letter.organisation for letter in made.letters] == ["001"]


def test_a_name_that_means_nothing(desk: Office) -> None:
    with pytest.raises(UsageError, match="没有「某某」"):
        desk.plan(NOTICE, only=["某某"])


def test_a_sample_is_the_first_of_each_entry(desk: Office) -> None:
    made = desk.plan(AWARD, limit=1)
    assert made.sample
    assert [draft.key for draft in made.drafts] == ["1-批次", "2-00101-0001"]
    assert [(one.key, one.reason) for one in made.skipped] == [("2-00102-0003", "样张")]
    assert desk.manifest(made).sample


def test_a_branch_that_names_no_known_superior_drags_nobody_else_in(desk: Office) -> None:
    branches = sheet("党支部")
    branches[2][3] = "没有的党委"
    roster = desk.roster(党支部=branches)
    assert "superior-unknown" in rules(desk.plan(AWARD, roster))
    made = desk.plan(AWARD, roster, skip_invalid=True)
    assert [letter.organisation for letter in made.letters] == ["001", "002"]
    assert {one.key for one in made.skipped} == {"2-00102-0003", "00102"}


def test_two_organisations_of_one_name_stop_what_counts_their_members(desk: Office) -> None:
    branches = sheet("党支部")
    branches[2][1] = branches[1][1]
    made = desk.plan(NOTICE, desk.roster(党支部=branches))
    assert "org-name-twice" in rules(made)


def test_letters_alone_need_no_document(desk: Office) -> None:
    job = "---\n名册: 名册.xlsx\n信件:\n  全发: 是\n  主题: 提醒\n  正文: '{{ 简称 }}请报送'\n---\n"
    result = desk.manifest(desk.plan(job))
    assert [letter.body for letter in result.letters] == [
        "机械学院党委请报送",
        "图书馆直属党支部请报送",
        "机械教工一支部请报送",
        "机械学生一支部请报送",
    ]
    assert result.balanced


def test_a_batch_document_alone_needs_receivers(desk: Office) -> None:
    job = NOTICE.replace("每份: 党组织", "每份: 批次").replace(
        '范围: 类别 in ["分党委", "直属党支部"]\n', ""
    )
    job = job.replace("{{ 党组织编码 }}-{{ 简称 }}-", "").replace("文种: 通知", "文种: 决定")
    job = job.replace("一、请认真做好。\n", "")
    assert rules(desk.plan(job)) == ["job.letters"]
