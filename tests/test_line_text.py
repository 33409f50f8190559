"""--text: lines for a work group: what was sent, how many got it, who did not; nothing more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from bureau import JOB, bureau, fawen
from faultserver import Fault, FaultServer

from outbox.ledger.fate import said_before
from outbox.ledger.ledger import Ledger
from outbox.ledger.states import LetterState, MarkKind
from outbox.ledger.values import Mark
from outbox.office.chat import MOST, Told
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.ledger.values import LetterInfo

AT = datetime(2026, 11, 26, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
SIGNING = ("--by", "周明远", "--basis", "当面", "--no-review")
NUMBERED = "16861763493"  # as a careless title may hold it


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A batch of three: the server refuses the first."""
    with FaultServer([Fault("rcpt", b"550 5.1.1 no such user\r\n")]) as server:
        titled = JOB.replace("核对党员名册", f"核对党员名册{NUMBERED}")
        jobs = {"通知": JOB, "草稿": titled.replace("7号", "8号")}
        yield bureau(tmp_path_factory.mktemp("text") / "w", port=server.port, jobs=jobs)


@pytest.fixture(scope="module")
def batch(root: Path) -> str:
    made = str(fawen("--json", "merge", "通知", cwd=root).object["batch"])
    assert fawen("approve", made, *SIGNING, cwd=root).status == 0
    return made


def test_before_it_is_sent_and_after(root: Path, batch: str) -> None:
    before = fawen("send", batch, "--text", cwd=root)
    assert before.status == 0
    assert before.out.split("\n")[:2] == [
        "《关于核对党员名册的通知》（测大组〔2026〕7号）",
        "将发到 3 个单位的邮箱。",
    ]
    ran = fawen("--json", "send", batch, "--go", "--text", cwd=root)
    assert (ran.status, ran.object["accepted"], ran.object["rejected"]) == (3, 2, 1)
    lines = ran.object["text"].split("\n")
    assert lines[1:3] == [
        "已发出 2 个单位，请查收邮箱，附件在邮件里。",
        "对方服务器拒收 1 个：文学院党委。请看看邮箱是不是满了或者停用了。",
    ]
    assert lines[-1].startswith("中共测试大学委员会组织部　")
    told = fawen("report", batch, "--text", cwd=root)
    assert (told.status, told.out) == (0, ran.object["text"] + "\n")
    both = fawen("--json", "report", batch, "--text", "-o", "登记簿.xlsx", cwd=root)
    assert (both.object["text"], both.object["balanced"]) == (ran.object["text"], True)
    assert (root / "登记簿.xlsx").is_file()
    assert "@" not in told.out
    assert batch not in told.out


def test_what_must_not_be_pasted_is_refused(root: Path, batch: str) -> None:
    draft = str(fawen("--json", "merge", "草稿", cwd=root).object["batch"])
    for words in (("report", draft, "--text"), ("send", draft, "--text")):
        refused = fawen("--json", *words, cwd=root)
        assert refused.status == 1
        assert "还没有签发" in refused.object["error"]["message"]
    assert fawen("approve", draft, *SIGNING, cwd=root).status == 0
    masked = fawen("report", draft, "--text", cwd=root).out
    assert NUMBERED not in masked
    assert "168****3493" in masked
    assert fawen("cancel", draft, cwd=root).status == 0
    assert "已经撤销" in fawen("report", draft, "--text", cwd=root).err
    assert fawen("report", batch, cwd=root).status == 2
    assert fawen("send", batch, "--trial", "zzb@cs.example", "--text", cwd=root).status == 2


@pytest.fixture(scope="module")
def letter(root: Path, batch: str) -> LetterInfo:
    with Ledger.open(find(root).ledger, at=AT) as ledger:
        return ledger.letters(batch)[0]


def told(letters: list[LetterInfo], marks: list[Mark]) -> tuple[str, ...]:
    return Told("关于核对党员名册的\n通知", "", "组织部", AT, letters, marks, corrects=True).lines()


