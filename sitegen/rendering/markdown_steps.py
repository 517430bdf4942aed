"""Python-Markdown as bodies are converted by it: its extensions, and some steps of it with less work.

Of itself it tries each pattern on each text, though most texts hold no character that any of them begins with; it looks
each tag up in a list; it looks for attributes and escapes in bodies without a brace or a backslash; it writes a table
of contents that nobody asked for. The bytes stay the same: what is left out could not have changed them, which the
tests hold against Python-Markdown as it comes.

It also looks for the end of each bracket and each tag through all the text behind it, which takes hours for a text of
brackets alone. Here brackets nest 100 deep, and what has no end is found to have none at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import HTML_EMPTY, Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.toc import TocExtension, TocTreeprocessor
from markdown.htmlparser import HTMLExtractor
from markdown.inlinepatterns import (
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.preprocessors import HtmlBlockPreprocessor
from markdown.serializers import RE_AMP, to_html_string
from markdown.treeprocessors import InlineProcessor, UnescapeTreeprocessor
from markdown.util import AtomicString

_EXTENSIONS = ("abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables")
_TOC_MARKER = "[TOC]"
# elements in which a text is no HTML
_PLAIN_TEXT = ("script", "style", "SCRIPT", "STYLE")
# what a match of each pattern holds, in Python-Markdown 3.11 with these extensions
_MARKS = {
    "backtick": ("`",),
    "escape": ("\\",),
    "reference": ("[",),
    "footnote": ("[^",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("![",),
    "short_reference": ("[",),
    "short_image_ref": ("![",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n",),
    "html": ("<",),
    "entity": ("&",),
    "em_strong": ("*", "_"),
}
# what a block that a processor takes holds; of the others nothing is known
_BLOCK_MARKS = {
    "hashheader": ("#",),
    "setextheader": ("\n=", "\n-"),
    "hr": ("-", "_", "*"),
    "olist": (". ",),
    "ulist": ("* ", "+ ", "- "),
    "quote": (">",),
    "reference": ("]:",),
    "footnote": ("[^",),
    "abbr": ("*[",),
    "deflist": (":",),
    "table": ("|",),
}
# Python-Markdown's own, which tries each number of blanks in each of its three places
_FENCES = FencedBlockPreprocessor.FENCED_BLOCK_RE
_FENCED_BLOCK = re.compile(_FENCES.pattern.replace("[ ]*", "[ ]*+"), _FENCES.flags)
_BRACKET = re.compile(r"[\[\]]")
_PARENTHESIS = re.compile(r"[()]")
_DEEPEST_BRACKET = 100
_DEEPEST_PARENTHESIS = 32
_ANY_MARK = re.compile(r"[`\\\[<&*_]|  \n")


def body_markdown(slugify: Any, footnote_back: str) -> BodyMarkdown:
    """An instance for bodies. `slugify` makes a heading's anchor, `footnote_back` names the links back from notes."""
    toc: Extension = _LeanTocExtension(slugify=slugify)
    return BodyMarkdown(
        extensions=[*_EXTENSIONS, toc],
        extension_configs={
            # the strict content policy forbids style attributes
            "tables": {"use_align_attribute": True},
            "footnotes": {"BACKLINK_TITLE": footnote_back},
        },
        output_format="html",
    )


class BodyMarkdown(Markdown):
    """Python-Markdown with the lean steps in it."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.preprocessors.register(_HtmlBlocks(self), "html_block", 20)
        fenced_code: Any = self.preprocessors["fenced_code_block"]
        fenced_code.FENCED_BLOCK_RE = _FENCED_BLOCK
        for name in _BRACKETED:
            pattern = self.inlinePatterns[name]
            pattern.__class__ = _BRACKETED[name]
        self.treeprocessors.register(_MarkedTextProcessor(self), "inline", 20)
        self.treeprocessors.register(_LeanAttributes(self), "attr_list", 8)
        self.treeprocessors.register(_LeanUnescape(self), "unescape", 0)
        self.serializer = serialized
        self._block_levels: dict[str, bool] = {}
        # the processors of blocks know their parser already
        self.parser.__class__ = _MarkedBlockParser

    def is_block_level(self, tag: Any) -> bool:
        """Whether a tag is that of a block, looked up once."""
        known = self._block_levels.get(tag) if isinstance(tag, str) else False
        if known is None:
            known = self._block_levels[tag] = super().is_block_level(tag)
        return known

    def convert(self, source: str) -> str:
        """Markdown → HTML."""
        self.toc_wanted = _TOC_MARKER in source
        self.has_braces, self.has_escapes = "{" in source, "\\" in source
        return super().convert(source)


class _Brackets(LinkInlineProcessor):
    """Finds the ends of a link's text and address."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802 -- the base's
        """The text up to the bracket that closes one, the place behind that, and whether there is one."""
        depth = 1
        for found in _BRACKET.finditer(data, index):
            depth += 1 if found[0] == "[" else -1
            if not depth:
                return data[index : found.start()], found.end(), True
            if depth > _DEEPEST_BRACKET:
                break
        return "", index, False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        """The address and title in the parentheses at a place; see the base."""
        if not data.startswith("(", index) or data.find(")", index) < 0:
            return "", None, index, False
        depth = 0
        for found in _PARENTHESIS.finditer(data, index):
            depth += 1 if found[0] == "(" else -1
            if depth > _DEEPEST_PARENTHESIS:
                return "", None, index, False
            if not depth:
                break
        return super().getLink(data, index)


