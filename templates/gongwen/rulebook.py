"""The numbers in docs/gongwen.md, from layout: python -m templates.gongwen.rulebook."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from templates.gongwen.layout import RULES, Rule

BEGIN, END = "<!-- numbers -->\n", "<!-- end of numbers -->\n"
_HEAD = "| 项目 | 数值 | 依据 | 强度 | 说明 |\n| --- | --- | --- | --- | --- |\n"
_STANDARD = "GB/T 9704—2012"


def table() -> str:
    """Write the rules by group; what is not the standard's is never given as the standard's."""
    parts = []
    for group, rules in groupby(RULES, key=lambda rule: rule.group):
        parts.append(f"\n**{group}**\n\n{_HEAD}")
        parts.extend(_row(rule) for rule in rules)
    return "".join(parts) + "\n"


def _row(rule: Rule) -> str:
    clause = f"{_STANDARD} {rule.clause}" if rule.clause else "标准未规定"
    return f"| {rule.name} | {_value(rule)} | {clause} | {rule.strength} | {rule.note} |\n"


def _value(rule: Rule) -> str:
    if rule.unit == "twip":
        return f"{rule.value / 20:g} 磅"
    return f"{rule.value:g} {rule.unit}"


def put(page: str) -> str:
    """Return a page with the table between its marks renewed."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


def main(page: Path) -> None:
    """Renew the table in a page."""
    page.write_text(put(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(__file__).parent.parent.parent / "docs" / "gongwen.md")
