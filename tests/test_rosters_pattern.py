"""A pattern that waits serves as one that does not, and is compiled once it is asked."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from rosters.pattern import later

TEXT = r"(?P<word>[a-z])\d"


def test_it_is_compiled_when_it_is_asked() -> None:
    wrong = later("(")
    with pytest.raises(re.error):
        wrong.search("(")


def test_it_serves_as_the_pattern_does() -> None:
    waiting, compiled = later(TEXT, re.IGNORECASE), re.compile(TEXT, re.IGNORECASE)
    for _ in range(2):  # the second time it is at hand
        found = waiting.search("1A2")
        assert found is not None
        assert found["word"] == "A"
        assert waiting.sub("-", "a1b2") == compiled.sub("-", "a1b2") == "--"
    assert (waiting.pattern, waiting.flags) == (TEXT, compiled.flags)
    assert later(b"[0-9]+").findall(b"1a23") == [b"1", b"23"]


def test_it_is_copied_and_travels_like_another() -> None:
    waiting = later(TEXT)
    for one in (copy.copy(waiting), pickle.loads(pickle.dumps(waiting))):  # noqa: S301 - its own
        assert one.sub("-", "a1b2") == "--"
