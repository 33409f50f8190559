"""What a command tells is so, and the next step that it tells works, whatever else is open."""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from bureau import JOB, bureau, default_sheets, fawen
from docx import Document
from faultserver import Fault, FaultServer
from openpyxl import load_workbook
from test_post_tls import make_certificate

from merge.title import on_one_line
from outbox.desk import inspection

if TYPE_CHECKING:
    from pathlib import Path

SIGNING = ("--by", "周明远", "--basis", "当面", "--no-review")
OTHER = JOB.replace("7号", "8号").replace("核对党员名册", "报送党费")


def told(out: str) -> list[list[str]]:
    """List the commands that an answer tells, each up to the next Chinese mark."""
    return [words.split() for words in re.findall(r"fawen ([^　；，。）\n]+)", out)]


def signed(root: Path, job: str) -> str:
    batch = str(fawen("--json", "merge", job, cwd=root).object["batch"])
    assert fawen("approve", batch, *SIGNING, cwd=root).status == 0
    return batch


def test_a_held_letter_leaves_by_the_step_that_is_told(tmp_path: Path) -> None:
    """Another batch is open, too, so that `fawen send --go` alone would not do."""
    with FaultServer([Fault("dot", b"554 DT:SPM\r\n")]) as server:
        root = bureau(tmp_path / "w", port=server.port, jobs={"通知": JOB, "别的": OTHER})
        batch = signed(root, "通知")
        signed(root, "别的")
        sent = fawen("send", batch, "--go", cwd=root)
        assert f"fawen send {batch} --go --held 再发" in sent.out
        assert f"fawen cancel {batch} 单位" in sent.out
        todo = fawen("--json", cwd=root).object["todo"]
        [held] = [one for one in todo if "暂缓未发" in one["what"]]
        assert held["next"] == f"fawen status {batch}", "to send on alone would do nothing"
        status = fawen("status", batch, cwd=root).out
        assert f"fawen send {batch} --go --held 再发" in status
        assert f"fawen cancel {batch} 001" in status
        moved = fawen("readdress", batch, "001", "new@cs.example", "--why", "电话核实", cwd=root)
        refused = fawen("resend", batch, "001", "--why", "没收到", cwd=root)
        assert f"用 fawen send {batch} --go --held 发送" in refused.err
        (step,) = told(moved.out)
        assert step == ["send", batch, "--go", "--held"]
        assert fawen(*step, cwd=root).status == 0
        assert any(mail.to == ["new@cs.example"] for mail in server.journal)


def test_what_is_put_off_is_named_with_the_batch_to_go_on_with(tmp_path: Path) -> None:
    with FaultServer([Fault("rcpt", b"450 4.2.0 later\r\n")]) as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root, "通知")
        sent = fawen("send", batch, "--go", cwd=root)
    assert sent.status == 3
    assert f"到时再运行 fawen send {batch} --go；加 --wait 则自己等" in sent.out
    refused = fawen("resend", batch, "001", "--why", "没收到", cwd=root)
    assert f"用 fawen send {batch} --go 发送" in refused.err
    assert (
        "稍后再试：中共测试大学文学院委员会　wx@cs.example" in fawen("status", batch, cwd=root).out
    )


def test_a_copy_that_was_called_back_is_not_taken_for_the_letter(tmp_path: Path) -> None:
    with FaultServer() as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root, "通知")
        assert fawen("send", batch, "--go", cwd=root).status == 0
        assert fawen("resend", batch, "001", "--why", "没收到", cwd=root).status == 0
        assert fawen("cancel", batch, "001", cwd=root).status == 0
    assert "已撤销：中共测试大学文学院委员会（补发1）" in fawen("status", batch, cwd=root).out
    text = fawen("report", batch, "--text", cwd=root).out
    assert "已发出 3 个单位" in text
    assert "已撤回" not in text


