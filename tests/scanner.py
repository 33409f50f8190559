# ruff: noqa: S311 (a scanner that jitters the same way every time)
"""An office with 24 papers to stamp, and the scanner that they go through askew and noisy."""

from __future__ import annotations

import io
import json
import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2 as pdfium
from bureau import JOB, MEMBERS, ORGANISATIONS, bureau, fawen
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DPI = 100
_NAMES = """
文学 历史 哲学 外国语 法学 经济 管理 数学 物理 化学 生命科学 地球科学
信息工程 计算机 材料 能源 机械 电气 土木 建筑 环境 医学 药学 艺术
"""
_LINE = (
    "第{}，各党支部要召开支部党员大会，组织全体党员学习有关文件，结合本单位实际查摆问题，"
    "提出整改措施，明确责任人和完成时限，并将会议记录和整改台账报组织部备案，逾期未报的将予以通报。"
)


def papers_office(root: Path, port: int) -> str:
    """Lay a workspace whose notice has 24 papers: 16 of two pages, 8 of one; return its batch."""
    rows: list[list[Any]] = [ORGANISATIONS[0]]
    for number, subject in enumerate(_NAMES.split(), start=1):
        kind = "分党委" if number % 3 else "党总支"
        rows.append(
            [
                f"{number:03}", f"中共测试大学{subject}院{kind}", f"{subject}院{kind}", kind,
                "林一", "何二", f"010-6275{number:04}", f"o{number}@cs.example",
            ]
        )  # fmt: skip
    branch = ["00101", "文学院教工党支部", "文教工支部", "文学院分党委", "许七", "w1@cs.example"]
    head = ["党组织编码", "党支部名称", "简称", "上级党组织", "书记", "电子邮箱"]
    sheets = {"二级党组织": rows, "党支部": [head, branch], "党员": MEMBERS[:2]}
    start = JOB.partition("{{ 简称 }}现有")[0]
    start = start.replace("  抄送: 党委办公室\n", "")
    start = start.replace("  印发机关: 中共测试大学委员会组织部\n", "")
    start = start.replace("  印发日期: 2026-11-23\n", "")
    lines = "\n\n".join(_LINE.format(one) for one in "一二三四五")
    body = "{{ 简称 }}现有党员{{ 党员数 }}名，请认真核对党员名册，于本月底前报组织部。\n\n"
    more = f'{{% if 类别 == "分党委" %}}\n\n{lines}\n\n{{% endif %}}\n'
    bureau(root, sheets=sheets, jobs={"通知": start + body + more}, port=port)
    made = fawen("--json", "merge", "通知", cwd=root)
    assert made.status == 0, made.out
    batch: str = made.object["batch"]
    signed = fawen(
        "--json", "approve", "--by", "周明远", "--basis", "当面", "--no-review", cwd=root
    )
    assert signed.status == 0, signed.out
    return batch


@dataclass(frozen=True)
class Sheet:
    """A page that came out of the printer: of which paper, and the last of it is stamped."""

    paper: int
    image: Image.Image


def printed(root: Path, batch: str) -> list[Sheet]:
    """Return the pages of a batch in its order, stamped, from the PDFs that were made of it."""
    manifest = json.loads((root / "outbox" / batch / "manifest.json").read_text(encoding="utf-8"))
    found = []
    for number, document in enumerate(manifest["documents"]):
        kept = root / "outbox" / ".pdf" / f"{document['file']['sha256']}.pdf"
        with pdfium.PdfDocument(kept) as pdf:
            images = [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in pdf]
        _stamp(images[-1])
        found += [Sheet(number, image) for image in images]
    return found


def _stamp(image: Image.Image) -> None:
    """Press a red seal over the signature, as offices do: 42 mm across."""
    pen = ImageDraw.Draw(image, "RGBA")
    grey = np.asarray(image.convert("L"))
    lines = np.flatnonzero((grey[:, image.width // 2 : -80] < 128).sum(axis=1) > 8)
    lines = lines[lines < image.height * 0.86]  # above the number of the page
    x, y, radius = image.width * 0.66, float(lines[-1]) - 20, 21 * DPI / 25.4
    red = (214, 38, 40, 225)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=red, width=5)
    pen.regular_polygon((x, y, radius / 3), 5, fill=red)
    for number in range(14):
        turn = 2 * math.pi * number / 14
        left, top = x + 0.8 * radius * math.cos(turn), y + 0.8 * radius * math.sin(turn)
        pen.rectangle((left - 7, top - 7, left + 7, top + 7), fill=red)


def scanned(image: Image.Image, number: int) -> Image.Image:
    """Send a page through the scanner: up to 2 degrees askew, off its place, grey, noisy."""
    dice = random.Random(number)
    shift = (dice.uniform(-14, 14), dice.uniform(-14, 14))
    askew = image.rotate(
        dice.uniform(-2, 2), Image.Resampling.BILINEAR, translate=shift, fillcolor=(255, 255, 255)
    )
    noise = np.random.default_rng(number).integers(-24, 25, (image.height, image.width, 1))
    light = np.asarray(askew, dtype=np.int16) * dice.randrange(82, 101) // 100
    return Image.fromarray(np.clip(light + noise, 0, 255).astype(np.uint8))


def pdf_of(images: Iterable[Image.Image]) -> bytes:
    """Put images into one PDF, as a scanner does."""
    first, *rest = (image.copy() for image in images)  # Pillow keeps notes of a save in each
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=DPI, quality=60)
    return out.getvalue()
