"""HTML in bodies: what holds text passes; what acts, fetches or hides is a problem at its line, in any spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.build import build_site
from sitegen.problems.problem import Problem, SiteError
from sitegen.rendering.author_html import without_forbidden

from ..conftest import options

SETTINGS = 'languages = ["en"]\nbase_url = "https://sitegen.example/"\n\n[title]\nen = "S"\n'
HARMLESS = [
    "<details open>\n<summary>More</summary>\n<p>Text</p>\n</details>",
    '<div class="note"><ul><li>a</li></ul></div>',
    '<table><caption>C</caption><tr><th scope="row" colspan="2">a</th><td headers="x">b</td></tr></table>',
    'H<sub>2</sub>O, <abbr title="Social Security">SS</abbr>, <kbd>Ctrl</kbd> <mark>m</mark> <q cite="#">q</q>',
    '<p lang="vi" translate="no" data-part="1" aria-label="b">Hà Nội</p>',
    '<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> <time datetime="2024-01-02">2 Jan</time> <wbr>',
    "<!-- above -->\n\nText",
    "`<script>alert(1)</script>` is shown, and so is &lt;script&gt;",
    "```html\n<script>alert(1)</script>\n```",
    "1 < 2 and 3 > 2, a<b, x <- y",
    "# Heading {#place .wide lang=vi}",
    '<a id="here" title="{ not a list }">x</a>',
    "![A dot](data:image/png;base64,iVBORw0KGgo=)",
]
ACTING = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    '<script src="mine.js"></script>',
    "<script/src=mine.js></script>",
    "<script\nsrc=mine.js>\n</script>",
    "Text <script>alert(1)</script> text",
    "- <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    '<div markdown="1">\n<script>alert(1)</script>\n</div>',
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "Note[^1]\n\n[^1]: <script>alert(1)</script>",
    "# Heading <script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!---><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script>-->",
    "<!-- unclosed <script>alert(1)</script>",
    "a <!-- a comment with <script> in it --> b",
    '<p title="<!--"><noscript><p title="</noscript><meta http-equiv=refresh content=\'0;url=https://evil.example/\'>">'
    '</noscript><p title="-->">',
    '<p title="<!--"><noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript><p title="-->">',
    '<p title="<!--"><form><input name="password"><button>Log in</button></form><p title="-->">',
    '<p title="<!--"><iframe src="/sources/"></iframe><p title="-->">',
    '<p title="<!--"><link rel="canonical" href="https://evil.example/"><p title="-->">',
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php <script>alert(1)</script> ?>",
    "<! <script>alert(1)</script> >",
    '<noscript><p title="</noscript><script>alert(1)</script>">',
    "<noscript>text</noscript>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><script>alert(1)</script></title>",
    "<style>p { color: red }</style>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext>",
    '<meta http-equiv="refresh" content="0">',
    '<META HTTP-EQUIV=Refresh CONTENT="0;url=//evil.example">',
    "<meta\nhttp-equiv='ref&#114;esh'\ncontent='1; url=/'>",
    '<meta content="0; /" http-equiv="refresh"/>',
    '<meta charset="utf-7">',
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    '<iframe src="page.html"></iframe>',
    "<frameset><frame src=x></frameset>",
    '<div><template shadowrootmode="open"><script>alert(1)</script></template></div>',
    "<template>text</template>",
    "<slot>text</slot>",
    '<form action="https://evil.example"><input name="a"></form>',
    '<button formaction="https://evil.example">b</button>',
    '<input type="image" formaction="x">',
    '<link rel="preload" as="image" imagesrcset="https://evil.example/x.png">',
    '<link rel="stylesheet" href="x.css">',
    '<base href="https://evil.example/">',
    "<base target=_top>",
    '<object data="x.pdf"></object>',
    '<embed src="x.pdf">',
    "<applet code=x></applet>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><filter><feImage href="https://evil.example/x"/></filter></svg>',
    '<svg><use href="#a"/></svg>',
    "<math><mtext><table><mglyph><style><img src=x></style></mglyph></table></mtext></math>",
    "<portal src=x></portal>",
    "<fencedframe></fencedframe>",
    '<map><area href="javascript:alert(1)"></map>',
    '<a href="https://sitegen.example/" ping="https://evil.example">a</a>',
    '<img src="x.png" onerror="alert(1)">',
    "<img src=x.png ONERROR=alert(1)>",
    "<p onclick=alert(1)>x</p>",
    "<p/onclick=alert(1)>x</p>",
    '<p style="position: fixed">x</p>',
    '<p xml:base="https://evil.example">x</p>',
    '<p is="x-y">x</p>',
    "<p contenteditable autofocus>x</p>",
    '<p accesskey="a">x</p>',
    "[a](#a){: onclick=alert(1) }",
    "# Heading {: onclick=alert(1) }",
    "# Heading {: srcdoc=x }",
    "text\n{: style='color:red' }",
    '[a](#a){: ping="https://evil.example" }',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java&#9;script:alert(1)">x</a>',
    "[a](javascript:alert(1))",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    "![x](javascript:alert(1))",
    "![x](data:text/html,x)",
    '<video src="data:text/html,x"></video>',
    '<video poster="javascript:alert(1)"></video>',
    '<blockquote cite="javascript:alert(1)">x</blockquote>',
]
UNKNOWN = ["<blink>x</blink>", "<x-widget>x</x-widget>", "<font color=red>x</font>", "<Ba Vì>", "<town>x"]


def problems_of(folder: Path, body: str) -> tuple[Problem, ...]:
    """The problems of a site with a page that has a body."""
    content = folder / "content"
    content.mkdir()
    (content / "index.en.md").write_text(f"---\ntitle: T\n---\nText.\n\n{body}\n", encoding="utf-8")
    (content / "site.toml").write_text(SETTINGS, encoding="utf-8")
    try:
        return build_site(options(content)).warnings
    except SiteError as error:
        return error.problems


@pytest.mark.parametrize("body", HARMLESS)
def test_what_holds_text_passes(tmp_path: Path, body: str) -> None:
    """Without a word."""
    assert () == problems_of(tmp_path, body)


@pytest.mark.parametrize("body", ACTING)
def test_what_acts_is_a_problem_at_its_line(tmp_path: Path, body: str) -> None:
    """Whatever its case, its place and what stands around it."""
    problems = problems_of(tmp_path, body)
    assert problems
    assert {problem.code for problem in problems} & {"policy", "link-scheme", "link-broken"}, problems
    assert all(problem.span.line >= 6 for problem in problems), problems


@pytest.mark.parametrize("body", UNKNOWN)
def test_an_unknown_element_is_a_problem(tmp_path: Path, body: str) -> None:
    """Its name may have been meant as text, and a browser would not show it."""
    assert "html-element" in {problem.code for problem in problems_of(tmp_path, body)}


def test_what_is_refused_is_left_as_text() -> None:
    """The preview shows a page with problems: it has no tag that may not be."""
    html, forbidden = without_forbidden("<p>a<script>b</script><br><SVG onload=x></p>")
    assert "<p>a&lt;script>b&lt;/script><br>&lt;SVG onload=x></p>" == html
    assert ["<script", "<SVG"] == [each.written for each in forbidden]
