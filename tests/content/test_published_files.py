"""Which files of the content folder are published: known types only, known by what they hold too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.problems.problem import Problem, SiteError

from ..conftest import options

SCRIPT = b"<script>fetch('/ran')</script>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        zipped.writestr("page.html", SCRIPT)
    return content.getvalue()


GOOD: dict[str, bytes] = {
    "a.png": PNG,
    "A.PNG": PNG,
    "a.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "a.gif": b"GIF89a\1\0\1\0",
    "a.webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "a.avif": b"\0\0\0\x20ftypavif",
    "a.ico": b"\0\0\1\0\1\0",
    "a.pdf": b"%PDF-1.7\n",
    "a.docx": archive(),
    "a.ods": archive(),
    "a.zip": archive(),
    "a.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a.tar.gz": b"\x1f\x8b\x08\0",
    "a.tar": b"\0" * 257 + b"ustar\x0000",
    "a.csv": "quận,hộ\nBa Vì,945\n".encode(),
    "b.csv": b"\xef\xbb\xbfa;b\r\n1;2\r\n",
    "a.json": b'{"a": [1, 2]}',
    "a.geojson": b'{"type": "FeatureCollection"}',
    "a.txt": b"2 < 3, and <b> is no tag here\n",
    "a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
    "a.mp3": b"ID3\x04\0",
    "a.mp4": b"\0\0\0\x18ftypmp42",
    "a.webm": b"\x1aE\xdf\xa3",
    "a.woff2": b"wOF2\0\1\0\0",
    "version-1.2.final.pdf": b"%PDF-1.4",
    "a.svg": SVG.format('<path d="M0 0L9 9" style="fill:#123" clip-path="url(#a)"/>').encode(),
    "inkscape.svg": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- Created with Inkscape -->\n'
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        b'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" inkscape:version="1.2">'
        b'<sodipodi:namedview pagecolor="#fff"/><defs><linearGradient id="a"/></defs>'
        b'<g inkscape:groupmode="layer"><use href="#a"/></g></svg>'
    ),
    "matplotlib.svg": (
        b'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\n'
        b'  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
        b'<svg xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg" version="1.1">'
        b'<metadata><rdf:RDF xmlns:cc="http://creativecommons.org/ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><cc:Work><dc:type '
        b'rdf:resource="http://purl.org/dc/dcmitype/StillImage"/></cc:Work></rdf:RDF></metadata>'
        b'<defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>'
        b'<use xlink:href="#m1" x="1" y="2" style="stroke: #000000"/>'
        b'<image xlink:href="data:image/png;base64,iVBORw0KGgo=\n"/></svg>'
    ),
    "illustrator.svg": SVG.format("<style>.st0{fill:url(#b);font-family:'Arial'}</style><g id='b'/>").encode(),
}
BAD: dict[str, bytes] = {
    "polyglot.mp4": b"<h1>ftyp<script>alert(1)</script>",
    "polyglot.m4a": b"<!--ftyp--><script>alert(1)</script>",
    "polyglot.avif": b"<h1>ftypavif<script>alert(1)</script>",
    "polyglot.tar": b"<html><script>alert(1)</script>".ljust(257) + b"ustar\x0000",
    "serve.json": b"{}",
    "a.php4.png": PNG,
    "a.html .png": PNG,
    "a.html;b.png": PNG,
    "x.shtm.png": PNG,
    "page.html": SCRIPT,
    "page.HTML": SCRIPT,
    "page.htm": SCRIPT,
    "page.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml"><script>1</script></html>',
    "page.shtml": SCRIPT,
    "mine.js": b"fetch('/ran')",
    "mine.mjs": b"fetch('/ran')",
    "sw.js": b"self.addEventListener('fetch', () => {})",
    "mine.css": b"body {}",
    "feed.xml": b'<?xml-stylesheet href="x.xsl" type="text/xsl"?><a/>',
    "x.xsl": b"<a/>",
    "x.wasm": b"\0asm",
    "x.php": b"<?php echo 1;",
    "x.swf": b"FWS",
    "x.hta": SCRIPT,
    "_redirects": b"/* https://evil.example/ 301",
    "_headers": b"/*\n  X: y",
    "_worker.js": b"export default {}",
    "_routes.json": b"{}",
    "vercel.json": b"{}",
    "web.config": b"<configuration/>",
    "CNAME": b"evil.example",
    "LICENSE": b"text",
    "a.kml": b"<kml/>",
    "a.exe": b"MZ",
    "a.docm": archive(),
    "a.svgz": b"\x1f\x8b",
    "a.html.txt": b"text",
    "a.php.png": PNG,
    "assets/a.png": PNG,
    "Assets/a.png": PNG,
    "data/x.html": SCRIPT,
    "a.": b"text",
    # other than they say
    "html.png": SCRIPT,
    "empty.png": b"",
    "html.pdf": SCRIPT + b"%PDF-1.7",
    "html.txt": b"\n <!DOCTYPE html>" + SCRIPT,
    "html.csv": SCRIPT + b",1\n",
    "bom.csv": b"\xef\xbb\xbf<html>",
    "xml.txt": b"<?xml version='1.0'?><a/>",
    "utf16.csv": "a,b\n".encode("utf-16"),
    "latin.csv": b"qu\xe2n,1\n",
    "nul.txt": b"a\0b",
    "script.json": b"alert(1)",
    "broken.json": b'{"a": 1',
    "deep.json": b"[" * 100_000 + b"]" * 100_000,
    "number.json": b"1" * 5_000,
    "html.vtt": SCRIPT,
    "html.mp4": SCRIPT,
    "html.svg": SCRIPT,
    # drawings that act
    "script.svg": SVG.format("<script>alert(1)</script>").encode(),
    "handler.svg": SVG.format('<path d="" onclick="alert(1)"/>').encode(),
    "capital.svg": SVG.format('<path d="" onClick="alert(1)"/>').encode(),
    "load.svg": SVG.replace("viewBox", 'onload="alert(1)" viewBox').format("").encode(),
    "foreign.svg": SVG.format("<foreignObject><b/></foreignObject>").encode(),
    "html-in.svg": SVG.format('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>').encode(),
    "prefixed.svg": SVG.format('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>').encode(),
    "prefix.svg": b'<x:svg xmlns:x="http://www.w3.org/2000/svg"><x:script>alert(1)</x:script></x:svg>',
    "link.svg": SVG.format('<a href="javascript:alert(1)"><path d=""/></a>').encode(),
    "xlink.svg": SVG.format('<use xlink:href="https://evil.example/#a"/>').encode(),
    "other-prefix.svg": SVG.format(
        '<use xmlns:q="http://www.w3.org/1999/xlink" q:href="data:image/svg+xml,x"/>'
    ).encode(),
    "use-data.svg": SVG.format('<use href="data:image/svg+xml;base64,AAAA#a"/>').encode(),
    "image-svg.svg": SVG.format('<image href="data:image/svg+xml;base64,AAAA"/>').encode(),
    "image-host.svg": SVG.format('<image href="//evil.example/a.png"/>').encode(),
    "fe-image.svg": SVG.format('<filter><feImage href="x"/></filter>').encode(),
    "animate.svg": SVG.format('<animate attributeName="href" to="javascript:alert(1)"/>').encode(),
    "set.svg": SVG.format('<set attributeName="onclick" to="alert(1)"/>').encode(),
    "style-url.svg": SVG.format("<style>a{fill:url(https://evil.example/)}</style>").encode(),
    "style-import.svg": SVG.format("<style>@import 'x.css';</style>").encode(),
    "style-escape.svg": SVG.format("<style>@\\69mport 'x.css';</style>").encode(),
    "style-attribute.svg": SVG.format('<path d="" style="fill: url(//evil.example/)"/>').encode(),
    "paint.svg": SVG.format('<path d="" fill="url( \'https://evil.example/\' )"/>').encode(),
    "base.svg": SVG.replace("viewBox", 'xml:base="https://evil.example/" viewBox').format("").encode(),
    "sheet.svg": b'<?xml-stylesheet href="x.css"?>' + SVG.format("").encode(),
    "entity.svg": b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;").encode(),
    "laughs.svg": b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + SVG.format("&b;").encode(),
    "no-namespace.svg": b"<svg><script>alert(1)</script></svg>",
    "utf16.svg": SVG.format("").encode("utf-16"),
    "utf7.svg": b'<?xml version="1.0" encoding="utf-7"?>' + SVG.format("").encode(),
    "deep.svg": SVG.format("<g>" * 5_000 + "</g>" * 5_000).encode(),
    "broken.svg": SVG.format("<g>").encode(),
    "iframe.svg": SVG.format("<iframe/>").encode(),
}


def problems(content: Path, name: str, file: bytes) -> tuple[Problem, ...]:
    """What is wrong with a site that has one more file; none when it is built."""
    (content / name).parent.mkdir(exist_ok=True)
    (content / name).write_bytes(file)
    try:
        site = build_site(options(content))
    except SiteError as error:
        return error.problems
    assert file == next(item.content for item in site.artifacts if item.path == name)
    return ()


@pytest.mark.parametrize("name", GOOD)
def test_a_file_of_a_known_type_is_published_as_it_is(name: str, site_copy: Callable[[str], Path]) -> None:
    assert () == problems(site_copy("plain"), name, GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_any_other_file_is_refused(name: str, site_copy: Callable[[str], Path]) -> None:
    """With its path, and what to do."""
    (problem,) = problems(site_copy("plain"), name, BAD[name])
    assert problem.code in ("file-type", "file-name")
    assert problem.span.file.endswith(f"/{name}")
    assert problem.hint or "JSON" in problem.message or "XML" in problem.message


def test_a_drawing_is_refused_at_its_line(site_copy: Callable[[str], Path]) -> None:
    """Line, column and excerpt of what acts."""
    drawing = SVG.format("\n<g>\n  <path d='' onfocus='x'/>\n</g>\n").encode()
    (problem,) = problems(site_copy("plain"), "a.svg", drawing)
    assert (3, 3) == (problem.span.line, problem.span.column)
    assert "onfocus" in problem.message
    assert "<path d=''" in problem.span.excerpt


@pytest.mark.parametrize(
    ("allow", "name", "is_published"),
    [
        (".kml", "a.kml", True),
        (".kml", "A.KML", True),
        (".kml", "a.kmz.kml", True),
        (".KML", "a.kml", True),
        ("map.html", "map.html", True),
        ("map.html", "other.html", False),
        (".html", "other.html", True),
        (".html", "other.htm", False),
        ("CNAME", "CNAME", True),
        (".js", "assets/a.js", False),
    ],
)
def test_a_setting_lets_more_through(
    allow: str, name: str, is_published: bool, site_copy: Callable[[str], Path]
) -> None:
    """An ending, or one file by its path; never below assets/, from which scripts may come."""
    content = site_copy("plain")
    settings = content / "site.toml"
    settings.write_text(f'{settings.read_text()}\n[files]\nallow = ["{allow}"]\n')
    assert is_published == (problems(content, name, b"anything") == ())


@pytest.mark.parametrize("allow", ['"kml"', '["../x"]', '["/x"]', "[1]", '[".k ml"]', '[".."]', '["a\\\\b"]'])
def test_a_wrong_setting_is_told(allow: str, site_copy: Callable[[str], Path]) -> None:
    content = site_copy("plain")
    settings = content / "site.toml"
    settings.write_text(f"{settings.read_text()}\n[files]\nallow = {allow}\n")
    (problem,) = problems(content, "a.txt", b"text")
    assert "settings-value" == problem.code
