"""The letter with a document, where nobody has written one: what it is, by when, whom to ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from merge.frontmatter import Scalar

_CONTACT = re.compile("联系|电话|咨询|询问")
_BRACKETS = re.compile(r"^[（(]\s*|[）)。\s]*$")


def message(elements: Mapping[str, Scalar], title: str) -> str:
    """Write the letter where nobody has: what it is, by when, how to answer, whom to ask.

    What the 发文单 does not say is left out; no number or code stands in it that looks strange.
    """
    number = "{{ 发文字号 }}" if "发文字号" in elements else ""
    asked = _CONTACT.search(elements["附注"].text) if "附注" in elements else None
    whom = f"；{_BRACKETS.sub('', elements['附注'].text)}" if asked else ""
    lines = ["{{ 简称 }}：", "", f"附件是{number}《{title}》，请查收。", ""]
    if "回执" in elements:
        lines += ["{{ 回执 }}", "", f"主题请保持不变，便于登记；有问题也请直接回复本邮件{whom}。"]
    else:
        lines.append(f"有问题请直接回复本邮件{whom}。")
    lines += ["", *(["{{ 署名 }}"] if "署名" in elements else []), "{{ 成文日期 | 日期 }}"]
    return "\n".join(lines)