def test_a_size_is_told_in_kb(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = str(fawen("--json", "merge", "通知", cwd=root).object["batch"])
    shown = fawen("show", batch, "001", cwd=root).out
    assert re.search(r"附件　\S+\.docx（(\d+|不到 1) KB，", shown)
    assert "字节" not in shown


def test_a_sample_that_has_served_is_in_nobodys_way(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    sample = str(fawen("--json", "merge", "通知", "--limit", "1", cwd=root).object["batch"])
    assert f"样张 {sample}" in fawen(cwd=root).out
    batch = str(fawen("--json", "merge", "通知", cwd=root).object["batch"])
    assert sample not in fawen(cwd=root).out
    assert fawen("--json", "status", "通知", cwd=root).object["batch"] == batch
    again = str(fawen("--json", "merge", "通知", "--limit", "2", cwd=root).object["batch"])
    assert f"样张 {again}" in fawen(cwd=root).out, "made after the whole, it is looked at"


def test_what_was_called_back_is_no_more_signed_nor_meant(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = str(fawen("--json", "merge", "通知", cwd=root).object["batch"])
    assert "撤销了 3 封" in fawen("cancel", batch, cwd=root).out
    assert "没有等着发、可以撤销的信；它是「已撤销」" in fawen("cancel", batch, cwd=root).out
    refused = fawen("approve", batch, "--by", "周明远", "--basis", "当面", cwd=root)
    assert "已经撤销，没有签发" in refused.err
    assert "fawen review" not in refused.err, "which would be refused"
    assert "再合并一次就又是草稿：fawen merge 通知" in refused.err
    shown = fawen("review", batch, "-o", "送签.pdf", cwd=root)
    assert "再合并一次就又是草稿：fawen merge 通知" in shown.err
    path = root / "jobs" / "通知.md"
    path.write_text(JOB.replace("2026-11-23", "2026-11-24"), encoding="utf-8")
    made = fawen("--json", "merge", "通知", cwd=root).object
    assert (made["state"], made["batch"] != batch) == ("draft", True)
    assert fawen("--json", "status", "7号", cwd=root).object["batch"] == made["batch"]


def test_a_file_is_of_the_batch_that_was_signed(tmp_path: Path) -> None:
    """The draft before it, which a new address overtook, holds the same file."""
    root = bureau(tmp_path / "w")
    draft = str(fawen("--json", "merge", "通知", cwd=root).object["batch"])
    path = root / "jobs" / "通知.md"
    path.write_text(path.read_text(encoding="utf-8").replace("请查收", "请收阅"), encoding="utf-8")
    batch = signed(root, "通知")
    assert batch != draft
    file = next((root / "outbox" / draft / "001").glob("*.docx"))
    traced = fawen("trace", str(file), cwd=root).out
    assert f"与批次 {batch} 里的" in traced
    assert draft not in traced


@pytest.mark.parametrize("heading", ["校内信箱", "办公邮箱", "通信地址", "邮编"])
def test_a_column_under_another_name_is_told_where_that_can_be_written(
    tmp_path: Path, heading: str
) -> None:
    """The line that is told is written into fawen.toml as it stands; after that nothing lacks."""
    sheets = default_sheets()
    sheets["二级党组织"][0][-1] = heading
    root = bureau(tmp_path / "w", sheets=sheets)
    out = fawen("check", "通知", cwd=root).out
    meant = heading if "箱" in heading else "表头上的名字"  # no address for letters on paper
    line = f'"{meant}" = "电子邮箱"'
    assert out.count(f"在 fawen.toml 的 [columns] 下面写一行 {line}") == 2
    assert (f"「{heading}」要是这一列" in out) is (heading == meant)
    settings = root / "fawen.toml"
    said = f"[columns]\n{line.replace(meant, heading)}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + said, encoding="utf-8")
    ran = fawen("--json", "check", "通知", cwd=root)
    assert (ran.status, ran.object["errors"]) == (0, 0)


def test_a_column_that_is_no_field_is_only_to_be_added(tmp_path: Path) -> None:
    """fawen.toml could not lead to it: only names that are known stand there."""
    sheets = default_sheets()
    sheets["党支部"][0].append("会议室")
    everybody = JOB.replace('范围: 类别 in ["分党委", "党总支"]\n', "")
    job = everybody.replace("请核对。", "请在{{ 会议室 }}核对。")
    root = bureau(tmp_path / "w", sheets=sheets, jobs={"通知": job})
    out = fawen("check", "通知", cwd=root).out
    assert "缺少「会议室」一列" in out
    assert "要用，请在表头补上这一列（影响作业：通知）" in out


def test_an_unknown_template_is_said_once(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    ran = fawen("fields", "荣誉证", cwd=root)
    assert ran.err == "未完成：没有叫「荣誉证」的模板，是不是「荣誉证书」「集体荣誉证书」？\n"
    assert len(fawen("--json", "fields", "荣誉证", cwd=root).object["findings"]) == 1


def test_fields_tells_what_the_roster_gives_and_what_is_counted(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    made = Document()
    made.add_paragraph("{{ 简称 }}：你单位有支部{{ 支部数 }}个、党员{{ 党员数 }}名，请{{ 要求 }}。")
    (root / "templates").mkdir()
    made.save(str(root / "templates" / "函.docx"))
    for roster in ("名册.xlsx", "rosters/名册.xlsx"):  # as `check` finds it, too
        lines = fawen("fields", "函", "--roster", roster, cwd=root).out.splitlines()
        said = [line.split("　")[0::2] for line in lines]
        assert said == [
            ["简称", "名册里有"],
            ["支部数", "由系统数出来"],
            ["党员数", "由系统数出来"],
            ["要求", "名册里没有（可在发文单里写一行）"],
        ]


def test_a_job_of_an_own_template_is_drafted_by_the_step_that_is_told(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    (root / "templates").mkdir()
    Document().save(str(root / "templates" / "计划通知.docx"))
    ran = fawen("draft", "计划通知", "-o", "jobs/计划.docx", cwd=root)
    assert ran.status == 2
    assert "「计划通知」是 templates/ 里本单位自己的模板" in ran.err
    [step] = told(ran.err)
    assert fawen(*step, cwd=root).status == 0
    assert (root / "jobs" / "计划.docx").is_file()


def test_of_kinds_the_one_that_was_begun_is_named_first(tmp_path: Path) -> None:
    ran = fawen("draft", "日报", "-o", "日报.docx", cwd=tmp_path)
    assert "没有文种「日报」，是不是「日报表」" in ran.err


def test_what_a_correction_says_can_be_printed_by_a_template_of_ones_own(tmp_path: Path) -> None:
    def template(name: str, *lines: str) -> None:
        made = Document()
        for line in lines:
            made.add_paragraph(line)
        made.save(str(root / "templates" / f"{name}.docx"))

    text = JOB.partition("---\n{{")[0].replace("文种: 通知", "文种: 计划") + "---\n"
    text = text.replace("要素:\n", "要素:\n  时限: 12月1日\n")
    with FaultServer() as server:
        root = bureau(tmp_path / "w", port=server.port, jobs={"通知": text})
        (root / "templates").mkdir()
        template("计划", "{{ 标题 }}", "{{ 简称 }}：请于{{ 时限 }}前报送。")
        batch = signed(root, "通知")
        assert fawen("send", batch, "--go", cwd=root).status == 0
    assert fawen("correct", batch, cwd=root).status == 0
    job = root / "jobs" / "通知-更正.md"
    job.write_text(job.read_text(encoding="utf-8").replace("12月1日", "12月5日"), encoding="utf-8")
    assert "改了：时限“12月1日”改为“12月5日”" in fawen("correct", batch, cwd=root).out
    warned = fawen("check", "通知-更正", cwd=root).out
    assert "「计划.docx」里没有 {{ 更正说明 }}，文件上不会写明更正了什么" in warned
    template("计划更正", "{{ 更正说明 }}", "{{ 标题 }}", "{{ 简称 }}：请于{{ 时限 }}前报送。")
    kind = job.read_text(encoding="utf-8").replace("文种: 计划", "文种: 计划更正")
    job.write_text(kind, encoding="utf-8")
    made = fawen("merge", "通知-更正", cwd=root)
    assert "不会写明更正了什么" not in made.out
    file = next((root / "outbox").glob("通知-更正-*/001/*.docx"))
    assert "请以此件为准" in Document(str(file)).paragraphs[0].text


def test_a_copy_that_waits_is_to_be_sent_and_not_asked_for_again(tmp_path: Path) -> None:
    """Without --go it is laid ready; who then writes the same with --go is told how it leaves."""
    with FaultServer() as server:
        root = bureau(tmp_path / "w", port=server.port)
        batch = signed(root, "通知")
        assert fawen("send", batch, "--go", cwd=root).status == 0
        change = ("readdress", batch, "001", "new@cs.example", "--why", "换人")
        assert fawen(*change, cwd=root).status == 0
        again = ("resend", batch, "001", "--why", "换人", "--recall")
        assert fawen(*again, cwd=root).status == 0
        refused = fawen(*again, "--go", cwd=root)
        assert "都排好了，还没有发出" in refused.err
        [step] = told(refused.err)
        assert fawen(*[word for word in step if word != "发送"], cwd=root).status == 0
        assert sum(mail.to == ["new@cs.example"] for mail in server.journal) == 1


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("approve", "--by", "周明远"), "fawen approve"),
        (("account", "test", "--go"), "fawen account test"),
        (("mreg",), "fawen"),
    ],
)
def test_where_the_usage_stands_is_told(
    tmp_path: Path, words: tuple[str, ...], command: str
) -> None:
    ran = fawen(*words, cwd=tmp_path)
    assert ran.status == 2
    assert f"用 {command} --help 看用法" in ran.err
    assert fawen(*command.split()[1:], "--help", cwd=tmp_path).status == 0


def test_who_did_not_get_the_notice_is_told_apart_from_who_did_not_answer(tmp_path: Path) -> None:
    due = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
    asking = f"回执:\n  内容: 收到即可\n  截止时间: {due} 17:00\n信件:\n"
    with FaultServer([Fault("rcpt", b"550 5.1.1 no such user\r\n", only="hq@")]) as server:
        job = JOB.replace("信件:\n", asking)
        root = bureau(tmp_path / "w", port=server.port, jobs={"通知": job})
        batch = signed(root, "通知")
        assert "作业 通知" not in fawen(cwd=root).out, "nobody was asked yet"
        assert "其中 3 个还没有收到通知" in fawen("returns", "通知", cwd=root).out
        assert fawen("send", batch, "--go", cwd=root).status == 3
    told_of = "其中 1 个还没有收到通知"
    assert told_of in fawen(cwd=root).out
    said = fawen("returns", "通知", cwd=root).out
    assert f"{told_of}：后勤党总支（fawen status {batch}）" in said
    for command in ("returns", "remind"):
        *_, asked, unsent = fawen(command, "通知", "--text", cwd=root).out.strip().splitlines()
        assert unsent == "通知还没有发到：后勤党总支"
        assert "后勤党总支" not in asked


def test_a_refused_login_is_not_said_of_the_unit_whose_letter_met_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "cuowu")
    certificate = make_certificate(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with FaultServer(context=context, password="mima") as server:
        root = bureau(tmp_path / "w", port=server.port)
        settings = root / "fawen.toml"
        secure = f'security = "ssl"\nca_file = "{certificate}"'
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace('security = "plain"', secure), encoding="utf-8")
        batch = signed(root, "通知")
        lines = fawen("send", batch, "--go", cwd=root).out.splitlines()
    assert lines[0].startswith("邮箱登录被拒绝：密码处要填授权码")
    assert sum("登录被拒绝" in line for line in lines) == 1
    assert fawen("status", batch, cwd=root).out.count("登录被拒绝") == 1


def test_of_an_unknown_number_the_newest_are_named(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    assert fawen("merge", "通知", cwd=root).status == 0
    refused = fawen("status", "2号", cwd=root).err
    assert "没有批次「2号」，最近的字号是 测大组〔2026〕7号，用 fawen batches" in refused


def test_a_unit_that_may_be_meant_is_named_once(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    batch = signed(root, "通知")
    refused = fawen("print", batch, "--only", "文学院", "-o", "印.pdf", cwd=root).err
    assert "是不是「文学院党委」？" in refused


def test_several_units_in_one_word_are_to_be_written_one_by_one(tmp_path: Path) -> None:
    root = bureau(tmp_path / "w")
    refused = fawen("merge", "通知", "--only", "文学院党委、数学院党委", cwd=root).err
    assert "一次写一个" in refused
    assert "一次写一个" not in fawen("merge", "通知", "--only", "文学院", cwd=root).err
    assert "几个的，写几次 --only" in fawen("merge", "--help", cwd=root).out
    both = ("--only", "文学院党委", "--only", "数学院党委")
    assert len(fawen("--json", "merge", "通知", *both, cwd=root).object["skipped"]) == 1


def test_a_title_with_each_units_own_name_is_shown_without_the_tag(tmp_path: Path) -> None:
    title = "标题: 关于核对党员名册的通知"
    job = JOB.replace(title, "标题: '关于核对{{ 简称 }}党员名册的通知'")
    root = bureau(tmp_path / "w", jobs={"通知": job})
    batch = signed(root, "通知")
    assert "《关于核对××党员名册的通知》" in fawen("trace", "文学院党委", cwd=root).out
    assert fawen("report", batch, "-o", "登记簿.xlsx", cwd=root).status == 0
    register = load_workbook(root / "登记簿.xlsx")["发文登记簿"]
    assert register["D3"].value == "关于核对××党员名册的通知"
    assert on_one_line("{{ 简称 }}拟表彰人选\n核对表", "名单核对") == "××拟表彰人选核对表"
    assert on_one_line("", "名单核对") == "名单核对"


def test_what_a_killed_merge_had_half_written_is_not_in_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it writes down what the clerk was told, beside the documents."""

    def killed(folder: Path, _findings: object) -> None:
        (folder / ".1.part").write_bytes(b"[")
        raise KeyboardInterrupt

    root = bureau(tmp_path / "w")
    with monkeypatch.context() as patch:
        patch.setattr(inspection, "keep", killed)
        assert fawen("merge", "通知", cwd=root).status == 130
    assert list((root / "outbox").rglob("*.part"))
    assert fawen("merge", "通知", cwd=root).status == 0
    assert not list((root / "outbox").rglob("*.part"))
