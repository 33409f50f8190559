"""An office that assesses leading groups and asks for plans: its roster, its post, and what comes.

Forms go out through a real post office on loopback, come out of the mails that were received, are
filled in by content control as Word does, and come back into a mailbox over IMAP.
"""

from __future__ import annotations

import datetime as dt
import email
import io
import re
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from bureau import bureau, fawen
from clerk_forms import written
from replies import ZONE

from outbox.post.postoffice import PostOffice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from test_returns_replies import Dated

ACCOUNT = "zzb@cs.example"
ORGANISATIONS = {
    "001": ("中共测试大学文学院委员会", "文学院党委", "分党委", "wx@cs.example"),
    "002": ("中共测试大学数学院委员会", "数学院党委", "分党委", "sx@cs.example"),
    "003": ("中共测试大学后勤总支部委员会", "后勤党总支", "党总支", "hq@cs.example"),
    "004": ("中共测试大学图书馆直属支部委员会", "图书馆直属支部", "直属党支部", "tsg@cs.example"),
}
PEOPLE = {
    "001": ("林一", "何二", "沈思远", "韩立群", "杨沐"),
    "002": ("杜三", "罗四", "秦可"),
    "003": ("马五",),
    "004": ("高六", "许七"),
}
QUESTIONS = ("一问担当", "二问落实", "三问联系", "四问作风")
ASSESSMENT = """\
---
名册: rosters/名册.xlsx
文件:
  - 文种: 考察表
    每份: 党员
    范围: 党内职务 != ""
    文件名: 考察表-{{ 姓名 }}
要素:
  标题: 领导班子成员考察表
  署名: 中共测试大学委员会组织部
  成文日期: 2026年12月1日
信件:
  收件: 二级党组织
  主题: 【考察表】{{ 简称 }}
  正文: |
    {{ 简称 }}：
    请填好附件里的考察表，每人一份。
回执:
  内容: 考察表
  截止时间: 2026-12-11 12:00
  核验:
    - 总分 = 一问担当得分 + 二问落实得分 + 三问联系得分 + 四问作风得分
---
"""
PLAN = """\
---
名册: rosters/名册.xlsx
文件:
  - 文种: 工作预案
    每份: 党组织
    范围: 类别 in ["分党委", "党总支", "直属党支部"]
    文件名: 工作预案-{{ 简称 }}
要素:
  标题: 学生返校工作预案
  署名: 中共测试大学委员会组织部
  成文日期: 2026年12月1日
  关键节点: |
    12月8日｜校园通行演练
    12月12日｜毕业班返校
信件:
  主题: 【工作预案】{{ 简称 }}
  正文: |
    {{ 简称 }}：
    请把附件各节写完整。
回执:
  内容: 工作预案
  截止时间: 2026-12-05 12:00
  核验:
    - 各栏 必填
---
"""
IMAP = 'imap_host = "127.0.0.1"\nimap_port = {port}\nimap_security = "plain"\n'


