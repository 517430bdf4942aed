"""vl-convert, with the font that charts are measured and drawn in. Importing this imports vl-convert."""

from __future__ import annotations

from pathlib import Path

import vl_convert

vl_convert.register_font_directory(str(Path(__file__).parent / "fonts"))

__all__ = ["vl_convert"]
