"""What must fit: titles, marks, signatures, 附件说明. Pure arithmetic in 字 and points; no Word."""

from __future__ import annotations

from templates.gongwen.hanging import Note, addressee_lines, belongs_in_imprint, notes
from templates.gongwen.mark import JointMark, Mark, joint_mark, mark
from templates.gongwen.signatures import (
    JointSignature,
    Line,
    Signature,
    joint_sealed,
    sealed,
    stamped,
    unsealed,
)
from templates.gongwen.titles import lawful, title_lines
from templates.gongwen.widths import width

__all__ = [
    "JointMark",
    "JointSignature",
    "Line",
    "Mark",
    "Note",
    "Signature",
    "addressee_lines",
    "belongs_in_imprint",
    "joint_mark",
    "joint_sealed",
    "lawful",
    "mark",
    "notes",
    "sealed",
    "stamped",
    "title_lines",
    "unsealed",
    "width",
]
