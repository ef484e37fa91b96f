"""Draw the letters of tests.dunning.cases as small PNG, to be looked at.

Usage: python -m bench.letters [FOLDER [CASE]...]  (docs/user/pictures and the cases of the manual by default;
the case «all» stands for every one)
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from PIL import Image

MANUAL = Path(__file__).resolve().parent.parent / "docs" / "user" / "pictures"
SHOWN = ("une-facture", "quarante-factures", "anglais", "mise-en-demeure")
"""The cases that docs/user/courriers.md shows, by their first page."""
PPI = 75


def draw(name: str) -> list[bytes]:
    """Return the pages of a case as PNG files of few colours."""
    from encours.dunning.documents.letter import render_letter_pictures
    from tests.dunning.cases import CASES
    from tests.dunning.letterheads import CONTENTS

    return [_small(page) for page in render_letter_pictures(CASES[name], CONTENTS, ppi=2 * PPI)]


def file_name(case: str, page: int = 1) -> str:
    """Return the name of the picture of a page: ``lettre-anglais-1.png``."""
    return f"lettre-{case}-{page}.png"


def write(folder: Path, cases: list[str]) -> list[Path]:
    """Write every page of some cases, or the first one where the manual needs it; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for case in cases:
        pages = draw(case)[:1] if folder == MANUAL else draw(case)
        for number, page in enumerate(pages, start=1):
            written.append(folder / file_name(case, number))
            written[-1].write_bytes(page)
    return written


def _small(page: bytes) -> bytes:
    with Image.open(io.BytesIO(page)) as image:
        half = image.convert("RGB").resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    half.quantize(colors=96, method=Image.Quantize.MEDIANCUT).save(target, "PNG", optimize=True)
    return target.getvalue()


def main() -> None:
    """Write the pictures that the command asks for, and name them."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encours.settings.test")
    django.setup()
    from tests.dunning.cases import CASES

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else MANUAL
    chosen = sys.argv[2:] or list(SHOWN)
    for path in write(folder, list(CASES) if chosen == ["all"] else chosen):
        print(path)


if __name__ == "__main__":
    main()
