"""What a server's words mean, by stage, code and text: cases/verdicts/ has an answer a line.

Each has stage, code, text (or its bytes in GBK, hexadecimal) and the action that it asks for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from outbox.post.verdict import Action, Answer, Stage, decode, judge

CASES = [
    pytest.param(case, id=f"{path.stem} {case['stage']} {case['code']} {number}")
    for path in sorted((Path(__file__).parent / "cases" / "verdicts").glob("*.json"))
    for number, case in enumerate(json.loads(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_is_understood(case: dict[str, Any]) -> None:
    raw = bytes.fromhex(case["gbk"]) if "gbk" in case else case["text"]
    verdict = judge(Answer(Stage(case["stage"]), case["code"], decode(raw)))
    assert verdict.action == case["action"]
    assert verdict.words
    assert case.get("says", "") in verdict.words


@pytest.mark.parametrize("stage", list(Stage))
def test_every_answer_means_something(stage: Stage) -> None:
    verdicts = {code: judge(Answer(stage, code, "")).action for code in range(-1, 1000)}
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
    assert decode(b"two\r\n lines\x00") == "two lines\ufffd"  # no database takes a NUL
