"""Make the shipped templates of Word and Excel: python -m templates.samples.make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from templates.samples.assessment import assessment
from templates.samples.certificate import certificate, collective
from templates.samples.daily import daily
from templates.samples.duties import duties
from templates.samples.grids import grids
from templates.samples.plan import plan
from templates.samples.roll import roll

if TYPE_CHECKING:
    from collections.abc import Callable

    from templates.samples.package import Package

TEMPLATES: dict[str, Callable[[], Package]] = {
    "党员名册": roll,
    "工作预案": plan,
    "支部责任清单": duties,
    "网格责任表": grids,
    "考察表": assessment,
    "荣誉证书": certificate,
    "集体荣誉证书": collective,
}
BOOKS: dict[str, Callable[[], bytes]] = {"日报表": daily}


def main(folder: Path) -> None:
    """Write every template into the folder, and say so."""
    made = {f"{name}.docx": make().to_bytes() for name, make in TEMPLATES.items()}
    made |= {f"{name}.xlsx": make() for name, make in BOOKS.items()}
    for name, content in made.items():
        (folder / name).write_bytes(content)
        print(name)


if __name__ == "__main__":
    main(Path(__file__).parent)
