"""通知: a notice under a red head."""

from __future__ import annotations

from templates.samples.official import addressees, body, head, imprint, signature, title
from templates.samples.package import Package
from templates.samples.paper import footers, section, styles


def notice() -> Package:
    """Write the template of a notice."""
    parts = (head(), title(), addressees(), body(), signature(), imprint(), section())
    return Package("".join(parts), styles(), footers())