_BRACKETED = {
    name: type(base.__name__, (_Brackets, base), {})
    for name, base in {
        "link": LinkInlineProcessor,
        "image_link": ImageInlineProcessor,
        "reference": ReferenceInlineProcessor,
        "short_reference": ShortReferenceInlineProcessor,
        "image_reference": ImageReferenceInlineProcessor,
        "short_image_ref": ShortImageReferenceInlineProcessor,
    }.items()
}


class _HtmlExtractor(HTMLExtractor):
    def check_for_whole_start_tag(self, i: int) -> int:
        """Where the tag that begins at a place ends, or -1."""
        return -1 if self.rawdata.find(">", i) < 0 else int(super().check_for_whole_start_tag(i))


class _HtmlBlocks(HtmlBlockPreprocessor):
    """Takes the blocks of HTML out of the text."""

    def run(self, lines: list[str]) -> list[str]:
        extractor = _HtmlExtractor(self.md)
        extractor.feed("\n".join(lines))
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


class _MarkedBlockParser(BlockParser):
    """Asks of the processors of blocks only those of which a block has a mark."""

    @cached_property
    def _processors(self) -> list[tuple[tuple[str, ...], Any]]:
        registry = self.blockprocessors
        marks: list[tuple[str, ...]] = [()] * len(registry)
        for name, needed in _BLOCK_MARKS.items():
            if name in registry:
                marks[registry.get_index_for_name(name)] = needed
        return list(zip(marks, registry, strict=True))

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802 -- the base's
        """Give each block to the first processor that takes it."""
        while blocks:
            for marks, processor in self._processors:
                if marks:
                    block = blocks[0]
                    for mark in marks:
                        if mark in block:
                            break
                    else:
                        continue
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break


def serialized(element: Element) -> str:
    """An element as HTML, as Python-Markdown writes it."""
    parts: list[str] = []
    try:
        _serialize(element, parts.append)
    except RecursionError:
        return to_html_string(element)
    return "".join(parts)


def _serialize(element: Element, write: Callable[[str], object]) -> None:
    tag, text, tail, attributes = element.tag, element.text, element.tail, element.attrib
    shown = ""
    if attributes:
        for name, value in sorted(attributes.items()) if len(attributes) > 1 else attributes.items():
            if type(name) is not str or not isinstance(value, str) or name == value:
                # a boolean attribute, or something else that hardly ever is
                write(to_html_string(element))
                return
            shown += f' {name}="{_escaped(value, attribute=True)}"'
    if type(tag) is not str or tag in _PLAIN_TEXT:
        write(to_html_string(element))
        return
    write(f"<{tag}{shown}>")
    if text:
        write(_escaped(text))
    for child in element:
        _serialize(child, write)
    if tag.lower() not in HTML_EMPTY:
        write(f"</{tag}>")
    if tail:
        write(_escaped(tail))


def _escaped(text: str, attribute: bool = False) -> str:
    if "&" in text:
        text = RE_AMP.sub("&amp;", text)
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if attribute and '"' in text else text


class _LeanAttributes(AttrListTreeprocessor):
    """Looks for attributes where there is a brace."""

    md: BodyMarkdown

    def run(self, doc: Element) -> None:
        if self.md.has_braces:
            super().run(doc)


class _LeanUnescape(UnescapeTreeprocessor):
    """Looks for escapes where there is a backslash."""

    md: BodyMarkdown

    def run(self, root: Element) -> None:
        if self.md.has_escapes:
            super().run(root)


class _LeanToc(TocTreeprocessor):
    """Gathers the headings; makes a list of them in the body only where the body asks for it."""

    md: BodyMarkdown

    def replace_marker(self, root: Element, elem: Element) -> None:
        if self.md.toc_wanted:
            super().replace_marker(root, elem)

    def build_toc_div(self, toc_list: list[Any]) -> Element:
        return super().build_toc_div(toc_list) if self.md.toc_wanted else Element("div")


class _LeanTocExtension(TocExtension):
    TreeProcessorClass = _LeanToc


class _MarkedTextProcessor(InlineProcessor):
    """The step for marks within a line, which passes over what has none."""

    @cached_property
    def _patterns(self) -> list[tuple[tuple[str, ...], Any]]:
        """The patterns in their order, each with the texts of which it needs one."""
        registry = self.inlinePatterns
        # a pattern of which nothing is known is tried on every text
        marks: list[tuple[str, ...]] = [("",)] * len(registry)
        for name, needed in _MARKS.items():
            if name in registry:
                marks[registry.get_index_for_name(name)] = needed
        return list(zip(marks, registry, strict=True))

    @cached_property
    def _all_known(self) -> bool:
        return all(marks != ("",) for marks, _ in self._patterns)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803 -- the base's
        if isinstance(data, AtomicString) or (self._all_known and not _ANY_MARK.search(data)):
            return data
        apply: Any = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        patterns, start = self._patterns, 0
        place = patternIndex
        while place < len(patterns):
            marks, pattern = patterns[place]
            matched = False
            if any(mark in data for mark in marks):
                data, matched, start = apply(pattern, data, place, start)
            if not matched:
                place, start = place + 1, 0
        return data
