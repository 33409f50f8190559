"""ID numbers and phones as they are shown: so that they can be told apart, but not read."""

from __future__ import annotations

from rosters.pattern import later

# Full-width digits too, numbers in groups as people write them, and a mobile behind +86.
_GAP = r"[ \u00a0\u3000\-－–]?"
_AREA = r"[0０](?:[1１][0０]|[2２]\d|[3-9３-９]\d{2})"
_NUMBERS = (
    r"(?<!\d)\d{15,}[\dXxＸｘ]*"
    rf"|(?<!\d)\d{{6}}{_GAP}(?:19|20|１９|２０)\d\d{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXxＸｘ]"
    rf"|(?<!\d)(?:(?:00)?86{_GAP})?[1１][3-9３-９]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"
    # An office's, with its area code set apart: together they may be any code.
    rf"|(?:(?<!\d){_AREA}[ \u00a0\u3000\-－–—]|[(（]{_AREA}[)）]{_GAP})\d{{3,4}}{_GAP}\d{{4}}(?!\d)"
)
_LONG = later(_NUMBERS)
# Our files are named by their hashes, in which digits may stand like those of a phone.
_TOLD = later(rf"(?P<hash>(?<![0-9A-Za-z])(?=\d*[a-f])[0-9a-f]{{64}}(?![0-9A-Za-z]))|{_NUMBERS}")
# How a document prints them, as a job says it, and as it may say it in English.
MASKED, WHOLE, ABSENT = "遮盖", "完整", "不印"
WAYS = {MASKED: "masked", WHOLE: "full", ABSENT: "absent"}
_LEAST_ID = 15
_ID_SHOWN = (4, 4)
_PHONE_SHOWN = (3, 4)


def masked_id(value: object) -> str:
    """Show an ID number so that it can be told but not read: 9901**********1234."""
    return _masked(str(value), *_ID_SHOWN)


def masked_phone(value: object) -> str:
    """Show a phone number so that it can be told but not read: 139****1234."""
    if not any(one.isdigit() for one in str(value)):
        return str(value)
    return _masked(str(value), *_PHONE_SHOWN)


def in_way(value: str, way: str) -> str:
    """Show an ID or phone number in one of `WAYS`; what holds several is masked number by number.

    Anything that is neither stays as it is, unless nothing is to be shown.
    """
    if way == WHOLE or not value:
        return value
    if way == ABSENT:
        return ""
    return masked(value) if _LONG.search(value) else _whole(value)


def masked(text: str) -> str:
    """Mask every ID and phone number in a text that is going to be shown, but in no hash."""
    return _TOLD.sub(lambda found: found["hash"] or _hidden(found[0]), text)


def _whole(text: str) -> str:
    """Mask a number that has not the form of one, as a short one of an office: 027-68****12."""
    return masked_phone(text) if sum(one.isdigit() for one in text) > len(text) / 2 else text


def _hidden(text: str) -> str:
    digits = sum(one.isdigit() for one in text)
    return masked_phone(text) if digits < _LEAST_ID else masked_id(text)


def _masked(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        head, tail = min(head, len(text) // 3), min(tail, len(text) // 3)
    stars = "*" * (len(text) - head - tail)
    return text[:head] + stars + (text[-tail:] if tail else "")
