"""Originals as strange as they come are marked in sight on each page, or refused with a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pypdf
import pypdfium2
import pytest
from PIL import Image

from encours.receivables.documents.duplicate import render_duplicate
from encours.receivables.documents.stamp import UnreadablePdf, stamp_original
from tests.receivables.test_duplicate import DUPLICATE


def built(change: Callable[[pikepdf.Pdf], None], pages: int = 1) -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        change(pdf)
        pdf.save(target)
    return target.getvalue()


def drawn_with(content: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(content)

    return change


def boxed(name: str, *edges: float) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj[name] = pikepdf.Array(list(edges))

    return change


def picture(content: bytes, page: int = 0) -> Image.Image:
    pdf = pypdfium2.PdfDocument(content)
    try:
        width = pdf[page].get_width()
        image: Image.Image = pdf[page].render(scale=400 / width).to_pil()
        return image.convert("RGB")
    finally:
        pdf.close()


def mark_of(content: bytes, page: int = 0) -> tuple[float, float, float, float]:
    """Return where the mark is seen: left, top, right, bottom as shares of the page."""
    image = picture(content, page)
    red = image.point(lambda value: 0 if value < 200 else 255).getchannel("G")
    shown = Image.eval(red, lambda value: 255 - value).getbbox()
    assert shown is not None
    return (shown[0] / image.width, shown[1] / image.height, shown[2] / image.width, shown[3] / image.height)


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 360, -90])
def test_the_mark_is_seen_in_the_middle_of_the_top_of_a_turned_page(turn: int) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Rotate = turn

    left, top, right, bottom = mark_of(stamp_original(built(change)))
    assert left + right == pytest.approx(1, abs=0.02)
    assert 0 < top < bottom < 0.12
    assert right - left > 0.15


STRANGE_PAGES = {
    "contents that leave states open": drawn_with(b"q 0.1 0 0 0.1 0 0 cm q 0 0 1 rg"),
    "contents that restore too much": drawn_with(b"Q Q 0.1 0 0 0.1 300 0 cm Q"),
    "contents that change the state": drawn_with(b"5 0 0 5 900 900 cm"),
    "a white sheet over the page": drawn_with(b"1 1 1 rg 0 0 595 842 re f"),
    "a crop box": boxed("/CropBox", 100, 200, 500, 700),
    "a crop box outside the page": boxed("/CropBox", 5000, 5000, 6000, 6000),
    "a page upside down": boxed("/MediaBox", 595, 842, 0, 0),
    "a page away from the origin": boxed("/MediaBox", -300, -400, 295, 442),
    "a giant page": boxed("/MediaBox", 0, 0, 14_400, 14_400),
    "a stamp-sized page": boxed("/MediaBox", 0, 0, 72, 40),
}


@pytest.mark.parametrize("change", STRANGE_PAGES.values(), ids=STRANGE_PAGES)
def test_the_mark_is_seen_on_a_strange_page(change: Callable[[pikepdf.Pdf], None]) -> None:
    left, top, right, bottom = mark_of(stamp_original(built(change)))
    assert left + right == pytest.approx(1, abs=0.03)
    assert 0 <= top < bottom <= 1
    assert right - left > 0.15


def no_area(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 0, 842])


def endless(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 10**12, 10**12])


@pytest.mark.parametrize("change", [no_area, endless])
def test_a_page_without_a_usable_area_is_refused(change: Callable[[pikepdf.Pdf], None]) -> None:
    with pytest.raises(UnreadablePdf):
        stamp_original(built(change))


def test_pages_keep_the_resources_that_they_inherit_or_share() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
        )
        pdf.Root.Pages.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        for page in pdf.pages:
            del page.obj["/Resources"]
            page.Contents = pdf.make_stream(b"BT /F1 20 Tf 50 50 Td (INVOICE TEXT) Tj ET")

    texts = [page.extract_text() for page in read(stamp_original(built(change, pages=2))).pages]
    assert [("INVOICE TEXT" in text, text.count("DUPLICATA")) for text in texts] == [(True, 1), (True, 1)]


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def test_contents_that_would_fill_the_memory_are_not_unpacked() -> None:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.pages[0].Contents = pdf.make_stream(b"q " * 3_000_000)
        pdf.save(target, compress_streams=True)
    stamped = stamp_original(target.getvalue())
    assert len(stamped) < 200_000
    assert b"/EncoursDuplicata" in stamped


def xfa(pdf: pikepdf.Pdf) -> None:
    description = pdf.make_stream(b"<xdp/>")
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=description)


def dynamic_xfa(pdf: pikepdf.Pdf) -> None:
    xfa(pdf)
    pdf.Root.NeedsRendering = True


def test_a_form_with_pages_shows_its_marked_pages() -> None:
    stamped = stamp_original(built(xfa))
    with pikepdf.open(io.BytesIO(stamped)) as pdf:
        assert "/XFA" not in pdf.Root.AcroForm
    assert mark_of(stamped)


def test_a_form_without_pages_is_refused() -> None:
    with pytest.raises(UnreadablePdf, match="formulaire XFA"):
        stamp_original(built(dynamic_xfa))


def test_a_marked_pdf_a_keeps_its_claims_and_embeds_the_font_of_the_mark() -> None:
    stamped = stamp_original(render_duplicate(DUPLICATE))
    assert b"pdfaid" in stamped
    with pikepdf.open(io.BytesIO(stamped)) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert fonts
        assert all(any(key.startswith("/FontFile") for key in font.keys()) for font in fonts)  # noqa: SIM118
        assert pdf.Root.OutputIntents
        assert pdf.Root.AF


def test_an_original_that_only_an_owner_may_change_is_refused() -> None:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, encryption=pikepdf.Encryption(owner="o", user=""))
    with pytest.raises(UnreadablePdf, match="protégé"):
        stamp_original(target.getvalue())
