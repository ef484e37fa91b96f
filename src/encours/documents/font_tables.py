"""Read two tables of a TrueType font: which glyph prints a character, and how wide each glyph is."""

from __future__ import annotations

import struct


def read_cmap(font: bytes) -> dict[int, int]:
    """Return the glyph of each code point (formats 4 and 12 of OpenType's character map)."""
    start = _table_at(font, b"cmap")
    glyphs: dict[int, int] = {}
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        offset = start + struct.unpack_from(">HHL", font, start + 4 + 8 * index)[2]
        glyphs |= _read_subtable(font, offset)
    return glyphs


def read_advances(font: bytes) -> tuple[float, ...]:
    """Return the advance width of each glyph, in em; the last one is that of all glyphs beyond it."""
    units = struct.unpack_from(">H", font, _table_at(font, b"head") + 18)[0]
    count = struct.unpack_from(">H", font, _table_at(font, b"hhea") + 34)[0]
    metrics = struct.unpack_from(f">{'Hh' * count}", font, _table_at(font, b"hmtx"))
    return tuple(width / units for width in metrics[::2])


def _table_at(font: bytes, wanted: bytes) -> int:
    table_count = struct.unpack_from(">H", font, 4)[0]
    tables = (struct.unpack_from(">4sLLL", font, 12 + 16 * index) for index in range(table_count))
    return int(next(offset for tag, _, offset, _ in tables if tag == wanted))


def _read_subtable(font: bytes, offset: int) -> dict[int, int]:
    form = struct.unpack_from(">H", font, offset)[0]
    if form == 4:
        return _read_format_4(font, offset)
    return _read_format_12(font, offset) if form == 12 else {}


def _read_format_4(font: bytes, offset: int) -> dict[int, int]:
    count = struct.unpack_from(">H", font, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, offset + 14)
    starts = struct.unpack_from(f">{count}H", font, offset + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, offset + 16 + 4 * count)
    ranges_at = offset + 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    glyphs = {}
    for segment, (first, last, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if shift:
                place = ranges_at + 2 * segment + shift + 2 * (point - first)
                glyph = struct.unpack_from(">H", font, place)[0]
            shifted = (glyph + delta) & 0xFFFF
            if glyph and shifted:
                glyphs[point] = shifted
    return glyphs


def _read_format_12(font: bytes, offset: int) -> dict[int, int]:
    glyphs: dict[int, int] = {}
    for index in range(struct.unpack_from(">L", font, offset + 12)[0]):
        first, last, glyph = struct.unpack_from(">LLL", font, offset + 16 + 12 * index)
        glyphs.update((point, glyph + point - first) for point in range(first, last + 1))
    return {point: glyph for point, glyph in glyphs.items() if glyph}
