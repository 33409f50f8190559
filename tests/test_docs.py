"""What the documents promise: commands that exist, pictures and pages that are there, settings."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

import cli
from outbox.desk.new import SETTINGS
from outbox.settings import AccountPart, Config

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _commands(group: click.Group, prefix: str = "") -> set[str]:
    found = set()
    for name, command in group.commands.items():
        found.add(f"{prefix}{name}")
        if isinstance(command, click.Group):
            found |= _commands(command, f"{prefix}{name} ")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_in_the_documents_exists(page: Path) -> None:
    known = _commands(cli.fawen)
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)(?:^|`)fawen (?:--json )?([a-z]+(?: set| test)?)", text))
    assert named <= known, named - known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_picture_and_page_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r'src="([^"]+)"|\]\(([^)#:]+)\)', text)
    for first, second in links:
        assert (page.parent / (first or second)).exists(), first or second


def test_every_picture_is_shown_on_a_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    pictures = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    assert not {name for name in pictures if f"pictures/{name}" not in text}


def test_every_command_is_told_in_one_of_the_readmes() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    text += (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in _commands(cli.fawen):
        assert name in text, name


def test_every_command_has_help() -> None:
    for name, command in cli.fawen.commands.items():
        assert command.help, name


def test_every_setting_is_in_the_chinese_readme() -> None:
    text = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    for name in (*Config.model_fields, *AccountPart.model_fields):
        assert name in text, name


def test_the_settings_that_are_laid_are_valid_also_with_every_line_switched_on() -> None:
    text = SETTINGS.format(unit="甲", address="a@b.example", sender="乙", approvers="[]")
    Config.model_validate(tomllib.loads(text))
    switched = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", text)
    assert switched != text
    Config.model_validate(tomllib.loads(switched))
