"""What is wrong with a form that came back, as values; and why a file is no form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.finding import Finding, InputError, Level, Place
from templates.forms.values import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(r"[A-Z2-7]{12}")  # a mark as merge.mark makes them


def finding(rule: str, where: str, message: str, advice: str) -> Fault:
    """Make a fault."""
    return Fault(rule, where, message, advice)


def tokened(token: str) -> Iterator[Fault]:
    """Tell where a form bears no token, or something that never was one."""
    if not token:
        words = "表里没有回执编号：不是发去的那个文件，或编号页被删去了"
        yield Fault("form.token", "", words, "请核对是谁报的；下次请对方填发去的原表")
    elif not TOKEN.fullmatch(token):
        yield Fault("form.token", "", "表里的回执编号改过", "请核对是谁报的；下次请对方填原表")


def none(shown: str, rule: str, message: str, advice: str) -> InputError:
    """Say that a file is no form that was filled in."""
    return InputError(message, advice, [Finding(Level.ERROR, rule, Place(shown), message, advice)])
