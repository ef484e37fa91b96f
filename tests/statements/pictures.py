"""Draw statements as pictures: python -m tests.statements.pictures [FOLDER [CASE...]].

Without arguments the pictures of docs/user/releves.md are drawn again; with a folder, the first pages of
cases of tests.statements.varied are drawn there, to be looked at.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from pypdfium2 import PdfDocument

from encours.statements.documents.statement import StatementDocument
from tests.statements.varied import drawn, varied

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "user" / "pictures"
SHOWN = {"releve-encours": "manual-encours", "releve-compte": "manual-compte", "releve-anglais": "english"}
"""The pictures of the manual, each with the case whose first page it is."""
SCALE = 1.4


def pages(statement: StatementDocument) -> list[Image.Image]:
    """Return each page of a statement as a picture."""
    pdf = PdfDocument(drawn(statement))
    try:
        return [page.render(scale=SCALE).to_pil().convert("RGB") for page in pdf]
    finally:
        pdf.close()


def main(arguments: list[str]) -> None:
    """Write the pictures that are asked for."""
    cases = varied()
    if not arguments:
        for name, case in SHOWN.items():
            pages(cases[case])[0].save(FOLDER / f"{name}.png", optimize=True)
        return
    folder, *wanted = arguments
    for case in wanted or cases:
        for number, page in enumerate(pages(cases[case])[:3], start=1):
            page.save(Path(folder) / f"{case}-{number}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
