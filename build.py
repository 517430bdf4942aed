#!/usr/bin/env python3
"""`python build.py` builds the site of this folder; `python build.py --help` tells the rest."""

import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
REQUIRED = (
    *("altair", "babel", "click", "frictionless", "icu", "jinja2", "livereload", "markdown", "markupsafe", "msgspec"),
    *("regex", "selectolax", "tornado", "vl_convert", "watchfiles", "yaml"),
)


def main() -> None:
    """Run the command line, or say in one line what is needed first."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- somebody may call it with an older one
        sys.exit("build.py: needs Python 3.11 or newer; this is " + sys.version.split()[0])
    missing = [name for name in REQUIRED if find_spec(name) is None]
    if missing:
        import shlex

        command = shlex.join([sys.executable, "-m", "pip", "install", "-r", str(ROOT / "requirements.txt")])
        sys.exit(f"build.py: not installed: {', '.join(missing)}; run: {command}")
    try:
        from sitegen.commands import run

        run(ROOT)
    except KeyboardInterrupt:
        # while all of it was still being loaded
        sys.exit(130)


if __name__ == "__main__":
    main()
