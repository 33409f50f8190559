"""Make the example jobs in Word, each from its Markdown: `python -m merge.example`.

Both say the same: their readers give equal jobs. The jobs of the demonstration stay in Markdown
alone, so that a new workspace shows that form too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from merge import kinds, source
from merge.addressees import Addressed, understand
from merge.blank import slip
from merge.job import load
from merge.kinds import HINTS, LABELS
from merge.returns import Returns, settled
from merge.rownames import name_of
from merge.samples import CORE, SAMPLES
from merge.transcript import transcribed
from rosters.dates import PartialDate
from templates.gongwen.prose import paragraph
from templates.gongwen.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from merge.job import Entry, Job
    from merge.kinds import Row

ROSTERS = ("rosters",)  # what a 发文单 takes where it says nothing
_TO = ("各级党组织", "全体党支部", "各二级党组织", "每名党员", "全体正式党员", "受表彰的同志",
       "只做一份")  # fmt: skip
Said: TypeAlias = "dict[str, str]"  # rows by their keys


def examples() -> tuple[Path, ...]:
    """List the jobs in Markdown that are also there in Word."""
    return tuple(path for path in sorted(SAMPLES.glob("*.md")) if path.stem not in CORE)


def make(path: Path) -> bytes:
    """Make the Word file of a job in Markdown. Same bytes at any time.

    Raises:
        TypeError: the job says what no row of a 发文单 can.

    """
    job = load(path, shown=path.name)
    body = list(transcribed(source.read(path, path.name).body))
    return slip(list(_rows(job)), Settings(), [*body, paragraph("GwText")], told=bool(body))


def _rows(job: Job) -> Iterator[Row]:
    """Walk through the rows: those of the kind in their order, then what else the job says."""
    first, *others = job.entries
    elements, returns = _elements(job), _returns(job)
    for both in elements.keys() & returns.keys():
        raise TypeError(f"{job.shown}: 「{both}」既是要素，又是回执的一行，发文单里分不开")
    said = {**_addressed(first, job), **elements, **_letter(job), **returns}
    if said.get("发给", "") == said.get("主送"):
        del said["主送"]  # it follows
    name = job.name if job.name in kinds.PATTERNS else first.kind
    said["文种"] = first.kind
    for label, _, hint in kinds.rows(name):
        if (key := name_of(label)) != "发给" or "每份" not in said:
            yield label, said.pop(key, ""), hint
    for key, value in said.items():
        yield LABELS.get(key, key), value, HINTS.get(key, "")
    for entry in others:
        yield "文种", entry.kind, "随同的另一种文件"
        for key, value in _addressed(entry, job).items():
            yield key, value, HINTS.get(key, "")


def _addressed(entry: Entry, job: Job) -> Said:
    """Say to whom in a clerk's words, else as a job does."""
    wanted = (entry.per, entry.scope, entry.names)
    greeting = str(job.elements.get("主送", ""))
    for words in (greeting, *_TO):
        meant = understand(words)
        if not isinstance(meant, Addressed) or meant.greeting not in {"", greeting}:
            continue
        if (meant.per, meant.scope, meant.names) == wanted:
            return {"发给": words, **_filled({"文件名": entry.filename})}
    told = {"每份": entry.per, "范围": entry.scope, "名单": "、".join(entry.names)}
    return _filled({**told, "文件名": entry.filename})


def _elements(job: Job) -> Said:
    said: Said = {}
    for key, value in job.elements.items():
        if not isinstance(value, str | PartialDate):
            raise TypeError(f"{job.shown}: 要素「{key}」是一张表，发文单里写不下")
        said[key] = value.chinese() if isinstance(value, PartialDate) else value
    organ = said.get("发文机关")
    follows = {"发文机关标志": f"{organ}文件", "署名": organ}
    if "印发机关" in said:
        follows["印发日期"] = said.get("成文日期")
    return {key: value for key, value in said.items() if follows.get(key) != value}


def _letter(job: Job) -> Said:
    letter = job.letter
    return _filled(
        {
            "名册": "" if job.rosters == ROSTERS else "、".join(job.rosters),
            "收件": "" if letter.receiver == "本级" else letter.receiver,
            "主题": letter.subject,
            "信件正文": letter.body,
            "随信附件": "、".join(letter.attachments),
            "全发": "是" if letter.everyone else "",
            "可提及": "、".join(job.mentions),
        }
    )


def _returns(job: Job) -> Said:
    """Say 回执 in its rows, without what follows by itself."""
    wanted = job.returns
    if wanted is None:
        return {}
    usual, reminding = Returns.model_validate({"内容": wanted.what}), wanted.reminding
    aside = (reminding.every, reminding.subject, reminding.body)
    if aside != (usual.reminding.every, usual.reminding.subject, usual.reminding.body):
        raise TypeError(f"{job.shown}: 催报的间隔、主题、正文，发文单里写不下")
    told, plain = wanted.said(), usual.said()
    urgent = bool(job.elements.get("紧急程度"))
    follows = settled(wanted.model_copy(update={"cadence": ""}), urgent=urgent).cadence
    allowed, *fields = told["零报告"]
    hours = told["催报"]["时段"]
    return _filled(
        {
            "回执内容": wanted.what,
            "报送频次": "" if wanted.cadence == follows else wanted.cadence,
            "报送起止": " 至 ".join(told["起止"]),
            "截止时间": told["截止时间"],
            "零报告": "、".join(fields) or ("" if allowed else "否"),
            "核验": "\n".join(told["核验"]),
            "节点": "\n".join(" ".join(one) for one in told["节点"]),
            "纸质件": "需要" if wanted.paper else "",
            "采用": "" if wanted.taking == usual.taking else wanted.taking,
            "催报": "" if reminding.steps == usual.reminding.steps else " → ".join(reminding.steps),
            "最多催报": "" if reminding.most == usual.reminding.most else str(reminding.most),
            "催报时段": "" if hours == plain["催报"]["时段"] else hours,
        }
    )


def _filled(said: Said) -> Said:
    return {key: value for key, value in said.items() if value}


if __name__ == "__main__":
    for one in examples():
        one.with_suffix(".docx").write_bytes(make(one))
