"""Pages: views for templates and bodies, Jinja2 in a sandbox, Markdown, layouts."""

from __future__ import annotations

from .compiled import CodeMemo
from .data_texts import bind_data_texts
from .generated import generated_pages
from .layouts import Templates, read_templates
from .renderer import RenderedBody, SiteRenderer, gathered

__all__ = [
    "CodeMemo",
    "RenderedBody",
    "SiteRenderer",
    "Templates",
    "bind_data_texts",
    "gathered",
    "generated_pages",
    "read_templates",
]
