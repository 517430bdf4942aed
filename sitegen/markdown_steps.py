"""Python-Markdown as bodies are converted by it: its extensions, and three steps of it with less work.

Of itself it tries each pattern on each text, though most texts hold no character that any of them begins with; it looks
each tag up in a list; and it writes a table of contents that nobody asked for. The bytes stay the same: what is left
out could not have changed them, which the tests hold against Python-Markdown as it comes.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension, TocTreeprocessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

_EXTENSIONS = ("abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables")
_TOC_MARKER = "[TOC]"
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
        self.treeprocessors.register(_MarkedTextProcessor(self), "inline", 20)
        self._block_levels: dict[str, bool] = {}

    def is_block_level(self, tag: Any) -> bool:
        """Whether a tag is that of a block, looked up once."""
        known = self._block_levels.get(tag) if isinstance(tag, str) else False
        if known is None:
            known = self._block_levels[tag] = super().is_block_level(tag)
        return known

    def convert(self, source: str) -> str:
        """Markdown → HTML."""
        self.toc_wanted = _TOC_MARKER in source
        return super().convert(source)


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
