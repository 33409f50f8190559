"""列名: what a job says about headings that cannot speak for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.fields import FIELDS, by_name, normalised
from rosters.fields import label as field_label
from rosters.finding import Finding, Level, Place
from rosters.nearness import nearest
from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rosters.roster import Sheet


_JOB = Place(where="列名")


def told_by(
    columns: Mapping[str, str], places: Mapping[str, Place]
) -> tuple[dict[str, str], list[Finding]]:
    """Turn heading -> label into normalised heading -> field; what is no field is a finding.

    `places` say where a heading is told about, where that is not the job.
    """
    told: dict[str, str] = {}
    findings = []
    for heading, name in columns.items():
        key = by_name(str(name))
        if key is None:
            labels = {one.label for one in FIELDS.values()}
            near = nearest(str(name), labels)
            advice = f"是否「{near}」？" if near else "请用字段的规范名称，例如 网格、电子邮箱"
            place = places.get(heading, _JOB)
            words = f"「{heading}: {name}」里的「{name}」不是已知的字段"
            findings.append(Finding(Level.ERROR, "columns-unknown", place, words, advice))
        else:
            told[normalised(heading)] = key
    return told, findings


def unused(
    columns: Mapping[str, str], sheets: Iterable[Sheet], places: Mapping[str, Place]
) -> list[Finding]:
    """Warn of headings that are told about and stand on no sheet.

    What holds for all rosters of the workspace need not stand in each: that is only said.
    """
    present = {normalised(column.heading) for sheet in sheets for column in sheet.columns}
    return [
        Finding(
            Level.INFO if heading in places else Level.WARNING,
            "columns-unused",
            places.get(heading, _JOB),
            f"列名里的「{heading}」不是名册里任何一列的名称",
            "请照表头的写法填写，或删去这一项",
        )
        for heading in columns
        if normalised(heading) not in present
    ]


_MAIL = later(r"邮(?![编政寄])|信箱|[Mm]ail")  # no postcode, no address for letters
_LIKE = 2  # characters at the end of a label that a heading shares with it: 联系人电话, 联系电话


def cure(sheet: Sheet, name: str) -> str:
    """Say how a column that a sheet lacks is made good: by which heading, told where."""
    label = field_label(name)
    like = [one.heading for one in sheet.columns if one.field is None and _may(one.heading, label)]
    heading = like[0] if like else "表头上的名字"
    line = f'在 fawen.toml 的 [columns] 下面写一行 "{heading}" = "{label}"'
    if not like:
        return f"请在表头补上这一列；表里叫别的名字的，{line}"
    return f"「{'」「'.join(like)}」要是这一列，请改表头，或{line}；不是的，请补上这一列"


def _may(heading: str, label: str) -> bool:
    if label[-_LIKE:] in heading:
        return True
    return label == FIELDS["email"].label and _MAIL.search(heading) is not None
