"""The watch over names: which organisations a text names, and whether its receiver may read that.

Allowed are the organisation itself, those above and below it, whoever issues, what the job lists
under 可提及, and any name within an allowed one. Short and ordinary words count only alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import ahocorasick

from merge.wording import strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from merge.job import Job
    from rosters.roster import Organisation, Roster

EVERYBODY = ("全部", "所有党组织")  # of 可提及: whoever receives may read of whomever
APART = "\0"  # stands between values, so that no name is found across two of them
_BLANK = re.compile(r"[ \t\u00a0\u3000]+(?=[\u3400-\u9fff])")
_CODE, _LONG, _LEAST = 5, 5, 4  # characters: of codes, of names, of names that end as below
_ENDS = ("党委", "总支", "支部", "党组", "委员会")
# What 教工党支部 and 机关支部 are before they are somebody's name; 机关党委 is somebody's.
_WHO = (
    "各|全体|所属|下属|本|分|二级|基层|直属|联合|临时|流动|功能型|教职工|教工|教师|职工|学生|师生|本科生?|研究生"
    "|硕士生?|博士生?|留学生|离退休|退休|党员|党"
)
_ORDINARY = re.compile(
    f"(?:{_WHO}|机关|后勤|行政|管理|教辅|教学|科研)*支部|(?:{_WHO})*(?:党委|总支|委员会)"
)
_ISSUERS = ("发文机关", "发文机关标志", "署名", "印发机关")
_LISTS = ("抄送", "出席", "请假", "列席")  # whoever fills them in names others on purpose


class Named(NamedTuple):
    """A name in a text, and the organisations that it means, by their places in the roster."""

    word: str
    bearers: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Watch:
    """The names of a roster's organisations, ready to be looked for; travels to processes.

    `bearers` of a name are none where everybody may read it. `whole` are the words that count
    only where nothing else stands beside them. `above` leads to each organisation's superior.
    """

    names: tuple[str, ...] = ()
    bearers: tuple[tuple[int, ...], ...] = ()
    codes: frozenset[int] = frozenset()
    whole: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    above: tuple[int, ...] = ()
    called: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    free: frozenset[int] = frozenset()
    off: bool = False
    automaton: ahocorasick.Automaton = field(default_factory=ahocorasick.Automaton)
    # The names that an organisation was found to be allowed, by its place.
    _kin: dict[int, set[int]] = field(default_factory=dict, compare=False, repr=False)

    def place(self, key: str | None) -> int:
        """Return an organisation's place by its key, -1 where there is none."""
        return -1 if key is None else self.places.get(key, -1)

    def related(self, one: int, own: int) -> bool:
        """Tell whether an organisation is another one, above it or below it."""
        return one == own or self._over(one, own) or self._over(own, one)

    def _over(self, one: int, other: int) -> bool:
        while other >= 0:
            other = self.above[other]
            if other == one:
                return one >= 0
        return False

    def allowed(self, named: Named, own: int) -> bool:
        """Tell whether an organisation may read a name: everybody, or one of its bearers is kin."""
        return not named.bearers or any(
            one in self.free or self.related(one, own) for one in named.bearers
        )

    def strangers(self, text: str, own: int) -> list[Named]:
        """List what a text names that an organisation may not read, each once."""
        if self.off or not self.names:
            return []
        # Nearly always every name is kin: that is told first, and without where each stands.
        kin = self._kin.setdefault(own, set())
        numbers = {number for _, number in self.automaton.iter(text)}
        if numbers <= kin:
            return []
        may = {number: self.allowed(self._named(number), own) for number in numbers}
        kin.update(number for number, right in may.items() if right)
        if all(may.values()):
            return []
        found = list(self._found(text))
        kept = [(begin, end) for begin, end, number in found if may[number]]
        wrong = [one for one in found if not may[one[2]]]
        spans = [*kept, *((begin, end) for begin, end, _ in wrong)]
        outer = (one for one in wrong if not _within(one, spans))
        return list(dict.fromkeys(self._named(number) for _, _, number in outer))

    def alone(self, values: Iterable[str], own: int) -> list[Named]:
        """List the short and ordinary words that make up a whole value, as `strangers` does."""
        if self.off or self.whole.keys().isdisjoint(values):
            return []
        found = [Named(one, self.whole[one]) for one in dict.fromkeys(values) if one in self.whole]
        return [one for one in found if not self.allowed(one, own)]

    def mentioned(self, lines: Iterable[str]) -> list[Named]:
        """List every name in some fixed lines, those that everybody may read aside."""
        found: dict[Named, None] = {}
        for line in lines:
            if self.off:
                break
            spans = list(self._found(flat(line)))
            bounds = [(begin, end) for begin, end, _ in spans]
            found.update(
                dict.fromkeys(self._named(one[2]) for one in spans if not _within(one, bounds))
            )
            if line.strip() in self.whole:
                found[Named(line.strip(), self.whole[line.strip()])] = None
        return [one for one in found if one.bearers]

    def _named(self, number: int) -> Named:
        return Named(self.names[number], self.bearers[number])

    def _found(self, text: str) -> Iterator[tuple[int, int, int]]:
        if not self.names:
            return
        for last, number in self.automaton.iter(text):
            end = last + 1
            begin = end - len(self.names[number])
            if number not in self.codes or bounded(text, begin, end):
                yield begin, end, number


