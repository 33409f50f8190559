"""Make the sample university's workbook: `python -m rosters.samples.make`.

The same bytes each time: nothing is drawn from chance or the clock.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rosters.samples.book import workbook
from rosters.samples.tables import branch_table, member_table, unit_table
from rosters.samples.university import university

FILE = "示例大学名册.xlsx"
_THEN = (1980, 1, 1, 0, 0, 0)  # the first time a zip can hold
_CORE = "docProps/core.xml"
_CREATED = re.compile(rb"(<dcterms:created[^>]*>)([^<]*)(</dcterms:created>)")
_STAMP = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def _settled(name: str, content: bytes) -> bytes:
    """Put the time of making in the place of the clock's, which openpyxl writes on saving."""
    created = _CREATED.search(content) if name == _CORE else None
    if created is None:
        return content
    return _STAMP.sub(rb"\g<1>" + created[2] + rb"\g<2>", content)


def rezipped(made: bytes) -> bytes:
    """Write the parts of a workbook again in their order, with one fixed time."""
    out = BytesIO()
    with ZipFile(BytesIO(made)) as source, ZipFile(out, "w") as target:
        for name in source.namelist():
            info = ZipInfo(name, _THEN)
            info.compress_type = ZIP_DEFLATED
            info.create_system = 0  # else the zip tells on which system it was made
            target.writestr(info, _settled(name, source.read(name)), compresslevel=9)
    return out.getvalue()


def build() -> bytes:
    """Return the workbook's bytes."""
    groups = university()
    book = workbook((unit_table(groups), branch_table(groups), member_table(groups)))
    made = BytesIO()
    book.save(made)
    return rezipped(made.getvalue())


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_bytes(build())