def test_every_outcome_has_its_line_and_long_lists_are_short(letter: LetterInfo) -> None:
    """Copies count once, and in their newest state; what another batch sent has been sent."""
    made: list[LetterInfo] = []

    def add(state: LetterState, times: int, **more: object) -> None:
        for _ in range(times):
            number = len(made) + 1
            code = {"id": number, "organisation": f"{number:03}", "short": f"支部{number}"}
            made.append(letter._replace(**{**code, "state": state, "reason": "", **more}))  # type: ignore[arg-type]  # fields by name

    add(LetterState.ACCEPTED, 30)
    add(LetterState.REJECTED, 20)
    add(LetterState.EXPIRED, 1)
    add(LetterState.IN_DOUBT, 2)
    for state in (LetterState.QUEUED, LetterState.DEFERRED, LetterState.HELD):
        add(state, 1)
    add(LetterState.CANCELLED, 1)
    add(LetterState.CANCELLED, 1, reason=said_before("通知-1234"))
    again = made[0]._replace(id=900, n=2, state=LetterState.ACCEPTED)
    recall = made[1]._replace(id=901, n=1, kind="recall", state=LetterState.REJECTED)
    marks = [
        Mark(letter, kind, "a@b.example", "", "", AT)
        for letter, kind in (
            (1, MarkKind.BOUNCED),  # the first copy: the second has gone
            (3, MarkKind.BOUNCED),
            (4, MarkKind.REPLIED),
            (5, MarkKind.AUTO_REPLIED),
        )
    ]
    lines = told([*made, again, recall], marks)
    refused = "、".join(f"支部{n}" for n in range(31, 31 + MOST))
    assert lines == (
        "【更正】《关于核对党员名册的通知》",
        "已发出 30 个单位，请查收邮箱，附件在邮件里。",
        "退信 1 个：支部3。请核对邮箱地址，报来新的。",
        f"对方服务器拒收 21 个：{refused} 等 21 个。请看看邮箱是不是满了或者停用了。",
        "发出没有还在核对 2 个：支部52、支部53。收到的请回复一声。",
        "还没有发完 3 个：支部54、支部55、支部56。",
        "已撤回，不用等 1 个：支部57。",
        "已回信 1 个单位。",
        "没有找到的，请先看看“垃圾邮件”，再和我们联系。",
        "组织部　11月26日",
    )
    assert len(lines) <= 15


S, B = LetterState, MarkKind.BOUNCED


@pytest.mark.parametrize(
    ("states", "bounced", "line"),
    [
        ((S.ACCEPTED, S.QUEUED), (), "已发出 1 个单位"),  # a copy that waits is no unit that waits
        ((S.ACCEPTED, S.HELD), (), "已发出 1 个单位"),
        ((S.ACCEPTED, S.CANCELLED), (), "已发出 1 个单位"),
        ((S.ACCEPTED, S.CANCELLED), (1,), "退信 1 个"),
        ((S.ACCEPTED, S.QUEUED), (1,), "将发到 1 个单位"),
        ((S.ACCEPTED, S.ACCEPTED), (2,), "退信 1 个"),
        ((S.ACCEPTED, S.REJECTED), (), "对方服务器拒收 1 个"),
        ((S.CANCELLED,), (), "已撤回，不用等 1 个"),
    ],
)
def test_a_unit_stands_by_the_copy_that_counts(
    letter: LetterInfo, states: tuple[LetterState, ...], bounced: tuple[int, ...], line: str
) -> None:
    copies = [
        letter._replace(id=n, n=n - 1, state=state, reason="")
        for n, state in enumerate(states, start=1)
    ]
    marks = [Mark(n, B, "a@b.example", "", "", AT) for n in bounced]
    lines = told(copies, [*marks, Mark(1, MarkKind.REPLIED, "a@b.example", "", "", AT)])
    assert lines[1].startswith(line)
    assert "已回信 1 个单位。" in lines
    assert sum("1 个" in one for one in lines) == 2
