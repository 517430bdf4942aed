"""A chart as a stand-alone picture: title above the drawing, note and source below; SVG, and PNG at twice the size."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Sequence

from markupsafe import escape

from .converter import vl_convert
from .svg import literal_colours
from .theme import FONT, INK, MUTED
from .view import Caption, Picture

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MARGIN, _WIDTH = 24, 720
_PAPER = "#ffffff"
_FAMILIES = f"{FONT}, Noto Sans, Arial, Helvetica, sans-serif"
_VIEW_BOX = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')
# height of a line and average width of a character, in font sizes
_LEADING, _AVERAGE = 1.36, 0.56


def framed(drawing: str, caption: Caption) -> Picture:
    """The picture of a drawing (SVG from `for_page`), in the light theme, on white."""
    found = _VIEW_BOX.search(drawing)
    wide, high = (float(found[1]), float(found[2])) if found else (float(_WIDTH), 400.0)
    scale = min((_WIDTH - 2 * _MARGIN) / wide, 1.0)
    y = float(_MARGIN)
    parts: list[str] = []
    for text, size, weight, colour in ((caption.title, 19, "bold", INK), (caption.subtitle, 13, "normal", MUTED)):
        lines = _wrapped(text, size)
        parts += _lines(lines, y, size, weight, colour)
        y += len(lines) * size * _LEADING + (4 if lines else 0)
    y += 12
    inner = re.sub(
        r"^<svg ", f'<svg x="{_MARGIN}" y="{y:g}" width="{wide * scale:g}" height="{high * scale:g}" ', drawing
    )
    parts.append(literal_colours(inner))
    y += high * scale + 14
    for text in caption.foot:
        lines = _wrapped(text, 12)
        parts += _lines(lines, y, 12, "normal", MUTED)
        y += len(lines) * 12 * _LEADING
    height = round(y + _MARGIN - 8)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="{_FAMILIES}" font-size="13" lang="{escape(caption.language)}" '
        f'role="img" aria-label="{escape(caption.title)}">'
        f'<rect width="{_WIDTH}" height="{height}" fill="{_PAPER}"/>{"".join(parts)}</svg>\n'
    )
    return Picture(svg, packed(vl_convert.svg_to_png(svg, scale=2.0)), _WIDTH, height)


def packed(png: bytes) -> bytes:
    """A PNG compressed again: vl-convert compresses quickly, but three to ten times larger.

    Chunks have a length, type, data and CRC: https://www.w3.org/TR/png-3/#5Chunk-layout
    """
    place, head, data, rest = len(_SIGNATURE), _SIGNATURE, b"", b""
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        chunk = png[place : place + length + 12]
        if chunk[4:8] == b"IDAT":
            data += chunk[8:-4]
        elif data:
            rest += chunk
        else:
            head += chunk
        place += len(chunk)
    body = b"IDAT" + zlib.compress(zlib.decompress(data), 6)
    return head + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + rest


def _wrapped(text: str, size: int) -> Sequence[str]:
    """A text wrapped at spaces, but not at no-break spaces."""
    most = int((_WIDTH - 2 * _MARGIN) / (size * _AVERAGE))
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        elif word:
            lines.append(word)
    return lines


def _lines(lines: Sequence[str], y: float, size: int, weight: str, colour: str) -> Iterator[str]:
    for number, line in enumerate(lines):
        baseline = y + (number + 0.8) * size * _LEADING
        bold = ' font-weight="bold"' if weight == "bold" else ""
        yield f'<text x="{_MARGIN}" y="{baseline:.1f}" font-size="{size}"{bold} fill="{colour}">{escape(line)}</text>'
