"""送签 on paper: the 审批单, the documents in full and all the rest bound into one PDF."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter

from merge import pdf
from outbox.office.review_paper import back, front
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from outbox.office.review import Review
    from templates.gongwen.settings import Fonts


def bound(review: Review, fonts: Fonts, by: pdf.Engine) -> tuple[bytes, int]:
    """Return the PDF and how many pages it has.

    Raises:
        UnavailableError: the program that makes PDFs did not.

    """
    full = [one for one in review.samples if one.pdf is not None]
    with TemporaryDirectory(prefix="fawen-review-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        last = 1 + sum(one.pages for one in full)
        ends = {"审批单": front(review, fonts), "各项清单": back(review, fonts, pages=(2, last))}
        made = _printed(home, ends, by)
        writer = PdfWriter()
        _append(writer, made["审批单"], "发文审批单")
        for one in full:
            assert one.pdf is not None  # noqa: S101  # chosen so above; for the type checker
            _append(writer, one.pdf, f"{one.kind}（全文）")
        _append(writer, made["各项清单"], "各项清单")
        writer.add_metadata(
            {"/Title": f"送签 {review.manifest.number} 核对码 {review.code}", "/Creator": "fawen"}
        )
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue(), len(writer.pages)


def _printed(home: Path, files: dict[str, bytes], by: pdf.Engine) -> dict[str, Path]:
    sources = {}
    for name, data in files.items():
        sources[home / f"{name}.docx"] = name
        (home / f"{name}.docx").write_bytes(data)
    made = {}
    for paper in pdf.papers(sources, home / "made", by, workers=1):
        if paper.fault:
            raise UnavailableError(
                f"送签的 PDF 没有做成：{paper.fault}", "请用 -o 送签.html 出网页版"
            )
        made[sources[paper.source]] = paper.kept
    return made


def _append(writer: PdfWriter, file: Path, title: str) -> None:
    writer.append(PdfReader(file), outline_item=title, import_outline=False)
