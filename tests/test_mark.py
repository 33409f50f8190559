"""印记: in a custom property, each document's own; it is not seen, and outlives a save."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from merge_office import AWARD, office
from word import written

from merge.manifest import Manifest
from merge.mark import read, sealing
from merge.press import manifest, press
from rosters.finding import InputError
from templates.said import Said
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from pathlib import Path

KEY = b"a key of the workspace, 32 bytes"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
OWN = (
    f'<Properties xmlns="{_PROPERTIES}" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="密集架">'
    "<vt:lpwstr>SHELF</vt:lpwstr></property></Properties>"
)


def issued(template: Template, organisation: str = "001", key: bytes = KEY) -> tuple[bytes, str]:
    halves, _, mark = template.issued({"简称": "甲"}, Said(), sealing(key, organisation))
    return b"".join(halves), mark


@pytest.mark.parametrize("length", [0, 32, 64, 65, 200])
def test_a_mark_is_the_head_of_an_hmac(length: int) -> None:
    key, content = bytes(range(length)), b"what a document is made of"
    told = "甲\0".encode() + hashlib.sha256(content).hexdigest().encode()
    digest = hmac.digest(key, told, "sha256")
    whole = base64.b32encode(digest[:10]).decode()
    assert sealing(key, "甲")(content) == whole[:12]


def opened(content: bytes) -> Template:
    return Template.open(content, Names(["简称"]), shown="单")


def with_properties(shelf: str) -> bytes:
    """Write a template that has custom properties of its own."""
    source, out = zipfile.ZipFile(io.BytesIO(written(["{{ 简称 }}"]))), io.BytesIO()
    with source, zipfile.ZipFile(out, "w") as package:
        for name in source.namelist():
            data = source.read(name)
            if name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
                part = f'<Override PartName="/docProps/custom.xml" ContentType="{kind}"/></Types>'
                data = data.replace(b"</Types>", part.encode())
            if name == "_rels/.rels":
                kind = _PROPERTIES.replace("custom", "relationships/custom")
                part = f'<Relationship Id="rIdX" Type="{kind}" Target="docProps/custom.xml"/>'
                data = data.replace(b"</Relationships>", f"{part}</Relationships>".encode())
            package.writestr(name, data)
        package.writestr("docProps/custom.xml", OWN.replace("SHELF", shelf))
    return out.getvalue()


def custom(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert len(package.namelist()) == len(set(package.namelist()))
        return package.read("docProps/custom.xml").decode()


def test_a_document_bears_its_mark_and_shows_nothing_of_it() -> None:
    data, mark = issued(opened(written(["{{ 简称 }}同志"])))
    assert re.fullmatch("[A-Z2-7]{12}", mark)
    assert read(data) == mark
    assert [one.text for one in docx.Document(io.BytesIO(data)).paragraphs] == ["甲同志"]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert [n for n in package.namelist() if mark.encode() in package.read(n)] == [
            "docProps/custom.xml"
        ]


def test_it_is_of_the_key_the_receiver_and_the_content() -> None:
    template = opened(written(["{{ 简称 }}"]))
    marks = {
        issued(template)[1],
        issued(template, "002")[1],
        issued(template, key=b"another")[1],
        issued(opened(written(["{{ 简称 }}。"])))[1],
        template.issued({"简称": "乙"}, Said(), sealing(KEY, "001"))[2],
    }
    assert len(marks) == 5
    assert issued(template) == issued(template)


@pytest.mark.parametrize("shelf", ["三号", "{{ 简称 }}"])
def test_a_template_keeps_its_own_properties(shelf: str) -> None:
    data, mark = issued(opened(with_properties(shelf)))
    assert read(data) == mark
    text = custom(data)
    assert shelf.replace("{{ 简称 }}", "甲") in text
    assert sorted(re.findall(r'pid="(\d+)"', text)) == ["2", "3"]


def test_a_document_made_into_a_template_gets_a_new_mark() -> None:
    first, mark = issued(opened(written(["{{ 简称 }}"])))
    again, other = issued(opened(first))
    assert (read(again), custom(again).count("fawen")) == (other, 1)
    assert other != mark


def test_each_document_of_a_batch_has_its_own_in_the_manifest(tmp_path: Path) -> None:
    desk = office(tmp_path)
    made = desk.plan(AWARD)
    one = [step.document for step in press(made, tmp_path / "a", key=KEY)]
    assert [d.mark for d in one] == [read((tmp_path / "a" / d.file.path).read_bytes()) for d in one]
    assert len({document.mark for document in one}) == len(one)
    assert one == [step.document for step in press(desk.plan(AWARD), tmp_path / "b", key=KEY)]
    two = [step.document for step in press(desk.plan(AWARD), tmp_path / "c", key=b"other")]
    assert {d.mark for d in one}.isdisjoint(d.mark for d in two)
    told = manifest(made, one)
    assert Manifest.from_json(told.to_json()).documents == tuple(one)


def test_what_bears_none_has_none() -> None:
    assert read(written(["没有"])) == ""
    data, mark = issued(opened(written(["{{ 简称 }}"])))
    assert read(opened(data).fill({"简称": "甲"})) == mark  # without a key it is left as it is
    with pytest.raises(InputError):
        read(b"no Word file")


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs soffice")
def test_it_outlives_being_saved_by_another_program(tmp_path: Path) -> None:
    data, mark = issued(opened(with_properties("三号")))
    (tmp_path / "信.docx").write_bytes(data)
    words = ["soffice", f"-env:UserInstallation=file://{tmp_path}/p", "--headless"]
    words += ["--convert-to", "docx:Office Open XML Text", "--outdir", "out", "信.docx"]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    saved = (tmp_path / "out" / "信.docx").read_bytes()
    assert saved != data
    assert read(saved) == mark
    assert "三号" in custom(saved)
