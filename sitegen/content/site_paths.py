"""Valid paths on a site: ones that every system can write as files and every browser requests unchanged."""

from __future__ import annotations

from ..problems import named, unfit_in_name

LONGEST_NAME = 200
"""Maximum bytes in one part of a path; file systems allow 255, and `.csv-metadata.json` and such may be appended."""
LONGEST_PATH = 900
"""Maximum bytes in a path; systems allow 1,024, including the site's folder."""
_SIGNS = '\\:?#%*"<>|'


def path_mistake(path: str) -> str:
    """What is wrong with a path, or an empty string. It may begin or end with a slash."""
    character = unfit_in_name(path) or next((sign for sign in path if sign in _SIGNS), "")
    if character:
        shown = f"“{character}”" if character in _SIGNS else f"the character {named(character)}"
        return f"{shown} is not allowed in an address"
    parts = path.removeprefix("/").removesuffix("/").split("/")
    if "" in parts:
        return "there is nothing between two slashes"
    if any(part.strip(". ") != part for part in parts):
        return "no part of an address may begin or end with a dot or space"
    return length_mistake(path)


def length_mistake(path: str) -> str:
    """What is too long in a path, or an empty string."""
    if any(len(part.encode("utf-8", "replace")) > LONGEST_NAME for part in path.split("/")):
        return f"a part of an address may have at most {LONGEST_NAME} bytes"
    if len(path.encode("utf-8", "replace")) > LONGEST_PATH:
        return f"an address may have at most {LONGEST_PATH} bytes"
    return ""
