"""A run of Word as it is written: where it stands, how it looks, and its texts."""

from __future__ import annotations

import re

from rosters.pattern import later

RUN = later(r"<w:r(?: [^>]*)?>(?:(?!<w:r[ >]|</w:r>).)*</w:r>", re.DOTALL)  # holds no other
LOOK = later(r"^(<w:r(?: [^>]*)?>)(<w:rPr>.*?</w:rPr>|<w:rPr/>)?", re.DOTALL)
WRITTEN = later(r"(<w:t(?: [^>]*)?>)([^<]*)(</w:t>)")
KEEP = '<w:t xml:space="preserve">'  # a text whose blanks at its ends stay
