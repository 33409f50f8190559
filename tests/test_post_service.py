"""Mail services: shipped as a TOML, changed by a workspace's own; every fault of it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outbox.post.account import wire_size
from outbox.post.service import FILE, OTHER, read_services, service, shipped
from rosters.finding import InputError

if TYPE_CHECKING:
    from pathlib import Path


def own(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_each_kind_of_service_is_shipped() -> None:
    known = shipped()
    assert set(known) >= {"exmail", "qq", "163", "126", "yeah", "coremail", "relay", "ym163", OTHER}
    domains = [domain for one in known.values() for domain in one.domains]
    assert len(domains) == len(set(domains))
    assert known["exmail"].shared
    for one in known.values():
        assert one.max_conn >= 1
        caps = [one.per_minute, one.per_quarter, one.per_hour, one.per_day]
        asked = [cap for cap in caps if cap]
        assert asked == sorted(asked), "a longer window holds no less"


def test_a_workspace_changes_what_it_knows_better(tmp_path: Path) -> None:
    known = read_services(own(tmp_path, '[qq]\nper_day = 300\n[xiao]\nhost = "mail.x.example"\n'))
    assert known["qq"].per_day == 300
    assert known["qq"].hint == shipped()["qq"].hint
    assert service("a@qq.com", known).per_day == 300
    assert service("a@uni.example", known, "xiao").host == "mail.x.example"
    assert service("a@uni.example", known, "coremail").host == "smtp.uni.example"
    assert shipped()["qq"].per_day == 80
    assert read_services(tmp_path / "none.toml") is shipped()


def test_every_fault_of_it_is_named(tmp_path: Path) -> None:
    text = '[qq]\nper_day = -1\nper_week = 3\n[163]\nquiet_hours = "25:00-7:00"\nport = "x"\n'
    with pytest.raises(InputError) as caught:
        read_services(own(tmp_path, text))
    found = {one.place.where for one in caught.value.findings}
    assert found == {"qq.per_day", "qq.per_week", "163.quiet_hours", "163.port"}
    said = " ".join(str(one) for one in caught.value.findings)
    for words in (
        "不能小于 0",
        "没有这一项设置",
        '例如 "22:00-07:00"',
        "要写整数",
        "services.toml",
    ):
        assert words in said
    assert "Input should" not in said


@pytest.mark.parametrize("text", ["[qq", "qq = 3\n", "\ufeff[qq]\nper_day = 'drei'\n"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="services"):
        read_services(own(tmp_path, text))


def test_a_service_of_no_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError) as caught:
        service("a@uni.example", named="exmial")
    assert "exmail" in caught.value.findings[0].advice


def test_a_mail_is_a_third_larger_than_its_files() -> None:
    assert 1_370_000 <= wire_size(1_000_000, "正文") <= 1_375_000