@dataclass
class Office:
    """The workspace, its clock, what came to the post office, and its own mailbox."""

    root: Path
    mails: Path
    box: Dated
    at: dt.datetime = dt.datetime(2026, 12, 1, 9, tzinfo=ZONE)
    batch: str = ""
    letters: dict[str, EmailMessage] = field(default_factory=dict)

    def now(self) -> dt.datetime:
        self.at += dt.timedelta(milliseconds=50)
        return self.at.astimezone(dt.UTC)

    def on(self, day: int, hour: int) -> None:
        """Let it be that day of December."""
        self.at = dt.datetime(2026, 12, day, hour, tzinfo=ZONE)

    def run(self, *words: str | Path, status: int = 0) -> dict[str, Any]:
        ran = fawen("--json", *words, cwd=self.root)
        assert ran.status == status, ran.out + ran.err
        return ran.object

    def said(self, *words: str | Path, status: int = 0) -> str:
        ran = fawen(*words, cwd=self.root)
        assert ran.status == status, ran.out + ran.err
        return ran.out + ran.err

    def received(self) -> list[EmailMessage]:
        """Return all that came to the post office, oldest first."""
        paths = sorted(self.mails.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
        made = [email.message_from_bytes(one.read_bytes(), policy=policy.default) for one in paths]
        return [one for one in made if isinstance(one, EmailMessage)]

    def issue(self, job: str) -> None:
        """Merge, sign and send a job; keep what each organisation received."""
        self.batch = self.run("merge", job)["batch"]
        words = ("approve", self.batch, "--by", "周明远", "--basis", "当面", "--no-review")
        self.run(*words)
        self.run("send", self.batch, "--go")
        address = {one[3]: key for key, one in ORGANISATIONS.items()}
        self.letters = {address[str(one["To"])]: one for one in self.received()}
        assert self.letters.keys() == ORGANISATIONS.keys()

    def forms(self, key: str) -> dict[str, bytes]:
        """Return the documents that an organisation received, by whom they are about."""
        made = {}
        for part in self.letters[key].iter_attachments():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            made[str(part.get_filename()).removesuffix(".docx").partition("-")[2]] = content
        return made

    def reply(
        self, key: str, files: Mapping[str, bytes], text: str = "请查收", **how: str
    ) -> EmailMessage:
        """Write a reply as an organisation does, and put it into the mailbox."""
        mail = EmailMessage()
        mail["From"] = how.get("sender", ORGANISATIONS[key][3])
        mail["To"] = ACCOUNT
        mail["Subject"] = how.get("subject", f"回复：{self.letters[key]['Subject']}")
        number = sum(map(len, self.box.mails.values())) + 1
        mail["Message-ID"] = f"<r{number}@cs.example>"
        if how.get("thread", "yes") == "yes":
            mail["In-Reply-To"] = mail["References"] = self.letters[key]["Message-ID"]
        mail.set_content(text)
        for name, content in files.items():
            mail.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self.box.mails.setdefault("INBOX", []).append((number, raw))
        self.box.times[number] = self.at
        self.at += dt.timedelta(minutes=1)
        return mail


@contextmanager
def opened(root: Path, dated: Dated) -> Iterator[Office]:
    """Open an office: a post office that takes its letters, an inbox, a clock wound by hand."""
    with (
        pytest.MonkeyPatch.context() as patch,
        PostOffice(root / "mails", lambda token: token) as post,
        dated as box,
    ):
        patch.setenv("FAWEN_PASSWORD", "abcdefgh")
        one = Office(root / "w", root / "mails", box)
        patch.setattr("cli._now", one.now)
        lay(one.root, post.port, box.port)
        yield one


def lay(root: Path, post: int, imap: int) -> None:
    """Lay the workspace: four organisations, eleven members of leading groups."""
    head = ["党组织编码", "党组织名称", "简称", "类别", "书记", "联系人", "联系电话", "电子邮箱"]
    rows = [
        [key, name, short, sort, PEOPLE[key][0], f"{short[0]}小秘", f"010-6275{key}1", address]
        for key, (name, short, sort, address) in ORGANISATIONS.items()
    ]
    members = [["姓名", "性别", "出生日期", "所在党支部", "人员类别", "党内职务"]]
    for key, names in PEOPLE.items():
        for at, name in enumerate(names):
            post_of = "书记" if not at else "委员"
            born = f"19{70 + at}-0{at + 1}-11"
            members.append([name, "男", born, ORGANISATIONS[key][1], "正式党员", f"党委{post_of}"])
    members.append(["郑普通", "女", "1990-01-02", "文学院党委", "正式党员", ""])
    sheets: dict[str, list[list[Any]]] = {"二级党组织": [head, *rows], "党员": members}
    jobs = {"考察": ASSESSMENT, "预案": PLAN}
    bureau(root, sheets=sheets, jobs=jobs, port=post)
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[approve]", IMAP.format(port=imap) + "[approve]"), "utf-8")


def assessed(
    form: bytes, scores: tuple[str, ...], total: str = "", words: str = "", **more: str
) -> bytes:
    """Fill in an assessment; "" leaves a score, a comment or the total as it is."""
    cells: list[str | None] = []
    for question, score in zip(QUESTIONS, scores, strict=True):
        cells += [score or None, f"{question}{words}" if words else None]
    values = {"总分": total, "综合意见": f"综合{words}" if words else "", "等次": "优秀", **more}
    kept = {name: said for name, said in values.items() if said}
    return written(form, kept, tuple(cells))  # type: ignore[arg-type]  # None: not written


def unmarked(content: bytes) -> bytes:
    """Copy a form into a new file, as 全选、复制、粘贴 does: its mark stays behind."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/custom.xml":
                data = re.sub(rb"<property.*</property>", b"", data, flags=re.DOTALL)
            new.writestr(name, data)
    return out.getvalue()
