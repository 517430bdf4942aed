"""vl-convert, with the charts' font registered. Importing this module imports vl-convert."""

from __future__ import annotations

from pathlib import Path

import vl_convert

vl_convert.register_font_directory(str(Path(__file__).parent / "fonts"))

__all__ = ["vl_convert"]
