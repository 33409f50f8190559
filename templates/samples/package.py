"""A Word package written from its parts: fixed times, nothing deflated, no theme, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from templates.gongwen.parcel import stored

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True)
class Package:
    """What a template consists of: the body of its document, its styles, footers by their id."""

    body: str
    styles: str
    footers: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Write the package. Same parts, same bytes, whatever deflater a machine has."""
        return stored({name: (_HEAD + part).encode() for name, part in self._parts().items()})

    def _parts(self) -> dict[str, str]:
        return {
            "[Content_Types].xml": self._types(),
            "_rels/.rels": _relations(
                {
                    "rId1": ("officeDocument", "word/document.xml"),
                    "rId2": ("extended-properties", "docProps/app.xml"),
                }
            ),
            "docProps/app.xml": _APP,
            "word/_rels/document.xml.rels": _relations(
                {
                    "rId1": ("styles", "styles.xml"),
                    "rId2": ("settings", "settings.xml"),
                    **{one: ("footer", f"{one}.xml") for one in self.footers},
                }
            ),
            "word/document.xml": (
                f"<w:document {NAMESPACES}><w:body>{self.body}</w:body></w:document>"
            ),
            "word/styles.xml": f"<w:styles {_W}>{self.styles}</w:styles>",
            "word/settings.xml": _settings(even_and_odd=bool(self.footers)),
            **{
                f"word/{one}.xml": f"<w:ftr {NAMESPACES}>{content}</w:ftr>"
                for one, content in self.footers.items()
            },
        }

    def _types(self) -> str:
        parts = {
            "word/document.xml": f"{_MAIN}.document.main+xml",
            "word/styles.xml": f"{_MAIN}.styles+xml",
            "word/settings.xml": f"{_MAIN}.settings+xml",
            "docProps/app.xml": (
                "application/vnd.openxmlformats-officedocument.extended-properties+xml"
            ),
            **{f"word/{one}.xml": f"{_MAIN}.footer+xml" for one in self.footers},
        }
        overrides = "".join(
            f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items()
        )
        return (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
        )


_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties"><Application>fawen</Application></Properties>'
)


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{one}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for one, (kind, target) in targets.items()
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{inside}</Relationships>"
    )


def _settings(*, even_and_odd: bool) -> str:
    """Let Word 2013's layout hold, and a number stand right on odd and left on even pages."""
    even = "<w:evenAndOddHeaders/>" if even_and_odd else ""
    return (
        f'<w:settings {_W}><w:zoom w:percent="100"/>{even}'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )
