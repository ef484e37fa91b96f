"""A logo is known by its content, bounded and written again; what would run, link or last is refused."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from encours.core.errors import Refusal
from encours.documents import pictures, svg
from encours.documents.pictures import clean_picture, fitted, picture_of

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10">%s</svg>'


def raster(
    kind: str = "PNG", size: tuple[int, int] = (400, 100), mode: str = "RGB", **options: object
) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 0).save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_known_by_its_content_and_made_small(kind: str) -> None:
    cleaned = clean_picture(raster(kind, (4000, 1000)))
    with Image.open(io.BytesIO(cleaned)) as image:
        assert (image.size, image.mode) == ((900, 225), "RGB")
    assert clean_picture(cleaned) == cleaned
    assert picture_of(cleaned).ratio == 4


def test_transparency_becomes_paper_and_what_goes_with_a_picture_is_dropped() -> None:
    sent = raster(mode="RGBA", pnginfo=None) + b"<?php evil ?>"
    cleaned = clean_picture(sent)
    assert b"evil" not in cleaned
    with Image.open(io.BytesIO(cleaned)) as image:
        assert image.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    assert clean_picture(raster(mode=mode)).startswith(b"\x89PNG")


def test_a_photograph_is_kept_as_a_jpeg_of_bounded_size() -> None:
    noise = Image.effect_noise((1800, 700), 60).convert("RGB")
    target = io.BytesIO()
    noise.resize((1200, 460)).save(target, "PNG")
    cleaned = clean_picture(target.getvalue())
    assert cleaned.startswith(b"\xff\xd8\xff")
    assert len(cleaned) < 350_000


def test_four_inks_become_three_colours() -> None:
    with Image.open(io.BytesIO(clean_picture(raster("JPEG", mode="CMYK")))) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "n'est pas une image PNG, JPEG ou SVG"),
        (b"GIF89a" + b"\0" * 50, "n'est pas une image"),
        (b"%PDF-1.7", "n'est pas une image"),
        (raster()[:60], "abîmée"),
        (b"\xff\xd8\xff\xe0" + b"x" * 500, "abîmée"),
        (raster(size=(6000, 5000), mode="1"), "trop de points"),
        (raster(size=(12_000, 12_000), mode="1"), "trop de points|abîmée"),
        (raster(size=(900, 10)), "trop étirée"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * pictures.MAX_SENT_BYTES, "plus que la limite"),
        (b"<html><body><svg ", "n'est pas une image SVG"),
    ],
    ids=["nothing", "GIF", "PDF", "cut", "noise", "large", "bomb", "line", "heavy", "HTML"],
)
def test_what_is_no_small_sound_picture_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        clean_picture(content)


def test_an_svg_is_rebuilt_from_what_draws_it() -> None:
    sent = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://example.com/x.dtd">'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://inkscape" width="40mm" height="10mm" '
        'viewBox="0 0 40 10" onload="alert(1)" i:page="1"><!-- secret --><title>T</title>'
        "<metadata><x/></metadata><i:view/><style>.a{fill:#c00}</style>"
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient><path id="p" d="M0 0h4"/></defs>'
        '<path class="a" d="M0 0h10v10z" fill="url(#g)"/><use href="#p" x="4"/></svg>'
    )
    assert clean_picture(sent.encode()).decode() == (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" '
        'height="10" viewBox="0 0 40 10"><style>.a{fill:#c00}</style>'
        '<defs><linearGradient id="g"><stop offset="0"></stop></linearGradient>'
        '<path id="p" d="M0 0h4"></path></defs>'
        '<path class="a" d="M0 0h10v10z" fill="url(#g)"></path><use xlink:href="#p" x="4"></use></svg>'
    )


def doubling(levels: int) -> str:
    layers = "".join(
        f'<g id="l{level}"><use href="#l{level + 1}"/><use href="#l{level + 1}"/></g>'
        for level in range(levels)
    )
    return f'{layers}<path id="l{levels}" d="M0 0h1"/>'


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", "«\u00a0script\u00a0»"),
        ("<text>Société</text>", "convertissez les textes en tracés"),
        ('<image href="/etc/passwd"/>', "«\u00a0image\u00a0»"),
        ("<foreignObject/>", "«\u00a0foreignObject\u00a0»"),
        ("<filter/>", "«\u00a0filter\u00a0»"),
        ('<use href="http://example.com/x.svg#a"/>', "autre fichier"),
        ('<use href="file:///etc/passwd"/>', "autre fichier"),
        ('<rect fill="url(http://example.com/)"/>', "autre fichier"),
        ('<rect style="fill:u\\72l(x)"/>', "autre fichier"),
        ("<style>@import 'x.css';</style>", "autre fichier"),
        ("<style>rect{filter:blur(900px)}</style>", "«\u00a0filter\u00a0»"),
        (doubling(40), "trop compliqué"),
        ('<g id="a"><use href="#a"/></g>', "trop compliqué"),
        ("<g>" * 80 + "</g>" * 80, "trop compliqué"),
        ("<rect/>" * 20_001, "trop compliqué"),
        ('<clipPath id="c"/><style>rect{clip-path:url(#c)}</style>', "trop compliqué"),
        ("<rect", "abîmé"),
    ],
)
def test_an_svg_that_runs_links_or_lasts_is_refused(inside: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        clean_picture((SQUARE % inside).encode())


def test_entities_are_refused_before_they_are_read() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + SQUARE % "&b;"
    with pytest.raises(Refusal, match="déclare des entités"):
        clean_picture(bomb.encode())


@pytest.mark.parametrize(
    "attributes", ["", 'width="10%" height="5"', 'viewBox="0 0 0 10"', 'viewBox="0 0 nan 1"']
)
def test_an_svg_without_a_size_is_refused(attributes: str) -> None:
    with pytest.raises(Refusal, match="taille"):
        clean_picture(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><rect/></svg>'.encode())


def test_a_size_without_a_frame_is_enough() -> None:
    kept = svg.rebuild(b'<svg xmlns="http://www.w3.org/2000/svg" width="30px" height="10"><rect/></svg>')
    assert svg.size_of(kept.decode()) == (30, 10)


def test_a_picture_keeps_its_proportions_within_its_place() -> None:
    wide, high = (
        picture_of(clean_picture(raster(size=(800, 80)))),
        picture_of(clean_picture(raster(size=(100, 200)))),
    )
    assert fitted(wide, 78, 18) == {"width": 78, "height": 7.8}
    assert fitted(high, 78, 18) == {"width": 9, "height": 18}
