"""`python -m sitegen`, and the command `sitegen`."""

import sys


def main() -> None:
    """The project is the folder it is called in."""
    try:
        from .commands import main

        main()
    except KeyboardInterrupt:
        # while all of it was still being loaded
        sys.exit(130)


if __name__ == "__main__":
    main()
