"""What may be a path on a site: every system can write it as a file, and every browser asks for it as it stands."""

from __future__ import annotations

from ..problems import named, unfit_in_name

LONGEST_NAME = 200
"""Bytes in one part of a path; file systems have 255, and `.csv-metadata.json` and the like come behind it."""
LONGEST_PATH = 900
"""Bytes in a path; systems have 1,024, with the folder that the site is in."""
_SIGNS = '\\:?#%*"<>|'


def path_mistake(path: str) -> str:
    """What is wrong with a path, in words; empty for a good one. It may begin or end with a slash."""
    character = unfit_in_name(path) or next((sign for sign in path if sign in _SIGNS), "")
    if character:
        shown = f"“{character}”" if character in _SIGNS else f"the character {named(character)}"
        return f"{shown} can't stand in an address"
    parts = path.removeprefix("/").removesuffix("/").split("/")
    if "" in parts:
        return "a part between two slashes is empty"
    if any(part.strip(". ") != part for part in parts):
        return "no part of an address begins or ends with a point or a blank"
    return length_mistake(path)


def length_mistake(path: str) -> str:
    """What is too long in a path, in words; empty where nothing is."""
    if any(len(part.encode("utf-8", "replace")) > LONGEST_NAME for part in path.split("/")):
        return f"a part of an address has at most {LONGEST_NAME} bytes"
    if len(path.encode("utf-8", "replace")) > LONGEST_PATH:
        return f"an address has at most {LONGEST_PATH} bytes"
    return ""
