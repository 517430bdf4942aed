"""Python-Markdown with its extensions for bodies, made faster without changing its output (the tests compare the two).

Python-Markdown tries every pattern on every text, though most contain none of their characters; it looks up tags in a
list; it looks for attributes and escapes in bodies without braces or backslashes; it always makes a table of contents.

It also searches all the following text for the end of each bracket and tag, which takes hours for a text of brackets.
Here brackets nest 100 deep, and what never ends is skipped at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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
# elements whose text is not HTML
_PLAIN_TEXT = ("script", "style", "SCRIPT", "STYLE")
# what every match of a pattern contains, in Python-Markdown 3.11 with these extensions
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
# what every block that a processor takes contains; the other processors are always tried
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
# possessive: Python-Markdown's own backtracks through every combination of spaces
_FENCES = FencedBlockPreprocessor.FENCED_BLOCK_RE
_FENCED_BLOCK = re.compile(_FENCES.pattern.replace("[ ]*", "[ ]*+"), _FENCES.flags)
_BRACKET = re.compile(r"[\[\]]")
_PARENTHESIS = re.compile(r"[()]")
_DEEPEST_BRACKET = 100
_DEEPEST_PARENTHESIS = 32
_ANY_MARK = re.compile(r"[`\\\[<&*_]|  \n")


def body_markdown(slugify: Any, footnote_back: str) -> BodyMarkdown:
    """`slugify` makes the anchors of headings, `footnote_back` is the title of links back from notes."""
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
    """Python-Markdown with the faster steps."""

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
        # the block processors already refer to this parser
        self.parser.__class__ = _MarkedBlockParser

    def is_block_level(self, tag: Any) -> bool:
        known = self._block_levels.get(tag) if isinstance(tag, str) else False
        if known is None:
            known = self._block_levels[tag] = super().is_block_level(tag)
        return known

    def convert(self, source: str) -> str:
        self.text = source
        return super().convert(source)


class _Brackets(LinkInlineProcessor):
    """Finds the ends of a link's text and address quickly."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802 -- the base's
        """The text up to the closing bracket, the index after it, and whether there is one."""
        depth = 1
        for found in _BRACKET.finditer(data, index):
            depth += 1 if found[0] == "[" else -1
            if not depth:
                return data[index : found.start()], found.end(), True
            if depth > _DEEPEST_BRACKET:
                break
        return "", index, False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        """The address and title in the parentheses at an index; see the base."""
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
        """The end of the tag at an index, or -1."""
        return -1 if self.rawdata.find(">", i) < 0 else int(super().check_for_whole_start_tag(i))


class _HtmlBlocks(HtmlBlockPreprocessor):
    def run(self, lines: list[str]) -> list[str]:
        extractor = _HtmlExtractor(self.md)
        extractor.feed("\n".join(lines))
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


def _with_marks(
    registry: Any, marks: Mapping[str, tuple[str, ...]], default: tuple[str, ...]
) -> list[tuple[tuple[str, ...], Any]]:
    """The items of a registry in order, each with its marks, of which a text must contain one."""
    by_item = {id(registry[name]): needed for name, needed in marks.items() if name in registry}
    return [(by_item.get(id(item), default), item) for item in registry]


class _MarkedBlockParser(BlockParser):
    """Asks only those block processors whose marks a block contains."""

    @cached_property
    def _processors(self) -> list[tuple[tuple[str, ...], Any]]:
        return _with_marks(self.blockprocessors, _BLOCK_MARKS, ())

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
    """An element as Python-Markdown's own serializer writes it, in half the time."""
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
                # a boolean attribute, or something as rare
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
    md: BodyMarkdown

    def run(self, doc: Element) -> None:
        if "{" in self.md.text:
            super().run(doc)


class _LeanUnescape(UnescapeTreeprocessor):
    md: BodyMarkdown

    def run(self, root: Element) -> None:
        if "\\" in self.md.text:
            super().run(root)


class _LeanToc(TocTreeprocessor):
    """Gathers the headings; makes a table of contents only if the body asks for one."""

    md: BodyMarkdown

    def replace_marker(self, root: Element, elem: Element) -> None:
        if _TOC_MARKER in self.md.text:
            super().replace_marker(root, elem)

    def build_toc_div(self, toc_list: list[Any]) -> Element:
        return super().build_toc_div(toc_list) if _TOC_MARKER in self.md.text else Element("div")


class _LeanTocExtension(TocExtension):
    TreeProcessorClass = _LeanToc


class _MarkedTextProcessor(InlineProcessor):
    """Applies inline patterns only to texts with their marks."""

    @cached_property
    def _patterns(self) -> list[tuple[tuple[str, ...], Any]]:
        # a pattern that is not listed is tried on every text
        return _with_marks(self.inlinePatterns, _MARKS, ("",))

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
            for mark in marks:
                if mark in data:
                    data, matched, start = apply(pattern, data, place, start)
                    break
            if not matched:
                place, start = place + 1, 0
        return data
