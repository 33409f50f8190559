"""What documents and letters hold of somebody else: said where it comes from, with the cure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from merge.watch import flat
from rosters.finding import Finding, InputError, Level
from rosters.masks import masked_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from merge.job import Job
    from merge.looking import Sighting
    from rosters.finding import Place

_NAME, _PERSON = "envelope.name", "envelope.person"


class MisplacedError(InputError):
    """Documents hold what is not their receivers' to read; none of these was made.

    `held` leads from the key of each to why, where rows are to blame for all of them: then they
    may be left out. It is empty where the job or a template is to blame.
    """

    def __init__(self, message: str, findings: Iterable[Finding], held: Mapping[str, str]) -> None:
        super().__init__(message, findings=findings)
        self.held = dict(held)


@dataclass
class _Told:
    first: Sighting
    paths: dict[str, None] = field(default_factory=dict)


def findings(
    job: Job, seen: Sequence[Sighting], shown: Sequence[str], what: str = "文件"
) -> list[Finding]:
    """Say what was seen, once for each place and word.

    Args:
        job: what was merged.
        seen: the sightings.
        shown: what the templates are called.
        what: what they were seen in.

    """
    told: dict[tuple[object, ...], _Told] = {}
    for one in seen:
        place = (one.origin.fixed, one.origin.element, one.origin.place, one.origin.said)
        told.setdefault((*place, one.word), _Told(one)).paths[one.path] = None
    return [_finding(job, one, shown, what) for one in told.values()]


def _finding(job: Job, told: _Told, shown: Sequence[str], what: str) -> Finding:
    one, count = told.first, len(told.paths)
    place, where = _source(job, one, shown)
    more = f"等 {count} 份" if count > 1 else ""
    into = f"「{one.subject}」的{what}{f'（{one.path}）' if one.path else ''}{more}"
    if one.whose:
        other = "" if one.whose == one.word else f"（{one.whose}）"
        message = f"{where}写有「{one.word}」{other}，会印在给{into}上"
        advice = f"写错了请改正；确实要让对方看到的，在发文单里{_cure(job, one.word)}"
        return Finding(Level.ERROR, _NAME, place, message, advice, one.origin.cells)
    message = f"{where}有别人的身份号码 {masked_id(one.word)}，会印在给{into}上"
    advice = "请改正；身份号码只能印给本人和本人所在的党组织，不能用「可提及」放行"
    return Finding(Level.ERROR, _PERSON, place, message, advice, one.origin.cells)


def _cure(job: Job, word: str) -> str:
    return f"加一行「可提及」，写上 {word}" if job.form else f"加一行「可提及: {word}」"


def _source(job: Job, one: Sighting, shown: Sequence[str]) -> tuple[Place, str]:
    """Say where it comes from: the place, and what to call it in front of the word."""
    origin = one.origin
    if origin.element:
        return job.place(f"要素.{origin.element}"), f"要素「{origin.element}」"
    if origin.cells:
        return origin.place, "这一格"
    if origin.fixed:
        at = next((place for text, place in job.body.texts() if one.word in _flat(text)), None)
        if at is not None:
            return at, "正文"
        return job.place("文件"), f"模板「{'」「'.join(dict.fromkeys(shown))}」里"
    return (origin.place, origin.said) if origin.said else (job.place("文件"), "")


def _flat(text: str) -> str:
    return flat(text.replace("**", ""))


def refuse(
    job: Job,
    seen: Sequence[Sighting],
    found: Sequence[Finding],
    shown: Sequence[str],
    keys: Mapping[str, str],
) -> NoReturn:
    """Refuse documents that were not made, with every finding; `keys` are those of their paths.

    Raises:
        MisplacedError: always.

    """
    said = findings(job, seen, shown)
    paths = dict.fromkeys(one.path for one in seen)
    held: dict[str, str] = {}
    if not found and all(one.origin.cells for one in seen):
        for one in seen:
            held.setdefault(keys[one.path], str(findings(job, [one], shown)[0]))
    message = f"{len(paths)} 份文件写有别的单位或别人的内容，没有制作"
    raise MisplacedError(message, (*found, *said), held)