def flat(text: str) -> str:
    """Take out the breaks and blanks between Chinese characters: they do not part a name."""
    if "\n" in text:
        text = text.replace("\n", "")
    return _BLANK.sub(_without, text)


def _without(blank: re.Match[str]) -> str:
    before = blank.start() - 1
    return "" if before >= 0 and "\u3400" <= blank.string[before] <= "\u9fff" else blank[0]


def bounded(text: str, begin: int, end: int) -> bool:
    """Tell whether no letter or digit of ASCII stands next to a stretch of text."""
    return not ((begin and _alnum(text[begin - 1])) or (end < len(text) and _alnum(text[end])))


def _alnum(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _within(one: tuple[int, int, int], spans: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a stretch lies within a longer one."""
    begin, end, _ = one
    return any(
        first <= begin and end <= last and last - first > end - begin for first, last in spans
    )


def ordinary(name: str) -> bool:
    """Tell whether a name is too short, or too ordinary a word, to be looked for within a text."""
    if len(name) < _LEAST or _ORDINARY.fullmatch(name):
        return True
    return len(name) < _LONG and not name.endswith(_ENDS)


def watch(job: Job, roster: Roster, audiences: Iterable[frozenset[str]] = ()) -> Watch:
    """Make the watch of a job; `audiences` are the keys of those that each entry is made for.

    An 要素 that names all of an audience, as a list of who comes when, is everybody's.
    """
    made = _built(job, roster, ())
    groups = [frozenset(map(made.place, one)) for one in audiences]
    shared: list[str] = []
    for value in job.elements.values():
        texts = list(strings(value))
        named = made.mentioned(texts)
        for group in groups:
            if covered(named, group) and not beyond(named, group):
                shared += texts
                break
    return _built(job, roster, shared) if shared else made


def covered(found: Iterable[Named], group: frozenset[int]) -> bool:
    """Tell whether a text names all of an audience of two and more, each as well as another."""
    named = {bearer for one in found for bearer in one.bearers}
    return len(group) > 1 and group <= named


def beyond(found: Iterable[Named], group: frozenset[int]) -> list[Named]:
    """List what a text names besides an audience."""
    return [one for one in found if group.isdisjoint(one.bearers)]


def _built(job: Job, roster: Roster, shared: Iterable[str]) -> Watch:
    organisations = roster.organisations
    places = {one.key: at for at, one in enumerate(organisations)}
    means: dict[str, list[int]] = {}
    codes: set[str] = set()
    for at, one in enumerate(organisations):
        for name in {one.name, one.short} - {""}:
            means.setdefault(name, []).append(at)
        if len(one.code) >= _CODE:
            means.setdefault(one.code, []).append(at)
            codes.add(one.code)
    phrases = {one for one in (*_phrases(job), *shared) if one and APART not in one}
    free = {at for word in phrases for at in means.get(word, ())}
    free |= {at for at, one in enumerate(organisations) if one.code and one.code in job.mentions}
    looked = {name: tuple(ones) for name, ones in means.items() if not ordinary(name)}
    looked.update((phrase, ()) for phrase in phrases)
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for number, name in enumerate(looked):
        automaton.add_word(name, number)
    automaton.make_automaton()
    return Watch(
        names=tuple(looked),
        bearers=tuple(looked.values()),
        codes=frozenset(at for at, name in enumerate(looked) if name in codes),
        whole={name: tuple(ones) for name, ones in means.items() if name not in looked},
        above=tuple(_superior(one, places) for one in organisations),
        called=tuple(one.short or one.name for one in organisations),
        places=places,
        free=frozenset(free),
        off=any(word in EVERYBODY for word in job.mentions),
        automaton=automaton,
    )


def _superior(one: Organisation, places: Mapping[str, int]) -> int:
    return -1 if one.superior is None else places.get(one.superior, -1)


def _phrases(job: Job) -> Iterator[str]:
    """List what everybody may read: who issues, whom the job says it may name, whom it lists."""
    yield from (word.strip() for word in job.mentions)
    for key in (*_ISSUERS, *_LISTS):
        value = job.elements.get(key)
        for text in strings(value) if value is not None else ():
            if "{{" not in text and "{%" not in text:
                yield text.strip()
