"""An address in plain ASCII needs no library; whatever is odd does, and the verdict is the same."""

from __future__ import annotations

import email_validator
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters import mailbox

TOPS = ("cn", "com", "edu", "example", "gov", "net", "org")
ODD = [
    *("163.com", "mail.dj.edu.cn", "a-b.example", "a-b-c-d-e.cn", "A.cn", "a_b.cn", "a+b.cn"),
    *("xn--fiq228c.cn", "ab--c.cn", "-a.cn", "a-.cn", "a.-b.cn", "a..cn", ".cn", "a.cn.", "cn"),
    *("a.test", "localhost", "a.localhost", "a.local", "example.com", "a.invalid", "1.2.3.4"),
    *("大学.cn", "a.中国", "a。cn", "a.c n", "a.cn\n", "a.info", "a.xyz"),
    *(f"{'a' * size}.cn" for size in (15, 16, 63, 64, 240, 249, 250, 260)),
    f"{'a.' * 125}cn",
]


def full(domain: str) -> str:
    return mailbox._normal(f"a@{domain}").removeprefix("a@")


@pytest.mark.parametrize("domain", ODD)
def test_a_domain_is_what_the_full_rules_say(domain: str) -> None:
    mailbox._domain.cache_clear()
    said = mailbox.normal(f"a@{domain}")
    assert said == mailbox._normal(f"a@{domain}")


@given(st.from_regex(mailbox._USUAL, fullmatch=True).filter(lambda one: len(one) <= 252))
def test_what_needs_no_library_the_library_takes_as_it_is(domain: str) -> None:
    assert full(domain) == domain


def test_none_of_the_tops_is_reserved() -> None:
    reserved = email_validator.SPECIAL_USE_DOMAIN_NAMES
    assert not [one for one in reserved if one.endswith(tuple(f".{top}" for top in TOPS))]
    assert not {*TOPS} & {*reserved}
    assert all(mailbox._USUAL.fullmatch(f"a.{top}") for top in TOPS)
