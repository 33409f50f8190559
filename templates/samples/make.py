"""Make the shipped Word templates: python -m templates.samples.make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from templates.samples.certificate import certificate, collective
from templates.samples.duties import duties
from templates.samples.grids import grids
from templates.samples.roll import roll

if TYPE_CHECKING:
    from collections.abc import Callable

    from templates.samples.package import Package

TEMPLATES: dict[str, Callable[[], Package]] = {
    "荣誉证书": certificate,
    "集体荣誉证书": collective,
    "支部责任清单": duties,
    "网格责任表": grids,
    "党员名册": roll,
}


def main(folder: Path) -> None:
    """Write every template into the folder, and say so."""
    for name, make in TEMPLATES.items():
        target = folder / f"{name}.docx"
        target.write_bytes(make().to_bytes())
        print(target.name)


if __name__ == "__main__":
    main(Path(__file__).parent)
