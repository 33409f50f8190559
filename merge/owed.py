"""Who owes a return: 常设签发 made of a job's 回执 and its letters."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge.canonical import dumps
from merge.mandate import Party, Standing, Subject, shown
from merge.request import wordings
from rosters.mailbox import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from merge.job import Job
    from merge.letter import Document, Letter
    from rosters.roster import Organisation, Roster

# Headings under which a roster keeps the address of its 书记: no field of the dictionary.
_SECRETARY = ("书记邮箱", "书记电子邮箱", "书记的邮箱")


def owed(job: Job, roster: Roster, letters: Sequence[Letter]) -> Standing | None:
    """Work out who owes what; tokens and forms come when documents are pressed."""
    returns = job.returns
    if returns is None:
        return None
    return Standing(
        demand=dumps(returns.said()),
        form="",
        name=PurePosixPath(returns.form.replace("\\", "/")).name,
        cadence=returns.cadence,
        first=returns.first.isoformat(),
        last=returns.last.isoformat(),
        most=returns.reminding.most,
        wordings=tuple(wordings(job, returns)),
        parties=tuple(_parties(roster, letters)),
    )


def tokened(standing: Standing, key: bytes, form: str, paper: str) -> Standing:
    """Give each party its token: 60 bits of the workspace key, paper, demand, form, organisation.

    `form` is the sha256 of the empty form, `paper` says which paper asks for it: two that ask for
    the same by the same day are answered apart. Never of batch, job name or clock: a letter is
    known by what it carries, whatever its job is called.
    """
    parties = []
    for one in standing.parties:
        token = token_of(key, paper, standing.demand, form, one.organisation)
        values = (*((k, v) for k, v in one.values if k != "回执编号"), ("回执编号", shown(token)))
        parties.append(replace(one, token=token, values=values))
    return replace(standing, form=form, parties=tuple(parties))


def token_of(key: bytes, *said: str) -> str:
    """Make a token: 12 characters of base32."""
    text = dumps(["returns", *said])
    return base64.b32encode(hmac.digest(key, text.encode(), hashlib.sha256))[:12].decode("ascii")


def enclosed(standing: Standing, job: Job, documents: Iterable[Document]) -> Standing:
    """Note which documents of each party's letter are to come back; who has none owes nothing."""
    if job.enclosed is None:
        return standing
    own: dict[str, list[Subject]] = {}
    for one in documents:
        if one.entry == job.enclosed:
            made = Subject(one.key, "".join(one.name.split()), one.mark, one.file.path)
            own.setdefault(one.organisation, []).append(made)
    parties = []
    for party in standing.parties:
        subjects = own.get(party.organisation, [])
        if len(subjects) == 1 and not job.individual:
            subjects = [replace(subjects[0], key="")]
        parties += [replace(party, subjects=tuple(subjects))] if subjects else []
    return replace(standing, parties=tuple(parties))


def _parties(roster: Roster, letters: Iterable[Letter]) -> Iterator[Party]:
    for letter in letters:
        one = roster.by_key.get(letter.organisation)
        above = roster.superior(one) if one else None
        yield _party(one, letter, (above.short or above.name) if above else "")


def _party(one: Organisation | None, letter: Letter, above: str) -> Party:
    second: tuple[str, ...] = ()
    people = {"联系人": "", "书记": ""}
    if one is not None:
        people = {name: _value(one, name) for name in people}
        second = next((split(v).usable for v in (_value(one, h) for h in _SECRETARY) if v), ())
    people = {name: value or f"{letter.short}{name}" for name, value in people.items()}
    values = (("简称", letter.short), ("单位", letter.name), *people.items(), ("上级", above))
    return Party(
        letter.organisation,
        letter.name,
        letter.short,
        letter.category,
        letter.to,
        letter.cc,
        second,
        "",
        "",
        values,
    )


def _value(one: Organisation, name: str) -> str:
    return " ".join(str(one.row.get(name) or "").split())
