"""Word files made into PDF by LibreOffice, all in one call, under a font map that never varies."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATE = Path(__file__).parent.parent / "data" / "fonts.conf"
_FOLDERS = re.findall(r"<dir>(.*?)</dir>", _TEMPLATE.read_text(encoding="utf-8"))
# The class of a typeface: the free one that stands in for it, and the names it goes by.
STAND_INS = {
    "仿宋": (
        "FandolFang R",
        "仿宋_GB2312|仿宋|FangSong|FangSong_GB2312|方正仿宋_GBK|方正仿宋简体|华文仿宋|STFangsong",
    ),
    "楷体": ("FandolKai", "楷体_GB2312|楷体|KaiTi|KaiTi_GB2312|方正楷体_GBK|华文楷体|STKaiti"),
    "黑体": ("FandolHei", "黑体|SimHei|方正黑体_GBK|华文黑体|STHeiti"),
    "宋体": ("FandolSong", "宋体|SimSun|方正书宋_GBK|华文宋体|STSong"),
    "小标宋": (
        "Noto Serif CJK SC",
        "方正小标宋简体|方正小标宋_GBK|FZXiaoBiaoSong-B05|FZXiaoBiaoSong-B05S|华文中宋|STZhongsong",
    ),
}
# What a PDF calls them.
CLASS_OF = {
    "FandolFang": "仿宋",
    "FandolKai": "楷体",
    "FandolHei": "黑体",
    "FandolSong": "宋体",
    "NotoSerifCJK": "小标宋",
}


def _map() -> str:
    rules = []
    for stand_in, names in STAND_INS.values():
        weight = (
            '<edit name="weight" mode="assign" binding="strong"><const>bold</const></edit>'
            if stand_in.startswith("Noto")
            else ""
        )
        rules += [
            f'  <match target="pattern"><test name="family" compare="eq"><string>{name}</string>'
            f'</test><edit name="family" mode="assign" binding="strong"><string>{stand_in}'
            f"</string></edit>{weight}</match>"
            for name in names.split("|")
        ]
    return "\n".join(rules)


def font_map(folder: Path) -> Path:
    """Write the font map for one run; its cache lies beside it."""
    path = folder / "fonts.conf"
    text = _TEMPLATE.read_text(encoding="utf-8")
    path.write_text(
        text.replace("@CACHE@", str(folder / "fontcache")).replace("@MAP@", _map()),
        encoding="utf-8",
    )
    return path


def _look_for_typefaces() -> None:
    """Skip where the stand-ins are missing, as tests do that lack a program; in CI fail."""
    folders = [Path(one) for one in _FOLDERS]
    wanted = ("FandolFang-Regular.otf", "NotoSerifCJK-Bold.ttc")
    missing = [name for name in wanted if not any(any(one.rglob(name)) for one in folders)]
    if missing:
        said = f"{', '.join(missing)} missing: see .ci/run"
        if os.environ.get("FAWEN_REQUIRE_PROGRAMS") == "1":
            pytest.fail(said, pytrace=False)
        pytest.skip(said)


def rendered(documents: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Make every document a PDF in one call of LibreOffice; return the PDFs by name."""
    _look_for_typefaces()
    source, made = folder / "docx", folder / "pdf"
    source.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        (source / f"{name}.docx").write_bytes(content)
    done = subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(made),
            *(str(source / f"{name}.docx") for name in documents),
        ],
        env={**os.environ, "FONTCONFIG_FILE": str(font_map(folder))},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    pdfs = {name: made / f"{name}.pdf" for name in documents}
    missing = [name for name, pdf in pdfs.items() if not pdf.exists()]
    assert not missing, f"{missing}: {done.stdout}{done.stderr}"
    return pdfs
