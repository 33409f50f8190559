"""What a server's words mean, by stage, code and text."""

from __future__ import annotations

import pytest

from outbox.post.verdict import Action, Answer, Stage, decode, judge

CASES = [
    ("auth", 535, "Error: authentication failed", "halt"),
    ("auth", 550, "User has no permission", "halt"),
    ("auth", 526, "Authentication failure", "halt"),
    ("auth", 535, "auth failed (this user authenticate too many times)", "throttled"),
    ("auth", 454, "Temporary authentication failure", "deferred"),
    ("auth", 0, "timed out", "deferred"),
    ("tls", 0, "certificate verify failed", "halt"),
    ("connect", 0, "Name or service not known", "deferred"),
    ("connect", 554, "IP blocked", "halt"),
    ("connect", 421, "HL:REP", "deferred"),
    ("mail", 553, "Mail from must equal authorized user", "halt"),
    ("mail", 550, "Sender frequency limited", "throttled"),
    ("mail", 552, "size", "rejected"),
    ("mail", 450, "MI:CEL", "throttled"),
    ("rcpt", 550, "5.1.1 User not found", "rejected"),
    ("rcpt", 550, "Mailbox unavailable or access denied", "deferred"),
    ("rcpt", 552, "5.2.2 Mailbox full", "rejected"),
    ("rcpt", 452, "4.2.2 over quota", "deferred"),
    ("rcpt", 451, "greylisted", "deferred"),
    ("rcpt", 450, "RP:DRC", "throttled"),
    ("data", 554, "5.5.0 MI:STC", "throttled"),
    ("dot", 554, "DT:SPM", "held"),
    ("dot", 451, "DT:SPM", "deferred"),
    ("dot", 550, "Connection frequency limited", "throttled"),
    ("dot", 451, "MI:SFQ", "throttled"),
    ("dot", 250, "ok queued as 1", "accepted"),
    ("dot", 0, "", "in_doubt"),
    ("dot", 354, "go on", "in_doubt"),
    ("dot", 999, "?", "in_doubt"),
    ("dot", 554, "transaction failed", "rejected"),
    ("body", 0, "reset", "deferred"),
    ("data", 250, "what", "deferred"),
    ("build", 0, "主题中有换行", "rejected"),
    ("commit", 0, "", "lost"),
]


@pytest.mark.parametrize(("stage", "code", "text", "action"), CASES)
def test_what_is_said_is_understood(stage: str, code: int, text: str, action: str) -> None:
    verdict = judge(Answer(Stage(stage), code, text))
    assert verdict.action == action
    assert verdict.words


@pytest.mark.parametrize("stage", list(Stage))
def test_every_answer_means_something(stage: Stage) -> None:
    verdicts = {code: judge(Answer(stage, code, "")).action for code in range(1000)}
    if stage is not Stage.DOT:
        assert not {Action.ACCEPTED, Action.IN_DOUBT} & set(verdicts.values())
    else:
        accepted = {code for code, action in verdicts.items() if action is Action.ACCEPTED}
        assert accepted == set(range(200, 300))
        refusals = [verdicts[code] for code in range(400, 600)]
        assert Action.IN_DOUBT not in refusals
        assert verdicts[0] is Action.IN_DOUBT


def test_replies_are_read_in_their_encoding() -> None:
    assert decode("登录失败".encode()) == "登录失败"
    assert decode("登录失败".encode("gbk")) == "登录失败"
    assert decode(b"caf\xe9 \xff") == "café ÿ"
    assert decode(b"two\r\n lines\x00") == "two lines\x00"
