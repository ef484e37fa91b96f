"""XML that breaks software: the samples beside a checkout and bombs of our own, bare and in workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import xlsxwriter

from tests.samples import find_samples

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10">%s</svg>'
LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
)
DECLARED = {
    "laughs": (LAUGHS, "&a9;"),
    "quadratic": (f'<!ENTITY a "{"b" * 60_000}">', "&a;" * 30_000),
    "cyclic": ('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;"),
    "file": ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
    "address": ('<!ENTITY a SYSTEM "http://127.0.0.1:9/a">', "&a;"),
    "parameter": ('<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;', "x"),
    "attribute": ('<!ATTLIST svg id CDATA "&a;"><!ENTITY a "b">', "x"),
    "notation": ('<!NOTATION n SYSTEM "n"><!ENTITY a SYSTEM "a.gif" NDATA n>', "x"),
}
"""What a DTD declares, and the text that uses it."""
DEEP = SVG % ("<g>" * 25_000 + "</g>" * 25_000)


def bare() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each XML file."""
    for folder in find_samples("hostile/xml"):
        for path in sorted(folder.iterdir()):
            yield path.name, path.read_bytes()
    for name, (declared, used) in DECLARED.items():
        document = f"<!DOCTYPE svg [{declared}]>{SVG % used}"
        yield name, document.encode()
        yield f"{name}, UTF-16", f'<?xml version="1.0" encoding="UTF-16"?>{document}'.encode("utf-16")
    yield "large", (SVG % (" " * 1_900_000)).encode()
    yield "deep", DEEP.encode()


PARTS = ("[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")


def workbooks() -> Iterator[tuple[str, bytes]]:
    """Yield workbooks of which one part is a bomb, and archives that unpack to far more than they weigh."""
    good = io.BytesIO()
    with xlsxwriter.Workbook(good) as book:
        book.add_worksheet().write_row(0, 0, ["entity_code", "entity_name"])
    bombs = [(name, content) for name, content in bare() if b"DOCTYPE" in content.replace(b"\x00", b"")]
    for part in PARTS:
        for name, content in bombs:
            yield f"{name} in {part}", _with(good.getvalue(), part, content)
    for part in PARTS[2:]:
        yield f"zeros in {part}", _with(good.getvalue(), part, b"<a>" + b" " * 300_000_000)
    yield (
        "spaces before a DTD",
        _with(good.getvalue(), PARTS[3], b"<!--" + b" " * 200_000 + b"-->" + bombs[0][1]),
    )


def _with(workbook: bytes, part: str, content: bytes) -> bytes:
    """Return the workbook with other bytes as one of its parts."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as given,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            made.writestr(name, content if name == part else given.read(name))
    return target.getvalue()
