"""Which files other than pages are published: those whose name and content are of a known, inert type.

Static hosts choose the type by the file name, and browsers run HTML, SVG, XML and scripts with the site's privileges.
So the content must match the name, and unknown types are refused unless `[files] allow` lists them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from ..problems import Problem, Span
from .svg_files import svg_problem

_HEAD = 512
# text files are read whole; larger ones belong in archives
_LARGEST_TEXT = 64 << 20
_LARGEST_JSON = 16 << 20
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OGG = (b"OggS",)
# the first bytes of each type; `?` is any byte: https://mimesniff.spec.whatwg.org/
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF????WEBP",),
    "avif": (b"????ftypavif", b"????ftypavis", b"????ftypmif1", b"????ftypmiaf"),
    "ico": (b"\0\0\x01\0",),
    "pdf": (b"%PDF-",),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp", "odg", "epub", "zip", "kmz"), _ZIP),
    **dict.fromkeys(("doc", "xls", "ppt"), _OLE),
    "gz": (b"\x1f\x8b",),
    "tgz": (b"\x1f\x8b",),
    "bz2": (b"BZh",),
    "xz": (b"\xfd7zXZ\0",),
    "zst": (b"\x28\xb5\x2f\xfd",),
    "7z": (b"7z\xbc\xaf\x27\x1c",),
    "tar": (b"?" * 257 + b"ustar",),
    "parquet": (b"PAR1",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    **dict.fromkeys(("ogg", "oga", "ogv", "opus"), _OGG),
    "wav": (b"RIFF????WAVE",),
    "flac": (b"fLaC",),
    **dict.fromkeys(("m4a", "mp4", "m4v", "mov"), (b"????ftyp",)),
    "webm": (b"\x1aE\xdf\xa3",),
    "woff": (b"wOFF",),
    "woff2": (b"wOF2",),
    "ttf": (b"\0\x01\0\0", b"true"),
    "otf": (b"OTTO",),
}
_TEXTS = frozenset({"txt", "csv", "tsv", "json", "geojson", "vtt"})
KNOWN_ENDINGS = (*_BEGINNINGS, *sorted(_TEXTS), "svg")
# run by hosts or browsers; not allowed inside a name either: `page.html.gz`
_ACTIVE_ENDINGS = (
    "html htm xhtml xht shtml mhtml mht xml xsl xslt svg svgz js mjs cjs css wasm swf hta php php3 php4 php5 php7 pht "
    "phtml shtm phar asp aspx ashx jsp jspx cgi pl py rb sh exe dll"
)
_ACTIVE = frozenset(_ACTIVE_ENDINGS.split())
# configuration files of hosts
_HOST_FILES = (
    "vercel.json now.json staticwebapp.config.json firebase.json _routes.json wrangler.json "
    "netlify.json serve.json static.json routes.json package.json"
)
_OF_HOSTS = frozenset(_HOST_FILES.split())
_ASSETS = "assets"
_RENAME = "give it the extension of its actual type"
_RENAME_OR_SAVE = f"{_RENAME}, or save it again"
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True)
class FileToPublish:
    """A file of the content folder: its path there, its path as users write it, its size in bytes.

    `read` returns up to so many bytes from its beginning, and raises SiteError.
    """

    path: str
    name: str
    size: int
    read: Callable[[int], bytes]

    def problem(self, message: str, hint: str = "") -> Problem:
        return Problem("file-type", message, Span(self.name), hint)


def file_problem(file: FileToPublish, allowed: Collection[str]) -> Problem | None:
    """Why a file can't be published, or None.

    `allowed` are the extensions (`.kml`) and paths that the settings allow without checks.
    """
    folder, _, name = file.path.rpartition("/")
    stem, point, ending = name.rpartition(".")
    ending = ending.lower() if point else ""
    if file.path.partition("/")[0].casefold() == _ASSETS:
        hint = "put it into another content folder, or below templates/assets/"
        return file.problem("the folder assets/ is reserved for the templates, which may have scripts", hint)
    if file.path in allowed or (point and f".{ending}" in allowed):
        return None
    if name.casefold() in _OF_HOSTS or (name.startswith("_") and not folder):
        hint = "put it into the output folder, and add it to `keep` under [output] in site.toml"
        return file.problem(f'"{name}" is a configuration file of some hosts', hint)
    if ending not in KNOWN_ENDINGS:
        return file.problem(_unknown(ending), _hint(file.path, ending))
    if inner := _ACTIVE.intersection(re.findall("[a-z0-9]+", stem.lower().partition(".")[2])):
        hint = f"rename it without .{min(inner)}"
        return file.problem(f"some hosts treat this as .{min(inner)}", hint)
    if ending == "svg":
        return svg_problem(file.read(_LARGEST_TEXT + 1), file.name)
    if ending in _TEXTS:
        return _text_problem(file, ending)
    head = file.read(_HEAD)
    if head.lstrip().startswith(b"<"):
        # a valid file may still be HTML to a browser that sniffs its first bytes
        return file.problem(f"this begins like HTML, not like a .{ending}", _RENAME_OR_SAVE)
    if not any(_begins(head, beginning) for beginning in _BEGINNINGS[ending]):
        return file.problem(f"this isn't a .{ending}, as its name says", _RENAME_OR_SAVE)
    return None


def _unknown(ending: str) -> str:
    if ending in _ACTIVE:
        return f".{ending} files are not published: a browser or host would run them"
    return f".{ending} files are not published" if ending else "files without an extension are not published"


def _hint(path: str, ending: str) -> str:
    if ending in ("htm", "html", "xhtml"):
        return f"write it as a Markdown page; or, if it may run scripts, allow it: [files] allow = ['{path}']"
    if ending in ("js", "mjs", "css"):
        return "put it below templates/assets/"
    allowed = f".{ending}" if ending and ending not in _ACTIVE else path
    return f"to publish it unchecked, allow it in site.toml: [files] allow = ['{allowed}']"


def _begins(head: bytes, beginning: bytes) -> bool:
    compared = zip(head, beginning, strict=False)
    return len(head) >= len(beginning) and all(one == other or other == ord("?") for one, other in compared)


def _text_problem(file: FileToPublish, ending: str) -> Problem | None:
    """Why a text file can't be published: it isn't text, or a browser could take it for HTML."""
    if file.size > _LARGEST_TEXT:
        return file.problem(f"a .{ending} of more than {_LARGEST_TEXT >> 20} MB", "publish it in an archive, e.g. .zip")
    content = file.read(_LARGEST_TEXT + 1)
    if content.startswith(_BOMS):
        return file.problem("this is UTF-16 or UTF-32", "save the file as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: byte 0x{content[error.start]:02x} in line {line}"
        return file.problem(message, "save the file as UTF-8")
    if any(byte in content for byte in (b"\0", b"\x1b", b"\x08")):
        return file.problem(f"this isn't text, though its name ends in .{ending}", _RENAME)
    if text.lstrip().startswith(("<", "%!PS", "%PDF", "{\\rtf")):
        return file.problem(f"this begins like another file type, not like a .{ending}", _RENAME)
    if ending == "vtt" and not text.startswith("WEBVTT"):
        return file.problem("a .vtt must begin with WEBVTT", "save it as WebVTT")
    if ending in ("json", "geojson") and file.size <= _LARGEST_JSON:
        return _json_problem(file, text)
    return None


def _json_problem(file: FileToPublish, text: str) -> Problem | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return Problem("file-type", f"not JSON: {error.msg}", Span(file.name, error.lineno, error.colno))
    except (ValueError, RecursionError):
        return file.problem("not portable JSON: a number is too long, or it is nested too deeply")
    return None
