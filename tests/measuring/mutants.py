"""Wrong documents, each made from a good one by one change of its XML, and what is noticed."""

from __future__ import annotations

from dataclasses import dataclass

from measuring import handmade

_DOCUMENT, _ODD, _EVEN = "word/document.xml", "word/footer1.xml", "word/footer2.xml"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in which part, from what, to what; `noticed` begins a deviation's words."""

    name: str
    old: str
    new: str
    noticed: str
    part: str = _DOCUMENT
    count: int = -1  # how many places are changed; all

    def made(self) -> bytes:
        """Return the wrong document; a change that changes nothing is an error."""
        package = handmade.parts()
        changed = package[self.part].replace(self.old, self.new, self.count)
        assert changed != package[self.part], self.name
        return handmade.packed({**package, self.part: changed})


def _at(right: float) -> str:
    return f'w:right="{round(right * 316)}"'


MUTANTS = (
    Mutant("paper", 'w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"', "paper width"),
    Mutant("top margin", 'w:top="2098"', 'w:top="2211"', "first line box"),
    Mutant("left margin", 'w:left="1588" w:header', 'w:left="1701" w:header', "text from the left"),
    Mutant("right margin", 'w:right="1474"', 'w:right="1800"', "text width"),
    Mutant("28 points a line", 'w:line="579"', 'w:line="560"', "last line box"),
    Mutant("29 points a line", 'w:line="579"', 'w:line="580"', "lines a page"),
    Mutant("30 points a line", 'w:line="579"', 'w:line="600"', "lines a page"),
    Mutant("27 characters", '<w:spacing w:val="-5"/>', "", "paragraph 3: characters a line"),
    Mutant("widow control", '<w:widowControl w:val="0"/>', "<w:widowControl/>", "lines a page"),
    Mutant("小三", 'w:sz w:val="32"', 'w:sz w:val="30"', "paragraph 1: size"),
    Mutant("no indent", 'w:firstLine="632"', 'w:firstLine="0"', "paragraph 1: indent"),
    Mutant("2 em of 14 pt", 'w:firstLine="632"', 'w:firstLine="560"', "paragraph 1: indent"),
    Mutant("heading in 仿宋", handmade.HEI, handmade.FANG, "heading 一、总体: typeface"),
    Mutant("heading in 宋体", handmade.KAI, handmade.SONG, "heading （一）基: typeface"),
    Mutant("mark too high", 'w:before="1876"', 'w:before="1750"', "mark: top"),
    Mutant("mark black", '<w:color w:val="FF0000"/>', "", "mark: colour"),
    Mutant("mark too large", 'w:val="72"', 'w:val="160"', "mark on one line"),
    Mutant("number too low", 'w:before="1058"', 'w:before="1200"', "number: below the mark"),
    Mutant("number in 宋体", handmade.FANG, handmade.SONG, "number: typeface"),
    Mutant("rule too low", 'w:space="8"', 'w:space="13"', "rule: below the number"),
    Mutant("rule too thick", 'w:sz="12" w:space', 'w:sz="48" w:space', "rule: weight"),
    Mutant(
        "rule black", 'w:space="8" w:color="FF0000"', 'w:space="8" w:color="000000"', "red rules"
    ),
    Mutant("title in 黑体", handmade.BIAO, handmade.HEI, "title: typeface"),
    Mutant("title in 小二", 'w:val="44"', 'w:val="36"', "title: size"),
    Mutant("title not centred", 'w:jc w:val="center"', 'w:jc w:val="left"', "title: centred"),
    Mutant("date two from the right", _at(4), _at(2), "date: right indent"),
    Mutant("organ flush right", _at(5.5), _at(0), "organ: centred on the date"),
    Mutant("版记 lines thick", 'w:sz="8"', 'w:sz="12"', "版记 line: weight"),
    Mutant("版记 in 三号", 'w:val="28"', 'w:val="32"', "抄送: size"),
    Mutant("版记 below the text", ' w:tblpYSpec="bottom"', ' w:tblpY="9000"', "版记: last line"),
    Mutant("page number low", 'w:footer="1429"', 'w:footer="1200"', "page number: dash"),
    Mutant(
        "page number centred",
        'w:val="right"',
        'w:val="center"',
        "page number: from the right",
        _ODD,
    ),
    Mutant(
        "page number right", 'w:val="left"', 'w:val="right"', "page number: from the left", _EVEN
    ),
    Mutant("page number in 仿宋", handmade.SONG, handmade.FANG, "page number: typeface", _ODD),
)
