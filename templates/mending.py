"""What docxtpl mends in a part before Jinja reads it, and when that can be told without it.

Word splits tags over runs, and docxtpl has marks of its own in tags: of these its `patch_xml` alone
knows what to make. Where every tag stands whole, names nothing of docxtpl's and holds nothing that
would be straightened in it, all that `patch_xml` does is to have the texts with tags keep their
blanks; then docxtpl need not be imported, which took some 70 ms of each start.
"""

from __future__ import annotations

import re

from templates.runs import KEEP

# A tag that docxtpl leaves as it is. {{p … and its kin are docxtpl's, as are all statements but
# these, and what ends in -%}; an entity or a curly quote in a tag is straightened, and behind an
# empty one in all the text up to the next.
_SAFE = "[^{}%#<>&“”‘’]"
_WHOLE = re.compile(
    rf"\{{\{{(?!(?:p|tr|tc|r)\s){_SAFE}+\}}\}}"
    rf"|\{{%\s*(?:if|elif|else|endif|for|endfor)\b{_SAFE}*(?<!-)%\}}"
)
# Beside whole tags (each a NUL here): what might begin or end one, also with markup in between.
_DOUBT = re.compile("\\{[{%#<\0]|[-}%#>]\\}")
_BARE = "<w:t>"


def mended(xml: str) -> str:
    """Return XML as docxtpl's `patch_xml` does."""
    made = settled(xml)
    if made is not None:
        return made
    from docxtpl import DocxTemplate

    return str(DocxTemplate(None).patch_xml(xml))


def settled(xml: str) -> str | None:
    """Return what `patch_xml` makes of XML that needs no mending; None where it may need some."""
    if _DOUBT.search(_WHOLE.sub("\0", xml)):
        return None
    before, *texts = xml.split(_BARE)
    kept = (f"{KEEP if '{{' in one or '{%' in one else _BARE}{one}" for one in texts)
    return before + "".join(kept)
